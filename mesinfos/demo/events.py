"""What happens between a household and its merchants, each as the letter a merchant writes about it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mesinfos.demo.letters import Attached, Facts, Goods, Letter, write
from mesinfos.demo.pdf import one_page
from mesinfos.demo.shops import Shop, number_like, phrases, tracking_number
from mesinfos.model.values import Money
from mesinfos.wording import day, money

PLACES = ("Tabac du Pont", "Épicerie des Lices", "Presse de la Gare")
FREE_FROM = Decimal(60)


class Purchase(Struct, frozen=True):
    """An order as it was made; rows are name, quantity and price of one."""

    shop: Shop
    number: str
    at: datetime
    rows: tuple[tuple[str, int, Decimal], ...]
    shipping: Decimal
    tracking: str
    invoice: str

    @property
    def total(self) -> Decimal:
        """What is paid."""
        return sum((price * quantity for _, quantity, price in self.rows), self.shipping)


def buy(shop: Shop, at: datetime, chance: Random) -> Purchase:
    """An order of one to three goods of a shop."""
    goods = chance.sample(shop.goods, k=min(len(shop.goods), chance.choice((1, 1, 2, 2, 3))))
    rows = tuple((name, chance.choice((1, 1, 1, 2)), price) for name, price in goods)
    worth = sum((price * quantity for _, quantity, price in rows), Decimal())
    shipping = Decimal(0) if worth >= FREE_FROM else Decimal("4.90")
    number, tracking = number_like(shop.number, chance), tracking_number(shop.carrier, chance)
    return Purchase(shop, number, at, rows, shipping, tracking, f"FA{number_like('#######', chance)}")


def confirmed(purchase: Purchase) -> Letter:
    """Thank you for your order."""
    shop = purchase.shop
    letter = _about(purchase, "order", purchase.at, _order_facts(purchase), _goods(purchase, sums=True))
    return (
        replace(letter, markup=_order_markup(purchase))
        if shop.name in {"Pagebound Books", "Nordlicht Technik"}
        else letter
    )


def silent(shop: Shop, at: datetime) -> Letter:
    """An order is confirmed, and nothing is said of it: what to confirm by hand looks like this."""
    return write(shop, "silent", at, "account")


def shipped(purchase: Purchase, at: datetime) -> Letter:
    """Your parcel is on its way, without prices, as most shops write it."""
    return _about(purchase, "shipped", at, _parcel_facts(purchase, at), carrier=purchase.shop.carrier)


def delivered(purchase: Purchase, at: datetime) -> Letter:
    """Your parcel was delivered."""
    words = _words(purchase.shop)
    pairs = ((words["order_number"], purchase.number), (words["carrier"], purchase.shop.carrier))
    return _about(purchase, "delivered", at, Facts((*pairs, (words["tracking"], purchase.tracking))))


def waiting(purchase: Purchase, at: datetime, chance: Random) -> Letter:
    """Your parcel waits at a pickup point."""
    words, place = _words(purchase.shop), chance.choice(PLACES)
    pairs = (
        (words["order_number"], purchase.number),
        (words["carrier"], purchase.shop.carrier),
        (words["tracking"], purchase.tracking),
        (words["pickup_place"], place),
    )
    return _about(purchase, "pickup", at, Facts(pairs), place=place)


def undone(purchase: Purchase, kind: str, at: datetime) -> Letter:
    """Cancelled, or returned and refunded."""
    return _about(purchase, kind, at, total=_price(purchase.shop, purchase.total))


def invoiced(purchase: Purchase, at: datetime) -> Letter:
    """An invoice with its PDF."""
    shop, words = purchase.shop, _words(purchase.shop)
    pairs = (
        (words["invoice_number"], purchase.invoice),
        (words["invoice_date"], day(at.date(), shop.language)),
        (words["order_number"], purchase.number),
        (words["total"], _price(shop, purchase.total)),
    )
    letter = _about(purchase, "invoice", at, Facts(pairs), invoice=purchase.invoice)
    lines = [shop.name, "", *(f"{label}: {value}" for label, value in pairs), ""]
    lines += [f"{quantity} x {name}   {_price(shop, price)}" for name, quantity, price in purchase.rows]
    return replace(letter, attached=Attached(f"{purchase.invoice}.pdf", one_page(lines)))


def billed(shop: Shop, at: datetime, total: Decimal, chance: Random) -> Letter:
    """A subscription's bill, with its PDF."""
    words, number = _words(shop), number_like(shop.number, chance)
    due, price = day((at + timedelta(days=12)).date(), shop.language), _price(shop, total)
    pairs = (
        (words["invoice_number"], number),
        (words["invoice_date"], day(at.date(), shop.language)),
        (words["amount"], price),
        (words["due"], due),
    )
    letter = write(
        shop, "bill", at, number, Facts(pairs), invoice=number, total=price, due=due, date=day(at.date(), shop.language)
    )
    lines = [shop.name, "", *(f"{label}: {value}" for label, value in pairs), "", shop.goods[0][0]]
    return replace(letter, attached=Attached(f"{number}.pdf", one_page(lines)))


def asked(purchase: Purchase, at: datetime) -> Letter:
    """How did you like it?"""
    return _about(purchase, "survey", at)


