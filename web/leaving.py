"""How pages say that a mailing can be left, what was answered when that was asked, and what to do then."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote

from mesinfos.errors import N_, NotFound
from mesinfos.leaving import How
from mesinfos.relations.mailings import Asked, Mailing, mailing_of, mailings
from mesinfos.relations.offers import OfferView
from mesinfos.relations.reading import Reading, Seen
from web.letter import host_of

_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}")
_RESERVED = (".example", ".test", ".invalid", ".localhost")  # RFC 2606


class Letter(NamedTuple):
    """A mail to write: to whom, about what, saying what."""

    address: str
    subject: str
    body: str

    @property
    def link(self) -> str:
        """The address that opens the person's own mail program with all of it."""
        said = [("subject", self.subject), ("body", self.body)]
        query = "&".join(f"{name}={quote(value)}" for name, value in said if value)
        return f"mailto:{quote(self.address, safe='@')}" + (f"?{query}" if query else "")


class Told(NamedTuple):
    """What came of a request, and what to do now."""

    tone: str
    text: str
    advice: str = ""


class Leave(NamedTuple):
    """One mailing as pages show it."""

    mailing: Mailing
    name: str
    host: str
    letter: Letter | None
    told: Told | None

    @property
    def one_click(self) -> bool:
        """Whether one press is enough."""
        return self.mailing.newest.message.one_click

    @property
    def title(self) -> str:
        """What the list is called: by its List-Id, else by the address it comes from."""
        message = self.mailing.newest.message
        return message.list_id or message.sender.address


def leaves(reading: Reading, merchant_id: str) -> Sequence[Leave]:
    """The mailings of a merchant."""
    return [_leave(one) for one in mailings(reading, merchant_id)]


def leave_of(reading: Reading, seen: Seen) -> Leave | None:
    """The mailing that a mail belongs to, if it can be left."""
    found = mailing_of(reading, seen)
    return _leave(found) if found else None


def of_offers(reading: Reading, offers: Iterable[OfferView]) -> dict[str, Leave]:
    """By offer, the mailing that brought it."""
    found = {}
    for offer in offers:
        for record_id in offer.messages[-1:]:
            try:
                made = leave_of(reading, reading.message(record_id))
            except NotFound:  # its mail was deleted since
                continue
            if made:
                found[offer.id] = made
    return found


def _leave(mailing: Mailing) -> Leave:
    seen = mailing.newest
    merchant, host = seen.observation.merchant, host_of(seen.message.unsubscribe)
    letter = letter_to(seen.message.unsubscribe_mail)
    told = _told(mailing.asked, host) if mailing.asked else None
    return Leave(mailing, merchant.name if merchant else "", host, letter, told)


def letter_to(address: str) -> Letter | None:
    """What a mailto address asks for (RFC 6068): one recipient, subject and text, and no other field; None for none."""
    whom, _, query = address.partition("?")
    recipient = unquote(whom.removeprefix("mailto:").removeprefix("MAILTO:"))
    if not _ADDRESS.fullmatch(recipient):
        return None
    fields = {name.lower(): _plain(value) for name, value in parse_qsl(query, max_num_fields=20)}
    return Letter(recipient, fields.get("subject", "") or "unsubscribe", fields.get("body", ""))


def _plain(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)[:500].strip()


def _told(asked: Asked, host: str) -> Told:
    if asked.status:
        return _answered(asked.status)
    if asked.how == How.MAIL:
        return Told("good", N_("On {day} you wrote to leave this mailing."))
    if asked.how == How.PAGE:
        return Told("good", N_("On {day} you asked on the page of {host} to leave this mailing."))
    silent = N_("On {day} nobody answered at {host}: the request did not go through.")
    return Told("warn", silent, _EXAMPLE if f".{host}".endswith(_RESERVED) else _LATER)


def _answered(status: int) -> Told:
    if status // 100 == 2:
        return Told("good", N_("On {day} {name} answered {status}: the request went through."))
    if status // 100 == 3:
        elsewhere = N_("On {day} {host} answered {status} and led elsewhere, which the standard rules out.")
        return Told("warn", elsewhere, N_("The request has probably come to nothing. Open the page yourself."))
    refused = N_("On {day} {host} answered {status}: the request did not go through.")
    if status in {404, 410}:
        return Told("warn", refused, N_("This address is perhaps too old. Open the page, or try with the next mail."))
    return Told("warn", refused, _LATER if status >= 500 or status == 429 else N_("Open the page yourself."))


_LATER = N_("Try again later, or open the page yourself.")
_EXAMPLE = N_(
    "This address is one of those kept for examples: no server stands there. A real merchant’s answer would stand here."
)
