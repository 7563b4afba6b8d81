"""Notices by e-mail, against a real mail server on loopback."""

import pytest

from mesinfos.errors import CredentialsRejected, InvalidInput, Unreachable
from mesinfos.notices import mail
from mesinfos.notices.kinds import words
from mesinfos.notices.sending import Message, NotSent, Unsure
from mesinfos.outbound import Reach
from tests.servers.certificate import make_certificate
from tests.servers.smtp import SmtpServer

MESSAGE = Message(words("arriving", 2, "fr"), "https://maison.example", "abc123", Reach("127.0.0.1"))


def settings(server: SmtpServer, **more: str) -> dict[str, str]:
    """What a person types for that server."""
    typed = {"recipient": "alice@maison.example", "host": "127.0.0.1", "port": str(server.port), "security": "none"}
    return mail.checked(typed | more)


def test_a_notice_arrives_as_a_mail():
    """It says in two lines what there is, where to look, and that no person wrote it; and nothing of this machine."""
    with SmtpServer() as server:
        mail.send(settings(server), MESSAGE)
    (taken,) = server.mails
    assert (taken.sender, taken.recipient) == ("alice@maison.example", "alice@maison.example")
    assert taken.content["Subject"] == "2 colis sont attendus aujourd’hui"
    assert taken.content["Auto-Submitted"] == "auto-generated"
    assert taken.content["Message-ID"] == "<abc123@maison.example>"
    assert "https://maison.example/parcels" in taken.content.get_content()


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_the_line_is_encrypted_before_the_password(security, tmp_path, monkeypatch):
    """TLS from the first byte or by STARTTLS; a certificate for another name stops it before anything is said."""
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    with SmtpServer("hunter2", certificate, tls=security == "tls") as server:
        typed = settings(server, security=security, username="alice", password="hunter2")
        mail.send(typed, MESSAGE)
        assert [taken.encrypted for taken in server.mails] == [True]
        monkeypatch.delenv("SSL_CERT_FILE")
        server.verbs.clear()
        with pytest.raises(NotSent) as failure:
            mail.send(typed, MESSAGE)
    assert "AUTH" not in server.verbs
    assert not failure.value.final


def test_a_server_without_starttls_gets_nothing():
    """Where it was wanted and is not offered, no password and no mail go over the line in clear."""
    with SmtpServer("hunter2") as server, pytest.raises(NotSent):
        mail.send(settings(server, security="starttls", username="alice", password="hunter2"), MESSAGE)
    assert "AUTH" not in server.verbs
    assert server.mails == []


def test_a_wrong_password_is_final():
    """It is not tried again: that locks accounts."""
    with SmtpServer("hunter2") as server, pytest.raises(NotSent) as failure:
        mail.send(settings(server, username="alice", password="other"), MESSAGE)
    assert failure.value.final
    assert isinstance(failure.value.problem, CredentialsRejected)


@pytest.mark.parametrize(
    ("verb", "answer", "final"),
    [
        ("RCPT", "550 nobody", True),
        ("RCPT", "450 later", False),
        ("MAIL", "553 no", True),
        ("DATA", "451 later", False),
    ],
)
def test_a_refusal_is_for_now_or_for_good(verb, answer, final):
    """4yz is tried again, 5yz is not (RFC 5321)."""
    with SmtpServer() as server:
        server.answers[verb] = answer
        with pytest.raises(NotSent) as failure:
            mail.send(settings(server), MESSAGE)
    assert failure.value.final is final


def test_who_hangs_up_after_the_message_may_have_it():
    """So it is not sent again."""
    with SmtpServer() as server:
        server.die_after_data = True
        with pytest.raises(Unsure):
            mail.send(settings(server), MESSAGE)


@pytest.mark.parametrize(
    ("host", "port", "security"),
    [
        ("10.0.0.1", "465", "tls"),
        ("localhost", "465", "tls"),
        ("smtp.example", "22", "tls"),
        ("127.0.0.1", "25", "none"),
    ],
)
def test_private_servers_and_other_ports_are_not_asked(host, port, security):
    """Unless the operator listed them: the address a person types leads nowhere inside the house."""
    typed = mail.checked({"recipient": "a@b.example", "host": host, "port": port, "security": security})
    with pytest.raises(NotSent) as failure:
        mail.send(typed, MESSAGE._replace(reach=Reach("other.example", resolver=lambda *_: ["10.0.0.1"])))
    assert isinstance(failure.value.problem, Unreachable)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("recipient", "a@b.example\r\nBcc: z@zeta.example"),
        ("recipient", "nobody"),
        ("port", "0"),
        ("host", ""),
        ("security", "x"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(field, value):
    """No line break reaches a header, and each mistake is told where it was made."""
    typed = {"recipient": "a@b.example", "host": "smtp.example", "security": "tls"} | {field: value}
    with pytest.raises(InvalidInput) as refusal:
        mail.checked(typed)
    assert refusal.value.field == field
