"""The person's page of a merchant's request: what it says, what it lets the person take away, and where it leads."""

import re
from datetime import timedelta
from html import unescape

import pytest

from mesinfos.consent import ledger
from mesinfos.consent.ledger import list_grants
from mesinfos.consent.webhooks import address_of
from mesinfos.vault.tables import stamp
from tests.api.merchant import a_deposit, a_right, form_of, told
from tests.cast import ALICE
from tests.web.served import Browser, heading


def said(page) -> str:
    """The text of the page's main part."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text.split("<main", 1)[1])).split())


def narrowing(page, **changed):
    """The second form of the page, as a browser sends it with its own choices, changed."""
    text = page.text.split("<main", 1)[1].split("<form")[2].split("</form>")[0]
    values: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]+>", text):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and ("checked" in tag or not re.search(r'type="(radio|checkbox)"', tag)):
            values.setdefault(name[1], []).append(unescape(value[1]))
    kept = {name: value for name, value in (values | changed).items() if value is not None}
    return kept | {"answer": "look"}


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Acme asks for your consent"), ("fr", "Acme demande votre consentement")],
)
def test_the_request_is_one_sentence(asked, language, words):
    """What is asked is said as the consent itself will be, in the reader's language, with what it would show today."""
    asked.browser.headers["Accept-Language"] = language
    page = asked.acme.asks(asked.browser)
    asked.browser.headers["Accept-Language"] = "en"
    assert page.status_code == 200
    assert heading(page) == words
    assert page.headers["cache-control"] == "no-store"
    text = said(page)
    assert {"en": "Domain proven: acme.example", "fr": "Domaine prouvé"}[language] in text
    assert "Acme & Sons" in text
    assert "orderStatus" in page.text
    assert "<script" not in page.text.split("<main", 1)[1]


def test_what_is_accepted_is_what_was_shown(asked):
    """The draft of the page is the grant, field by field."""
    right = a_right(fields=["order.bracket", "order.status"], retention="P30D", volume=50, sensitive=["health"])
    right |= {
        "selection": {"merchants": "all", "since": "2024-01-01", "through": "2026-01-01", "excluded": ["x.example"]}
    }
    found = asked.acme.consented(asked.browser, right, a_deposit(retention="P30D"))
    grant = ledger.get_grant(asked.vault, found["grant_id"]).grant
    assert [*grant.fields] == ["order.bracket", "order.status"]
    assert (grant.retention, grant.volume, [*grant.sensitive]) == (30, 50, ["health"])
    assert ([*grant.excluded], str(grant.through)) == (["x.example"], "2026-01-01")
    assert grant.until == ledger.today() + timedelta(days=90)
    told_back = found["authorization_details"][0]
    # What is left out is never returned: beside the grant's own it would tell what the person added.
    assert told_back["selection"] == {name: value for name, value in right["selection"].items() if name != "excluded"}
    assert told_back["access_duration"] == "P90D"


def test_less_can_be_given(asked):
    """Degrees, things, merchants and days are taken away; the page shows the rest, and that is what is granted."""
    page = asked.acme.asks(asked.browser)
    until = (ledger.today() + timedelta(days=10)).isoformat()
    form = narrowing(page, degree0="", field=["order.status"], scope="own", excluded="zeta.example", until=until)
    look = asked.browser.post("/authorize", data=form)
    assert look.status_code == 200
    assert "the status of your purchases" in said(look)
    found = asked.acme.redeem(told(asked.acme.answered(asked.browser, look))["code"]).json()
    grant = ledger.get_grant(asked.vault, found["grant_id"]).grant
    assert [*grant.fields] == ["order.status"]
    assert (grant.scope, [*grant.excluded], grant.until.isoformat()) == ("own", ["zeta.example"], until)
    assert found["authorization_details"][0]["fields"] == ["order.status"]


def test_a_coarser_degree_can_be_given(asked):
    """Where a merchant asks for the month, the year can be given."""
    page = asked.acme.asks(asked.browser, a_right(fields=["order.month"]))
    look = asked.browser.post("/authorize", data=narrowing(page, degree0="order.year"))
    found = asked.acme.redeem(told(asked.acme.answered(asked.browser, look))["code"]).json()
    assert found["authorization_details"][0]["fields"] == ["order.year"]


