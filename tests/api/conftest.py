"""Acme's grant on Alice's past, and Acme's HTTP client."""

import pytest

from mesinfos.relations.reading import Reading, read
from tests.api.client import Client
from tests.consent.conftest import Given, give
from tests.consent.makers import EVERYTHING_FINE, past, promise, remember


@pytest.fixture
def reading(alice) -> Reading:
    """Alice's past."""
    remember(alice, past())
    return read(alice)


@pytest.fixture
def acme(alice, reading) -> Given:
    """Acme's grant: everything fine of its own relation."""
    return give(alice, promise(alice, fields=EVERYTHING_FINE), reading)


@pytest.fixture
def client(instance) -> Client:
    """A merchant's HTTP client."""
    return Client(instance)
