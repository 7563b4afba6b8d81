"""The shop's side of a consent: it asks, reads, gives back, and lets go of everything when the person takes it back."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx

from examples.merchant.client import Client, Ended, Granted, Refused
from examples.merchant.proofs import Forged, Proven, check_message, check_receipt, key_for
from examples.merchant.store import Json, Store, Visitor

READ, GIVE = "https://mesinfos.org/rar/read/v1", "https://mesinfos.org/rar/deposit/v1"
ENDS = {"consent.withdrawn": "withdrawn", "consent.expired": "expired"}
WANTED: Json = {
    "purposes": ["https://w3id.org/dpv#CustomerCare", "https://w3id.org/dpv#CustomerClaimsManagement"],
    "access_duration": "P365D",
    "retention": "P90D",
}
"""Ask for little, and say for what: what the person reads is made of it (RFC 9396 §2; the instance's JSON Schemas)."""

FIELDS = ["item.names", "order.date", "order.status", "order.total"]


class Desk:
    """One desk for all visitors; each is named by the secret in the shop's cookie."""

    def __init__(self, client: Client, store: Store) -> None:
        self.client, self.store = client, store

    def ask(self, name: str, address: str) -> str:
        """Ask at the visitor's instance; where the browser goes next. Raises Refused."""
        server = self.client.discover(address)
        common = WANTED | {"locations": [server.resource]}
        read = {"type": READ, "actions": ["read"], "datatypes": ["order"], "fields": FIELDS}
        give = {"type": GIVE, "actions": ["deposit"], "datatypes": ["orders", "warranties"]}
        asked = self.client.ask(server, [read | {"selection": {"merchants": "own"}} | common, give | common])
        with self.store.changing(name) as visitor:
            visitor.asked = asked
        return asked.url

    def answered(self, name: str, answer: Mapping[str, str]) -> None:
        """The browser came back; raises Refused."""
        asked = self.store.find(name).asked
        if asked is None:
            raise Refused("invalid_response", "Nobody asked for this answer.")
        with self.store.changing(name) as visitor:
            visitor.asked = None  # used once
        granted = self.client.redeem(asked, answer)
        keys = self.client.server_keys(granted.server)
        pins = {use: key_for(keys, use) for use in ("receipts", "webhooks")}
        before = self.store.find(name).granted
        with self.store.changing(name) as visitor:
            visitor.granted, visitor.pins, visitor.ended = granted, pins, {}
        self.learn(name)
        if before is not None:  # connected again: nobody needs the consent of before
            with suppress(Ended, Refused):
                self.client.give_back(before)

    def learn(self, name: str) -> None:
        """After a beginning or a change: the terms, the receipts, and all disclosures anew, for some may be gone."""
        granted = self.store.find(name).granted
        if granted is None:
            return
        try:
            terms, told = self.client.terms(granted), self.client.receipts(granted)
        except Ended:
            self.stopped(name)
            return
        with self.store.changing(name) as visitor:
            if visitor.granted is granted:  # else it was taken back while we read
                visitor.terms, visitor.closing = terms, told["closing_token"]
                visitor.shown, visitor.after = {}, 0
                visitor.receipts = [one for one in visitor.receipts if one not in told["receipts"]] + told["receipts"]
        self.look(name)

    def look(self, name: str) -> None:
        """Read what is new; when the grant is over, forget what was read. Each read is a line in their journal."""
        granted, after = self.store.find(name).granted, self.store.find(name).after
        if granted is None:
            return
        try:
            shown, after, complete = self._pages(granted, after)
        except Ended:
            self.stopped(name)
            return
        with self.store.changing(name) as visitor:
            if visitor.granted is granted:
                visitor.shown, visitor.after, visitor.complete = visitor.shown | shown, after, complete

    def _pages(self, granted: Granted, after: int) -> tuple[dict[str, Json], int, bool]:
        """All that is new, where to go on next time, and whether the past is there already or still being disclosed."""
        shown: dict[str, Json] = {}
        while True:
            page = self.client.read(granted, after)
            shown |= {one["id"]: one["data"] for one in page["disclosures"]}
            after = page["next"]
            if not page["more"] or page.get("again_on"):
                return shown, after, bool(page["complete"])

    def order(self, name: str, goods: Json) -> Json:
        """The visitor buys something."""
        with self.store.changing(name) as visitor:
            number = f"EX-{secrets.token_hex(4).upper()}"
            order = {"number": number, "date": today(), "goods": goods, "given": False}
            visitor.orders.append(order)
        return order

    def give(self, name: str, number: str) -> None:
        """Give an order and its warranty back to the person; raises Refused."""
        visitor = self.store.find(name)
        order = next((one for one in visitor.orders if one["number"] == number), None)
        if visitor.granted is None or order is None:
            raise Refused("invalid_request", "There is no such order, or no consent.")
        try:
            self.client.give(visitor.granted, statements(order))
        except Ended:
            self.stopped(name)
            return
        with self.store.changing(name):
            order["given"] = True

    def let_go(self, name: str) -> None:
        """End the consent from our side."""
        granted = self.store.find(name).granted
        if granted is not None:
            with suppress(Ended):
                self.client.give_back(granted)
            self.over(name, "merchant")
            self.follow_up(name)

    def told(self, headers: Mapping[str, str], body: bytes, grant_id: str) -> tuple[str, str]:
        """Whom a webhook's message is about, and what happened, once its signature fits; raises Forged."""
        for name in self.store.of_grant(grant_id):
            with suppress(Forged):
                told = check_message(headers, body, self.store.find(name).pins["webhooks"])
                if told["type"] in ENDS:
                    self.over(name, ENDS[told["type"]])
                return name, str(told["type"])
        raise Forged("of no instance that we know")

    def stopped(self, name: str) -> None:
        """Our token opens nothing: over, when the last receipt says so or the day is past; else it rests, and we wait.

        A person who suspends a consent owes nobody a word about it. What we read stays as long as it may.
        """
        visitor = self.store.find(name)
        if visitor.granted and visitor.closing and today() <= visitor.terms.get("until", ""):
            try:
                self.client.last_receipt(visitor.granted.server, visitor.closing)
            except Refused:
                return
        self.over(name, "withdrawn")

    def over(self, name: str, how: str) -> None:
        """The end, heard from a webhook or met on a read: what was read is deleted at once."""
        with self.store.changing(name) as visitor:
            visitor.forget(how, today())

    def follow_up(self, name: str, event: str = "") -> None:
        """What may wait until a message was answered; after the end, fetch the last receipt while it can be had."""
        if event == "consent.updated":
            self.learn(name)
        if event == "data.available":
            self.look(name)
        visitor = self.store.find(name)
        closing = visitor.ended.get("closing")
        if not closing:
            return
        with suppress(Refused, httpx.HTTPError):  # tried again with the next visit
            receipt = self.client.last_receipt(visitor.ended["server"], closing)
            with self.store.changing(name) as visitor:
                if visitor.ended.get("closing") == closing:  # else another message's follow-up was first
                    visitor.ended["closing"] = ""
                    visitor.receipts.append(receipt)


def proven(visitor: Visitor) -> list[Proven | None]:
    """The visitor's receipts, each checked against the pinned key; None for one that does not verify."""
    found: list[Proven | None] = []
    for file in visitor.receipts:
        try:
            found.append(check_receipt(file, visitor.pins["receipts"]))
        except Forged:
            found.append(None)
    return found


def statements(order: Json) -> list[dict[str, Any]]:
    """An order and its warranty as schema.org writes them; numbers are texts, so that no float rounds them."""
    goods = order["goods"]
    product = {"@type": "Product", "name": goods["fr"], "sku": goods["sku"]}
    price = {"@type": "MonetaryAmount", "currency": "EUR", "value": f"{Decimal(goods['price']):.2f}"}
    bought = {
        "@context": "https://schema.org",
        "@type": "Order",
        "orderNumber": order["number"],
        "orderDate": order["date"],
        "orderStatus": "https://schema.org/OrderProcessing",
        "acceptedOffer": {"@type": "Offer", "itemOffered": product, "price": price["value"], "priceCurrency": "EUR"},
        "partOfInvoice": {"@type": "Invoice", "totalPaymentDue": price},
    }
    warranty = {
        "@context": "https://schema.org",
        "@type": "WarrantyPromise",
        "itemOffered": product,
        "referencesOrder": {"@type": "Order", "orderNumber": order["number"]},
        "validFrom": order["date"],
        "durationOfWarranty": {"@type": "QuantitativeValue", "value": goods["years"], "unitCode": "ANN"},
    }
    return [bought, warranty]


def today() -> str:
    """The day, as instances count it."""
    return datetime.now(UTC).date().isoformat()
