"""The privacy blur and what makes MesInfos an app: choices of a browser that say nothing of a vault."""

from tests.web.house import House
from tests.web.served import Browser


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