@pytest.mark.parametrize(
    "changed",
    [
        {"field": ["order.status", "item.names", "message.categories"]},
        {"degree0": "order.date"},
        {"deposit": ["orders"]},
        {"sensitive": ["health"], "goods": ["Mature"]},
        {"merchant": ["zeta.example"]},
        {"domain": "zeta.example", "name": "Zeta", "vault_id": "x", "volume": "9", "client_name": "Zeta"},
    ],
)
def test_never_more_than_was_asked(asked, changed):
    """A8: whatever a form says beyond the request is not taken."""
    page = asked.acme.asks(asked.browser, a_right(fields=["order.month", "order.status"]))
    led = asked.acme.answered(asked.browser, page, **changed)
    grant = ledger.get_grant(asked.vault, asked.acme.redeem(told(led)["code"]).json()["grant_id"]).grant
    assert set(grant.fields) <= {"order.month", "order.status"}
    assert (grant.domain, grant.volume, grant.deposits, grant.sensitive, grant.goods) == ("acme.example", 0, (), (), ())


@pytest.mark.parametrize("until", ["2999-01-01", "2020-01-01", "soon"])
def test_a_day_beyond_is_refused(asked, until):
    """Longer than was asked, or a day gone by, is told beside its field; nothing is given."""
    page = asked.acme.asks(asked.browser)
    answer = asked.browser.post("/authorize", data=narrowing(page, until=until) | {"answer": "accept"})
    assert answer.status_code == 422
    assert 'id="until-wrong"' in answer.text


def test_nothing_left_is_no_consent(asked):
    """With everything taken away there is nothing to accept."""
    form = narrowing(asked.acme.asks(asked.browser), degree0="", field=None)
    answer = asked.browser.post("/authorize", data=form | {"answer": "accept"})
    assert answer.status_code == 422
    assert "Choose at least one thing" in said(answer)


def test_no_is_said_in_the_rfcs_word(asked):
    """A refusal leads back with access_denied, iss and the merchant's own state, and gives nothing."""
    before = len(ledger.list_grants(asked.vault))
    led = asked.acme.answered(asked.browser, asked.acme.asks(asked.browser, state="a&b=c"), "refuse")
    assert led.status_code == 303
    assert led.headers["location"].startswith(asked.acme.redirect_uri + "&error=access_denied")
    assert told(led) == {"from": "mesinfos", "error": "access_denied", "iss": asked.served.url, "state": "a&b=c"}
    assert len(ledger.list_grants(asked.vault)) == before


def test_yes_leads_back_with_code_and_issuer(asked):
    """RFC 9207: the answer says who gives it; without a state there is none. A form is never sent on (303)."""
    led = asked.acme.answered(asked.browser, asked.acme.asks(asked.browser, state=None))
    assert led.status_code == 303
    assert set(told(led)) == {"from", "code", "iss"}
    assert told(led)["iss"] == asked.served.url


def test_a_browser_may_follow_to_the_merchant_only(asked):
    """The page's form-action names this site and the merchant's own address; other pages name this site only."""
    policy = asked.acme.asks(asked.browser).headers["content-security-policy"]
    assert f"form-action 'self' http://www.acme.example:{asked.acme.web.port};" in policy
    assert "form-action 'self';" in asked.browser.get("/consents").headers["content-security-policy"]


def test_a_closed_vault_is_opened_first(asked):
    """Without a session: to the door, and from there back to the very request, which waits meanwhile."""
    request_uri = asked.acme.push().json()["request_uri"]
    named = {"client_id": asked.acme.client_id, "request_uri": request_uri}
    with asked.served.browser() as other:
        door = other.get("/authorize", params=named)
        assert heading(door) == "Open your vault"
        then = unescape(re.search(r'name="next" value="([^"]+)"', door.text)[1])
        assert then.startswith("/authorize?client_id=")
        form = {"who": asked.vault.vault_id, "secret": ALICE.passphrase, "next": then}
        page = other.post("/unlock", data=form)
        assert page.url.path == "/authorize"
        assert page.status_code == 200
        assert asked.acme.answered(other, page).headers["location"].startswith(asked.acme.redirect_uri)


