"""Alice's vault with a past: orders at Acme, Zeta and a clinic, a parcel, mails, and one thing nobody proved."""

from typing import NamedTuple

import pytest

from mesinfos.consent import ledger, outbox, tokens
from mesinfos.consent.grant import Grant
from mesinfos.relations.reading import Reading, read
from mesinfos.vault.openvault import OpenVault
from tests.consent.by_oauth import Clock
from tests.consent.makers import past, remember


class Given(NamedTuple):
    """A grant in force, its token, and what the vault showed when it was given."""

    vault: OpenVault
    grant: Grant
    token: str
    reading: Reading


@pytest.fixture
def reading(alice) -> Reading:
    """Alice's past, stored and read back."""
    remember(alice, past())
    return read(alice)


@pytest.fixture
def clock(monkeypatch) -> Clock:
    """A clock for tokens that stands still."""
    made = Clock()
    monkeypatch.setattr(tokens, "stamp", made.stamp)
    monkeypatch.setattr(tokens, "stamp_in", made.stamp_in)
    return made


def give(vault: OpenVault, draft: Grant, reading: Reading) -> Given:
    """Sign a draft and disclose the past to it."""
    grant, token = ledger.add_grant(vault, draft)
    outbox.fill_past(vault, grant, reading)
    return Given(vault, grant, token, reading)
