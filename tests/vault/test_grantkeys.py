"""Secrets of merchants: what each opens, what it is bound to, and what is stored of it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

import pytest
from msgspec.structs import replace

from mesinfos.errors import NoGrant, Tampered, UnknownFormat
from mesinfos.vault.envelope import open_envelope
from mesinfos.vault.grantkeys import (
    MARK,
    Bound,
    GrantReader,
    new_seed,
    new_token,
    seal_for_grant,
    token_auth,
    unwrap_seed,
    wrap_seed,
)
from mesinfos.vault.keypair import SEED, KeyPair
from mesinfos.vault.keys import decrypt, derive, joined

BOUND = Bound("v", "g", "code", "https://acme.example/client", "thumb", 1_764_000_000_000_000, "challenge")


def secret_of(token: str) -> bytes:
    """The 32 bytes of a token."""
    return urlsafe_b64decode(token.removeprefix(MARK) + "=")


def test_a_token_made_by_hand_is_52_characters() -> None:
    """A mark and 32 random bytes in base64url without padding; what is stored is a hash of half of what follows."""
    made = new_token()
    assert made.token.startswith("mesinfos-")
    assert len(made.token) == 52
    assert made.auth == sha256(derive(secret_of(made.token), "token auth")).digest() == token_auth(made.token)
    assert new_token().token != made.token


def test_a_wrapped_seed_comes_back_whole() -> None:
    """The fresh secret opens it, and nothing of either stands in what is stored."""
    seed, public = new_seed()
    made = wrap_seed(seed, BOUND)
    assert len(seed) == 32
    assert unwrap_seed(made.token, BOUND, made.sealed) == seed
    assert made.auth == token_auth(made.token)
    assert len(made.token) == 52
    assert seed not in made.sealed
    assert secret_of(made.token) not in made.sealed
    assert GrantReader("", "v", "g", seed=seed).public_key == public
    again = wrap_seed(seed, BOUND)
    assert len({made.token, again.token}) == len({made.sealed, again.sealed}) == 2
    assert new_seed()[0] != seed


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("vault_id", "w"), ("grant_id", "h"), ("kind", "access"), ("client_id", "https://zeta.example/client")),
        *(("jkt", ""), ("expires_at", BOUND.expires_at + 1), ("challenge", "")),
    ],
)
def test_a_seed_is_bound_to_every_word_of_its_row(name, value) -> None:
    """Another vault, grant, kind, client, key, end or challenge: the very token opens nothing."""
    made = wrap_seed(new_seed()[0], BOUND)
    with pytest.raises(NoGrant):
        unwrap_seed(made.token, replace(BOUND, **{name: value}), made.sealed)


def test_the_bound_words_are_told_apart() -> None:
    """Joined with their lengths: a letter cannot move from one to the next. The form is that of docs/sealing.md §9."""
    moved = replace(BOUND, kind="codeh", client_id=BOUND.client_id.removeprefix("h"))
    assert moved.to_bytes() != BOUND.to_bytes()
    words = (b"v", b"g", b"code", b"https://acme.example/client", b"thumb")
    end = BOUND.expires_at.to_bytes(8, "big")
    assert BOUND.to_bytes() == joined(b"mesinfos/1 token", *words, end, b"challenge")
    assert Bound("v", "g", "access", "c", "", 1).challenge == ""


def test_the_wrong_token_opens_no_seed() -> None:
    """Another one's, one that is none, and one cut short."""
    made, other = wrap_seed(new_seed()[0], BOUND), wrap_seed(new_seed()[0], BOUND)
    for token in (other.token, "", made.token[:-1], made.token.removeprefix(MARK), made.token + "A"):
        with pytest.raises(NoGrant):
            unwrap_seed(token, BOUND, made.sealed)


