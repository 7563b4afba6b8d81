"""All consents at a glance: who sees what, what one merchant would see, and the statement to print."""

import html
import re
from datetime import timedelta

import msgspec
import pytest

from mesinfos.consent import ledger, outbox
from mesinfos.consent.fields import Field
from mesinfos.consent.grant import Grant, draft
from mesinfos.consent.ledger import Held, State
from mesinfos.consent.presets import preset
from mesinfos.relations.reading import read
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.sessions import resume_session
from tests.consent.makers import NOW, a_grant
from tests.web.furnish import MERCHANTS
from tests.web.house import House
from tests.web.served import Browser
from web.dashboard.sharing.families import BACK, FAMILIES, LEVELS, Level, cells, family
from web.dashboard.shown import today
from web.deps import SESSION_COOKIE

WHO = {Field.MERCHANT, Field.SECTOR}


def held(state: State = State.LIVE, **terms: object) -> Held:
    """A consent as the ledger holds it."""
    return Held(a_grant(**terms), state, complete=True, disclosed=0, given_at=NOW, ended_at=None)


def said(*some: Held) -> dict[str, str]:
    """The words of the cells of one merchant's consents."""
    return {cell.family.name: cell.word.text for cell in cells(some)}


def test_every_field_is_in_one_column() -> None:
    """A field of a consent is shown as granted or as coarser, once; who is spoken of is no data of its own."""
    placed = [field for one in FAMILIES for field in (*one.fine, *one.coarse)]
    assert sorted(placed) == sorted(set(Field) - WHO)
    assert {one.name for one in FAMILIES if not one.fine} == {BACK}


@pytest.mark.parametrize("field", sorted(set(Field) - WHO))
def test_each_field_is_said_in_its_column_and_in_no_other(field: Field) -> None:
    """One field granted, one cell says so; the others say nothing."""
    words = said(held(fields=(field,)))
    seen = {name for name, word in words.items() if word != LEVELS[Level.NOTHING].text}
    (column,) = [one for one in FAMILIES if field in {*one.fine, *one.coarse}]
    assert seen == {column.name}
    assert words[column.name] == LEVELS[Level.GRANTED if field in column.fine else Level.COARSE].text


def test_a_cell_tells_of_the_consent_that_shows_most() -> None:
    """What is in force comes before what rests or is over, and the finer before the coarser; the others are counted."""
    coarse, fine = held(fields=(Field.ORDER_MONTH,)), held(fields=(Field.ORDER_DATE,))
    cell = cells([coarse, fine, held(fields=(Field.PARCELS,))])[0]
    assert (cell.held, cell.level, cell.more) == (fine, Level.GRANTED, 1)
    resting = held(State.SUSPENDED, fields=(Field.ORDER_DATE,))
    assert cells([resting, coarse])[0].held == coarse
    assert said(resting)["orders"] == "suspended"
    assert said(held(State.WITHDRAWN, fields=(Field.ORDER_DATE,)))["orders"] == "over"
    assert said(held(fields=(), deposits=preset("giveback").deposits))["back"] == "granted"
    assert set(said().values()) == {"nothing"}


@pytest.fixture(scope="module")
def vault(home: House, alices: Browser) -> OpenVault:
    """Alice's vault: besides Acme's consent, one of Verdier that ends soon, and one of Zeta that is over."""
    mine = resume_session(home.served.instance, alices.cookies[SESSION_COOKIE])
    give(mine, 2, "delivery", until=today() + timedelta(days=7))
    over = give(mine, -1, "statistics")
    ledger.revoke(home.served.instance, home.alice, over.grant_id)
    return mine


def give(vault: OpenVault, number: int, name: str, **terms: object) -> Grant:
    """A consent of a preset, in force, its past laid out."""
    merchant = MERCHANTS[number]
    answers = preset(name).answers(today()) | terms
    grant, _ = ledger.add_grant(vault, draft(vault.vault_id, domain=merchant.domain, name=merchant.name, **answers))
    outbox.fill_past(vault, grant, read(vault))
    return grant


def table(text: str) -> dict[str, list[str]]:
    """The rows of the table as text: the merchant, and what its cells say."""
    found = {}
    for row in re.findall(r"<tr.*?</tr>", text.split("<tbody", 1)[1].split("</tbody>", maxsplit=1)[0], re.DOTALL):
        parts = [" ".join(re.sub(r"<[^>]+>", " ", html.unescape(one)).split()) for one in re.split(r"</t[hd]>", row)]
        found[parts[0].split(" What")[0]] = parts[1:-1]
    return found


@pytest.mark.usefixtures("vault")
def test_the_table_says_who_sees_what(home: House, alices: Browser) -> None:
    """How much, until when, what for and of whom; each cell leads to its consent, or to the form that asks for it."""
    text = alices.get("/consents/matrix").text
    rows = table(text)
    assert list(rows) == ["Acme", "Maison Verdier"]
    assert re.fullmatch(r"Purchases coarser until \w+ \d+, \d{4} · offers · of all merchants", rows["Acme"][0])
    assert rows["Acme"][4] == "Messages nothing Let Acme see something of it"
    assert rows["Maison Verdier"][3].startswith("Deliveries granted until")
    assert text.count(f'href="/consents/{home.ids["grant_id"]}"') == 4
    assert "/consents/new?merchant=acme.example&amp;family=mail" in text
    assert "Show the 10 merchants that see nothing" in text
    every = table(alices.get("/consents/matrix?everything=1").text)
    assert len(every) == len(MERCHANTS)
    assert {cell.split(" ")[1] for cell in every["Banque Armor"] if cell} <= {"nothing", "back"}


