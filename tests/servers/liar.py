"""An IMAP server that lies as it is told to, and writes down every line it was sent.

    with Liar(mails=[b"From: ..."], lies={"LIST": answer}) as liar:
        ...                                  # liar.host, liar.port, liar.commands

A lie is a function (liar, connection, tag, line) that answers one verb in its own way: "GREETING", "LIST",
"EXAMINE", "SEARCH", "HEAD", "BODY"... Without lies it is a small honest server.
"""

import re
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from threading import Thread
from typing import Self

Lie = Callable[["Liar", socket.socket, bytes, bytes], None]
DATE = b'"22-Nov-2026 10:00:00 +0000"'


class Liar:
    """One mailbox of one folder; UIDs run from 1."""

    host = "127.0.0.1"

    def __init__(
        self, mails: Sequence[bytes] = (), lies: Mapping[str, Lie] | None = None, capabilities: bytes = b"AUTH=PLAIN"
    ) -> None:
        self.mails = list(mails)
        self.lies = dict(lies or {})
        self.capabilities = capabilities
        self.commands: list[bytes] = []
        self._listener = socket.create_server((self.host, 0))
        self.port = self._listener.getsockname()[1]
        self._thread = Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(30)
            stream = connection.makefile("rb")
            self.answer("GREETING", connection, b"*", b"")
            while line := stream.readline(1 << 20):
                self.commands.append(line)
                tag, _, rest = line.rstrip(b"\r\n").partition(b" ")
                verb = self._verb(rest)
                if verb == "AUTHENTICATE":
                    connection.sendall(b"+ \r\n")
                    self.commands.append(stream.readline(1 << 20))
                self.answer(verb, connection, tag, rest)
                if verb == "LOGOUT":
                    return

    @staticmethod
    def _verb(rest: bytes) -> str:
        upper = rest.upper()
        if upper.startswith(b"UID FETCH"):
            return "BODY" if b"BODY.PEEK[]" in upper else "HEAD"
        return upper.removeprefix(b"UID ").split(b" ")[0].decode("ascii", "replace")

    def answer(self, verb: str, connection: socket.socket, tag: bytes, rest: bytes) -> None:
        """Lie about this verb when told to, else be honest."""
        if lie := self.lies.get(verb):
            lie(self, connection, tag, rest)
        else:
            connection.sendall(self.honest(verb, tag, rest))

    def honest(self, verb: str, tag: bytes, rest: bytes) -> bytes:
        """What a good server answers."""
        done = tag + b" OK done\r\n"
        count = len(self.mails)
        answers = {
            "GREETING": b"* OK [CAPABILITY IMAP4rev1 %s] hello\r\n" % self.capabilities,
            "CAPABILITY": b"* CAPABILITY IMAP4rev1 %s\r\n" % self.capabilities + done,
            "LIST": b'* LIST (\\HasNoChildren) "/" INBOX\r\n' + done,
            "EXAMINE": b"* %d EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT %d] x\r\n" % (count, count + 1)
            + tag
            + b" OK [READ-ONLY] done\r\n",
            "SEARCH": b"* SEARCH" + b"".join(b" %d" % uid for uid in range(1, count + 1)) + b"\r\n" + done,
        }
        if verb in {"HEAD", "BODY"}:
            return b"".join(self._fetched(uid, verb) for uid in self.asked(rest)) + done
        return answers.get(verb, done)

    def asked(self, rest: bytes) -> list[int]:
        """The UIDs of a FETCH that exist here."""
        match = re.search(rb"FETCH ([\d:,]+)", rest, re.IGNORECASE)
        uids: list[int] = []
        for part in match[1].split(b",") if match else []:
            first, _, last = part.partition(b":")
            uids += range(int(first), int(last or first) + 1)
        return [uid for uid in uids if uid <= len(self.mails)]

    def _fetched(self, uid: int, verb: str) -> bytes:
        mail = self.mails[uid - 1]
        if verb == "BODY":
            return b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (uid, uid, len(mail), mail)
        head = mail.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        told = (uid, uid, DATE, len(mail), len(head), head)
        return b"* %d FETCH (UID %d INTERNALDATE %s RFC822.SIZE %d BODY[HEADER] {%d}\r\n%s)\r\n" % told


def flood(connection: socket.socket, piece: bytes, most: int = 1 << 32) -> None:
    """Send the piece again and again, up to `most` bytes, until the other side has had enough."""
    block = piece * max(1, (1 << 16) // len(piece))
    with suppress(OSError):
        for _ in range(most // len(block)):
            connection.sendall(block)
