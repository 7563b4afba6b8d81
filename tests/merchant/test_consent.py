"""The reference merchant against a served instance: a consent's whole life, on both sides."""

import json

from msgspec.structs import replace

from examples.merchant.desk import proven
from mesinfos.consent.fields import Field
from mesinfos.consent.filling import change
from mesinfos.consent.journal import Action, entries
from mesinfos.consent.ledger import State, list_grants, resume, revoke, suspend
from mesinfos.consent.receipt import verify
from mesinfos.relations.reading import read
from mesinfos.vault.sessions import resume_session
from tests.cast import ACME
from tests.merchant.town import hidden
from web.deps import SESSION_COOKIE


def without_total(page) -> dict:
    """What the form holds, the amount taken away."""
    kept = {name: [one for one in values if one != Field.ORDER_TOTAL] for name, values in hidden(page).items()}
    return {name: values or [""] for name, values in kept.items()}


def order_of(here, browser) -> str:
    """Alice orders at the shop; the order's number."""
    here.at_shop(browser, "/orders", sku="LAM-059")
    return here.visitor().orders[-1]["number"]


def reads(vault) -> int:
    """How often merchants read anything, by the journal."""
    kinds = {Action.DATA_READ, Action.GRANT_READ, Action.RECEIPTS_READ}
    return sum(one.action in kinds for one in entries(vault, limit=100))


def kept_file(here) -> str:
    """All that the shop keeps, as it lies on its disk."""
    return (here.folder / "visitors.json").read_text("utf-8")


def test_the_shop_sees_what_alice_accepted_and_nothing_else(here):
    """With the amount taken away no amount reaches the shop; its page tells the rest, and Alice's own sentence."""
    alice = here.opened()
    page = here.asked(alice)
    account = here.answered(alice, page, "accept", **without_total(page))
    assert str(account.url) == f"{here.shop}/account"
    terms, shown = here.visitor().terms, here.visitor().shown
    assert "order.total" not in terms["fields"]
    assert shown
    assert not any("partOfInvoice" in one for one in shown.values())
    assert {one["@type"] for one in shown.values()} == {"Order"}
    assert terms["sentence"]["fr"] in account.text.replace("&#39;", "'")
    assert [one["type"].rpartition("/rar/")[2] for one in here.visitor().granted.details] == ["read/v1", "deposit/v1"]


def test_the_shop_is_called_by_its_name_once_its_domain_is_proved(here):
    """Its DNS names its client: the page says Acme, and that it is proven."""
    alice = here.opened()
    page = here.asked(alice).text
    assert "Acme demande votre consentement" in page
    assert "Domaine prouvé" in page


def test_an_unproven_shop_may_not_give_back(here):
    """Nothing in the DNS: Alice is shown the host that asks, and what it deposits is refused with a reason."""
    here.names.records.clear()
    alice = here.opened()
    number = order_of(here, alice)
    page = here.asked(alice)
    assert "localhost demande votre consentement" in page.text
    here.answered(alice, page, "accept")
    answer = here.at_shop(alice, f"/orders/{number}/give")
    assert answer.status_code == 502
    assert "n’a pas pris ce dépôt" in answer.text
    assert not here.visitor().orders[0]["given"]


def test_a_refusal_is_taken_as_an_answer(here):
    """Alice refuses: the shop says so, and holds nothing."""
    alice = here.opened()
    page = here.answered(alice, here.asked(alice), "refuse")
    assert "Vous avez refusé" in page.text
    assert here.visitor().granted is None
    assert here.visitor().asked is None


def test_an_order_goes_back_to_alice_with_its_warranty(here):
    """What the shop gives back stands among her purchases, given by the shop; giving it twice is once."""
    alice = here.opened()
    number = order_of(here, alice)
    here.connects(alice)
    assert "Rangée" in here.at_shop(alice, f"/orders/{number}/give").text
    here.at_shop(alice, f"/orders/{number}/give")
    reading = read(resume_session(here.instance, alice.cookies[SESSION_COOKIE]))
    (found,) = [one for one in reading.orders() if one.order.order_number == number]
    assert found.order.items[0].name == "Lampe de bureau en laiton"
    assert f"{found.order.total.amount:f}" == "59.90"
    assert found.merchant.domain == ACME.domain
    assert [one for one in reading.warranties() if one.warranty.order_number == number]


def test_a_withdrawal_reaches_the_shop_by_its_webhook(here):
    """Alice takes her consent back; the message has the shop delete what it read and fetch the last receipt."""
    alice = here.opened()
    here.connects(alice)
    granted, count = here.visitor().granted, len(here.visitor().shown)
    assert granted.refresh in kept_file(here)
    revoke(here.instance, here.alice, granted.grant_id)
    here.post()
    here.settle()
    visitor = here.visitor()
    assert (visitor.granted, visitor.shown) == (None, {})
    assert (visitor.ended["how"], visitor.ended["deleted"]) == ("withdrawn", count)
    assert granted.refresh not in kept_file(here)
    assert granted.access not in kept_file(here)
    assert [one.event for one in proven(visitor)] == ["consent.given", "consent.withdrawn"]
    assert "Vous avez repris votre consentement" in here.at_shop(alice, "/account").text


