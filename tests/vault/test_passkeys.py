"""Passkeys in the store: what opens, what stays after a change of passphrase, what is gone when removed."""

import os

import pytest
from sqlalchemy import delete, select, update

from mesinfos.errors import Locked, NotFound, Tampered, WrongPassphrase
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.passkeys import Passkey, add_passkey, list_passkeys, note_use, remove_passkey
from mesinfos.vault.rootchange import change_passphrase, new_recovery_key
from mesinfos.vault.tables import factor, keyslot
from mesinfos.vault.unlock import unlock, unlock_with_passkey
from tests import reader
from tests.cast import ALICE
from tests.vault.test_records import new, store

PHONE = Passkey("Phone", "localhost", b"credential", b"public", ("internal",), sign_count=3)
LATER = "une phrase toute nouvelle"


def added(vault: OpenVault, prf: bytes, passkey: Passkey = PHONE) -> str:
    """A passkey of this vault whose authenticator computes `prf`; returns its slot."""
    with vault.instance.database.write(vault.vault_id) as conn:
        return add_passkey(conn, vault, passkey, os.urandom(32), prf)


def removed(vault: OpenVault, slot_id: str) -> None:
    """The passkey is taken out."""
    with vault.instance.database.write(vault.vault_id) as conn:
        remove_passkey(conn, vault, slot_id)


def used(vault: OpenVault, slot_id: str, count: int) -> int:
    """Note a use; returns the counter that is kept."""
    with vault.instance.database.write(vault.vault_id) as conn:
        note_use(conn, vault.instance, vault.vault_id, slot_id, count)
    return next(one.passkey.sign_count for one in list_passkeys(vault.instance, vault.vault_id) if one.passkey)


def test_a_passkey_opens_its_vault_and_no_other_secret_does(alice, bob):
    """The root comes out of the slot by its own 32 bytes, in its own vault, without an alarm."""
    prf = os.urandom(32)
    slot_id, instance = added(alice, prf), alice.instance
    opened = unlock_with_passkey(instance, alice.vault_id, slot_id, prf)
    assert (opened.root, opened.alarms) == (alice.root, ())
    for vault_id, slot, secret in (
        (alice.vault_id, slot_id, os.urandom(32)),
        (alice.vault_id, slot_id, prf + b"\0"),
        (alice.vault_id, slot_id, b""),
        (alice.vault_id, "another", prf),
        (bob.vault_id, slot_id, prf),
    ):
        with pytest.raises(WrongPassphrase):
            unlock_with_passkey(instance, vault_id, slot, secret)


def test_passkeys_are_listed_and_removed(alice, household):
    """The list has what the door needs; a removed one opens nothing; passphrase and paper still do."""
    first, second = os.urandom(32), os.urandom(32)
    one, two = added(alice, first), added(alice, second, Passkey("Key", "localhost", b"other", b"p"))
    known = list_passkeys(alice.instance, alice.vault_id)
    assert [(each.slot.slot_id, each.passkey.name) for each in known] == [(one, "Phone"), (two, "Key")]
    assert known[0].passkey.added_at.year > 2025
    assert len(known[0].slot.salt) == 32
    removed(alice, one)
    with pytest.raises(WrongPassphrase):
        unlock_with_passkey(alice.instance, alice.vault_id, one, first)
    with pytest.raises(NotFound):
        removed(alice, one)
    for secret in (ALICE.passphrase, household.recovery["Alice"]):
        assert unlock(alice.instance, alice.vault_id, secret).root == alice.root
    assert unlock_with_passkey(alice.instance, alice.vault_id, two, second).root == alice.root


def test_nothing_but_a_passkey_is_removed_as_one(alice):
    """The passphrase's slot is not found under this name."""
    with alice.instance.database.read(alice.vault_id) as conn:
        slots = conn.execute(select(keyslot.c.slot_id).where(keyslot.c.vault_id == alice.vault_id)).scalars().all()
    for slot_id in slots:
        with pytest.raises(NotFound):
            removed(alice, slot_id)


