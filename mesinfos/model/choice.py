"""What the person decides of a merchant, a kind of mail or a thing, until the next choice about the same."""

from enum import StrEnum

from mesinfos.model.values import Value


class Topic(StrEnum):
    """What a choice is about, and so what its subject and its value are. Stored: words are added at the end only."""

    MERCHANT = "merchant"
    """A merchant's domain: accepted, refused, paused."""
    CELL = "cell"
    """"promo/shop", or "promo@fnac.com" for one merchant alone: show, digest, hide."""
    JOINED = "joined"
    """A merchant's domain: the domain it is shown under."""
    STATE = "state"
    """A product or an order: where it is now, such as received, in_use, resold, lost."""
    LATER = "later"
    """Something to do: the day until which it is put off."""
    VIEW = "view"
    """The name of a view: the plain address of the list or search that it shows."""
    COUNTRY = "country"
    """"home": the country whose law protects the person as a buyer, by its ISO 3166 code."""
    UNSUBSCRIBED = "unsubscribed"
    """A mailing: the instant at which leaving it was asked for; how, and what was answered, in `also`."""
    PHOTO = "photo"
    """A product: the record that keeps its photo. `also` is an order and its name there, by which it is found again."""
    CLAIM = "claim"
    """"access@fnac.com", a right asked of a merchant: the day of the letter; `also` is the day of its answer."""


class Welcome(StrEnum):
    """How a merchant is received; PAUSED holds until the day in `also`."""

    ACCEPTED = "accepted"
    PAUSED = "paused"
    REFUSED = "refused"


class DataRight(StrEnum):
    """What the law lets a person ask of whoever keeps data about them (GDPR, articles 15 to 17, 20 and 21)."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    PORTABILITY = "portability"
    OBJECTION = "objection"


class Manner(StrEnum):
    """How mail of one kind is shown: each, one line a week, not at all."""

    SHOW = "show"
    DIGEST = "digest"
    HIDE = "hide"


class State(StrEnum):
    """Where a thing is that was bought, as its person says."""

    RECEIVED = "received"
    IN_USE = "in_use"
    RETURNED = "returned"
    RESOLD = "resold"
    GIVEN = "given"
    LOST = "lost"


class Choice(Value, frozen=True, tag="choice"):
    """One decision. The newest of a topic and a subject holds; an empty value is none.

    `together` is the same for what was decided by one press, and is taken back by one.
    """

    topic: Topic
    subject: str
    value: str
    also: str = ""
    together: str = ""
