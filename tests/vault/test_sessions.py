"""Unlocked sessions: the cookie is a key, the row is a lock, and both end in time."""

import pytest
from sqlalchemy import select, update

from mesinfos.errors import Locked, Tampered
from mesinfos.vault import sessions
from mesinfos.vault.sessions import IDLE, LONGEST, SECOND, end_all_sessions, end_session, resume_session, start_session
from mesinfos.vault.tables import session, stamp


def shift(vault, **columns) -> None:
    with vault.instance.database.write() as conn:
        conn.execute(update(session).values({name: session.c[name] + value for name, value in columns.items()}))


def rows(vault):
    with vault.instance.database.read() as conn:
        return conn.execute(select(session)).all()


def test_a_cookie_opens_its_vault(alice):
    """The root comes back, and neither row nor id holds the cookie's secret."""
    cookie = start_session(alice.instance, alice)
    assert resume_session(alice.instance, cookie).root == alice.root
    (row,) = rows(alice)
    assert cookie.split(".")[1] not in repr(row)
    assert alice.root not in row.sealed


@pytest.mark.parametrize("cookie", ["", ".", "x", "a.b", "é.AAAA", "a." + "A" * 43, "../x." + "A" * 43, "a.\0"])
def test_a_malformed_cookie_is_a_closed_vault(instance, cookie):
    """Whatever a browser sends, the answer is "open your vault", and ending it is no error."""
    with pytest.raises(Locked) as refused:
        resume_session(instance, cookie)
    assert refused.value.advice
    end_session(instance, cookie)


def test_a_session_ends_after_a_quarter_of_an_hour_without_use(alice):
    """Use keeps it alive, and is written once a minute at most."""
    cookie = start_session(alice.instance, alice)
    shift(alice, seen_at=-(IDLE - 2 * SECOND))
    resume_session(alice.instance, cookie)
    (row,) = rows(alice)
    assert stamp() - row.seen_at < 60 * SECOND
    shift(alice, seen_at=-IDLE)
    with pytest.raises(Locked):
        resume_session(alice.instance, cookie)


def test_a_session_ends_after_twelve_hours_whatever_happens(alice):
    """Steady use does not prolong it for ever; a new session sweeps the old ones away."""
    cookie = start_session(alice.instance, alice)
    shift(alice, created_at=-LONGEST)
    with pytest.raises(Locked):
        resume_session(alice.instance, cookie)
    start_session(alice.instance, alice)
    assert len(rows(alice)) == 1


def test_a_clock_set_back_ends_sessions(alice):
    """A session from the future is not trusted: nobody knows how old it is."""
    cookie = start_session(alice.instance, alice)
    shift(alice, created_at=3600 * SECOND, seen_at=3600 * SECOND)
    with pytest.raises(Locked):
        resume_session(alice.instance, cookie)


def test_ended_sessions_stay_ended(alice, bob):
    """One ends alone, all end together, and Bob's goes on."""
    first, second, his = (start_session(one.instance, one) for one in (alice, alice, bob))
    end_session(alice.instance, first)
    with pytest.raises(Locked):
        resume_session(alice.instance, first)
    assert resume_session(alice.instance, second).vault_id == alice.vault_id
    end_all_sessions(alice.instance, alice.vault_id)
    with pytest.raises(Locked):
        resume_session(alice.instance, second)
    assert resume_session(bob.instance, his).vault_id == bob.vault_id


def test_a_row_moved_to_another_vault_opens_nothing(alice, bob):
    """The wrapped root is bound to its vault and session."""
    hers, his = start_session(alice.instance, alice), start_session(bob.instance, bob)
    with alice.instance.database.write() as conn:
        (row,) = conn.execute(select(session.c.sealed).where(session.c.vault_id == alice.vault_id)).all()
        conn.execute(update(session).where(session.c.vault_id == bob.vault_id).values(sealed=row.sealed))
    with pytest.raises(Tampered):
        resume_session(bob.instance, his)
    with pytest.raises(Locked):
        resume_session(bob.instance, hers.replace(alice.vault_id, bob.vault_id))
    assert sessions.SLACK == 60 * SECOND
