"""Every page of a furnished house: axe in each theme, both languages, phone and desk, with and without scripts."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from mesinfos.vault.runs import end_run, start_run, update_run
from mesinfos.vault.sources import set_state
from tests.browser.conftest import sit_down
from tests.cast import ALICE
from tests.web.house import house

pytestmark = pytest.mark.browser

PATHS = (
    "/",
    "/merchants",
    "/merchants?state=refused",
    "/merchants/aside",
    "/merchants/filter?everything=1",
    "/merchants/{merchant_id}",
    "/merchants/{merchant_id}/purchases",
    "/merchants/{merchant_id}/messages?category=orders",
    "/merchants/{merchant_id}/consents",
    "/merchants/{merchant_id}/rights",
    "/merchants/{merchant_id}/rights/access",
    "/merchants/{merchant_id}/join",
    "/merchants/{merchant_id}/join?other=zeta.example",
    "/messages?category=promo&kind=shop",
    "/messages?only=imitating",
    "/messages/{record_id}",
    "/messages/{record_id}/correct",
    "/messages/{promo_id}/unsubscribe",
    "/doubts",
    "/orders",
    "/orders/{order_id}",
    "/orders/{order_id}/proof",
    "/orders/{order_id}/withdrawal",
    "/spending",
    "/products",
    "/products?view=grid",
    "/products/{product_id}",
    "/search?q=acme",
    "/search?q=montant:beaucoup",
    "/views",
    "/keyboard",
    "/parcels",
    "/parcels/{parcel_id}",
    "/parcels/{parcel_id}/code",
    "/parcels/month",
    "/offers",
    "/sources",
    "/sources/new",
    "/sources/new/imap?address=alice@free.fr",
    "/sources/{source_id}",
    "/sources/{source_id}/edit",
    "/sources/{source_id}/remove",
    "/sources/{source_id}/runs/{run_id}",
    "/consents",
    "/consents/matrix?everything=1",
    "/consents/would?merchant=acme.example",
    "/consents/statement",
    "/consents/new?merchant=acme.example",
    "/consents/new?preset=warranty",
    "/consents/{grant_id}",
    "/consents/{grant_id}/change",
    "/links",
    "/links/new",
    "/links/{link_id}",
    "/s/{secret}",
    "/journal",
    "/settings",
    "/settings/look",
    "/settings/notices",
    "/settings/notices/new/mail",
    "/notices",
    "/settings/calendars",
    "/settings/rules",
    "/settings/decisions",
    "/settings/security",
    "/settings/passkeys/new",
    "/settings/code",
    "/settings/house",
    "/settings/backups",
    "/settings/promise",
    "/api/docs",
    "/accessibility",
    "/offline",
    "/nothing-here",
)
APART = {
    "/api/": "for programs",
    "/.well-known/": "for programs",
    "/authorize": "walked with a merchant, test_authorize.py",
    "/unlock": "walked by each test here",
    "/welcome": "walked by test_journey.py",
    "/messages/{record_id}/page": "the inside of a frame, test_letter.py",
    "/sources/{source_id}/folders": "asks a mail server, tests/web/test_trying.py",
    "/sources/new/{connector}/trial": "after a form, tests/web/test_trying.py",
    "/sources/{source_id}/events": "a stream",
    "/sources/{source_id}/part": "a part of a page",
    "/settings/notices/{channel_id}/remove": "tests/web",
    "/consents/receipts/": "a file",
    "/messages/{record_id}/papers/": "a file",
    "/photos/": "a picture",
    "/health/": "for programs",
    "/metrics": "for programs",
}
"""What is no page of this walk, by the beginning of its path, and why. A name with a dot is a file."""
FILLED = {
    "{right}": "access",
    "{way}": "mail",
    "{connector}": "imap",
    "/messages/{record_id}/u": "/messages/{promo_id}/u",
}
"""How the walk names what a route names otherwise."""
LOOKED_AT = """() => {
    const plain = one => !['hidden', 'checkbox', 'radio'].includes(one.type) && one.offsetParent;
    const edgeless = style => style.borderTopWidth === '0px' && style.textDecorationLine === 'none';
    const controls = [...document.querySelectorAll('main button, main .button, main select, main input')];
    return {
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        titles: document.querySelectorAll('h1').length,
        language: document.documentElement.lang,
        moving: document.getAnimations().filter(one => one.effect.getTiming().duration > 1).length,
        bare: controls.filter(one => plain(one) && edgeless(getComputedStyle(one))).map(one => one.outerHTML),
    };
}"""


@pytest.fixture(scope="module")
def home():
    """Alice's furnished house."""
    with house() as found:
        yield found


