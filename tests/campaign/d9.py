"""D9: a mailbox is rebuilt under us: new UIDVALIDITY, the same one reused, UIDs given anew. No mail is missed."""

from collections.abc import Callable

from connectors import imap
from mesinfos.connector import Cursor
from tests.campaign import Outcome
from tests.servers.dovecot import Dovecot

FULL = 20
MAILS = 1000


def run(tries: int, mails: int = MAILS) -> Outcome:
    """Read a mailbox, rebuild it in one of four ways, read on from the cursor."""
    wrong: list[str] = []
    with Dovecot() as server:
        for number in range(tries):
            user = f"alice{number}@maison.example"
            server.add_user(user, "secret")
            server.deliver(user, [mail(each) for each in range(mails)])
            before, cursor = read(server, user, None)
            rebuild = WAYS[number % len(WAYS)]
            expected = rebuild(server, user, mails)
            after, _ = read(server, user, cursor)
            if len(before) != mails or expected - (before | after):
                wrong.append(f"{rebuild.__name__}: {len(expected - (before | after))} mails missed")
    return Outcome(tries, "no mail missed", "; ".join(wrong[:3]) or "none missed", ok=not wrong)


def mail(number: int) -> bytes:
    """Mail number so-and-so."""
    return b"From: shop@acme.example\r\nSubject: order %d\r\nMessage-ID: <%d@acme.example>\r\n\r\nthanks\r\n" % (
        number,
        number,
    )


def changed(server: Dovecot, user: str, mails: int) -> set[bytes]:
    """The server announces it: another UIDVALIDITY, and new mail has come."""
    server.deliver(user, [mail(mails + each) for each in range(5)])
    server.renumber(user, "INBOX", 4242)
    return {mail(each) for each in range(mails + 5)}


def reused(server: Dovecot, user: str, mails: int) -> set[bytes]:
    """The folder is deleted and made again under the same UIDVALIDITY, with fewer mails."""
    validity = uidvalidity(server, user)
    empty(server, user, mails)
    server.deliver(user, [mail(mails + each) for each in range(mails // 2)])
    server.renumber(user, "INBOX", validity)
    return {mail(mails + each) for each in range(mails // 2)}


def outgrown(server: Dovecot, user: str, mails: int) -> set[bytes]:
    """The same, but it holds more mails by now than we had read: the counters alone do not tell."""
    validity = uidvalidity(server, user)
    empty(server, user, mails)
    server.deliver(user, [mail(mails + each) for each in range(mails * 2)])
    server.renumber(user, "INBOX", validity)
    return {mail(mails + each) for each in range(mails * 2)}


def renumbered(server: Dovecot, user: str, mails: int) -> set[bytes]:
    """Old mails are deleted, the rest numbered anew from 1 under the same UIDVALIDITY, then new ones arrive."""
    validity = uidvalidity(server, user)
    empty(server, user, mails // 3)
    server.renumber(user, "INBOX", validity)
    server.deliver(user, [mail(mails + each) for each in range(mails // 2)])
    return {mail(each) for each in range(mails // 3, mails + mails // 2)}


WAYS: tuple[Callable[[Dovecot, str, int], set[bytes]], ...] = (changed, reused, outgrown, renumbered)


def empty(server: Dovecot, user: str, count: int) -> None:
    """Take the first mails away, behind the server's back."""
    for path in sorted((server.folder / "mail" / user / "Maildir" / "cur").iterdir())[:count]:
        path.unlink()


def uidvalidity(server: Dovecot, user: str) -> int:
    """The folder's present UIDVALIDITY."""
    return int(server.doveadm("-f", "flow", "mailbox", "status", "-u", user, "uidvalidity", "INBOX").split("=")[-1])


def read(server: Dovecot, user: str, since: Cursor | None) -> tuple[set[bytes], Cursor]:
    """What a sync from `since` brings, and the cursor it leaves."""
    settings = imap.Settings(
        host=server.host, port=server.port, username=user, password="secret", security="starttls", ca=str(server.ca)
    )
    batches = list(imap.connect(settings).fetch(since, lambda heads: [True] * len(heads)))
    return {item.data for batch in batches for item in batch.items}, batches[-1].cursor if batches else since or ""