def test_what_alice_takes_away_later_goes_from_the_shop_too(here):
    """She changes her consent so that no amount is seen: the message has the shop read all anew, and keep no amount."""
    alice = here.opened()
    here.connects(alice)
    assert any("partOfInvoice" in one for one in here.visitor().shown.values())
    vault = resume_session(here.instance, alice.cookies[SESSION_COOKIE])
    (held,) = [one for one in list_grants(vault) if one.grant.client_id]
    fewer = tuple(one for one in held.grant.fields if one is not Field.ORDER_TOTAL)
    change(vault, held.grant.grant_id, replace(held.grant, fields=fewer, key=b""), read(vault))
    here.post()
    here.waits(lambda: Field.ORDER_TOTAL not in here.visitor().terms["fields"] and here.visitor().shown)
    assert not any("partOfInvoice" in one for one in here.visitor().shown.values())
    assert [one.event for one in proven(here.visitor())] == ["consent.given", "consent.updated"]


def test_a_visit_costs_one_line_in_alices_journal(here):
    """Looking at what is new is one read, not three."""
    alice = here.opened()
    here.connects(alice)
    vault = resume_session(here.instance, alice.cookies[SESSION_COOKIE])
    before = reads(vault)
    here.at_shop(alice, "/account")
    assert reads(vault) == before + 1


def test_connecting_again_gives_the_old_consent_back(here):
    """The second consent takes the place of the first, which ends."""
    alice = here.opened()
    here.connects(alice)
    here.connects(alice)
    vault = resume_session(here.instance, alice.cookies[SESSION_COOKIE])
    live = [one.grant.grant_id for one in list_grants(vault) if one.grant.client_id and one.state == State.LIVE]
    assert live == [here.visitor().granted.grant_id]


def test_a_withdrawal_is_met_on_the_next_read_when_its_message_was_lost(here):
    """Without the webhook, the next read fails, and the shop lets go just the same."""
    alice = here.opened()
    here.connects(alice)
    revoke(here.instance, here.alice, here.visitor().granted.grant_id)
    ended = here.at_shop(alice, "/account")
    assert "Vous avez repris votre consentement" in ended.text
    assert here.visitor().shown == {}
    assert [one.event for one in proven(here.visitor())] == ["consent.given", "consent.withdrawn"]


def test_a_consent_that_rests_is_kept_and_read_again_later(here):
    """Suspended, it looks like an end and has no last receipt: the shop waits, and goes on when Alice resumes it."""
    alice = here.opened()
    here.connects(alice)
    granted, shown = here.visitor().granted, here.visitor().shown
    suspend(here.instance, here.alice, [granted.grant_id])
    vault = resume_session(here.instance, alice.cookies[SESSION_COOKIE])
    before = reads(vault)
    here.at_shop(alice, "/account")
    assert (here.visitor().granted.grant_id, here.visitor().shown) == (granted.grant_id, shown)
    assert reads(vault) == before
    resume(vault, granted.grant_id)
    assert "Votre MesInfos est relié" in here.at_shop(alice, "/account").text
    assert reads(vault) == before + 1
    suspend(here.instance, here.alice, [granted.grant_id])
    revoke(here.instance, here.alice, granted.grant_id)
    assert "Vous avez repris votre consentement" in here.at_shop(alice, "/account").text
    assert here.visitor().shown == {}


def test_the_shop_gives_the_consent_back(here):
    """It ends on both sides at once, and the receipt says so."""
    alice = here.opened()
    here.connects(alice)
    ended = here.at_shop(alice, "/account/give-back")
    assert "Nous avons rendu votre consentement" in ended.text
    assert [one.event for one in proven(here.visitor())] == ["consent.given", "consent.withdrawn"]
    assert "consent.withdrawn" not in ended.text


def test_an_old_access_token_is_renewed(here):
    """When its quarter of an hour is over, the refresh token brings the next one, and the read goes on."""
    alice = here.opened()
    here.connects(alice)
    granted = here.visitor().granted
    old, granted.until = granted.access, 0.0
    assert "Votre MesInfos est relié" in here.at_shop(alice, "/account").text
    assert here.visitor().granted.access != old


def test_receipts_verify_by_the_houses_own_program_too(here):
    """The shop's copies are files that `mesinfos receipt verify` takes; the page shows them as verified."""
    alice = here.opened()
    account = here.connects(alice)
    (file,) = here.visitor().receipts
    assert verify(json.dumps(file).encode()).receipt["mi:event"] == "consent.given"
    assert "Vérifié" in account.text
    file["receipt"]["mi:event"] = "consent.updated"
    assert proven(here.visitor()) == [None]


def test_the_shop_starts_again_where_it_was(here):
    """What it keeps survives a restart: keys, grant, disclosures."""
    alice = here.opened()
    here.connects(alice)
    again = type(here.desk.store)(here.folder)
    (kept,) = again._visitors.values()
    assert kept == here.visitor()
