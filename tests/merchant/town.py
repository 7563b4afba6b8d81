"""Both sides on loopback: Alice's furnished house, served, and Acme's shop on a port of its own.

with town() as here:
    alice = here.opened()                   # a browser with her vault open; it is a visitor of the shop too
    here.connects(alice)                    # asked, accepted, back at the shop
"""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import httpx
import uvicorn

from examples.merchant.desk import Desk
from examples.merchant.shop import Settings as ShopSettings
from examples.merchant.shop import create_app
from examples.merchant.store import Visitor
from mesinfos.settings import Settings
from mesinfos.syncing.postman import Postman
from mesinfos.vault.instance import Instance, open_instance
from mesinfos.vault.vaults import create_vault
from tests.cast import ACME, ALICE
from tests.servers.dovecot import free_port
from tests.servers.nameserver import Resolver
from tests.web.furnish import furnish
from tests.web.served import Browser, Served


class Town(NamedTuple):
    """The served instance, Alice's vault, the shop's address, its desk and its folder, and the DNS."""

    served: Served
    alice: str
    shop: str
    desk: Desk
    folder: Path
    names: Resolver

    @property
    def instance(self) -> Instance:
        """The instance that is served."""
        return self.served.instance

    def opened(self) -> Browser:
        """A browser in which Alice opened her vault; it goes to both places, as hers does."""
        browser = self.served.browser()
        browser.headers["Accept-Language"] = "fr"
        assert browser.open(self.alice, ALICE.passphrase).status_code == 200
        return browser

    def asked(self, browser: Browser) -> httpx.Response:
        """The shop asks; Alice's page."""
        page = self.at_shop(browser, "/connect", address=self.served.url)
        assert page.url.path == "/authorize", page.text
        return page

    def answered(self, browser: Browser, page: httpx.Response, answer: str, **changed: Any) -> httpx.Response:
        """Alice's answer on the form of that page; where the shop leads her then."""
        return browser.post("/authorize", data=hidden(page) | changed | {"answer": answer})

    def connects(self, browser: Browser, **changed: Any) -> httpx.Response:
        """Asked and accepted; the shop's page of what it sees."""
        account = self.answered(browser, self.asked(browser), "accept", **changed)
        assert str(account.url) == f"{self.shop}/account", account.text
        return account

    def at_shop(self, browser: Browser, path: str, **form: str) -> httpx.Response:
        """A page of the shop, or what it answers to a form."""
        if not form and not path.endswith(("give", "give-back")):
            return browser.get(self.shop + path)
        return browser.post(self.shop + path, data=form, headers={"Origin": self.shop})

    def visitor(self) -> Visitor:
        """The one visitor whom the shop knows."""
        (found,) = self.desk.store._visitors.values()
        return found

    def post(self) -> None:
        """The instance's post goes out, as its clock has it do each two seconds."""
        Postman(self.instance).round()

    def settle(self) -> None:
        """Wait until the shop has done what a message had it do after its answer."""
        self.waits(lambda: not self.visitor().ended.get("closing", ""))

    def waits(self, until: Callable[[], object]) -> None:
        """Wait for what must become true soon."""
        deadline = time.monotonic() + 20
        while not until():
            assert time.monotonic() < deadline, "it did not come true"
            time.sleep(0.05)


def hidden(page: httpx.Response) -> dict[str, Any]:
    """The hidden values of the first form of a page's main part."""
    form = page.text.split("<main", 1)[1].split("<form", 1)[1].split("</form>")[0]
    values: dict[str, Any] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form):
        values.setdefault(name, []).append(unescape(value))
    return values


@contextmanager
def shop(folder: Path, port: int, **settings: str) -> Iterator[Desk]:
    """Acme's shop, served in a thread of this process."""
    url = f"http://localhost:{port}"
    app = create_app(ShopSettings(url, folder, **{"name": "Acme", "domain": ACME.domain} | settings))
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    yield app.state.site.desk
    server.should_exit = True
    thread.join(20)


@contextmanager
def town(*, own: bool = False) -> Iterator[Town]:
    """Move in, open the shop, and clear everything away; `own` runs the instance's clocks too."""
    mine, theirs = free_port(), free_port()
    url, hosts = f"http://127.0.0.1:{mine}", f"localhost:{theirs}"
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "shop").mkdir()
        names = Resolver()
        # What a merchant whose document lies elsewhere puts into the DNS of its domain, so that it is believed.
        names.records[f"_mesinfos.{ACME.domain}"] = f"mesinfos-client=http://{hosts}/mesinfos/client.json"
        more = {"outbound_hosts": hosts, "dkim_resolver": names.address}
        instance = open_instance(Settings(data_dir=folder / "data", base_url=url, workers=0, **more))
        vault, _ = create_vault(instance, ALICE.name, ALICE.passphrase, "fr")
        furnish(vault)
        with shop(folder / "shop", theirs) as desk, Served(instance, own=own, port=mine) as served:
            yield Town(served, vault.vault_id, f"http://{hosts}", desk, folder / "shop", names)
        if not own:
            instance.close()
        names.close()
