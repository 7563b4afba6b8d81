"""A consent's pages: the form with its questions, the preview with its reasons, and a change before it is signed."""

import html
import re
from datetime import timedelta

import pytest

from mesinfos.consent import ledger, outbox
from mesinfos.consent.describe import confide
from mesinfos.consent.fields import Deposit, Field, Terms
from mesinfos.consent.grant import EARLIEST
from mesinfos.consent.presets import PRESETS
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.sessions import resume_session
from tests.web.furnish import MERCHANTS, consent
from tests.web.house import House
from tests.web.served import Browser
from web.deps import SESSION_COOKIE

FORM = {
    "domain": "zeta.example",
    "name": "Zeta",
    "scope": "all",
    "purpose": "offers",
    "since": "2026-01-01",
    "until": str(ledger.today() + timedelta(days=36)),
    "through": "2026-10-31",
    "excluded": "acme.example",
    "retention": "30",
    "volume": "50",
    "terms": "SD-BASE-A",
    "degree0": "order.year",
    "degree5": "booking.month",
    "field": "benefits",
    "sensitive": "health",
    "goods": "Mature",
    "deposit": "orders",
}


@pytest.fixture
def vault(home: House, alices: Browser) -> OpenVault:
    """Alice's vault, open, as her browser's session opens it."""
    return resume_session(home.served.instance, alices.cookies[SESSION_COOKIE])


def hidden(text: str) -> dict[str, list[str]]:
    """The hidden fields of the first form of a page's main part."""
    form = text.split("<main", 1)[1].split("<form", 1)[1].split("</form>", 1)[0]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: [html.unescape(value) for other, value in found if other == name] for name, _ in found}


def test_every_answer_reaches_the_grant(home: House, alices: Browser, vault: OpenVault):
    """What is typed is what is previewed, and what is previewed is what is signed, down to the sentence."""
    preview = alices.post("/consents/preview", data=FORM)
    assert preview.status_code == 200
    token = alices.post("/consents", data=hidden(preview.text))
    assert token.status_code == 201
    held = next(one for one in ledger.list_grants(vault) if one.grant.domain == "zeta.example")
    grant = held.grant
    assert grant.fields == (Field.BENEFITS, Field.BOOKING_MONTH, Field.ORDER_YEAR)
    assert (grant.retention, grant.volume, grant.terms, grant.deposits) == (30, 50, Terms.SD_BASE_A, (Deposit.ORDERS,))
    assert (grant.excluded, grant.goods, str(grant.through)) == (("acme.example",), ("Mature",), "2026-10-31")
    for page in (preview.text, token.text, alices.get(f"/consents/{grant.grant_id}").text, alices.get("/journal").text):
        assert confide(grant, "en") in html.unescape(page)
        assert "acme.example." in confide(grant, "en")
    assert "It is about a merchant that the grant leaves out." in preview.text
    ledger.revoke(home.served.instance, home.alice, grant.grant_id)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"retention": "x"}, "retention"),
        ({"retention": "-1"}, "retention"),
        ({"retention": "1097"}, "retention"),
        ({"volume": "1" * 12}, "volume"),
        ({"volume": "٣"}, "volume"),
        ({"through": "2025-01-01"}, "through"),
        ({"through": "soon"}, "through"),
        ({"excluded": "not a domain"}, "excluded"),
    ],
)
def test_a_limit_that_cannot_be_is_told_on_its_field(alices: Browser, change: dict[str, str], field: str):
    """Nothing is granted, the form keeps what was typed, and the part of the form that is at fault stands open."""
    answer = alices.post("/consents/preview", data=FORM | change)
    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    assert 'value="30"' in answer.text or field == "retention"


