"""A merchant's page: its story by kind, what is shared with it told with the rest, and when it looked, in words."""

import html
import re

import pytest

from mesinfos.consent import outbox
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.sessions import resume_session
from tests.web.furnish import MERCHANTS, consent
from tests.web.house import House
from tests.web.served import Browser
from web.dashboard.merchants.story import KINDS
from web.dashboard.shown import today
from web.deps import SESSION_COOKIE


@pytest.fixture(scope="module")
def vault(home: House, alices: Browser) -> OpenVault:
    """Alice's vault: Acme read three times, once the terms only; a right was asked of it."""
    outbox.page(home.served.instance, home.token)
    outbox.page(home.served.instance, home.token)
    outbox.terms(home.served.instance, home.token)
    alices.post("/merchants/acme.example/rights/access/sent")
    return resume_session(home.served.instance, alices.cookies[SESSION_COOKIE])


def titles(text: str) -> list[str]:
    """What the rows of the story are called."""
    part = text.split('<ol class="rows">', 1)[1].split("</ol>", 1)[0]
    found = re.findall(r'class="row-title"[^>]*>(.*?)</(?:a|span)>', part, re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]+>", "", one)).strip() for one in found]


@pytest.mark.usefixtures("vault")
def test_a_story_tells_of_accesses_and_consents_too(home: House, alices: Browser) -> None:
    """A day's reads are one line that leads to the journal; a consent and a letter lead to theirs."""
    text = html.unescape(alices.get("/merchants/acme.example").text)
    found = titles(text)
    for title in ("It read your data 2 times", "Consent given", "See what it keeps about you", "Order A-4100"):
        assert title in found
    day = today()
    assert f"/journal?merchant=acme.example&what=read&since={day}&until={day}" in text
    assert f'href="/consents/{home.ids["grant_id"]}"' in text
    assert 'href="/merchants/acme.example/rights/access"' in text


@pytest.mark.usefixtures("vault")
@pytest.mark.parametrize("only", KINDS)
def test_each_chip_shows_its_kind_and_counts_it(alices: Browser, only: str) -> None:
    """As many rows as the chip says, and together they are the whole story."""
    whole = alices.get("/merchants/acme.example?whole=1").text
    chip = re.search(rf'only={only}"[^>]*>[^<]+<span>(\d+)</span>', whole)
    shown = titles(alices.get(f"/merchants/acme.example?only={only}&whole=1").text)
    assert chip
    assert len(shown) == int(chip[1]) > 0
    assert set(shown) <= set(titles(whole))


def test_what_never_happened_is_said_so(alices: Browser) -> None:
    """A kind without entries shows no others; a word that is no kind shows all."""
    assert "Nothing of this kind" in alices.get("/merchants/zeta.example?only=accesses").text
    assert titles(alices.get("/merchants/zeta.example?only=nonsense").text)


def test_accesses_are_told_in_words(home: House, alices: Browser, vault: OpenVault) -> None:
    """Who, what, when, what for, by which rule and how large; without a consent there is no such table."""
    text = alices.get("/merchants/acme.example/consents").text
    row = re.findall(r"<tr.*?</tr>", text.split("<tbody", 1)[1], re.DOTALL)[1]
    cells = [" ".join(re.sub(r"<[^>]+>", " ", html.unescape(one)).split()) for one in row.split("</td>")]
    assert [cell.split(" ", 1)[0] for cell in cells[1:5]] == ["What", "What", "Rule", "Size"]
    assert cells[1] == "What The merchant read data 19 records"
    assert cells[2] == "What for offers"
    assert cells[3] == "Rule Purchases (coarser), Amounts (coarser), Products (coarser), Deliveries (coarser)"
    assert re.fullmatch(r"Size \d\.\d kB", cells[4])
    assert "/consents/would?merchant=acme.example" in text
    assert "When it looked" not in alices.get("/merchants/zeta.example/consents").text
    grant, _ = consent(vault, MERCHANTS[-1])
    assert "Zeta may see" in alices.get("/merchants/zeta.example/consents").text
    alices.post(f"/consents/{grant.grant_id}/revoke")
    over = alices.get("/merchants/zeta.example/consents").text
    assert "No consent is in force: it may read nothing more." in over
    assert "/consents?state=over&amp;merchant=zeta.example" in over
    assert home.ids["grant_id"] not in over
