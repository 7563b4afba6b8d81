"""The chain that remembers, and what finds out when somebody meddled with it."""

import pytest
from sqlalchemy import delete, insert, select, update

from mesinfos.consent import journal, witness
from mesinfos.consent.journal import Action, append, entries
from mesinfos.vault.envelope import new_envelope
from mesinfos.vault.tables import envelope
from mesinfos.vault.tables import journal as lines
from mesinfos.vault.tables import vault as vaults
from mesinfos.vault.unlock import unlock
from tests.campaign import c7, c9
from tests.cast import ALICE
from tests.consent.makers import past, remember


def write(vault, number: int) -> list[bytes]:
    """Append lines as a locked worker does, each in its transaction."""
    heads = []
    for one in range(number):
        with vault.instance.database.write(vault.vault_id) as conn:
            heads.append(append(vault.instance, conn, vault.vault_id, Action.DATA_READ, f"g{one}", {"things": one}))
    return heads


def change(vault, seq: int, **values: object) -> None:
    """Edit a line in the database."""
    with vault.instance.database.write(vault.vault_id) as conn:
        mine = (lines.c.vault_id == vault.vault_id, lines.c.seq == seq)
        conn.execute(update(lines).where(*mine).values(**values))


def test_lines_are_read_back_newest_first(alice) -> None:
    """Number, subject and sealed details come back as they were written."""
    heads = write(alice, 3)
    read = entries(alice)
    assert [(line.seq, line.subject, line.details) for line in read] == [
        (3, "g2", {"things": 2}),
        (2, "g1", {"things": 1}),
        (1, "g0", {"things": 0}),
    ]
    assert [line.hash for line in read] == heads[::-1]
    assert [line.seq for line in entries(alice, limit=1, before=3)] == [2]
    assert [line.seq for line in entries(alice, subject="g0")] == [1]


def test_an_untouched_journal_is_whole(alice, bob) -> None:
    """Nothing to report, empty or not; Bob's chain is another."""
    assert witness.verify(alice) == []
    write(alice, 5)
    assert witness.verify(alice) == []
    assert witness.verify(bob) == []
    assert entries(bob) == []


def test_a_walk_goes_on_where_it_ended(alice) -> None:
    """New lines are held to the hash it ended with; what it found wrong stays said; a cut or changed end shows."""
    write(alice, 3)
    known = witness.walk(alice)
    assert (known.seq, known.hash, known.problems) == (3, entries(alice, limit=1)[0].hash, ())
    assert witness.walk(alice, known) == known
    write(alice, 2)
    on = witness.walk(alice, known)
    assert (on.begun, on.seq, on.problems) == (known.begun, 5, ())
    change(alice, 4, prev=b"x" * 32)
    wrong = witness.walk(alice, known)
    assert wrong.problems
    assert set(wrong.problems) <= set(witness.walk(alice, wrong).problems)
    with alice.instance.database.write(alice.vault_id) as conn:
        conn.execute(delete(lines).where(lines.c.vault_id == alice.vault_id, lines.c.seq > 3))
    assert witness.walk(alice, known).problems == ("The end of the journal was cut off.",)


@pytest.mark.parametrize(
    "values",
    [
        {"action": "grant.given"},
        {"subject": "someone else"},
        {"at": 1},
        {"sealed": b"x"},
        {"hash": bytes(32)},
        {"mac": bytes(32)},
    ],
)
def test_an_edited_line_is_found(alice, values) -> None:
    """Whatever is changed in a line, the chain tells."""
    write(alice, 4)
    change(alice, 2, **values)
    assert witness.verify(alice)


def test_a_rewritten_line_is_found(alice) -> None:
    """Who edits a line and computes its hash anew lacks the key for its MAC."""
    write(alice, 2)
    with alice.instance.database.read() as conn:
        query = select(lines).where(lines.c.vault_id == alice.vault_id, lines.c.seq == 2)
        line = dict(conn.execute(query).mappings().one())
    line["subject"] = "nobody"
    change(alice, 2, subject="nobody", hash=journal.line_hash(line))
    change(alice, journal.HEAD, hash=journal.line_hash(line))
    assert len(witness.verify(alice)) >= 2


def test_a_cut_end_is_found(alice) -> None:
    """The last line cannot vanish: line 0 names it."""
    write(alice, 3)
    with alice.instance.database.write(alice.vault_id) as conn:
        conn.execute(delete(lines).where(lines.c.vault_id == alice.vault_id, lines.c.seq == 3))
    assert witness.verify(alice)
    with alice.instance.database.read() as conn:
        assert witness.at_unlock(alice, conn) == ["journal_cut"]


def test_a_journal_emptied_but_for_its_head_is_found(alice) -> None:
    """Neither all lines without line 0, nor line 0 alone, passes for an empty journal."""
    write(alice, 2)
    with alice.instance.database.write(alice.vault_id) as conn:
        conn.execute(delete(lines).where(lines.c.vault_id == alice.vault_id, lines.c.seq == journal.HEAD))
    assert witness.verify(alice)
    with alice.instance.database.write(alice.vault_id) as conn:
        conn.execute(delete(lines).where(lines.c.vault_id == alice.vault_id))
    assert witness.verify(alice) == []


