"""Syncs of a real Dovecot."""

import pytest

from mesinfos.errors import CredentialsRejected, Unreachable
from mesinfos.vault.sources import get_source
from tests.conftest import move_in
from tests.syncing.conftest import Desk
from tests.syncing.letters import expected_orders, mixed

pytestmark = pytest.mark.dovecot


def state_of(desk, source):
    """The source as it is stored now."""
    return get_source(desk.instance, desk.vault_id, source.source_id)


@pytest.fixture
def desk(household, sqlite_instance):
    """On SQLite: the engine makes no difference to a mail server."""
    sqlite_instance.settings = sqlite_instance.settings.model_copy(update={"workers": 0})
    return Desk(move_in(sqlite_instance, household, "Alice"))


def test_three_folders_and_two_mailboxes_are_one(desk, account, dovecot):
    """The same mails in three folders and a second account give each order once."""
    mails = list(mixed(20))
    for folder in ("INBOX", "Archives", "Achats"):
        account.server.deliver(account.name, mails, folder)
    dovecot.add_user("second@maison.example", "another password")
    dovecot.deliver("second@maison.example", mails)
    first = desk.sync(desk.mailbox(account, folders="*"))
    assert (first.new, first.known, first.personal) == (18, 36, 6)
    other = {"username": "second@maison.example", "password": "another password"}
    second = desk.sync(desk.mailbox(account, **other))
    assert (second.new, second.known) == (0, 18)
    assert desk.order_numbers() == sorted(expected_orders(20))


def test_a_new_uidvalidity_doubles_nothing(desk, account):
    """A folder that was rebuilt is read again, and every mail in it is known."""
    account.server.deliver(account.name, mixed(30))
    source = desk.mailbox(account)
    desk.sync(source)
    account.server.renumber(account.name, "INBOX", 4711)
    summary = desk.sync(source)
    assert (summary.new, summary.orders) == (0, 0)
    assert desk.order_numbers() == sorted(expected_orders(30))


def test_a_wrong_password_asks_the_person(desk, account):
    """The source waits for its owner, and is not tried again by the clock."""
    source = desk.mailbox(account, password="not this one")
    with pytest.raises(CredentialsRejected):
        desk.sync(source)
    assert state_of(desk, source).state == "reconnect"


def test_a_silent_server_is_tried_again(desk, account):
    """Nobody answers: the source waits, and says so."""
    source = desk.mailbox(account, port="1")
    with pytest.raises(Unreachable):
        desk.sync(source)
    assert state_of(desk, source).state == "waiting"
