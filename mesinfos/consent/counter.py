"""What a merchant is given over the counter: what lies in its grant's outbox, and nothing else.

Reading is a look-up: no row, no data, whatever the rules say. Each disclosure is sealed to its grant's public key,
whose private half only the merchant's token gives, so the database alone opens none. This file knows neither records
nor what they fold into, and an import contract keeps it so.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from threading import Lock
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, bindparam, select

from mesinfos.consent.archive import COPIES
from mesinfos.consent.grant import Grant
from mesinfos.consent.journal import Action, Line, append_all
from mesinfos.consent.ledger import Live, admit, today
from mesinfos.consent.readers import reader_of
from mesinfos.consent.replay import REPLAYED, Proof, first_time
from mesinfos.consent.standing import remember, standing_of
from mesinfos.consent.tokens import bound_of, fits
from mesinfos.errors import NoGrant, ProofRefused, Tampered, UnknownFormat
from mesinfos.vault.grantkeys import NO_GRANT, GrantReader, token_auth
from mesinfos.vault.instance import Instance
from mesinfos.vault.tables import disclosure, envelope, stamp, token
from mesinfos.vault.tables import grant as grants

NOTHING = NO_GRANT
Refusal = NoGrant | ProofRefused
PAGE = 100
"""Disclosures in one answer: how far an answer that already runs can outlive a withdrawal."""


class Page(NamedTuple):
    """What one request of a merchant is given; `next` is what to ask after, `head` the journal's last hash.

    `damaged` counts disclosures that no longer open; they are left out, and made anew when the vault opens. `left` is
    what may still be read today (UTC) under a grant with a daily volume, `again` the day to go on when that is nothing.
    """

    disclosures: list[bytes]
    next: int
    more: bool
    complete: bool
    grant: Grant
    head: bytes
    damaged: int = 0
    left: int | None = None
    again: date | None = None


class Ask(NamedTuple):
    """One request: a token, and the number of the last disclosure its merchant knows; None asks for the terms only.

    With `receipts` it asks for the grant's receipts instead; they count towards no volume.
    `proof` is there for a token shown by DPoP, None for one that was made by hand and is shown as a bearer's.
    """

    token: str
    after: int | None = 0
    limit: int = PAGE
    receipts: bool = False
    proof: Proof | None = None


def page(instance: Instance, token: str, after: int = 0, limit: int = PAGE) -> Page:
    """The disclosures numbered after `after`, at most `limit`; raises NoGrant, alike for each token that opens nothing.

    The grant's state, its rows and the journal's line are one transaction: a read that cannot be written down fails.
    """
    return _raised(pages(instance, [Ask(token, after, limit)])[0])


def terms(instance: Instance, token: str) -> Grant:
    """What this token's grant says, for its merchant; raises NoGrant. Written down like a read."""
    return _raised(pages(instance, [Ask(token, None)])[0]).grant


def pages(instance: Instance, asks: Sequence[Ask]) -> list[Page | Refusal]:
    """An answer to each request, in their order. Those to one vault share a transaction, and so one write to the disk.

    An error of the store fails them all: none is answered that was not written down.
    """
    answers: list[Page | Refusal] = [NoGrant(NOTHING)] * len(asks)
    for vault_id, places in _by_vault(instance, asks).items():
        with _one_at_a_time, instance.database.write(vault_id) as conn:
            taken, replayed = _take(instance, conn, vault_id, [(place, asks[place.ask]) for place in places])
        for place in replayed:
            answers[place.ask] = ProofRefused(REPLAYED)
        for found, head in taken:
            try:
                answers[found.place.ask] = _page(found, head)
            except (NoGrant, Tampered, UnknownFormat):  # the token's row says something else than when it was made
                answers[found.place.ask] = NoGrant(NOTHING)
    return answers


class _Place(NamedTuple):
    """Where a token leads, and which request shows it; `row` is the token's own."""

    vault_id: str
    grant_id: str
    ask: int
    auth: bytes
    row: Row[Any]


class _State(NamedTuple):
    live: Live
    complete: bool
    left: int | None


class _Found(NamedTuple):
    """What one request gets: `left` counts what its grant may still read today once it has."""

    place: _Place
    ask: Ask
    state: _State
    rows: list[Any]
    more: bool
    left: int | None


def _by_vault(instance: Instance, asks: Sequence[Ask]) -> dict[str, list[_Place]]:
    """Requests by vault. Only a stored token is worth the write lock that a read takes."""
    shown = {number: auth for number, ask in enumerate(asks) if (auth := _auth(ask.token))}
    if not shown:
        return {}
    with instance.database.read() as conn:
        rows = conn.execute(_TOKENS, {"auths": list(set(shown.values()))}).all()
    known = {bytes(row.auth): row for row in rows}
    places: dict[str, list[_Place]] = {}
    now = stamp()
    for number, auth in shown.items():
        row = known.get(auth)
        if row is not None and fits(bound_of(row), asks[number].proof, now):
            places.setdefault(row.vault_id, []).append(_Place(row.vault_id, row.grant_id, number, auth, row))
    return places


def _auth(token: str) -> bytes | None:
    try:
        return token_auth(token)
    except NoGrant:
        return None