def test_a_damaged_seed_is_not_given_out() -> None:
    """Each byte counts: one that belongs to the commitment says another token, any other one damage."""
    made = wrap_seed(new_seed()[0], BOUND)
    for place in range(len(made.sealed)):
        wrong = bytearray(made.sealed)
        wrong[place] ^= 1
        with pytest.raises((NoGrant, Tampered, UnknownFormat)) as raised:
            unwrap_seed(made.token, BOUND, bytes(wrong))
        assert (raised.type is NoGrant) == (place < 32)
    for cut in (made.sealed[:-1], made.sealed + b"\0", b""):
        with pytest.raises(Tampered, match="cut short"):
            unwrap_seed(made.token, BOUND, cut)


@pytest.mark.parametrize(
    "token",
    [
        *(MARK + "A" * 43 + "=", MARK + "A" * 20 + " " + "A" * 23, MARK + "A" * 42 + "B", MARK + "/" + "A" * 42),
        *("", "mesinfos-", "mesinfos-é", "mesinfos-A", "Bearer x", "A" * 43, "x" + MARK + "A" * 43),
        *(MARK + urlsafe_b64encode(bytes(size)).decode().rstrip("=") for size in (31, 33)),
    ],
)
def test_a_malformed_token_is_no_grant(token) -> None:
    """Whatever is shown, the answer is the same, and no other error."""
    with pytest.raises(NoGrant, match="opens no grant"):
        token_auth(token)


def test_a_token_and_a_seed_open_different_grants() -> None:
    """A seed of 32 bytes is no token of the same bytes: their key pairs are derived apart."""
    seed, public = new_seed()
    as_token = MARK + urlsafe_b64encode(seed).decode().rstrip("=")
    assert GrantReader(as_token, "v", "g").public_key != public


def test_two_envelopes_of_a_grant_are_read_by_one_reader() -> None:
    """Each item under its own id and envelope, by the grant's token or its seed, again and again."""
    seed, public = new_seed()
    made = new_token()
    for reader, key in (
        (GrantReader(made.token, "v", "g"), made.public_key),
        (GrantReader("", "v", "g", seed=seed), public),
    ):
        sealed = [seal_for_grant("v", "g", key, [("a", b"1"), ("b", b"2")]) for _ in range(2)]
        assert sealed[0][0] != sealed[1][0]
        for _ in range(2):
            for name, box, items in sealed:
                opened = [reader.open(name, box, item, blob) for item, blob in zip("ab", items, strict=True)]
                assert opened == [b"1", b"2"]
                assert reader.open(name, b"", "a", items[0]) == b"1"  # the envelope is open already
                with pytest.raises(Tampered):
                    reader.open(name, box, "b", items[0])


def test_nothing_secret_is_printed() -> None:
    """Neither a token, nor a wrapped one, nor a reader says what it holds."""
    made, wrapped = new_token(), wrap_seed(new_seed()[0], BOUND)
    assert repr(made) == "NewToken(…)"
    assert repr(wrapped) == "Wrapped(…)"
    assert repr(GrantReader(made.token, "v", "g")) == "GrantReader(g)"


def test_what_is_stored_has_the_form_of_the_specification() -> None:
    """docs/sealing.md §9: which derivations make the pairs, and disclosures as items of type "disclosure", form 1."""
    seed, public = new_seed()
    made = new_token()
    for secret, purpose, key in ((seed, "grant pair", public), (secret_of(made.token), "token pair", made.public_key)):
        pair = KeyPair(derive(secret, purpose, size=SEED))
        assert pair.public == key
        name, box, items = seal_for_grant("v", "g", key, [("a", b"1")])
        assert open_envelope(pair, "v", "g", name, box).open("a", "disclosure", 1, items[0]) == b"1"
    wrapped = wrap_seed(seed, BOUND)
    both = derive(secret_of(wrapped.token), "token seed", BOUND.to_bytes(), size=64)
    assert wrapped.sealed[:32] == both[32:]
    assert decrypt(both[:32], wrapped.sealed[32:], BOUND.to_bytes()) == seed


def test_secrets_do_not_change_once_they_are_made() -> None:
    """A token, what it is bound to and a wrapped one are values: nobody can put another grant into one of them."""
    for value, name in ((new_token(), "auth"), (BOUND, "grant_id"), (wrap_seed(bytes(32), BOUND), "sealed")):
        with pytest.raises(AttributeError):
            setattr(value, name, getattr(value, name))
