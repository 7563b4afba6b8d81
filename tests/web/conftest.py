"""A furnished house, served, for the page tests of a module; and a fresh instance for first runs."""

import pytest

from tests.web.house import House, house
from tests.web.served import Browser, Served


@pytest.fixture(scope="module")
def home():
    """Alice's and Bob's house."""
    with house("en") as found:
        yield found


@pytest.fixture(scope="module")
def alices(home: House):
    """Alice's browser; tests that lock it use their own."""
    with home.alices() as browser:
        yield browser


@pytest.fixture
def stranger(home: House):
    """A browser without a session."""
    with home.served.browser() as browser:
        yield browser


@pytest.fixture
def empty(sqlite_instance):
    """An instance where nobody lives yet, served."""
    with Served(sqlite_instance) as served:
        yield served


@pytest.fixture
def visitor(empty: Served) -> Browser:
    """The first visitor of an empty instance."""
    return empty.browser()
