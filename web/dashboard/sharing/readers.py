"""Who read what: the readers of a fact and its fields in words, for the line that tells where a thing comes from."""

from typing import NamedTuple

from mesinfos.errors import N_
from mesinfos.model.provenance import Provenance
from web.taught import READER

READERS = READER | {"html": N_("the page of the mail"), "subject": N_("the subject")}
FIELDS = {
    "order_number": N_("number"),
    "date": N_("date"),
    "status": N_("status"),
    "seller": N_("seller"),
    "items": N_("items"),
    "total": N_("total"),
    "shipping": N_("delivery costs"),
    "discount": N_("discount"),
    "tax": N_("tax"),
    "payment_method": N_("means of payment"),
}


class Credit(NamedTuple):
    """A reader and the fields that came from it, as texts to translate."""

    reader: str
    fields: list[str]


def credits_of(provenance: Provenance | None) -> list[Credit]:
    """The fields of an order that another reader gave than the one who read the whole."""
    entries = provenance.fields.split() if provenance else []
    pairs = (entry.partition(":") for entry in entries)
    return [
        Credit(READERS.get(reader, reader), [FIELDS.get(name, name) for name in names.split(",")])
        for reader, _, names in pairs
    ]
