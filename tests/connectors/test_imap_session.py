"""Connecting: every way in that works, and every refusal on the field it concerns."""

import logging
import traceback

import pytest

from connectors import imap
from connectors.imap import connector, session
from mesinfos.errors import CredentialsRejected, InvalidInput, SourceChanged, Unreachable
from tests.connectors.mailbox import mail, read, settings_of, subjects
from tests.servers.dovecot import Dovecot, free_port
from tests.servers.fixtures import Account
from tests.servers.liar import Liar

pytestmark = pytest.mark.dovecot
SECRET = "the password of alice"


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
def test_each_security_reads_mail(account: Account, security):
    """Implicit TLS, STARTTLS and plain loopback all end in the same mailbox."""
    account.server.append(account.name, "INBOX", mail("order"))
    settings = settings_of(account, security=security)
    checked = imap.connect(settings).check()
    assert (checked.places, checked.items) == (("INBOX",), 1)
    assert subjects(read(settings)) == [b"order"]


def test_check_tells_what_else_could_be_read(account: Account):
    """The other folders of received mail are offered, the private ones are not; since counts fewer mails."""
    for folder in ("INBOX", "Achats", "Junk"):
        account.server.append(account.name, folder, mail("order"))
    checked = imap.connect(settings_of(account, since="2999-01-01")).check()
    assert (checked.places, checked.others, checked.items) == (("INBOX",), ("Achats",), 0)
    assert len(checked.notes) == 4


def test_a_token_opens_the_mailbox(account: Account):
    """OAUTHBEARER with an access token needs no password; a wrong token is told on its field."""
    token = account.server.token(account.name)
    assert imap.connect(settings_of(account, password="", token=token)).check().places == ("INBOX",)
    with pytest.raises(CredentialsRejected) as refused:
        imap.connect(settings_of(account, password="", token="x" + token)).check()
    assert refused.value.field == "token"


def test_xoauth2_serves_where_oauthbearer_does_not_exist(account: Account, monkeypatch):
    """Providers that know only XOAUTH2 are logged in to as well."""
    monkeypatch.setattr(session.Client, "has_capability", lambda _, name: name != "AUTH=OAUTHBEARER")
    token = account.server.token(account.name)
    assert imap.connect(settings_of(account, password="", token=token)).check().places == ("INBOX",)


def test_login_serves_where_plain_does_not_exist(account: Account, monkeypatch):
    """A server without SASL PLAIN gets the LOGIN command."""
    monkeypatch.setattr(session.Client, "has_capability", lambda _, name: name != "AUTH=PLAIN")
    assert imap.connect(settings_of(account)).check().places == ("INBOX",)


def test_passwords_beyond_ascii_work(dovecot: Dovecot):
    """Accents in a password are no obstacle."""
    dovecot.add_user("zoe@maison.example", "café crème")
    account = Account(dovecot, "zoe@maison.example", "café crème")
    assert imap.connect(settings_of(account)).check().places == ("INBOX",)


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"password": "wrong"}, CredentialsRejected, "password"),
        ({"port": free_port()}, Unreachable, "host"),
        ({"host": "no-such-server.invalid"}, Unreachable, "host"),
        ({"ca": ""}, Unreachable, "host"),
        ({"ca": "-----BEGIN CERTIFICATE-----\nnonsense"}, Unreachable, "ca"),
        ({"ca": "/nowhere/ca.pem"}, InvalidInput, "ca"),
        ({"folders": "Nowhere"}, SourceChanged, "folders"),
        ({"private_hosts": False}, Unreachable, "host"),
    ],
)
@pytest.mark.parametrize("door", ["check", "fetch"])
def test_a_failure_lands_on_its_field_through_both_doors(account: Account, changes, error, field, door):
    """`check` and `fetch` fail alike: class, field, a sentence, a next step, and no secret anywhere."""
    settings = settings_of(account, **changes)
    with pytest.raises(error) as refused:
        imap.connect(settings).check() if door == "check" else read(settings)
    assert refused.value.field == field
    assert str(refused.value).endswith(".")
    assert refused.value.advice or error is InvalidInput
    assert SECRET not in "".join(traceback.format_exception(refused.value))


