"""A folder of .eml files, or a Maildir: each file is a mail, and the newest one read is the mark."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from connectors.mbox.mail import Found, header_of

MAILDIR_PARTS = frozenset({"cur", "new"})


class FolderMark(Struct, frozen=True):
    """All files up to this time of change and name are done.

    The inode's change time (ns) and not the modification time: copying an old file into the folder keeps the
    latter, and the file would never be seen.
    """

    changed: int = 0
    name: str = ""


def find_files(folder: Path, after: FolderMark) -> list[tuple[FolderMark, Path]]:
    """The mails changed after the mark, in that order; symbolic links are not followed."""
    found = [
        (FolderMark(path.lstat().st_ctime_ns, path.relative_to(folder).as_posix()), path)
        for path in folder.rglob("*")
        if _is_mail(path)
    ]
    return sorted(
        ((mark, path) for mark, path in found if (mark.changed, mark.name) > (after.changed, after.name)),
        key=lambda each: (each[0].changed, each[0].name),
    )


def read_files(files: list[tuple[FolderMark, Path]]) -> Iterator[Found]:
    """Each file as a mail whose body is read later; one that vanished meanwhile is passed over."""
    for mark, path in files:
        try:
            with path.open("rb") as stream:
                status = path.stat()
                head = header_of(stream, 0, status.st_size)
        except OSError:
            continue
        received = datetime.fromtimestamp(status.st_mtime, UTC)
        yield Found(mark.name, path, 0, status.st_size, head, received)


def _is_mail(path: Path) -> bool:
    named = path.suffix.lower() == ".eml" or path.parent.name in MAILDIR_PARTS
    return named and not path.name.startswith(".") and not path.is_symlink() and path.is_file()
