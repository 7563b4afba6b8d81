"""Parcels: a number counts only with its carrier's context (sender, link, name beside it) or a labelled place.

Digits alone never make a parcel; a label without a carrier's name does, with an empty carrier.
"""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import unquote

from mesinfos.ingest.carriers import Carrier, by_domain, by_host, by_name, by_number, named_in, normal
from mesinfos.ingest.extractors.dates import Span, dates
from mesinfos.ingest.extractors.layout import values
from mesinfos.ingest.extractors.numbers import Numbered
from mesinfos.ingest.links import host_of
from mesinfos.ingest.sheet import Sheet
from mesinfos.ingest.words import fold
from mesinfos.model.provenance import Provenance
from mesinfos.model.purchase import Parcel
from mesinfos.model.values import ParcelStatus

_PIECE = re.compile(r"(?:^|[?&/=#;,])([A-Za-z0-9][A-Za-z0-9-]{6,38})(?=$|[?&/#;,])")
_NAMED_PIECE = re.compile(
    r"[?&;/](?:(?:numero_?)?expedition|pno|track(?:ing)?[_-]?(?:no|num|number|numbers|id|code|nbr)?|tracknum|trknbr|tracknumbers|numero|num|numer|"
    r"piececode|sendungsnummer|shipment(?:id|number)?|parcel(?:id|number|no|code)?|colis|barcode|consignment|awb|code|"
    r"listenumeroslt|skybillnumber|nums?|itemcode|match|idc|z|tlabels|inquirynumber1?)=([A-Za-z0-9%+ -]{7,60})",
    re.IGNORECASE,
)
_MARK = re.compile(r"(?:n[°ºo]\.?|№|#|:) ?$", re.IGNORECASE)
_SPACED = re.compile(
    r"[A-Z0-9](?<![\w-][A-Z0-9])(?:(?<=[A-Z])[A-Z](?: ?[0-9]){9} ?[A-Z]{2}|"
    r"[A-Z0-9]{0,5}(?: [A-Z0-9]{2,6}){2,8})(?![\w-])"
)
FEWEST = 8  # figures of a number that is printed in groups
_DELIVERY_ORDER: tuple[str, ...] = ("returned", "problem", "delivered", "pickup_available")
_DELIVERY_ORDER += ("out_for_delivery", "late", "in_transit", "announced")


class Candidate(NamedTuple):
    """A number that may be a parcel's, with the carrier that its context names."""

    number: str
    carrier: Carrier | None
    confidence: float
    place: str
    url: str = ""


def status_of(sheet: Sheet) -> str:
    """What the mail says of the parcel: the subject decides, else the first lines; "" when it says nothing."""
    both = f"{sheet.subject_low}\n{sheet.head_low[:1200]}"
    said: dict[str, list[str]] = {}
    for phrase, one in sheet.said:
        if one.table == "parcel" and phrase in both:
            said.setdefault(one.value, []).append(phrase)
    body = () if _is_bar(both, said) else (sheet.head_low[:350], sheet.head_low[350:1200])
    for text in (sheet.subject_low, *body):
        whole = [one for some in said.values() for one in some if one in text]
        for status in _DELIVERY_ORDER:
            if any(_says(sheet, text, one) and not _within(one, whole, text) for one in said.get(status, ())):
                return status
    return ""


def _within(phrase: str, others: list[str], text: str) -> bool:
    """Whether a phrase stands only inside a longer one that says more: "delivered" in "will be delivered today"."""
    return any(phrase in one and len(one) > len(phrase) and text.count(phrase) == text.count(one) for one in others)


def _is_bar(text: str, said: dict[str, list[str]]) -> bool:
    """Whether states stand side by side, as in a progress bar (ordered, shipped, delivered): it says none of them."""
    phrases = [(status, one) for status, some in said.items() for one in some]
    places = sorted((text.find(one), text.find(one) + len(one), status) for status, one in phrases)
    beside = (first[2] != then[2] and 0 <= then[0] - first[1] <= 2 for first, then in pairwise(places))
    return sum(map(bool, said.values())) >= 3 or any(beside)


def _says(sheet: Sheet, text: str, phrase: str) -> bool:
    """Whether a phrase stands in a text as a fact; one word ("shipped") says enough in a subject only."""
    place = text.find(phrase)
    if place < 0 or (text is not sheet.subject_low and phrase.isalpha() and phrase.isascii()):
        return False
    return not any(word in text[max(0, place - 60) : place] for word in sheet.lexicon.hypothetical)


def sender_carrier(sheet: Sheet) -> Carrier | None:
    """The carrier that sent the mail, by its address, or by its name where another house relays it."""
    if not sheet.mail.from_:
        return None
    box = sheet.mail.from_[0]
    name = fold(box.name)
    direct = by_domain(box.address.rpartition("@")[2]) or by_name(name) or by_name(name.split("(")[0])
    return direct or by_domain(sheet.domain)