def test_an_older_copy_is_found_by_the_checkpoint(alice) -> None:
    """A sound but older chain misses the line that the last unlock signed, outside the database."""
    write(alice, 2)
    with alice.instance.database.read() as conn:
        copy = [dict(row) for row in conn.execute(select(lines).where(lines.c.vault_id == alice.vault_id)).mappings()]
    write(alice, 2)
    with alice.instance.database.read() as conn:
        assert witness.at_unlock(alice, conn) == []
    with alice.instance.database.write(alice.vault_id) as conn:
        conn.execute(delete(lines).where(lines.c.vault_id == alice.vault_id))
        conn.execute(insert(lines), copy)
    assert witness.verify(alice) == ["The journal is older than what this vault signed when it was last opened."]
    with alice.instance.database.read() as conn:
        assert witness.at_unlock(alice, conn) == ["journal_cut"]
        assert witness.at_unlock(alice, conn) == []


def test_a_forged_checkpoint_counts_for_nothing(alice) -> None:
    """Only the vault's own signature makes a checkpoint."""
    write(alice, 1)
    with alice.instance.database.read() as conn:
        witness.set_checkpoint(alice, conn)
    assert witness.checkpoint(alice.instance, alice.vault_id)
    path = witness._path(alice.instance, alice.vault_id)
    path.write_bytes(path.read_bytes().replace(b'"seq":1', b'"seq":9'))
    assert witness.checkpoint(alice.instance, alice.vault_id) is None
    path.write_bytes(b"{")
    assert witness.checkpoint(alice.instance, alice.vault_id) is None


def test_erased_details_leave_the_chain_whole(alice) -> None:
    """What a line said can be forgotten; that it was written cannot."""
    write(alice, 3)
    with alice.instance.database.write(alice.vault_id) as conn:
        journal.erase_details(conn, alice.vault_id, [2, 3])
    assert [line.details for line in entries(alice)][:2] == [None, None]
    assert witness.verify(alice) == []


def test_details_lie_sealed(alice) -> None:
    """The database holds no word of a line's details, and damaged ones are said to be so, not guessed."""
    with alice.instance.database.write(alice.vault_id) as conn:
        append(alice.instance, conn, alice.vault_id, Action.GRANT_GIVEN, "g", {"merchant": "acme.example"})
        rows = conn.execute(select(lines)).all()
        assert not any(b"acme" in bytes(value) for row in rows for value in row if isinstance(value, bytes))
        conn.execute(update(envelope).values(sealed=b"x" * 1200))
    alice._envelopes.clear()
    assert entries(alice)[0].details is None


def test_one_envelope_serves_many_lines(alice) -> None:
    """Reads by the thousand do not leave a thousand envelopes; one that was rolled back is not used again."""
    write(alice, 4)
    with alice.instance.database.read() as conn:
        assert len(conn.execute(select(envelope.c.envelope_id)).all()) == 1
    with alice.instance.database.write(alice.vault_id) as conn:
        conn.execute(delete(envelope))
    write(alice, 2)
    assert entries(alice)[0].details == {"things": 1}


def test_an_envelope_of_another_vault_is_not_used(alice, bob) -> None:
    """Lines of two vaults are sealed apart."""
    write(alice, 2)
    write(bob, 2)
    assert entries(alice)[0].details == entries(bob)[0].details == {"things": 1}
    assert new_envelope("v").envelope_id != new_envelope("v").envelope_id


def test_many_writers_make_no_fork() -> None:
    """Processes that append at the same time make one chain, and every kind of meddling is found (C9, small)."""
    outcome = c9.run(40)
    assert outcome.ok, outcome.happened


def test_an_older_copy_and_a_cut_end_are_noticed() -> None:
    """At the next unlock, whichever stream was cut, however old the copy is, whatever came after (C7, small)."""
    outcome = c7.run(12)
    assert outcome.ok, outcome.happened


def test_a_vault_of_before_counts_had_a_proof_raises_no_alarm(alice) -> None:
    """Its first unlock takes the count as it is; from then on a count without a proof is one that somebody changed."""
    remember(alice, past())
    write(alice, 1)
    _bare(alice)
    witness._path(alice.instance, alice.vault_id).unlink(missing_ok=True)
    assert unlock(alice.instance, alice.vault_id, ALICE.passphrase).alarms == ()
    assert unlock(alice.instance, alice.vault_id, ALICE.passphrase).alarms == ()
    _bare(alice)
    assert unlock(alice.instance, alice.vault_id, ALICE.passphrase).alarms == ("records_missing",)
    assert unlock(alice.instance, alice.vault_id, ALICE.passphrase).alarms == ()


def _bare(vault) -> None:
    with vault.instance.database.write(vault.vault_id) as conn:
        conn.execute(update(vaults).where(vaults.c.vault_id == vault.vault_id).values(counted=b""))