def promoted(shop: Shop, at: datetime, code: str, percent: int, until: date) -> Letter:
    """A newsletter with a code."""
    words, last = _words(shop), day(until, shop.language)
    facts = Facts(((words["code"], code), (words["until"], last)))
    return write(shop, "promo", at, code.lower(), facts, code=code, percent=str(percent), until=last)


def announced(shop: Shop, kind: str, at: datetime, chance: Random) -> Letter:
    """News without an offer, and letters about the account."""
    until = day((at + timedelta(days=30)).date(), shop.language)
    return write(shop, kind, at, f"{at:%Y%m%d}", digits=number_like("######", chance), until=until)


def rewarded(shop: Shop, at: datetime, card: str, points: int) -> Letter:
    """A loyalty statement."""
    on = day(at.date(), shop.language)
    return write(shop, "loyalty", at, card, programme=shop.programme, points=str(points), date=on, card=card)


def booked(shop: Shop, at: datetime, start: datetime, chance: Random) -> Letter:
    """A journey or a seat in a cinema."""
    what, price = chance.choice(shop.goods)
    reference = number_like(shop.number, chance)
    said = {
        "reference": reference,
        "what": what,
        "start": day(start.date(), shop.language),
        "hour": f"{start:%H:%M}",
        "coach": str(chance.randint(1, 12)),
        "seat": str(chance.randint(11, 98)),
    }
    facts = Facts(((_words(shop)["total"], _price(shop, price)),))
    letter = write(shop, "booking" if shop.role == "rail" else "ticket", at, reference, facts, **said)
    return replace(letter, markup=_journey_markup(shop, reference, what, start)) if shop.role == "rail" else letter


def forged(shop: Shop, at: datetime, number: str) -> Letter:
    """Somebody else's mail in a merchant's name, about a real order."""
    letter = write(shop, "forged", at, "verify", number=number, total=_price(shop, Decimal("489.00")))
    return replace(letter, link="https://secure-verification.bulk-sender.example/login", forged=True)


def _about(purchase: Purchase, kind: str, at: datetime, *blocks: Facts | Goods, **fields: str) -> Letter:
    return write(purchase.shop, kind, at, purchase.number, *blocks, number=purchase.number, **fields)


def _words(shop: Shop) -> dict[str, Any]:
    return phrases(shop.language)[""]


def _price(shop: Shop, amount: Decimal) -> str:
    return money(Money(amount, shop.currency), shop.language)


def _order_facts(purchase: Purchase) -> Facts:
    words, shop = _words(purchase.shop), purchase.shop
    return Facts(
        (
            (words["order_number"], purchase.number),
            (words["order_date"], day(purchase.at.date(), shop.language)),
            (words["payment"], words["card"]),
        )
    )


def _parcel_facts(purchase: Purchase, at: datetime) -> Facts:
    words, shop = _words(purchase.shop), purchase.shop
    return Facts(
        (
            (words["order_number"], purchase.number),
            (words["carrier"], shop.carrier),
            (words["tracking"], purchase.tracking),
            (words["expected"], day((at + timedelta(days=2)).date(), shop.language)),
        )
    )


def _goods(purchase: Purchase, *, sums: bool) -> Goods:
    shop, words = purchase.shop, _words(purchase.shop)
    rows = tuple((name, str(quantity), _price(shop, price * quantity)) for name, quantity, price in purchase.rows)
    worth = purchase.total - purchase.shipping
    sent = _price(shop, purchase.shipping) if purchase.shipping else words["free"]
    labelled = (
        (words["subtotal"], _price(shop, worth)),
        (words["shipping"], sent),
        (words["total"], _price(shop, purchase.total)),
    )
    return Goods((words["item"], words["quantity"], words["price"]), rows, labelled if sums else ())


def _order_markup(purchase: Purchase) -> dict[str, Any]:
    return {
        "@context": "http://schema.org",
        "@type": "Order",
        "merchant": {"@type": "Organization", "name": purchase.shop.name},
        "orderNumber": purchase.number,
        "orderDate": purchase.at.isoformat(timespec="seconds"),
        "orderStatus": "http://schema.org/OrderProcessing",
        "price": str(purchase.total),
        "priceCurrency": purchase.shop.currency,
        "acceptedOffer": [
            {
                "@type": "Offer",
                "itemOffered": {"@type": "Product", "name": name},
                "price": str(price),
                "priceCurrency": purchase.shop.currency,
                "eligibleQuantity": {"@type": "QuantitativeValue", "value": str(quantity)},
            }
            for name, quantity, price in purchase.rows
        ],
    }


def _journey_markup(shop: Shop, reference: str, what: str, start: datetime) -> dict[str, Any]:
    origin, _, end = what.partition(" – ")
    return {
        "@context": "http://schema.org",
        "@type": "TrainReservation",
        "reservationNumber": reference,
        "reservationStatus": "http://schema.org/ReservationConfirmed",
        "underName": {"@type": "Person", "name": "Alice Martin"},
        "reservationFor": {
            "@type": "TrainTrip",
            "provider": {"@type": "Organization", "name": shop.name},
            "departureStation": {"@type": "TrainStation", "name": origin},
            "arrivalStation": {"@type": "TrainStation", "name": end},
            "departureTime": start.isoformat(timespec="seconds"),
            "arrivalTime": (start + timedelta(hours=2)).isoformat(timespec="seconds"),
        },
    }
