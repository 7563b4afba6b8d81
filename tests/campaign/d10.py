"""D10: an idle mailbox is asked again and again, and never has anything new (`n:*` always names its last mail)."""

from connectors import imap
from connectors.imap.reader import Reader
from connectors.imap.session import Session
from mesinfos.connector import Batch, Cursor
from tests.campaign import Outcome
from tests.servers.dovecot import Dovecot
from tests.servers.liar import Liar

FULL = 1000
MAILS = [b"From: shop@acme.example\r\nSubject: order %d\r\n\r\nthanks\r\n" % number for number in range(30)]
USER, PASSWORD = "alice@maison.example", "secret"


def run(tries: int) -> Outcome:
    """Poll a Dovecot whose flags change now and then, and a bare server without UIDNEXT or CONDSTORE."""
    new, read = 0, 0
    with Dovecot() as server, Liar(MAILS, {"EXAMINE": no_uidnext, "SEARCH": last_mail}) as bare:
        server.add_user(USER, PASSWORD)
        server.deliver(USER, MAILS)
        for port in (server.port, bare.port):
            bare.lies.pop("SEARCH", None)
            settings = imap.Settings(host="127.0.0.1", port=port, username=USER, password=PASSWORD, security="none")
            first = poll(settings, None)
            read += sum(len(batch.items) for batch in first)
            cursor = first[-1].cursor
            bare.lies["SEARCH"] = last_mail
            for number in range(tries // 2):
                if number % 10 == 0:  # somebody reads the mail elsewhere: MODSEQ moves on
                    server.doveadm(
                        "flags", "add" if number % 20 else "remove", "-u", USER, "\\Seen", "mailbox", "INBOX"
                    )
                batches = poll(settings, cursor)
                new += sum(len(batch.items) + batch.seen for batch in batches)
                cursor = batches[-1].cursor if batches else cursor
        new += stars(server)
    ok = new == 0 and read == 2 * len(MAILS)
    return Outcome(tries, "0 new mails", f"{new} new mails", ok=ok)


def poll(settings: imap.Settings, since: Cursor | None) -> list[Batch]:
    """One sync."""
    return list(imap.connect(settings).fetch(since, lambda heads: [True] * len(heads)))


def stars(server: Dovecot) -> int:
    """How many mails a search from beyond the end finds on the real server."""
    settings = imap.Settings(host="127.0.0.1", port=server.port, username=USER, password=PASSWORD, security="none")
    with Session(settings) as session:
        session.examine("INBOX")
        reader = Reader(session.wire, 1 << 20)
        return sum(len(reader.search(len(MAILS) + 1, "", compact=compact, limit=99)) for compact in (False, True))


def no_uidnext(liar: Liar, connection, tag: bytes, _: bytes) -> None:
    """EXAMINE of an old server."""
    connection.sendall(b"* %d EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n" % len(liar.mails) + tag + b" OK [READ-ONLY] x\r\n")


def last_mail(liar: Liar, connection, tag: bytes, _: bytes) -> None:
    """`n:*` beyond the end, as RFC 3501 §6.4.8 has it: the last mail."""
    connection.sendall(b"* SEARCH %d\r\n" % len(liar.mails) + tag + b" OK done\r\n")
