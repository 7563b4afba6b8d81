"""A mail laid out for the extractors: its readable lines once as written and once folded, its language, its words."""

import re
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from mesinfos.ingest.extractors.dates import Calendar
from mesinfos.ingest.lexicon import Lexicon, Meaning, Words, detect, lexicon_of, words_of
from mesinfos.ingest.lexicon.forwards import banner, marked, sent_by
from mesinfos.ingest.parse import Mail
from mesinfos.ingest.words import clean, fold

MAX_LINES = 1500
MAX_LINE = 600
_URL = re.compile(r"<?\b(?:https?://|mailto:|www\.)[^\s>]{1,4000}>?", re.IGNORECASE)
_NO_FIGURE = bytes(set(range(256)) - set(b"0123456789\n"))  # plain figures: `clean` made them of full-width ones
_QUOTE = re.compile(r"^(?:[>|] ?){1,6}")


class Stream(NamedTuple):
    """One rendering of the mail (`text` or `html`): lines as written, folded, and how many figures each holds."""

    name: str
    lines: list[str]
    low: list[str]
    digits: list[int]


def _stream(name: str, source: list[str]) -> Stream:
    """One rendering without addresses, quote marks and stars; what a text does not hold, no line is asked for."""
    lines = [line[:MAX_LINE] for line in source[:MAX_LINES]]
    text = "\n".join(lines)
    if ">" in text or "|" in text:
        lines = [_QUOTE.sub("", line) if line[:1] in {">", "|"} else line for line in lines]
    if "://" in text or "www." in text or "mailto:" in text:
        lines = [_URL.sub(" ", line) if (":" in line or "www." in line) and _leads(line) else line for line in lines]
    if "【" in text:  # how Japanese writes a heading, or a label before its value
        lines = [line.replace("【", "").replace("】", ": ") for line in lines]
    if "*" in text or "_" in text:
        lines = [line.strip("*_ \t") for line in lines]
    lines = [bare for line in lines if (bare := line.strip())]
    low = fold("\n".join(lines))
    return Stream(name, lines, low.split("\n"), _figures(low)) if lines else Stream(name, [], [], [])


def _leads(line: str) -> bool:
    """Whether an address may stand in a line: the expression for it costs five times as much; labels have colons."""
    low = line.lower()
    return "://" in low or "www." in low or "mailto:" in low


def _figures(text: str) -> list[int]:
    """How many figures each line holds, told of all lines at once."""
    figures = text.encode("utf-8", "surrogatepass").translate(None, _NO_FIGURE)
    return list(map(len, figures.split(b"\n")))


def _unmarked(subject: str) -> str:
    """A subject without the marks of answers and forwards."""
    match = marked().match(fold(subject[:60]))
    return subject[match.end() :] if match else subject


class Sheet:
    """What the extractors read. `place` is the country (or language) that decides what "$" and 03/04 mean."""

    def __init__(self, mail: Mail, received: datetime, domain: str = "") -> None:
        self.mail = mail
        self.subject = _unmarked(clean(mail.subject))[:500]
        self.subject_low = fold(self.subject)
        self.domain = domain
        self.received = received
        self.labelled: dict[str, list[tuple[str, Stream, int]]] | None = (
            None  # filled by layout.values when first asked
        )
        self.sent: date = (mail.date or received).date()

    def printed(self, name: str, lines: list[str]) -> "Sheet":
        """A document of this mail: its lines, and nothing of the mail but the day and the country."""
        sheet = Sheet(self.mail, self.received, self.domain)
        sheet.subject = sheet.subject_low = ""
        stream = _stream(name, lines)
        sheet.__dict__["streams"] = (stream,) if stream.lines else ()  # where the cached property keeps its own
        return sheet

    @cached_property
    def streams(self) -> tuple[Stream, ...]:
        """The renderings that say anything, the text part first: names are whole there."""
        both = (_stream("text", self.mail.text_lines), _stream("html", self.mail.page.lines if self.mail.html else []))
        return tuple(stream for stream in both if stream.lines)

    @cached_property
    def body_low(self) -> str:
        """The folded body, for phrases: the longer rendering, lines joined by a space."""
        longest = max((stream.low for stream in self.streams), key=lambda low: sum(map(len, low[:60])), default=[])
        return " ".join(longest).replace("\t", " ")[:40_000]

    @cached_property
    def head_low(self) -> str:
        """What a reader sees first: the first lines of the body."""
        return self.body_low[:2_200]

    @cached_property
    def words(self) -> Words:
        """The words of the subject and of what a reader sees first."""
        return words_of(f"{self.subject_low}\n{self.head_low}")

    @cached_property
    def said(self) -> list[tuple[str, Meaning]]:
        """The phrases of the lexicon in the subject and in what a reader sees first."""
        return self.lexicon.phrases.within(f"{self.subject_low}\n{self.head_low}", self.words)

    @cached_property
    def language(self) -> str:
        """The mail's language, "" when nothing tells."""
        return detect(f"{self.subject_low} {self.body_low[:3_000]}")

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words of the mail's language; English phrases and every label when unknown."""
        return lexicon_of(self.language)

    @cached_property
    def place(self) -> str:
        """A country or language code."""
        tail = self.domain.rsplit(".", 1)[-1]
        country = len(tail) == 2 and tail not in {"io", "co", "eu", "me", "tv"}
        return tail if country else "" if self.language == "en" else self.language

    @cached_property
    def calendar(self) -> Calendar:
        """How this mail's dates are read."""
        american = (self.language or "en") == "en" and self.place in {"", "us", "ca"}
        return Calendar(self.sent, self.language or "en", not american)

    def near(self, day: date, before: int, after: int) -> bool:
        """Whether a day lies within so many days of the mail's own; any day does when the mail has none."""
        return self.sent.year < 1980 or -before <= (day - self.sent).days <= after

    @cached_property
    def forwarded(self) -> bool:
        """Whether a person sent this on: the words that matter are quoted."""
        return self.subject != clean(self.mail.subject)[:500] or any(
            low.startswith("--") or banner().match(low) or sent_by().match(low)
            for stream in self.streams
            for low in stream.low[:6]
        )
