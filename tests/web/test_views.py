"""Lists asked for in the language of search, views of them under a name, and the mailbox, sorted and by time."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote_plus

import pytest
from starlette.requests import Request

from tests.web.house import House
from tests.web.served import Browser, heading
from web.dashboard.listing import window

TITLES = re.compile(r'class="row-title" href="([^"]+)"')
UNDO = re.compile(r'action="(/undo/[^"]+)"')
VIEW = re.compile(r'<a class="chip" href="([^"]+)"(?: aria-current="true")?>([^<]+) <span>([^<]+)</span>')


@pytest.mark.parametrize(
    ("path", "query", "found", "lost"),
    [
        ("/orders", "marchand:acme montant:>1", "/orders/", "no order"),
        ("/products", "category:furniture", "Chaise pliante", "Bouilloire"),
        ("/merchants", "acme", "/merchants/acme.example", "/merchants/zeta.example"),
        ("/messages", "category:promo", "Promotions", "· Orders"),
    ],
)
def test_lists_take_the_language_of_search(alices: Browser, path: str, query: str, found: str, lost: str):
    """Each list finds what the search page finds of its kind, and names the place of a mistake in it."""
    text = alices.get(f"{path}?q={quote_plus(query)}").text.split('<main class="main"')[1]
    rows = text.split('class="card list-card"')[-1]
    assert found in rows
    assert lost not in rows
    wrong = alices.get(f"{path}?q=x+montant:cher")
    assert wrong.status_code == 422
    assert "“cher” is no amount (character 3)" in wrong.text
    assert 'value="x montant:cher"' in wrong.text
    empty = alices.get(f"{path}?q=zzzzzz").text
    assert f'href="{path}">Clear the filters' in empty


def test_a_view_is_kept_shown_counted_renamed_and_removed(alices: Browser):
    """It stands above its list and on its page with its count, its address is plain; each press is undone by one."""
    asked = "/orders?q=marchand%3Aacme&status="
    page = alices.get(asked).text
    (address,) = re.findall(r'name="address" value="([^"]+)"', page)
    assert address == "/orders?q=marchand%3Aacme"
    kept = alices.post("/views", data={"name": "Chez Acme", "address": f"{address}&page=2&undo=x"})
    assert f"{kept.url.path}?{kept.url.query.decode()}".startswith(f"{address}&said=view-kept")
    ((to, name, count),) = VIEW.findall(alices.get("/orders").text)
    assert (to, name) == (address, "Chez Acme")
    assert int(count) == len(TITLES.findall(alices.get(to).text))
    assert 'name="address"' not in alices.get(to).text, "what is kept already is not offered again"
    assert VIEW.findall(alices.get("/products").text) == []
    alices.post("/views/rename", data={"view": "Chez Acme", "name": "Acme"})
    assert [one[1] for one in VIEW.findall(alices.get("/orders").text)] == ["Acme"]
    removed = alices.post("/views/remove", data={"view": "Acme"}).text
    assert "No view yet" in removed
    back = alices.post(UNDO.findall(removed)[0], data={"back": "/views"}).text
    assert "marchand:acme" in back
    alices.post("/views/remove", data={"view": "Acme"})


@pytest.mark.parametrize(
    ("name", "address"),
    [("", "/orders?q=x"), ("x" * 61, "/orders?q=x"), ("x", "https://zeta.example/orders"), ("x", "/lock"), ("x", "")],
)
def test_only_lists_under_a_name_are_views(alices: Browser, name: str, address: str):
    """Neither another site nor another page can be kept, and what was typed stays."""
    answer = alices.post("/views", data={"name": name, "address": address})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "No view yet" in alices.get("/views").text


def test_views_are_their_persons_own(home: House, alices: Browser):
    """Bob sees none of Alice's, and cannot rename or remove them."""
    undo = UNDO.findall(alices.post("/views", data={"name": "Mien", "address": "/search?q=acme"}).text)[0]
    with home.bobs() as bob:
        assert "Mien" not in bob.get("/views").text
        assert bob.post("/views/remove", data={"view": "Mien"}).status_code == 404
    assert ("/search?q=acme", "Mien") in [one[:2] for one in VIEW.findall(alices.get("/search").text)]
    alices.post(undo, data={"back": "/"})


def test_the_mailbox_is_sorted_by_kind_of_mail_and_of_merchant(alices: Browser):
    """Each shelf says how many mails it holds given the other's choice, and opens just these."""
    text = alices.get("/messages").text
    shelves = re.findall(r'<li><a href="(/messages\?[^"]+)"[^>]*>.*?<span class="figures">(\d+)</span>', text)
    assert len(shelves) > 5
    for path, count in shelves:
        page = alices.get(path.replace("&amp;", "&")).text
        every = re.search(r'href="[^"]*" aria-current="true">.*?<span class="figures">(\d+)</span>', page)
        assert every, path
        assert every[1] == count, path
    assert heading(alices.get("/messages?category=promo&kind=shop")) == "Messages"
    assert re.search(r'<h2 class="month">', text)


def test_pages_by_time_hold_still():
    """What came since moves no page; every item is on one page, in both directions; a mark of nothing is the top."""
    start = datetime(2026, 11, 1, tzinfo=UTC)
    items = [(start - timedelta(hours=n // 3), f"r{n}") for n in range(120)]

    def look(query: str, some: list[tuple[datetime, str]]):
        request = Request({"type": "http", "query_string": query.encode(), "headers": []})
        return window(some, request, lambda one: one, 50)

    seen, page = [], look("", items)
    assert page.newer == ""
    while True:
        seen += page.items
        if not page.older:
            break
        newer = [(start + timedelta(days=1), "new"), *items]
        assert look(f"before={page.older}", newer).items == look(f"before={page.older}", items).items
        page = look(f"before={page.older}", items)
    assert seen == items
    assert look(f"after={page.newer}", items).items == items[50:100]
    assert look("before=nonsense", items).items == items[:50]
    gone = [one for one in items if one[1] != "r49"]
    assert look(f"before={look('', items).older}", gone).items[-1] >= items[99]
