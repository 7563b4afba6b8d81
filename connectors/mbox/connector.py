"""The two doors of the contract for archives on a disk."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from msgspec import DecodeError, Struct, ValidationError
from msgspec.json import decode, encode

from connectors.mbox.files import FolderMark, find_files, read_files
from connectors.mbox.mail import Found
from connectors.mbox.mbox import FileMark, count_mails, find_mails, mark_at, require_mbox, resume, unquote
from connectors.mbox.settings import Settings
from mesinfos.connector import Batch, Checked, Cursor, RawItem, Rejected, Wants
from mesinfos.errors import N_, SourceChanged, Unreachable
from mesinfos.model.provenance import Origin

BATCH_MAILS = 200
BATCH_BYTES = 16 << 20


class Marks(Struct, omit_defaults=True):
    """The cursor: one of the two, by the kind of archive."""

    file: FileMark | None = None
    folder: FolderMark | None = None
    version: int = 1


class ArchiveConnector:
    """Reads one archive."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def check(self) -> Checked:
        """Open as `fetch` would, and count the mails."""
        path = self._path()
        if path.is_dir():
            return Checked((str(path),), len(self._files(path, FolderMark())))
        with self._open(path) as stream:
            return Checked((str(path),), count_mails(stream))

    def fetch(self, since: Cursor | None, wants: Wants) -> Iterator[Batch]:
        """What was added since; everything, when the archive is another one than last time."""
        path, marks = self._path(), _read_marks(since)
        if path.is_dir():
            files = self._files(path, marks.folder or FolderMark())
            by_name = {mark.name: mark for mark, _ in files}
            yield from self._batches(
                read_files(files), wants, lambda mail: Marks(folder=by_name[mail.item]), len(files)
            )
            return
        with self._open(path) as stream:
            start = resume(stream, marks.file or FileMark())
            mails = find_mails(stream, path, start)
            yield from self._batches(mails, wants, lambda mail: Marks(file=mark_at(stream, mail.end)))

    def _path(self) -> Path:
        """The archive's real place; raises SourceChanged when it is gone or lies where it may not be read."""
        path = Path(os.path.realpath(self._settings.path))
        inside = self._settings.inside
        if inside is not None and not path.is_relative_to(os.path.realpath(inside)):
            raise SourceChanged(
                N_("{path} lies outside of {folder}, the folder for archives."),
                field="path",
                next_step=N_("Put the archive into that folder."),
                path=str(self._settings.path),
                folder=str(inside),
            )
        if not path.exists():
            raise SourceChanged(N_("There is no {path}."), field="path", path=str(self._settings.path))
        return path

    def _open(self, path: Path) -> BinaryIO:
        try:
            if not path.is_file():
                raise PermissionError  # a pipe or device would never end
            stream = path.open("rb")
        except OSError:
            raise self._unreadable(path) from None
        try:
            require_mbox(stream)
        except BaseException:
            stream.close()
            raise
        return stream

    def _files(self, path: Path, after: FolderMark) -> list[tuple[FolderMark, Path]]:
        try:
            next(path.iterdir(), None)
            return find_files(path, after)
        except OSError:
            raise self._unreadable(path) from None

    def _unreadable(self, path: Path) -> Unreachable:
        return Unreachable(
            N_("{path} cannot be read."),
            field="path",
            next_step=N_("Give MesInfos the right to read it."),
            path=str(path),
        )

    def _batches(
        self, mails: Iterable[Found], wants: Wants, mark: Callable[[Found], Marks], total: int = 0
    ) -> Iterator[Batch]:
        group: list[Found] = []
        size = 0
        for mail in mails:
            if group and (len(group) >= BATCH_MAILS or size + mail.size > BATCH_BYTES):
                yield self._batch(group, wants, mark, total)
                group, size = [], 0
            group.append(mail)
            size += mail.size
        if group:
            yield self._batch(group, wants, mark, total)

    def _batch(self, mails: list[Found], wants: Wants, mark: Callable[[Found], Marks], total: int) -> Batch:
        wanted = [mail for mail, want in zip(mails, wants([mail.head for mail in mails]), strict=True) if want]
        large = [mail for mail in wanted if mail.size > self._settings.max_bytes]
        return Batch(
            items=tuple(item for mail in wanted if mail not in large for item in self._read(mail)),
            cursor=encode(mark(mails[-1]), order="sorted").decode(),
            seen=len(mails),
            total=total,
            personal=len(mails) - len(wanted),
            rejected=tuple(Rejected(_origin(mail), f"too large: {max(mail.size >> 20, 1)} MB") for mail in large),
        )

    def _read(self, mail: Found) -> Iterator[RawItem]:
        try:
            with mail.path.open("rb") as stream:
                stream.seek(mail.start)
                data = stream.read(mail.size)
        except OSError:
            return  # a single file that was moved away since it was listed
        yield RawItem(_origin(mail), unquote(data) if mail.quoted else data, mail.received)


def _origin(mail: Found) -> Origin:
    return Origin(place=mail.path.name if mail.quoted else str(mail.path.parent), item=mail.item)


def _read_marks(cursor: Cursor | None) -> Marks:
    try:
        marks = decode(cursor or "{}", type=Marks)
    except (DecodeError, ValidationError):
        return Marks()
    return marks if marks.version == 1 else Marks()
