"""Facts as `mesinfos recognise --json` prints them: one object a message, amounts as decimal strings."""

from decimal import Decimal
from typing import Any

from msgspec import to_builtins

from mesinfos.model.facts import Facts, Purchase
from mesinfos.model.values import Money

_SKIPPED = frozenset(("provenance",))


def json_line(file: str, facts: Facts) -> dict[str, Any]:
    """The stable line of DESIGN 7.1 for one message; keys are added over time, never renamed."""
    merchant, message = facts.merchant, facts.message
    return {
        "file": file,
        "merchant": None if merchant is None else _plain(merchant, ("name", "domain", "kind", "confidence")),
        "sender": _plain(facts.sender, ("address", "name", "verified", "domain", "proof")),
        "category": message.category.value if message else "other" if facts.personal else None,
        "category_confidence": message.category_confidence if message else None,
        "reasons": list(message.reasons) if message else [],
        "imitates": (message.imitates or None) if message else None,
        "language": (message.language or None) if message else None,
        "personal": facts.personal,
        "orders": [_fact(order) for order in facts.orders],
        "parcels": [_fact(parcel) for parcel in facts.parcels],
        "offers": [_fact(offer) for offer in facts.offers],
        "invoices": [_fact(invoice) for invoice in facts.invoices],
        "bookings": [_fact(booking) for booking in facts.bookings],
        "benefits": [_fact(benefit) for benefit in facts.benefits],
        "returns": [_fact(one) for one in facts.returns],
        "error": facts.error or None,
    }


def _plain(value: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: to_builtins(getattr(value, name)) for name in names}


def _fact(fact: Purchase) -> dict[str, Any]:
    """Every field by its own name, what is empty as null; an order's or invoice's currency stands beside its total."""
    line: dict[str, Any] = {}
    for name in fact.__struct_fields__:
        if name in _SKIPPED:
            continue
        value = getattr(fact, name)
        if isinstance(value, Money) or name in {"total", "amount"}:
            line[name] = str(value.amount) if value else None
            line["currency"] = value.currency if value else None
        elif name == "items":
            line[name] = [_item(item) for item in value]
        else:
            line[name] = _scalar(value)
    return line


def _item(item: Any) -> dict[str, Any]:
    return {name: _scalar(getattr(item, name)) for name in item.__struct_fields__}


def _scalar(value: Any) -> Any:
    if value is None or value == "":
        return None
    return f"{value:f}" if isinstance(value, Decimal) else to_builtins(value)
