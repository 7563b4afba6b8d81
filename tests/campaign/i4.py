"""I4: a mail server that lies: huge literals, lines without end, control characters. Memory stays bounded, and
nothing it says ever becomes a command.

Each lie is met by a process of its own (`python -m tests.campaign.i4 PORT`), whose peak of memory is its own.
"""

import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

from connectors import imap
from connectors.imap import connector
from mesinfos.errors import ConnectorError
from tests.campaign import Outcome
from tests.servers.liar import DATE, Liar, flood

FULL = 50
MEGABYTES = 300
TWO_GIGABYTES = 1 << 31
HOSTILE = [
    b"From: a@acme.example\r\nMessage-ID: <x>\r\n\r\nhello\r\n",
    b"From: a@acme.example\r\nMessage-ID: <x\rM9 DELETE INBOX\r\n y>\r\n\r\nhello\r\n",
    b'From: a@acme.example\r\nMessage-ID: <x"\nM9 LOGOUT\n>\r\n\r\nhello\r\n',
    b"From: \0\0@acme.example\r\nMessage-ID: \0\r\n\r\n\0\0\0\r\n",
]
OURS = re.compile(
    rb"\w+ (CAPABILITY|LOGOUT|AUTHENTICATE PLAIN|ENABLE CONDSTORE|LIST \"\" \"\*\"|EXAMINE \"?[\w/ ]+\"?"
    rb"|UID SEARCH (RETURN \(ALL\) )?UID \d+:\*|UID FETCH [\d:,]+ \((UID BODY\.PEEK\[\]"
    rb"|UID INTERNALDATE RFC822\.SIZE BODY\.PEEK\[HEADER\])\))\r\n|[A-Za-z0-9+/=]+\r\n"
)


def run(tries: int) -> Outcome:
    """Meet the lies in turn; count what our side sent that we never meant to, and the highest peak of memory."""
    injected, peak, unclear = 0, 0, []
    for number in range(tries):
        name, lie = LIES[number % len(LIES)]
        capabilities = b"AUTH=PLAIN ESEARCH" if name == "SEARCH" else b"AUTH=PLAIN"
        with Liar(HOSTILE, {name: lie}, capabilities) as liar:
            ended = subprocess.run(
                [sys.executable, "-m", "tests.campaign.i4", str(liar.port)],
                cwd=Path(__file__).parents[2],
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            injected += sum(not OURS.fullmatch(line) for line in liar.commands)
        if ended.returncode:
            unclear.append(f"{name}: {ended.stderr[-200:]}")
        else:
            peak = max(peak, int(ended.stdout))
    happened = f"{injected} injected, peak {peak} MB" + "".join(f", {each}" for each in unclear[:2])
    ok = injected == 0 and peak < MEGABYTES and not unclear
    return Outcome(tries, f"0 injected commands, under {MEGABYTES} MB", happened, ok=ok)


def client(port: int) -> None:
    """The process that is lied to; prints its peak memory in megabytes, any error but ours ends it badly."""
    settings = imap.Settings(host="127.0.0.1", port=port, username="alice", password="secret", security="none")
    with patch.object(connector, "PAUSES", (0.0, 0.0, 0.0)), suppress(ConnectorError):
        for _ in imap.connect(settings).fetch(None, lambda heads: [True] * len(heads)):
            pass
    # Not getrusage: its maximum is inherited from the process that started this one, however large that was.
    peak = re.search(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"), re.MULTILINE)
    print(int(peak[1]) >> 10 if peak else MEGABYTES)


def sends(start: bytes, then: bytes = b"x" * 1024) -> Callable[..., None]:
    """A lie that begins so and never ends."""

    def lie(_: Liar, connection, __: bytes, ___: bytes) -> None:
        connection.sendall(start)
        flood(connection, then, most=TWO_GIGABYTES)

    return lie


def says(answer: bytes) -> Callable[..., None]:
    """A lie in one answer."""

    def lie(_: Liar, connection, tag: bytes, __: bytes) -> None:
        connection.sendall(answer + tag + b" OK done\r\n")

    return lie


HUGE = b"{%d}\r\n" % TWO_GIGABYTES
SMALL_SIZE = b"* 1 FETCH (UID 1 INTERNALDATE %s RFC822.SIZE 10 BODY[HEADER] {4}\r\n\r\n\r\n)\r\n" % DATE
LIES = (
    ("BODY", sends(b"* 1 FETCH (UID 1 BODY[] " + HUGE)),
    ("HEAD", sends(b"* 1 FETCH (UID 1 BODY[HEADER] " + HUGE)),
    ("LIST", sends(b'* LIST () "/" ' + HUGE)),
    ("EXAMINE", sends(b"* OK ")),
    ("GREETING", sends(b"* OK ")),
    ("SEARCH", says(b"* ESEARCH (TAG x) UID ALL 1:4294967295 \r\n")),
    ("HEAD", sends(b"* 1 FETCH (UID 1 X-")),
    ("BODY", sends(b"", b"* 1 EXISTS\r\n")),
    ("LIST", says(b'* LIST () "/" {28}\r\nINBOX\r\nM9 DELETE INBOX\r\nM1\0\r\n* LIST () "/" "a\\"b"\r\n')),
    ("CAPABILITY", sends(b"", b"* CAPABILITY IMAP4rev1\r\n")),
    ("HEAD", says(SMALL_SIZE + b"* 2 FETCH (UID 99 RFC822.SIZE 1 BODY[HEADER] NIL)\r\n")),
    ("SEARCH", says(b"* SEARCH " + b"4294967295 " * 3 + b"\r\n")),
    ("LOGOUT", says(b"* BYE\r\n")),
)

if __name__ == "__main__":
    client(int(sys.argv[1]))