@pytest.mark.parametrize("preset", PRESETS, ids=lambda one: one.name)
def test_a_preset_fills_in_the_form(alices: Browser, preset):
    """Each example is offered, fills in what it says, and can be given as it stands."""
    assert f"preset={preset.name}" in alices.get("/consents/new?merchant=acme.example").text
    text = alices.get(f"/consents/new?merchant=acme.example&preset={preset.name}").text
    for field in preset.fields:
        assert re.search(rf'value="{re.escape(field)}" checked', text)
    assert f'<option value="{preset.terms}" selected>' in text
    form = dict(re.findall(r'<input id="(\w+)"[^>]* value="([^"]*)"', text)) | {"scope": preset.scope.value}
    form |= {"purpose": preset.purpose.value, "terms": preset.terms.value, "deposit": list(preset.deposits)}
    answer = alices.post("/consents/preview", data=form | {"field": list(preset.fields)})
    assert answer.status_code == 200
    assert alices.get("/consents/new?preset=nothing").status_code == 422


def test_data_of_any_age_is_said_so(alices: Browser):
    """The sentence names no first day, and the form says what the day in its field stands for; no other day does."""
    form = FORM | {"since": EARLIEST.isoformat()}
    text = html.unescape(alices.post("/consents/preview", data=form).text)
    assert "dated October\N{NO-BREAK SPACE}31,\N{NO-BREAK SPACE}2026 at the latest" in text
    hint = "This day stands for: however old"
    assert hint in alices.post("/consents/preview", data=form | {"back": "1"}).text
    assert hint not in alices.post("/consents/preview", data=FORM | {"back": "1"}).text


def test_a_change_shows_what_is_gained_and_lost_before_it_is_signed(home: House, alices: Browser, vault: OpenVault):
    """Form, difference, signature: the token goes on, and what was lost is gone."""
    grant, token = consent(vault, MERCHANTS[1])
    path = f"/consents/{grant.grant_id}"
    form = alices.get(f"{path}/change").text
    assert re.search(r'value="order.month" checked', form)
    assert "Begin from an example" not in form
    changed = {"scope": "all", "since": "2025-01-01", "until": grant.until.isoformat(), "purpose": "offers"}
    changed |= {"degree0": "order.year", "field": "benefits"}
    page = alices.post(f"{path}/difference", data=changed)
    assert page.status_code == 200
    text = html.unescape(page.text)
    for words in ("It would also see", "It would no longer see", "the price bracket", "gained", "read otherwise"):
        assert words in text
    assert confide(grant, "en") in text
    assert re.search(r"<dd>20\d\d<br><span[^>]*>shown as the year</span>", text)
    assert not re.search(r"<dd>(?:https:|[A-Z]{3} · |\d{4}-\d{2})", text)
    assert ledger.get_grant(vault, grant.grant_id).grant == grant
    back = alices.post(f"{path}/difference", data=hidden(page.text) | {"back": ["1"]})
    assert re.search(r'value="order.year" checked', back.text)
    assert alices.post(f"{path}/change", data=hidden(page.text)).status_code == 200
    now = ledger.get_grant(vault, grant.grant_id).grant
    assert now.fields == (Field.BENEFITS, Field.ORDER_YEAR)
    assert confide(now, "en") in text
    served = outbox.page(home.served.instance, token, limit=1000).disclosures
    assert served
    assert b"order" not in b"".join(one for one in served if b"minValue" in one)
    assert "Consent changed" in alices.get(path).text
    ledger.revoke(home.served.instance, home.alice, grant.grant_id)
    for address in (f"{path}/change", f"{path}/difference"):
        assert alices.post(address, data=changed).status_code == 404
    assert alices.get(f"{path}/change").status_code == 404


def test_a_change_that_cannot_be_is_told(home: House, alices: Browser, vault: OpenVault):
    """A wrong answer keeps the old terms; the merchant of a form is not asked again."""
    grant, _ = consent(vault, MERCHANTS[1])
    for step in ("difference", "change"):
        answer = alices.post(f"/consents/{grant.grant_id}/{step}", data=FORM | {"until": "2020-01-01"})
        assert answer.status_code == 422
        assert 'id="until-wrong"' in answer.text
    assert ledger.get_grant(vault, grant.grant_id).grant == grant
    ledger.revoke(home.served.instance, home.alice, grant.grant_id)


def test_a_page_explains_each_field(home: House, alices: Browser):
    """What is shown has its rule beside it, what is hidden too."""
    text = alices.get(home.fill("/consents/{grant_id}")).text
    for words in ("shown as the month", "hidden: no consent can show it", "What it does not see, and why"):
        assert words in text