def _own(one: Candidate, sender: Carrier | None) -> Candidate:
    """A house of several names (La Poste, Colissimo): the name that wrote the mail is the one a person knows."""
    return one._replace(carrier=sender) if sender and sender.fits(one.number) else one


def _from_links(sheet: Sheet, sender: Carrier | None) -> Iterator[Candidate]:
    links = [link.href for link in sheet.mail.page.links[:300]] if sheet.mail.html else []
    for href in dict.fromkeys((*links, *_text_links(sheet))):
        carrier, address = _serving("/".join(href.split("/", 3)[:3])), href
        if carrier is None and ("%2F" in href or "%2f" in href or "%25" in href):
            address = unquote(unquote(href))
            address = address[max(address.rfind("http"), 0) :]
            carrier = by_host(host_of(address))
        if carrier:
            yield from (_own(one, sender) for one in _pieces(address[:1500], carrier))


@lru_cache(4096)
def _serving(site: str) -> Carrier | None:
    """The carrier of an address without its path: most links of a mail lead to one site."""
    return by_host(host_of(site))


def _text_links(sheet: Sheet) -> list[str]:
    return (
        re.findall(r"https?://[^\s<>\"']{8,1200}", sheet.mail.text[:60_000])[:120] if "://" in sheet.mail.text else []
    )


def _pieces(address: str, carrier: Carrier) -> Iterator[Candidate]:
    for named in _NAMED_PIECE.finditer(address):
        for value in re.split(r"%2C|%0D%0A|,|\+", unquote(named[1])):
            number = normal(value)
            if len(number) > 6 and any(char.isdigit() for char in number) and carrier.fits(number):
                yield Candidate(number, carrier, 0.95, "link", address)
                return
    for piece in _PIECE.finditer(address):
        number = normal(piece[1])
        if len(number) > 9 and sum(char.isdigit() for char in number) > 5 and carrier.fits(number):
            yield Candidate(number, carrier, 0.8, "link", address)
            return


def _carrier_near(sheet: Sheet, one: Numbered) -> Carrier | None:
    stream = next((stream for stream in sheet.streams if stream.name == one.source), None)
    if stream is None:
        return next(iter(named_in(sheet.subject_low)), None)
    near = " ".join(stream.low[max(0, one.line - 3) : one.line + 3])
    return next(iter(named_in(near)), None)


def _labelled(sheet: Sheet, numbers: Iterable[Numbered], sender: Carrier | None) -> Iterator[Candidate]:
    for one in numbers:
        number = normal(one.value)
        if one.kind == "tracking" and one.confidence >= 0.5 and len(number) >= 8:
            near = _carrier_near(sheet, one)
            carrier = sender or (near if near and near.fits(number) else by_number(number) or near)
            sure = (
                one.confidence
                if carrier is None
                else min(0.95, one.confidence + (0.35 if carrier.fits(number) else 0.0))
            )
            if sure >= 0.75 and sum(char.isdigit() for char in number) >= 5:
                yield Candidate(number, carrier, sure, one.source)
        elif sender and sender.fits(number) and one.kind not in {"other", "customer"} and len(number) >= 10:
            yield Candidate(number, sender, 0.8, one.source)


def _printed(sheet: Sheet, others: Container[str], sender: Carrier | None) -> Iterator[Candidate]:
    """Numbers that the carrier's own mail prints without a label, and strong forms anywhere."""
    pools = [("subject", [(sheet.subject, sheet.subject_low, len(sheet.subject))])]
    for stream in sheet.streams:
        rows = zip(stream.lines[:200], stream.low, stream.digits, strict=False)
        pools.append((stream.name, [row for row in rows if row[2] and len(row[0]) <= 400]))
    for place, lines in pools:
        for line, low, digits in lines:
            for match in _PRINTED.finditer(line):
                number = normal(match.group())
                if number not in others:
                    yield from _told(number, low, place, sender)
            if digits >= FEWEST and line.count(" ") > 1:
                yield from _spaced(line, place, sender)


def _told(number: str, low: str, place: str, sender: Carrier | None) -> Iterator[Candidate]:
    """The number as its sender's, as one that tells its carrier itself, or as that of a carrier named beside it."""
    digits = sum(map(str.isdigit, number))
    if sender and sender.fits(number) and (digits >= 8 if len(number) >= 10 else place == "subject"):
        yield Candidate(number, sender, 0.85 if place == "subject" else 0.78, place)
    elif (carrier := by_number(number)) is not None:
        yield Candidate(number, carrier, 0.85, place)
    elif digits >= 8 and (beside := next((one for one in named_in(low) if one.fits(number)), None)):
        yield Candidate(number, beside, 0.8, place)


