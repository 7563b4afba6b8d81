"""The house of the page tests: Alice's furnished vault and Bob's empty one, served on a real port."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from os import urandom
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from mesinfos.consent.archive import list_receipts
from mesinfos.consent.feeds import Plan, make_feed
from mesinfos.consent.links import Audience, Terms, make, one_link
from mesinfos.consent.snapshot import Snapshot, Thing
from mesinfos.ingest.photos import prepared
from mesinfos.model.choice import Choice, Topic
from mesinfos.notices.channels import Way, add_channel
from mesinfos.relations.agenda import Kind
from mesinfos.relations.photos import place_of
from mesinfos.relations.products import products
from mesinfos.relations.reading import read
from mesinfos.settings import Settings
from mesinfos.vault.instance import open_instance
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.passkeys import Passkey, add_passkey
from mesinfos.vault.records import read_children
from mesinfos.vault.runs import end_run, start_run
from mesinfos.vault.sessions import list_sessions, resume_session
from mesinfos.vault.sources import add_source
from mesinfos.vault.vaults import create_vault
from tests.cast import ALICE, BOB
from tests.notices.browser import Subscription
from tests.test_pictures import drawn
from tests.web.furnish import Furnisher, consent, furnish
from tests.web.served import Browser, Served
from web.deps import SESSION_COOKIE

OPEN = {
    "/unlock",
    "/unlock/passkey",
    "/unlock/passkey/open",
    "/lock",
    "/welcome",
    "/welcome/language",
    "/welcome/person",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/manifest.webmanifest",
    "/sw.js",
    "/offline",
    "/api/openapi.json",
    "/api/docs",
    "/accessibility",
    "/s/{secret}",
    "/calendar/{secret}.ics",
    "/api/v1/keys",
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/api/v1",
    "/api/rar/{name}/v1",
}
"""What a visitor without a session may ask for; whatever is not named here must refuse them."""


class House(NamedTuple):
    """A served house, its vaults, a merchant's token and an id of each kind of thing in Alice's vault."""

    served: Served
    alice: str
    bob: str
    token: str
    ids: dict[str, str]

    def alices(self) -> Browser:
        """A browser in which Alice has opened her vault."""
        return self._entered(self.alice, ALICE.passphrase)

    def bobs(self) -> Browser:
        """A browser in which Bob has opened his."""
        return self._entered(self.bob, BOB.passphrase)

    def _entered(self, vault_id: str, secret: str) -> Browser:
        browser = self.served.browser()
        assert browser.open(vault_id, secret).status_code == 200
        return browser

    def vault_of(self, browser: Browser) -> OpenVault:
        """The vault that is open in a browser."""
        return resume_session(self.served.instance, browser.cookies[SESSION_COOKIE])

    def routes(self) -> list[tuple[str, str]]:
        """Every method and path template of the application, the API's too, static files left out."""
        pairs = [pair for route in flat(self.served.app.routes) for pair in _pairs(route)]
        assert len(pairs) > 50, "the application's routes were not found"
        return sorted(pairs)

    def fill(self, path: str) -> str:
        """A path template with Alice's own ids."""
        return path.format_map(self.ids)


@contextmanager
def house(language: str = "fr", **settings: object) -> Iterator[House]:
    """Move in, serve, and move out again."""
    with TemporaryDirectory() as folder:
        instance = open_instance(Settings(data_dir=Path(folder, "data"), **settings))  # type: ignore[arg-type]
        mine, _ = create_vault(instance, ALICE.name, ALICE.passphrase, language)
        other, _ = create_vault(instance, BOB.name, BOB.passphrase, language)
        furnish(mine)
        photo = _photo(mine)
        given, token = consent(mine)
        values = {"host": "imap.maison.example", "username": ALICE.address, "password": "xyz-secret-xyz"}
        source = add_source(mine, "imap", ALICE.address, values)
        with instance.database.write(mine.vault_id) as conn:
            run = end_run(instance, conn, start_run(instance, conn, mine.vault_id, source.source_id), "done")
        with Served(instance) as served:
            proof = list_receipts(mine, given.grant_id)[0].receipt_id
            ids = {"grant_id": given.grant_id, "receipt_id": proof, "source_id": source.source_id, "connector": "imap"}
            ids |= {"name": "read", "run_id": run.run_id, "right": "access", "photo_id": photo}
            found = House(served, mine.vault_id, other.vault_id, token, ids)
            ids |= _ids(found) | _link(mine) | {"slot_id": _passkey(mine)}
            ids["feed_id"] = make_feed(mine, Plan(language, (Kind.PARCELS,), names=False), lambda _: [])
            values = Subscription("http://127.0.0.1:1/push").values  # an address that is refused unasked
            ids |= {
                "channel_id": add_channel(instance, mine.vault_id, Way.PUSH, "Firefox", values).channel_id,
                "way": "mail",
            }
            yield found
        instance.close()


def _ids(found: House) -> dict[str, str]:
    with found.alices() as browser:
        cookie = browser.cookies[SESSION_COOKIE]
        vault = resume_session(found.served.instance, cookie)
    shown = found.served.app.state.site.readings.of(vault)
    order = next(one for one in shown.orders() if one.merchant and one.merchant.name == "Acme")
    mail = order.messages[0]
    with vault.instance.database.read(vault.vault_id) as conn:
        papers = [part.record_id for part in read_children(vault, conn, mail) if part.type == "attachment"]
    return {
        "merchant_id": "acme.example",
        "order_id": order.id,
        "product_id": products(shown)[0].id,
        "parcel_id": next(one.id for one in shown.parcels() if one.parcel.pickup_code),
        "record_id": mail,
        "promo_id": next(one.record_id for one in shown.newest() if one.message.one_click),
        "paper_id": papers[0],
        "session_id": next(one.session_id for one in list_sessions(vault.instance, found.alice, cookie) if one.mine),
        "rule_id": shown.lessons().all[0].rule_id,
    }


def _photo(vault: OpenVault) -> str:
    """The thing bought last has a photo."""
    reading, furnisher = read(vault), Furnisher(vault, "photos")
    view = products(reading)[0]
    record_id = furnisher.keep(prepared(drawn("JPEG", 40, 30))[0], None)
    furnisher.keep(Choice(Topic.PHOTO, view.id, record_id, place_of(view)), None)
    furnisher.move_in()
    return record_id


def _link(vault: OpenVault) -> dict[str, str]:
    """A link that Alice shares with whoever has its address: it tells nothing else of hers."""
    snapshot = Snapshot("Pour la voisine", "", date(2026, 11, 25), (Thing("La halle aux fruits"),))
    made = one_link(vault, make(vault, snapshot, Terms(Audience.ANYBODY, 30)))
    return {"link_id": made.link_id, "secret": made.secret}


def _passkey(vault: OpenVault) -> str:
    """A passkey of Alice's, for the name that this house is not visited under; no authenticator has it."""
    with vault.instance.database.write(vault.vault_id) as conn:
        return add_passkey(conn, vault, Passkey("Alice’s phone", "localhost", b"id", b"key"), bytes(32), urandom(32))


def flat(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """Every route, those of included routers too, which FastAPI keeps as one."""
    for route in routes:
        included = getattr(route, "original_router", None)
        yield from flat(included.routes) if included else [route]


def _pairs(route: BaseRoute) -> list[tuple[str, str]]:
    if isinstance(route, APIRoute):
        return [(method, route.path) for method in route.methods]
    path = getattr(route, "path", "")
    return [] if path == "/static" else [("GET", path)]
