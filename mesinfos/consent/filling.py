"""Filling the outbox: from folded things while the vault is open, and from each new observation, vault locked or not.

A later disclosure of a thing replaces an earlier one; one marked partial is news of a thing, and replaces only what it
says. When the vault opens, `refresh` puts the folded thing in the place of its news.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection, delete, insert, select, update

from mesinfos.consent.disclose import DIGEST, Disclosure, for_grant, news_for_grant
from mesinfos.consent.emptying import sweep
from mesinfos.consent.grant import Grant
from mesinfos.consent.journal import Action, append
from mesinfos.consent.ledger import Live, State, admit, change_grant, live_grants, today
from mesinfos.consent.standing import remember, standing_of
from mesinfos.consent.things import from_observation, from_reading
from mesinfos.consent.webhooks import queue_news
from mesinfos.errors import N_, NoGrant
from mesinfos.model.facts import Observation
from mesinfos.model.message import Message
from mesinfos.relations.likeness import sender_of
from mesinfos.relations.reading import Reading
from mesinfos.vault.grantkeys import seal_for_grant
from mesinfos.vault.instance import Instance
from mesinfos.vault.keys import new_id
from mesinfos.vault.openvault import GRANT, OpenVault
from mesinfos.vault.records import known_tags
from mesinfos.vault.tables import disclosure, envelope, stamp
from mesinfos.vault.tables import grant as grants
from mesinfos.vault.tags import Tags

SLICE = 2000
"""Disclosures written in one transaction, so that a long past does not hold up a sync."""


class Change(NamedTuple):
    """What brings an outbox up to date: rows to delete by number, disclosures to add."""

    old: list[int]
    new: list[Disclosure]


def preview(vault: OpenVault, grant: Grant, reading: Reading) -> list[bytes]:
    """The exact bytes that the merchant of this grant, or of this draft, is given for all there is now."""
    shown = for_grant(vault.instance.key, grant, from_reading(reading), today())
    return [one.content for one in shown]


def fill_past(vault: OpenVault, grant: Grant, reading: Reading) -> int:
    """Disclose all there is now to a grant just given; returns how many disclosures were written."""
    return _bring_up_to_date(vault, grant, reading)


def change(vault: OpenVault, grant_id: str, draft: Grant, reading: Reading) -> Grant:
    """Sign other terms for a live grant: what they no longer give is gone at once, what they give anew is filled in.

    Disclosures that stay as they are keep their numbers, so the merchant is told nothing twice.
    """
    wanted = for_grant(vault.instance.key, replace(draft, grant_id=grant_id), from_reading(reading), today())
    changed = change_grant(vault, grant_id, draft, keep={one.thing + one.digest for one in wanted})
    fill_past(vault, changed, reading)
    return changed


def refresh(vault: OpenVault, reading: Reading) -> int:
    """Replace news by folded things in every live grant's outbox; returns how many disclosures were written.

    Cheap when nothing came in since: each grant remembers up to where it was refreshed.
    """
    mark = _mark_of(reading)
    with vault.instance.database.read(vault.vault_id) as conn:
        stale = [grant_id for grant_id, known in _marks(vault, conn) if known != mark]
    if not stale:
        return 0
    with vault.instance.database.write(vault.vault_id) as conn:
        running = live_grants(vault.instance, conn, vault.vault_id)
    return sum(_bring_up_to_date(vault, live.grant, reading) for live in running if live.grant.grant_id in stale)


def disclose_batch(
    instance: Instance, conn: Connection, vault_id: str, observations: Sequence[tuple[str, Observation]]
) -> int:
    """Disclose new observations (record id, observation) to every live grant, in the caller's write transaction.

    Works while the vault is locked. Mail of a sender about whom the person made a rule waits until the vault opens, for
    only then can it be seen through that rule. Returns how many disclosures were written.
    """
    running = live_grants(instance, conn, vault_id)
    if not running:
        return 0
    held = _ruled(instance, conn, vault_id, observations)
    free = (pair for pair in observations if pair[0] not in held and pair[1].message not in held)
    things = [thing for record_id, seen in free if (thing := from_observation(record_id, seen))]
    written = 0
    for live in running:
        news = news_for_grant(instance.key, live.grant, things, today())
        _write(instance, conn, live, Change([], news))
        written += len(news)
    return written


def _ruled(
    instance: Instance, conn: Connection, vault_id: str, observations: Sequence[tuple[str, Observation]]
) -> set[str]:
    """The mails among these whose senders there are rules about, or were; facts come in the batch of their mail."""
    tags = Tags(instance, vault_id)
    mails = {
        record_id: tags.ruled(sender_of(seen.fact))
        for record_id, seen in observations
        if isinstance(seen.fact, Message)
    }
    known = known_tags(conn, vault_id, set(mails.values()))
    return {record_id for record_id, tag in mails.items() if tag in known}


def _bring_up_to_date(vault: OpenVault, grant: Grant, reading: Reading) -> int:
    mark = _mark_of(reading)
    wanted = for_grant(vault.instance.key, grant, from_reading(reading), today())
    with vault.instance.database.read(vault.vault_id) as conn:
        change = _difference(vault.instance, grant, wanted, _present(conn, grant))
    for part in _slices(change):
        with vault.instance.database.write(vault.vault_id) as conn:
            _write(vault.instance, conn, _still_live(vault.instance, conn, grant), part)
    with vault.instance.database.write(vault.vault_id) as conn:
        _still_live(vault.instance, conn, grant)
        sweep(conn, grant.vault_id, grant.grant_id)
        _update(conn, grant, complete=True)
        remember(vault.instance, conn, grant.vault_id, grant.grant_id, mark=mark)
    return len(change.new)


def _difference(
    instance: Instance, grant: Grant, wanted: Iterable[Disclosure], present: dict[bytes, list[tuple[int, bytes]]]
) -> Change:
    """Keep what is there once with the same bytes; replace what differs; say of the rest that it is gone."""
    change = Change([], [])
    left = dict(present)
    for one in wanted:
        rows = left.pop(one.thing, [])
        if [digest for _, digest in rows] != [one.digest]:
            change.old.extend(seq for seq, _ in rows)
            change.new.append(one)
    for thing, rows in left.items():
        gone = Disclosure.gone(instance.key, grant, thing)
        if [digest for _, digest in rows] != [gone.digest]:
            change.old.extend(seq for seq, _ in rows)
            change.new.append(gone)
    return change


def _slices(change: Change) -> Iterator[Change]:
    for start in range(0, max(len(change.old), len(change.new)), SLICE):
        yield Change(change.old[start : start + SLICE], change.new[start : start + SLICE])


def _write(instance: Instance, conn: Connection, live: Live, change: Change) -> None:
    """Delete and add, in one envelope of the grant, and say so in the journal."""
    grant = live.grant
    mine = (disclosure.c.vault_id == grant.vault_id, disclosure.c.grant_id == grant.grant_id)
    for start in range(0, len(change.old), 500):
        conn.execute(delete(disclosure).where(*mine, disclosure.c.seq.in_(change.old[start : start + 500])))
    if not change.new:
        return
    items = [(new_id(), one.content) for one in change.new]
    envelope_id, sealed, texts = seal_for_grant(grant.vault_id, grant.grant_id, live.public_key, items)
    place = {"vault_id": grant.vault_id, "grant_id": grant.grant_id, "envelope_id": envelope_id}
    conn.execute(insert(envelope), place | {"form": GRANT, "sealed": sealed, "mac": b""})
    last = _last_seq(conn, grant)
    common = place | {"day": "", "created_at": stamp()}
    rows = [
        common | {"seq": seq, "item_id": item_id, "ref": one.thing + one.digest, "ciphertext": text}
        for seq, (one, (item_id, _), text) in enumerate(zip(change.new, items, texts, strict=True), last + 1)
    ]
    conn.execute(insert(disclosure), rows)
    _update(conn, grant, last_seq=last + len(rows))
    append(instance, conn, grant.vault_id, Action.DATA_DISCLOSED, grant.grant_id, {"things": len(rows)})
    queue_news(instance, conn, grant.vault_id, grant.grant_id)


def _present(conn: Connection, grant: Grant) -> dict[bytes, list[tuple[int, bytes]]]:
    """What lies in the outbox: for each thing, number and digest of its disclosures; an emptied one has no digest."""
    mine = (disclosure.c.vault_id == grant.vault_id, disclosure.c.grant_id == grant.grant_id)
    found: dict[bytes, list[tuple[int, bytes]]] = {}
    for seq, ref, place in conn.execute(
        select(disclosure.c.seq, disclosure.c.ref, disclosure.c.envelope_id).where(*mine)
    ):
        digest = bytes(ref[-DIGEST:]) if place else b""
        found.setdefault(bytes(ref[:-DIGEST]), []).append((seq, digest))
    return found


def _still_live(instance: Instance, conn: Connection, grant: Grant) -> Live:
    mine = (grants.c.vault_id == grant.vault_id, grants.c.grant_id == grant.grant_id)
    row = conn.execute(select(grants).where(*mine).with_for_update()).one_or_none()
    live = admit(instance, conn, row) if row else None
    if live is None or live.grant != grant:
        raise NoGrant(N_("This grant is no longer in force."))
    return live


def _last_seq(conn: Connection, grant: Grant) -> int:
    mine = (grants.c.vault_id == grant.vault_id, grants.c.grant_id == grant.grant_id)
    return int(conn.execute(select(grants.c.last_seq).where(*mine)).scalar_one())


def _update(conn: Connection, grant: Grant, **values: object) -> None:
    mine = (grants.c.vault_id == grant.vault_id, grants.c.grant_id == grant.grant_id)
    conn.execute(update(grants).where(*mine).values(**values))


def _marks(vault: OpenVault, conn: Connection) -> list[tuple[str, tuple[int, int] | None]]:
    """Up to where each live grant was refreshed; None for one that never was, or whose mark was damaged."""
    mine = (grants.c.vault_id == vault.vault_id, grants.c.state == State.LIVE)
    rows = conn.execute(select(grants).where(*mine)).all()
    return [(row.grant_id, standing_of(vault.instance, row).mark) for row in rows]


def _mark_of(reading: Reading) -> tuple[int, int]:
    """Up to where a reading goes, and how much is left of it, for a deletion changes it too."""
    return reading.mark()
