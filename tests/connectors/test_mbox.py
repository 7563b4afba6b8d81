"""Archives on a disk: mbox files, folders of .eml files, Maildirs."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import mbox
from connectors.mbox import connector, mail
from connectors.mbox import mbox as reading
from mesinfos.errors import SourceChanged, Unreachable
from tests.campaign.words_of_harm import VALUES
from tests.connectors.mailbox import everything, subjects

LINE = b"From shop@acme.example Tue Mar  4 05:06:07 2025\n"


def mail_of(number: int, body: bytes = b"thanks\n") -> bytes:
    """A mail with Unix line ends."""
    return b"From: shop@acme.example\nSubject: order %d\r\n\n" % number + body


def archive(path: Path, count: int, body: bytes = b"thanks\n") -> Path:
    """An mbox file of so many mails."""
    path.write_bytes(b"".join(LINE + mail_of(number, body) + b"\n" for number in range(count)))
    return path


def read(path: Path, since: str | None = None, wants=everything, **house: object) -> list:
    """All batches of one run."""
    return list(mbox.connect(mbox.Settings(path=path, **house)).fetch(since, wants))


def data_of(batches) -> list[bytes]:
    """The mails that came."""
    return [item.data for batch in batches for item in batch.items]


def test_every_mail_of_an_mbox_comes_once(tmp_path):
    """Batches hold 200 mails; origin, date and count are told; the last cursor has nothing after it."""
    path = archive(tmp_path / "all.mbox", 450)
    batches = read(path)
    assert subjects(batches) == [b"order %d" % number for number in range(450)]
    assert [batch.seen for batch in batches] == [200, 200, 50]
    first = batches[0].items[0]
    assert (first.origin.place, first.origin.item) == ("all.mbox", "0")
    assert first.received_at == datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert read(path, batches[-1].cursor) == []
    assert mbox.connect(mbox.Settings(path=path)).check().items == 450


def test_each_cursor_goes_on_after_its_batch(tmp_path):
    """The cursor of the first batch is the place where the second begins."""
    path = archive(tmp_path / "all.mbox", 250)
    assert subjects(read(path, read(path)[0].cursor)) == [b"order %d" % number for number in range(200, 250)]


def test_what_is_added_is_read_and_nothing_else(tmp_path):
    """An archive that grew is read from where it ended, whatever its time of change says."""
    path = archive(tmp_path / "all.mbox", 3)
    cursor = read(path)[-1].cursor
    with path.open("ab") as stream:
        stream.write(LINE + mail_of(99))
    os.utime(path, (0, 0))
    assert subjects(read(path, cursor)) == [b"order 99"]


@pytest.mark.parametrize("change", ["replaced", "shortened", "rewritten"])
def test_another_archive_in_its_place_is_read_from_the_start(tmp_path, change):
    """A file that is not the one we knew starts again."""
    path = archive(tmp_path / "all.mbox", 30)
    cursor = read(path)[-1].cursor
    if change == "replaced":
        path.write_bytes(LINE + mail_of(7, b"other\n" * 500))
    elif change == "shortened":
        archive(path, 1)
    else:
        path.write_bytes(path.read_bytes()[:1200] + b"x" * 5000 + b"\n\n" + LINE + mail_of(8))
    assert len(data_of(read(path, cursor))) == len(data_of(read(path))) > 0


def test_quoting_is_undone(tmp_path):
    """mboxrd: one ">" is taken off; "From " in a sentence or after a full line begins no mail."""
    body = b"hello\nFrom here at 10:30 on\n\nFrom now on\n>From quoted\n>>From twice\n> From not\n"
    path = tmp_path / "all.mbox"
    path.write_bytes(LINE + mail_of(1, body) + b"\n" + LINE + mail_of(2))
    first, second = data_of(read(path))
    assert first.endswith(b"\n\nFrom now on\nFrom quoted\n>From twice\n> From not\n")
    assert second == mail_of(2)


def test_windows_line_ends_and_strange_dates_are_read(tmp_path):
    """CRLF archives split as well; dates come from the separator in several forms, else from the Date header."""
    lines = [
        b"From - Tue Mar 04 05:06:07 2025",
        b"From 123@xxx Tue Mar 04 06:06:07 +0100 2025",
        b"From a@b Tue Mar  4 05:06:07 UTC 2025",
        b"From a@b at 05:06",
        b"From a@b at 05:07",
        b"From a@b at 05:08",
    ]
    dates = [b"", b"", b"", b"Date: Tue, 4 Mar 2025 06:06:07 +0100\r\n", b"Date: Tue, 4 Mar 2025 05:06:07 -0000\r\n"]
    dates.append(b"Date: never\r\n")
    path = tmp_path / "all.mbox"
    heads = zip(lines, dates, strict=True)
    path.write_bytes(b"".join(line + b"\r\n" + day + b"Subject: x\r\n\r\nbody\r\n\r\n" for line, day in heads))
    (batch,) = read(path)
    moments = [item.received_at for item in batch.items]
    assert moments[:5] == [datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)] * 5
    assert moments[5].year >= 2026
    assert batch.items[0].data == b"Subject: x\r\n\r\nbody\r\n"


@given(st.lists(st.integers(0, 90), min_size=1, max_size=30), st.integers(640, 900))
def test_a_separator_across_two_chunks_is_found(sizes, chunk):
    """Wherever a chunk ends, the mails are the same."""
    path = Path(os.environ.get("TMPDIR", "/tmp")) / f"mesinfos-chunks-{os.getpid()}.mbox"
    path.write_bytes(b"".join(LINE + mail_of(n, b"x" * size + b"\n") + b"\n" for n, size in enumerate(sizes)))
    before = reading.CHUNK
    reading.CHUNK = chunk
    try:
        assert subjects(read(path)) == [b"order %d" % number for number in range(len(sizes))]
    finally:
        reading.CHUNK = before
        path.unlink()


def test_personal_mail_and_large_mail_stay_where_they_are(tmp_path):
    """`wants` decides by the header; what is above the cap is told with its size."""
    path = tmp_path / "all.mbox"
    path.write_bytes(
        LINE + mail_of(1) + b"\n" + LINE + mail_of(2, b"x" * 2_000_000 + b"\n") + b"\n" + LINE + mail_of(3)
    )
    (batch,) = read(path, wants=lambda heads: [b"order 1" not in head for head in heads], max_bytes=1_000_000)
    assert subjects([batch]) == [b"order 3"]
    assert (batch.seen, batch.personal) == (3, 1)
    assert [each.reason for each in batch.rejected] == ["too large: 1 MB"]


def test_a_batch_holds_a_bounded_number_of_bytes(tmp_path, monkeypatch):
    """Large mails make smaller batches."""
    monkeypatch.setattr(connector, "BATCH_BYTES", 5000)
    path = archive(tmp_path / "all.mbox", 5, b"x" * 2000 + b"\n")
    assert [len(batch.items) for batch in read(path)] == [2, 2, 1]


def test_a_header_longer_than_the_first_look_is_whole(tmp_path, monkeypatch):
    """Header blocks are shown whole up to their limit, and cut there."""
    shown: list[bytes] = []
    long = b"Subject: x\nX-Long: " + b"y" * 20_000 + b"\n\nbody\n"
    path = tmp_path / "all.mbox"
    path.write_bytes(LINE + long)
    read(path, wants=lambda heads: shown.extend(heads) or [False] * len(heads))
    monkeypatch.setattr(mail, "HEAD_BYTES", 9000)
    read(path, wants=lambda heads: shown.extend(heads) or [False] * len(heads))
    assert shown[0] == long.removesuffix(b"body\n")
    assert len(shown[1]) < len(shown[0])


def test_an_empty_archive_is_no_error(tmp_path):
    """Nothing to read is nothing."""
    path = tmp_path / "all.mbox"
    path.write_bytes(b"")
    assert read(path) == []
    assert mbox.connect(mbox.Settings(path=path)).check().items == 0


def test_a_folder_of_eml_files_is_read_as_it_grows(tmp_path):
    """Each .eml is a mail; a file copied in later is found although it is older; others are not touched."""
    for number in range(3):
        (tmp_path / f"{number}.eml").write_bytes(mail_of(number))
    (tmp_path / "notes.txt").write_bytes(b"private")
    (tmp_path / "link.eml").symlink_to(tmp_path / "notes.txt")
    batches = read(tmp_path)
    assert sorted(subjects(batches)) == [b"order 0", b"order 1", b"order 2"]
    assert mbox.connect(mbox.Settings(path=tmp_path)).check().items == 3
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "old.eml").write_bytes(mail_of(9))
    os.utime(tmp_path / "sub" / "old.eml", (0, 0))
    later = read(tmp_path, batches[-1].cursor)
    assert subjects(later) == [b"order 9"]
    assert later[0].items[0].received_at == datetime(1970, 1, 1, tzinfo=UTC)


def test_a_maildir_is_read(tmp_path):
    """Files of `cur` and `new` are mails, those of `tmp` are not."""
    for number, part in enumerate(("cur", "new", "tmp")):
        (tmp_path / part).mkdir()
        (tmp_path / part / f"1.{part}.host").write_bytes(mail_of(number))
    assert sorted(subjects(read(tmp_path))) == [b"order 0", b"order 1"]


def test_a_file_that_vanishes_meanwhile_is_passed_over(tmp_path):
    """One file that is gone, before or after its header was read, does not end the run."""
    for number in range(3):
        (tmp_path / f"{number}.eml").write_bytes(mail_of(number))

    def wants(heads):
        (tmp_path / "1.eml").unlink()
        return [True] * len(heads)

    assert sorted(subjects(read(tmp_path, wants=wants))) == [b"order 0", b"order 2"]
    found = connector.find_files(tmp_path, connector.FolderMark())
    (tmp_path / "0.eml").unlink()
    assert [each.item for each in connector.read_files(found)] == ["2.eml"]


@pytest.mark.parametrize("door", ["check", "fetch"])
def test_failures_land_on_the_path(tmp_path, door):
    """Missing, not an mbox, not a file, outside of the folder allowed: one sentence, one field."""
    (tmp_path / "picture.png").write_bytes(b"\x89PNG" + bytes(100))
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "out.mbox").symlink_to(archive(tmp_path / "all.mbox", 1))
    cases = [
        (tmp_path / "nowhere.mbox", None, SourceChanged),
        (tmp_path / "picture.png", None, SourceChanged),
        (tmp_path / "pipe", None, Unreachable),
        (tmp_path / "in" / "out.mbox", tmp_path / "in", SourceChanged),
        (tmp_path / "in" / ".." / "all.mbox", tmp_path / "in", SourceChanged),
    ]
    for path, inside, error in cases:
        connection = mbox.connect(mbox.Settings(path=path, inside=inside))
        with pytest.raises(error) as refused:
            connection.check() if door == "check" else list(connection.fetch(None, everything))
        assert refused.value.field == "path"
        assert str(refused.value).endswith(".")
        assert refused.value.advice


def test_an_archive_inside_of_the_folder_allowed_is_read(tmp_path):
    """The operator's folder is enough."""
    assert len(data_of(read(archive(tmp_path / "all.mbox", 2), inside=tmp_path))) == 2


def test_what_may_not_be_read_is_told(tmp_path, monkeypatch):
    """No right to read: the next step says whose turn it is."""
    path = archive(tmp_path / "all.mbox", 1)

    def refuse(*_, **__):
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(Path, "iterdir", refuse)
    for each in (path, tmp_path):
        with pytest.raises(Unreachable, match="cannot be read"):
            read(each)


@pytest.mark.parametrize("cursor", ["nonsense", '{"version": 2}', '{"file": 3}'])
def test_a_cursor_that_cannot_be_read_starts_again(tmp_path, cursor):
    """Starting again is safe; stopping is not."""
    assert len(data_of(read(archive(tmp_path / "all.mbox", 2), cursor))) == 2


@pytest.mark.parametrize("value", VALUES)
def test_no_date_stops_an_import(value: bytes):
    """A Date that no calendar holds is read as now: year 9999 west of Greenwich, a zone of days, no date at all."""
    assert reading._date_header(value.decode("utf-8", "replace")[:1_000]).tzinfo is UTC
