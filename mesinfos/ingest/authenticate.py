"""Who really sent a mail: exactly one plain From, and a proof that its domain stands behind it.

A proof is our own check of an aligned DKIM signature (RFC 6376) when the key is at hand, or the DMARC verdict
of the mailbox's provider (RFC 9989). SPF alone proves the envelope and not the From. No DNS is asked from here.
"""

import re
from functools import cache
from importlib import import_module
from typing import Any

from mesinfos.directory import registrable
from mesinfos.ingest.addresses import read_addresses
from mesinfos.ingest.context import Context
from mesinfos.ingest.parse import Mail
from mesinfos.ingest.results import claims_failure, own_results
from mesinfos.model.merchant import Sender

MAX_SIGNATURES = 5
_TAG = re.compile(rb"(?:^|;)\s*([a-z]+)\s*=\s*([^;]*)")
_TRANSPORT = frozenset(("received", "return-path", "message-id", "delivered-to", "dkim-signature", "date", "x-mailer"))


def authenticate(mail: Mail, context: Context) -> Sender:
    """The sender as far as it can be believed; `proof` says how it was proved, or why not."""
    fields = mail.headers.raw("from")
    if not fields:
        # A page saved from a mail program has no headers at all; a delivered mail without a From is a trick.
        return Sender("", proof="no From header" if mail.headers.has_any(_TRANSPORT) else "none")
    addresses = read_addresses(fields[0])
    first = addresses.mailboxes[0] if addresses.mailboxes else None
    name, address = (first.name, first.address) if first else ("", "")
    flaw = _flaw(len(fields), addresses.odd, len(addresses.mailboxes), address, name)
    domain = registrable(address) if address else ""
    if flaw:
        return Sender(address, name, domain, proof=flaw)
    return Sender(address, name, domain, *_proof(mail, domain, context))


def is_contradicted(sender: Sender) -> bool:
    """True when the provider found that the mail is not from who it says."""
    return sender.proof == "dmarc=fail"


def is_malformed(sender: Sender) -> bool:
    """True when the From field is no single plain address: then nobody is named, whatever else is written."""
    return sender.proof in FLAWS


FLAWS = frozenset(
    {
        "two From headers",
        "no From header",
        "two authors",
        "no plain address",
        "groups or comments",
        "control characters",
        "two addresses",
        "text after the address",
        "another address in the name",
    }
)


def _flaw(fields: int, odd: str, count: int, address: str, name: str) -> str:
    if fields > 1:
        return "two From headers"
    if odd:
        return odd
    if count != 1 or not address:
        return "two authors" if count > 1 else "no plain address"
    other = re.search(r"[\w.+-]+@([\w-]+\.[\w.-]+\w)", name)
    if other and registrable(other[1]) != registrable(address):
        return "another address in the name"
    return ""


def _proof(mail: Mail, domain: str, context: Context) -> tuple[bool, str]:
    results = own_results(mail.headers, context.authserv_ids)
    if any(one.method == "dmarc" and one.verdict == "fail" for one in results) or claims_failure(mail.headers):
        return False, "dmarc=fail"
    if any(one.verdict == "pass" and one.method in {"dmarc", "dkim"} and domain in one.domains for one in results):
        return True, "authentication-results"
    if context.dkim_keys and _signed(mail, domain, context):
        return True, "dkim"
    return False, "none"


def _signed(mail: Mail, domain: str, context: Context) -> bool:
    """True when a signature of this very domain is good."""
    for index, field in enumerate(mail.headers.raw("dkim-signature")[:MAX_SIGNATURES]):
        tags = signature_tags(field)
        if registrable(_signer(tags)) == domain and good_signature(mail, index, tags, context):
            return True
    return False


def signature_tags(field: bytes) -> dict[bytes, bytes]:
    """The tags of a DKIM-Signature."""
    return {name: value.strip() for name, value in _TAG.findall(field)}


def good_signature(mail: Mail, index: int, tags: dict[bytes, bytes], context: Context) -> bool:
    """True when this signature is good by a key at hand; one that leaves the body's end open (`l=`) is not."""
    query = f"{tags.get(b's', b'').decode('ascii', 'replace')}._domainkey.{_signer(tags)}".lower()
    record = context.dkim_keys.get(query)
    return bool(record) and b"l" not in tags and _good(mail.raw, index, record or "")


def _signer(tags: dict[bytes, bytes]) -> str:
    return tags.get(b"d", b"").decode("ascii", "replace").lower()


def _good(raw: bytes, index: int, record: str) -> bool:
    try:
        return bool(_dkim().DKIM(raw).verify(idx=index, dnsfunc=lambda _name, timeout=5: record.encode()))  # noqa: ARG005
    except Exception:  # noqa: BLE001  dkimpy raises whatever a hostile signature makes it raise; all of it means "no"
        return False


@cache
def _dkim() -> Any:
    # Loaded with the first key at hand: it brings a whole DNS resolver along, a tenth of a second for every worker.
    return import_module("dkim")
