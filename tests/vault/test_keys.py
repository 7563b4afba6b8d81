"""Derived keys, secrets as text, sealed values and identifiers, against the standards they are made of."""

import hmac
import os
from base64 import urlsafe_b64encode

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from mesinfos.errors import Tampered, UnknownFormat
from mesinfos.vault import keys

KEY = bytes(range(32))


def test_lists_are_joined_as_written_down():
    """How many, each length in four bytes, then the parts (docs/sealing.md §1)."""
    assert keys.joined() == bytes(4)
    assert keys.joined(b"ab", b"", b"c") == bytes.fromhex("00000003 00000002 00000000 00000001") + b"abc"


def test_a_key_is_derived_as_rfc_5869_says():
    """HKDF-Expand with the label and its context as info, whatever the size."""
    info = keys.joined(b"mesinfos/1 some label", b"x", b"y")
    first = hmac.digest(KEY, info + b"\x01", "sha256")
    second = hmac.digest(KEY, first + info + b"\x02", "sha256")
    assert keys.derive(KEY, "some label", b"x", b"y") == first
    assert keys.derive(KEY, "some label", b"x", b"y", size=48) == (first + second)[:48]
    for key in (KEY, KEY + KEY, b"short"):
        expand = keys.expander(key, "some label")
        assert [expand(b"x"), expand(b"y"), expand(b"x")] == [
            keys.derive(key, "some label", context) for context in (b"x", b"y", b"x")
        ]


def test_a_key_and_its_commitment_are_two_blocks_of_one_derivation():
    """The first 32 bytes encrypt, the next 32 are compared; neither is the other."""
    info = keys.joined(b"mesinfos/1 some label", b"x")
    key = hmac.digest(KEY, info + b"\x01", "sha256")
    assert keys.committing(KEY, "some label", b"x") == (key, hmac.digest(KEY, key + info + b"\x02", "sha256"))


@given(st.binary(min_size=32, max_size=32))
def test_a_secret_has_one_spelling(secret):
    """Base64url without padding behind its mark, and nothing that Python would read over."""
    text = keys.unpadded(secret)
    assert text == urlsafe_b64encode(secret).decode()[:-1]
    assert keys.secret_in(text) == keys.secret_in(f"mark-{text}", "mark-") == secret
    other = chr(ord(text[-1]) + 1)  # its last bits are no part of the 32 bytes
    wrong = ("", "mark-", text, f"mark-{text}=", f"mark-{text} ", f"mark-mark-{text}", f"mark-é{text[1:]}")
    wrong += (f"mark-{text[:-1]}", f"mark-{text}AAAA", f"mark-{text[:-1]}{other}", f"mark-{text[:20]}!{text[20:]}")
    assert [keys.secret_in(one, "mark-") for one in wrong] == [None] * len(wrong)


@pytest.mark.parametrize("size", [31, 33, 16, 64])
def test_a_secret_is_32_bytes(size):
    """However well it is written."""
    assert keys.secret_in(keys.unpadded(bytes(size))) is None


def test_equal_is_equal_to_the_last_byte():
    """In constant time, which no test can see."""
    assert keys.same(KEY, bytes(range(32))) is True
    assert keys.same(KEY, KEY[:-1] + b"\x00") is keys.same(KEY, KEY[:-1]) is False


def test_a_value_is_sealed_as_written_down():
    """Version, a fresh nonce of twelve bytes, then AES-256-GCM of the value, bound (docs/sealing.md §2)."""
    sealed = keys.encrypt(KEY, b"value", b"bound")
    assert (sealed[:1], len(sealed)) == (b"\x01", len(b"value") + keys.OVERHEAD)
    assert keys.OVERHEAD == 1 + 12 + 16
    assert AESGCM(KEY).decrypt(sealed[1:13], sealed[13:], b"bound") == b"value"
    assert keys.encrypt(KEY, b"value", b"bound")[1:13] != sealed[1:13]
    assert keys.decrypt(KEY, sealed, b"bound") == b"value"
    assert keys.decrypt(KEY, keys.encrypt(KEY, b"", b""), b"") == b""


def test_a_sealed_value_is_refused_unless_it_is_whole_and_in_its_place():
    """Another key, binding, byte or length is tampering; another version is one this reader does not know."""
    sealed = keys.encrypt(KEY, b"value", b"bound")
    for key, wrong, bound in (
        (os.urandom(32), sealed, b"bound"),
        (KEY, sealed, b"Bound"),
        *((KEY, sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :], b"bound") for at in range(1, len(sealed))),
        *((KEY, sealed[:length], b"bound") for length in range(len(sealed))),
    ):
        with pytest.raises(Tampered):
            keys.decrypt(key, wrong, bound)
    for version in (0, 2, 255):
        with pytest.raises(UnknownFormat):
            keys.decrypt(KEY, bytes([version]) + sealed[1:], b"bound")


def test_what_is_cut_short_is_said_so_before_any_key_is_touched():
    """From the first byte that is missing; whole, its form is right."""
    whole = keys.encrypt(KEY, b"", b"")
    assert keys.check_form(whole) is None
    with pytest.raises(Tampered, match="cut short"):
        keys.check_form(whole[:-1])
    with pytest.raises(Tampered, match="cut short"):
        keys.check_form(b"\x02" + whole[1:-1])


def test_a_value_is_sealed_under_a_key_of_its_own():
    """Derived for its label and context, and bound to both."""
    sealed = keys.seal_under(KEY, "label", (b"a", b"b"), b"value")
    derived = keys.derive(KEY, "label", b"a", b"b")
    assert keys.decrypt(derived, sealed, keys.joined(b"label", b"a", b"b")) == b"value"
    assert keys.open_under(KEY, "label", (b"a", b"b"), sealed) == b"value"
    for label, context in (("labe", (b"a", b"b")), ("label", (b"ab",)), ("label", (b"a", b"c"))):
        with pytest.raises(Tampered):
            keys.open_under(KEY, label, context, sealed)


@given(st.integers(1, 40))
def test_an_identifier_holds_as_many_bits_as_it_says(size):
    """Five in each of its letters, and not a letter more than that takes."""
    made = keys.new_id(size)
    assert 8 * size <= 5 * len(made) < 8 * size + 5
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz234567")
    assert made != keys.new_id(size) or size < 8


def test_every_letter_of_an_identifier_is_as_likely(monkeypatch):
    """Each stands for eight of the 256 values of a byte."""
    monkeypatch.setattr(os, "urandom", lambda size: bytes(range(256))[:size])
    letters = keys.new_id(160)
    assert len(letters) == 256
    assert {letters.count(one) for one in "abcdefghijklmnopqrstuvwxyz234567"} == {8}


def test_identifiers_have_128_bits():
    """26 letters, and a record's too."""
    assert (len(keys.new_id()), len(keys.new_record_id())) == (26, 26)
    assert keys.new_record_id() != keys.new_record_id()