def entered(chromium, home, **context):
    """Alice's desk, her vault open."""
    desk = sit_down(chromium, home.served.url, **context)
    desk.go("/unlock")
    desk.page.get_by_label("Alice").check()
    desk.page.fill("#secret", ALICE.passphrase)
    desk.follow(desk.page.locator("main button[type=submit]"))
    desk.page.wait_for_url(desk.base + "/")
    return desk


def test_no_page_is_left_out(home):
    """Every page that the house serves is walked below, or is named with the reason why not."""
    walked = {path.split("?")[0] for path in PATHS}
    pages = [path for method, path in home.routes() if method == "GET" and "." not in path.rpartition("/")[2]]
    left = [path for path in pages if not path.startswith(tuple(APART)) and path != "/"]
    for name, value in FILLED.items():
        left = [path.replace(name, value) for path in left]
    assert sorted(set(left) - walked) == []


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_every_page_for_every_eye(chromium, home, theme):
    """Axe finds nothing on any page; no page is wider than a phone; nothing is asked of another host.

    All pages in French and light on a phone, all in English and dark at a desk, half in high contrast at 320 px.
    """
    locale, width = {"light": ("fr-FR", 360), "dark": ("en-GB", 1280), "contrast": ("fr-FR", 320)}[theme]
    desk = entered(chromium, home, locale=locale, viewport={"width": width, "height": 800})
    _wear(desk, theme, locale[:2])
    for path in PATHS[1::2] if theme == "contrast" else PATHS:
        desk.go(home.fill(path))
        desk.check()
    assert (desk.foreign, _faults(desk)) == ([], [])


def test_every_page_in_english_without_scripts_in_forced_colours_and_at_rest(chromium, home):
    """At 320 px each page is whole: nothing wider, nothing moves, and controls have an edge that no colour makes."""
    quiet = {"java_script_enabled": False, "forced_colors": "active", "reduced_motion": "reduce"}
    desk = entered(chromium, home, locale="en-GB", viewport={"width": 320, "height": 800}, **quiet)
    _wear(desk, "auto", "en")
    wrong = {}
    for path in PATHS:
        desk.go(home.fill(path))
        seen = desk.page.evaluate(LOOKED_AT)
        found = (seen["wide"] > 0, seen["titles"], seen["language"], seen["moving"], seen["bare"])
        if found != (False, 1, "en", 0, []):
            wrong[path] = seen
    assert wrong == {}
    assert (desk.foreign, _faults(desk)) == ([], [])


def _wear(desk, theme, language):
    """Choose how pages look and speak: what a person chose holds, whatever the browser says."""
    desk.go("/settings/look")
    desk.page.locator(f"input[name=theme][value={theme}]").check()
    desk.page.locator(f"input[name=language][value={language}]").check()
    desk.follow(desk.page.locator("main button[type=submit]"))
    assert desk.page.locator(f"html[data-theme={theme}][lang={language}]").count() == 1


def _faults(desk):
    """What went wrong, but for the page that does not exist and the search that cannot be read."""
    return [fault for fault in desk.faults if "404" not in fault and "422" not in fault]


