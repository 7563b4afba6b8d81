"""Opening a vault: with either secret, after attacks on its keys, on a full disk, while others change it."""

import os

import pytest
from sqlalchemy import delete, select, update

from mesinfos.errors import InvalidInput, Locked, NotFound, StorageFull, Tampered, WrongPassphrase
from mesinfos.vault import hooks
from mesinfos.vault import unlock as unlocking
from mesinfos.vault.keypair import KeyPair
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.pins import Pin
from mesinfos.vault.rootchange import change_passphrase, new_recovery_key
from mesinfos.vault.sessions import resume_session, start_session
from mesinfos.vault.sources import add_source, source_values
from mesinfos.vault.tables import envelope, keyslot, vault
from mesinfos.vault.unlock import unlock
from tests.cast import ALICE, BOB
from tests.vault.test_records import new, read, store

LATER = "une phrase toute nouvelle"


@pytest.fixture(autouse=True)
def _no_hooks(monkeypatch):
    """What rooms above registered, when some other test loaded them, is tested there."""
    monkeypatch.setattr(hooks, "checks", [])
    monkeypatch.setattr(hooks, "renewals", [])


def forms(opened) -> list[str]:
    with opened.instance.database.read(opened.vault_id) as conn:
        return sorted(conn.execute(select(envelope.c.form).where(envelope.c.vault_id == opened.vault_id)).scalars())


def test_both_secrets_open_the_vault(alice, household):
    """Passphrase and recovery key give the same root, without an alarm."""
    for secret in (ALICE.passphrase, household.recovery["Alice"], household.recovery["Alice"].lower()):
        opened = unlock(alice.instance, alice.vault_id, secret)
        assert (opened.root, opened.alarms) == (alice.root, ())


@pytest.mark.parametrize("secret", ["", BOB.passphrase, ALICE.passphrase + " "])
@pytest.mark.usefixtures("bob")
def test_other_secrets_do_not(alice, secret):
    """Whatever is not the passphrase is one clear error with a next step."""
    with pytest.raises(WrongPassphrase) as refused:
        unlock(alice.instance, alice.vault_id, secret)
    assert refused.value.advice


@pytest.mark.usefixtures("bob")
def test_bobs_recovery_key_does_not_open_alices_vault(alice, household):
    """A recovery key is tried on recovery slots only, and fails by its commitment."""
    with pytest.raises(WrongPassphrase):
        unlock(alice.instance, alice.vault_id, household.recovery["Bob"])


def test_an_unknown_vault_is_not_found(instance):
    """There is no vault to open."""
    with pytest.raises(NotFound):
        unlock(instance, "nobody", "whatever it is")


def test_unlocking_wraps_what_came_in_while_locked(alice):
    """HPKE seals are replaced; the records read the same before and after."""
    store(alice, new("one"))
    store(alice, new("two"))
    before = read(alice)
    assert forms(alice) == ["hpke", "hpke"]
    opened = unlock(alice.instance, alice.vault_id, ALICE.passphrase)
    assert forms(alice) == ["wrap", "wrap"]
    assert read(opened) == before
    store(alice, new("three"))
    assert len(read(opened)) == 3


def test_many_envelopes_are_wrapped_in_several_steps(alice, monkeypatch):
    """The work is cut into transactions that do not hold others up."""
    monkeypatch.setattr(unlocking, "REWRAP", 2)
    for number in range(5):
        store(alice, new(str(number)))
    unlock(alice.instance, alice.vault_id, ALICE.passphrase)
    assert set(forms(alice)) == {"wrap"}


def test_a_swapped_inbox_key_takes_nothing_and_raises_an_alarm(alice):
    """The worker refuses, the unlock tells and puts the key back, and then the worker goes on."""
    with alice.instance.database.write() as conn:
        conn.execute(update(vault).values(inbox_public=KeyPair(os.urandom(96)).public))
    with pytest.raises(Tampered) as refused:
        store(alice, new("one"))
    assert "Open the vault" in refused.value.advice
    assert unlock(alice.instance, alice.vault_id, ALICE.passphrase).alarms == ("inbox_key_swapped",)
    assert len(store(alice, new("one"))) == 1


def test_missing_or_foreign_pins_raise_an_alarm(alice):
    """Pins are compared, too; the true keys are pinned again."""
    store_pins = alice.instance.pins.replace
    store_pins(alice.vault_id)
    with pytest.raises(Tampered):
        store(alice, new("one"))
    assert unlock(alice.instance, alice.vault_id, ALICE.passphrase).alarms == ("pins_missing",)
    store_pins(alice.vault_id, Pin(b"i" * 1216, b"v" * 32))
    assert unlock(alice.instance, alice.vault_id, ALICE.passphrase).alarms == ("pins_swapped",)
    store_pins(alice.vault_id, Pin(b"i" * 1216, b"v" * 32), alice.pin)
    assert unlock(alice.instance, alice.vault_id, ALICE.passphrase).alarms == ()
    assert alice.instance.pins.of(alice.vault_id) == [alice.pin]


def test_rooms_above_add_their_alarms(alice, monkeypatch):
    """A registered check sees the open vault and a connection."""
    monkeypatch.setattr(hooks, "checks", [])
    hooks.at_unlock(lambda opened, conn: [f"seen:{opened.vault_id}"] if conn else [])
    assert unlock(alice.instance, alice.vault_id, ALICE.passphrase).alarms == (f"seen:{alice.vault_id}",)


