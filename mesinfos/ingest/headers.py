"""Headers of a mail, read from bytes: folded lines joined, encoded words decoded (RFC 2047), nothing trusted."""

import re
from binascii import Error as Base64Error
from binascii import a2b_base64, a2b_qp
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from mesinfos.errors import N_, Unparseable
from mesinfos.ingest.charsets import decode

MAX_BLOCK = 1 << 20
MAX_COUNT = 2_000
LONGEST_NAME = 100
_FIELD_ENDS = re.compile(rb"\n(?![ \t])")
_NAME = re.compile(rb"([!-9;-~]+)[ \t]*")
_WORD = re.compile(rb"=\?([^?\s]{1,60})\?([BbQq])\?([^?\s]*(?: [^?\s]+)*)\?=")
_BETWEEN = re.compile(rb"(\?=)\s+(?==\?[^?\s]{1,60}\?[BbQq]\?)")
_PARAMETER = re.compile(r";\s*([\w*'-]+)\s*=\s*(\"(?:[^\"\\]|\\.){0,2000}\"|[^;]*)")


class ContentType(NamedTuple):
    """A Content-Type or Content-Disposition: its value in lower case, and its parameters (RFC 2231 joined)."""

    value: str
    parameters: Mapping[str, str]


class Headers:
    """The header fields of one part; `get` decodes, `raw` does not, names are lower-case."""

    __slots__ = ("_fields",)

    def __init__(self, block: bytes) -> None:
        self._fields: dict[str, list[bytes]] = {}
        if block:
            self._read(block)

    def _read(self, block: bytes) -> None:
        if len(block) > MAX_BLOCK or block.count(b"\n") > MAX_COUNT * 20:
            raise Unparseable(N_("The headers of this mail are too large to be read."))
        for field in _FIELD_ENDS.split(block):
            head, colon, value = field.partition(b":")
            name = _name(head) if colon and len(head) <= LONGEST_NAME else ""
            if name:
                self._fields.setdefault(name, []).append(_unfolded(value))
        if len(self) > MAX_COUNT:
            raise Unparseable(N_("This mail has too many headers to be read."))

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def __len__(self) -> int:
        return sum(map(len, self._fields.values()))

    def has_any(self, names: Iterable[str]) -> bool:
        """True when at least one of these is there."""
        return not self._fields.keys().isdisjoint(names)

    def raw(self, name: str) -> list[bytes]:
        """Every field of that name, unfolded and undecoded, topmost first."""
        return self._fields.get(name, [])

    def get(self, name: str, default: str = "") -> str:
        """The topmost field of that name as text."""
        values = self._fields.get(name)
        return decode_words(values[0]) if values else default

    def get_all(self, name: str) -> list[str]:
        """Every field of that name as text, topmost first."""
        return [decode_words(value) for value in self._fields.get(name, [])]

    def content_type(self, name: str = "content-type") -> ContentType:
        """The field split into value and parameters; empty when absent."""
        values = self._fields.get(name)
        if not values:
            return ContentType("", {})
        value = values[0][:20_000]
        return _remembered(value) if len(value) <= _REMEMBERED else _content_type(value)


@lru_cache(maxsize=2_000)  # all mails have the same few
def _name(head: bytes) -> str:
    """The name of a field in lower case; "" for what is none."""
    match = _NAME.fullmatch(head)
    return match[1].decode("ascii").lower() if match else ""


def _unfolded(value: bytes) -> bytes:
    return b" ".join([line.strip() for line in value.split(b"\n")]) if b"\n" in value else value.strip()


def _content_type(value: bytes) -> ContentType:
    text = decode(value)
    return ContentType(text.partition(";")[0].strip().lower(), parameters(text))


_REMEMBERED = 60  # bytes; `text/html; charset="utf-8"` comes again with each mail, a boundary never does
_remembered = lru_cache(maxsize=500)(_content_type)


def decode_words(value: bytes) -> str:
    """A header value as text: RFC 2047 words joined, raw 8-bit bytes read as the likeliest charset."""
    if b"=?" not in value:
        return decode(value) if not value.isascii() or b"\x1b" in value else value.decode("ascii")
    value = _BETWEEN.sub(rb"\1", value[:100_000])
    out: list[str] = []
    at, pending, charset = 0, b"", ""
    for word in _WORD.finditer(value):
        name = word[1].split(b"*")[0].decode("ascii", "replace").lower()
        if pending and (word.start() != at or name != charset):
            out.append(decode(pending, charset))
            pending = b""
        if word.start() != at:
            out.append(decode(value[at : word.start()]))
        # Neighbouring words of one charset are joined before decoding: senders cut within a character.
        pending, charset, at = pending + _word(word[2], word[3]), name, word.end()
    out.append(decode(pending, charset))
    out.append(decode(value[at:]))
    return "".join(out)


def _word(encoding: bytes, payload: bytes) -> bytes:
    if encoding in b"Qq":
        return a2b_qp(payload, header=True)
    try:
        return a2b_base64(payload + b"==")
    except (Base64Error, ValueError):
        return b""


def parameters(text: str) -> dict[str, str]:
    """The parameters of a structured field, names in lower case; RFC 2231 pieces joined and decoded."""
    found: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for match in _PARAMETER.finditer(text[:20_000]):
        name, value = match[1].lower(), match[2].strip()
        if value.startswith('"') and value.endswith('"') and len(value) > 1:
            value = value[1:-1].replace('\\"', '"').replace("\\\\", "\\")
        if "*" not in name:
            found.setdefault(name, value)
            continue
        base, _, rest = name.partition("*")
        number = rest.rstrip("*")
        pieces.setdefault(base, {})[int(number) if number.isdecimal() and len(number) < 6 else 0] = (
            rest.endswith("*") or not rest,
            value,
        )
    for base, parts in pieces.items():
        found[base] = _joined(parts)
    return found


def _joined(parts: dict[int, tuple[bool, str]]) -> str:
    charset, data = "", b""
    for number in sorted(parts):
        encoded, value = parts[number]
        if encoded and number == min(parts) and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        data += unquote_to_bytes(value) if encoded else value.encode("utf-8", "replace")
    return decode(data, charset)
