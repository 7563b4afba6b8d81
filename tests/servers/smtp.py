"""A small mail server on loopback that takes mail (RFC 5321): with STARTTLS or TLS, with a password, and as told to.

with SmtpServer(password="secret") as server:
    ...                                  # server.port, server.mails
"""

import socketserver
import ssl
from base64 import b64decode
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from threading import Thread
from typing import NamedTuple, Self


class Taken(NamedTuple):
    """One mail as it was handed over: envelope, content, and whether the line was encrypted."""

    sender: str
    recipient: str
    content: EmailMessage
    encrypted: bool


class SmtpServer:
    """Takes every mail unless `answers` says otherwise for a verb; `die_after_data` hangs up instead of saying yes."""

    def __init__(self, password: str = "", certificate: tuple[Path, Path] | None = None, *, tls: bool = False) -> None:
        self.password, self.mails, self.verbs = password, list[Taken](), list[str]()
        self.answers: dict[str, str] = {}
        self.die_after_data = False
        self._context = None
        if certificate:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(*certificate)
        self._tls = tls
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler)
        self._server.owner = self  # type: ignore[attr-defined]
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class _Handler(socketserver.BaseRequestHandler):
    """One connection; what it says is up to the server it belongs to."""

    def handle(self):
        self.owner = self.server.owner
        self.sender = self.recipient = ""
        self.encrypted = False
        try:
            if self.owner._tls:
                self._secure()
            self.stream = self.request.makefile("rb")
            self._say("220 mail.example ready")
            while line := self.stream.readline(2000):
                if not self._answer(line.decode("latin-1").rstrip("\r\n")):
                    return
        except OSError:
            return

    def _secure(self):
        self.request = self.owner._context.wrap_socket(self.request, server_side=True)
        self.encrypted = True

    def _say(self, line):
        self.request.sendall(line.encode() + b"\r\n")

    def _answer(self, line):
        verb = line.split(" ")[0].upper()
        self.owner.verbs.append(verb)
        if verb in self.owner.answers:
            self._say(self.owner.answers[verb])
            return True
        return getattr(self, f"_{verb.lower()}", self._unknown)(line)

    def _ehlo(self, _):
        offers = ["mail.example"]
        offers += ["STARTTLS"] if self.owner._context and not self.encrypted else []
        offers += ["AUTH PLAIN"] if self.owner.password else []
        for offer in offers[:-1]:
            self._say(f"250-{offer}")
        self._say(f"250 {offers[-1]}")
        return True

    def _starttls(self, _):
        self._say("220 go on")
        self._secure()
        self.stream = self.request.makefile("rb")
        return True

    def _auth(self, line):
        _, _, secret = b64decode(line.split(" ")[2]).decode().split("\0")
        self._say("235 welcome" if secret == self.owner.password else "535 5.7.8 no")
        return True

    def _mail(self, line):
        self.sender = line.partition("<")[2].partition(">")[0]
        self._say("250 ok")
        return True

    def _rcpt(self, line):
        self.recipient = line.partition("<")[2].partition(">")[0]
        self._say("250 ok")
        return True

    def _data(self, _):
        self._say("354 go on")
        lines = []
        while (line := self.stream.readline()) != b".\r\n":
            lines.append(line)
        content = message_from_bytes(b"".join(lines), policy=default)
        self.owner.mails.append(Taken(self.sender, self.recipient, content, self.encrypted))
        if self.owner.die_after_data:
            return False
        self._say("250 taken")
        return True

    def _quit(self, _):
        self._say("221 bye")
        return False

    def _unknown(self, _):
        self._say("502 no")
        return True
