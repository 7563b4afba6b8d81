"""Years of mail as they lie in a vault: letters of 160 merchants, read by the recogniser, kept as a sync keeps them.

Half are newsletters; the rest tell of purchases from order to survey, of accounts, bills, points and journeys, and a
few are forged. Some merchants write much, most write little. What the person decided is there too.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import islice
from random import Random
from typing import NamedTuple

from msgspec.structs import replace

from bench.corpus import READER
from mesinfos.choose import choose, choose_all
from mesinfos.consent.fields import Field, Purpose, Scope
from mesinfos.consent.grant import draft
from mesinfos.consent.ledger import add_grant, today
from mesinfos.consent.outbox import fill_past
from mesinfos.demo import events
from mesinfos.demo.compose import PROVIDER, compose
from mesinfos.demo.letters import Letter
from mesinfos.demo.shops import Shop, shops
from mesinfos.ingest.pipeline import Context, recognise
from mesinfos.model.choice import Choice, Manner, Topic, Welcome
from mesinfos.model.provenance import Origin
from mesinfos.model.rule import Reach
from mesinfos.model.values import Category, Kind
from mesinfos.relations.reading import Reading, read
from mesinfos.syncing.keeping import Keeper, Kept, Mail
from mesinfos.teach import Said, rule_of, teach
from mesinfos.vault.instance import Instance
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.records import store_records
from mesinfos.vault.sources import add_source
from mesinfos.vault.tags import Tags

HOUSES = ("", "Atelier", "Express", "Outlet", "Maison", "Kids")
SPAN = timedelta(days=6 * 365)
MIX = {"news": 51, "trade": 12, "account": 8, "bill": 5, "points": 3, "journey": 2, "forged": 1}
"""Of stories, not of mails: a purchase is two to six of them."""
BATCH = 500


class Years(NamedTuple):
    """What was put into a vault: a grant and a source of its, and mails that have not come yet."""

    grant_id: str
    source_id: str
    coming: Sequence[Sequence[Kept]]


def live(vault: OpenVault, count: int, late: int = 0) -> Years:
    """Fill a vault with so many messages and what its person decided of them; `late` more are ready to be stored."""
    source = add_source(vault, "imap", READER.address, {"host": "imap.example", "username": "a", "password": "b"})
    kept = _kept(vault, source.source_id, letters(count + late))
    for first in range(0, count, BATCH):
        store(vault.instance, vault.vault_id, source.source_id, list(islice(kept, min(BATCH, count - first))))
    return Years(decide(vault, read(vault)), source.source_id, list(kept))


def store(instance: Instance, vault_id: str, source_id: str, mails: Sequence[Sequence[Kept]]) -> None:
    """Keep the records of these mails, in one transaction, as a batch of a sync does."""
    with instance.database.write(vault_id) as conn:
        records = [one.record for mail in mails for one in mail]
        store_records(instance, conn, vault_id, records, source_id)


def letters(count: int, seed: int = 17) -> list[Letter]:
    """The last so many letters that came until now, oldest first."""
    chance, now = Random(seed), datetime.now(UTC).replace(microsecond=0)
    written: list[Letter] = []
    while len(written) < count:
        at = now - SPAN * chance.random()
        written += [one for one in _story(at, chance) if one.at <= now]
    return sorted(written[:count], key=lambda letter: letter.at)


@cache
def senders(role: str) -> tuple[list[Shop], list[float]]:
    """Merchants of a role, each with houses of its name, and how much each writes: the n-th an n-th of the first."""
    every = [_house(shop, house) for house in HOUSES for shop in shops() if shop.role == role]
    return every, [1 / place for place in range(1, len(every) + 1)]


def decide(vault: OpenVault, reading: Reading) -> str:
    """Promotions once a week, some merchants refused, paused or joined, two rules, a consent; returns its id."""
    domains = [view.id for view in sorted(reading.merchants(), key=lambda view: -view.messages)]
    cells = [Choice(Topic.CELL, f"{Category.PROMO}/{kind}", Manner.DIGEST) for kind in Kind]
    choose_all(vault, reading, cells)
    choose_all(vault, reading, [Choice(Topic.MERCHANT, one, Welcome.REFUSED) for one in domains[10:13]])
    pause = str(today() + timedelta(days=20))
    choose_all(vault, reading, [Choice(Topic.MERCHANT, domains[14], Welcome.PAUSED, pause)])
    choose(vault, reading, Topic.JOINED, domains[9], domains[0])
    for seen in (reading.relation(domains[5]).messages[0], reading.relation(domains[6]).messages[0]):
        said = Said(seen.record_id, Reach.SENDER, category=Category.ACCOUNT)
        teach(vault, reading, seen.record_id, rule_of(vault, reading, said))
    return _consent(vault, reading, domains[1])


def _consent(vault: OpenVault, reading: Reading, domain: str) -> str:
    planned = draft(
        vault.vault_id,
        domain=domain,
        name=reading.merchant(domain).merchant.name,
        fields=(Field.ORDER_MONTH, Field.ORDER_STATUS, Field.ORDER_BRACKET, Field.SECTOR),
        scope=Scope.ALL,
        since=today() - SPAN,
        until=today() + timedelta(days=90),
        purpose=Purpose.OFFERS,
    )
    grant, _ = add_grant(vault, planned)
    fill_past(vault, grant, reading)
    return grant.grant_id


def _kept(vault: OpenVault, source_id: str, written: Sequence[Letter]) -> Iterator[list[Kept]]:
    tags = Tags(vault.instance, vault.vault_id)
    keeper, context = Keeper(tags, source_id), Context(authserv_ids=(PROVIDER,))
    for number, letter in enumerate(written):
        raw = compose(letter, READER)
        origin = Origin(source_id, "INBOX", f"1/{number}")
        mail = Mail(origin, letter.at, len(raw), tags.fact("bench", str(number)))
        yield keeper.keep(mail, recognise(raw, context, letter.at))


def _house(shop: Shop, house: str) -> Shop:
    return replace(shop, name=f"{shop.name} {house}", domain=f"{house.lower()}-{shop.domain}") if house else shop


def _story(at: datetime, chance: Random) -> list[Letter]:
    """One story that begins then, as the letters it makes."""
    return _TELL[chance.choices(list(MIX), MIX.values())[0]](at, chance)


def _from(role: str, chance: Random) -> Shop:
    every, weights = senders(role)
    return chance.choices(every, weights)[0]


def _news(at: datetime, chance: Random) -> list[Letter]:
    shop = _from("shop", chance)
    if chance.random() < 0.4:
        return [events.announced(shop, "news", at, chance)]
    percent = chance.choice((10, 15, 20, 30))
    code = f"{chance.choice(('MOI', 'FETE', 'PRIX', 'JOIE'))}{percent}{at:%m}"
    return [events.promoted(shop, at, code, percent, (at + timedelta(days=10)).date())]


def _trade(at: datetime, chance: Random) -> list[Letter]:
    """A purchase: ordered, then cancelled, or sent and brought, and often an invoice, a survey, a return."""
    bought = events.buy(_from("shop", chance), at, chance)
    told = [events.confirmed(bought)]
    if chance.random() < 0.06:
        return [*told, events.undone(bought, "cancelled", at + timedelta(hours=9))]
    sent = at + timedelta(days=1, hours=chance.randrange(9))
    come = sent + timedelta(days=chance.randint(1, 4))
    told.append(events.shipped(bought, sent))
    told.append(events.waiting(bought, come, chance) if chance.random() < 0.2 else events.delivered(bought, come))
    if chance.random() < 0.6:
        told.append(events.invoiced(bought, sent + timedelta(hours=3)))
    if chance.random() < 0.3:
        told.append(events.asked(bought, come + timedelta(days=5)))
    if chance.random() < 0.08:
        told.append(events.undone(bought, "returned", come + timedelta(days=8)))
    return told


def _account(at: datetime, chance: Random) -> list[Letter]:
    return [events.announced(_from("shop", chance), chance.choice(("password", "security", "terms")), at, chance)]


def _bill(at: datetime, chance: Random) -> list[Letter]:
    shop = _from("bill", chance)
    return [events.billed(shop, at, shop.goods[0][1] + Decimal(chance.randrange(900)) / 100, chance)]


def _points(at: datetime, chance: Random) -> list[Letter]:
    shop = _from("shop", chance)
    told = replace(shop, programme=shop.programme or f"Carte {shop.name}")
    return [events.rewarded(told, at, shop.number.replace("#", "4").replace("@", "A"), chance.randrange(900))]


def _journey(at: datetime, chance: Random) -> list[Letter]:
    shop = _from(chance.choice(("rail", "cinema")), chance)
    return [events.booked(shop, at, at + timedelta(days=chance.randint(1, 40)), chance)]


def _forged(at: datetime, chance: Random) -> list[Letter]:
    return [events.forged(_from("shop", chance), at, f"{chance.randrange(10**8)}")]


_TELL = {
    "news": _news,
    "trade": _trade,
    "account": _account,
    "bill": _bill,
    "points": _points,
    "journey": _journey,
    "forged": _forged,
}