def test_a_request_waits_longer_once_it_was_seen(asked):
    """Five minutes for a person to come, half an hour from then on, even before a closed door; and no longer."""

    def ends() -> int:
        with asked.vault.instance.database.read() as conn:
            return max(conn.exec_driver_sql("SELECT expires_at FROM pushed").scalars())

    for browser in (asked.browser, Browser(asked.served.url)):
        with asked.vault.instance.database.write() as conn:
            conn.exec_driver_sql("DELETE FROM pushed")
        named = {"client_id": asked.acme.client_id, "request_uri": asked.acme.push().json()["request_uri"]}
        assert ends() < stamp() + 301_000_000
        assert browser.get("/authorize", params=named).status_code == 200
        last = ends()
        assert stamp() + 1_790_000_000 < last < stamp() + 1_801_000_000
        assert browser.get("/authorize", params=named).status_code == 200
        assert asked.browser.get("/authorize", params=named).status_code == 200
        assert ends() == last
    with asked.vault.instance.database.write() as conn:
        conn.exec_driver_sql("UPDATE pushed SET expires_at = 1")
    assert asked.browser.get("/authorize", params=named).status_code == 404


@pytest.mark.parametrize("named", [{}, {"client_id": "x"}, {"request_uri": "urn:ietf:params:oauth:request_uri:AAAA"}])
def test_without_a_pushed_request_nothing_is_asked(asked, named):
    """FAPI 2.0 5.3.2.2: requests that were not pushed are refused, and lead nowhere."""
    more = {"response_type": "code", "redirect_uri": asked.acme.redirect_uri, "authorization_details": "[]"}
    answer = asked.browser.get("/authorize", params=named | more, follow_redirects=False)
    assert answer.status_code == 404
    assert "location" not in answer.headers


def test_an_unproven_merchant_is_shown_as_such(asked):
    """Who claims another's domain is called by its own host; the claimed name is no fact."""
    zeta = asked.zeta
    zeta.publish(client_uri="https://acme.example/", client_name="Acme")
    zeta.forget()
    page = zeta.asks(asked.browser)
    assert heading(page) == "zeta.example asks for your consent"
    assert "Nobody proved this" in said(page)
    assert "Domain proven" not in said(page)
    assert "zeta.example may see" in said(page)
    zeta.publish(client_uri=None)
    zeta.forget()


def test_an_unproven_merchant_gets_its_own_relation_not_the_claimed_one(asked):
    """Zeta says to be Acme and asks for "its own" purchases: those are Zeta's."""
    zeta, right = asked.zeta, a_right(selection={"merchants": "own", "since": "2024-01-01"})
    zeta.publish(client_uri="https://acme.example/")
    zeta.forget()
    page = zeta.asks(asked.browser, right)
    assert "at zeta.example only" in said(page)
    assert zeta.answered(asked.browser, page).status_code == 303
    domains = {one.grant.domain for one in list_grants(asked.vault) if one.grant.client_id == zeta.client_id}
    assert domains == {"zeta.example"}
    zeta.publish(client_uri=None)
    zeta.forget()


def test_a_merchant_is_told_where_its_document_says(asked):
    """`mesinfos_webhook_uri` becomes the grant's webhook; one on somebody else's domain is refused with the request."""
    acme = asked.acme
    place = acme.client_id.replace("/client.json", "/told")
    acme.publish(mesinfos_webhook_uri=place)
    acme.forget()
    assert acme.answered(asked.browser, acme.asks(asked.browser)).status_code == 303
    mine = [one.grant for one in list_grants(asked.vault) if one.grant.client_id == acme.client_id]
    assert place in {address_of(asked.served.instance, asked.vault.vault_id, one.grant_id) for one in mine}
    acme.publish(mesinfos_webhook_uri="https://evil.example/told")
    acme.forget()
    refused = acme.push()
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    acme.publish(mesinfos_webhook_uri=None)
    acme.forget()


def test_a_foreign_page_cannot_answer(asked):
    """W5: an answer that another site sends is refused, and the request still waits."""
    page = asked.acme.asks(asked.browser)
    form = form_of(page) | {"answer": "accept"}
    evil = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    assert asked.browser.post("/authorize", data=form, headers=evil).status_code == 403
    assert asked.acme.answered(asked.browser, page).status_code == 303
