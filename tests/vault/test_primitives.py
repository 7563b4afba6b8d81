"""The small parts: frames, derived keys, tags, recovery keys, tokens, and objects that show no key."""

import pickle
from itertools import pairwise
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesinfos.errors import InvalidInput, Locked, NoGrant, Tampered
from mesinfos.vault import frame, keys, slots
from mesinfos.vault.envelope import new_envelope
from mesinfos.vault.grantkeys import GrantReader, new_token, seal_for_grant, token_auth
from mesinfos.vault.keypair import KeyPair, seal_to
from mesinfos.vault.tags import Tags


@pytest.fixture
def instance(sqlite_instance):
    """The engine does not matter here."""
    return sqlite_instance


@given(st.binary(max_size=3000), st.integers(1, 50))
def test_a_frame_gives_back_what_was_packed(part, times):
    """Any payload, repetitive or not, comes back whole from a frame of a permitted size."""
    packed = frame.pack(part * times)
    assert frame.unpack(packed) == part * times
    assert len(packed) == frame.padded_size(len(packed))


def test_there_are_at_most_40_sizes():
    """Sizes grow by half an octave at most, and there are 39 of them up to 128 MiB."""
    sizes, size = [], 0
    while size < frame.LARGEST:
        size = frame.padded_size(size + 1)
        sizes.append(size)
    assert len(sizes) == 39
    assert all(after <= before * 3 / 2 for before, after in pairwise(sizes))
    with pytest.raises(InvalidInput):
        frame.padded_size(frame.LARGEST + 1)


@given(st.lists(st.binary(max_size=6), max_size=4), st.lists(st.binary(max_size=6), max_size=4))
def test_two_lists_never_join_to_the_same_bytes(one, other):
    """Nothing slides from one part into the next."""
    assert (keys.joined(*one) == keys.joined(*other)) == (one == other)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=40))
def test_the_fast_derivation_is_the_slow_one(key, context):
    """The expander is HKDF-Expand, as the library computes it."""
    assert keys.expander(key, "item")(context) == keys.derive(key, "item", context)


@given(st.binary(min_size=32, max_size=32), st.sampled_from([" ", "-", ""]), st.booleans())
def test_a_recovery_key_is_typed_back(recovery, separator, lower):
    """Any separator, any case, and O for 0 or L for 1."""
    text = slots.recovery_text(recovery).replace("-", separator).replace("0", "O").replace("1", "l")
    assert slots.parse_recovery(text.lower() if lower else text) == recovery


def test_a_mistyped_recovery_key_is_noticed():
    """Every single wrong character fails the checksum, so the person is asked again instead of refused."""
    text = slots.recovery_text(bytes(range(32)))
    assert [len(group) for group in text.split("-")] == [4] * 14
    for place, letter in enumerate(text):
        if letter != "-":
            wrong = "7" if letter != "7" else "8"
            assert slots.parse_recovery(text[:place] + wrong + text[place + 1 :]) is None


def test_tags_tell_equal_things_apart_by_vault_and_kind(alice, bob):
    """Equal inputs have equal tags in one vault and one kind only; a domain's case does not count."""
    hers, his = Tags(alice.instance, alice.vault_id), Tags(bob.instance, bob.vault_id)
    assert hers.stream("Fnac.com") == hers.stream("fnac.com") != his.stream("fnac.com")
    assert hers.fact("a", "bc") != hers.fact("ab", "c")
    assert len({hers.mail(b"x"), hers.fact("x"), hers.stream("x"), his.mail(b"x")}) == 4
    assert len(hers.mail(b"x", b"y")) == 16


def test_a_token_opens_its_grant_and_no_other():
    """What is sealed for a grant needs that grant's token, id and vault."""
    made, other = new_token(), new_token()
    name, sealed, items = seal_for_grant("v", "g", made.public_key, [("a", b"1"), ("b", b"2")])
    reader = GrantReader(made.token, "v", "g")
    assert [reader.open(name, sealed, item, blob) for item, blob in zip("ab", items, strict=True)] == [b"1", b"2"]
    assert (reader.public_key, token_auth(made.token)) == (made.public_key, made.auth)
    for token, vault_id, grant_id in ((other.token, "v", "g"), (made.token, "w", "g"), (made.token, "v", "h")):
        with pytest.raises(Tampered):
            GrantReader(token, vault_id, grant_id).open(name, sealed, "a", items[0])


@pytest.mark.parametrize("token", ["", "mesinfos-", "mesinfos-é", "mesinfos-" + "A" * 42, "Bearer x", "A" * 43])
def test_a_malformed_token_opens_no_grant(token):
    """Whatever a merchant sends, the answer is the same."""
    with pytest.raises(NoGrant):
        token_auth(token)


@pytest.mark.parametrize("public", [b"", bytes(1215), b"\xff" * 1216])
def test_nothing_is_sealed_to_a_broken_key(public):
    """A key of the wrong form is refused before anything is encrypted."""
    with pytest.raises(Tampered):
        seal_to(public, b"x", b"")


def test_no_representation_shows_a_key(alice):
    """What is printed or logged by accident holds no secret, and an open vault cannot be pickled away."""
    made, box = new_token(), new_envelope("v")
    shown = repr([alice, alice.instance.key, made, box, KeyPair(bytes(96)), GrantReader(made.token, "v", "g")])
    assert made.token not in shown
    assert not any(secret in shown for secret in (alice.root.hex(), repr(alice.root), repr(box._key)))
    with pytest.raises(TypeError):
        pickle.dumps(alice)


def test_a_closed_vault_is_locked(alice):
    """After closing, nothing that needs a key works, even what was used before."""
    sealed = alice.seal("p", "i", b"x")
    assert alice.open("p", "i", sealed) == b"x"
    assert len(alice.journal_key) == 32
    alice.close()
    for use in (lambda: alice.open("p", "i", sealed), lambda: alice.sign("c", b""), lambda: alice.pin):
        with pytest.raises(Locked):
            use()
    assert "closed" in repr(alice)


def test_a_value_opens_for_its_purpose_only(alice):
    """Root and instance values are bound to vault, purpose and item."""
    key = alice.instance.key
    for seal, open_ in ((alice.seal, alice.open),):
        sealed = seal("p", "i", b"x")
        for place in (("q", "i"), ("p", "j"), ("pi", "")):
            with pytest.raises(Tampered):
                open_(*place, sealed)
    sealed = key.seal("v", "p", "i", b"x")
    for place in (("w", "p", "i"), ("v", "q", "i"), ("v", "p", "j"), ("vp", "", "i")):
        with pytest.raises(Tampered):
            key.open(*place, sealed)
    assert key.open("v", "p", "i", sealed) == b"x"


def test_two_who_open_at_once_both_get_their_key():
    """One waits for the other; run together in one process, they once waited for each other's threads for ever."""
    found: list[bytes] = []
    both = [
        Thread(target=lambda: found.append(slots.stretched("one of two", bytes(16), *slots.FLOOR)), daemon=True)
        for _ in range(2)
    ]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert len(found) == 2
    assert found[0] == found[1]
