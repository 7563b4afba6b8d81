"""How tokens are renewed, held, let go of and forgotten."""

import pytest
from sqlalchemy import delete, event, select

from mesinfos.consent import ledger, tokens
from mesinfos.consent.replay import Proof
from mesinfos.errors import NoGrant, ProofRefused
from mesinfos.syncing import postman
from mesinfos.vault.grantkeys import new_token
from mesinfos.vault.tables import grant as grants
from tests.consent.by_oauth import (
    CHALLENGE,
    CLIENT,
    KEY,
    OTHER,
    SECOND,
    alter,
    give,
    hold,
    redeem,
    renew,
    row_of,
    rows,
    state,
    told,
)
from tests.consent.makers import GRANT_ID, promise


@pytest.fixture
def instance(sqlite_instance):
    """One engine: what differs between the two is tried by the whole flow."""
    return sqlite_instance


def revoke(vault, shown, client_id=CLIENT) -> None:
    """A client lets go of a token."""
    tokens.revoke_token(vault.instance, shown, client_id)


def test_each_token_serves_its_own_end(alice) -> None:
    """A refresh token is no code, an access token renews nothing, a code is not held: each is refused elsewhere."""
    issued = redeem(alice, give(alice)[1])
    code = give(alice)[1]
    _, by_hand = ledger.add_grant(alice, promise(alice))
    for shown in (issued.access, issued.refresh, by_hand, new_token().token, "nonsense"):
        for challenge in (CHALLENGE, ""):
            with pytest.raises(NoGrant):
                redeem(alice, shown, challenge=challenge)
    for shown in (issued.access, code, by_hand, new_token().token):
        with pytest.raises(NoGrant):
            renew(alice, shown)
    for shown in (issued.refresh, code, by_hand, new_token().token):
        for jkt in (KEY, ""):
            with pytest.raises(NoGrant):
                hold(alice, shown, jkt)


def test_a_renewed_token_is_bound_to_the_key_that_renews(alice, clock) -> None:
    """For a quarter of an hour; the refresh token stays and is not handed out again, and is its client's alone."""
    issued = redeem(alice, give(alice)[1])
    clock.now += 60 * SECOND
    renewed = renew(alice, issued.refresh, jkt="another")
    assert (renewed.refresh, renewed.grant) == ("", issued.grant)
    row = row_of(alice, renewed.access)
    assert (row.kind, row.jkt, row.expires_at) == ("access", "another", clock.now + 900 * SECOND)
    with pytest.raises(NoGrant):
        renew(alice, issued.refresh, client_id=OTHER)


def test_a_refresh_token_lasts_as_long_as_its_grant(alice, clock) -> None:
    """To the last moment of its last day, and access tokens no longer than that."""
    issued = redeem(alice, give(alice)[1])
    over = row_of(alice, issued.refresh).expires_at
    clock.now = over - 10
    assert row_of(alice, renew(alice, issued.refresh).access).expires_at == over
    clock.now = over
    assert renew(alice, issued.refresh).access
    clock.now = over + 1
    with pytest.raises(NoGrant):
        renew(alice, issued.refresh)


def test_renewing_sweeps_what_is_over_of_this_grant(alice, bob, clock) -> None:
    """Access tokens past their time; not those in time, no other grant's, nor another vault's grant of the same id."""
    _, code = give(alice, grant_id=GRANT_ID)
    issued = redeem(alice, code)
    others = [redeem(alice, give(alice)[1]).access, redeem(bob, give(bob, grant_id=GRANT_ID)[1]).access]
    clock.now += 900 * SECOND
    edge = renew(alice, issued.refresh).access
    assert row_of(alice, issued.access)  # its last moment
    clock.now += 1
    renew(alice, issued.refresh)
    assert row_of(alice, issued.access) is None
    assert row_of(alice, edge)
    assert row_of(alice, issued.refresh)
    assert row_of(alice, code)  # spent: its second use must still be noticed
    assert row_of(alice, others[0])
    assert row_of(bob, others[1])


