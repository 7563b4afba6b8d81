"""What is shared, in a real browser: who sees what, what one would see, all of it stopped, and the journal of it."""

import pytest
from playwright.sync_api import expect

from mesinfos.consent import outbox
from tests.browser.test_pages import entered
from tests.web.house import house

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def home():
    """Alice's furnished house, in which Acme read twice."""
    with house() as found:
        outbox.page(found.served.instance, found.token)
        outbox.page(found.served.instance, found.token)
        yield found


def test_who_sees_what_and_all_of_it_stopped_on_a_phone(chromium, home):
    """From the table to what Acme would see, to its page, where one press stops it and one goes on."""
    desk = entered(chromium, home, viewport={"width": 360, "height": 800})
    page = desk.page
    desk.go("/consents")
    desk.press("Tableau")
    row = page.get_by_role("row").filter(has_text="Acme")
    expect(row.get_by_role("cell").filter(has_text="Produits")).to_contain_text("plus grossier")
    desk.follow(row.get_by_role("link", name="Que verrait-il"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Que verrait Acme")
    expect(page.get_by_text("montré au mois").first).to_be_visible()
    desk.go("/merchants/acme.example/consents")
    desk.press("Suspendre tous les consentements de Acme")
    expect(page.get_by_role("status")).to_contain_text("Suspendu")
    desk.check()
    desk.press("Reprendre")
    expect(page.get_by_role("status")).to_contain_text("De nouveau en vigueur")
    assert (desk.foreign, desk.faults) == ([], [])


def test_the_journal_answers_without_scripts(chromium, home):
    """A figure leads to its lines, the filters to others, and a cell that says nothing to the form that asks."""
    desk = entered(chromium, home, locale="en-GB", java_script_enabled=False)
    page = desk.page
    page.context.add_cookies([{"name": "mesinfos_language", "value": "en", "url": desk.base}])
    desk.go("/journal")
    desk.follow(page.get_by_role("table").get_by_role("link", name="2", exact=True).first)
    rows = page.get_by_role("region", name="Lines").get_by_role("listitem")
    expect(rows).to_have_count(2)
    page.get_by_label("What happened").select_option("consent")
    desk.press("Show")
    expect(rows.last).to_contain_text("Consent given")
    desk.follow(rows.last.get_by_role("link", name="Consent given"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Acme")
    desk.go("/consents/matrix")
    desk.follow(page.get_by_role("link", name="Let Acme see something of it").first)
    expect(page.get_by_label("counts by kind and month")).to_be_checked()
