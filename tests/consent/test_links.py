"""Links shared with people: what was previewed is shown, to whom it is for, until it ends; the house opens none."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from mesinfos.consent import journal, links
from mesinfos.consent.links import Audience, Terms
from mesinfos.consent.snapshot import Part, Snapshot, Thing, chosen, decode, encode
from mesinfos.errors import InvalidInput, NotFound, Tampered, WrongPassphrase
from mesinfos.vault.linkkeys import LinkPlace, link_auth, open_link, seal_link
from mesinfos.vault.tables import link, stamp

ANYBODY = Terms(Audience.ANYBODY, 30)
PAGE = Snapshot("Le déménagement", "Alice", date(2026, 11, 25), (Thing("Acme", date(2026, 11, 2)),))
PLACE = LinkPlace("vault", "link", "passcode", 1)


def secret_of(vault, link_id: str) -> str:
    """The address's secret as its owner sees it."""
    return links.one_link(vault, link_id).secret


def test_what_was_previewed_is_what_is_shown(alice) -> None:
    """The address shows the snapshot, member by member, and its owner sees that somebody looked."""
    made = links.make(alice, PAGE, ANYBODY)
    assert links.look(alice.instance, secret_of(alice, made)) == PAGE
    assert links.one_link(alice, made).views == 1
    lines = journal.entries(alice, subject=made)
    assert [line.action for line in lines] == ["link.read", "link.made"]


def test_an_ended_link_leads_nowhere(alice) -> None:
    """Once ended, an address answers as one that never was, and nothing of the link is left in the database."""
    made = links.make(alice, PAGE, ANYBODY)
    secret = secret_of(alice, made)
    links.end(alice, made)
    with pytest.raises(NotFound):
        links.look(alice.instance, secret)
    with alice.instance.database.read() as conn:
        assert conn.execute(select(link)).all() == []


@pytest.mark.parametrize("secret", ["", "a", "A" * 43, "é" * 43, "A" * 44, "../../etc/passwd"])
def test_another_address_leads_nowhere(alice, secret: str) -> None:
    """What is no address, or nobody's, is refused in the same words."""
    links.make(alice, PAGE, ANYBODY)
    with pytest.raises(NotFound, match="leads nowhere"):
        links.look(alice.instance, secret)


def test_a_link_ends_by_itself(alice) -> None:
    """Past its day a link shows nothing, and the hourly tidying deletes it."""
    made = links.make(alice, PAGE, ANYBODY)
    secret = secret_of(alice, made)
    past = stamp(datetime.now(UTC) - timedelta(seconds=1))
    with alice.instance.database.write(alice.vault_id) as conn:
        conn.execute(update(link).values(expires_at=past))
    with pytest.raises(NotFound):
        links.door(alice.instance, secret)
    assert links.one_link(alice, made).over
    links.forget_ended(alice.instance)
    assert links.links(alice) == []


def test_the_last_look_is_the_last(alice) -> None:
    """Of eight readers at once at a link for three looks, three see it."""
    secret = secret_of(alice, links.make(alice, PAGE, Terms(Audience.ANYBODY, 1, 3)))

    def look(_: int) -> bool:
        try:
            return links.look(alice.instance, secret) == PAGE
        except NotFound:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(look, range(8))) == 3


def test_a_passcode_opens_and_nothing_else(alice) -> None:
    """With a passcode the address alone opens nothing, and a wrong passcode counts as no look."""
    made = links.make(alice, PAGE, Terms(Audience.PASSCODE, 1, 0, "tulipe 7"))
    secret = secret_of(alice, made)
    for code in ("", "tulipe", "Tulipe 7"):
        with pytest.raises(WrongPassphrase):
            links.look(alice.instance, secret, code)
    assert links.one_link(alice, made).views == 0
    assert links.look(alice.instance, secret, "tulipe 7") == PAGE


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (Terms(Audience.ANYBODY, 0), "days"),
        (Terms(Audience.ANYBODY, 366), "days"),
        (Terms(Audience.ANYBODY, 1, -1), "views"),
        (Terms(Audience.PASSCODE, 1, 0, "court"), "passcode"),
    ],
)
def test_terms_that_cannot_be(alice, terms: Terms, field: str) -> None:
    """A link without end, or with a passcode anybody would guess, is not made, and the form knows which field."""
    with pytest.raises(InvalidInput) as said:
        links.make(alice, PAGE, terms)
    assert said.value.field == field
    assert links.links(alice) == []


def test_nothing_in_the_database_opens_a_link(alice) -> None:
    """Neither the secret nor the page's words lie in the row."""
    made = links.make(alice, PAGE, ANYBODY)
    with alice.instance.database.read() as conn:
        row = conn.execute(select(link)).one()
    stored = b"".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
    assert secret_of(alice, made).encode() not in stored
    assert b"Acme" not in stored
    assert "ménagement".encode() not in stored


def test_a_row_that_says_something_else_opens_nothing(alice) -> None:
    """A thief who lengthens a link's life or widens its readers in the database makes it unreadable."""
    made = links.make(alice, PAGE, ANYBODY)
    secret = secret_of(alice, made)
    with alice.instance.database.write(alice.vault_id) as conn:
        conn.execute(update(link).values(expires_at=link.c.expires_at + 1))
    with pytest.raises(WrongPassphrase):
        links.look(alice.instance, secret)


def test_only_the_ticked_parts_are_told(reading) -> None:
    """Parts that were not ticked are empty, and what nobody proved is left out."""
    order = next(one for one in reading.orders() if one.verified and one.order.total)
    told = chosen(reading, f"order:{order.id}", [Part.DAY])
    assert told == (Thing(day=order.day),)
    whole = chosen(reading, f"year:{order.day.year}", list(Part))
    assert len(whole) == sum(one.verified and one.day.year == order.day.year for one in reading.orders())
    assert {one.total for one in whole} >= {order.order.total}


def test_nothing_ticked_shares_nothing(reading) -> None:
    """Empty means nothing, never all."""
    with pytest.raises(InvalidInput):
        chosen(reading, "merchants", [])
    with pytest.raises(InvalidInput):
        chosen(reading, "", list(Part))


@given(st.binary(max_size=2000), st.text(max_size=20), st.text(max_size=20))
def test_a_link_opens_with_its_own_secret_alone(plaintext: bytes, one: str, other: str) -> None:
    """Whatever is sealed comes back for its own address, and for no other."""
    first, second = seal_link(plaintext, PLACE), seal_link(one.encode("utf-8", "replace"), PLACE)
    assert open_link(first.secret, PLACE, first.salt, first.sealed) == plaintext
    with pytest.raises(WrongPassphrase):
        open_link(second.secret, PLACE, first.salt, first.sealed, other)
    assert link_auth(first.secret) == first.auth


def test_a_damaged_link_says_so() -> None:
    """One bit of the ciphertext changed is Tampered, and a cut one too: never a part of a page."""
    made = seal_link(b"page", PLACE)
    for broken in (made.sealed[:-1] + bytes([made.sealed[-1] ^ 1]), made.sealed[:20]):
        with pytest.raises(Tampered):
            open_link(made.secret, PLACE, made.salt, broken)


def test_a_snapshot_survives_its_bytes() -> None:
    """Encoded and decoded, a snapshot is the same."""
    assert decode(encode(PAGE)) == PAGE
