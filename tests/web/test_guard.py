"""The guard before every request: hosts, origins, sizes, headers, and doors that stay closed."""

import pytest

from tests.campaign import a5_pages, i7, w5, w9
from tests.web.house import OPEN, House, flat
from tests.web.served import Browser
from web.security import host_name, is_loopback, local_path


def test_a_foreign_page_changes_nothing():
    """W5: no changing route answers a request that does not come from this site's own pages."""
    outcome = w5.run(120)
    assert outcome.ok, outcome


def test_every_answer_is_dressed():
    """W9: content policy, nosniff, no-referrer and no-store stand on every answer, errors included."""
    outcome = w9.run(120)
    assert outcome.ok, outcome


def test_nobody_but_alice_sees_alices_things():
    """A5: strangers, Bob and a merchant's token are refused on every route, with Alice's own ids."""
    outcome = a5_pages.run(240)
    assert outcome.ok, outcome


def test_odd_texts_are_kept_or_refused():
    """I7: no text in any field of any route, or in a mail, makes the house stumble or comes back as another."""
    outcome = i7.run(3)
    assert outcome.ok, outcome.happened


def test_every_route_has_a_policy(home: House):
    """A5: a route that is not named as open depends on an open vault or on a merchant's token."""
    guards = {"open_vault", "credential", "speaker"}
    for route in flat(home.served.app.routes):
        if route.path in OPEN or route.path == "/static":
            continue
        calls, queue = set(), [route.dependant]
        while queue:
            one = queue.pop()
            calls.add(getattr(one.call, "__name__", ""))
            queue += one.dependencies
        assert calls & guards, f"{route.path} has no policy"


@pytest.mark.parametrize(
    "host",
    [
        "zeta.example",
        "127.0.0.1.zeta.example",
        "[::1].zeta.example",
        "localhost.zeta.example",
        "",
        "127.0.0.1@zeta.example",
        "a b",
        "[::",
    ],
)
def test_poisoned_hosts_are_refused(stranger: Browser, host: str):
    """W7: a Host that is neither the instance's own nor this machine reaches no page."""
    assert stranger.get("/health/live", headers={"Host": host}).status_code in {400, 421}


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static//etc/passwd"]
)
def test_path_traversals_find_no_file(stranger: Browser, path: str):
    """W7: no address leads out of the folder of static files."""
    answer = stranger.get(path)
    assert answer.status_code == 404
    assert "create_app" not in answer.text


def test_large_bodies_are_refused(stranger: Browser):
    """A body over a megabyte is refused with and without a stated length, before a form is made of it."""
    stated = stranger.post("/unlock", content=b"a" * 1_100_000)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    unstated = stranger.post("/unlock", content=(b"who=" + b"a" * 9000 for _ in range(150)), headers=form)
    assert (stated.status_code, unstated.status_code) == (413, 413)


@pytest.mark.parametrize("wanted", ["//zeta.example", "https://zeta.example", "/\\zeta.example", "zeta", "/a\nb", ""])
def test_the_door_leads_nowhere_else(wanted: str):
    """After unlocking, an address of another site is not followed."""
    assert local_path(wanted) == "/"


def test_hosts_are_read_as_browsers_do():
    """Ports and brackets are no part of a name; this machine is known under all its names."""
    assert [host_name("[::1]:8000"), host_name("Localhost:80"), host_name("[::")] == ["::1", "localhost", ""]
    assert is_loopback("127.8.9.1")
    assert is_loopback("::1")
    assert not is_loopback("10.0.0.1")
    assert not is_loopback("x")


def test_headers_cannot_be_broken_into(home: House):
    """W8: line breaks typed into fields that reach headers add none, and templates never compute what was typed."""
    with home.served.browser() as browser:
        answer = browser.get("/unlock", params={"next": "/a\r\nX-Evil: 1", "who": "{{271*271}}"})
        assert "x-evil" not in answer.headers
        assert "73441" not in answer.text
        answer = browser.post("/unlock", data={"who": "{{271*271}}\r\nX: 1", "secret": "x", "next": "/\r\nX-Evil: 1"})
        assert "x-evil" not in answer.headers
        assert answer.status_code == 422
