"""What comes out of a real mailbox, and what stays in it."""

from datetime import UTC, datetime

import pytest

from connectors import imap
from connectors.imap import run
from mesinfos.connector import Batch
from mesinfos.errors import SourceChanged
from tests.connectors.mailbox import everything, mail, read, settings_of, subjects
from tests.servers.fixtures import Account

pytestmark = pytest.mark.dovecot


def test_every_mail_comes_once_and_in_order(account: Account):
    """A mailbox larger than a batch is read oldest first; the last cursor has nothing after it."""
    account.server.deliver(account.name, [mail(f"order {number}") for number in range(450)])
    batches = read(settings_of(account))
    assert subjects(batches) == [b"order %d" % number for number in range(450)]
    assert [batch.seen for batch in batches] == [200, 200, 50]
    assert {batch.total for batch in batches} == {450}
    assert read(settings_of(account), batches[-1].cursor) == []


def test_each_cursor_goes_on_after_its_batch(account: Account):
    """Whoever stored only the first batch gets the rest the next time."""
    account.server.deliver(account.name, [mail(f"order {number}") for number in range(250)])
    first = read(settings_of(account))[0]
    assert subjects(read(settings_of(account), first.cursor)) == [b"order %d" % number for number in range(200, 250)]


def test_new_mail_is_found_and_old_mail_is_not(account: Account):
    """The second sync brings what came after the first."""
    account.server.append(account.name, "INBOX", mail("old"))
    cursor = read(settings_of(account))[-1].cursor
    account.server.append(account.name, "INBOX", mail("new"))
    assert subjects(read(settings_of(account), cursor)) == [b"new"]


def test_an_empty_mailbox_leaves_a_cursor(account: Account):
    """Nothing to read is not an error, and the first mail afterwards is found."""
    batches = read(settings_of(account))
    assert subjects(batches) == []
    account.server.append(account.name, "INBOX", mail("first"))
    assert subjects(read(settings_of(account), batches[-1].cursor)) == [b"first"]


def test_personal_mail_never_leaves_the_server(account: Account):
    """`wants` sees header blocks only, and the bodies it refuses are not asked for."""
    account.server.deliver(account.name, [mail("hi", "bob@maison.example", b"secret\r\n"), mail("order")])
    shown: list[bytes] = []

    def wants(heads):
        shown.extend(heads)
        return [b"shop@" in head for head in heads]

    (batch,) = read(settings_of(account), wants=wants)
    assert subjects([batch]) == [b"order"]
    assert (batch.seen, batch.personal) == (2, 1)
    assert not any(b"secret" in head for head in shown)
    assert all(head.endswith(b"\r\n\r\n") for head in shown)


def test_reading_changes_nothing(account: Account):
    """No mail is marked as read, and nothing is RECENT less than before."""
    account.server.append(account.name, "INBOX", mail("order"))
    read(settings_of(account))
    assert "\\Seen" not in account.server.doveadm("fetch", "-u", account.name, "flags", "mailbox", "INBOX")


def test_a_mail_that_is_too_large_is_reported_and_left(account: Account):
    """The size is checked before the body; the reason names it, and the others come."""
    account.server.deliver(account.name, [mail("small"), mail("large", body=b"x" * 3_000_000)])
    (batch,) = read(settings_of(account, max_bytes=1_000_000))
    assert subjects([batch]) == [b"small"]
    assert [each.reason for each in batch.rejected] == ["too large: 2 MB"]
    assert batch.rejected[0].origin.place == "INBOX"


def test_a_batch_holds_a_bounded_number_of_bytes(account: Account, monkeypatch):
    """Mails are dealt out so that no batch outgrows memory, and each cursor is right."""
    monkeypatch.setattr(run, "BATCH_BYTES", 5000)
    account.server.deliver(account.name, [mail(f"order {number}", body=b"x" * 2000) for number in range(7)])
    batches = read(settings_of(account))
    assert [len(batch.items) for batch in batches] == [2, 2, 2, 1]
    assert subjects(read(settings_of(account), batches[1].cursor)) == [b"order 4", b"order 5", b"order 6"]


def test_origin_and_date_are_the_servers(account: Account):
    """An item says where it lies and when the server received it."""
    received = datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)
    account.server.deliver(account.name, [(mail("order"), received)])
    (batch,) = read(settings_of(account))
    assert batch.items[0].received_at == received
    assert batch.items[0].origin.item.endswith("/1")


def test_since_leaves_older_mail_out_until_it_is_lifted(account: Account):
    """Only mail that arrived on or after the day is read; asking for more later reads the rest."""
    old, new = (datetime(year, 6, 1, 12, tzinfo=UTC) for year in (2024, 2026))
    account.server.deliver(account.name, [(mail("old"), old), (mail("new"), new)])
    batches = read(settings_of(account, since="2025-01-01"))
    assert subjects(batches) == [b"new"]
    assert read(settings_of(account, since="2025-01-01"), batches[-1].cursor) == []
    assert subjects(read(settings_of(account), batches[-1].cursor)) == [b"old", b"new"]


def test_inbox_and_archives_are_read_and_private_folders_are_not(account: Account):
    """Drafts, sent, junk and trash are never read; other folders only when named."""
    for folder in ("INBOX", "Archive", "Drafts", "Junk", "Sent", "Trash", "Achats/Été"):
        account.server.append(account.name, folder, mail(folder))
    assert {each.decode() for each in subjects(read(settings_of(account)))} == {"INBOX", "Archive"}
    assert subjects(read(settings_of(account, folders="Achats/Été"))) == ["Achats/Été".encode()]
    assert len(subjects(read(settings_of(account, folders="*")))) == 3
    with pytest.raises(SourceChanged) as refused:
        read(settings_of(account, folders="Junk"))
    assert refused.value.field == "folders"


def test_all_mail_is_enough_where_it_exists(account: Account):
    """A server with a folder of all mail is read once, not twice."""
    for folder in ("INBOX", "All Mail", "Archive"):
        account.server.append(account.name, folder, mail(folder))
    assert subjects(read(settings_of(account))) == [b"All Mail"]


def test_a_vanished_folder_is_told_after_the_others_were_read(account: Account):
    """One folder that is gone does not keep the others waiting."""
    for folder in ("INBOX", "Achats"):
        account.server.append(account.name, folder, mail(folder))
    settings = settings_of(account, folders="Achats, INBOX")
    cursor = read(settings)[-1].cursor
    account.server.remove(account.name, "Achats")
    account.server.append(account.name, "INBOX", mail("new"))
    came: list[Batch] = []
    with pytest.raises(SourceChanged) as gone:
        came.extend(imap.connect(settings).fetch(cursor, everything))
    assert subjects(came) == [b"new"]
    assert gone.value.field == "folders"


def test_the_newest_mails_are_looked_at_and_nothing_is_remembered(account):
    """A dry run sees what arrived last, over all folders read, fetches what is wanted alone, and has no cursor."""
    days = [datetime(2026, 1, day, tzinfo=UTC) for day in range(1, 31)]
    account.server.deliver(account.name, [(mail(f"box {day.day}"), day) for day in days[::2]])
    account.server.deliver(account.name, [(mail(f"file {day.day}"), day) for day in days[1::2]], "Archive")
    batch = imap.connect(settings_of(account)).recent(6, lambda heads: [b"box" in head for head in heads])
    assert sorted(subjects([batch])) == [b"box 25", b"box 27", b"box 29"]
    assert (batch.seen, batch.personal, batch.cursor) == (6, 3, "")
    assert imap.connect(settings_of(account, folders="Archive")).recent(2, everything).seen == 2
