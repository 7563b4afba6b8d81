"""Is a merchant who it says it is? It proves a domain by something that only the domain's owner can put there.

Three ways, and the first that holds is kept: its client id lies on the domain (its document was fetched from there),
the DNS says so (`_mesinfos.DOMAIN` TXT `mesinfos-client=CLIENT_ID`, or its SHA-256 in hexadecimal), or a file on the
domain does (`/.well-known/mesinfos.json`, {"clients": ["CLIENT_ID"]}). A token made by hand has no client id: whom the
person gave it to, only the person knows. A proof is looked at again each week; one that no longer holds is dropped.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import Connection, delete, insert, select

from mesinfos.directory import registrable
from mesinfos.errors import MesInfosError, Unreachable
from mesinfos.outbound import Reach, fetch
from mesinfos.resolver import text_records
from mesinfos.vault.instance import Instance
from mesinfos.vault.keys import joined
from mesinfos.vault.tables import moment, proof, stamp

PURPOSE = "proof"
PREFIX, RECORD = "_mesinfos.", "mesinfos-client="
FILE = "/.well-known/mesinfos.json"
FRESH, ASKED_AGAIN = timedelta(days=7), timedelta(minutes=10)
"""How long a proof counts before it is looked at again, and how long the lack of one does."""

PATIENCE = 4.0  # seconds for a question to the DNS
LARGEST = 16 << 10  # bytes of the file


class Way(StrEnum):
    """How a domain was proved; NONE for unproven."""

    NONE = ""
    CLIENT_ID = "client_id"
    DNS = "dns"
    FILE = "file"


class Proof(msgspec.Struct, frozen=True):
    """What was found, when; `client_id` is what must be shown while `way` is NONE."""

    domain: str
    client_id: str
    way: Way
    at: datetime

    @property
    def host(self) -> str:
        """Where the client's document lies: all that is known of an unproven one."""
        return urlsplit(self.client_id).hostname or ""


def prove(instance: Instance, vault_id: str, domain: str, client_id: str, now: datetime | None = None) -> Proof:
    """The proof that this client is that domain's: the kept one of this week, or a new look; always an answer."""
    now = now or datetime.now(UTC)
    known = known_proof(instance, vault_id, domain, client_id)
    if known and now - known.at < (ASKED_AGAIN if known.way is Way.NONE else FRESH):
        return known
    found = Proof(domain, client_id, look(instance, domain, client_id), now)
    with instance.database.write(vault_id) as conn:
        _keep(instance, conn, vault_id, found)
    return found


def known_proof(instance: Instance, vault_id: str, domain: str, client_id: str) -> Proof | None:
    """What was found last, without asking anybody; None when nobody ever looked."""
    with instance.database.read(vault_id) as conn:
        mine = (proof.c.vault_id == vault_id, proof.c.tag == _tag(instance, vault_id, domain, client_id))
        row = conn.execute(select(proof).where(*mine)).one_or_none()
    return _opened(instance, row) if row else None


def prove_again(instance: Instance, now: datetime | None = None) -> int:
    """Look again at proofs older than a week, of every vault; returns how many."""
    before = stamp((now or datetime.now(UTC)) - FRESH)
    with instance.database.read() as conn:
        rows = conn.execute(select(proof).where(proof.c.checked_at < before).limit(100)).all()
    for row in rows:
        kept = _opened(instance, row)
        prove(instance, row.vault_id, kept.domain, kept.client_id, now)
    return len(rows)


def look(instance: Instance, domain: str, client_id: str) -> Way:
    """Ask now. Whatever goes wrong is no proof."""
    if not client_id:
        return Way.NONE
    if _lies_on(client_id, domain):
        return Way.CLIENT_ID
    if any(_names(text, client_id) for text in _records(instance.settings.dkim_resolver or "system", domain)):
        return Way.DNS
    return Way.FILE if client_id in _listed(instance, domain) else Way.NONE


def _lies_on(client_id: str, domain: str) -> bool:
    """On the domain or below it, within one registration: below a public suffix everybody is a stranger."""
    parts = urlsplit(client_id)
    host = (parts.hostname or "").lower()
    below = host == domain or host.endswith(f".{domain}")
    return parts.scheme == "https" and below and registrable(host) == registrable(domain)


def _names(text: str, client_id: str) -> bool:
    said = text.strip().removeprefix(RECORD)
    return text.strip().startswith(RECORD) and said in {client_id, sha256(client_id.encode()).hexdigest()}


def _records(resolver: str, domain: str) -> list[str]:
    try:
        return text_records(resolver, f"{PREFIX}{domain}", PATIENCE)[:20]
    except Exception:  # noqa: BLE001  whatever an odd answer makes the library raise, it proves nothing
        return []


def _listed(instance: Instance, domain: str) -> tuple[str, ...]:
    reach = Reach(instance.settings.outbound_hosts)
    try:
        return msgspec.json.decode(fetch(f"https://{domain}{FILE}", limit=LARGEST, reach=reach), type=_File).clients
    except (Unreachable, MesInfosError, msgspec.MsgspecError, UnicodeDecodeError):
        return ()


class _File(msgspec.Struct):
    clients: tuple[str, ...] = ()


def _keep(instance: Instance, conn: Connection, vault_id: str, found: Proof) -> None:
    tag = _tag(instance, vault_id, found.domain, found.client_id)
    conn.execute(delete(proof).where(proof.c.vault_id == vault_id, proof.c.tag == tag))
    sealed = instance.key.seal(vault_id, PURPOSE, tag.hex(), msgspec.json.encode(found))
    row = {"vault_id": vault_id, "tag": tag, "checked_at": stamp(found.at), "sealed": sealed}
    conn.execute(insert(proof), row)


def _opened(instance: Instance, row: Any) -> Proof:
    kept = msgspec.json.decode(instance.key.open(row.vault_id, PURPOSE, bytes(row.tag).hex(), row.sealed), type=Proof)
    return msgspec.structs.replace(kept, at=moment(row.checked_at))


def _tag(instance: Instance, vault_id: str, domain: str, client_id: str) -> bytes:
    return instance.key.mac(vault_id, PURPOSE, joined(domain.encode(), client_id.encode()))[:16]