def test_a_changed_row_opens_no_seed(alice) -> None:
    """Cut short, of another version, damaged or bound otherwise: refused, whatever was done to it."""
    issued = redeem(alice, give(alice)[1])
    sealed = row_of(alice, issued.refresh).sealed
    version, last = 32, len(sealed) - 1
    for wrong in (
        b"",
        sealed[:-1],
        *(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in (0, version, last)),
    ):
        alter(alice, sealed=wrong)
        with pytest.raises(NoGrant):
            renew(alice, issued.refresh)
    alter(alice, sealed=sealed, jkt="x")
    with pytest.raises(NoGrant):
        renew(alice, issued.refresh)
    alter(alice, jkt="")
    assert renew(alice, issued.refresh).access


def test_a_token_is_held_by_its_key_once_a_proof(alice, clock) -> None:
    """It leads to its grant, vault and client for whoever proves the key, each time anew, to its last moment."""
    grant, code = give(alice)
    access = redeem(alice, code).access
    held = hold(alice, access)
    assert (held.live.grant, held.vault_id, held.client_id) == (grant, alice.vault_id, CLIENT)
    with alice.instance.database.read() as conn:
        assert held.created_at == conn.execute(select(grants.c.created_at)).scalar_one()
    with pytest.raises(ProofRefused):
        hold(alice, access)
    with pytest.raises(NoGrant):
        hold(alice, access, jkt="another", mark=b"second")
    clock.now += 900 * SECOND
    assert hold(alice, access, mark=b"third")
    clock.now += 1
    with pytest.raises(NoGrant):
        hold(alice, access, mark=b"fourth")


def test_an_access_token_is_let_go_of_alone(alice) -> None:
    """Its grant and the other tokens stay; another client's word counts for nothing."""
    grant, code = give(alice)
    issued = redeem(alice, code)
    for client, shown in ((OTHER, issued.access), (OTHER, issued.refresh), (CLIENT, "nonsense")):
        revoke(alice, shown, client)
    assert len(rows(alice)) == 3
    revoke(alice, issued.access)
    assert sorted(row.kind for row in rows(alice)) == ["refresh", "spent"]
    assert state(alice, grant) == "live"


@pytest.mark.parametrize("which", ["code", "refresh"])
def test_with_its_code_or_refresh_token_a_grant_ends(alice, which) -> None:
    """Nobody could read it much longer; its receipt says that the merchant did it."""
    grant, code = give(alice)
    revoke(alice, code if which == "code" else redeem(alice, code).refresh)
    assert (state(alice, grant), rows(alice)) == ("withdrawn", [])
    assert told(alice, grant) == ["consent.given", "consent.withdrawn by merchant"]


def test_what_is_not_in_force_does_not_end_by_its_token(alice, clock) -> None:
    """A grant that was set aside as unsigned stays set aside when its token goes or its code lapses."""
    (one, code), (two, _) = give(alice), give(alice)
    refresh = redeem(alice, code).refresh
    alter(alice, grants, state="refused")
    revoke(alice, refresh)
    assert row_of(alice, refresh) is None
    clock.now += 61 * SECOND
    assert tokens.lapse(alice.instance) == 1
    assert not rows(alice, "code")
    assert (state(alice, one), state(alice, two)) == ("refused", "refused")


def test_a_token_whose_grant_is_not_there_opens_nothing(alice, clock) -> None:
    """A database that lost a grant's row: refused like any other token, and its code is swept."""
    code, issued = give(alice)[1], redeem(alice, give(alice)[1])
    with alice.instance.database.write() as conn:
        conn.execute(delete(grants))
    for use in (lambda: redeem(alice, code), lambda: renew(alice, issued.refresh)):
        with pytest.raises(NoGrant):
            use()
    clock.now += 61 * SECOND
    sweep(alice)
    assert not rows(alice, "code")


def sweep(vault) -> None:
    """What ends unfetched grants: the next request of anybody."""
    tokens.lapse(vault.instance)


def by_the_clock(vault) -> None:
    """What ends them when nobody comes at all: the postman's hourly round."""
    postman.tidy(vault.instance)


def come_back(vault) -> None:
    """What ends them too: their person."""
    with vault.instance.database.read(vault.vault_id) as conn:
        assert tokens.at_unlock(vault, conn) == []


