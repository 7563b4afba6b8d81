"""What merchants give back over HTTP, what is kept of it, and what they cannot learn by it."""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from mesinfos.consent import journal, ledger, outbox
from mesinfos.consent.deposit import forget_given
from mesinfos.consent.fields import Deposit, Field, Scope
from mesinfos.model.purchase import Order
from mesinfos.model.rule import Kind, Reach, Rule
from mesinfos.model.values import Money, OrderStatus
from mesinfos.relations.reading import read
from mesinfos.rights import erase_vault, export_all
from mesinfos.teach import teach
from mesinfos.vault.grantkeys import new_token
from tests.api.client import Client, bearer
from tests.api.deposited import costs, depositing, invoice, membership, order, warranty
from tests.cast import ACME, ZETA
from tests.consent.conftest import give
from tests.consent.makers import EVERYTHING_FINE, promise, remember, told
from web.api import deposits, limits
from web.api.limits import Pace
from web.api.schemas import Deposited


@pytest.fixture(autouse=True)
def _nobody_yet(monkeypatch):
    """Each test starts with nobody having tried."""
    monkeypatch.setattr(deposits, "pace", Pace())


def push(client: Client, token: str, body):
    """One deposit."""
    return client.request("POST", "/api/v1/deposits", headers=bearer(token), content=json.dumps(body))


def order_of(vault, number="A-1001"):
    """Acme's order of that number, as the person sees it."""
    theirs = [one for one in read(vault).orders() if one.merchant and one.merchant.domain == ACME.domain]
    (found,) = [one for one in theirs if one.verified and one.order.order_number == number]
    return found


def test_acme_gives_back_all_it_knows(client, alice, reading) -> None:
    """Order, parcel, bill, warranty and points are kept as facts of Acme, each said to be given by it, and when."""
    acme = depositing(alice, reading)
    answer = push(client, acme.token, [order(orderNumber="A-2000"), invoice(), warranty(), membership()])
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "accepted": [
            {"@type": "Order", "orderNumber": "A-2000"},
            {"@type": "Invoice", "identifier": "F-7"},
            {"@type": "WarrantyPromise", "orderNumber": "A-1001"},
            {"@type": "ProgramMembership", "programName": "Acme Club"},
        ],
        "journal_head": journal.entries(alice, limit=1)[0].hash.hex(),
    }
    found = order_of(alice, "A-2000")
    assert (found.order.total, found.order.date) == (Money(Decimal("59.98"), "EUR"), date(2026, 11, 12))
    assert found.order.provenance.place == f"grant {acme.grant.grant_id}"
    assert found.verified
    assert [parcel.parcel.tracking_number for parcel in found.parcels] == ["6A12345678901"]
    bought = order_of(alice)
    assert [one.warranty.ends for one in bought.warranties] == [date(2028, 11, 11)]
    assert [one.invoice.number for one in bought.invoices] == ["F-7"]
    (club,) = [one for one in read(alice).benefits() if one.benefit.programme == "Acme Club"]
    assert (club.benefit.points, club.given_at is not None) == (1240, True)


def test_it_is_kept_while_the_vault_is_locked(client, alice, reading, household) -> None:
    """Nobody's keys are in memory: what is given is sealed to the inbox, and read at the next unlock."""
    acme = depositing(alice, reading)
    alice.close()
    assert push(client, acme.token, order(orderNumber="A-2000")).status_code == 200
    opened = type(alice)(alice.instance, alice.vault_id, household.members["Alice"].root)
    assert order_of(opened, "A-2000").order.status is OrderStatus.IN_TRANSIT


def test_the_mail_and_the_statement_differ_in_sight(client, alice, reading) -> None:
    """Acme says 61.98 where its mail said 59.97: the statement is shown, the difference with both origins too."""
    push(client, depositing(alice, reading).token, order(**costs("61.98"), orderDate="2026-11-02"))
    found = order_of(alice)
    assert found.order.total == Money(Decimal("61.98"), "EUR")
    total, items = found.differences
    assert (total.field, total.mailed, total.mail) == ("total", Money(Decimal("59.97"), "EUR"), "m1")
    assert (items.field, items.given, items.mailed) == ("items", 1, 3)


