"""The bytes between us and the server: every line and literal is bounded, every command checked before it leaves.

imaplib reads a literal of any size into memory (cpython issue 119511) and sends whatever it is given, line
breaks included (IMAPClient issue 657). This class is imaplib with both doors closed; session.py puts
IMAPClient on top of it, reader.py reads mail from its stream directly.
"""

import imaplib
import socket
import ssl
from contextlib import suppress
from typing import Any

from mesinfos.errors import Unreachable

LINE_BYTES = 1 << 16  # longest line of an answer; a SEARCH answer may be longer, see reader.py
ANSWER_BYTES = 8 << 20  # all of the answer to one command of the session: a list of 50,000 folders fits
BUFFER_BYTES = 1 << 18
FORBIDDEN = (b"\0", b"\r", b"\n")


class Torn(Exception):
    """The connection broke, or the server no longer speaks IMAP; start again on a new one.

    `explained` is what to tell the person when that does not help.
    """

    def __init__(self, what: str, explained: Unreachable | None = None) -> None:
        super().__init__(what)
        self.explained = explained


class UnsafeArgument(ValueError):
    """A NUL, CR or LF in a command: it would be read by the server as the start of another command."""


class Wire(imaplib.IMAP4):
    """imaplib over a socket that is connected already. `imaplib.IMAP4.error` and its kin mean what they always do."""

    def __init__(self, connection: socket.socket, host: str) -> None:
        self._connection = connection
        self._left = ANSWER_BYTES
        super().__init__(host)

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:  # noqa: ARG002
        """Called by imaplib's constructor; the connection stands already."""
        self.host, self.port = host, port
        self._listen(self._connection)

    def _listen(self, connection: socket.socket) -> None:
        self.sock = connection
        self.stream = connection.makefile("rb", buffering=BUFFER_BYTES)

    def read(self, size: int) -> bytes:
        """A literal of the session's own commands."""
        self._spend(size)
        return bytes(self.stream.read(size))

    def readline(self) -> bytes:
        """A line of the session's own commands."""
        line = self.stream.readline(LINE_BYTES + 1)
        if len(line) > LINE_BYTES:
            raise self.abort("line too long")
        self._spend(len(line))
        return line

    def send(self, data: bytes) -> None:  # type: ignore[override]  # imaplib only ever sends bytes
        """Send a command or a piece of one; raises UnsafeArgument before anything leaves."""
        inner = data.removesuffix(b"\r\n")
        if any(byte in inner for byte in FORBIDDEN):
            raise UnsafeArgument
        self._left = ANSWER_BYTES
        self.sock.sendall(data)

    def starttls(self, ssl_context: ssl.SSLContext | None = None) -> Any:
        """Encrypt from here on; what came before was anybody's and is forgotten (RFC 3501 §6.2.1)."""
        if ssl_context is None:
            raise self.error("no certificate check")
        answer = self._simple_command("STARTTLS")
        if answer[0] == "OK":
            # A new stream: bytes an attacker put behind the plaintext answer stay in the old one's buffer.
            self._listen(ssl_context.wrap_socket(self.sock, server_hostname=self.host))
            self.untagged_responses.clear()
            self._get_capabilities()
        return answer

    def shutdown(self) -> None:
        """Drop the connection, without a word."""
        with suppress(OSError, ValueError):
            self.stream.close()
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()

    def _spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise self.abort("answer too long")

    def _log(self, line: str) -> None:
        """Nothing: imaplib would keep the last commands for its debug print, the password among them."""
