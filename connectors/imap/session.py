"""A session: resolve, dial, encrypt, log in; every failure says which stage it happened in and what to do next."""

import imaplib
import ipaddress
import logging
import socket
import ssl
from contextlib import suppress
from functools import lru_cache
from typing import Any, Self, cast

from imapclient import IMAPClient
from msgspec import Struct

from connectors.imap.settings import Settings
from connectors.imap.wire import Torn, UnsafeArgument, Wire
from mesinfos.errors import N_, CredentialsRejected, SourceChanged, Unreachable

CONNECT_SECONDS = 20.0
READ_SECONDS = 60.0
BROKEN = (OSError, imaplib.IMAP4.abort, EOFError)

# At "debug" IMAPClient would log user names and what the server says.
logging.getLogger("imapclient").setLevel(logging.WARNING)


class Status(Struct, frozen=True):
    """A folder as EXAMINE shows it; 0 where the server does not tell."""

    exists: int
    uidvalidity: int
    uidnext: int
    modseq: int


class Client(IMAPClient):  # type: ignore[misc]  # IMAPClient has no types
    """IMAPClient on a guarded wire."""

    def __init__(self, wire: Wire, host: str) -> None:
        self._wire = wire
        super().__init__(host, ssl=False)
        wire.debug = 0  # IMAPClient turns imaplib's log of every line on, mail included

    def _create_IMAP4(self) -> Wire:  # noqa: N802  IMAPClient's name for it
        return self._wire

    def _set_read_timeout(self) -> None:
        self._wire.sock.settimeout(READ_SECONDS)


class Session:
    """An open, logged-in, read-only IMAP session; use it in a `with` block."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.client = _open(settings)
        try:
            _log_in(self.client, settings)
            self.capabilities = frozenset(_text(name) for name in self._told(self.client.capabilities))
            if {"ENABLE", "CONDSTORE"} <= self.capabilities:  # else some servers keep HIGHESTMODSEQ to themselves
                with suppress(imaplib.IMAP4.error):
                    self._told(self.client.enable, "CONDSTORE")
        except BaseException:
            self.close()
            raise
        self.selected = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def wire(self) -> Wire:
        """The guarded connection, for the reader."""
        return cast(Wire, self.client._imap)  # noqa: SLF001  the agreed way around IMAPClient's slow fetch

    def folders(self) -> list[tuple[frozenset[str], str]]:
        """Every folder: its flags in lower case (SPECIAL-USE among them, RFC 6154) and its name."""
        try:
            listed = self._told(self.client.list_folders)
        except imaplib.IMAP4.error:
            refused = Unreachable(N_("{host} does not show its folders."), field="host", host=self._settings.host)
            raise Torn("LIST refused", refused) from None
        return [(frozenset(_text(flag).lower() for flag in flags), str(name)) for flags, _, name in listed]

    def examine(self, folder: str) -> Status:
        """Open a folder read-only; raises SourceChanged when it is not there any more."""
        try:
            seen = self._told(self.client.select_folder, folder, readonly=True)
        except (imaplib.IMAP4.error, UnsafeArgument):
            raise SourceChanged(N_("The folder {folder} cannot be opened."), field="folders", folder=folder) from None
        self.selected = folder
        return Status(
            exists=_number(seen, b"EXISTS"),
            uidvalidity=_number(seen, b"UIDVALIDITY"),
            uidnext=_number(seen, b"UIDNEXT"),
            modseq=_number(seen, b"HIGHESTMODSEQ"),
        )

    def close(self) -> None:
        """Say goodbye without waiting for an answer."""
        wire = self.client._imap  # noqa: SLF001  see `wire`
        with suppress(OSError, ValueError):
            wire.sock.settimeout(1)
            wire.sock.sendall(b"BYE LOGOUT\r\n")
        wire.shutdown()

    def _told(self, ask: Any, *arguments: Any, **options: Any) -> Any:
        try:
            return ask(*arguments, **options)
        except BROKEN as problem:  # imaplib's abort among them, which is an error, too: it must come first
            raise Torn(type(problem).__name__) from None
        except (imaplib.IMAP4.error, UnsafeArgument):
            raise
        except (ValueError, TypeError, KeyError, IndexError, AttributeError) as problem:
            # IMAPClient's parsers stumble in many ways over a server that does not speak IMAP.
            raise Torn(type(problem).__name__) from None


def _open(settings: Settings) -> Client:
    place = {"host": settings.host, "port": settings.usual_port}
    context = _trust(settings.authority()) if settings.security != "none" else None
    connection = _dial(settings)
    try:
        if context and settings.security == "tls":
            connection = context.wrap_socket(connection, server_hostname=settings.host)
        client = Client(Wire(connection, settings.host), settings.host)
        if context and settings.security == "starttls":
            client.starttls(context)
    except (*BROKEN, imaplib.IMAP4.error, ValueError, KeyError) as problem:
        connection.close()
        raise _not_opened(problem, place) from None
    return client


def _not_opened(problem: Exception, place: dict[str, object]) -> Unreachable | Torn:
    """Why there is no session: a certificate or no TLS for good, anything else perhaps for this time only."""
    if isinstance(problem, ssl.SSLCertVerificationError):
        return Unreachable(
            N_("The certificate of {host} was not accepted: {reason}."),
            field="host",
            next_step=N_("Check the server's name; a home server with its own authority needs the field “ca”."),
            reason=problem.verify_message,
            **place,
        )
    if isinstance(problem, ssl.SSLError) and not isinstance(problem, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Unreachable(
            N_("No encrypted connection to {host} on port {port}."),
            field="security",
            next_step=N_("Port 993 wants TLS, port 143 STARTTLS."),
            **place,
        )
    no_mail_server = Unreachable(
        N_("{host} answers on port {port}, but not as a mail server does."),
        field="host",
        next_step=N_("Check server, port and encryption; MesInfos tries again by itself."),
        **place,
    )
    return Torn(type(problem).__name__, no_mail_server)


@lru_cache(maxsize=8)
def _trust(authority: str) -> ssl.SSLContext:
    """Who may vouch for a server; kept, because reading the system's authorities takes longer than a poll."""
    try:
        return ssl.create_default_context(cadata=authority or None)
    except (ssl.SSLError, ValueError):
        raise Unreachable(N_("The certificate authority is not a PEM certificate."), field="ca") from None