def test_the_same_deposit_twice_is_one(client, alice, reading) -> None:
    """A repetition stores nothing and is answered alike; going back to an earlier statement is news again."""
    acme = depositing(alice, reading)
    heads = []
    for total in ("10", "10", "20", "10", "10"):
        answer = push(client, acme.token, order(**costs(total), orderNumber="A-2000", orderDelivery=None))
        assert answer.json()["accepted"] == [{"@type": "Order", "orderNumber": "A-2000"}]
        heads.append(answer.json()["journal_head"])
    assert len(set(heads)) == 5
    statements = [one for one in read(alice).observations(Order) if one.observation.fact.order_number == "A-2000"]
    assert [str(one.observation.fact.total.amount) for one in statements] == ["10", "20", "10"]
    assert order_of(alice, "A-2000").order.total == Money(Decimal(10), "EUR")


@pytest.mark.parametrize("kind", Deposit)
def test_zeta_gives_only_what_its_grant_names(client, alice, reading, kind) -> None:
    """Another kind is refused, nothing is kept of the whole deposit, and the journal says that it was tried."""
    body = {"orders": order(), "invoices": invoice(), "warranties": warranty(), "benefits": membership()}
    zeta = depositing(alice, reading, (kind,), domain=ZETA.domain, name=ZETA.name)
    before = len(read(alice))
    for other in Deposit:
        answer = push(client, zeta.token, [body[kind], body[other]] if other is not kind else body[kind])
        assert answer.status_code == (200 if other is kind else 403)
    lines = [line.action for line in journal.entries(alice, subject=zeta.grant.grant_id)]
    assert (lines.count("data.deposited"), lines.count("deposit.refused")) == (1, 3)
    assert len(read(alice)) == before + (2 if kind is Deposit.ORDERS else 1)


def test_a_grant_to_read_gives_nothing_back(client, acme) -> None:
    """Without a word about deposits in the grant, there is nothing to deposit."""
    assert push(client, acme.token, order()).status_code == 403


def test_every_token_that_opens_nothing_is_answered_alike(client, alice, reading) -> None:
    """Withdrawn, expired, another's, junk: the answer of a read, and no look at the body."""
    acme = depositing(alice, reading)
    ledger.revoke(alice.instance, alice.vault_id, acme.grant.grant_id)
    answers = [push(client, token, body) for token in (acme.token, new_token().token, "junk") for body in (order(), 7)]
    answers.append(client.get("/api/v1/disclosures", headers=bearer(acme.token)))
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1


def test_an_expired_grant_takes_nothing(client, alice, reading, monkeypatch) -> None:
    """The day after its last one, a deposit is answered as any token that opens nothing; a bad body too."""
    acme = depositing(alice, reading)
    after = acme.grant.until.replace(year=acme.grant.until.year + 1)
    for module in ("mesinfos.consent.ledger.today", "mesinfos.consent.deposit.today"):
        monkeypatch.setattr(module, lambda: after)
    assert {push(client, acme.token, body).status_code for body in (order(), {"@type": "Order"})} == {401}


def test_nothing_can_be_learnt_from_the_answer(client, alice, reading) -> None:
    """Known or unknown, agreeing or not, first time or again: the same bytes but for the journal's head."""
    acme = depositing(alice, reading)
    told_ = set()
    for body in (order(), order(), order(**costs("1")), order(orderDate="2020-01-01", orderDelivery=None)):
        answer = push(client, acme.token, body)
        told_.add(answer.content.split(b"journal_head")[0])
    assert len(told_) == 1


