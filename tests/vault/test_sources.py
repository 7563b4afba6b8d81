"""Sources and runs: what is readable while locked, what is not, and what a person sees of a sync."""

import pytest
from sqlalchemy import select

from mesinfos.errors import InvalidInput, Locked, NotFound
from mesinfos.vault.runs import KEPT, end_run, get_run, last_run, start_run, update_run
from mesinfos.vault.sources import (
    add_source,
    get_source,
    list_sources,
    remove_source,
    save_cursor,
    set_state,
    source_values,
    update_source,
)
from mesinfos.vault.tables import source as table

VALUES = {"host": "imap.maison.example", "password": "très secret"}


def test_an_always_on_source_is_read_while_locked(alice):
    """The worker needs the instance key only."""
    added = add_source(alice, "imap", "alice@maison.example", VALUES)
    assert list_sources(alice.instance, alice.vault_id) == [added]
    assert source_values(alice.instance, added, None) == VALUES


def test_a_while_unlocked_source_waits_for_its_vault(alice, bob):
    """Without the open vault, or with Bob's, the settings stay closed."""
    added = add_source(alice, "imap", "mine", VALUES, "while_unlocked")
    for opened in (None, bob):
        with pytest.raises(Locked):
            source_values(alice.instance, added, opened)
    assert source_values(alice.instance, added, alice) == VALUES


def test_nothing_personal_of_a_source_is_in_clear(alice):
    """Label, settings, cursor and error name addresses and folders: all are sealed."""
    added = add_source(alice, "imap", "alice@maison.example", VALUES)
    with alice.instance.database.write(alice.vault_id) as conn:
        save_cursor(alice.instance, conn, added, "Achats/Fnac:12")
        set_state(alice.instance, conn, alice.vault_id, added.source_id, "error", "imap.maison.example refused")
        row = repr(conn.execute(select(table)).one())
    assert not [word for word in ("maison", "secret", "Achats") if word in row]


def test_a_source_remembers_where_it_is(alice):
    """Cursor, state, error and last success are kept; success clears the error."""
    added = add_source(alice, "imap", "mine", VALUES)
    with alice.instance.database.write(alice.vault_id) as conn:
        save_cursor(alice.instance, conn, added, "12")
        set_state(alice.instance, conn, alice.vault_id, added.source_id, "error", "no")
    found = get_source(alice.instance, alice.vault_id, added.source_id)
    assert (found.cursor, found.state, found.last_error, found.last_success) == ("12", "error", "no", None)
    with alice.instance.database.write(alice.vault_id) as conn:
        set_state(alice.instance, conn, alice.vault_id, added.source_id, "idle")
    found = get_source(alice.instance, alice.vault_id, added.source_id)
    assert (found.cursor, found.state, found.last_error) == ("12", "idle", "")
    assert found.last_success is not None


def test_a_source_is_changed_and_removed(alice, bob):
    """New settings and mode; the cursor stays; Bob can neither change nor remove it."""
    added = add_source(alice, "imap", "mine", VALUES)
    with alice.instance.database.write(alice.vault_id) as conn:
        save_cursor(alice.instance, conn, added, "12")
    with pytest.raises(NotFound):
        update_source(bob, added.source_id, {})
    with pytest.raises(NotFound):
        remove_source(bob.instance, bob.vault_id, added.source_id)
    after = update_source(alice, added.source_id, {"host": "h"}, label="other", mode="while_unlocked")
    assert (after.label, after.mode, after.cursor) == ("other", "while_unlocked", "12")
    assert source_values(alice.instance, after, alice) == {"host": "h"}
    remove_source(alice.instance, alice.vault_id, added.source_id)
    assert list_sources(alice.instance, alice.vault_id) == []


def test_only_known_modes_and_states(alice):
    """A mode comes from a person, a state from our own code: the errors differ."""
    with pytest.raises(InvalidInput):
        add_source(alice, "imap", "mine", VALUES, "sometimes")
    added = add_source(alice, "imap", "mine", VALUES)
    with alice.instance.database.write() as conn, pytest.raises(ValueError, match="no such state"):
        set_state(alice.instance, conn, alice.vault_id, added.source_id, "dancing")


def test_a_run_tells_how_far_it_is(alice):
    """Progress, findings and the end are read back; another vault sees nothing."""
    instance = alice.instance
    with instance.database.write(alice.vault_id) as conn:
        begun = start_run(instance, conn, alice.vault_id, "s", "headers")
        assert last_run(instance, conn, alice.vault_id, "s") == begun
        later = update_run(instance, conn, begun, phase="bodies", seen=5, total=9, found={"order": 2})
        ended = end_run(instance, conn, later, "done")
        assert get_run(instance, conn, alice.vault_id, begun.source_id, begun.run_id) == ended
        assert (ended.phase, ended.seen, ended.total, ended.found, ended.outcome) == (
            "bodies",
            5,
            9,
            {"order": 2},
            "done",
        )
        assert ended.ended_at is not None
        for place in (("other", begun.source_id), (alice.vault_id, "other")):
            with pytest.raises(NotFound):
                get_run(instance, conn, *place, begun.run_id)
        assert last_run(instance, conn, alice.vault_id, "t") is None


def test_old_runs_are_forgotten(alice):
    """A source that syncs every quarter of an hour must not fill the disk with its history."""
    with alice.instance.database.write(alice.vault_id) as conn:
        for _ in range(KEPT + 5):
            start_run(alice.instance, conn, alice.vault_id, "s")
        assert conn.exec_driver_sql("SELECT count(*) FROM run").scalar() == KEPT