def test_passkeys_stay_when_passphrase_or_paper_change(alice):
    """A new root is sealed to the passkeys without them; the old vault adds and removes none any more."""
    prf = os.urandom(32)
    slot_id, stale = added(alice, prf), OpenVault(alice.instance, alice.vault_id, alice.root)
    old = alice.root
    fresh = change_passphrase(alice.instance, alice, LATER)
    new_recovery_key(fresh.instance, fresh)
    opened = unlock_with_passkey(fresh.instance, fresh.vault_id, slot_id, prf)
    assert (opened.root, opened.alarms) == (fresh.root, ())
    assert fresh.root != old
    for refused in (lambda: added(stale, prf), lambda: removed(stale, slot_id)):
        with pytest.raises(Locked):
            refused()


def test_a_removed_passkey_gets_no_new_root(alice):
    """After removal and a change of passphrase, an old copy of the slot holds the old root, and nothing later."""
    prf = os.urandom(32)
    slot_id = added(alice, prf)
    mine = (keyslot.c.vault_id == alice.vault_id, keyslot.c.slot_id == slot_id)
    with alice.instance.database.read(alice.vault_id) as conn:
        copy = dict(conn.execute(select(keyslot).where(*mine)).one()._mapping)
    old = alice.root
    removed(alice, slot_id)
    fresh = change_passphrase(alice.instance, alice, LATER)
    assert reader.open_slot(copy, prf) == old != fresh.root


def test_the_counter_only_rises(alice):
    """A use is kept with its counter; the same or a lower one is a copy; authenticators without one stay at zero."""
    slot_id = added(alice, os.urandom(32))
    assert used(alice, slot_id, 4) == 4
    for count in (4, 3, 0):
        with pytest.raises(WrongPassphrase):
            used(alice, slot_id, count)
    removed(alice, slot_id)
    plain = added(alice, os.urandom(32), Passkey("Synced", "localhost", b"s", b"p"))
    assert [used(alice, plain, 0), used(alice, plain, 0), used(alice, plain, 1)] == [0, 0, 1]


def test_a_damaged_line_hides_no_slot(alice):
    """What opens the vault is listed even where its name is gone or forged, so that it can be removed."""
    prf = os.urandom(32)
    slot_id, other = added(alice, prf), added(alice, os.urandom(32))
    with alice.instance.database.write(alice.vault_id) as conn:
        stolen = conn.execute(select(factor.c.sealed).where(factor.c.factor_id == other)).scalar_one()
        conn.execute(update(factor).where(factor.c.factor_id == slot_id).values(sealed=stolen))
    (unnamed,) = [one for one in list_passkeys(alice.instance, alice.vault_id) if one.passkey is None]
    assert unnamed.slot.slot_id == slot_id
    with pytest.raises(WrongPassphrase):
        used(alice, slot_id, 9)
    with alice.instance.database.write(alice.vault_id) as conn:
        conn.execute(delete(factor))
    assert [one.passkey for one in list_passkeys(alice.instance, alice.vault_id)] == [None, None]
    removed(alice, slot_id)


def test_a_slot_of_another_root_raises_no_vault(alice, bob):
    """A slot that a database writer copies from another vault opens nothing here."""
    prf = os.urandom(32)
    slot_id = added(bob, prf)
    with alice.instance.database.write() as conn:
        conn.execute(update(keyslot).where(keyslot.c.slot_id == slot_id).values(vault_id=alice.vault_id))
    with pytest.raises((WrongPassphrase, Tampered)):
        unlock_with_passkey(alice.instance, alice.vault_id, slot_id, prf)


def test_the_second_reader_opens_with_a_passkey(alice):
    """From docs/sealing.md alone, the authenticator's 32 bytes give the records."""
    if not alice.instance.database.is_sqlite:
        pytest.skip("the second reader knows SQLite's file only")
    store(alice, new("one"))
    prf, settings = os.urandom(32), alice.instance.settings
    added(alice, prf)
    key_line = settings.key_file.read_text().strip()
    found = reader.read(settings.data_dir / "mesinfos.db", alice.vault_id, prf, key_line)
    assert [payload for _, payload in found] == [b"one" * 40]