@pytest.mark.parametrize(
    ("seller", "status"),
    [
        ({"name": "Acme", "url": "https://www.acme.example/shop"}, 200),
        ({"name": "acme.example"}, 200),
        ({"name": "Zeta"}, 403),
        ({"name": "Acme", "url": "https://zeta.example/"}, 403),
        ({"name": "Acme", "url": "https://notacme.example/"}, 403),
        ({"name": "Acme", "url": "https://acme.example.zeta.example/"}, 403),
        ({"name": "Fnac", "url": "https://acme.example/"}, 403),
    ],
)
def test_a_body_that_names_another_seller_is_refused(client, alice, reading, seller, status) -> None:
    """Acme speaks of its own relation; whatever the body claims, it never becomes another merchant's fact."""
    acme = depositing(alice, reading)
    answer = push(client, acme.token, order(orderNumber="A-2000", seller={"@type": "Organization", **seller}))
    assert answer.status_code == status
    claimed = push(client, acme.token, membership(hostingOrganization={"@type": "Organization", **seller}))
    assert claimed.status_code == status
    assert {one.merchant.domain for one in read(alice).orders() if one.order.order_number == "A-2000"} <= {ACME.domain}


def test_zetas_statement_of_acmes_number_is_another_order(client, alice, reading) -> None:
    """The merge key begins with the merchant: Zeta touches nothing of Acme's."""
    before = order_of(alice)
    zeta = depositing(alice, reading, domain=ZETA.domain, name=ZETA.name)
    assert push(client, zeta.token, order(**costs("1"))).status_code == 200
    assert order_of(alice) == before


def test_other_grants_are_told_as_of_mail(client, alice, reading) -> None:
    """A deposit is disclosed at once to whoever may see such things, and the fold takes its place at the unlock."""
    acme = depositing(alice, reading)
    fields = (Field.ORDER_TOTAL, Field.ORDER_DATE, Field.ITEM_CATEGORIES)
    darty = promise(
        alice, domain="darty.example", name="Darty", fields=fields, scope=Scope.LISTED, merchants=(ACME.domain,)
    )
    other = give(alice, darty, reading)
    start = outbox.page(alice.instance, other.token).next
    push(client, acme.token, order(orderNumber="A-2000"))
    (news,) = told(outbox.page(alice.instance, other.token, start))
    assert news["partial"]
    assert news["data"]["partOfInvoice"]["totalPaymentDue"]["value"] == "59.98"
    assert news["data"]["orderedItem"][0]["orderedItem"]["category"] == "Electronics"
    outbox.refresh(alice, read(alice))
    assert not any("partial" in one for one in told(outbox.page(alice.instance, other.token)))


def test_warranties_are_disclosed_to_nobody(client, alice, reading) -> None:
    """No field opens them: not even the grant that sees everything fine learns of one."""
    acme = depositing(alice, reading, fields=EVERYTHING_FINE)
    before = outbox.page(alice.instance, acme.token).disclosures
    push(client, acme.token, warranty())
    outbox.refresh(alice, read(alice))
    assert outbox.page(alice.instance, acme.token).disclosures == before


def test_where_the_person_put_something_right_news_waits(client, alice, reading) -> None:
    """Only the open vault knows what wins, so nothing of this merchant's deposit is told while it is locked."""
    acme = depositing(alice, reading, fields=EVERYTHING_FINE)
    rule = Rule(Reach.MAIL, ACME.domain, "x", kind=Kind.ORDER, total=Money(Decimal(1), "EUR"))
    teach(alice, reading, "m1", rule)
    start = outbox.page(alice.instance, acme.token).next
    push(client, acme.token, order())
    assert outbox.page(alice.instance, acme.token, start).disclosures == []


