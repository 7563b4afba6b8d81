"""Vaults of a wanted size, filled with observations as a sync would store them, and a real server over them."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from bench.corpus import merchants
from bench.measure import free_port, wait_for
from bench.sync import environ_for, settings_for
from mesinfos.demo.shops import number_like, tracking_number
from mesinfos.model.codec import encode
from mesinfos.model.facts import Fact, Observation
from mesinfos.model.merchant import Merchant, Sender
from mesinfos.model.message import Message
from mesinfos.model.purchase import Invoice, Item, Offer, Order, Parcel
from mesinfos.model.values import Category, Kind, Money, OrderStatus, ParcelStatus
from mesinfos.vault.instance import Instance, open_instance
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.records import NewRecord, store_records
from mesinfos.vault.tags import Tags
from mesinfos.vault.vaults import create_vault

PASSPHRASE = "a passphrase for the bench"
BATCH = 500
START = datetime.now(UTC) - timedelta(days=1460)


@contextmanager
def filled(folder: Path, records: int) -> Iterator[tuple[Instance, OpenVault]]:
    """An instance in `folder` with one vault of so many records, open."""
    instance = open_instance(settings_for(folder))
    try:
        vault, _ = create_vault(instance, "Alice", PASSPHRASE, "fr")
        fill(instance, vault, records)
        yield instance, vault
    finally:
        instance.close()


def fill(instance: Instance, vault: OpenVault, records: int) -> None:
    """Store so many observations of four years and forty merchants, 500 a transaction."""
    chance, tags = Random(11), Tags(instance, vault.vault_id)
    made = observations(records, chance)
    for first in range(0, records, BATCH):
        batch = [_record(next(made), first + place, tags) for place in range(min(BATCH, records - first))]
        with instance.database.write(vault.vault_id) as conn:
            store_records(instance, conn, vault.vault_id, batch)


def observations(count: int, chance: Random) -> Iterator[Observation]:
    """Mails and what they told: of each ten, five messages, two orders, and a parcel, an invoice and an offer."""
    shops = merchants()["shop"]
    known = [(shop, Merchant(shop.name, shop.domain, Kind.SHOP)) for shop in shops]
    for number in range(count):
        shop, merchant = chance.choice(known)
        at = START + timedelta(days=1460 * number / count)
        order = number_like("########", Random(number // 10))
        yield Observation(_fact(number % 10, shop, order, at, chance), at, merchant, True, f"mail-{number // 2}")


def _fact(turn: int, shop: object, order: str, at: datetime, chance: Random) -> Fact:
    domain, name, goods, carrier = (getattr(shop, what) for what in ("domain", "name", "goods", "carrier"))
    if turn < 5:
        sender = Sender(f"service@{domain}", name, domain, True, "authentication-results")
        subject = f"Votre commande {order} chez {name} : {chance.choice(goods)[0]}"
        said = ("order number in the subject", "amount and total", "known sender")
        snippet = f"Bonjour Alice, nous avons bien reçu votre commande {order} et nous la préparons."
        ref = f"<{chance.getrandbits(96):x}@{domain}>"
        return Message(subject, sender, at, chance.choice(list(Category)), 0.93, said, snippet, ref, language="fr")
    if turn < 7:
        items = tuple(Item(what, 1, price) for what, price in chance.sample(goods, k=min(2, len(goods))))
        total = Money(sum((item.price or Decimal() for item in items), Decimal("4.90")), "EUR")
        status = OrderStatus.PROCESSING if turn == 5 else OrderStatus.IN_TRANSIT
        return Order(order, at.date(), status, items=items, total=total, shipping=Decimal("4.90"))
    if turn == 7:
        return Parcel(carrier, tracking_number(carrier, chance), ParcelStatus.DELIVERED, order)
    if turn == 8:
        return Invoice(number_like("FA#######", chance), at.date(), Money(Decimal("59.90"), "EUR"), order_number=order)
    return Offer("Réduction sur la collection", number_like("@@@@##", chance), Decimal(20), valid_through=at.date())


def _record(seen: Observation, number: int, tags: Tags) -> NewRecord:
    kind = str(seen.fact.__struct_config__.tag)
    stream = tags.stream(seen.merchant.domain if seen.merchant else "")
    return NewRecord(kind, encode(seen), tags.fact("bench", str(number)), stream, seen.observed_at.date())


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """`mesinfos serve` on this folder; gives its address once it answers."""
    with running(folder) as (address, _):
        yield address


@contextmanager
def running(folder: Path) -> Iterator[tuple[str, int]]:
    """The same, and the process that serves."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environ = environ_for(folder) | {"MESINFOS_BASE_URL": address, "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-m", "mesinfos", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(f"{address}/health/live", process)
            yield address, process.pid
        finally:
            process.terminate()
            process.wait(30)
