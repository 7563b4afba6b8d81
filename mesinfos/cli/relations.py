"""`mesinfos merchants|orders|products|parcels|offers|messages`: what an open vault shows."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import msgspec
import typer

from mesinfos.cli import show
from mesinfos.cli.frame import language, tell
from mesinfos.cli.house import JsonOption, PersonOption, unlocked
from mesinfos.consent.outbox import refresh
from mesinfos.errors import N_
from mesinfos.model.merchant import Merchant
from mesinfos.model.values import Money
from mesinfos.relations.products import products
from mesinfos.relations.reading import Reading, Seen, read
from mesinfos.wording import day, money
from web.words import CATEGORY, KIND, ORDER, PARCEL

app = typer.Typer()

LimitOption = Annotated[int, typer.Option("--limit", min=0, help=N_("At most so many; 0 means all."))]
MerchantOption = Annotated[str, typer.Option("--merchant", metavar="DOMAIN", help=N_("Of this merchant only."))]

Row = Sequence[object]


@app.command("merchants", help=N_("The merchants a person deals with, the last heard of first."))
def _merchants(person: PersonOption = "", json: JsonOption = False, limit: LimitOption = 0) -> None:
    headings = (N_("Merchant"), N_("Domain"), N_("Kind"), N_("Messages"), N_("Orders"), N_("Spent"), N_("Last seen"))
    with _reading(person) as reading:
        _answer(headings, _cut(reading.merchants(), limit), _merchant_row, json=json)


@app.command("orders", help=N_("The orders, the newest first."))
def _orders(
    person: PersonOption = "", json: JsonOption = False, merchant: MerchantOption = "", limit: LimitOption = 0
) -> None:
    headings = (N_("Date"), N_("Merchant"), N_("Number"), N_("Status"), N_("Total"), N_("Items"), N_("Proved"))
    with _reading(person) as reading:
        _answer(headings, _cut(_of(reading.orders(), merchant), limit), _order_row, json=json)


@app.command("products", help=N_("The products that were bought, each once, the one bought last first."))
def _products(
    person: PersonOption = "", json: JsonOption = False, merchant: MerchantOption = "", limit: LimitOption = 0
) -> None:
    headings = (N_("Last bought"), N_("Product"), N_("Category"), N_("Times"), N_("Last price"), N_("Merchants"))
    with _reading(person) as reading:
        found = [
            one for one in products(reading) if not merchant or any(_domain(by) == merchant for by in one.merchants)
        ]
        _answer(headings, _cut(found, limit), _product_row, json=json)


@app.command("parcels", help=N_("The parcels, the one last heard of first."))
def _parcels(
    person: PersonOption = "", json: JsonOption = False, merchant: MerchantOption = "", limit: LimitOption = 0
) -> None:
    headings = (
        N_("Last seen"),
        N_("Merchant"),
        N_("Carrier"),
        N_("Number"),
        N_("Status"),
        N_("Expected"),
        N_("Proved"),
    )
    with _reading(person) as reading:
        _answer(headings, _cut(_of(reading.parcels(), merchant), limit), _parcel_row, json=json)


@app.command("offers", help=N_("The offers, the one last heard of first."))
def _offers(
    person: PersonOption = "", json: JsonOption = False, merchant: MerchantOption = "", limit: LimitOption = 0
) -> None:
    headings = (N_("Last seen"), N_("Merchant"), N_("Offer"), N_("Code"), N_("Until"), N_("Proved"))
    with _reading(person) as reading:
        _answer(headings, _cut(_of(reading.offers(), merchant), limit), _offer_row, json=json)


@app.command("messages", help=N_("The messages of merchants, the newest first."))
def _messages(
    person: PersonOption = "", json: JsonOption = False, merchant: MerchantOption = "", limit: LimitOption = 0
) -> None:
    headings = (N_("Date"), N_("Merchant"), N_("Category"), N_("Subject"), N_("Proved"))
    with _reading(person) as reading:
        found = [seen for seen in reading.newest() if not merchant or _domain(seen.observation.merchant) == merchant]
        _answer(headings, _cut(found, limit), _message_row, json=json)


@contextmanager
def _reading(person: str) -> Iterator[Reading]:
    """All an open vault shows; a vault that opens also brings up to date what its grants disclose (DESIGN 3)."""
    with unlocked(person) as vault:
        reading = read(vault)
        refresh(vault, reading)
        if vault.damaged:
            show.warn(
                tell(N_("{count} damaged records were left out; see `mesinfos doctor`."), count=len(vault.damaged))
            )
        yield reading


def _answer(headings: Sequence[str], found: Sequence[Any], row: Callable[[Any], Row], *, json: bool) -> None:
    if json:
        for view in found:
            show.json_line(_plain(view))
    elif found:
        show.table(headings, [row(view) for view in found])
    else:
        show.line(tell(N_("There is nothing yet.")))


def _plain(view: Any) -> Any:
    """A view as JSON shows it; a message also says under which record it is kept."""
    if isinstance(view, Seen):
        seen = view.observation
        about = {"record_id": view.record_id, "merchant": seen.merchant, "verified": seen.verified}
        return about | msgspec.to_builtins(seen.fact)
    return view


def _cut(found: Sequence[Any], limit: int) -> Sequence[Any]:
    return found[:limit] if limit else found


def _of(found: Sequence[Any], merchant: str) -> Sequence[Any]:
    return [view for view in found if not merchant or _domain(view.merchant) == merchant]


def _domain(merchant: Merchant | None) -> str:
    return merchant.domain if merchant else ""


def _name(merchant: Merchant | None) -> str:
    return merchant.name if merchant else "–"


def _merchant_row(view: Any) -> Row:
    spent = " + ".join(_money(amount) for amount in view.spent)
    merchant = view.merchant
    last = day(view.last_seen, language(), "short")
    return merchant.name, merchant.domain, tell(KIND[merchant.kind]), view.messages, view.orders, spent, last


def _order_row(view: Any) -> Row:
    order = view.order
    items = ", ".join(item.name for item in order.items)
    date, total = day(view.day, language(), "short"), _money(order.total)
    return date, _name(view.merchant), order.order_number, tell(ORDER[order.status].text), total, items, _proved(view)


def _product_row(view: Any) -> Row:
    last, category = day(view.last, language(), "short"), tell(view.category)
    return last, view.name, category, view.times, _money(view.last_price), ", ".join(map(_name, view.merchants))


def _parcel_row(view: Any) -> Row:
    parcel = view.parcel
    last, expected = day(view.last_seen, language(), "short"), _day(parcel.expected_until or parcel.expected_from)
    number = parcel.tracking_number
    return last, _name(view.merchant), parcel.carrier, number, tell(PARCEL[parcel.status].text), expected, _proved(view)


def _offer_row(view: Any) -> Row:
    offer = view.offer
    last = day(view.last_seen, language(), "short")
    return last, _name(view.merchant), offer.description, offer.code, _day(offer.valid_through), _proved(view)


def _message_row(seen: Seen) -> Row:
    message = seen.message
    sent = day(message.sent_at, language(), "short")
    category = tell(CATEGORY[message.category].text)
    return sent, _name(seen.observation.merchant), category, message.subject, _proved(seen.observation)


def _proved(view: Any) -> str:
    return tell(N_("yes")) if view.verified else tell(N_("no"))


def _money(amount: Money | None) -> str:
    return money(amount, language()) if amount else ""


def _day(value: Any) -> str:
    return day(value, language(), "short") if value else ""
