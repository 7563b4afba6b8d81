"""Keys of DKIM signatures (RFC 6376 §3.6.2) asked from the DNS: by the parent alone, where the operator wants it.

A question tells the resolver, and the name server of whoever wrote, that a mail of theirs is read here
(docs/decisions/0019). So only aligned signatures of recent mail from organisations are asked about, and none that the
mailbox's own provider has judged. Answers live in memory: on disk they would list the merchants beside a sealed vault.

The mail names what is asked, never whom: every question goes to the resolver, and no other address is contacted.
"""

import re
import time
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from mesinfos.directory import registrable
from mesinfos.ingest.results import judged
from mesinfos.ingest.screen import wants_body
from mesinfos.logs import get_logger
from mesinfos.resolver import text_records

log = get_logger("mesinfos.dkim")

RECENT = timedelta(days=400)  # keys of older mail are mostly gone
LIFETIME, REFUSED = 24 * 3600.0, 3600.0  # seconds that a key, and the lack of one, are remembered
MOST = 2_000  # keys remembered
PATIENCE, BUDGET = 2.0, 4.0  # seconds for one question, and for those of a batch
AT_ONCE = 8
PER_BATCH, PER_DOMAIN = 60, 8  # questions; a sender with a selector for each mail would count its readers
SILENCES = 8  # questions in a row without an answer; then no more are asked for LIFETIME of a refusal
LONGEST = 4_096  # characters of a record

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?")
_SIGNATURE = re.compile(rb"^dkim-signature[ \t]*:((?:[^\n]*\n)(?:[ \t][^\n]*\n)*)", re.IGNORECASE | re.MULTILINE)
_FROM = re.compile(rb"^from[ \t]*:(?:[^\n]*\n)(?:[ \t][^\n]*\n)*", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(rb"@([A-Za-z0-9.-]+)")
_TAG = re.compile(rb"(?:^|;)\s*([sd])\s*=\s*([A-Za-z0-9._-]+)\s*(?=;|$)")


class _Answer(NamedTuple):
    record: str
    until: float


class KeyBook:
    """What is known of keys; one a process, for all its syncs. `resolver` is "system", or an address (`1.2.3.4#53`)."""

    def __init__(self, resolver: str) -> None:
        self._resolver = resolver
        self._known: OrderedDict[str, _Answer] = OrderedDict()
        self._asked: Counter[str] = Counter()
        self._silent, self._quiet_until = 0, 0.0

    def keys_for(self, mails: Iterable[bytes], signers: tuple[str, ...]) -> dict[str, str]:
        """The records that verifying these mails needs, by `selector._domainkey.domain`, as far as they were found."""
        now = time.monotonic()
        names: set[str] = set()
        missing: set[str] = set()
        for raw in mails:
            head = _head(raw)
            found = names_in(head)
            unknown = {name for name in found if (known := self._known.get(name)) is None or known.until < now}
            names.update(found)
            missing.update(unknown if unknown and needs_proof(head, signers) else ())
        if missing and now >= self._quiet_until:
            self._ask(self._allowed(sorted(missing)))
        return {name: self._known[name].record for name in names if name in self._known and self._known[name].record}

    def _allowed(self, names: list[str]) -> list[str]:
        allowed: list[str] = []
        for name in names:
            domain = registrable(name.partition("._domainkey.")[2])
            if self._asked[domain] < PER_DOMAIN and len(allowed) < PER_BATCH:
                self._asked[domain] += 1
                allowed.append(name)
        return allowed

    def _ask(self, names: list[str]) -> None:
        """Ask side by side; what has no answer within the budget is left to a later batch."""
        pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="dkim key")
        futures = {pool.submit(_record, self._resolver, name): name for name in names}
        done, late = wait(futures, BUDGET)
        pool.shutdown(wait=False, cancel_futures=True)
        for future in done:
            self._remember(futures[future], future.result())
        self._silent += len(late)
        if self._silent >= SILENCES:
            self._silent, self._quiet_until = 0, time.monotonic() + REFUSED
            log.warning("the resolver does not answer; no DKIM keys are asked for a while")

    def _remember(self, name: str, record: str | None) -> None:
        if record is None:
            self._silent += 1
            return
        self._silent = 0
        self._known[name] = _Answer(record, time.monotonic() + (LIFETIME if record else REFUSED))
        self._known.move_to_end(name)
        while len(self._known) > MOST:
            self._known.popitem(last=False)


class NoKeys:
    """The operator wants no questions: nothing is looked at, nothing asked."""

    def keys_for(self, mails: Iterable[bytes], signers: tuple[str, ...]) -> dict[str, str]:  # noqa: ARG002  the contract
        """None."""
        return {}


@lru_cache(maxsize=4)
def key_book(resolver: str) -> KeyBook | NoKeys:
    """The process's book for that resolver; "" asks nothing."""
    return KeyBook(resolver) if resolver else NoKeys()


def names_in(head: bytes) -> list[str]:
    """The names under which the keys of a mail's own signatures lie: those by the From's domain."""
    fields = _SIGNATURE.findall(head)
    domain = _from_domain(head) if fields else ""
    return [name for field in fields[:5] if (name := _name(field, domain))] if domain else []


def needs_proof(head: bytes, signers: tuple[str, ...]) -> bool:
    """True for an organisation's mail that the mailbox's own provider has not judged."""
    return not judged(head, signers) and wants_body(head)


def is_recent(sent: datetime) -> bool:
    """False for mail so old that its keys are gone."""
    return sent >= datetime.now(UTC) - RECENT


def _head(raw: bytes) -> bytes:
    ends = [end for mark in (b"\n\n", b"\n\r\n") if (end := raw.find(mark, 0, 256 << 10)) >= 0]
    return raw[: min(ends) + 1] if ends else b""


def _from_domain(head: bytes) -> str:
    fields = _FROM.findall(head)
    hosts = _ADDRESS.findall(fields[0]) if len(fields) == 1 else []
    return registrable(hosts[-1].decode("ascii")) if hosts else ""


def _name(field: bytes, domain: str) -> str:
    tags: Mapping[bytes, bytes] = dict(_TAG.findall(field.replace(b"\r", b"").replace(b"\n", b" ")))
    signer = tags.get(b"d", b"").decode("ascii").lower()
    name = f"{tags.get(b's', b'').decode('ascii').lower()}._domainkey.{signer}"
    fits = "." in domain and registrable(signer) == domain and ".." not in name and not name.startswith("._")
    return name if fits and _NAME.fullmatch(name) else ""


def _record(resolver: str, name: str) -> str | None:
    """The TXT record of that name; "" when there is surely none, None when nobody answered."""
    try:
        records = text_records(resolver, name, PATIENCE)
    except Exception as problem:  # noqa: BLE001  whatever an odd answer makes the library raise, there is no key
        silent = type(problem).__name__ in {"LifetimeTimeout", "NoNameservers", "NoResolverConfiguration"}
        return None if silent else ""
    return next((record for record in records if "p=" in record and len(record) <= LONGEST), "")
