"""What the person said of a mail, and for which mails it holds: a correction that has become a rule."""

import datetime as dt
from enum import StrEnum

from mesinfos.model.merchant import Merchant
from mesinfos.model.values import Category, Money, Value


class Reach(StrEnum):
    """For which mails a rule holds: the one it was said of, those written on the same template, all of the sender's."""

    MAIL = "mail"
    ALIKE = "alike"
    SENDER = "sender"


class Kind(StrEnum):
    """Which kind of fact a rule speaks of; `NOTHING` is a mail in which nothing could be read."""

    ORDER = "order"
    PARCEL = "parcel"
    INVOICE = "invoice"
    BOOKING = "booking"
    NOTHING = "nothing"


class Place(Value, frozen=True):
    """Where a value stands in a mail: in which rendering, after which label, which of them (1: the last one)."""

    source: str
    label: str
    nth: int = 1


class Rule(Value, frozen=True, tag="rule"):
    """One correction. What it does not speak of is empty.

    `sender`, `subject` and `template` are those of the mail it was said of, so that the rule outlives it; `proved`
    whether that mail's sender was: a rule made on a proved mail never speaks for one that is not. `about` is the number
    of the fact that is meant, where a mail tells several. Each value holds for the mail it was said of; other mails are
    read at its place.
    """

    reach: Reach
    sender: str
    subject: str = ""
    template: str = ""
    proved: bool = False
    kind: Kind = Kind.ORDER
    about: str = ""
    right: bool = False
    absent: bool = False
    merchant: Merchant | None = None
    category: Category | None = None
    total: Money | None = None
    total_at: Place | None = None
    number: str = ""
    number_at: Place | None = None
    date: dt.date | None = None
    date_at: Place | None = None


class Withdrawn(Value, frozen=True, tag="withdrawn"):
    """The end of a rule, by the id of its record: what it changed is again as it was read."""

    rule: str
