"""The filter on its page: seen over past mail, kept, at work in lists, undone; exceptions; what it never hides."""

import re

import pytest

from tests.web.served import Browser, heading

FILTER = "/merchants/filter"


@pytest.fixture
def keep(alices: Browser):
    """Keeps a filter for one test."""
    done: list[str] = []

    def kept(path: str = FILTER, **form: str):
        answer = alices.post(path, data={"keep": "1"} | form)
        done.append(re.findall(r'action="(/undo/[\w-]+)"', answer.text)[0])
        return answer

    kept.done = done
    yield kept
    for path in reversed(done):
        alices.post(path, data={"back": FILTER})


def test_every_cell_is_there(alices: Browser):
    """Six kinds of mail to choose for, two that always show, and fourteen kinds of merchants when all are asked for."""
    page = alices.get(f"{FILTER}?everything=1")
    assert heading(page) == "Filter"
    assert len(re.findall(r'<select name="\w+/\w+"', page.text)) == 6 * 14
    assert page.text.count("Always shown") == 14 + 1
    assert len(re.findall(r'<select name="\w+/\w+"', alices.get(FILTER).text)) == 6 * 10


def test_a_filter_is_seen_over_past_mail_before_it_is_kept(alices: Browser):
    """How much of whom would be hidden, the newest of it; nothing changes, and the choices stay filled in."""
    before = alices.get("/messages").text
    seen = alices.post(FILTER, data={"promo/shop": "hide", "promo/travel": "digest"}).text
    assert "6 messages would be hidden" in seen
    assert "2 messages would go into weekly lines" in seen
    assert "4 merchants are concerned" in seen
    assert re.search(r'name="promo/shop".*?value="hide" selected', seen)
    assert alices.get("/messages").text == before


def test_a_kept_filter_works_at_once_and_is_undone_at_once(alices: Browser, keep):
    """Lists follow it, the drawer holds what it hides, one press brings everything back however many cells changed."""
    before = alices.get("/messages").text
    keep(**{"promo/shop": "hide", "promo/travel": "digest"})
    text = alices.get("/messages").text
    assert "Acme · Promotions" not in text
    assert "Rail &amp; Rivage: 1 message" in text
    assert "Colis Vert · Promotions" in text
    drawer = alices.get("/merchants/aside?only=filter").text
    assert "Acme · Promotions" in drawer
    assert "Rail &amp; Rivage" not in drawer
    alices.post(keep.done.pop(), data={"back": FILTER})
    assert alices.get("/messages").text == before


def test_a_weekly_line_leads_to_its_mail(alices: Browser, keep):
    """The week's page lists the mails that the line stands for, and nothing else."""
    keep(**{"promo/travel": "digest"})
    week = re.findall(r"/merchants/railrivage\.example/messages\?week=[\d-]+", alices.get("/messages").text)[0]
    text = alices.get(week).text
    assert "week of" in text
    assert text.count("/messages/") >= 1
    assert len(re.findall(r'class="row-title" href="/messages/', text)) == 1


def test_hide_all_hides_no_bill_and_no_delivery(alices: Browser, keep):
    """The preset fills every cell; the preview counts what shows all the same."""
    seen = alices.post(FILTER, data={"preset": "all-hide"}).text
    assert "24 messages show whatever is chosen" in seen
    assert seen.count('value="hide" selected') == 6 * 14 + 1  # the line for an exception offers to hide
    keep(preset="all-hide")
    left = alices.get("/messages").text
    assert "Acme · Orders" in left  # a bill was read in it
    assert "Pretends to be Acme" in left
    assert "· Promotions" not in left
    assert "6A1" in alices.get("/parcels").text or "Colissimo" in alices.get("/parcels").text


def test_an_exception_wins_over_its_kind(alices: Browser, keep):
    """By name or by domain; its removal gives the cell of its kind back."""
    keep(**{"promo/shop": "hide"})
    keep(f"{FILTER}/exception", merchant="Acme", category="promo", manner="show")
    text = alices.get("/messages").text
    assert "Acme · Promotions" in text
    assert "Zeta · Promotions" not in text
    assert "Remove the exception for Acme" in alices.get(FILTER).text
    keep(f"{FILTER}/exception", merchant="acme.example", category="promo", manner="")
    assert "Acme · Promotions" not in alices.get("/messages").text
    assert "Remove the exception" not in alices.get(FILTER).text


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"merchant": "Nobody"}, "No merchant of that name"),
        ({"merchant": ""}, "No merchant of that name"),
        ({"category": "billing"}, "always shown"),
        ({"category": "x"}, "Choose one of the list"),
        ({"manner": "x"}, "Choose one of the list"),
    ],
)
def test_an_exception_for_nothing_is_refused_beside_its_field(alices: Browser, form, told):
    """What was typed stays."""
    answer = alices.post(f"{FILTER}/exception", data={"merchant": "Acme", "category": "promo", "manner": "hide"} | form)
    assert answer.status_code == 422
    assert told in answer.text


@pytest.mark.parametrize("form", [{"promo/shop": "burn"}, {"preset": "x"}, {"preset": "promo-x"}])
def test_only_known_manners_are_taken(alices: Browser, form):
    """Nothing else is kept."""
    assert alices.post(FILTER, data=form | {"keep": "1"}).status_code == 422


def test_a_filter_that_changes_nothing_keeps_nothing(alices: Browser):
    """No record, and so no undo; protected kinds of mail have no cell."""
    answer = alices.post(FILTER, data={"promo/shop": "show", "billing/shop": "hide", "keep": "1"})
    assert "/undo/" not in answer.text
