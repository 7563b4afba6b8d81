"""Which photo shows which product: the choice in force, found again when products were joined or told apart."""

from collections.abc import Mapping
from itertools import chain

from mesinfos.errors import N_, NotFound
from mesinfos.model.choice import Choice, Topic
from mesinfos.model.codec import decode
from mesinfos.model.photo import Photo
from mesinfos.relations.choices import Chosen
from mesinfos.relations.products import ProductView, product, products_of
from mesinfos.relations.reading import Reading
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.records import Record, read_children, read_record


def photo_of(reading: Reading, product_id: str) -> Chosen | None:
    """The choice that shows this product; its value is the photo's record."""
    return _held(reading).get(product_id)


def photos(reading: Reading) -> Mapping[str, str]:
    """The photo's record of each product that has one."""
    return reading.derived("photos", lambda: {name: one.value for name, one in _held(reading).items()})


def photos_in(reading: Reading, order_id: str) -> dict[str, str]:
    """The photo's record of each line of an order that has one, by the name that the order gives it."""
    shown = photos(reading)
    named = products_of(reading, order_id) if shown else {}
    return {name: shown[product_id] for name, product_id in named.items() if product_id in shown}


def place_of(view: ProductView) -> str:
    """An order and the product's name in it: what finds the product again if its id should change."""
    last = view.purchases[0]
    return f"{last.order_id} {last.name}"


def opened(vault: OpenVault, record_id: str, *, small: bool = False) -> Photo:
    """A photo, or its thumbnail; raises NotFound for what is none."""
    with vault.instance.database.read(vault.vault_id) as conn:
        found: list[Record] = []
        if small:
            found = read_children(vault, conn, record_id, ("photo",))
        fact = decode((found or [read_record(vault, conn, record_id)])[0].payload).fact
    if not isinstance(fact, Photo):
        raise NotFound(N_("There is nothing under this address in this vault."))
    return fact


def _held(reading: Reading) -> dict[str, Chosen]:
    return reading.derived("photos held", lambda: _found(reading))


def _found(reading: Reading) -> dict[str, Chosen]:
    """By product; of two that came to show the same one, that which was said of its present id."""
    moved, exact = {}, {}
    for subject, one in reading.choices().all(Topic.PHOTO).items():
        try:
            exact[product(reading, subject).id] = one
        except NotFound:
            moved[_again(reading, one.choice)] = one
    return {name: one for name, one in chain(moved.items(), exact.items()) if name}


def _again(reading: Reading, choice: Choice) -> str:
    order_id, _, name = choice.also.partition(" ")
    return products_of(reading, order_id).get(name, "")
