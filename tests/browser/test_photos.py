"""A photo of what was bought, in Chromium: given on a phone, refused and removed on a desk without scripts."""

import re
import shutil

import pytest
from playwright.sync_api import expect

from tests.browser.test_pages import entered
from tests.ingest.test_photos import shot
from tests.web.house import house

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed (Debian: chromium)"),
]
PHONE = {"viewport": {"width": 360, "height": 800}, "has_touch": True, "is_mobile": True}


def choose(desk, field: str, name: str, content: bytes) -> None:
    """Choose a file, as from a telephone's pictures."""
    desk.page.get_by_label(field).set_input_files({"name": name, "mimeType": "image/jpeg", "buffer": content})


def test_a_photo_taken_on_a_phone_shows_at_once(chromium):
    """In French: the camera's own field, the photo with the thing's name, in the grid, and Undo."""
    with house() as home:
        desk = entered(chromium, home, **PHONE)
        desk.go("/products?view=grid")
        desk.follow(desk.page.locator(".tile:not(:has(img)) a").first)
        name = desk.page.locator("h1").inner_text()
        desk.page.get_by_text("Ajouter une photo").click()
        expect(desk.page.get_by_label("Ou en prendre une maintenant")).to_have_attribute("capture", "environment")
        choose(desk, "Ou en prendre une maintenant", "IMG_4711.jpg", shot(size=(900, 600)))
        desk.press("Garder cette photo")
        expect(desk.page.get_by_alt_text(name)).to_have_js_property("naturalWidth", 900)
        desk.check(360)
        desk.go("/products?view=grid")
        expect(desk.page.locator(".tile", has_text=name).locator("img").first).to_have_js_property("naturalWidth", 320)
        desk.check(360)
        assert (desk.foreign, desk.faults) == ([], [])


def test_on_a_desk_without_scripts_a_photo_is_refused_kept_and_removed(chromium):
    """In English: what is no picture is told beside the field, the photo before still shows; removed, it comes back."""
    with house("en") as home:
        desk = entered(chromium, home, locale="en-GB", java_script_enabled=False)
        desk.go(home.fill("/products/{product_id}"))
        desk.page.get_by_text("Change the photo").click()
        choose(desk, "A photo of yours", "note.jpg", b"not a picture")
        desk.press("Keep this photo")
        expect(desk.page.get_by_text("This file is no picture")).to_be_visible()
        expect(desk.page.get_by_label("A photo of yours")).to_have_attribute(
            "aria-describedby", re.compile("photo-wrong")
        )
        expect(desk.page.locator(".product img")).to_have_count(1)
        desk.press("Remove the photo")
        expect(desk.page.locator(".product img")).to_have_count(0)
        desk.press("Undo")
        expect(desk.page.locator(".product img")).to_have_count(1)
        assert desk.foreign == []
