"""Other terms for a grant in force: signed under the same key, and without a moment in which the old ones are read."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from mesinfos.consent import emptying, filling, journal, ledger, outbox
from mesinfos.consent.describe import sentences
from mesinfos.consent.fields import Field, Scope
from mesinfos.errors import InvalidInput, NotFound
from mesinfos.vault.tables import disclosure, envelope, receipt
from tests.cast import ZETA
from tests.consent.conftest import Given, give
from tests.consent.makers import EVERYTHING_COARSE, EVERYTHING_FINE, promise, told

WIDE = {"fields": EVERYTHING_FINE, "scope": Scope.ALL}


def contents(held: Given, after: int = 0) -> list[bytes]:
    """What the merchant reads now."""
    return outbox.page(held.vault.instance, held.token, after).disclosures


def test_a_change_keeps_id_key_and_token(alice, reading) -> None:
    """The merchant goes on with its token; ledger, journal and API tell the new terms."""
    held = give(alice, promise(alice), reading)
    changed = outbox.change(alice, held.grant.grant_id, promise(alice, **WIDE), reading)
    assert (changed.grant_id, changed.key) == (held.grant.grant_id, held.grant.key)
    assert ledger.get_grant(alice, changed.grant_id).grant == changed == outbox.terms(alice.instance, held.token)
    line = next(one for one in journal.entries(alice) if one.action == "grant.changed")
    assert (line.subject, line.details["sentence"]) == (changed.grant_id, sentences(changed))
    page = outbox.page(alice.instance, held.token)
    assert sorted(page.disclosures) == sorted(outbox.preview(alice, changed, reading))
    assert page.complete
    assert outbox.refresh(alice, reading) == 0


def test_what_is_lost_is_gone_with_the_signature(alice, reading) -> None:
    """Narrowed and not yet filled anew (the process may die here): not one byte of the old terms is left to read."""
    held = give(alice, promise(alice, **WIDE), reading)
    before = contents(held)
    narrow = ledger.change_grant(alice, held.grant.grant_id, promise(alice, fields=(Field.ORDER_YEAR,)))
    page = outbox.page(alice.instance, held.token)
    assert (page.disclosures, page.complete, page.damaged) == ([], False, 0)
    assert ledger.get_grant(alice, narrow.grant_id).disclosed == 0
    with alice.instance.database.read() as conn:
        assert [row.ciphertext for row in conn.execute(select(disclosure))] == [b""] * len(before)
        mine = envelope.c.grant_id == held.grant.grant_id
        proofs = set(conn.execute(select(receipt.c.grant_envelope_id)).scalars())
        assert set(conn.execute(select(envelope.c.envelope_id).where(mine)).scalars()) == proofs
    outbox.refresh(alice, reading)
    after = told(outbox.page(alice.instance, held.token))
    assert [one["data"] for one in after if "data" in one] == [{"@type": "Order", "orderDate": "2026"}]
    assert sum("gone" in one for one in after) == len(before) - 1


def test_what_stays_is_told_once(alice, reading) -> None:
    """Disclosures that both terms give keep their numbers: the merchant reads what is new and what to forget."""
    held = give(alice, promise(alice, **WIDE), reading)
    page, before = outbox.page(alice.instance, held.token), contents(held)
    fewer = tuple(field for field in EVERYTHING_FINE if field is not Field.PARCELS)
    outbox.change(alice, held.grant.grant_id, promise(alice, **WIDE | {"fields": fewer}), reading)
    news = told(outbox.page(alice.instance, held.token, page.next))
    assert [sorted(one) for one in news] == [["gone", "id"]]
    assert len(set(contents(held)) & set(before)) == len(before) - 1
    outbox.change(alice, held.grant.grant_id, promise(alice, **WIDE), reading)
    assert sorted(contents(held)) == sorted(before)


def test_counts_are_told_anew(alice, reading) -> None:
    """From mails one by one to counts and back: the outbox is what a new grant would have had, and what to forget."""
    held = give(alice, promise(alice, **WIDE), reading)
    outbox.change(alice, held.grant.grant_id, promise(alice, fields=EVERYTHING_COARSE, scope=Scope.ALL), reading)
    changed = ledger.get_grant(alice, held.grant.grant_id).grant
    shown = [one for one in contents(held) if b'"gone"' not in one]
    assert sorted(shown) == sorted(outbox.preview(alice, changed, reading))


def test_a_change_names_no_other_merchant(alice, bob, reading) -> None:
    """The token lies with one merchant: another needs a consent of its own. So does another vault."""
    held = give(alice, promise(alice), reading)
    wrong = promise(alice, domain=ZETA.domain, name="Zeta")
    gone_by = promise(alice, until=ledger.today() + timedelta(days=1))
    gone_by = replace(gone_by, made_at=gone_by.made_at - timedelta(days=9), until=ledger.today() - timedelta(days=1))
    for draft in (wrong, promise(alice, client_id="https://acme.example/x"), promise(bob), gone_by):
        with pytest.raises(InvalidInput):
            ledger.change_grant(alice, held.grant.grant_id, draft)
    assert ledger.get_grant(alice, held.grant.grant_id).grant == held.grant
    assert len(contents(held)) == 1


def test_only_a_live_grant_changes(alice, reading) -> None:
    """What is over, suspended or was never given cannot be changed."""
    held = give(alice, promise(alice), reading)
    with pytest.raises(NotFound):
        ledger.change_grant(alice, "a" * 26, promise(alice))
    ledger.revoke(alice.instance, alice.vault_id, held.grant.grant_id)
    with pytest.raises(NotFound):
        outbox.change(alice, held.grant.grant_id, promise(alice), reading)


def test_a_long_outbox_is_emptied_whole(alice, reading, monkeypatch) -> None:
    """Whatever fits into one statement, nothing is left over."""
    monkeypatch.setattr(emptying, "AT_ONCE", 2)
    monkeypatch.setattr(filling, "SLICE", 3)
    held = give(alice, promise(alice, **WIDE), reading)
    ledger.change_grant(alice, held.grant.grant_id, promise(alice, **WIDE))
    assert contents(held) == []
