"""The pictures of README and the docs: the demo household, seen by Chromium, written to docs/screenshots.

Needs Debian's chromium. Run it after a change that can be seen, and look at what it wrote.
"""

import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from mesinfos.demo.run import PASSPHRASE, Home, free_port, open_home
from mesinfos.jobs import Jobs
from web.app import create_app
from web.render import LANGUAGE_COOKIE

OUT = Path(__file__).parent.parent / "docs" / "screenshots"
DESK = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
SHOP = "/merchants/maison-tilleul.example"
PAGES = {
    "home": "/",
    "merchants": "/merchants",
    "merchant": SHOP,
    "rights": f"{SHOP}/rights",
    "filter": "/merchants/filter",
    "messages": "/messages",
    "message": "/messages/*",
    "orders": "/orders",
    "order": "/orders/*",
    "proof": "/orders/*/proof",
    "products": "/products?view=grid",
    "product": "/products/*",
    "spending": "/spending",
    "parcels": "/parcels",
    "offers": "/offers",
    "consents": "/consents",
    "matrix": "/consents/matrix",
    "consent": "/consents/new?preset=warranty",
    "links": "/links/new",
    "journal": "/journal",
    "search": "/search?q=type:commande+montant:>100",
    "sources": "/sources",
    "calendars": "/settings/calendars",
    "security": "/settings/security",
    "settings": "/settings",
}
"""Where each picture is taken; `*` stands for the first thing that the list before it leads to."""
ON_THE_PHONE = ("home", "merchant", "orders", "parcels", "filter", "spending")


@contextmanager
def served(home: Home) -> Iterator[None]:
    """The pages of the household, until the block ends."""
    site = create_app(home.instance, Jobs(home.instance), own=True)
    port = int(home.url.rpartition(":")[2])
    server = uvicorn.Server(uvicorn.Config(site, host="127.0.0.1", port=port, log_config=None))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        _wait(home.url)
        yield
    finally:
        server.should_exit = True
        thread.join(30)


def _wait(url: str) -> None:
    for _ in range(200):
        try:
            httpx.get(f"{url}/health/live", timeout=5).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the demo household does not answer")


def _person(browser: Browser, url: str, size: dict[str, int], scheme: str, locale: str = "fr-FR") -> Page:
    """A browser window of this size, the vault open in it."""
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        color_scheme=scheme,  # type: ignore[arg-type]
        locale=locale,
        device_scale_factor=1.5,
        reduced_motion="reduce",
    )
    context.add_cookies([{"name": LANGUAGE_COOKIE, "value": locale[:2], "url": url}])
    page = context.new_page()
    page.goto(f"{url}/unlock")
    page.fill("input[name=secret]", PASSPHRASE)
    page.click("form[action$='/unlock'] button[type=submit]")
    page.wait_for_url(f"{url}/")
    return page


def _take(page: Page, url: str, path: str, name: str) -> None:
    # Some pages hold a stream of events open, so the network is never idle there.
    page.goto(f"{url}{_found(page, url, path)}", wait_until="load")
    file = OUT / f"{name}.png"
    page.screenshot(path=file)
    with Image.open(file) as seen:  # our pages have few colours: a palette of them is a third of the size
        seen.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"docs/screenshots/{name}.png")


def _found(page: Page, url: str, path: str) -> str:
    whole, star, rest = path.partition("/*")
    if not star:
        return path
    page.goto(f"{url}{whole}", wait_until="load")
    first = page.locator("main a.row-title").first.get_attribute("href")
    return f"{first}{rest}"


def main() -> int:
    """Read the household, take every picture, light, dark and on a phone; 1 without Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("screenshots need Debian's chromium", file=sys.stderr)
        return 1
    OUT.mkdir(parents=True, exist_ok=True)
    with open_home(free_port(8000)) as home, served(home), sync_playwright() as playwright:
        # Root needs --no-sandbox; the pages are ours.
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        desk = _person(browser, home.url, DESK, "light")
        for name, path in PAGES.items():
            _take(desk, home.url, path, name)
        _take(_person(browser, home.url, DESK, "dark"), home.url, "/", "home-dark")
        english = _person(browser, home.url, DESK, "light", "en-GB")
        _take(english, home.url, "/", "home-english")
        phone = _person(browser, home.url, PHONE, "light")
        for name in ON_THE_PHONE:
            _take(phone, home.url, PAGES[name], f"{name}-phone")
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