def test_a_full_disk_does_not_lock_anybody_out(alice, monkeypatch):
    """Re-wrapping waits for the next time; reading works."""
    store(alice, new("one"))

    def full(*_):
        raise StorageFull("full")

    monkeypatch.setattr(unlocking, "store_wrapped", full)
    opened = unlock(alice.instance, alice.vault_id, ALICE.passphrase)
    assert [record.payload for record in read(opened)] == [b"one" * 40]
    assert forms(alice) == ["hpke"]


def test_a_changed_passphrase_changes_everything_but_the_data(alice, household):
    """New root, everything re-wrapped, sessions ended; the recovery key stays, the old passphrase goes."""
    store(alice, new("one"))
    source = add_source(alice, "imap", "mine", {"password": "p"}, "while_unlocked")
    cookie, old_root, instance = start_session(alice.instance, alice), alice.root, alice.instance
    signature = alice.sign("grant", b"rules")
    fresh = change_passphrase(instance, alice, LATER)
    assert fresh.root != old_root
    assert set(forms(fresh)) == {"wrap"}
    assert [record.payload for record in read(fresh)] == [b"one" * 40]
    assert source_values(instance, source, fresh) == {"password": "p"}
    assert not instance.verify(fresh.vault_id, "grant", b"rules", signature)
    assert instance.verify(fresh.vault_id, "grant", b"rules", fresh.sign("grant", b"rules"))
    for refused in (
        lambda: resume_session(instance, cookie),
        lambda: alice.root,
        lambda: unlock(instance, fresh.vault_id, ALICE.passphrase),
    ):
        with pytest.raises((Locked, WrongPassphrase)):
            refused()
    for secret in (LATER, household.recovery["Alice"]):
        assert unlock(instance, fresh.vault_id, secret).alarms == ()
    assert len(store(fresh, new("two"))) == 1


def test_the_passphrase_stays_when_one_envelope_does_not_open(alice):
    """Refused first: nothing is changed, the old passphrase works, the pins are as before."""
    store(alice, new("one"))
    with alice.instance.database.write() as conn:
        conn.execute(update(envelope).values(mac=b"forged"))
    with pytest.raises(Tampered):
        change_passphrase(alice.instance, alice, LATER)
    assert alice.instance.pins.of(alice.vault_id) == [alice.pin]
    with pytest.raises(WrongPassphrase):
        unlock(alice.instance, alice.vault_id, LATER)
    assert unlock(alice.instance, alice.vault_id, ALICE.passphrase).alarms == ("envelopes_forged:1",)


def test_what_must_be_signed_again_is_part_of_the_change(alice, monkeypatch):
    """A registered renewal and the caller's own run inside the transaction; their failure undoes the change."""
    seen = []
    monkeypatch.setattr(hooks, "renewals", [])
    hooks.at_new_root(lambda old, fresh, conn: seen.append((old.root, fresh.root, conn.in_transaction())))

    def fails(*_):
        raise KeyError

    with pytest.raises(KeyError):
        change_passphrase(alice.instance, alice, LATER, fails)
    root = alice.root
    fresh = change_passphrase(alice.instance, alice, LATER, lambda old, _, __: seen.append(old))
    assert seen[1:] == [(root, fresh.root, True), alice]


def test_a_weak_passphrase_is_refused_at_its_field(alice):
    """The error names the form field."""
    with pytest.raises(InvalidInput) as refused:
        change_passphrase(alice.instance, alice, "short")
    assert refused.value.field == "passphrase"


def test_a_vault_opened_before_the_change_writes_nothing_back(alice):
    """Another browser's open vault holds the old root: its changes are refused."""
    stale = OpenVault(alice.instance, alice.vault_id, alice.root)
    change_passphrase(alice.instance, alice, LATER)
    with pytest.raises(Locked):
        change_passphrase(stale.instance, stale, "encore une autre")
    with pytest.raises(Locked):
        new_recovery_key(stale.instance, stale)
    assert unlock(stale.instance, stale.vault_id, LATER).alarms == ()


def test_an_unlock_that_races_a_change_puts_nothing_back(alice, monkeypatch):
    """The slot that was opened is gone: the old keys must not be stored as the true ones."""
    real = unlocking.open_slot

    def slow(slot, secret):
        root = real(slot, secret)
        monkeypatch.setattr(unlocking, "open_slot", real)
        change_passphrase(alice.instance, OpenVault(alice.instance, alice.vault_id, root), LATER)
        return root

    monkeypatch.setattr(unlocking, "open_slot", slow)
    with pytest.raises(Locked):
        unlock(alice.instance, alice.vault_id, ALICE.passphrase)
    assert unlock(alice.instance, alice.vault_id, LATER).alarms == ()


def test_a_new_recovery_key_replaces_the_old_one(alice, household):
    """Old paper opens nothing, new paper opens the vault."""
    text = new_recovery_key(alice.instance, alice)
    assert unlock(alice.instance, alice.vault_id, text).root == alice.root
    with pytest.raises(WrongPassphrase):
        unlock(alice.instance, alice.vault_id, household.recovery["Alice"])


def test_without_a_slot_nothing_opens(alice):
    """A vault whose slots were deleted says what it says to a wrong passphrase."""
    with alice.instance.database.write() as conn:
        conn.execute(delete(keyslot))
    with pytest.raises(WrongPassphrase):
        unlock(alice.instance, alice.vault_id, ALICE.passphrase)
