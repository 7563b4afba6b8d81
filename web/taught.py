"""The words of doubts and rules: what is to be confirmed, what a correction says, what it changes."""

from collections.abc import Iterator
from typing import Any

from mesinfos.errors import N_
from mesinfos.model.purchase import Invoice, Order, Parcel
from mesinfos.model.rule import Kind, Reach, Rule
from mesinfos.relations.differences import ASKED
from mesinfos.relations.doubts import DIFFERS, NOTHING, is_suspicious, unnamed, unsorted, why

__all__ = [
    "ABSENT",
    "ASKED",
    "CHANGE",
    "DIFFERING",
    "DIFFERS",
    "KIND",
    "NOTHING",
    "NUMBER",
    "REACH",
    "READER",
    "doubt",
    "is_suspicious",
    "says",
    "unnamed",
    "unplaced",
    "unsorted",
]

KIND = {
    Kind.ORDER: N_("Order"),
    Kind.PARCEL: N_("Parcel"),
    Kind.INVOICE: N_("Bill"),
    Kind.NOTHING: N_("Nothing read"),
    "merchant": N_("Merchant"),
}
ABSENT = {
    Kind.ORDER: N_("Not an order"),
    Kind.PARCEL: N_("Not a parcel"),
    Kind.INVOICE: N_("Not a bill"),
    Kind.NOTHING: N_("There is nothing to read"),
}
NUMBER = {
    Kind.ORDER: N_("Order number"),
    Kind.PARCEL: N_("Tracking number"),
    Kind.INVOICE: N_("Bill number"),
    Kind.NOTHING: N_("Order number"),
}
REACH = {
    Reach.MAIL: N_("This mail only"),
    Reach.ALIKE: N_("This mail and those on the same template"),
    Reach.SENDER: N_("Every mail of this sender"),
}
CHANGE = {
    "merchant": N_("Merchant"),
    "category": N_("Kind of mail"),
    "number": N_("Number"),
    "total": N_("Total"),
    "date": N_("Date"),
    "order": N_("Order"),
    "booking": N_("Booking"),
    "parcel": N_("Parcel"),
    "invoice": N_("Bill"),
    "confirmed": N_("Confirmed"),
    "nothing": N_("No longer to confirm"),
}
DIFFERING = {
    "total": N_("Total"),
    "date": N_("Date"),
    "due": N_("Due"),
    "items": N_("Articles"),
}
READER = {
    "markup": N_("data that the merchant put into the mail"),
    "layout": N_("the layout of the mail"),
    "text": N_("the text of the mail"),
    "parcel": N_("the carrier’s words"),
    "pdf": N_("the attached document"),
    "ics": N_("the attached calendar"),
    "person": N_("you"),
    "rule": N_("a rule of yours"),
    "deposit": N_("the merchant itself"),
}


def doubt(fact: Order | Parcel | Invoice | None) -> str:
    """Why a fact is to be confirmed; "" when it is not."""
    return why(fact) if fact is not None else ""


def unplaced(rule: Rule) -> bool:
    """Whether a value was said for like mails too, but stands nowhere that could be found again in them."""
    values = ((rule.total, rule.total_at), (rule.number, rule.number_at), (rule.date, rule.date_at))
    return rule.reach is not Reach.MAIL and any(value and place is None for value, place in values)


def says(rule: Rule) -> Iterator[tuple[str, Any, str]]:
    """What a rule says, line by line: the name of a value, the value, and the words that it stands after."""
    if rule.absent:
        yield ABSENT[rule.kind], "", ""
    if rule.right:
        yield N_("Read well"), rule.about, ""
    if rule.merchant:
        yield CHANGE["merchant"], rule.merchant.name, ""
    if rule.category:
        yield CHANGE["category"], rule.category, ""
    placed = ((NUMBER.get(rule.kind, CHANGE["number"]), rule.number, rule.number_at),
              (CHANGE["total"], rule.total, rule.total_at), (CHANGE["date"], rule.date, rule.date_at))  # fmt: skip
    for name, value, place in placed:
        if value:
            yield name, value, place.label if place else ""
