"""The provider's Authentication-Results (RFC 8601), read with care: anyone may write such a header into a mail.

Only the topmost one counts, and only when the mailbox's own provider signed it with its name. Comments and quoted
strings are taken out first, for they may hold what looks like a verdict.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from mesinfos.directory import registrable
from mesinfos.ingest.headers import Headers

_QUOTED = re.compile(r'"(?:[^"\\]++|\\.?)*+(?:"|$)', re.DOTALL)  # without an end it takes the rest: none of that counts
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*(dkim|dmarc|spf)\s*=\s*([a-z]+)(?=[\s;]|$)(.*)", re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(r"\b(header\.(?:d|i|from)|smtp\.mailfrom)\s*=\s*([^\s;]+)", re.IGNORECASE)

_SIGNATURE = re.compile(r"\bheader\.([disb])\s*=\s*([^\s;]+)", re.IGNORECASE)


class Signed(NamedTuple):
    """A signature that the provider found good: its domain, its identity's, selector and beginning; "" if not named."""

    domain: str
    identity: str
    selector: str
    begins: str


class Result(NamedTuple):
    """One method's verdict, and the domains it speaks of."""

    method: str
    verdict: str
    domains: tuple[str, ...]


def own_results(headers: Headers, authserv_ids: tuple[str, ...]) -> tuple[Result, ...]:
    """The verdicts of the topmost field when it is the provider's own; otherwise none."""
    return read_results(_own(headers, authserv_ids))


def _own(headers: Headers, authserv_ids: tuple[str, ...]) -> str:
    topmost = headers.get("authentication-results")
    own = {registrable(name) for name in authserv_ids} - {""}
    return topmost if own and registrable(_authserv(topmost)) in own else ""


def signed_by(headers: Headers, authserv_ids: tuple[str, ...]) -> list[Signed]:
    """The DKIM signatures that the provider itself found good."""
    found = []
    for statement in _plain(_own(headers, authserv_ids)).split(";")[1:40]:
        match = _RESULT.fullmatch(statement)
        if match and (match[1].lower(), match[2].lower()) == ("dkim", "pass"):
            named = {name.lower(): value for name, value in _SIGNATURE.findall(match[3])}
            identity = named.get("i", "").rpartition("@")[2].lower()
            beginning = named.get("b", "").replace('""', "")
            found.append(Signed(named.get("d", "").lower(), identity, named.get("s", "").lower(), beginning))
    return [one for one in found if one.domain or one.identity]


def claims_failure(headers: Headers) -> bool:
    """True when the topmost field, whoever wrote it, says that the sender failed: no forger writes that."""
    results = read_results(headers.get("authentication-results"))
    failed = {one.method for one in results if one.verdict == "fail"}
    return "dmarc" in failed or failed == {"spf", "dkim"}


@lru_cache(maxsize=4)  # whose it is and what it claims are two questions about one field
def read_results(field: str) -> tuple[Result, ...]:
    """Every dkim, dmarc and spf verdict of one field."""
    found = []
    for statement in _plain(field).split(";")[1:40]:
        match = _RESULT.fullmatch(statement)
        if match:
            domains = tuple(registrable(value.lstrip("@")) for _, value in _PROPERTY.findall(match[3]))
            found.append(Result(match[1].lower(), match[2].lower(), domains))
    return tuple(found)


def _authserv(field: str) -> str:
    first = _plain(field).split(";")[0].split()
    return first[0] if first else ""


def _plain(field: str) -> str:
    text = _QUOTED.sub('""', field[:20_000])
    for _ in range(4):
        text = _COMMENT.sub(" ", text)
    return text.split("(")[0]


def judged(head: bytes, authserv_ids: tuple[str, ...]) -> bool:
    """True when the provider itself passed or failed somebody's signature: then no key has to be looked up."""
    if not authserv_ids or b"uthentication-" not in head:
        return False
    results = own_results(Headers(head.replace(b"\r\n", b"\n")), authserv_ids)
    return any(one.method in {"dmarc", "dkim"} and one.verdict in {"pass", "fail"} for one in results)
