"""`mesinfos recognise`: what is in these files; stores nothing. The JSON is an interface (docs: recognise)."""

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from mesinfos.cli import show
from mesinfos.cli.frame import tell
from mesinfos.cli.house import JsonOption, started
from mesinfos.discover import load, parse_settings
from mesinfos.errors import N_, InvalidInput
from mesinfos.ingest.pipeline import Context, recognise
from mesinfos.model.facts import Facts
from mesinfos.model.purchase import Benefit, Booking, Invoice, Offer, Order, Parcel
from mesinfos.model.values import Money

app = typer.Typer()

LARGEST = 200 << 20  # bytes of one file
_HEADERS = re.compile(rb"\A(?:From [^\n]*\n)?(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){2}")

Files = Annotated[list[Path], typer.Argument(metavar="FILE…", help=N_("Mails: .eml, .html, .txt or .mbox."))]


@app.command("recognise", help=N_("Says what is in mails, one line each; stores nothing."))
def _recognise(files: Files, json: JsonOption = False) -> None:
    started()
    for path in files:
        for raw, received in mails_in(path):
            told = described(path.name, recognise(raw, Context(), received))
            if json:
                show.json_line(told)
            else:
                show.line(_sentence(told))


def mails_in(path: Path) -> Iterator[tuple[bytes, datetime | None]]:
    """The mails of a file; a page or a text without headers becomes the body of a mail that nobody sent."""
    if path.suffix.lower() in {".mbox", ".mbx"}:
        module = load("mbox")
        archive = module.connect(parse_settings(module, {"path": str(path)}))
        for batch in archive.fetch(None, lambda heads: [True] * len(heads)):
            yield from ((item.data, item.received_at) for item in batch.items)
        return
    raw = _content(path)
    if not _HEADERS.match(raw):
        kind = "html" if path.suffix.lower() in {".html", ".htm"} else "plain"
        raw = f"Content-Type: text/{kind}; charset=utf-8\nMIME-Version: 1.0\n\n".encode() + raw
    yield raw, None


def _content(path: Path) -> bytes:
    if path.is_file() and path.stat().st_size > LARGEST:
        raise InvalidInput(N_("{name} is too large for one mail."), name=path.name)
    return path.read_bytes()


def described(file: str, facts: Facts) -> dict[str, Any]:
    """One message in the shape that tools rely on: names are added to it, never changed."""
    merchant, message, sender = facts.merchant, facts.message, facts.sender
    return {
        "file": file,
        "merchant": {
            "name": merchant.name,
            "domain": merchant.domain,
            "kind": merchant.kind,
            "confidence": round(merchant.confidence, 3),
        }
        if merchant
        else None,
        "sender": {"address": sender.address, "verified": sender.verified, "domain": sender.domain},
        "category": message.category if message else None,
        "category_confidence": round(message.category_confidence, 3) if message else None,
        "reasons": message.reasons if message else (),
        "orders": [_order(one) for one in facts.orders],
        "parcels": [_parcel(one) for one in facts.parcels],
        "offers": [_offer(one) for one in facts.offers],
        "invoices": [_invoice(one) for one in facts.invoices],
        "bookings": [_booking(one) for one in facts.bookings],
        "benefits": [_benefit(one) for one in facts.benefits],
        "personal": facts.personal,
        "imitates": (message.imitates or None) if message else None,
        "error": facts.error or None,
    }


def _order(order: Order) -> dict[str, Any]:
    items = [
        {"name": item.name, "quantity": item.quantity, "price": item.price, "image": item.image or None}
        for item in order.items
    ]
    number = {"order_number": order.order_number, "date": order.date, "status": order.status}
    return number | _money("total", order.total) | {"items": items}


def _parcel(parcel: Parcel) -> dict[str, Any]:
    return {
        "carrier": parcel.carrier,
        "tracking_number": parcel.tracking_number,
        "status": parcel.status,
        "order_number": parcel.order_number or None,
        "expected_from": parcel.expected_from,
        "expected_until": parcel.expected_until,
    }


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "code": offer.code or None,
        "description": offer.description,
        "percent": _plain(offer.percent),
        **_money("amount", offer.amount),
        "valid_through": offer.valid_through,
    }


def _invoice(invoice: Invoice) -> dict[str, Any]:
    number = {"number": invoice.number, "date": invoice.date, "due": invoice.due}
    return number | _money("total", invoice.total) | {"order_number": invoice.order_number or None}


def _booking(booking: Booking) -> dict[str, Any]:
    about = {"reference": booking.reference, "what": booking.what, "where": booking.where}
    return about | {"start": booking.start, "end": booking.end} | _money("total", booking.total)


def _benefit(benefit: Benefit) -> dict[str, Any]:
    names = ("programme", "number", "points", "tier", "voucher", "expires")
    return {name: getattr(benefit, name) for name in names}


def _money(name: str, amount: Money | None) -> dict[str, Any]:
    return {name: amount.amount if amount else None, "currency": amount.currency if amount else None}


def _plain(number: Decimal | None) -> str | None:
    return format(number.normalize(), "f") if number is not None else None


def _sentence(told: dict[str, Any]) -> str:
    if told["error"]:
        return tell(N_("{file}: not readable ({error})."), file=told["file"], error=told["error"])
    if told["personal"]:
        return tell(N_("{file}: a personal mail; it would stay where it is."), file=told["file"])
    merchant = told["merchant"]["name"] if told["merchant"] else tell(N_("nobody known"))
    found = [
        *(f"{order['order_number']} {order['total'] or ''} {order['currency'] or ''}" for order in told["orders"]),
        *(f"{parcel['carrier']} {parcel['tracking_number']}" for parcel in told["parcels"]),
        *(f"{offer['code'] or offer['description']}" for offer in told["offers"]),
    ]
    return (
        f"{told['file']}: {merchant}, {told['category']} {'; '.join(' '.join(one.split()) for one in found)}".rstrip()
    )
