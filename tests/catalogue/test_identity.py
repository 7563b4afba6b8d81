"""The marks by which a product is known again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesinfos.catalogue import asin_in, gtin14, isbn_like


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("4006381333931", "04006381333931"),
        ("036000291452", "00036000291452"),
        ("96385074", "00000096385074"),
        ("10614141000415", "10614141000415"),
        ("978-2-07-036002-4", "09782070360024"),
        ("4006381333932", ""),
        ("400638133393", ""),
        ("٤٠٠٦٣٨١٣٣٣٩٣١", ""),
        ("0000000000000", ""),
        ("", ""),
    ],
)
def test_a_gtin_is_checked_and_written_in_one_way(text: str, number: str):
    """Each of the four lengths becomes fourteen digits; a wrong check digit, length or digit is no number."""
    assert gtin14(text) == number


@given(st.integers(1, 10**12 - 1), st.integers(1, 9))
def test_one_digit_misread_is_noticed(body: int, off: int):
    """A GTIN-13 with one digit changed is refused."""
    digits = f"{body:012d}"
    right = next(f"{digits}{last}" for last in range(10) if gtin14(f"{digits}{last}"))
    changed = f"{right[:5]}{(int(right[5]) + off) % 10}{right[6:]}"
    assert gtin14(changed) == ""


def test_books_are_known_by_their_number():
    """978 and 979 are the numbers of books."""
    assert isbn_like("9782070360024")
    assert not isbn_like("4006381333931")
    assert not isbn_like("")


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("https://www.amazon.fr/dp/B0CHX1W1XY?ref=x", "B0CHX1W1XY"),
        ("https://www.amazon.de/Buch-Titel/dp/3423282894/", "3423282894"),
        ("https://www.amazon.com/gp/product/B08N5WRWNW/ref=ppx", "B08N5WRWNW"),
        ("https://www.amazon.fr/gp/r.html?C=1&U=https%3A%2F%2Fwww.amazon.fr%2Fdp%2FB0CHX1W1XY%2Fref", "B0CHX1W1XY"),
        ("https://shop.example/dp/B0CHX1W1XY", ""),
        ("https://www.amazon.fr/gp/css/order-history", ""),
        ("", ""),
    ],
)
def test_a_link_holds_amazons_number(url: str, number: str):
    """The number of a product page at Amazon, through its redirects too; other links hold none."""
    assert asin_in(url) == number
