"""How long a person waits for each page of a vault with years of mail: over HTTP, from one process, on SQLite.

Every page that shows what is in a vault is asked for in turn, round after round; then what comes first after the vault
opens, after mail came, and after a choice. The server's CPU is told too, for machines on which others work.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from statistics import mean
from typing import NamedTuple

import httpx

from bench.measure import cpu_of, peak, percentile
from bench.sync import scratch, settings_for
from bench.vaults import PASSPHRASE, running
from bench.years import Years, live, store
from mesinfos.model.choice import Welcome
from mesinfos.relations.products import products
from mesinfos.relations.reading import Reading, read
from mesinfos.vault.instance import Instance, open_instance
from mesinfos.vault.vaults import create_vault

PATHS = (
    "/",
    "/merchants",
    "/merchants?q=maison&sort=orders",
    "/merchants?state=refused",
    "/merchants/aside",
    "/merchants/filter",
    "/merchants/{merchant}",
    "/merchants/{merchant}?only=accesses",
    "/merchants/{merchant}/purchases",
    "/merchants/{merchant}/messages",
    "/merchants/{merchant}/messages?category=promo",
    "/merchants/{merchant}/consents",
    "/merchants/{merchant}/join",
    "/messages",
    "/messages?category=promo&kind=shop",
    "/messages?q=facture+-type:order",
    "/messages?only=imitating",
    "/messages/{mail}",
    "/messages/{mail}/page",
    "/messages/{mail}/correct",
    "/doubts",
    "/orders",
    "/orders?page=9",
    "/orders/{order}",
    "/orders/{order}/proof",
    "/orders/{order}/withdrawal",
    "/products",
    "/products?view=grid",
    "/products/{product}",
    "/spending",
    "/parcels",
    "/parcels/{parcel}",
    "/offers",
    "/search?q=maison",
    "/search?q=facture",
    "/search?q=lumen+montant:>50",
    "/search?q=type:order+date:2026-01..",
    "/search?q=zzz",
    "/search?q=date:2000..+-marchand:zzz+-statut:retard",
    "/views",
    "/consents",
    "/consents/matrix?everything=1",
    "/consents/would?merchant={merchant}",
    "/consents/statement",
    "/consents/new?merchant={merchant}",
    "/consents/{grant}",
    "/consents/{grant}/change",
    "/links",
    "/links/new",
    "/journal",
    "/journal?merchant={merchant}&what=read",
    "/sources",
    "/sources/new",
    "/sources/{source}",
    "/settings",
    "/settings/look",
    "/settings/rules",
    "/settings/security",
    "/settings/house",
    "/settings/backups",
    "/settings/promise",
)
LIMIT = 100  # ms at p95
FIRSTS = 5  # times that mail comes, and that something is chosen
COMING = 40  # mails at a time


class Look(NamedTuple):
    """One page, asked for once: ms until it was there, and the server's CPU, which is counted in steps of 10 ms."""

    wall: float
    cpu: float


class House(NamedTuple):
    """A store, its one vault, what was put into it, and what its pages are named by."""

    instance: Instance
    vault_id: str
    years: Years
    ids: dict[str, str]


def bench(messages: int, looks: int) -> None:
    """Print what is slow first, then the whole, then what comes first after something happened."""
    with scratch() as folder:
        instance = open_instance(settings_for(folder))
        vault, _ = create_vault(instance, "Alice", PASSPHRASE, "fr")
        years = live(vault, messages, FIRSTS * COMING)
        reading = read(vault)
        print(f"\npages at {messages} messages, {len(reading)} records, {len(reading.merchants())} merchants, in ms")
        ids = ids_of(reading, years)
        del reading
        visit(House(instance, vault.vault_id, years, ids), looks)
        instance.close()


def ids_of(reading: Reading, years: Years) -> dict[str, str]:
    """What the paths are filled in with: the merchant that wrote most, and the newest thing of each kind."""
    merchant = max(reading.merchants(), key=lambda view: view.messages)
    return {
        "merchant": merchant.id,
        "mail": reading.relation(merchant.id).messages[0].record_id,
        "order": reading.orders()[0].id,
        "product": products(reading)[0].id,
        "parcel": reading.parcels()[0].id,
        "grant": years.grant_id,
        "source": years.source_id,
    }


