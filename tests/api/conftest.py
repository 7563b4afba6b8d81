"""Acme's grant on Alice's past, and Acme's HTTP client."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest

from mesinfos.relations.reading import Reading, read
from mesinfos.settings import Settings
from mesinfos.vault.instance import open_instance
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.sessions import start_session
from tests.api.client import Client
from tests.api.merchant import Merchant, serve
from tests.cast import ALICE
from tests.conftest import move_in
from tests.consent.conftest import Given, give
from tests.consent.makers import EVERYTHING_FINE, past, promise, remember
from tests.web.served import Browser, Served
from web.deps import SESSION_COOKIE


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


class Shop(NamedTuple):
    """Acme's programs, Zeta's, the served instance, and the browser in which Alice opened her vault."""

    acme: Merchant
    zeta: Merchant
    served: Served
    browser: Browser
    vault: OpenVault


@contextmanager
def a_shop(vault: OpenVault) -> Iterator[Shop]:
    """Serve a vault to two merchants."""
    with (
        serve(vault.instance) as served,
        Merchant(served) as acme,
        Merchant(served, "zeta.example") as zeta,
        served.browser() as browser,
    ):
        browser.cookies.set(SESSION_COOKIE, start_session(vault.instance, vault))
        yield Shop(acme, zeta, served, browser, vault)


@pytest.fixture
def shop(alice, reading):  # noqa: ARG001  the past is there
    """Everybody who takes part in a consent, on each engine."""
    with a_shop(alice) as found:
        yield found


@pytest.fixture(scope="module")
def asked(household, tmp_path_factory):
    """The same on SQLite, once for all tests of a module that only ask."""
    folder = tmp_path_factory.mktemp("asked") / "data"
    shutil.copytree(household.folder, folder)
    store = open_instance(Settings(data_dir=folder))
    vault = move_in(store, household, ALICE.name)
    remember(vault, past())
    with a_shop(vault) as found:
        yield found
    store.close()
