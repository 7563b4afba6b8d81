"""A real Dovecot of our own: its configuration, mail and sockets live in one temporary folder, on free ports.

    with Dovecot() as server:
        server.add_user("alice", "secret")
        server.deliver("alice", [b"From: ...", b"From: ..."])
        ...                                   # server.host, server.port (plain, STARTTLS), server.tls_port, server.ca

Run as root it drops to the packaged users, as anybody else it stays that person; nothing outside the folder is touched.
"""

import base64
import grp
import hashlib
import hmac
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Self

from tests.servers.certificate import make_certificate
from tests.servers.dovecot_conf import CONFIGURATION, OAUTH2, PRIVILEGED, UNPRIVILEGED

TOKEN_KEY = b"the key that signs the access tokens of the tests"
Mail = bytes | tuple[bytes, datetime]


def is_available() -> bool:
    """True where Debian's dovecot-imapd (2.3) is installed."""
    return shutil.which("dovecot", path=_PATH) is not None


def free_port() -> int:
    """A port of the loopback interface that nobody listens on at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Dovecot:
    """One server; `start` it, `add_user`, `deliver`, and `stop` it (or `kill` it, to see what others do then)."""

    host = "127.0.0.1"

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="mi-dovecot-"))
        self.folder.chmod(0o755)  # the mail process is another user when we are root
        self.port, self.tls_port = free_port(), free_port()
        self.ca, self._key = make_certificate(self.folder)
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)
        self._write_configuration()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ── the process ──────────────────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Listen; returns when a client is greeted, raises RuntimeError with the log's end when none is in 10 s."""
        with (self.folder / "dovecot.log").open("ab") as log:
            self._process = subprocess.Popen(
                ["dovecot", "-F", "-c", str(self.folder / "dovecot.conf")],
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=os.environ | {"PATH": _PATH},
            )
        for _ in range(200):
            if self._greets():
                return
            time.sleep(0.05)
        told = self.log()[-2000:]
        self.close()
        raise RuntimeError(told)

    def stop(self) -> None:
        """End it politely; mail stays, `start` goes on with the same ports."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut would: no goodbye, every connection torn."""
        self._end(signal.SIGKILL)

    def close(self) -> None:
        """End it and remove its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self) -> str:
        """What the server wrote about itself."""
        path = self.folder / "dovecot.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    # ── persons and their mail ───────────────────────────────────────────────────────────────────────────────────

    def add_user(self, name: str, password: str) -> None:
        """An account, at once. A second call changes the password, which Dovecot notices in the next second."""
        # A file for each: Dovecot looks at a passwd-file it knows once a second at most.
        self._write(f"users/{name}", f"{name}:{{PLAIN}}{password}::::::\n")
        self._own(self._directory(name, "INBOX"))

    def deliver(self, user: str, mails: Iterable[Mail], folder: str = "INBOX") -> int:
        """Put mails into a folder (made when missing), thousands a second; a mail may bring its INTERNALDATE."""
        directory = self._directory(user, folder)
        number = 0
        for number, mail in enumerate(mails, 1):  # noqa: B007  the count is the answer
            raw, received = mail if isinstance(mail, tuple) else (mail, None)
            self._write_mail(directory, raw, received)
        self._own(directory)
        return number

    def append(self, user: str, folder: str, raw: bytes) -> None:
        """Put one mail into a folder."""
        self.deliver(user, [raw], folder)

    def create(self, user: str, folder: str) -> None:
        """An empty folder; `/` separates levels, letters beyond ASCII are allowed."""
        self._own(self._directory(user, folder))

    def remove(self, user: str, folder: str) -> None:
        """Take a folder away with everything in it."""
        self.doveadm("mailbox", "delete", "-u", user, folder)

    def renumber(self, user: str, folder: str, uidvalidity: int) -> None:
        """Give the folder a new UIDVALIDITY and its mails new UIDs, as after a server's restore (RFC 3501 §2.3.1.1)."""
        directory = self._directory(user, folder)
        for path in directory.glob("dovecot*"):
            path.unlink()
        self.doveadm("mailbox", "update", "-u", user, "--uid-validity", str(uidvalidity), folder)

    def doveadm(self, *arguments: str) -> str:
        """Run an administrator's command on this server; raises CalledProcessError when it fails."""
        command = ["doveadm", "-c", str(self.folder / "dovecot.conf"), *arguments]
        environment = os.environ | {"PATH": _PATH}
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout

    def token(self, user: str, seconds: int = 3600) -> str:
        """An access token (JWT, HS256) that OAUTHBEARER and XOAUTH2 accept for this user while the server runs."""
        head = {"alg": "HS256", "typ": "JWT"}
        now = int(time.time())
        body = {"sub": user, "email": user, "iat": now - 5, "nbf": now - 5, "exp": now + seconds}
        signed = b".".join(_base64url(json.dumps(part).encode()) for part in (head, body))
        return (signed + b"." + _base64url(hmac.digest(TOKEN_KEY, signed, hashlib.sha256))).decode()

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _write_configuration(self) -> None:
        us = {"user": pwd.getpwuid(os.getuid()).pw_name, "group": grp.getgrgid(os.getgid()).gr_name}
        roles = PRIVILEGED if os.getuid() == 0 else UNPRIVILEGED.format(**us)
        values = {"folder": self.folder, "port": self.port, "tls_port": self.tls_port, "roles": roles}
        self._write("dovecot.conf", CONFIGURATION.format(cert=self.ca, key=self._key, **values))
        self._write("oauth2.conf", OAUTH2.format(folder=self.folder))
        (self.folder / "users").mkdir()
        keys = self.folder / "tokens" / "default" / "HS256"
        keys.mkdir(parents=True)
        (keys / "default").write_bytes(base64.b64encode(TOKEN_KEY))
        (self.folder / "mail").mkdir()
        self._own(self.folder / "mail")

    def _write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, "utf-8")

    def _directory(self, user: str, folder: str) -> Path:
        top = self.folder / "mail" / user / "Maildir"
        path = top if folder == "INBOX" else top / ("." + _mutf7(folder).replace("/", "."))
        for part in ("cur", "new", "tmp"):
            (path / part).mkdir(parents=True, exist_ok=True)
        if path != top:
            (path / "maildirfolder").touch()
        return path

    def _write_mail(self, directory: Path, raw: bytes, received: datetime | None) -> None:
        # S and W spare the server a reading of every mail before it can tell RFC822.SIZE.
        size = len(raw) + raw.count(b"\n") - raw.count(b"\r\n")
        name = f"{int(time.time())}.M{next(self._numbers):08d}P{os.getpid()}.test,S={len(raw)},W={size}:2,"
        path = directory / "cur" / name
        path.write_bytes(raw)
        if received is not None:
            os.utime(path, (received.timestamp(), received.timestamp()))

    def _own(self, path: Path) -> None:
        if os.getuid() != 0:
            return
        nobody = pwd.getpwnam("nobody")
        home = self.folder / "mail"
        for each in [path, *path.rglob("*"), *(up for up in path.parents if up.is_relative_to(home))]:
            os.chown(each, nobody.pw_uid, nobody.pw_gid)

    def _greets(self) -> bool:
        try:
            with socket.create_connection((self.host, self.port), timeout=1) as connection:
                return connection.recv(4) == b"* OK"
        except OSError:
            return False

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        children = _children(self._process.pid) if how is signal.SIGKILL else []
        self._process.send_signal(how)
        for child in children:
            _kill(child)
        self._process.wait(10)
        self._process = None


_PATH = os.environ.get("PATH", "") + os.pathsep + "/usr/sbin"


def _children(parent: int) -> list[int]:
    path = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(number) for number in path.read_text("ascii").split()]


def _kill(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return


def _base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _mutf7(name: str) -> str:
    """The folder's name on disk: modified UTF-7 (RFC 3501 §5.1.3)."""
    out, run = [], ""
    for letter in name + "\0":
        if " " <= letter <= "~" or letter == "\0":
            if run:
                coded = base64.b64encode(run.encode("utf-16-be")).rstrip(b"=").replace(b"/", b",")
                out.append(f"&{coded.decode()}-")
            out.append({"&": "&-", "\0": ""}.get(letter, letter))
            run = ""
        else:
            run += letter
    return "".join(out)
