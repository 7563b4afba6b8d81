"""What merchants give back, on the pages: with its origin, beside the mail that differs, and removed by a press."""

import json
from datetime import date, timedelta

import pytest

from mesinfos.consent.deposit import deposit, depositor
from mesinfos.consent.fields import Deposit, Purpose, Scope
from mesinfos.consent.grant import Grant, draft
from mesinfos.consent.ledger import add_grant
from mesinfos.relations.reading import Reading
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.sessions import resume_session
from tests.api.deposited import costs, invoice, membership, order, warranty
from tests.web.furnish import MERCHANTS, NOW
from tests.web.house import House, house
from tests.web.served import Browser
from web.api.body import read_body
from web.deps import SESSION_COOKIE

ACME = MERCHANTS[0]
TODAY = NOW.date()


@pytest.fixture
def home():
    """A house of its own for each test: what one removes, the next one needs."""
    with house("en") as found:
        yield found


@pytest.fixture
def alices(home: House):
    """Alice's browser."""
    with home.alices() as browser:
        yield browser


def vault_of(home: House, browser: Browser) -> OpenVault:
    """The vault that is open in a browser."""
    return resume_session(home.served.instance, browser.cookies[SESSION_COOKIE])


def shown(home: House, browser: Browser) -> Reading:
    """What its person sees."""
    found: Reading = home.served.app.state.site.readings.of(vault_of(home, browser))
    return found


def gives(home: House, browser: Browser, *bodies: dict[str, object]) -> Grant:
    """Acme's grant to give back, and a deposit under it."""
    vault = vault_of(home, browser)
    planned = draft(
        vault.vault_id,
        domain=ACME.domain,
        name=ACME.name,
        fields=(),
        scope=Scope.OWN,
        since=date(2025, 1, 1),
        until=TODAY + timedelta(days=90),
        purpose=Purpose.WARRANTY,
        deposits=tuple(Deposit),
    )
    grant, token = add_grant(vault, planned)
    read = read_body(json.dumps(list(bodies)).encode())
    deposit(vault.instance, depositor(vault.instance, token), read.statements, read.parties)
    return grant


def acmes_order(home: House, browser: Browser):
    """The order that Acme's mail told, number A-4112."""
    return next(one for one in shown(home, browser).orders() if one.order.order_number == "A-4112")


def stated(total: str) -> dict[str, object]:
    """Acme's own statement of that order."""
    return order(**costs(total), orderNumber="A-4112", orderDate=TODAY.isoformat(), orderDelivery=None)


def test_both_sides_stand_on_the_order_with_their_origin(home: House, alices: Browser) -> None:
    """What Acme says, what its mail of that day says, who gave what when; and it is listed to be confirmed."""
    before = acmes_order(home, alices).order.total
    paper = warranty(referencesOrder={"@type": "Order", "orderNumber": "A-4112"}, itemOffered=_product("Lampe"))
    gives(home, alices, stated("12.34"), paper)
    page = alices.get(f"/orders/{acmes_order(home, alices).id}").text
    assert "Acme says €12.34, the mail of" in page
    assert f"says €{before.amount}" in page
    assert "Given by Acme on" in page
    assert "Warranties" in page
    assert "Nov 12, 2026 until Nov 11, 2028" in page
    assert "See both" in alices.get("/doubts").text


def _product(name: str) -> dict[str, str]:
    return {"@type": "Product", "name": name}


@pytest.mark.parametrize("merchant", [True, False])
def test_the_person_says_who_is_right(home: House, alices: Browser, merchant: bool) -> None:
    """One press for either; the amount shown follows, the difference is settled, and it can be undone."""
    mailed = acmes_order(home, alices).order.total.amount
    gives(home, alices, stated("12.34"))
    view = acmes_order(home, alices)
    about = {"mail": view.messages[0], "kind": "order", "about": "A-4112"}
    answer = alices.post("/doubts/given", data={"ref": view.id, "kind": "order"}) if merchant else None
    answer = answer or alices.post("/doubts/right", data=about)
    assert "Confirmed." in answer.text
    after = acmes_order(home, alices)
    assert str(after.order.total.amount) == ("12.34" if merchant else str(mailed))
    assert [one.field for one in after.differences if one.field != "items"] == []
    rule = shown(home, alices).lessons().all[-1].rule_id
    alices.post(f"/settings/rules/{rule}/remove")
    assert "total" in {one.field for one in acmes_order(home, alices).differences}


def test_a_bill_is_settled_as_an_order_is(home: House, alices: Browser) -> None:
    """A bill that Acme states otherwise than its mail is shown on the order's page, and one press makes it right."""
    number = {"@type": "Order", "orderNumber": "A-4112"}
    issued = acmes_order(home, alices).day.isoformat()
    bill = invoice(identifier="F-4112", dateIssued=issued, referencesOrder=number)
    gives(home, alices, bill)
    (view,) = acmes_order(home, alices).invoices
    assert [one.field for one in view.differences] == ["total"]
    alices.post("/doubts/given", data={"ref": view.id, "kind": "invoice"})
    (view,) = acmes_order(home, alices).invoices
    assert (view.differences, str(view.invoice.total.amount)) == ((), "59.98")
    assert alices.post("/doubts/given", data={"ref": view.id, "kind": "invoice"}).status_code == 404


def test_what_acme_gave_is_removed_by_one_press(home: House, alices: Browser) -> None:
    """From the consent's page, all of it; what its mails told stays, and the journal says so."""
    before = acmes_order(home, alices)
    grant = gives(home, alices, stated("12.34"), membership(), order(orderNumber="A-7777"))
    assert "Remove what Acme gave" in alices.get(f"/consents/{grant.grant_id}").text
    assert "Acme Club" in alices.get(f"/merchants/{ACME.domain}/purchases").text
    parcel = next(one for one in shown(home, alices).parcels() if one.parcel.order_number == "A-7777")
    assert "Given by Acme on" in alices.get(f"/parcels/{parcel.id}").text
    answer = alices.post(f"/consents/{grant.grant_id}/forget")
    assert "What the merchant gave back is removed." in answer.text
    assert acmes_order(home, alices).order == before.order
    assert "Acme Club" not in alices.get(f"/merchants/{ACME.domain}/purchases").text
    assert "Data erased" in alices.get("/journal").text


def test_bob_removes_nothing_of_alices(home: House, alices: Browser) -> None:
    """The button of one person's page does nothing in another's vault."""
    grant = gives(home, alices, stated("12.34"))
    with home.bobs() as bob:
        assert bob.post(f"/consents/{grant.grant_id}/forget").status_code == 404
    assert acmes_order(home, alices).given_at is not None
