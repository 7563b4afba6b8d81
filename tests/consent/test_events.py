"""What a grant's life leaves on both sides: receipts, and messages to the merchant."""

import json

import msgspec
import pytest
from sqlalchemy import select, update

from mesinfos.consent import archive, events, journal, ledger, outbox
from mesinfos.consent.archive import closing_receipt, closing_token, list_receipts, receipt_file
from mesinfos.consent.counter import Ask, pages
from mesinfos.consent.dpv import Event
from mesinfos.consent.fields import Field
from mesinfos.consent.receipt import verify
from mesinfos.errors import NoGrant, NotFound
from mesinfos.vault.rootchange import change_passphrase
from mesinfos.vault.signing import thumbprint, unpadded
from mesinfos.vault.tables import METADATA, closing, receipt, stamp
from tests.cast import ZETA
from tests.consent.conftest import give
from tests.consent.makers import promise


def newest(vault, grant_id: str):
    """The newest receipt of a grant, verified."""
    return verify(receipt_file(vault, list_receipts(vault, grant_id)[0].receipt_id))


def of_merchant(vault, token: str) -> list[bytes]:
    """What the merchant reads of its receipts."""
    (page,) = pages(vault.instance, [Ask(token, 0, receipts=True)])
    if isinstance(page, NoGrant):
        raise page
    return page.disclosures


def test_both_sides_hold_the_same_receipt(alice, reading) -> None:
    """Given: the person's copy and the merchant's are the same bytes, signed by the instance and the person."""
    held = give(alice, promise(alice), reading)
    (stored,) = list_receipts(alice, held.grant.grant_id)
    assert stored.event is Event.GIVEN
    file = receipt_file(alice, stored.receipt_id)
    assert of_merchant(alice, held.token) == [file]
    proved = verify(file, thumbprint(alice.instance.key.signer(archive.PURPOSE).public))
    assert proved.signers[1] == thumbprint(alice.receipt_key(held.grant.grant_id).public)
    assert proved.receipt["dpv:hasRecordOfActivity"]["mi:grantId"] == held.grant.grant_id
    assert journal.entries(alice, limit=1)[0].action == "receipts.read"


def test_a_withdrawal_leaves_a_receipt_while_the_vault_is_locked(alice, bob, reading) -> None:
    """The instance signs alone; the whole life is in it; the person finds it when the vault opens."""
    held = give(alice, promise(alice), reading)
    ledger.revoke(bob.instance, alice.vault_id, held.grant.grant_id)
    proved = newest(alice, held.grant.grant_id)
    assert len(proved.signers) == 1
    assert proved.receipt["mi:event"] == "consent.withdrawn"
    said = proved.receipt["dpv:hasRecordOfActivity"]["dpv:hasConsentStatus"]
    assert [one["type"] for one in said] == [
        ["dpv:ConsentGiven", "dpv:ExplicitlyExpressedConsent"],
        "dpv:ConsentWithdrawn",
    ]
    ledger.revoke(alice.instance, alice.vault_id, held.grant.grant_id)
    assert len(list_receipts(alice, held.grant.grant_id)) == 2


def test_after_the_end_the_closing_token_opens_the_last_receipt(alice, reading) -> None:
    """And nothing else: the grant's token is dead, and the closing token opens no data, and nothing before the end."""
    held = give(alice, promise(alice), reading)
    late = closing_token(alice.instance, alice.vault_id, held.grant.grant_id)
    with pytest.raises(NoGrant):
        closing_receipt(alice.instance, late)
    ledger.revoke(alice.instance, alice.vault_id, held.grant.grant_id)
    stored = list_receipts(alice, held.grant.grant_id)[0]
    assert closing_receipt(alice.instance, late) == receipt_file(alice, stored.receipt_id)
    for token in (late, held.token):
        with pytest.raises(NoGrant):
            outbox.page(alice.instance, token)
        with pytest.raises(NoGrant):
            of_merchant(alice, token)
    for token in (held.token, late[:-1], "mesinfos-closing-", late.removeprefix("mesinfos-closing-")):
        with pytest.raises(NoGrant):
            closing_receipt(alice.instance, token)


def test_the_last_receipt_is_kept_for_ninety_days(alice, reading) -> None:
    """Then the merchant's copy goes; the person's stays."""
    held = give(alice, promise(alice), reading)
    ledger.revoke(alice.instance, alice.vault_id, held.grant.grant_id)
    token = closing_token(alice.instance, alice.vault_id, held.grant.grant_id)
    assert archive.forget_closed(alice.instance) == 0
    with alice.instance.database.write() as conn:
        conn.execute(update(closing).values(until=stamp() - 1))
    with pytest.raises(NoGrant):
        closing_receipt(alice.instance, token)
    assert archive.forget_closed(alice.instance) == 1
    assert newest(alice, held.grant.grant_id).receipt["mi:event"] == "consent.withdrawn"


def test_an_end_takes_the_merchants_copies_with_it(alice, reading) -> None:
    """No byte sealed to the grant is left in its receipts (A4)."""
    held = give(alice, promise(alice), reading)
    ledger.revoke(alice.instance, alice.vault_id, held.grant.grant_id)
    with alice.instance.database.read() as conn:
        rows = conn.execute(select(receipt.c.grant_envelope_id, receipt.c.grant_sealed)).all()
    assert [(row.grant_envelope_id, bytes(row.grant_sealed)) for row in rows] == [("", b"")] * 2


