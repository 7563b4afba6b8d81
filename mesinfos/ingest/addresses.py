"""Address fields read strictly: what RFC 5322 §3.4 does not allow plainly is said to be odd, and proves nothing.

`email.utils.parseaddr` took the wrong address from comments and quotes (CVE-2019-16056, CVE-2023-27043); two readers
that disagree about who wrote a mail are how a forger gets through. So this one has a small grammar and a doubt.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from mesinfos.ingest.headers import decode_words

_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[^\W_](?:[\w-]{0,62})\.)+[^\W\d_][\w-]{1,62}")
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.){0,400}"|<[^<>]*>|[,;:()<>"]|[^,;:()<>"]+')
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1a\x1c-\x1f\x7f]")
_MAX = 10_000
LONGEST = 320  # characters of an address: 64, the sign, 255 (RFC 5321 §4.5.3.1)


class Mailbox(NamedTuple):
    """One name and address; the address is plain and lower-case in its domain, or empty when it was not plain."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """What stands behind the @."""
        return self.address.rpartition("@")[2]


class Addresses(NamedTuple):
    """The mailboxes of one field; `odd` says why it must not be believed, and is empty when it is plain."""

    mailboxes: tuple[Mailbox, ...]
    odd: str


def read_addresses(value: bytes) -> Addresses:
    """The mailboxes of a field; never raises."""
    return _remembered(value) if len(value) <= _REMEMBERED else _read(value)


def _read(value: bytes) -> Addresses:
    found: list[Mailbox] = []
    words: list[bytes] = []
    angle: bytes | None = None
    odd = "too long" if len(value) > _MAX else "control characters" if _has_controls(value) else ""
    for token in _TOKEN.findall(value[:_MAX]):
        if token == b"," and angle is None and words and b"@" not in b"".join(words):
            words.append(token)  # "Acme, Inc. <news@acme.example>": a comma that should have been quoted
        elif token == b",":
            found += _mailbox(words, angle)
            words, angle = [], None
        elif token in b';:()<>"' and token.strip():
            odd = odd or "groups or comments"
        elif token.startswith(b"<") and token.endswith(b">"):
            odd = odd or ("two addresses" if angle is not None else "")
            angle = token[1:-1]
        elif angle is not None and token.strip():
            odd = odd or "text after the address"
        else:
            words.append(token)
    found += _mailbox(words, angle)
    if not odd and any(not box.address for box in found):
        odd = "no plain address"
    return Addresses(tuple(found), odd)


# The same few senders write again and again; a field that fills a page is no sender's, and would only fill the memory.
_REMEMBERED = 500
_remembered = lru_cache(maxsize=2_000)(_read)


def plain_address(text: str) -> str:
    """The address when it is a plain one, its domain in lower case; else nothing."""
    text = text.strip()
    if len(text) > LONGEST or not _ADDRESS.fullmatch(text) or ".." in text:
        return ""
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


def _has_controls(value: bytes) -> bool:
    return _CONTROL.search(value, 0, _MAX) is not None


def _mailbox(words: list[bytes], angle: bytes | None) -> list[Mailbox]:
    text = b"".join(words).strip()
    if angle is None:
        return [Mailbox("", plain_address(decode_words(text)))] if text else []
    return [Mailbox(_name(words), plain_address(angle.decode("utf-8", "replace")))]


def _name(words: list[bytes]) -> str:
    plain = [word.strip()[1:-1].replace(b'\\"', b'"') if word.strip().startswith(b'"') else word for word in words]
    return " ".join(decode_words(b"".join(plain)).split())[:200].strip("\"' ")
