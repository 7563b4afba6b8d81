"""Answers to begin from: what people most often want, each under terms of the IEEE 7012 roster that fit it.

A preset is only a form filled in. Whoever takes one sees every answer, changes any, and signs what stands there then.
"""

from datetime import date, timedelta
from typing import Any, NamedTuple

from mesinfos.consent.fields import Deposit, Field, Purpose, Scope, Terms
from mesinfos.errors import N_, InvalidInput


class Preset(NamedTuple):
    """`past` is how many days back the data goes, `lasts` how many days the grant runs."""

    name: str
    label: str
    why: str
    purpose: Purpose
    fields: tuple[Field, ...]
    terms: Terms
    lasts: int
    past: int
    retention: int
    volume: int = 100
    scope: Scope = Scope.OWN
    deposits: tuple[Deposit, ...] = ()

    def answers(self, today: date) -> dict[str, Any]:
        """The answers, for `grant.draft`: all but the merchant."""
        return {
            "fields": self.fields,
            "scope": self.scope,
            "since": today - timedelta(days=self.past),
            "until": today + timedelta(days=self.lasts),
            "purpose": self.purpose,
            "retention": self.retention,
            "volume": self.volume,
            "terms": self.terms,
            "deposits": self.deposits,
        }


PRESETS = (
    Preset(
        "proof",
        N_("A proof of purchase, and nothing else"),
        N_("Date and names of what you bought at this merchant, for one week."),
        Purpose.WARRANTY,
        (Field.ORDER_DATE, Field.ITEM_NAMES),
        Terms.SD_BASE,
        lasts=7,
        past=730,
        retention=30,
    ),
    Preset(
        "warranty",
        N_("Warranty of what I bought there"),
        N_("Your purchases at this merchant for two years; it gives your warranties back and owes you a copy."),
        Purpose.WARRANTY,
        (Field.ORDER_DATE, Field.ORDER_STATUS, Field.ITEM_NAMES),
        Terms.SD_BASE_DP,
        lasts=730,
        past=730,
        retention=730,
        deposits=(Deposit.WARRANTIES,),
    ),
    Preset(
        "delivery",
        N_("Help with a delivery"),
        N_("How your parcels of this merchant progress, for a month."),
        Purpose.DELIVERY,
        (Field.ORDER_STATUS, Field.PARCELS),
        Terms.SD_BASE,
        lasts=30,
        past=30,
        retention=30,
    ),
    Preset(
        "statistics",
        N_("Statistics of its service"),
        N_("Months, brackets and categories of your purchases at this merchant; it may analyse them, and no more."),
        Purpose.STATISTICS,
        (Field.ORDER_MONTH, Field.ORDER_BRACKET, Field.ITEM_CATEGORIES),
        Terms.SD_BASE_A,
        lasts=180,
        past=365,
        retention=180,
    ),
    Preset(
        "recommendations",
        N_("Recommendations from what I bought there"),
        N_("Months and categories of your purchases at this merchant; it may follow them, but not profile you."),
        Purpose.RECOMMENDATIONS,
        (Field.ORDER_MONTH, Field.ITEM_CATEGORIES),
        Terms.SD_BASE_AT,
        lasts=180,
        past=365,
        retention=180,
    ),
    Preset(
        "offers",
        N_("Offers from a year of categories"),
        N_("Months, categories and sectors of one year of purchases everywhere; no name, no amount, no day."),
        Purpose.OFFERS,
        (Field.ORDER_MONTH, Field.ITEM_CATEGORIES, Field.SECTOR),
        Terms.SD_BASE_ATP,
        lasts=90,
        past=365,
        retention=90,
        volume=1000,
        scope=Scope.ALL,
    ),
    Preset(
        "giveback",
        N_("It gives back, and sees nothing"),
        N_("The merchant may only hand you your orders, invoices, warranties and loyalty benefits."),
        Purpose.WARRANTY,
        (),
        Terms.SD_BASE_DP,
        lasts=365,
        past=0,
        retention=0,
        volume=0,
        deposits=tuple(Deposit),
    ),
)


def preset(name: str) -> Preset:
    """The preset of that name; raises InvalidInput."""
    found = next((one for one in PRESETS if one.name == name), None)
    if found is None:
        raise InvalidInput(N_("There is no preset of this name."), field="preset")
    return found
