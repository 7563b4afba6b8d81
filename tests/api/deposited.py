"""Bodies of deposits for the tests, each with one word to change what matters; and Acme's grant to deposit."""

import copy
from typing import Any

from mesinfos.consent.fields import Deposit
from tests.consent.conftest import Given, give
from tests.consent.makers import promise
from web.api.deposits import EXAMPLE

EVERY_KIND = tuple(Deposit)


def order(**changes: Any) -> dict[str, Any]:
    """The documented example, with some members changed, or left out where the change is None."""
    body = copy.deepcopy(EXAMPLE) | changes
    return {name: value for name, value in body.items() if value is not None}


def amount(value: Any = "59.98", currency: Any = "EUR") -> dict[str, Any]:
    """A MonetaryAmount."""
    return {"@type": "MonetaryAmount", "currency": currency, "value": value}


def costs(value: Any, currency: Any = "EUR") -> dict[str, Any]:
    """The part of an order that tells its total; its lines tell no price then."""
    return {
        "partOfInvoice": {"@type": "Invoice", "totalPaymentDue": amount(value, currency)},
        "acceptedOffer": None,
        "orderedItem": {"@type": "OrderItem", "orderedItem": {"@type": "Product", "name": "Casque audio"}},
    }


def invoice(**changes: Any) -> dict[str, Any]:
    """A bill of the order."""
    body = {"@type": "Invoice", "identifier": "F-7", "dateIssued": "2026-11-12", "totalPaymentDue": amount()}
    return body | {"referencesOrder": {"@type": "Order", "orderNumber": "A-1001"}} | changes


def warranty(**changes: Any) -> dict[str, Any]:
    """Two years on what was bought."""
    body: dict[str, Any] = {"@type": "WarrantyPromise", "itemOffered": {"@type": "Product", "name": "Casque audio"}}
    body |= {"referencesOrder": {"@type": "Order", "orderNumber": "A-1001"}, "validFrom": "2026-11-12"}
    duration = {"@type": "QuantitativeValue", "value": 2, "unitCode": "ANN"}
    return body | {"durationOfWarranty": duration, "warrantyScope": "Pièces et main-d’œuvre"} | changes


def membership(**changes: Any) -> dict[str, Any]:
    """Points of Acme's programme."""
    body = {"@type": "ProgramMembership", "programName": "Acme Club", "membershipNumber": "77"}
    return body | {"membershipPointsEarned": 1240} | changes


def depositing(vault, reading, kinds: tuple[Deposit, ...] = EVERY_KIND, **changes: Any) -> Given:
    """A grant that lets its merchant give back these kinds."""
    return give(vault, promise(vault, deposits=kinds, **changes), reading)
