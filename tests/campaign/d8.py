"""D8: the IMAP connection is cut at points all over the protocol, inside literals too; nothing is lost or doubled."""

from unittest.mock import patch

from connectors import imap
from connectors.imap import connector
from tests.campaign import Outcome
from tests.servers.dovecot import Dovecot
from tests.servers.proxy import Proxy

FULL = 600
MAILS = 300
USER, PASSWORD = "alice@maison.example", "secret"


def run(tries: int) -> Outcome:
    """Cut one to three connections in a row, all over the conversation, and count what arrives."""
    wrong: list[str] = []
    with Dovecot() as server, patch.object(connector, "PAUSES", (0.0, 0.0, 0.0)):
        server.add_user(USER, PASSWORD)
        server.deliver(USER, [mail(number) for number in range(MAILS)])
        whole, _, length = read(server, [])
        for number in range(tries):
            # Half of the cuts fall into the first 3 KB, where login and folders are agreed on.
            reach = min(length, 3000) if number % 2 else length
            point = 1 + (reach - 1) * number // max(tries - 1, 1)
            items, connections, _ = read(server, [point] * (number % 3 + 1))
            if items != whole or connections > 4:
                wrong.append(f"cut at byte {point}: {len(items)} mails, {connections} connections")
    happened = "; ".join(wrong[:3]) or f"{MAILS} mails once each, every time"
    return Outcome(tries, "every mail exactly once after 3 retries at most", happened, ok=not wrong)


def mail(number: int) -> bytes:
    """A mail of 5 KB and more: most cuts fall into bodies."""
    return b"From: shop@acme.example\r\nSubject: order %d\r\n\r\n" % number + b"thank you\r\n" * (500 + number % 7)


def read(server: Dovecot, cuts: list[int]) -> tuple[list[tuple[str, bytes]], int, int]:
    """All mail through a proxy with these cuts: (place and bytes of each), connections made, bytes received."""
    with Proxy(server.host, server.port, cuts) as proxy:
        settings = imap.Settings(
            host=proxy.host, port=proxy.port, username=USER, password=PASSWORD, security="starttls", ca=str(server.ca)
        )
        batches = imap.connect(settings).fetch(None, lambda heads: [True] * len(heads))
        items = [(item.origin.item, item.data) for batch in batches for item in batch.items]
        return items, proxy.connections, proxy.received