def test_tls_and_plain_ports_mixed_up_are_explained(account: Account, monkeypatch):
    """TLS on the plain port fails on the field of encryption; STARTTLS on the TLS port is no mail server."""
    monkeypatch.setattr(session, "CONNECT_SECONDS", 0.5)  # both wait for the other to speak first
    with pytest.raises(Unreachable) as wrong:
        imap.connect(settings_of(account, port=account.server.port)).check()
    assert wrong.value.field == "security"
    with pytest.raises(Unreachable) as wrong:
        imap.connect(settings_of(account, security="starttls", port=account.server.tls_port)).check()
    assert wrong.value.field == "host"


def test_nothing_is_logged(account: Account, caplog):
    """Even with every logger open, neither password nor name nor subject appears."""
    caplog.set_level(logging.DEBUG)
    account.server.append(account.name, "INBOX", mail("a very private order"))
    read(settings_of(account))
    assert SECRET not in caplog.text
    assert account.name not in caplog.text
    assert "very private" not in caplog.text
    assert SECRET not in repr(settings_of(account))


def test_a_server_that_dies_is_unreachable(own_dovecot: Dovecot, monkeypatch):
    """Killed in the middle of a run, and never back: three tries, then one clear error; back again, the rest comes."""
    monkeypatch.setattr(connector, "PAUSES", (0.0, 0.0, 0.0))
    own_dovecot.add_user("alice", "secret")
    own_dovecot.deliver("alice", [mail(f"order {number}", body=b"x" * 9000) for number in range(600)])
    account = Account(own_dovecot, "alice", "secret")
    batches = imap.connect(settings_of(account)).fetch(None, lambda heads: [True] * len(heads))
    first = next(batches)
    own_dovecot.kill()
    with pytest.raises(Unreachable) as dead:
        list(batches)
    assert dead.value.field == "host"
    own_dovecot.start()
    assert subjects(read(settings_of(account), first.cursor))[-1] == b"order 599"


@pytest.mark.parametrize(
    ("answer", "error", "field"),
    [
        (b"NO [UNAVAILABLE] later", Unreachable, "host"),
        (b"NO [ALERT] Application-specific password required", CredentialsRejected, "password"),
        (b"NO [PRIVACYREQUIRED] no", Unreachable, "security"),
        (b"NO nope", CredentialsRejected, "password"),
    ],
)
def test_a_refused_login_is_understood(answer, error, field):
    """What the server says decides what the person is told; its words are not repeated."""

    def refuse(_, connection, tag, __):
        connection.sendall(tag + b" " + answer + b" SECRETWORD\r\n")

    with Liar(lies={"AUTHENTICATE": refuse}) as liar:
        settings = imap.Settings(host="127.0.0.1", port=liar.port, username="a", password="b", security="none")
        with pytest.raises(error) as refused:
            imap.connect(settings).check()
    assert refused.value.field == field
    assert "SECRETWORD" not in str(refused.value)


def test_a_server_that_hangs_up_at_login_is_unreachable(monkeypatch):
    """A connection closed while logging in is tried again, then told as what it is."""
    monkeypatch.setattr(connector, "PAUSES", (0.0, 0.0, 0.0))
    with Liar(lies={"AUTHENTICATE": lambda _, connection, *__: connection.shutdown(2)}) as liar:
        settings = imap.Settings(host="127.0.0.1", port=liar.port, username="a", password="b", security="none")
        for attempt in (imap.connect(settings).check, lambda: read(settings)):
            with pytest.raises(Unreachable, match="while logging in"):
                attempt()
    assert sum(b"AUTHENTICATE" in line for line in liar.commands) == 5


def test_plain_connections_reach_this_machine_only(monkeypatch):
    """A name that claims to be localhost and resolves elsewhere gets no password."""
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("192.0.2.1", 143))])
    settings = imap.Settings(host="localhost", username="a", password="b", security="none")
    with pytest.raises(Unreachable) as refused:
        imap.connect(settings).check()
    assert refused.value.field == "host"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("192.0.2.1", False),
        ("10.1.2.3", False),
        ("::ffff:127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("fe80::1%eth0", False),
        ("224.0.0.1", False),
        ("169.254.169.254", False),
        ("9.9.9.9", True),
        ("2620:fe::fe", True),
    ],
)
def test_private_addresses_are_known(address, public):
    """Private, mapped, link-local and multicast addresses are not of the open Internet."""
    assert session.is_public(address) is public
