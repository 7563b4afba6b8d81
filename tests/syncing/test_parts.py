"""The parts of a sync, each alone."""

import subprocess
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesinfos.errors import Busy, Unreachable
from mesinfos.model.provenance import Provenance
from mesinfos.model.purchase import Benefit, Booking, Invoice, Offer, Order, Parcel
from mesinfos.syncing.ahead import Ahead
from mesinfos.syncing.sameness import fact_parts, mail_parts, number_of
from mesinfos.syncing.schedule import Clock
from mesinfos.syncing.turn import is_free, turn
from mesinfos.syncing.verdicts import WINDOW, Verdicts
from tests.syncing.letters import order_mail

OURS = b"Authentication-Results: mx.maison.example; dkim=pass header.d=acme.example\nFrom: a@acme.example"
NONE = b"From: a@acme.example"


# ── the same mail ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "moved",
    [
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda raw: b"Delivered-To: alice@maison.example\nX-Spam: no\nARC-Seal: i=1\n" + raw,
        lambda raw: raw + b"\n\n",
        lambda raw: raw.replace(b"Subject: ", b"subject:\n  "),
    ],
    ids=["line ends", "trace headers", "trailing lines", "folding"],
)
def test_copies_are_the_same_mail(moved):
    """What servers add or change does not make another mail."""
    assert mail_parts(moved(order_mail(0))) == mail_parts(order_mail(0))


@pytest.mark.parametrize("word", [b"From: Acme", b"Lampe", b"Message-ID: <0.", b"Date: "])
def test_another_word_is_another_mail(word):
    """What the sender wrote tells mails apart; a Message-ID alone does not make two mails one."""
    assert mail_parts(order_mail(0).replace(word, word + b"x")) != mail_parts(order_mail(0))


@given(st.binary(max_size=300))
def test_any_bytes_have_parts(raw):
    """Whatever a server sends can be told apart; five parts, always the same for the same bytes."""
    assert len(mail_parts(raw)) == 5
    assert mail_parts(raw) == mail_parts(raw)


def test_headers_of_the_body_do_not_count():
    """A quoted mail in the body has its own From."""
    raw = b"From: a@b.example\n\nFrom: quoted@c.example\n"
    assert mail_parts(raw)[0] == b"a@b.example"


def test_a_fact_is_the_same_wherever_it_was_read():
    """Provenance is no part of a fact; proof and merchant are."""
    order = Order("1", provenance=Provenance("layout"))
    assert fact_parts("a.example", True, order) == fact_parts("a.example", True, Order("1"))
    assert fact_parts("a.example", False, order) != fact_parts("a.example", True, order)
    assert fact_parts("b.example", True, order) != fact_parts("a.example", True, order)


def test_every_fact_has_its_number():
    """What the merchant calls the thing, "" when it has no name."""
    facts = [Order("1"), Parcel("C", "2"), Parcel("C", "", order_number="3"), Invoice("4"), Invoice(order_number="5")]
    facts += [Booking("6"), Offer("x", code="7"), Offer("x"), Benefit("club"), Benefit("club", "8")]
    assert [number_of(fact) for fact in facts] == ["1", "2", "3", "4", "5", "6", "7", "", "club", "8"]


# ── whose verdicts count ─────────────────────────────────────────────────────────────────────────────────────────────


def believed(values, *heads):
    """Whom one believes after these header blocks."""
    verdicts = Verdicts(values, {})
    verdicts.see(heads)
    return verdicts.names()


def test_a_large_provider_is_known():
    """Its servers write a verdict on every mail, and take forged ones away."""
    assert believed({"host": "imap.gmail.com", "username": "alice@maison.example"}) == ("google.com",)


def test_a_forged_verdict_in_an_empty_mailbox_is_not_believed():
    """A provider that writes none leaves the topmost place to any sender: it has to be seen at it."""
    near = {"host": "127.0.0.1", "username": "alice@maison.example"}
    assert believed(near, OURS) == ()
    assert believed(near, *[NONE] * 50, OURS, OURS, OURS) == ()


def test_the_mailboxs_own_provider_is_learnt_soon():
    """A name that is the address's own needs few mails, any other needs many."""
    assert len(believed({"host": "127.0.0.1", "username": "alice@maison.example"}, *[OURS] * 3)) == 1
    assert believed({}, *[OURS] * 19) == ()
    assert len(believed({}, *[OURS] * 20)) == 1


def test_trust_ends_where_the_habit_ends():
    """After a move to a provider that writes none, forged verdicts find no belief."""
    verdicts = Verdicts({}, {})
    verdicts.see([OURS] * 3 * WINDOW)
    assert verdicts.names()
    verdicts.see([NONE] * 2 * WINDOW)
    assert verdicts.names() == ()
    assert Verdicts({}, verdicts.counts).names() == ()


# ── one at a time ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("engine", ["sqlite_instance", "postgres_instance"])
def test_a_turn_is_held_once(engine, request):
    """In one process, on both engines; it is free again afterwards, and other sources never wait."""
    store = request.getfixturevalue(engine)
    with turn(store, "v", "s"):
        with pytest.raises(Busy), turn(store, "v", "s"):
            pass
        assert not is_free(store, "v", "s")
        assert is_free(store, "v", "other")
    assert is_free(store, "v", "s")


HOLDER = """
import sys, time
from pathlib import Path
from mesinfos.settings import Settings
from mesinfos.syncing.turn import turn
from mesinfos.vault.instance import open_instance
store = open_instance(Settings(data_dir=Path(sys.argv[1]), database_url=sys.argv[2]))
with turn(store, "v", "s"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("engine", ["sqlite_instance", "postgres_instance"])
def test_a_dead_holder_holds_nothing(engine, request):
    """`kill -9` frees the source in the same instant: there is no lease to wait for."""
    store = request.getfixturevalue(engine)
    command = [sys.executable, "-c", HOLDER, str(store.settings.data_dir), store.settings.database_url]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "held\n"
    assert not is_free(store, "v", "s")
    holder.kill()
    holder.communicate()
    ended = threading.Event()
    for _ in range(100):  # PostgreSQL notices the closed socket within milliseconds
        if is_free(store, "v", "s"):
            break
        ended.wait(0.05)
    assert is_free(store, "v", "s")


# ── ahead, and the clock ─────────────────────────────────────────────────────────────────────────────────────────────


def test_items_come_in_order_and_then_the_end():
    """A thread fetches, the reader gets all of it."""
    with Ahead(lambda: iter([1, 2, 3])) as ahead:
        assert [ahead.next() for _ in range(4)] == [1, 2, 3, None]


def test_an_error_of_the_thread_rises_in_the_reader():
    """After what came before it."""

    def broken():
        yield 1
        raise Unreachable("gone")

    with Ahead(broken) as ahead:
        assert ahead.next() == 1
        with pytest.raises(Unreachable):
            ahead.next()


def test_a_reader_that_leaves_ends_the_thread():
    """Nobody fetches what nobody wants, and the generator is closed."""
    closed = threading.Event()

    def endless():
        try:
            while True:
                yield 1
        finally:
            closed.set()

    with Ahead(endless) as ahead:
        ahead.next()
    assert closed.wait(10)


def test_the_clock_goes_on_after_a_failing_tick():
    """A full disk at one tick does not stop the next."""
    ticks, third = [], threading.Event()

    def tick():
        ticks.append(1)
        if len(ticks) >= 3:
            third.set()
        raise Unreachable("not now")

    clock = Clock(tick, seconds=0.01)
    clock.start()
    assert third.wait(10)
    clock.stop()
