"""Fixtures for whoever needs a real mail server: `pytest_plugins = ["tests.servers.fixtures"]`."""

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

import pytest

from tests.servers.dovecot import Dovecot, is_available

_NUMBERS = count(1)


class Account(NamedTuple):
    """A mailbox nobody else in the run uses, and the server it lives on."""

    server: Dovecot
    name: str
    password: str


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """One running Dovecot for the whole run; give each test its own account, and do not stop it."""
    if not is_available():
        pytest.skip("Dovecot is not installed (Debian: dovecot-imapd)")
    with Dovecot() as server:
        yield server


@pytest.fixture
def own_dovecot() -> Iterator[Dovecot]:
    """A Dovecot that this test may stop, kill and start again."""
    if not is_available():
        pytest.skip("Dovecot is not installed (Debian: dovecot-imapd)")
    with Dovecot() as server:
        yield server


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    """A fresh, empty mailbox on the shared Dovecot."""
    name = f"alice{next(_NUMBERS)}@maison.example"
    dovecot.add_user(name, "the password of alice")
    return Account(dovecot, name, "the password of alice")
