"""Merchants read while mail comes in: on both engines nobody waits for the other in vain."""

from concurrent.futures import ThreadPoolExecutor

from mesinfos.consent import ledger, outbox
from mesinfos.relations.reading import read
from tests.consent.makers import EVERYTHING_FINE, an_order, promise, remember, seen


def test_reads_and_syncs_at_once_all_succeed(alice) -> None:
    """Three merchants read and a sync stores and discloses, at the same time: not one of them fails."""
    tokens = [ledger.add_grant(alice, promise(alice, fields=EVERYTHING_FINE))[1] for _ in range(3)]

    def sync(number: int) -> None:
        remember(alice, [seen(an_order(order_number=f"M-{number}"), message=f"m{number}")], disclose=True)

    with ThreadPoolExecutor(6) as pool:
        waiting = [pool.submit(sync, number) for number in range(20)]
        waiting += [pool.submit(outbox.page, alice.instance, tokens[number % 3]) for number in range(60)]
        for one in waiting:
            one.result(timeout=60)
    assert len(read(alice)) == 20
