"""How much may be read in a day, and what a grant remembers of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from mesinfos.consent import counter, ledger, outbox
from mesinfos.consent.standing import Standing, standing_of
from mesinfos.relations.reading import read
from mesinfos.vault.tables import grant as grants
from tests.consent.conftest import Given, give
from tests.consent.makers import an_order, promise, remember, seen, told


@pytest.fixture
def limited(alice) -> Given:
    """Ten orders, of which Acme may read four a day."""
    remember(alice, [seen(an_order(order_number=f"N-{number}"), message=f"p{number}") for number in range(10)])
    return give(alice, promise(alice, volume=4), read(alice))


def standing(held: Given) -> Standing:
    """What the grant's row remembers."""
    with held.vault.instance.database.read() as conn:
        return standing_of(held.vault.instance, conn.execute(select(grants)).one())


def test_a_day_gives_its_volume_and_tomorrow_goes_on(limited, monkeypatch) -> None:
    """Four, then none and a word when to come back, then the next four: in the order of the outbox, none left out."""
    instance, first = limited.vault.instance, outbox.page(limited.vault.instance, limited.token, limit=3)
    assert (len(first.disclosures), first.more, first.left, first.again) == (3, True, 1, None)
    second = outbox.page(instance, limited.token, first.next, limit=3)
    tomorrow = ledger.today() + timedelta(days=1)
    assert (len(second.disclosures), second.more, second.left, second.again) == (1, True, 0, tomorrow)
    third = outbox.page(instance, limited.token, second.next)
    assert (third.disclosures, third.next, third.more, third.again) == ([], second.next, True, tomorrow)
    monkeypatch.setattr(counter, "today", lambda: tomorrow)
    fourth = outbox.page(instance, limited.token, third.next)
    assert (len(fourth.disclosures), fourth.left) == (4, 0)
    numbers = {one["id"] for page in (first, second, fourth) for one in told(page)}
    assert len(numbers) == 8


def test_what_is_read_twice_counts_twice(limited) -> None:
    """Asking again from the start is no way around the volume; asking for the terms costs nothing."""
    for expected in (3, 1, 0, 0):
        assert outbox.terms(limited.vault.instance, limited.token) == limited.grant
        assert len(outbox.page(limited.vault.instance, limited.token, limit=3).disclosures) == expected


def test_a_batch_of_requests_shares_one_volume(limited) -> None:
    """Requests that are answered in one transaction are counted one after another, and so are those at one time."""
    asks = [outbox.Ask(limited.token, 0, 3) for _ in range(3)]
    pages = outbox.pages(limited.vault.instance, asks)
    assert [len(one.disclosures) for one in pages] == [3, 1, 0]
    assert [one.left for one in pages] == [1, 0, 0]
    assert standing(limited).read == 4


def test_readers_at_one_time_get_no_more(limited) -> None:
    """Eight threads, each asking for three: four disclosures come out."""
    with ThreadPoolExecutor(8) as crowd:
        pages = list(crowd.map(lambda _: outbox.page(limited.vault.instance, limited.token, limit=3), range(8)))
    assert sum(len(one.disclosures) for one in pages) == 4


def test_a_clock_that_jumps_back_gives_nothing_again(limited, monkeypatch) -> None:
    """The count belongs to the latest day that was read on."""
    outbox.page(limited.vault.instance, limited.token)
    monkeypatch.setattr(counter, "today", lambda: ledger.today() - timedelta(days=1))
    assert outbox.page(limited.vault.instance, limited.token).disclosures == []


def test_without_a_volume_nothing_is_counted(alice, reading) -> None:
    """Zero means no limit: no count is kept, and an answer says nothing of one."""
    held = give(alice, promise(alice), reading)
    page = outbox.page(alice.instance, held.token)
    assert (page.left, page.again) == (None, None)
    assert standing(held).read == 0


def test_the_count_outlives_refresh_and_resume(limited) -> None:
    """Neither a new mail, nor a suspended grant put in force again, begins the day anew."""
    vault = limited.vault
    outbox.page(vault.instance, limited.token)
    remember(vault, [seen(an_order(order_number="N-99"), message="p99")], disclose=True)
    reading = read(vault)
    assert outbox.refresh(vault, reading) == 1
    ledger.suspend(vault.instance, vault.vault_id, [limited.grant.grant_id])
    ledger.resume(vault, limited.grant.grant_id)
    assert (standing(limited).read, standing(limited).mark) == (4, None)
    assert outbox.page(vault.instance, limited.token).left == 0


def test_a_damaged_standing_counts_as_empty(limited) -> None:
    """Then the outbox is filled anew and the day begins again; the grant's limits themselves are signed."""
    assert standing(limited).mark
    for damage in (b"x", b"\x00" * 40):
        with limited.vault.instance.database.write() as conn:
            conn.execute(update(grants).values(details=damage))
        assert standing(limited) == Standing()
    assert Standing(None, date(2026, 1, 2), 5).read_on(date(2026, 1, 3)) == 0
