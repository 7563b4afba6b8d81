"""Emptying an outbox in the transaction that narrows its grant: nothing of what was lost can be read after it.

An emptied disclosure keeps its number and the name of its thing, without content and without envelope, so that filling
can tell the merchant to forget the thing. No answer holds it: a disclosure without its envelope is none.
"""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, delete, select, update

from mesinfos.vault.tables import disclosure, envelope, receipt

AT_ONCE = 500
"""Numbers in one statement; SQLite takes some thousands."""


def is_full() -> ColumnElement[bool]:
    """The condition that a disclosure still has its content."""
    return disclosure.c.envelope_id != ""


def empty(conn: Connection, vault_id: str, grant_id: str, keep: Collection[bytes]) -> None:
    """Take the content out of every disclosure whose `ref` is not to be kept, and delete envelopes nothing lies in."""
    mine = (disclosure.c.vault_id == vault_id, disclosure.c.grant_id == grant_id)
    kept = frozenset(keep)
    found = conn.execute(select(disclosure.c.seq, disclosure.c.ref).where(*mine, is_full())).all()
    for some in _parts([seq for seq, ref in found if bytes(ref) not in kept]):
        lost = update(disclosure).where(*mine, disclosure.c.seq.in_(some))
        conn.execute(lost.values(envelope_id="", item_id="", ciphertext=b""))
    sweep(conn, vault_id, grant_id)


def sweep(conn: Connection, vault_id: str, grant_id: str) -> None:
    """Delete envelopes that nothing lies in any more: their key would open old news in an old copy."""
    mine = (disclosure.c.vault_id == vault_id, disclosure.c.grant_id == grant_id)
    used = select(disclosure.c.envelope_id).where(*mine)
    theirs = (envelope.c.vault_id == vault_id, envelope.c.grant_id == grant_id)
    copies = select(receipt.c.grant_envelope_id).where(receipt.c.vault_id == vault_id, receipt.c.grant_id == grant_id)
    unused = (envelope.c.envelope_id.not_in(used), envelope.c.envelope_id.not_in(copies))
    conn.execute(delete(envelope).where(*theirs, *unused))


def _parts(seqs: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(seqs), AT_ONCE):
        yield seqs[start : start + AT_ONCE]
