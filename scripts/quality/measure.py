"""One mail against its label: which of the measures it counts for, and whether they are right."""

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

from mesinfos.directory import registrable
from mesinfos.ingest.files import read_messages
from mesinfos.ingest.pipeline import recognise
from mesinfos.model.facts import Facts

MEASURES = ("merchant", "category", "order number", "total", "items", "tracking", "no false order", "phishing")


class Outcome(NamedTuple):
    """What one mail gave: measure → right or wrong (absent when the label says nothing of it), and its CPU seconds."""

    label: dict[str, Any]
    facts: Facts
    right: dict[str, bool]
    seconds: float

    @property
    def category(self) -> str:
        """The category found; a personal mail is of none of them, "other"."""
        return self.facts.message.category.value if self.facts.message else "other" if self.facts.personal else ""


def outcomes(folder: Path) -> Iterator[Outcome]:
    """Every labelled mail of a folder, recognised."""
    for label in labels(folder):
        _, raw = next(read_messages(folder / label["file"]))
        recognise(raw)  # once unmeasured: the first reading of a page shape fills caches
        start = process_time()
        facts = recognise(raw)
        yield Outcome(label, facts, judge(label, facts), process_time() - start)


def labels(folder: Path) -> Iterator[dict[str, Any]]:
    """The labels of a folder: the lines of its `labels.jsonl`, or each golden sample's expected facts."""
    listed = folder / "labels.jsonl"
    if listed.exists():
        yield from map(json.loads, listed.read_text("utf-8").splitlines())
        return
    for path in sorted(folder.glob("*.json")):
        yield _golden(path.with_suffix(".eml").name, json.loads(path.read_text("utf-8")))


def _golden(file: str, facts: dict[str, Any]) -> dict[str, Any]:
    orders, parcels = facts.get("orders", []), facts.get("parcels", [])
    totals = [
        thing["total"]["amount"]
        for kind in ("orders", "invoices", "bookings")
        for thing in facts.get(kind, ())
        if thing.get("total")
    ]
    return {
        "file": file,
        "lang": facts.get("language", "?"),
        "origin": "own",
        "category": facts["category"],
        "order_number": orders[0].get("order_number") if orders else None,
        "total": totals[0] if totals else None,
        "items": orders[0].get("items") if orders else None,
        "tracking": [parcel["tracking_number"] for parcel in parcels],
    } | ({"merchant": facts["merchant"]["name"], "domain": facts["merchant"]["domain"]} if "merchant" in facts else {})


def judge(label: dict[str, Any], facts: Facts) -> dict[str, bool]:
    """The verdict on every measure that this label allows."""
    found = {"category": _category(label, facts)}
    if "merchant" in label:
        found["merchant"] = _merchant(label, facts)
    if label.get("order_number"):
        numbers = {_plain(order.order_number) for order in facts.orders}
        numbers |= {_plain(invoice.number) for invoice in facts.invoices}
        numbers |= {_plain(booking.reference) for booking in facts.bookings}
        numbers |= {_plain(parcel.order_number) for parcel in facts.parcels}
        found["order number"] = _plain(label["order_number"]) in numbers
    if label.get("total") is not None:
        found["total"] = _decimal(label["total"]) in _totals(facts)
    if label.get("items"):
        found["items"] = _items(label["items"], facts)
    if label.get("tracking"):
        found["tracking"] = _tracking(label["tracking"]) <= {_bare(one.tracking_number) for one in facts.parcels}
    if not label.get("order_number") and label.get("total") is None:
        found["no false order"] = not facts.orders
    if label.get("phishing"):
        found["phishing"] = facts.merchant is None
    return found


def _merchant(label: dict[str, Any], facts: Facts) -> bool:
    if not label.get("merchant"):
        return facts.merchant is None
    names = {name.casefold() for name in (label["merchant"], *label.get("merchant_alt", ()))}
    domains = {registrable(domain) for domain in (label["domain"], *label.get("domain_alt", ())) if domain}
    merchant = facts.merchant
    return merchant is not None and (merchant.name.casefold() in names or registrable(merchant.domain) in domains)


def _tracking(value: object) -> set[str]:
    """A label holds one number, several, or numbers with their carriers."""
    many = value if isinstance(value, list) else [value]
    numbers = (one.get("number") or one.get("tracking_number") if isinstance(one, dict) else one for one in many)
    return {_bare(number) for number in numbers}


def _category(label: dict[str, Any], facts: Facts) -> bool:
    found = facts.message.category.value if facts.message else "other" if facts.personal else ""
    return found in {label["category"], *label.get("category_alt", ())}


def _totals(facts: Facts) -> set[Decimal]:
    things = (*facts.orders, *facts.invoices, *facts.bookings)
    paid = {thing.total.amount for thing in things if thing.total is not None}
    return paid | {one.amount.amount for one in facts.returns if one.amount is not None}


def _items(wanted: list[dict[str, Any]], facts: Facts) -> bool:
    """Every item is found, by the words of its name; a name cut short in the mail counts by what is left of it."""
    names = [_plain(item.name)[:25] for order in facts.orders for item in order.items]
    return all(any(name and (name[:18] in _plain(item["name"]) or _plain(item["name"])[:18] in name) for name in names)
               for item in wanted)  # fmt: skip


def _plain(text: object) -> str:
    return "".join(char for char in str(text) if char not in " #\u00a0\t").casefold()


def _bare(number: object) -> str:
    """A parcel number as its carrier stores it: printed in groups, it is the same one."""
    return "".join(char for char in _plain(number) if char not in "-.")


def _decimal(value: object) -> Decimal | None:
    try:
        return Decimal(str(value)).normalize()
    except InvalidOperation:
        return None
