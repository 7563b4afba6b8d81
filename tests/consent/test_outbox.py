"""The door: what goes in, what comes out, to whom."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from mesinfos.consent import counter, journal, ledger, outbox
from mesinfos.consent.fields import Field, Scope
from mesinfos.errors import NoGrant, StorageFull
from mesinfos.model.values import OrderStatus
from mesinfos.relations.reading import read
from mesinfos.vault.tables import disclosure, envelope, receipt
from mesinfos.vault.tables import grant as grants
from tests.cast import ACME, ZETA
from tests.consent.conftest import give
from tests.consent.makers import (
    EVERYTHING_COARSE,
    EVERYTHING_FINE,
    an_order,
    past,
    promise,
    remember,
    seen,
    told,
)
from web.api.schemas import Disclosure

ZETA_TOKEN = "mesinfos-" + "A" * 43


def test_a_merchant_reads_its_own_orders_only(alice, reading) -> None:
    """Acme sees its order since 2025: not the older one, not Zeta's, not the clinic's, not the unproved one."""
    held = give(alice, promise(alice), reading)
    page = outbox.page(alice.instance, held.token)
    assert [one["data"] for one in told(page)] == [
        {"@type": "Order", "orderDate": "2026-11", "orderStatus": "https://schema.org/OrderInTransit"}
    ]
    assert page.complete
    assert not page.more
    assert page.grant == held.grant


def test_zeta_sees_nothing(alice, reading) -> None:
    """A merchant without a grant learns nothing: not even whether Alice exists."""
    give(alice, promise(alice), reading)
    answers = set()
    for token in (ZETA_TOKEN, "", "mesinfos-", "Bearer", "mesinfos-é", "x" * 10_000):
        with pytest.raises(NoGrant) as refusal:
            outbox.page(alice.instance, token)
        answers.add(str(refusal.value))
    assert len(answers) == 1


def test_preview_is_what_is_served(alice, reading) -> None:
    """Byte for byte, in the same order, for fine and coarse grants of everything."""
    for fields, number in ((EVERYTHING_FINE, 8), (EVERYTHING_COARSE, 7)):
        draft = promise(alice, fields=fields, scope=Scope.ALL)
        before = outbox.preview(alice, draft, reading)
        held = give(alice, draft, reading)
        assert outbox.page(alice.instance, held.token).disclosures == before
        assert len(before) == number


def test_every_disclosure_fits_the_published_schema(alice, reading) -> None:
    """The shapes in the OpenAPI document hold for whatever is served."""
    for fields in (EVERYTHING_FINE, EVERYTHING_COARSE):
        for content in outbox.preview(alice, promise(alice, fields=fields, scope=Scope.ALL), reading):
            Disclosure.model_validate_json(content, strict=True)


def test_counts_are_by_month_and_category(alice, reading) -> None:
    """Two newsletters of a month are one line with a 2; whose they are is said by sector only."""
    fields = (Field.MESSAGE_COUNTS, Field.SECTOR)
    shown = outbox.preview(alice, promise(alice, fields=fields, scope=Scope.ALL), reading)
    about = {one["data"]["observationAbout"]["genre"]: one["data"]["value"] for one in map(msgspec.json.decode, shown)}
    assert about == {"promo": 2, "delivery": 1}


def test_refresh_twice_changes_nothing(alice, reading) -> None:
    """Nothing new: no disclosure is written again, and a merchant that asks is told nothing twice."""
    held = give(alice, promise(alice, fields=EVERYTHING_FINE), reading)
    last = outbox.page(alice.instance, held.token).next
    assert outbox.refresh(alice, reading) == 0
    assert outbox.fill_past(alice, held.grant, reading) == 0
    assert outbox.page(alice.instance, held.token, last).disclosures == []


def test_what_was_erased_is_called_back(alice, reading) -> None:
    """A thing that is no longer in the vault is followed by one word to its merchant: gone."""
    held = give(alice, promise(alice), reading)
    (known,) = told(outbox.page(alice.instance, held.token))
    reading.forget([one.record_id for one in reading.observations(type(an_order()))])
    outbox.refresh(alice, reading)
    assert told(outbox.page(alice.instance, held.token)) == [{"id": known["id"], "gone": True}]
    assert outbox.refresh(alice, reading) == 0


def test_pages_are_of_a_hundred(alice) -> None:
    """A long past comes in pages, each disclosure once."""
    many = [seen(an_order(order_number=f"N-{number}"), message=f"p{number}") for number in range(250)]
    remember(alice, many)
    held = give(alice, promise(alice), read(alice))
    after, pages = 0, []
    while True:
        page = outbox.page(alice.instance, held.token, after)
        pages.append(len(page.disclosures))
        after = page.next
        if not page.more:
            break
    assert pages == [100, 100, 50]
    assert outbox.page(alice.instance, held.token, after).next == after


def test_two_merchants_share_no_identifier(alice, reading) -> None:
    """The same things, granted alike to Acme and Zeta, have nothing in common to compare by (P7)."""
    fields = (Field.ORDER_MONTH, Field.PARCELS, Field.MESSAGE_CATEGORIES)
    ids = []
    for merchant in (ACME, ZETA):
        draft = promise(alice, fields=fields, scope=Scope.ALL, domain=merchant.domain, name=merchant.name)
        shown = told(outbox.page(alice.instance, give(alice, draft, reading).token))
        ids.append(
            {one["id"] for one in shown} | {one["data"].get("partOfOrder", {}).get("identifier") for one in shown}
        )
    assert ids[0] & ids[1] <= {None}
    assert len(ids[0]) > 4


def test_a_parcel_names_its_order(alice, reading) -> None:
    """Where orders are granted too, a parcel points to its order by the id this merchant knows; else not at all."""
    both = told(outbox.page(alice.instance, give(alice, promise(alice, fields=EVERYTHING_FINE), reading).token))
    order = next(one for one in both if one["data"]["@type"] == "Order")
    parcel = next(one for one in both if one["data"]["@type"] == "ParcelDelivery")
    assert parcel["data"]["partOfOrder"]["identifier"] == order["id"]
    alone = told(outbox.page(alice.instance, give(alice, promise(alice, fields=(Field.PARCELS,)), reading).token))
    assert "partOfOrder" not in alone[0]["data"]


def test_every_read_is_in_the_journal(alice, reading) -> None:
    """The journal says who read how much, and gives its head to the merchant as a witness."""
    held = give(alice, promise(alice), reading)
    page = outbox.page(alice.instance, held.token)
    line = journal.entries(alice, limit=1)[0]
    assert (line.action, line.subject) == ("data.read", held.grant.grant_id)
    with alice.instance.database.read(alice.vault_id) as conn:
        (lay,) = conn.execute(select(disclosure.c.ciphertext)).scalars()
    assert line.details == {"things": 1, "after": 0, "bytes": len(lay)}
    assert page.head == line.hash
    assert outbox.terms(alice.instance, held.token) == held.grant
    assert journal.entries(alice, limit=1)[0].action == "grant.read"


def test_a_read_that_cannot_be_written_down_fails(alice, reading, monkeypatch) -> None:
    """When the journal refuses, so does the door."""
    held = give(alice, promise(alice), reading)

    def full(*_args: object) -> bytes:
        raise StorageFull("The disk is full.")

    monkeypatch.setattr(counter, "append_all", full)
    with pytest.raises(StorageFull):
        outbox.page(alice.instance, held.token)


def test_an_expired_grant_reads_nothing_and_stays_so(alice, reading, monkeypatch) -> None:
    """The day after its last, a grant is over; a clock that jumps back finds nothing to revive (D11)."""
    held = give(alice, promise(alice), reading)
    monkeypatch.setattr(ledger, "today", lambda: held.grant.until + timedelta(days=1))
    with pytest.raises(NoGrant):
        outbox.page(alice.instance, held.token)
    monkeypatch.setattr(ledger, "today", lambda: date(1970, 1, 1))
    with pytest.raises(NoGrant):
        outbox.page(alice.instance, held.token)
    assert ledger.get_grant(alice, held.grant.grant_id).state is ledger.State.EXPIRED
    with alice.instance.database.read() as conn:
        assert conn.execute(select(disclosure)).all() == []


def test_a_sync_ends_what_is_past_its_day(alice, reading, monkeypatch) -> None:
    """No merchant has to ask: the next sync ends an expired grant, and discloses nothing to it."""
    held = give(alice, promise(alice), reading)
    monkeypatch.setattr(ledger, "today", lambda: held.grant.until + timedelta(days=1))
    remember(alice, [seen(an_order(order_number="A-3"), message="m30")], disclose=True)
    assert ledger.get_grant(alice, held.grant.grant_id).state is ledger.State.EXPIRED


def test_nothing_is_filled_into_a_grant_that_ended(alice, reading) -> None:
    """A grant withdrawn while its past was being disclosed gets no more of it."""
    grant, _ = ledger.add_grant(alice, promise(alice))
    ledger.revoke(alice.instance, alice.vault_id, grant.grant_id)
    with pytest.raises(NoGrant):
        outbox.fill_past(alice, grant, reading)


def test_a_damaged_disclosure_is_left_out_and_counted(alice, reading) -> None:
    """One broken row never stops the others, and is never shown wrong."""
    held = give(alice, promise(alice, fields=EVERYTHING_FINE), reading)
    whole = outbox.page(alice.instance, held.token)
    with alice.instance.database.write() as conn:
        mine = (disclosure.c.vault_id == alice.vault_id, disclosure.c.seq == 1)
        text = conn.execute(select(disclosure.c.ciphertext).where(*mine)).scalar_one()
        conn.execute(update(disclosure).where(*mine).values(ciphertext=text[:-1] + bytes([text[-1] ^ 1])))
    page = outbox.page(alice.instance, held.token)
    assert page.disclosures == whole.disclosures[1:]
    assert page.damaged == 1


def test_emptied_envelopes_are_deleted(alice, reading) -> None:
    """When its last disclosure is replaced, an envelope goes: its key would only open the past."""
    held = give(alice, promise(alice), reading)
    remember(alice, [seen(an_order(status=OrderStatus.DELIVERED), message="m9")], disclose=True)
    reading.refresh(alice)
    outbox.refresh(alice, reading)
    mine = (envelope.c.vault_id == alice.vault_id, envelope.c.grant_id == held.grant.grant_id)
    with alice.instance.database.read() as conn:
        left = set(conn.execute(select(envelope.c.envelope_id).where(*mine)).scalars())
        (proof,) = conn.execute(select(receipt.c.grant_envelope_id)).scalars()
    assert proof in left
    assert len(left) == 2


def test_a_row_without_its_grant_opens_nothing(alice, reading) -> None:
    """A token that leads to a deleted grant is answered like any other that opens nothing."""
    held = give(alice, promise(alice), reading)
    with alice.instance.database.write() as conn:
        conn.execute(delete(grants).where(grants.c.vault_id == alice.vault_id))
    with pytest.raises(NoGrant):
        outbox.page(alice.instance, held.token)
    with pytest.raises(NoGrant):
        outbox.terms(alice.instance, held.token)


CHOICES = st.lists(st.sampled_from(past()), max_size=9)
FIELDS = st.sampled_from(
    [
        EVERYTHING_FINE,
        EVERYTHING_COARSE,
        (Field.BENEFITS, Field.BOOKING_DAY),
        (Field.ORDER_MONTH,),
        (Field.MESSAGE_COUNTS, Field.PARCELS),
    ]
)


@settings(max_examples=12)
@given(first=CHOICES, then=CHOICES, fields=FIELDS, scope=st.sampled_from([Scope.OWN, Scope.ALL]))
def test_previewed_bytes_are_served_bytes(alice, first, then, fields, scope) -> None:
    """Whatever the vault holds, whenever it came and whatever is granted: the preview is what is served."""
    remember(alice, first)
    reading = read(alice)
    held = give(alice, promise(alice, fields=fields, scope=scope), reading)
    assert served(alice, held.token) == outbox.preview(alice, held.grant, reading)
    remember(alice, then, disclose=True)
    reading.refresh(alice)
    outbox.refresh(alice, reading)
    assert sorted(served(alice, held.token)) == sorted(outbox.preview(alice, held.grant, reading))
    ledger.revoke(alice.instance, alice.vault_id, held.grant.grant_id)


def served(vault, token) -> list[bytes]:
    """Everything the merchant reads, page by page."""
    found, after = [], 0
    while True:
        page = outbox.page(vault.instance, token, after, limit=3)
        found, after = found + page.disclosures, page.next
        if not page.more:
            return found


def test_todays_day_is_utc() -> None:
    """Grants end by the day in UTC."""
    assert abs(ledger.today() - datetime.now(UTC).date()) <= timedelta(days=1)