def _take(
    instance: Instance, conn: Connection, vault_id: str, wanted: Sequence[tuple[_Place, Ask]]
) -> tuple[list[tuple[_Found, bytes]], list[_Place]]:
    """Look up what each request may have and write each into the journal; a grant's state is read here and now.

    The second list are those whose proof was used before: looked at with the grant's row locked, so by one at a time.
    """
    shown = {place.grant_id: place for place, _ in wanted}
    states = {grant_id: _state(instance, conn, place) for grant_id, place in shown.items()}
    lefts = {grant_id: state.left for grant_id, state in states.items() if state}
    first, replayed = _unused(conn, vault_id, wanted)
    found = []
    for place, ask in first:
        if state := states[place.grant_id]:
            one = _found(conn, place, ask, state, lefts[place.grant_id])
            lefts[place.grant_id] = one.left
            found.append(one)
    _note_volume(instance, conn, vault_id, states, lefts)
    heads = append_all(instance, conn, vault_id, [_line(one) for one in found])
    return list(zip(found, heads, strict=True)), replayed


def _unused(
    conn: Connection, vault_id: str, wanted: Sequence[tuple[_Place, Ask]]
) -> tuple[list[tuple[_Place, Ask]], list[_Place]]:
    proofs = [(number, ask.proof) for number, (_, ask) in enumerate(wanted) if ask.proof]
    fresh = first_time(conn, vault_id, [(proof.mark, proof.until) for _, proof in proofs]) if proofs else set()
    used = {number for place, (number, _) in enumerate(proofs) if place not in fresh}
    first = [one for number, one in enumerate(wanted) if number not in used]
    return first, [wanted[number][0] for number in used]


def _state(instance: Instance, conn: Connection, place: _Place) -> _State | None:
    row = conn.execute(_GRANT, {"vault": place.vault_id, "grant": place.grant_id}).one_or_none()
    live = admit(instance, conn, row) if row else None
    if row is None or live is None:
        return None
    volume = live.grant.volume
    left = max(0, volume - standing_of(instance, row).read_on(today())) if volume else None
    return _State(live, bool(row.complete), left)


def _found(conn: Connection, place: _Place, ask: Ask, state: _State, left: int | None) -> _Found:
    if ask.after is None:
        return _Found(place, ask, state, [], more=False, left=left)
    if ask.receipts:
        copies = conn.execute(COPIES, {"vault": place.vault_id, "grant": place.grant_id}).all()
        return _Found(place, ask, state, list(copies), more=False, left=left)
    most = ask.limit if left is None else min(ask.limit, left)
    asked = {"vault": place.vault_id, "grant": place.grant_id, "after": ask.after, "most": most + 1}
    rows = list(conn.execute(_DISCLOSURES, asked).all())
    taken = rows[:most]
    return _Found(place, ask, state, taken, len(rows) > most, None if left is None else left - len(taken))


def _note_volume(
    instance: Instance,
    conn: Connection,
    vault_id: str,
    states: Mapping[str, _State | None],
    lefts: Mapping[str, int | None],
) -> None:
    """Count what was read today, in the same transaction, so that two readers at once get no more than one."""
    for grant_id, left in lefts.items():
        state = states[grant_id]
        if state and left is not None and left != state.left:
            read = state.live.grant.volume - left
            remember(instance, conn, vault_id, grant_id, day=today(), read=read)


def _line(found: _Found) -> Line:
    if found.ask.receipts:
        return Line(Action.RECEIPTS_READ, found.place.grant_id)
    if found.ask.after is None:
        return Line(Action.GRANT_READ, found.place.grant_id)
    size = sum(len(row.ciphertext) for row in found.rows)  # as it lay sealed: it is opened when this is written
    said = {"things": len(found.rows), "after": found.ask.after, "bytes": size}
    return Line(Action.DATA_READ, found.place.grant_id, said)


def _page(found: _Found, head: bytes) -> Page:
    """The answer, decrypted after the commit, so that nobody waits for it with the lock."""
    reader, rows, state = reader_of(found.ask.token, found.place.row), found.rows, found.state
    shown = [text for row in rows if (text := _opened(reader, row)) is not None]
    last = rows[-1].seq if rows else found.ask.after or 0
    again = today() + timedelta(days=1) if found.more and found.left == 0 else None
    damaged = len(rows) - len(shown)
    return Page(shown, last, found.more, state.complete, state.live.grant, head, damaged, found.left, again)


def _opened(reader: GrantReader, row: Any) -> bytes | None:
    try:
        return reader.open(row.envelope_id, row.sealed, row.item_id, row.ciphertext)
    except (Tampered, UnknownFormat):
        return None


def _raised(answer: Page | Refusal) -> Page:
    if isinstance(answer, NoGrant | ProofRefused):
        raise answer
    return answer


_one_at_a_time = Lock()
"""SQLite lets writers poll for its lock, without a queue: many readers at once could keep a withdrawal out for long."""


# Written once: putting a statement together costs several times what running it does.
_TOKENS = select(token).where(token.c.auth.in_(bindparam("auths", expanding=True)))
_GRANT = (
    select(grants)
    .where(grants.c.vault_id == bindparam("vault"), grants.c.grant_id == bindparam("grant"))
    .with_for_update()
)
_DISCLOSURES = (
    select(*(disclosure.c[name] for name in ("seq", "item_id", "envelope_id", "ciphertext")), envelope.c.sealed)
    .join(
        envelope,
        and_(envelope.c.vault_id == disclosure.c.vault_id, envelope.c.envelope_id == disclosure.c.envelope_id),
    )
    .where(disclosure.c.vault_id == bindparam("vault"), disclosure.c.grant_id == bindparam("grant"))
    .where(disclosure.c.seq > bindparam("after"))
    .order_by(disclosure.c.seq)
    .limit(bindparam("most"))
)
