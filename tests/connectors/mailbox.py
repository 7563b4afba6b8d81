"""Small words for the tests of the mailbox connector."""

from collections.abc import Sequence

from connectors import imap
from mesinfos.connector import Batch
from tests.servers.fixtures import Account


def settings_of(account: Account, **changes: object) -> imap.Settings:
    """The form as Alice fills it in for her account."""
    server = account.server
    port = server.tls_port if changes.get("security", "tls") == "tls" else server.port
    values = {"host": "localhost", "port": port, "username": account.name, "password": account.password}
    return imap.Settings(**(values | {"ca": str(server.ca)} | changes))


def everything(heads: Sequence[bytes]) -> list[bool]:
    """Want every body."""
    return [True] * len(heads)


def read(settings: imap.Settings, since: str | None = None, wants=everything) -> list[Batch]:
    """All batches of one run."""
    return list(imap.connect(settings).fetch(since, wants))


def subjects(batches: Sequence[Batch]) -> list[bytes]:
    """The subjects of the mails that came, in order."""
    return [item.data.partition(b"Subject: ")[2].partition(b"\r\n")[0] for batch in batches for item in batch.items]


def mail(subject: str, sender: str = "shop@acme.example", body: bytes = b"thank you\r\n") -> bytes:
    """A mail."""
    return f"From: {sender}\r\nSubject: {subject}\r\n\r\n".encode() + body