def test_paper_is_black_on_white_and_begins_at_once(chromium, home):
    """Printed from the dark theme: no navigation, no buttons, a long list from the first sheet on, and by whom."""
    desk = entered(chromium, home, locale="fr-FR", color_scheme="dark")
    desk.go(home.fill("/merchants/{merchant_id}"))
    sheets = PdfReader(BytesIO(desk.page.pdf(format="A4"))).pages
    first, last = sheets[0].extract_text(), sheets[-1].extract_text()
    assert "Commande" in first
    assert "Imprimé par Alice" in last
    assert not {"Accueil", "Fermer", "Refuser"} & set(first.split())
    desk.page.emulate_media(media="print")
    assert (
        desk.page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor") == "rgb(255, 255, 255)"
    )


def test_pages_work_without_scripts(chromium, home):
    """Unlock, lists, filters, a consent from form to token and its end, and the lock: all without a script."""
    desk = entered(chromium, home, java_script_enabled=False)
    page = desk.page
    desk.go("/merchants")
    page.fill("#q", "telephonie")
    desk.press("Chercher")
    assert page.locator("main a.row-title").all_inner_texts() == ["Téléphonie Mistral"]
    desk.go("/consents/new?merchant=zeta.example")
    desk.press("Voir ce qu’il lirait")
    assert page.get_by_role("alert").is_visible()
    page.get_by_label("le mois", exact=True).check()
    desk.press("Voir ce qu’il lirait")
    desk.press("Modifier")
    assert page.get_by_label("le mois", exact=True).is_checked()
    desk.press("Voir ce qu’il lirait")
    desk.press("Donner ce consentement")
    assert len(page.locator("#secret").inner_text()) > 40
    desk.press("Terminé")
    _narrow(desk)
    desk.press("Retirer le consentement")
    desk.follow(page.locator(".nav").get_by_role("button", name="Fermer"))
    assert page.url.endswith("/unlock?said=locked")
    desk.go("/orders")
    assert "/unlock" in page.url


def _narrow(desk):
    page = desk.page
    desk.follow(page.get_by_role("link", name="Modifier", exact=True))
    page.get_by_label("l’année", exact=True).check()
    desk.press("Voir ce qui change")
    assert page.get_by_text("Il ne verrait plus").is_visible()
    desk.press("Signer ce changement")
    assert "peut voir l’année de vos achats" in page.locator(".sentence").inner_text()


def test_progress_is_live(chromium, home):
    """The source's page follows a run by server-sent events to its end, without a reload, even if a script is late."""
    desk = entered(chromium, home)
    desk.page.route("**/htmx-sse.js*", lambda route: (desk.page.wait_for_timeout(500), route.continue_()))
    instance, vault_id, source_id = home.served.instance, home.alice, home.ids["source_id"]
    with instance.database.write(vault_id) as conn:
        run = update_run(instance, conn, start_run(instance, conn, vault_id, source_id, "read"), seen=120, total=480)
        set_state(instance, conn, vault_id, source_id, "running")
    desk.go(f"/sources/{source_id}")
    assert desk.page.locator("progress").get_attribute("value") == "120"
    desk.check()
    desk.page.evaluate("window.stayed = true")
    with instance.database.write(vault_id) as conn:
        run = update_run(instance, conn, run, seen=360, found={"orders": 41})
    desk.page.locator("progress[value='360']").wait_for()
    assert "41" in desk.page.locator(".stats").inner_text()
    with instance.database.write(vault_id) as conn:
        end_run(instance, conn, run, "done")
        set_state(instance, conn, vault_id, source_id, "idle")
    desk.page.get_by_text("Voir les marchands").wait_for()
    assert desk.page.evaluate("window.stayed") is True
    assert (desk.foreign, desk.faults) == ([], [])


def test_keyboard_alone_opens_and_locks(chromium, home):
    """The skip link comes first, focus is seen, and Enter opens what has it."""
    desk = entered(chromium, home)
    desk.go("/merchants")
    desk.page.keyboard.press("Tab")
    assert desk.page.evaluate("document.activeElement.className") == "skip"
    desk.page.keyboard.press("Enter")
    assert desk.page.evaluate("document.activeElement.id") == "main"
    desk.page.keyboard.press("Tab")
    assert desk.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
