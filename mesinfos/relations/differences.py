"""Where the merchant's own statement and the mail differ: both are kept, both are shown, and the person decides.

No rule can say which things were bought, so how many there are is told beside, and never asked.

Which one is shown meanwhile, in this order: what the person said, what a rule of the person put right, the merchant's
last statement, the mails. A field of which the person spoke is settled; how far a thing has got is no difference, for
it goes on between two tellings.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from mesinfos.model.purchase import Invoice, Order
from mesinfos.model.values import Money, Value
from mesinfos.relations.folding import F, Piece, by_merchant, by_person, by_rule

Told = Money | date | int
"""A value as it was told; a number counts things."""


class Difference(Value, frozen=True):
    """One field of which the merchant says `given` and its mail, whose record is `mail`, says `mailed`."""

    field: str
    given: Told
    given_at: datetime
    mailed: Told
    mail: str
    mailed_at: datetime


def _things(order: Order) -> int | None:
    return sum(item.quantity for item in order.items) or None


ORDER: Mapping[str, Callable[[Order], Told | None]] = {
    "total": lambda order: order.total,
    "date": lambda order: order.date,
    "items": _things,
}
INVOICE: Mapping[str, Callable[[Invoice], Told | None]] = {
    "total": lambda bill: bill.total,
    "date": lambda bill: bill.date,
    "due": lambda bill: bill.due,
}


ASKED = frozenset({"total", "date"})
"""What the person can say; the rest is only told."""


def differences(group: Sequence[Piece[F]], fields: Mapping[str, Callable[[F], Any]]) -> tuple[Difference, ...]:
    """The fields of a thing that its merchant and its mails tell differently; `group` is in the order of hearing."""
    stated = next((piece for piece in group if by_merchant(piece)), None)
    if stated is None or len(group) == 1:
        return ()
    found = (_difference(name, get, stated, group) for name, get in fields.items())
    return tuple(one for one in found if one)


def _difference(name: str, get: Callable[[F], Any], stated: Piece[F], group: Sequence[Piece[F]]) -> Difference | None:
    """None where they agree, where one is silent, and where the person spoke; of the mails the first that tells."""
    telling = [piece for piece in group if get(piece.fact) is not None]
    settled = any(by_person(piece) or (name in ASKED and by_rule(piece)) for piece in telling)
    if stated not in telling or settled:
        return None
    mail = next((piece for piece in telling if not by_merchant(piece)), None)
    if mail is None or get(mail.fact) == get(stated.fact):
        return None
    given, mailed = get(stated.fact), get(mail.fact)
    return Difference(name, given, stated.seen.observed_at, mailed, mail.seen.message, mail.seen.observed_at)