_PRINTED = re.compile(r"[A-Z0-9](?<![\w@/=.-][A-Z0-9])(?:(?<=\d)|(?=[A-Z]{0,3}\d))[A-Z0-9]{7,33}(?![\w@-])")


def _spaced(line: str, place: str, sender: Carrier | None) -> Iterator[Candidate]:
    for match in _SPACED.finditer(line):
        number = normal(match.group())
        if sum(map(str.isdigit, number)) < FEWEST:
            continue
        if sender and sender.fits(number) and (len(number) >= 11 or _MARK.search(line, 0, match.start())):
            yield Candidate(number, sender, 0.8, place)
        elif (carrier := by_number(number)) is not None:
            yield Candidate(number, carrier, 0.85, place)


def candidates(
    sheet: Sheet, numbers: Sequence[Numbered], orders: Iterable[str], sender: Carrier | None, *, linked: bool = True
) -> list[Candidate]:
    """The parcel numbers of a mail (sent by a carrier, or by none), each once, the surest reading of each."""
    others = {normal(one.value) for one in numbers if one.kind not in {"tracking", "order", "reference", "booking"}}
    taken = {number for number in map(normal, orders) if not (sender and sender.fits(number))}
    best: dict[str, Candidate] = {}
    links = _from_links(sheet, sender) if linked else ()
    for one in (*_labelled(sheet, numbers, sender), *links, *_printed(sheet, others, sender)):
        known = best.get(one.number)
        if one.number not in taken and (
            known is None or (one.confidence, one.carrier is not None) > (known.confidence, known.carrier is not None)
        ):
            best[one.number] = one
    return _without_parts([_weighed(one) for one in best.values()])


def _weighed(one: Candidate) -> Candidate:
    """A right check digit makes a number surer; a wrong one may be a form's that has none."""
    proved = one.carrier is not None and one.carrier.proves(one.number)
    return one._replace(confidence=min(0.98, one.confidence + 0.08)) if proved else one


def _without_parts(found: list[Candidate]) -> list[Candidate]:
    """A number that is only a piece of another one was cut from it."""
    return [
        one for one in found if not any(one.number != other.number and one.number in other.number for other in found)
    ][:20]


def _expected(sheet: Sheet) -> Span | None:
    calendar = sheet.calendar._replace(future=True)
    for text, stream, line in values(sheet, "expected"):
        spans = dates(text, calendar)
        if not spans and line + 1 < len(stream.lines) and len(text) < 30:
            spans = dates(stream.lines[line + 1], calendar)
        if spans and sheet.near(spans[0].first, 30, 120):
            return spans[0]
    return None


def _date_after(sheet: Sheet, wanted: str) -> date | None:
    calendar = sheet.calendar._replace(future=True)
    for text, _, _ in values(sheet, wanted):
        spans = dates(text, calendar)
        if spans:
            return spans[0].last
    return None


_CODE = re.compile(r"(?<![\w-])(?=[A-Z0-9]*\d)[A-Z0-9]{4,12}(?![\w-])")


def _pickup_code(sheet: Sheet) -> str:
    for text, _, _ in values(sheet, "pickup_code"):
        match = _CODE.search(text[:60])
        if match:
            return match.group()
    return ""


def _pickup_place(sheet: Sheet) -> str:
    for text, _, _ in values(sheet, "pickup_place"):
        if 3 <= len(text) <= 120 and not text.endswith((":", "?")):
            return text.replace("\t", ", ").strip(" .")
    return ""


def parcels(sheet: Sheet, found: list[Candidate], status: str, order_number: str) -> tuple[Parcel, ...]:
    """The parcels a mail tells of; one without a number when a carrier or a pickup notice names none."""
    known = ParcelStatus(status) if status else ParcelStatus.IN_TRANSIT
    window = _expected(sheet) if known is not ParcelStatus.DELIVERED else None
    waiting = known is ParcelStatus.PICKUP_AVAILABLE
    place, code = (_pickup_place(sheet), _pickup_code(sheet)) if waiting else ("", "")
    until = _date_after(sheet, "pickup_until") if waiting else None
    return tuple(
        Parcel(
            carrier=one.carrier.name if one.carrier else "",
            tracking_number=one.number,
            status=known,
            order_number=order_number,
            tracking_url=one.carrier.follow(one.number) if one.carrier else "",
            expected_from=window.first if window else None,
            expected_until=window.last if window else None,
            pickup_place=place,
            pickup_code=code,
            pickup_until=until,
            provenance=Provenance("parcel", round(one.confidence, 2), one.place),
        )
        for one in found
    )
