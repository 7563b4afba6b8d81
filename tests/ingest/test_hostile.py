"""Mails made to hurt: long lines of what the expressions look for, deep markup, odd numbers."""

import pytest

from tests.ingest.mails import read, sort

NASTY = [
    "1" * 100_000, "1 " * 50_000, "1,111" * 20_000, "$" * 100_000, "€1" * 50_000, "A1-" * 33_000, "order # " * 12_000,
    "commande n° " * 9_000, "(" * 100_000, "12/11/" * 16_000, "https://ups.com/?tracknum=" * 4_000, "x 1 x " * 16_000,
    "AB 12 " * 16_000, "\t" * 100_000, "3 janvier - " * 8_000, "code CODE1 " * 9_000, "-" * 100_000, "." * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("index", range(len(NASTY)))
def test_no_text_keeps_the_readers_busy(index: int) -> None:
    """A hundred kilobytes of the worst are read to the end (a runaway expression would never return)."""
    long = read("x", NASTY[index])
    cell = read(NASTY[index][:2_000], html=f"<table><tr><td>{NASTY[index]}</td></tr></table>")
    verdict = sort("x", NASTY[index].replace(" ", "\n")[:60_000])
    assert max(len(long.orders), len(cell.orders)) <= 8
    assert max(len(long.parcels), len(cell.parcels)) <= 20
    assert verdict.reasons


def test_deep_and_broken_markup_is_survived() -> None:
    """Nested lists, cyclic looking documents, absurd numbers."""
    deep = '<script type="application/ld+json">' + "[" * 5_000 + "]" * 5_000 + "</script>"
    odd = '<script type="application/ld+json">{"@type":"Order","orderNumber":7,"price":"....","priceCurrency":"EU"}</script>'  # noqa: E501  a whole text in one line
    scope = "<div itemscope itemtype=http://schema.org/Order itemprop=x>" * 300
    for html in (deep, odd, scope):
        read("x", html=html)
