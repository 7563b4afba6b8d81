"""Deposits below HTTP: at the same time as each other and as a sync, and told apart without opening anything."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import delete, func, select

from mesinfos.consent import journal, ledger, proving, witness
from mesinfos.consent.deposit import Statement, deposit, depositor, is_proved
from mesinfos.consent.fields import Deposit
from mesinfos.errors import NotGranted
from mesinfos.model.purchase import Order
from mesinfos.model.values import Money
from mesinfos.relations.folding import DEPOSIT
from mesinfos.relations.reading import read
from mesinfos.vault.tables import proof, record
from tests.consent.makers import an_order, promise, remember, seen


def states(number: int, total: int = 10) -> Statement:
    """Acme states an order."""
    order = Order(f"D-{number}", date(2026, 11, 2), total=Money(Decimal(total), "EUR"))
    return Statement(order, Deposit.ORDERS)


def test_deposits_and_syncs_at_once_lose_and_double_nothing(alice) -> None:
    """Two grants of Acme state the same orders while a sync stores: each is kept once, and the journal is whole."""
    instance = alice.instance
    tokens = [ledger.add_grant(alice, promise(alice, deposits=(Deposit.ORDERS,)))[1] for _ in range(2)]

    def give(number: int) -> None:
        who = depositor(instance, tokens[number % 2])
        deposit(instance, who, [states(number // 2), states(100 + number // 2)])

    def sync(number: int) -> None:
        remember(alice, [seen(an_order(order_number=f"M-{number}"), message=f"m{number}")], disclose=True)

    with ThreadPoolExecutor(6) as pool:
        waiting = [pool.submit(give, number) for number in range(24)]
        waiting += [pool.submit(sync, number) for number in range(12)]
        for one in waiting:
            one.result(timeout=60)
    orders = read(alice).observations(Order)
    numbers = [one.observation.fact.order_number for one in orders]
    assert len(numbers) == len(set(numbers)) == 24 + 12
    assert sum(line.action == "data.deposited" for line in journal.entries(alice, limit=500)) == 24
    assert witness.verify(alice) == []


def test_a_thief_learns_no_number_from_the_rows(alice) -> None:
    """Rows say that something was given back, and which are of one thing: neither name nor number."""
    grant, token = ledger.add_grant(alice, promise(alice, deposits=(Deposit.ORDERS,)))
    who = depositor(alice.instance, token)
    for total in (10, 20):
        deposit(alice.instance, who, [states(1, total)])
    with alice.instance.database.read(alice.vault_id) as conn:
        rows = conn.execute(select(record).where(record.c.vault_id == alice.vault_id)).all()
        assert conn.execute(select(func.count()).select_from(record)).scalar_one() == 2
    assert {row.source_id for row in rows} == {DEPOSIT}
    assert len({bytes(row.tag)[:8] for row in rows}) == 1
    assert len({bytes(row.tag) for row in rows}) == 2
    everything = repr([tuple(row) for row in rows])
    for secret in ("D-1", "acme", grant.grant_id):
        assert secret not in everything


@pytest.mark.parametrize(
    ("client", "proved"),
    [
        ("", True),
        ("https://acme.example/client.json", True),
        ("https://app.acme.example/client.json", True),
        ("http://acme.example/client.json", False),
        ("https://notacme.example/client.json", False),
        ("https://acme.example.zeta.example/client.json", False),
        ("https://zeta.example/?acme.example", False),
    ],
)
def test_an_unproved_client_states_nothing(alice, client, proved, monkeypatch) -> None:
    """Whoever only says that it is Acme could write into Acme's relation: it is refused until it has proved it."""
    grant, token = ledger.add_grant(alice, promise(alice, deposits=(Deposit.ORDERS,), client_id=client))
    monkeypatch.setattr(proving, "_records", lambda *_: [])
    monkeypatch.setattr(proving, "_listed", lambda *_: set())
    assert is_proved(alice.instance, grant) is proved
    who = depositor(alice.instance, token)
    if not proved:
        with pytest.raises(NotGranted):
            deposit(alice.instance, who, [states(1)])
    else:
        deposit(alice.instance, who, [states(1)])
    assert len(read(alice)) == proved
    if client == "https://zeta.example/?acme.example":
        with alice.instance.database.write(alice.vault_id) as conn:
            conn.execute(delete(proof))
        monkeypatch.setattr(proving, "_listed", lambda *_: {client})
        deposit(alice.instance, who, [states(1)])
        assert len(read(alice)) == 1
