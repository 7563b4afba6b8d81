"""Debian's Chromium, driven by Playwright; every page it shows is checked by axe, and every request must stay here."""

import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, sync_playwright

from tests.web.house import House, house
from tests.web.served import Served

CHROMIUM = shutil.which("chromium")
AXE = Axe()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a file: while Playwright runs, no other test of its process could run an event loop."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian: chromium)")
    with sync_playwright() as playwright:
        # Root needs --no-sandbox; the pages under test are ours.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Desk:
    """A person at a browser: goes to pages, and notes what is wrong with them."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.base = base
        self.foreign: list[str] = []
        self.faults: list[str] = []
        context.set_default_timeout(30_000)
        context.on("request", self._note)
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)

    def _note(self, request: object) -> None:
        address = urlsplit(request.url)  # type: ignore[attr-defined]
        if f"{address.scheme}://{address.netloc}" != self.base:
            self.foreign.append(request.url)  # type: ignore[attr-defined]

    def go(self, path: str) -> Response:
        """Open a page of the house."""
        answer = self.page.goto(self.base + path)
        assert answer is not None
        return answer

    def check(self, width: int = 0) -> None:
        """No violation by axe, one h1, nothing wider than the screen."""
        if width:
            self.page.set_viewport_size({"width": width, "height": 800})
        found = AXE.run(self.page, options={"resultTypes": ["violations"]})  # the rest is long to write down
        wrong = [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found.response["violations"]]
        assert wrong == [], f"{self.page.url}: {wrong}"
        assert self.page.locator("h1").count() == 1, self.page.url
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px too wide"

    def press(self, name: str) -> None:
        """Press the button or the link of that name, and see the page it leads to."""
        main = self.page.locator("main")
        self.follow(main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name)).first)

    def follow(self, control: Locator) -> None:
        """Click what leads to a page, and wait for that page: a click alone returns while the old one still stands."""
        with self.page.expect_navigation():
            control.click()


@pytest.fixture
def settled() -> Iterator[House]:
    """Alice's furnished house."""
    with house() as found:
        yield found


@pytest.fixture
def moving_in(sqlite_instance) -> Iterator[Served]:
    """An empty instance with its jobs running, as `mesinfos serve` runs it; mail is read in this process."""
    sqlite_instance.settings = sqlite_instance.settings.model_copy(update={"workers": 0})
    with Served(sqlite_instance, own=True) as served:
        yield served


def sit_down(chromium: Browser, base: str, **context: object) -> Desk:
    """A fresh browser profile at this address; earlier ones are closed, so that theirs is not the page in front."""
    for old in chromium.contexts:
        old.close()
    made = chromium.new_context(**({"locale": "fr-FR", "viewport": {"width": 1280, "height": 800}} | context))  # type: ignore[arg-type]
    return Desk(made, base)
