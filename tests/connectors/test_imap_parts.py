"""The small parts of the mailbox connector: dates, sets, cursors, folders, form, presets."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import imap
from connectors.imap.cursor import Marks, Place, read_marks
from connectors.imap.folders import choose
from connectors.imap.presets import HELP, read_providers, suggest
from connectors.imap.reader import _range, as_set, imap_day, parse_date
from connectors.imap.session import Status
from mesinfos.errors import InvalidInput, SourceChanged


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"22-Nov-2026 10:00:00 +0000", datetime(2026, 11, 22, 10, tzinfo=UTC)),
        (b" 2-Jan-2026 00:30:00 +0200", datetime(2026, 1, 1, 22, 30, tzinfo=UTC)),
        (b"02-Jan-2026 23:30:00 -0130", datetime(2026, 1, 3, 1, tzinfo=UTC)),
    ],
)
def test_internaldate_becomes_utc(text, expected):
    """Offsets are taken off, a day of one digit is padded with a space."""
    assert parse_date(text) == expected


@pytest.mark.parametrize("text", [b"", b"99-Xxx-2026 10:00:00 +0000", b"31-Feb-2026 10:00:00 +0000", b"x" * 99])
def test_a_date_that_is_none_is_the_present(text):
    """A server that writes nonsense has just handed the mail over."""
    assert abs((datetime.now(UTC) - parse_date(text)).total_seconds()) < 60


@given(st.sets(st.integers(1, 500), min_size=1, max_size=60))
def test_a_set_names_exactly_its_uids(uids):
    """Writing UIDs as a sequence-set and reading it again gives the same UIDs."""
    parts = as_set(sorted(uids)).encode().split(b",")
    assert {uid for part in parts for uid in _range(part)} == uids


def test_days_are_written_in_english():
    """SEARCH knows English months only."""
    assert imap_day(date(2026, 5, 3)) == "3-May-2026"
    assert imap_day(None) == ""


@pytest.mark.parametrize("cursor", ["nonsense", '{"folders": 3}', '{"folders": {}, "version": 2}', "", None])
def test_a_cursor_that_cannot_be_read_starts_again(cursor):
    """Starting again is safe; stopping is not."""
    assert read_marks(cursor, "2025-01-01") == Marks({}, "2025-01-01")


def test_a_cursor_holds_while_no_more_days_are_wanted():
    """Fewer days than were read need no second reading; more do."""
    text = Marks({"INBOX": Place(1, 5)}, "2025-01-01").text()
    assert read_marks(text, "2025-06-01").folders
    assert not read_marks(text, "2024-06-01").folders
    assert not read_marks(text, "").folders


def test_a_place_knows_when_its_folder_was_rebuilt():
    """Another UIDVALIDITY, or counters that ran backwards; unchanged needs a MODSEQ."""
    place = Place(uidvalidity=7, uid=10, uidnext=11, modseq=5)
    assert place.is_of(Status(9, 7, 12, 6))
    assert not place.is_of(Status(9, 8, 12, 6))
    assert not place.is_of(Status(9, 7, 10, 6))
    assert not place.is_of(Status(9, 7, 12, 4))
    assert place.is_unchanged(Status(9, 7, 11, 5))
    assert not Place(uidvalidity=7, uidnext=11).is_unchanged(Status(9, 7, 11, 0))


FLAT = frozenset({"\\hasnochildren"})


def test_names_stand_in_for_missing_flags():
    """A server without SPECIAL-USE still keeps its sent mail to itself, and shows its archives."""
    listed = [(FLAT, name) for name in ("Inbox", "INBOX.Archives", "Éléments envoyés", "Papierkorb", "Achats")]
    chosen = choose(listed, ())
    assert chosen.read == ("Inbox", "INBOX.Archives")
    assert chosen.others == ("Achats",)
    assert choose(listed, ("inbox", "Nowhere")).missing == ("Nowhere",)


def test_folders_that_hold_no_mail_are_passed_over():
    """Closed folders and names with control characters are no folders to read."""
    listed = [(frozenset({"\\noselect"}), "[Gmail]"), (FLAT, "a\r\nb"), (frozenset({"\\all"}), "[Gmail]/Tous")]
    assert choose(listed, ()).read == ("[Gmail]/Tous",)
    with pytest.raises(SourceChanged):
        choose([(frozenset({"\\junk"}), "Spam")], ("Spam",))


GOOD = {"host": "imap.acme.example", "username": "alice", "password": "secret"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"password": ""}, "password"),
        ({"host": "imap.acme.example/path"}, "host"),
        ({"security": "none"}, "security"),
        ({"folders": "a\0b"}, "folders"),
    ],
)
def test_the_form_refuses_on_the_right_field(changes, field):
    """What the fields cannot say together is told on the one to change."""
    with pytest.raises(InvalidInput) as refused:
        imap.Settings(**(GOOD | changes))
    assert refused.value.field == field


@pytest.mark.parametrize("field", ["host", "username", "password", "token"])
@pytest.mark.parametrize("evil", ["a\r\nb", "a\0b", "a\nb"])
def test_control_characters_are_refused_in_every_field(field, evil):
    """No typed value can carry a second command."""
    with pytest.raises(ValueError, match="cannot be typed") as refused:
        imap.Settings(**(GOOD | {field: evil}))
    assert evil not in str(refused.value)


def test_the_form_knows_usual_ports_and_lists():
    """Ports follow the encryption; folders are split at commas and lines; loopback needs no encryption."""
    assert imap.Settings(**GOOD).usual_port == 993
    assert imap.Settings(**GOOD, security="starttls").usual_port == 143
    assert imap.Settings(**GOOD, folders="INBOX, Achats\r\nINBOX\n").folder_names == ("INBOX", "Achats")
    for host in ("localhost", "127.0.0.1", "::1"):
        assert imap.Settings(**(GOOD | {"host": host, "security": "none"})).usual_port == 143


def test_secrets_are_not_shown():
    """Neither repr nor str of the form shows what was typed."""
    shown = repr(imap.Settings(**(GOOD | {"password": "hunter2", "token": "tok3n"})))
    assert "hunter2" not in shown
    assert "tok3n" not in shown


@pytest.mark.parametrize("domain", [domain for provider in read_providers() for domain in provider.domains])
def test_every_preset_fills_in_the_form(domain):
    """The suggestion for every domain we know makes a valid form once a password is added."""
    suggestion = suggest(f" alice@{domain.upper()} ")
    assert suggestion is not None
    assert suggestion.help in HELP.values()
    assert imap.Settings(**suggestion.values, password="secret").usual_port


def test_presets_contradict_nobody():
    """No domain has two providers, and an unknown one none."""
    domains = [domain for provider in read_providers() for domain in provider.domains]
    assert len(domains) == len(set(domains))
    assert suggest("alice@maison.example") is None


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        *((f"a@{domain}", "password") for domain in ("gmail.com", "orange.fr", "free.fr", "sfr.fr", "laposte.net")),
        *((f"a@{domain}", "password") for domain in ("yahoo.fr", "icloud.com", "gmx.fr", "web.de", "t-online.de")),
        *((f"a@{domain}", "password") for domain in ("posteo.de", "fastmail.com", "proton.me")),
        *((f"a@{domain}", "token") for domain in ("outlook.fr", "hotmail.com", "live.fr")),
    ],
)
def test_a_preset_asks_for_what_its_provider_takes(address, asked):
    """The form asks for a password where one works, and for a token where Microsoft takes passwords no more."""
    suggestion = suggest(address)
    assert suggestion is not None
    assert suggestion.secret == asked
    assert ("token" in suggestion.help) == (asked == "token")