def test_what_acme_gave_can_be_removed(client, alice, reading) -> None:
    """All of it, of every grant Acme had, and nothing else; the same again does not bring it back, a change does."""
    first, second = depositing(alice, reading), depositing(alice, reading)
    zeta = depositing(alice, reading, domain=ZETA.domain, name=ZETA.name)
    before = len(read(alice))
    push(client, zeta.token, order())
    push(client, first.token, order(orderNumber="A-2000", orderDelivery=None))
    push(client, second.token, [order(), warranty()])
    assert len(forget_given(alice.instance, alice.vault_id, second.grant)) == 4
    assert len(read(alice)) == before + 2
    push(client, first.token, order(orderNumber="A-2000", orderDelivery=None))
    assert len(read(alice)) == before + 2
    push(
        client,
        first.token,
        order(orderNumber="A-2000", orderStatus="https://schema.org/OrderDelivered", orderDelivery=None),
    )
    assert len(read(alice)) == before + 3


def test_haste_is_told_to_wait(client, alice, reading, monkeypatch) -> None:
    """Requests in a minute and things in a day are limited, by grant; others are served meanwhile."""
    acme, zeta = depositing(alice, reading), depositing(alice, reading, domain=ZETA.domain, name=ZETA.name)
    monkeypatch.setattr(limits, "REQUESTS", 2)
    statuses = [push(client, acme.token, order()).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert push(client, zeta.token, order()).status_code == 200
    monkeypatch.setattr(limits, "THINGS", 3)
    assert push(client, zeta.token, [invoice(), warranty()]).status_code == 429


def test_the_published_schema_and_its_example_hold(client) -> None:
    """The OpenAPI document shows the body's shape without loose ends, and an example that is accepted."""
    document = client.get("/openapi.json").json()["paths"]["/api/v1/deposits"]["post"]
    content = document["requestBody"]["content"]["application/json"]
    assert "$ref" not in json.dumps(content["schema"])
    assert deposits.read_body(json.dumps(content["example"]).encode()).accepted
    assert {"200", "401", "403", "413", "422", "429", "503"} <= document["responses"].keys()


def test_the_journal_says_what_was_given(client, alice, reading) -> None:
    """One line a deposit, under the grant, with how many things were new."""
    acme = depositing(alice, reading)
    remember(alice, [])
    for _ in range(2):
        push(client, acme.token, order())
    lines = [line for line in journal.entries(alice, subject=acme.grant.grant_id) if line.action == "data.deposited"]
    assert [line.details for line in lines] == [{"merchant": "acme.example", "things": n} for n in (0, 2)]


def test_the_page_for_merchants_works_as_it_stands(client, alice, reading) -> None:
    """Each deposit that docs/api.md shows is accepted, and its answer has the documented form."""
    acme = depositing(alice, reading)
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
    shown = re.findall(r"/api/v1/deposits\" --data-binary @- <<'JSON'\n(.*?)\nJSON", page, re.DOTALL)
    assert len(shown) == 2
    for text in shown:
        answer = client.request("POST", "/api/v1/deposits", headers=bearer(acme.token), content=text.encode())
        assert answer.status_code == 200
        Deposited.model_validate_json(answer.content)
    assert len(order_of(alice).warranties) == 1


def test_export_and_erasure_cover_what_was_given(client, alice, reading, tmp_path) -> None:
    """Every statement is among the records exported, warranties have a table, and nothing outlives an erasure."""
    acme = depositing(alice, reading)
    push(client, acme.token, [order(), invoice(), warranty(), membership()])
    export_all(alice, tmp_path / "out")
    lines = [json.loads(line) for line in (tmp_path / "out" / "records.jsonl").read_text("utf-8").splitlines()]
    given = [line for line in lines if (line["observation"].get("origin") or {}).get("source") == "deposit"]
    assert sorted(line["type"] for line in given) == ["benefit", "invoice", "order", "parcel", "warranty"]
    assert "2028-11-11" in (tmp_path / "out" / "warranties.csv").read_text("utf-8")
    assert erase_vault(alice.instance, alice.vault_id)["record"] == len(lines)
    assert push(client, acme.token, order()).status_code == 401
