"""Attacks of the threat model on pages, at small numbers; `make campaign IDS="W4 W6 W7 W8 W10"` runs them in full."""

from tests.campaign import w4, w6, w7, w8, w10


def test_sql_is_only_a_text():
    """W4: SQL in any filter or address changes no answer, and no statement of ours is made of strings."""
    outcome = w4.run(6)
    assert outcome.ok, outcome


def test_ended_sessions_stay_ended():
    """W6: a cookie chosen beforehand, kept from before a lock, or from before a new passphrase opens nothing."""
    outcome = w6.run(1)
    assert outcome.ok, outcome


def test_no_other_name_and_no_way_out():
    """W7: fifty odd hosts reach no page, and no address leads to a file that is not meant to be served."""
    outcome = w7.run(40)
    assert outcome.ok, outcome


def test_what_is_typed_stays_text():
    """W8: no field of any form adds a header or is computed."""
    outcome = w8.run(20)
    assert outcome.ok, outcome


def test_hungry_bodies_are_refused():
    """W10: what once exhausted servers is refused at once, and leaves no memory behind."""
    outcome = w10.run(1)
    assert outcome.ok, outcome