@pytest.mark.usefixtures("vault")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("state=live", ["Acme", "Maison Verdier"]),
        ("state=soon", ["Maison Verdier"]),
        ("state=over", ["Zeta"]),
        ("state=suspended", []),
        ("purpose=offers", ["Acme"]),
        ("merchant=verdier.example", ["Maison Verdier"]),
        ("merchant=verdier.example&purpose=offers", []),
        ("state=nonsense&purpose=nonsense", ["Acme", "Maison Verdier"]),
    ],
)
def test_both_views_answer_the_same_filters(alices: Browser, query: str, names: list[str]) -> None:
    """List and table show the same consents; a choice that finds none says so, and how to clear it."""
    shown = alices.get(f"/consents/matrix?{query}").text
    listed = alices.get(f"/consents?{query}").text.split("<details", 1)[0]
    assert (list(table(shown)) if names else []) == names
    assert sorted(re.findall(r'class="row-title"[^>]*>([^<]+)<', listed)) == names
    for text in (shown, listed):
        assert names or "No consent answers to this choice." in text


@pytest.mark.parametrize("one", FAMILIES, ids=lambda one: one.name)
def test_a_form_asks_for_the_least_of_a_family(alices: Browser, one) -> None:
    """A cell's form has the coarsest there is ticked, and the family's other fields not."""
    text = alices.get(f"/consents/new?merchant=zeta.example&family={one.name}").text
    ticked = set(re.findall(r'name="(?:field|degree\d)" value="([^"]+)" checked', text))
    assert ticked == set(map(str, one.least))
    assert ("checked" in text.split('value="invoices"', 1)[1][:20]) == (one.name == BACK)
    assert family("nothing") is None


def test_what_a_merchant_would_see_is_what_it_is_served(home: House, alices: Browser) -> None:
    """Found by name or domain: the fields with their rules, and as a file the very bytes."""
    for name in ("acme.example", "ACME"):
        text = html.unescape(alices.get(f"/consents/would?merchant={name}").text)
        for words in ("What would Acme see?", "shown as the month", "Nothing proves who sent this.", "19 records on"):
            assert words in text
    file = alices.get("/consents/would.json?merchant=acme.example")
    served = outbox.page(home.served.instance, home.token, limit=1000).disclosures
    assert b"[" + b",".join(served) + b"]" in file.content
    assert msgspec.json.decode(file.content)["consents"][0]["purpose"] == "offers"
    assert file.headers["content-disposition"].startswith('attachment; filename="mesinfos-acme.example-')


def test_another_day_and_another_purpose_change_the_answer(alices: Browser) -> None:
    """After its end a consent gives nothing, and for a purpose without consent there are examples to begin from."""
    late = today() + timedelta(days=400)
    text = html.unescape(alices.get(f"/consents/would?merchant=acme.example&day={late}").text)
    assert "it gives nothing after that" in text
    assert "Today it is 19 records." in text
    text = alices.get("/consents/would?merchant=acme.example&purpose=delivery").text
    assert "Acme would see nothing" in text
    assert "/consents/new?merchant=acme.example&amp;preset=delivery" in text


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("merchant=nobody", "merchant"),
        ("merchant=acme.example&day=x", "day"),
        ("merchant=acme.example&day=2020-01-01", "day"),
    ],
)
def test_a_question_that_cannot_be_answered_is_told_on_its_field(alices: Browser, query: str, field: str) -> None:
    """An unknown merchant, a day that is none, a day that is over."""
    answer = alices.get(f"/consents/would?{query}")
    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    assert alices.get(f"/consents/would.json?{query}").status_code == 422


def test_a_draft_and_a_change_are_taken_as_json_too(home: House, alices: Browser) -> None:
    """Before anything is signed: what would be given, and both sides of a change."""
    form = {
        "domain": "zeta.example",
        "scope": "own",
        "purpose": "offers",
        "since": "2024-01-01",
        "degree0": "order.year",
    }
    form |= {"until": str(ledger.today() + timedelta(days=400)), "as": "json"}
    would = msgspec.json.decode(alices.post("/consents/preview", data=form).content)
    assert (would["merchant"], would["purpose"]) == ("zeta.example", "offers")
    assert {one["data"]["@type"] for one in would["disclosures"]} == {"Order"}
    path = home.fill("/consents/{grant_id}/difference")
    change = msgspec.json.decode(alices.post(path, data=form | {"scope": "all"}).content)
    assert len(change["before"]["disclosures"]) == 19
    assert {len(one["data"]["orderDate"]) for one in change["after"]["disclosures"] if "orderDate" in one["data"]} == {
        4
    }


def test_the_statement_holds_every_consent(alices: Browser, vault: OpenVault) -> None:
    """Those in force and those that are over, with their numbers, for the paper."""
    text = alices.get("/consents/statement").text
    assert all(one.grant.grant_id in text for one in ledger.list_grants(vault))
    assert "data-print" in text
