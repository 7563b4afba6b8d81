"""Servers that lie in one point each, met in this very process; the huge lies are in tests/campaign/i4.py."""

import socket

import pytest

from connectors import imap
from connectors.imap import connector, reader, run, wire
from connectors.imap.wire import UnsafeArgument, Wire
from mesinfos.errors import SourceChanged, Unreachable
from tests.connectors.mailbox import mail, read, subjects
from tests.servers.liar import DATE, Liar

MAILS = [mail(f"order {number}") for number in range(5)]


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(connector, "PAUSES", (0.0, 0.0, 0.0))


def settings_for(liar: Liar, **changes: object) -> imap.Settings:
    """The form for the lying server."""
    values = {"host": "127.0.0.1", "port": liar.port, "username": "alice", "password": "secret", "security": "none"}
    return imap.Settings(**(values | changes))


def says(text: bytes, *, done: bytes = b" OK done\r\n"):
    """A lie in one answer."""
    return lambda _, connection, tag, __: connection.sendall(text + tag + done)


def test_an_honest_server_without_extensions_is_read():
    """No UIDPLUS, no ESEARCH, no CONDSTORE, no SPECIAL-USE: the plain RFC 3501 is enough."""
    with Liar(MAILS) as liar:
        batches = read(settings_for(liar))
        assert len(subjects(batches)) == 5
        assert imap.connect(settings_for(liar)).check().items == 5


def test_only_the_mail_that_lies_about_its_size_is_lost():
    """A literal above the cap drops the connection, not the mailbox: the four other mails come, the fifth is told."""

    def lie(liar, connection, tag, rest):
        if 3 in liar.asked(rest):
            connection.sendall(b"* 3 FETCH (UID 3 BODY[] {5000000}\r\n" + b"x" * 100_000)
        else:
            connection.sendall(liar.honest("BODY", tag, rest))

    with Liar(MAILS, {"BODY": lie}) as liar:
        batches = read(settings_for(liar, max_bytes=1_000_000))
    assert subjects(batches) == [b"order 0", b"order 1", b"order 3", b"order 4"]
    rejected = [each for batch in batches for each in batch.rejected]
    assert [(each.origin.item, each.reason) for each in rejected] == [("7/3", "larger than the server announced")]


def test_a_lie_that_names_no_mail_is_narrowed_down():
    """When the UID comes after the literal, each mail is asked for alone until the culprit is known."""

    def lie(liar, connection, tag, rest):
        if 3 in liar.asked(rest):
            connection.sendall(b"* 3 FETCH (BODY[HEADER] {9000000}\r\n")
        else:
            connection.sendall(liar.honest("HEAD", tag, rest))

    with Liar(MAILS, {"HEAD": lie}) as liar:
        batches = read(settings_for(liar))
    assert len(subjects(batches)) == 4
    assert [each.origin.item for batch in batches for each in batch.rejected] == ["7/3"]


def test_a_mail_the_server_denies_is_told():
    """NO for one mail (a damaged store) does not hide the others."""

    def lie(liar, connection, tag, rest):
        if 2 in liar.asked(rest):
            connection.sendall(tag + b" NO [SERVERBUG] cannot\r\n")
        else:
            connection.sendall(liar.honest("BODY", tag, rest))

    with Liar(MAILS, {"BODY": lie}) as liar:
        batches = read(settings_for(liar))
    assert len(subjects(batches)) == 4
    assert [each.reason for batch in batches for each in batch.rejected] == ["the server does not hand it out"]


def test_a_server_that_denies_everything_is_given_up(monkeypatch):
    """After so many mails in a row that cannot be had, the run ends in one clear error."""
    monkeypatch.setattr(run, "WITHHELD", 2)
    with Liar(MAILS, {"BODY": says(b"", done=b" NO never\r\n")}) as liar, pytest.raises(Unreachable) as refused:
        read(settings_for(liar))
    assert refused.value.field == "host"


@pytest.mark.parametrize(
    ("verb", "answer"),
    [
        ("SEARCH", b"* SEARCH " + b" ".join(b"%d" % uid for uid in range(1, 1500)) + b"\r\n"),
        ("SEARCH", b"* ESEARCH (TAG x) UID ALL 1:9999999999999\r\n"),
        ("SEARCH", b"* BYE bored\r\n"),
        ("SEARCH", b"no IMAP at all\r\n"),
        ("HEAD", b"* 1 FETCH (UID 1 BODY[HEADER] (((((\r\n"),
        ("HEAD", b"* 1 FETCH (UID 1 " + b"X" * (1 << 17) + b"\r\n"),
        ("LIST", b'* LIST ("' + b"x" * 70_000 + b"\r\n"),
        ("LIST", b"* LIST (\\A) NIL INBOX unexpected (\r\n"),
        ("EXAMINE", b"* OK [UIDVALIDITY x] x\r\n"),
    ],
)
def test_nonsense_ends_in_one_clear_error(verb, answer):
    """Whatever the server says instead of IMAP, the person reads one sentence on the field of the server."""
    with Liar(MAILS, {verb: says(answer)}, b"AUTH=PLAIN ESEARCH") as liar, pytest.raises(Unreachable) as refused:
        read(settings_for(liar))
    assert refused.value.field == "host"


def test_a_list_that_is_refused_is_told_by_both_doors():
    """NO to LIST: check says so at once, fetch after its tries."""
    with Liar(MAILS, {"LIST": says(b"", done=b" NO never\r\n")}) as liar:
        for attempt in (imap.connect(settings_for(liar)).check, lambda: read(settings_for(liar))):
            with pytest.raises(Unreachable, match="folders"):
                attempt()