def test_a_change_leaves_a_receipt_of_the_new_terms(alice, reading) -> None:
    """Both sides hold it at once, signed by the person too, with the life of the consent so far."""
    held = give(alice, promise(alice), reading)
    ledger.change_grant(alice, held.grant.grant_id, promise(alice, fields=(Field.ORDER_YEAR,)))
    proved = newest(alice, held.grant.grant_id)
    record = proved.receipt["dpv:hasRecordOfActivity"]
    assert len(proved.signers) == 2
    assert [one["dct:identifier"] for one in record["dpv:hasProcess"][0]["dpv:hasPersonalData"]] == ["order.year"]
    assert [one["type"][0] for one in record["dpv:hasConsentStatus"]] == ["dpv:ConsentGiven", "dpv:RenewedConsentGiven"]
    assert len(of_merchant(alice, held.token)) == 2


def test_an_expired_grant_leaves_a_receipt(alice, reading, monkeypatch) -> None:
    """Whoever finds it past its last day tells of its end, once."""
    held = give(alice, promise(alice), reading)
    monkeypatch.setattr(ledger, "today", lambda: held.grant.until.replace(year=held.grant.until.year + 1))
    for _ in range(2):
        with alice.instance.database.write(alice.vault_id) as conn:
            ledger.live_grants(alice.instance, conn, alice.vault_id)
    assert [one.event for one in list_receipts(alice, held.grant.grant_id)] == [Event.EXPIRED, Event.GIVEN]
    assert newest(alice, held.grant.grant_id).receipt["mi:event"] == "consent.expired"


def test_a_refusal_leaves_a_receipt_for_both(alice) -> None:
    """Nothing is in force: the merchant's copy lies under its closing token; the journal says no was said."""
    asked = promise(alice, domain=ZETA.domain, name="Zeta")
    receipt_id = events.refused(alice, asked)
    file = receipt_file(alice, receipt_id)
    assert verify(file).receipt["mi:event"] == "consent.refused"
    assert closing_receipt(alice.instance, closing_token(alice.instance, alice.vault_id, asked.grant_id)) == file
    assert journal.entries(alice, limit=1)[0].action == "consent.refused"
    assert ledger.list_grants(alice) == []


def test_a_grant_nobody_signed_ends_without_a_receipt(alice, reading) -> None:
    """Nothing is proved of a promise that the vault did not make (A6)."""
    held = give(alice, promise(alice), reading)
    with alice.instance.database.write(alice.vault_id) as conn:
        conn.execute(update(METADATA.tables["grant"]).values(signature=bytes(64)))
    ledger.revoke(alice.instance, alice.vault_id, held.grant.grant_id)
    assert [one.event for one in list_receipts(alice, held.grant.grant_id)] == [Event.GIVEN]


def test_receipts_of_two_merchants_share_no_identifier(alice, reading) -> None:
    """Two merchants who lay their receipts side by side find nothing that says: the same person (P7)."""
    texts = []
    for domain in ("acme.example", "zeta.example"):
        held = give(alice, promise(alice, domain=domain), reading)
        texts.append(json.loads(of_merchant(alice, held.token)[0]))
    values = [set(_texts(one)) for one in texts]
    instance = alice.instance.key.signer(archive.PURPOSE).public
    shared = {one for one in values[0] & values[1] if len(one) > 20 and " " not in one and ":" not in one}
    assert shared == {thumbprint(instance), unpadded(instance)}


def _texts(node):
    if isinstance(node, dict):
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)
    elif isinstance(node, str):
        yield node


def test_a_new_passphrase_leaves_receipts_readable(alice, reading) -> None:
    """Old receipts open and verify; new ones are signed by the person's new key, which each of them carries."""
    held = give(alice, promise(alice), reading)
    before = newest(alice, held.grant.grant_id)
    fresh = change_passphrase(alice.instance, alice, "huit chevaux tirent la charrue")
    assert newest(fresh, held.grant.grant_id) == before
    again = give(fresh, promise(fresh), reading)
    assert len(newest(fresh, again.grant.grant_id).signers) == 2


def test_receipts_are_private(alice, bob, reading) -> None:
    """Bob finds none of Alice's; the database holds no word of them."""
    held = give(alice, promise(alice), reading)
    stored = list_receipts(alice, held.grant.grant_id)[0]
    assert list_receipts(bob, held.grant.grant_id) == []
    with pytest.raises(NotFound):
        receipt_file(bob, stored.receipt_id)
    ledger.revoke(alice.instance, alice.vault_id, held.grant.grant_id)
    with alice.instance.database.read() as conn:
        rows = [row for table in (receipt, closing) for row in conn.execute(select(table)).all()]
    dump = msgspec.json.encode(
        [[str(value) if isinstance(value, str | int) else bytes(value) for value in row] for row in rows]
    )
    for word in (b"acme", b"Acme", b"offers"):
        assert word not in dump
    assert stored.receipt_id.encode() in dump


def test_a_receipt_that_cannot_be_kept_undoes_what_it_tells(alice, reading, monkeypatch) -> None:
    """All or nothing: no end without its receipt, no receipt without its end."""
    held = give(alice, promise(alice), reading)

    def fails(*_: object) -> str:
        raise RuntimeError

    monkeypatch.setattr(archive, "keep", fails)
    with pytest.raises(RuntimeError):
        ledger.revoke(alice.instance, alice.vault_id, held.grant.grant_id)
    assert outbox.page(alice.instance, held.token).disclosures
