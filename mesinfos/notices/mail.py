"""A notice by e-mail: SMTP (RFC 5321), secured from the first byte or by STARTTLS, to public servers only.

The server is named by a person, so that its address meets the rules of `outbound`. What is sent says that no person
wrote it (RFC 3834), so that nothing answers.
"""

import smtplib
from collections.abc import Mapping
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, localtime

from mesinfos.errors import N_, CredentialsRejected, InvalidInput, Unreachable
from mesinfos.notices.sending import Message, NotSent, Unsure
from mesinfos.outbound import Connected, connection

PORTS = {"tls": 465, "starttls": 587, "none": 25}
"""Each way to secure a connection with the port that goes with it (RFC 8314 §7.3)."""

SECONDS = 20.0  # for the whole of a message
FIELDS = ("recipient", "host", "port", "security", "username", "password", "sender")
SILENT = N_("The mail server does not answer as one.")


def checked(values: Mapping[str, str]) -> dict[str, str]:
    """What was typed, completed: the sender and the port that go with the rest. Raises InvalidInput."""
    kept = {name: values.get(name, "") for name in FIELDS}
    kept["sender"] = kept["sender"] or (kept["username"] if "@" in kept["username"] else kept["recipient"])
    for field in ("recipient", "sender"):
        _address(kept[field], field)
    if kept["security"] not in PORTS:
        raise InvalidInput(N_("Choose one of the list."), field="security")
    kept["port"] = kept["port"] or str(PORTS[kept["security"]])
    if not (kept["port"].isascii() and kept["port"].isdigit() and 0 < int(kept["port"]) < 65_536):
        raise InvalidInput(N_("A port is a number from 1 to 65535."), field="port")
    if not kept["host"]:
        raise InvalidInput(N_("Name the server that sends your mail."), field="host")
    return kept


def send(values: Mapping[str, str], message: Message) -> None:
    """Send one notice; raises NotSent or Unsure."""
    secure, port = values["security"] != "none", int(values["port"])
    reach = message.reach._replace(seconds=SECONDS)
    try:
        with connection(values["host"], port, ports=PORTS.values(), secure=secure, reach=reach) as line:
            _speak(line, values, _written(values, message))
    except (Unreachable, CredentialsRejected) as problem:
        raise NotSent(problem, final=isinstance(problem, CredentialsRejected)) from None
    except smtplib.SMTPResponseException as refusal:
        raise _refused(refusal.smtp_code) from None
    except smtplib.SMTPRecipientsRefused as refusal:
        raise _refused(max(code for code, _ in refusal.recipients.values())) from None
    except (OSError, smtplib.SMTPException):
        raise NotSent(Unreachable(SILENT)) from None


class _Client(smtplib.SMTP):
    """The library's client over a connection that is there already; it tells the server nothing of this machine."""

    def __init__(self, line: Connected) -> None:
        super().__init__(local_hostname="[127.0.0.1]")  # an address literal (RFC 5321 §4.1.3)
        self._line = line

    def begin(self, security: str) -> None:
        """Greet, secured as wanted; raises OSError or SMTPException."""
        self.sock = self._line.secured() if security == "tls" else self._line.sock
        code, said = self.getreply()
        if code != 220:
            raise smtplib.SMTPConnectError(code, said)
        self.ehlo_or_helo_if_needed()
        if security == "starttls":
            self._secure()

    def _secure(self) -> None:
        code, said = self.docmd("STARTTLS")
        if code != 220:
            raise smtplib.SMTPConnectError(code, said)
        self.sock, self.file = self._line.secured(), None  # what was said in clear before counts no more
        self.ehlo_resp = self.helo_resp = None
        self.ehlo_or_helo_if_needed()


def _speak(line: Connected, values: Mapping[str, str], written: EmailMessage) -> None:
    client = _Client(line)
    client.begin(values["security"])
    if values["username"]:
        try:
            client.login(values["username"], values["password"])
        except smtplib.SMTPAuthenticationError as refusal:
            if refusal.smtp_code < 500:
                raise
            raise CredentialsRejected(N_("The mail server refuses this user name or password.")) from None
        except smtplib.SMTPNotSupportedError:
            raise CredentialsRejected(N_("The mail server offers no way to give a password here.")) from None
    _envelope(client, values)
    try:
        code, said = client.data(written.as_bytes())
    except smtplib.SMTPResponseException:
        raise
    except (OSError, smtplib.SMTPServerDisconnected):
        raise Unsure from None
    if code != 250:
        raise smtplib.SMTPDataError(code, said)


def _envelope(client: smtplib.SMTP, values: Mapping[str, str]) -> None:
    code, said = client.mail(values["sender"])
    if code != 250:
        raise smtplib.SMTPSenderRefused(code, said, values["sender"])
    code, said = client.rcpt(values["recipient"])
    if code not in {250, 251}:
        raise smtplib.SMTPRecipientsRefused({values["recipient"]: (code, said)})


def _written(values: Mapping[str, str], message: Message) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = Address("MesInfos", addr_spec=values["sender"])
    mail["To"] = values["recipient"]
    mail["Subject"] = message.words.title
    mail["Date"] = format_datetime(localtime())
    mail["Message-ID"] = f"<{message.mark}@{values['sender'].rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(f"{message.words.title}\n\n{message.words.text}\n{message.address}\n")
    return mail


def _refused(code: int) -> NotSent:
    """4yz is for now, 5yz for good (RFC 5321 §4.2.1)."""
    return NotSent(
        Unreachable(N_("The mail server refused the message with code {code}."), code=code), final=code >= 500
    )


def _address(text: str, field: str) -> None:
    try:
        found = Address(addr_spec=text)
    except (MessageError, ValueError, IndexError):
        found = None
    if found is None or not found.username or "." not in found.domain or not text.isascii() or len(text) > 254:
        raise InvalidInput(N_("Type a whole address, such as name@example.org."), field=field)
