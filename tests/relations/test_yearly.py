"""A year of spending, by month, merchant and category."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from mesinfos.catalogue import ProductCategory
from mesinfos.model.purchase import Item, Order, Return
from mesinfos.model.values import Money, OrderStatus, ReturnStatus
from mesinfos.relations.yearly import last_months, year_of, years
from tests.cast import ACME, ZETA
from tests.relations.observed import euros, reading_of, saw

HOME, MEDIA = ProductCategory.HOME.value, ProductCategory.MEDIA.value


def bought(number: str, day: date, total: str, *items: Item, status=OrderStatus.DELIVERED) -> Order:
    """An order in euros."""
    return Order(number, day, status, items=items, total=euros(total))


def test_a_year_is_summed_three_ways():
    """Months, merchants and categories each sum up to the year; delivery is spread over what was bought."""
    reading = reading_of(
        saw(bought("1", date(2026, 3, 1), "30", Item("a", 2, Decimal(10), category=HOME), Item("b", 1, Decimal(5))), 1),
        saw(bought("2", date(2026, 5, 1), "10.01", Item("c", 1, Decimal(9), category=MEDIA)), 2, ZETA),
        saw(bought("3", date(2025, 5, 1), "99"), 3),
        saw(bought("4", date(2026, 5, 1), "500", status=OrderStatus.CANCELLED), 4),
        saw(bought("5", date(2026, 5, 1), "700"), 5, verified=False),
        saw(Order("6", date(2026, 6, 1), total=Money(Decimal(7), "CHF")), 6),
    )
    euro, franc = year_of(reading, 2026)
    assert years(reading) == [2026, 2025]
    assert (euro.total, euro.orders, franc.total) == (euros("40.01"), 2, Money(Decimal(7), "CHF"))
    assert [(one.key, one.total.amount) for one in euro.months if one.share] == [
        ("2026-03", Decimal(30)),
        ("2026-05", Decimal("10.01")),
    ]
    assert [(one.key, one.total.amount, one.share) for one in euro.merchants] == [
        (ACME.domain, Decimal(30), 100),
        (ZETA.domain, Decimal("10.01"), 33),
    ]
    assert {one.key: one.total.amount for one in euro.categories} == {
        HOME: Decimal(24),
        MEDIA: Decimal("10.01"),
        "": Decimal(6),
    }


def test_what_came_back_is_taken_off():
    """A part refunded lowers its month, its merchant and its category."""
    reading = reading_of(
        saw(bought("1", date(2026, 3, 1), "30", Item("a", 1, Decimal(30), category=HOME)), 1),
        saw(Return("R", "1", ReturnStatus.REFUNDED, euros("10")), 2),
    )
    (year,) = year_of(reading, 2026)
    assert {year.total, year.months[2].total, year.merchants[0].total, year.categories[0].total} == {euros("20")}


def test_six_months_end_with_this_one():
    """The small chart goes back over the turn of a year; without orders there is none."""
    reading = reading_of(saw(bought("1", date(2025, 12, 5), "30"), 1))
    assert [one.key for one in last_months(reading, date(2026, 2, 1))] == [
        "2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02",
    ]  # fmt: skip
    assert last_months(reading, date(2026, 9, 1)) == []


amounts = st.decimals(0, 500, places=2)
lines = st.builds(
    Item,
    st.just("x"),
    st.integers(1, 4),
    st.none() | amounts,
    category=st.sampled_from(["", "odd", HOME, MEDIA]),
)


@given(st.lists(st.tuples(amounts, st.lists(lines, max_size=4)), min_size=1, max_size=5))
def test_parts_sum_up_to_the_whole(made):
    """Whatever lines say, the categories of a year cost what the year cost, to the cent."""
    orders = [Order(str(at), date(2026, 3, 1), items=tuple(items), total=Money(total, "EUR"))
              for at, (total, items) in enumerate(made)]  # fmt: skip
    (year,) = year_of(reading_of(*(saw(one) for one in orders)), 2026)
    for parts in (year.months, year.merchants, year.categories):
        assert sum(one.total.amount for one in parts) == year.total.amount
