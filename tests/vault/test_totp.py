"""The second factor: whose codes are right, each once, and the ways in that ask for none."""

from base64 import b32encode
from threading import Barrier, Thread
from types import SimpleNamespace

import pyotp
import pytest
from sqlalchemy import select

from mesinfos.errors import Locked, WrongPassphrase
from mesinfos.vault import slots, totp
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.rootchange import change_passphrase
from mesinfos.vault.tables import factor
from mesinfos.vault.totp import (
    STEP,
    Totp,
    accepted_step,
    address,
    new_secret,
    second_factor,
    switch_off,
    switch_on,
    unlock_at_door,
)
from tests.cast import ALICE

NOW = 1_795_651_200
PUBLISHED = b32encode(b"12345678901234567890").decode()
"""The SHA-1 secret of RFC 6238, appendix B."""


def on(vault: OpenVault) -> str:
    """Alice's second factor, switched on with the code before this one; returns its secret."""
    secret = new_secret()
    with vault.instance.database.write(vault.vault_id) as conn:
        switch_on(conn, vault, secret, code(secret, -1))
    return secret


def code(secret: str, steps: int = 0) -> str:
    """The code of now, or of so many steps later."""
    return pyotp.TOTP(secret).at(NOW, counter_offset=steps)


@pytest.fixture(autouse=True)
def _one_instant(monkeypatch):
    """The clock stands, so that no test depends on how long it takes."""
    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: NOW))


@pytest.mark.parametrize(
    ("now", "figures"),
    [
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(now, figures):
    """RFC 6238 appendix B, its last six figures; one step early or late is right, two are not, blanks do not count."""
    kept = Totp(PUBLISHED)
    for typed in (figures, f" {figures[:3]} {figures[3:]} "):
        assert accepted_step(kept, typed, now) == now // STEP
    for late in (-STEP, STEP):
        assert accepted_step(kept, figures, now + late) == now // STEP
    for wrong, at in (
        (figures, now + 2 * STEP),
        (figures, now - 2 * STEP),
        (figures[:5], now),
        ("", now),
        ("é" * 6, now),
    ):
        with pytest.raises(WrongPassphrase):
            accepted_step(kept, wrong, at)


def test_a_code_counts_once_and_none_before_it(alice):
    """Replayed, a code is refused, and so is an older one that was never used."""
    secret, instance = on(alice), alice.instance
    following = code(secret, 1)
    assert unlock_at_door(instance, alice.vault_id, ALICE.passphrase, following).root == alice.root
    for spent in (following, code(secret), code(secret, -1)):
        with pytest.raises(WrongPassphrase) as refused:
            unlock_at_door(instance, alice.vault_id, ALICE.passphrase, spent)
        assert refused.value.field == "code"


def test_without_a_code_the_passphrase_is_not_even_tried(alice, monkeypatch):
    """Who has no code learns nothing of the passphrase, and costs no Argon2."""
    on(alice)
    monkeypatch.setattr(slots, "stretched", lambda *_: pytest.fail("the passphrase was tried"))
    for typed in ("", "000000", "quatre"):
        with pytest.raises(WrongPassphrase) as refused:
            unlock_at_door(alice.instance, alice.vault_id, ALICE.passphrase, typed)
        assert refused.value.field == "code"


def test_a_wrong_passphrase_spends_no_code(alice):
    """The code of a person who mistyped still holds."""
    secret = on(alice)
    now = code(secret)
    with pytest.raises(WrongPassphrase) as refused:
        unlock_at_door(alice.instance, alice.vault_id, "not her passphrase", now)
    assert refused.value.field is None
    assert unlock_at_door(alice.instance, alice.vault_id, ALICE.passphrase, now).root == alice.root


def test_of_two_with_one_code_one_enters(alice):
    """Two browsers at the same instant: the code is spent by the first."""
    secret = on(alice)
    now, start, seen = code(secret), Barrier(2), []

    def come():
        start.wait()
        try:
            seen.append(unlock_at_door(alice.instance, alice.vault_id, ALICE.passphrase, now).root == alice.root)
        except WrongPassphrase:
            seen.append(False)

    both = [Thread(target=come) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(seen) == [False, True]


def test_the_recovery_key_needs_no_code(alice, household):
    """The way in when the phone is lost; after it, nothing was spent."""
    on(alice)
    before = second_factor(alice.instance, alice.vault_id)
    assert unlock_at_door(alice.instance, alice.vault_id, household.recovery["Alice"], "").root == alice.root
    assert second_factor(alice.instance, alice.vault_id) == before


def test_it_is_switched_on_by_a_right_code_only(alice, bob):
    """A wrong code changes nothing, one of another vault neither; switched off, the passphrase alone opens."""
    with pytest.raises(WrongPassphrase), alice.instance.database.write(alice.vault_id) as conn:
        switch_on(conn, alice, new_secret(), "000000")
    assert second_factor(alice.instance, alice.vault_id) is None
    on(alice)
    assert unlock_at_door(bob.instance, bob.vault_id, "seven small boats cross at dawn", "").root == bob.root
    with alice.instance.database.write(alice.vault_id) as conn:
        switch_off(conn, alice)
    assert unlock_at_door(alice.instance, alice.vault_id, ALICE.passphrase, "").root == alice.root


def test_it_outlives_a_changed_passphrase(alice):
    """The secret lies under the instance key; the vault opened before the change switches nothing off any more."""
    secret, stale = on(alice), OpenVault(alice.instance, alice.vault_id, alice.root)
    fresh = change_passphrase(alice.instance, alice, "une phrase toute nouvelle")
    with pytest.raises(WrongPassphrase):
        unlock_at_door(fresh.instance, fresh.vault_id, "une phrase toute nouvelle", "")
    assert unlock_at_door(fresh.instance, fresh.vault_id, "une phrase toute nouvelle", code(secret)).root == fresh.root
    with pytest.raises(Locked), fresh.instance.database.write(fresh.vault_id) as conn:
        switch_off(conn, stale)


def test_the_secret_is_not_in_the_database(alice):
    """It is sealed under the instance key; the address for the app names the person and us."""
    secret = on(alice)
    with alice.instance.database.read(alice.vault_id) as conn:
        sealed = conn.execute(select(factor.c.sealed)).scalar_one()
    assert secret.encode() not in sealed
    assert address(secret, "Alice") == f"otpauth://totp/MesInfos:Alice?secret={secret}&issuer=MesInfos"