def test_a_mailbox_without_folders_is_told():
    """An empty list of folders is a source that changed."""
    with Liar(MAILS, {"LIST": says(b"")}) as liar, pytest.raises(SourceChanged):
        read(settings_for(liar))


def test_a_folder_that_cannot_be_opened_is_told():
    """NO to EXAMINE names the folder."""
    with Liar(MAILS, {"EXAMINE": says(b"", done=b" NO never\r\n")}) as liar:
        for attempt in (imap.connect(settings_for(liar)).check, lambda: read(settings_for(liar))):
            with pytest.raises(SourceChanged, match="INBOX"):
                attempt()


def test_folder_names_with_line_breaks_are_never_used():
    """A folder named so as to smuggle a command is passed over; the honest one beside it is read."""
    listed = b'* LIST () "/" {24}\r\nArchive\r\nM9 DELETE INBOX\r\n* LIST () "/" INBOX\r\n'
    with Liar(MAILS, {"LIST": says(listed)}) as liar:
        assert len(subjects(read(settings_for(liar, folders="*")))) == 5
    assert not any(b"DELETE" in line for line in liar.commands)


def test_answers_in_any_order_and_form_are_understood():
    """Quoted headers, NIL bodies, flags, unasked answers and UIDs in reverse are all within RFC 3501."""
    heads = (
        b"* 9 EXISTS\r\n* 2 FETCH (BODY[HEADER] {4}\r\n\r\n\r\n RFC822.SIZE 30 INTERNALDATE %s FLAGS (\\Seen) "
        b"UID 2)\r\n"
        b'* 1 FETCH (UID 1 RFC822.SIZE 20 INTERNALDATE "sometime" BODY[HEADER] "From: \\"a\\"")\r\n'
        b"* 3 FETCH (UID 3 RFC822.SIZE 20 INTERNALDATE %s BODY[HEADER] NIL)\r\n* 1 FETCH (FLAGS ())\r\n" % (DATE, DATE)
    )
    bodies = (
        b'* 1 FETCH (UID 1 BODY[] "one")\r\n* 2 FETCH (UID 2 BODY[] {3}\r\ntwo)\r\n* 7 FETCH (UID 70 BODY[] "x")\r\n'
    )
    shown: list[bytes] = []
    with Liar(MAILS, {"HEAD": says(heads), "BODY": says(bodies)}) as liar:
        batches = read(settings_for(liar), wants=lambda each: shown.extend(each) or [True] * len(each))
    assert [item.data for item in batches[0].items] == [b"one", b"two"]
    assert shown[0] == b'From: "a"'
    assert batches[0].seen == 5


def test_the_anchor_of_a_withheld_mail_is_not_asked_again():
    """A known mail whose header has become a lie does not stop the sync."""
    with Liar(MAILS) as liar:
        cursor = read(settings_for(liar))[-1].cursor
        liar.mails.append(mail("new"))

        def lie(liar, connection, tag, rest):
            if 5 in liar.asked(rest):
                connection.sendall(b"* 5 FETCH (UID 5 BODY[HEADER] {9000000}\r\n")
            else:
                connection.sendall(liar.honest("HEAD", tag, rest))

        liar.lies["HEAD"] = lie
        assert subjects(read(settings_for(liar), cursor)) == [b"new"]


def test_starttls_that_is_refused_or_missing_sends_no_password():
    """Whoever strips STARTTLS from the conversation does not get the password."""
    for capabilities in (b"AUTH=PLAIN STARTTLS", b"AUTH=PLAIN"):
        with Liar(MAILS, {"STARTTLS": says(b"", done=b" NO never\r\n")}, capabilities) as liar:
            with pytest.raises(Unreachable):
                imap.connect(settings_for(liar, security="starttls")).check()
            assert not any(b"AUTHENTICATE" in line or b"LOGIN" in line for line in liar.commands)


def test_preauth_before_tls_sends_no_password():
    """A greeting that claims we are logged in already, so as to skip TLS, ends the session."""

    def preauth(_, connection, *__):
        connection.sendall(b"* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n")

    with Liar(MAILS, {"GREETING": preauth}) as liar, pytest.raises(Unreachable):
        imap.connect(settings_for(liar, security="starttls")).check()
    assert not any(b"AUTHENTICATE" in line or b"LOGIN" in line for line in liar.commands)


@pytest.fixture
def quiet_wire():
    """A wire whose other end listens and says only what the test sends."""
    ours, theirs = socket.socketpair()
    theirs.sendall(b"* OK [CAPABILITY IMAP4rev1] hello\r\n* CAPABILITY IMAP4rev1\r\n")
    wire_ = Wire.__new__(Wire)
    wire_._left = wire.ANSWER_BYTES
    wire_._listen(ours)
    yield wire_, theirs
    wire_.shutdown()
    theirs.close()


@pytest.mark.parametrize("evil", [b"\0", b"\r", b"\n", b"\r\nM9 DELETE INBOX"])
def test_no_command_holds_a_control_character(quiet_wire, evil):
    """NUL, CR and LF are refused before anything leaves, whoever asks."""
    wire_, theirs = quiet_wire
    with pytest.raises(UnsafeArgument):
        wire_.send(b'M1 EXAMINE "INBOX' + evil + b'"\r\n')
    wire_.send(b"M2 NOOP\r\n")
    assert theirs.recv(100) == b"M2 NOOP\r\n"


def test_a_closed_wire_is_torn(quiet_wire):
    """Sending on a dead connection is a torn connection, and STARTTLS without a context is refused."""
    wire_, theirs = quiet_wire
    theirs.close()
    wire_.sock.close()
    with pytest.raises(wire.Torn):
        reader.Reader(wire_, 1).ask_heads([1])
    with pytest.raises(Wire.error):
        wire_.starttls(None)
