"""The privacy blur and what makes MesInfos an app: choices of a browser that say nothing of a vault."""

import gzip
import json
import re

from tests.web.house import House
from tests.web.served import Browser
from web.render import HERE


def test_the_blur_is_a_choice_of_this_browser(home: House):
    """Once chosen, every page of the vault is marked, settings and the door are not, and another browser is not."""
    with home.alices() as here, home.alices() as there:
        assert "data-blur" not in here.get("/orders").text
        here.post("/settings/look", data={"blur": "1"})
        assert 'data-blur="flat"' in here.get("/orders").text
        assert 'data-blur="deep"' in here.get(home.fill("/orders/{order_id}")).text
        assert "data-blur" not in here.get("/settings").text
        assert "data-blur" not in there.get("/orders").text
        here.post("/settings/look", data={"language": "en"})
        assert "data-blur" in here.get("/orders").text, "a form without it leaves it as it was"
        here.post("/settings/look", data={"blur": "0"})
        assert "data-blur" not in here.get("/orders").text
        here.post("/lock")
        assert "data-blur" not in here.get("/unlock").text


def test_the_manifest_is_whole_and_says_nothing(stranger: Browser):
    """A stranger gets it, its icons are there in the sizes it states, and nobody's name is in it."""
    answer = stranger.get("/manifest.webmanifest")
    assert answer.headers["content-type"] == "application/manifest+json"
    told = answer.json()
    assert (told["start_url"], told["scope"], told["display"]) == ("/", "/", "standalone")
    assert {icon["sizes"] for icon in told["icons"]} == {"192x192", "512x512"}
    for icon in told["icons"]:
        picture = stranger.get(icon["src"]).content
        assert picture.startswith(b"\x89PNG")
        assert f"{int.from_bytes(picture[16:20])}x{int.from_bytes(picture[20:24])}" == icon["sizes"]
    assert "Alice" not in answer.text
    assert 'rel="manifest"' in stranger.get("/unlock").text


def test_the_declaration_of_accessibility_needs_no_vault(stranger: Browser):
    """Whoever stands before a closed door may read it, and finds it from there."""
    assert 'href="/accessibility"' in stranger.get("/unlock").text
    assert "WCAG 2.2" in stranger.get("/accessibility").text


def test_the_worker_keeps_no_page_but_the_one_without_a_network(home: House, stranger: Browser, alices: Browser):
    """What it keeps is there, public and static; it is the same worker with a vault open, and only there it is used."""
    answer = stranger.get("/sw.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-store"
    told = dict(re.findall(r"^const ([A-Z]+) = ([\[\"].*);$", answer.text, re.MULTILINE))
    for path in json.loads(told["KEPT"]):
        assert path.startswith("/static/")
        assert stranger.get(path).headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "Offline" in stranger.get(json.loads(told["OFFLINE"])).text
    assert alices.get("/sw.js").text == answer.text
    assert 'data-worker="/sw.js"' in alices.get("/").text
    assert "data-worker" not in stranger.get("/unlock").text
    assert "data-worker" not in stranger.get(home.fill("/s/{secret}")).text


def test_static_files_are_kept_and_pages_are_not(stranger: Browser):
    """A stamped file is asked for once; a page, and a file that is not there, every time."""
    assert stranger.get("/static/css/base.css").headers["cache-control"] == "public, max-age=31536000, immutable"
    for path in ("/unlock", "/offline", "/static/nothing.css", "/static/../unlock"):
        assert stranger.get(path).headers["cache-control"] == "no-store"


def test_the_worker_changes_with_what_it_keeps(stranger: Browser):
    """Its version is a stamp of the offline page too: in another language or theme it is another."""
    english = stranger.get("/sw.js").text
    assert stranger.get("/sw.js").text == english
    assert stranger.get("/sw.js", headers={"Accept-Language": "fr"}).text != english


def test_scripts_and_styles_stay_small():
    """All of them together are at most 60 KB as they go over the wire (gzip)."""
    files = [path for path in (HERE / "static").rglob("*") if path.suffix in {".css", ".js"}]
    assert len(files) > 8
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) <= 60_000