def _dial(settings: Settings) -> socket.socket:
    for address in _resolve(settings):
        with suppress(OSError):
            return socket.create_connection((address, settings.usual_port), timeout=CONNECT_SECONDS)
    raise Unreachable(
        N_("{host} does not answer on port {port}."), field="host", host=settings.host, port=settings.usual_port
    )


def _resolve(settings: Settings) -> list[str]:
    """The addresses of the host, allowed ones only; we dial these and not the name, which could change meanwhile."""
    try:
        found = socket.getaddrinfo(settings.host.strip("[]"), settings.usual_port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable(N_("No server is named {host}."), field="host", host=settings.host) from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if settings.security == "none":
        addresses = [each for each in addresses if ipaddress.ip_address(each).is_loopback]
    if not settings.private_hosts:
        addresses = [each for each in addresses if is_public(each)]
    if not addresses:
        raise Unreachable(
            N_("{host} lies on a network that this instance does not read from."), field="host", host=settings.host
        )
    return addresses


def is_public(address: str) -> bool:
    """True for an address of the open Internet; an IPv4 address inside an IPv6 one is judged as itself."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None)
    return parsed.is_global and not parsed.is_multicast and (inner is None or is_public(str(inner)))


def _log_in(client: Client, settings: Settings) -> None:
    token, password = settings.token.get_secret_value(), settings.password.get_secret_value()
    field = "token" if token else "password"
    try:
        if token and client.has_capability("AUTH=OAUTHBEARER"):
            client.oauthbearer_login(settings.username, token)
        elif token:
            client.oauth2_login(settings.username, token)
        elif client.has_capability("AUTH=PLAIN"):
            client.plain_login(settings.username, password)
        else:
            client.login(settings.username, password)
    except (*BROKEN, imaplib.IMAP4.error, UnsafeArgument, UnicodeError) as problem:
        # IMAPClient tells a connection that broke meanwhile as a refused login, too.
        if isinstance(problem, BROKEN) or isinstance(problem.__context__, BROKEN):
            closed = Unreachable(N_("{host} closed the connection while logging in."), field="host", host=settings.host)
            raise Torn(type(problem).__name__, closed) from None
        raise _refusal(str(problem).lower(), field, settings) from None


def _refusal(answer: str, field: str, settings: Settings) -> Unreachable | CredentialsRejected:
    """What a refused login means. The server's words are read but never repeated: some echo what they were sent."""
    if any(code in answer for code in ("[unavailable]", "[limit]", "[inuse]", "[serverbug]", "too many")):
        return Unreachable(N_("{host} takes no login at the moment."), field="host", host=settings.host)
    if any(code in answer for code in ("[privacyrequired]", "logindisabled")):
        return Unreachable(N_("{host} wants an encrypted connection."), field="security", host=settings.host)
    if field == "token":
        return CredentialsRejected(
            N_("{host} refused the access token."),
            field=field,
            next_step=N_("Tokens live for an hour or so: make a new one."),
            host=settings.host,
        )
    if "application" in answer or "app password" in answer or "[webalert" in answer:
        return CredentialsRejected(
            N_("{host} wants an app password, not the one of the account."),
            field=field,
            next_step=N_("Make an app password in the account's security settings and enter it here."),
            host=settings.host,
        )
    return CredentialsRejected(N_("{host} refused the user name or the password."), field=field, host=settings.host)


def _text(flag: bytes | str) -> str:
    return flag.decode("ascii", "replace") if isinstance(flag, bytes) else flag


def _number(seen: dict[bytes, Any], key: bytes) -> int:
    value = seen.get(key, 0)
    return value if isinstance(value, int) else 0