def visit(house: House, looks: int) -> None:
    """Serve the house, open its vault, and walk."""
    with running(house.instance.settings.data_dir) as (address, server), _browser(address, server) as browser:
        form = {"who": house.vault_id, "secret": PASSPHRASE, "next": "/"}
        opened, first = browser.asked("/unlock", form), browser.asked("/")
        print(f"  unlock {opened.wall:.0f}; first page, everything read: {first.wall:.0f}, CPU {first.cpu:.0f}")
        paths = [path.format_map(house.ids) for path in PATHS]
        print(f"  each page for the first time: {_told([browser.asked(path) for path in paths])}")
        _rounds(browser, paths, looks)
        _after_mail(browser, house)
        _after_choices(browser, house.ids["merchant"])
        print(f"  at most {peak(server):.0f} MB resident")


def _rounds(browser: "Browser", paths: list[str], looks: int) -> None:
    seen = {path: [browser.asked(path)] for path in paths}
    for _ in range(1, looks):
        for path in paths:
            seen[path].append(browser.asked(path))
    for path, found in sorted(seen.items(), key=lambda pair: -_p95(pair[1])):
        print(f"  {path[:58]:58} {_told(found)}")
    every = [one for found in seen.values() for one in found]
    print(f"  {len(paths)} pages, each {looks} times: {_told(every)}")
    print(f"  pages of {LIMIT} ms and more at p95: {sum(_p95(found) >= LIMIT for found in seen.values())}")


def _after_mail(browser: "Browser", house: House) -> None:
    """The first page after a batch of mail was stored by another process, as often as there is mail."""
    found = []
    for start in range(0, len(house.years.coming), COMING):
        mails = house.years.coming[start : start + COMING]
        store(house.instance, house.vault_id, house.years.source_id, mails)
        found.append(browser.asked("/"))
    print(f"  home after {COMING} mails came: {_told(found)}")


def _after_choices(browser: "Browser", merchant: str) -> None:
    """A merchant is refused, and accepted again: the press, and home, which comes first after it."""
    pressed, found = [], []
    for turn in range(FIRSTS):
        welcome = Welcome.ACCEPTED if turn % 2 else Welcome.REFUSED
        pressed.append(browser.asked("/merchants/receive", {"merchant": merchant, "welcome": welcome}))
        found.append(browser.asked("/"))
    print(f"  a choice, pressed: {_told(pressed)}")
    print(f"  home after a choice: {_told(found)}")


class Browser:
    """Asks for pages, as fast as they come, and looks at what the server spent on each."""

    def __init__(self, client: httpx.Client, server: int) -> None:
        self._client, self._server = client, server

    def asked(self, path: str, form: Mapping[str, str] | None = None) -> Look:
        """A page, or what a form is answered with; raises RuntimeError for a refusal."""
        before, begun = cpu_of(self._server), time.perf_counter()
        answer = self._client.request("POST" if form else "GET", path, data=form)
        spent = time.perf_counter() - begun
        if answer.status_code not in {200, 303}:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        return Look(spent * 1000, (cpu_of(self._server) - before) * 1000)


@contextmanager
def _browser(address: str, server: int) -> Iterator[Browser]:
    with httpx.Client(base_url=address, timeout=60, headers={"Origin": address}) as client:
        yield Browser(client, server)


def _p95(found: Sequence[Look]) -> float:
    return percentile([one.wall for one in found], 0.95)


def _told(found: Sequence[Look]) -> str:
    wall = [one.wall for one in found]
    cpu = mean(one.cpu for one in found)
    p50, p95 = percentile(wall, 0.5), percentile(wall, 0.95)
    return f"p50 {p50:6.1f}, p95 {p95:6.1f}, most {max(wall):6.1f}; CPU {cpu:5.1f}"
