"""What the person decided and still holds, the newest first: each can be taken back long after its message is gone."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.errors import N_, NotFound
from mesinfos.model.choice import Choice, Manner, State, Topic, Welcome
from mesinfos.model.values import Category, Kind
from mesinfos.relations.choices import Chosen
from mesinfos.relations.products import product
from mesinfos.relations.reading import Reading
from mesinfos.wording import translate
from web import bought, words
from web.dashboard.listing import cut, number
from web.deps import Mine, Shown
from web.render import look, page

router = APIRouter(prefix="/settings/decisions")

TOPIC = {
    Topic.MERCHANT: N_("Merchant"),
    Topic.CELL: N_("Filter"),
    Topic.JOINED: N_("Joined merchants"),
    Topic.STATE: N_("Where it is now"),
    Topic.COUNTRY: N_("Country of your rights"),
    Topic.PHOTO: N_("Photo"),
}
SHOWN = 3  # of what one press decided; the rest is counted


class Line(NamedTuple):
    """What one press decided: its sentences, when, and the record that stands for all of it."""

    topic: str
    said: list[tuple[str, str]]
    more: int
    at: datetime
    record_id: str


@router.get("")
def decisions(request: Request, vault: Mine, reading: Shown) -> Response:
    """Every decision in force. What was put off ends by itself, and views have a place of their own."""
    _ = vault
    presses = [one for one in reading.choices().presses() if one[0].choice.topic in TOPIC]
    shown = cut(presses, number(request))
    lines = [_line(reading, one, look(request).language) for one in shown.items]
    return page(request, "settings/decisions.html", shown=shown, lines=lines)


def _line(reading: Reading, press: list[Chosen], language: str) -> Line:
    first = press[0]
    said = [_SAYS[one.choice.topic](reading, one.choice, language) for one in press[:SHOWN]]
    at = reading.as_read(first.record_id).observation.observed_at
    return Line(TOPIC[first.choice.topic], said, max(len(press) - SHOWN, 0), at, first.record_id)


def _merchant(reading: Reading, domain: str) -> str:
    with suppress(NotFound):
        return reading.merchant(domain).merchant.name
    return domain


def _welcomed(reading: Reading, choice: Choice, language: str) -> tuple[str, str]:
    return _merchant(reading, choice.subject), translate(words.WELCOME[Welcome(choice.value)].text, language)


def _filtered(reading: Reading, choice: Choice, language: str) -> tuple[str, str]:
    category, at, whose = choice.subject.partition("@")
    if not at:
        category, _, kind = choice.subject.partition("/")
        whose = translate(words.kind(Kind(kind)), language)
    named = translate(words.category(Category(category)).text, language)
    shown = translate(words.MANNER[Manner(choice.value)], language)
    return f"{named} · {_merchant(reading, whose) if at else whose}", shown


def _joined(reading: Reading, choice: Choice, _: str) -> tuple[str, str]:
    return choice.subject, _merchant(reading, choice.value)


def _placed(reading: Reading, choice: Choice, language: str) -> tuple[str, str]:
    return _thing(reading, choice.subject), translate(bought.where(State(choice.value)).text, language)


def _thing(reading: Reading, subject: str) -> str:
    with suppress(NotFound):
        order = reading.order(subject)
        return order.order.items[0].name if order.order.items else order.order.order_number
    with suppress(NotFound):
        return product(reading, subject).name
    with suppress(NotFound):
        parcel = reading.parcel(subject)
        return parcel.merchant.name if parcel.merchant else parcel.parcel.carrier
    return subject


def _pictured(reading: Reading, choice: Choice, _: str) -> tuple[str, str]:
    return _thing(reading, choice.subject), ""


def _protected(_: Reading, choice: Choice, language: str) -> tuple[str, str]:
    return bought.country(choice.value, language), ""


_SAYS: dict[Topic, Callable[[Reading, Choice, str], tuple[str, str]]] = {
    Topic.MERCHANT: _welcomed,
    Topic.CELL: _filtered,
    Topic.JOINED: _joined,
    Topic.STATE: _placed,
    Topic.COUNTRY: _protected,
    Topic.PHOTO: _pictured,
}