@pytest.mark.parametrize("end", [sweep, by_the_clock, come_back])
def test_a_grant_that_nobody_fetched_ends_after_its_minute(alice, clock, end) -> None:
    """Not in its last moment, and not one whose code was used or is still good."""
    (unfetched, _), (fetched, code) = give(alice), give(alice)
    redeem(alice, code)
    clock.now += 60 * SECOND
    end(alice)
    assert state(alice, unfetched) == "live"
    later, _ = give(alice)
    clock.now += 1
    end(alice)
    assert [state(alice, one) for one in (unfetched, fetched, later)] == ["expired", "live", "live"]
    assert sorted(row.kind for row in rows(alice)) == ["access", "code", "refresh", "spent"]
    assert told(alice, unfetched) == ["consent.given", "consent.expired"]


def test_who_comes_back_ends_what_is_their_own(alice, bob, clock) -> None:
    """Opening Alice's vault touches no grant of Bob's; the sweep ends both."""
    (hers, _), (his, _) = give(alice), give(bob)
    clock.now += 61 * SECOND
    come_back(alice)
    assert (state(alice, hers), state(bob, his)) == ("expired", "live")
    assert (tokens.lapse(alice.instance), tokens.lapse(alice.instance)) == (1, 0)
    assert state(bob, his) == "expired"


def test_a_code_that_was_used_after_the_sweep_saw_it_keeps_its_grant(alice) -> None:
    """The sweep ends what it deletes, and deletes codes only."""
    grant, code = give(alice)
    (seen,) = rows(alice)
    redeem(alice, code)
    tokens._end_unfetched(alice.instance, [seen])
    assert state(alice, grant) == "live"
    assert len(rows(alice)) == 3


def test_the_vault_is_locked_before_its_grant(alice) -> None:
    """As a sync does, or two of them would wait for each other on PostgreSQL."""
    said: list[str] = []
    code = give(alice)[1]
    listen = (alice.instance.database.engine, "before_cursor_execute", lambda *seen: said.append(seen[2]))
    event.listen(*listen)
    redeem(alice, code)
    event.remove(*listen)
    looks = [" ".join(one.replace('"', "").split()) for one in said]
    vault, grant = ([f" FROM {table} WHERE" in one for one in looks].index(True) for table in ("vault", "grant"))
    assert vault < grant


def test_what_a_token_opens_follows_from_its_row(alice, clock) -> None:
    """Made by hand: to a bearer. Access: to its key, in its time, by the clock or by the moment that is asked about."""
    _, by_hand = ledger.add_grant(alice, promise(alice))
    code = give(alice)[1]
    issued = redeem(alice, code)
    proof, other = Proof(KEY, b"", 0), Proof("another", b"", 0)
    hand, access = (tokens.bound_of(row_of(alice, shown)) for shown in (by_hand, issued.access))
    assert tokens.fits(hand, None) is True
    assert tokens.fits(hand, proof) is tokens.fits(hand, Proof("", b"", 0)) is tokens.fits(access, None) is False
    assert tokens.fits(access, proof) is True
    assert tokens.fits(access, other) is False
    for shown in (code, issued.refresh):
        bound = tokens.bound_of(row_of(alice, shown))
        assert not any(tokens.fits(bound, one) for one in (None, proof, Proof("", b"", 0)))
    assert tokens.fits(access, proof, access.expires_at)
    assert not tokens.fits(access, proof, access.expires_at + 1)
    clock.now = access.expires_at
    assert tokens.fits(access, proof)
    clock.now += 1
    assert not tokens.fits(access, proof)
    assert tokens.fits(access, proof, clock.now - 1)


def test_a_person_is_called_the_same_for_good(alice, bob) -> None:
    """By the instance's key, the vault and the domain: merchants keep this name, so it may not change."""
    grant = promise(alice)
    expected = alice.instance.key.mac(alice.vault_id, "subject", b"acme.example")[:16].hex()
    assert tokens.subject(alice.instance, grant) == expected
    assert tokens.subject(alice.instance, promise(alice, domain="zeta.example")) != expected
    assert tokens.subject(alice.instance, promise(bob)) != expected
