"""What a search asks: every key in both languages, ranges, negation, quotes, and where a mistake stands."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesinfos.errors import InvalidInput
from mesinfos.relations.query import KEYS, LONGEST, Key, Range, Term, parse


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("LAMPE", Term(Key.WORD, False, "lampe")),
        ('-"Été sans"', Term(Key.WORD, True, "ete sans")),
        ("marchand:Fnac", Term(Key.MERCHANT, False, "fnac")),
        ('merchant:"La Poste"', Term(Key.MERCHANT, False, "la poste")),
        ("type:commande", Term(Key.TYPE, False, values=frozenset({"order"}))),
        ("-type:offers", Term(Key.TYPE, True, values=frozenset({"offer"}))),
        ("statut:Livré", Term(Key.STATUS, False, values=frozenset({"OrderDelivered", "delivered"}))),
        ("catégorie:Meubles", Term(Key.CATEGORY, False, "meubles")),
        ("montant:>50", Term(Key.AMOUNT, False, span=Range(Decimal(50), None, True))),
        ("amount:<=49,90€", Term(Key.AMOUNT, False, span=Range(None, Decimal("49.90")))),
        ("amount:20..", Term(Key.AMOUNT, False, span=Range(Decimal(20)))),
        ("date:2026-10..", Term(Key.DATE, False, span=Range(date(2026, 10, 1)))),
        ("date:..2026", Term(Key.DATE, False, span=Range(None, date(2026, 12, 31)))),
        ("date:2024-02", Term(Key.DATE, False, span=Range(date(2024, 2, 1), date(2024, 2, 29)))),
        ("https://acme.example", Term(Key.WORD, False, "https://acme.example")),
        ("12:30", Term(Key.WORD, False, "12:30")),
    ],
)
def test_what_a_term_asks(text: str, term: Term):
    """Keys are known in English and French; accents and case do not count; ranges may be open at both ends."""
    assert parse(f"  {text} ") == [term]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('lampe "sans fil', "The quote that begins at character 7 never ends."),
        ('marchand:"x', "The quote that begins at character 10 never ends."),
        ("lampe marchnd:fnac", "“marchnd” (character 7)"),
        ("montant:", "Nothing follows “montant:” (character 1)"),
        ("a montant:cher", "“cher” is no amount (character 3)"),
        ("montant:..", "is no amount"),
        ("date:2026-13", "“2026-13” is no date"),
        ("date:0000", "is no date"),
        ("type:maison", "No kind of thing is called “maison”"),
        ("statut:bleu", "No state is called “bleu”"),
        ("a" * (LONGEST + 1), "500 characters at most"),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, said: str):
    """What cannot be read is said in one sentence, with the character at which it stands."""
    with pytest.raises(InvalidInput) as caught:
        parse(text)
    assert said in str(caught.value)


@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from([*KEYS, ":", '"', "-", "..", ">", "2026-10", "50", " "])).map("".join)
)
def test_any_text_is_read_or_refused(text: str):
    """Whatever is typed gives terms or the one error, and a term always asks something."""
    with suppress(InvalidInput):
        assert all(term.text or term.values or term.span != Range() for term in parse(text))


def test_strict_ranges_leave_their_ends_out():
    """More than fifty is not fifty; what has no amount is in no range."""
    over = parse("montant:>50")[0].span
    assert [over.holds(Decimal(value)) for value in (49, 50, 51)] == [False, False, True]
    assert not over.holds(None)
