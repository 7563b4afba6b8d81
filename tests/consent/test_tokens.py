"""Codes and the tokens that come of them, at every edge; the whole flow by HTTP is in tests/api/test_flow.py."""

from datetime import UTC, datetime, timedelta

import pytest

from mesinfos.consent import ledger, tokens
from mesinfos.consent.tokens import Kind
from mesinfos.errors import NoGrant, NotFound
from mesinfos.vault.grantkeys import Bound
from mesinfos.vault.tables import grant as grants
from mesinfos.vault.tables import stamp
from tests.consent.by_oauth import (
    CLIENT,
    KEY,
    OTHER,
    SECOND,
    alter,
    ask,
    give,
    hold,
    lose,
    meanwhile,
    redeem,
    renew,
    row_of,
    rows,
    state,
    told,
)
from tests.consent.makers import promise


@pytest.fixture
def instance(sqlite_instance):
    """One engine: what differs between the two is tried by the whole flow."""
    return sqlite_instance


def test_the_words_and_times_of_tokens_stay() -> None:
    """Rows hold these words and wrapped seeds are bound to them; FAPI 2.0 allows a code a minute."""
    assert [kind.value for kind in Kind] == ["hand", "code", "access", "refresh", "spent"]
    assert (tokens.CODE_SECONDS, tokens.ACCESS_SECONDS) == (60, 900)


def test_a_row_says_all_that_its_token_is_bound_to(alice, clock) -> None:
    """A code is bound to its client, key and minute; a refresh token to no key, until the grant's last day is over."""
    grant, code = give(alice)
    row = row_of(alice, code)
    assert tokens.bound_of(row) == Bound(
        alice.vault_id, grant.grant_id, "code", CLIENT, KEY, clock.now + 60 * SECOND, challenge=""
    )
    assert row.created_at == clock.now
    issued = redeem(alice, code)
    assert issued.grant == grant
    over = stamp(datetime.combine(grant.until, datetime.min.time(), UTC)) + 86_400 * SECOND
    bound = [(row.kind, row.client_id, row.jkt, row.expires_at) for row in rows(alice)]
    assert sorted(bound) == [
        ("access", CLIENT, KEY, clock.now + 900 * SECOND),
        ("refresh", CLIENT, "", over),
        ("spent", CLIENT, KEY, clock.now + 60 * SECOND),
    ]
    assert row_of(alice, code).sealed == b""


def test_an_access_token_does_not_outlive_its_grant(alice, clock) -> None:
    """In the last minutes of the grant's last day it ends with the day."""
    grant, code = give(alice, until=ledger.today() + timedelta(days=1))
    over = stamp(datetime.combine(grant.until, datetime.min.time(), UTC)) + 86_400 * SECOND
    clock.now = over - 300 * SECOND
    alter(alice, expires_at=over)  # the code's own minute is not what this is about
    with pytest.raises(NoGrant):
        redeem(alice, code)
    assert tokens._access_end(grant) == over


def test_a_request_is_decided_on_once(alice) -> None:
    """Given or refused, it is used up, and the refusal leaves its receipt."""
    uri, asked = ask(alice)
    draft = promise(alice, client_id=CLIENT)
    tokens.give(alice, draft, uri, asked)
    for decide in (tokens.give, tokens.refuse):
        with pytest.raises(NotFound):
            decide(alice, promise(alice, client_id=CLIENT), uri, asked)
    uri, asked = ask(alice)
    no = promise(alice, client_id=CLIENT)
    tokens.refuse(alice, no, uri, asked)
    assert told(alice, no) == ["consent.refused"]
    with pytest.raises(NotFound):
        tokens.refuse(alice, no, uri, asked)


def test_a_code_is_good_to_its_last_moment(alice, clock) -> None:
    """And not a microsecond longer, even if that passes while its grant is waited for."""
    first, second = give(alice)[1], give(alice)[1]
    clock.now += 60 * SECOND
    assert redeem(alice, first).access
    clock.now += 1
    with pytest.raises(NoGrant):
        redeem(alice, second)


def test_a_code_may_be_too_late_while_its_grant_is_waited_for(alice, clock, monkeypatch) -> None:
    """Found in time and locked too late, it gives nothing and stays unspent."""
    grant, code = give(alice)

    def later() -> None:
        clock.now += 61 * SECOND

    meanwhile(monkeypatch, later)
    with pytest.raises(NoGrant):
        redeem(alice, code)
    assert (row_of(alice, code).kind, state(alice, grant)) == ("code", "live")


@pytest.mark.parametrize(
    "wrong", [{"client_id": OTHER}, {"challenge": "x"}, {"challenge": ""}, {"jkt": "x"}, {"jkt": ""}]
)
def test_a_code_fits_in_every_respect_or_not_at_all(alice, wrong) -> None:
    """Another client, verifier or key gets nothing, and the code stays good for whom it was made."""
    code = give(alice)[1]
    with pytest.raises(NoGrant):
        redeem(alice, code, **wrong)
    assert redeem(alice, code).access


def test_a_code_without_a_key_takes_the_key_of_its_redemption(alice) -> None:
    """Pushed without dpop_jkt, whoever passes PKCE binds the tokens to its own key."""
    code = give(alice, jkt="")[1]
    assert row_of(alice, redeem(alice, code, jkt="mine").access).jkt == "mine"


def test_a_code_used_twice_ends_its_grant_however_late(alice, clock) -> None:
    """Long after its minute too: the merchant is told that it was withdrawn by its own doing."""
    grant, code = give(alice)
    redeem(alice, code)
    clock.now += 3600 * SECOND
    with pytest.raises(NoGrant):
        redeem(alice, code)
    assert (state(alice, grant), rows(alice)) == ("withdrawn", [])
    assert told(alice, grant) == ["consent.given", "consent.withdrawn by merchant"]


def test_a_code_that_another_worker_uses_meanwhile_ends_its_grant(alice, monkeypatch) -> None:
    """What counts is the row once the grant is locked, not the row that was found."""
    grant, code = give(alice)
    meanwhile(monkeypatch, lambda: redeem(alice, code))
    with pytest.raises(NoGrant):
        redeem(alice, code)
    assert state(alice, grant) == "withdrawn"


@pytest.mark.parametrize("gone", ["row", "grant"])
def test_a_token_that_goes_meanwhile_opens_nothing(alice, monkeypatch, gone) -> None:
    """Its row deleted, or its grant withdrawn, between the look and the lock: refused like any other."""
    (grant, code), (other, second) = give(alice), give(alice)
    refresh = redeem(alice, second).refresh
    for promised, shown, use in ((grant, code, redeem), (other, refresh, renew)):
        ends = {
            "row": lambda shown=shown: lose(alice, shown),
            "grant": lambda promised=promised: ledger.revoke(alice.instance, alice.vault_id, promised.grant_id),
        }
        meanwhile(monkeypatch, ends[gone])
        with pytest.raises(NoGrant):
            use(alice, shown)
        assert row_of(alice, shown) is None


def test_a_stopped_grant_gives_nothing(alice) -> None:
    """While it is suspended neither code, refresh nor access token works; resumed, all of them do again."""
    (_, code), (_, second) = give(alice), give(alice)
    issued = redeem(alice, second)
    alter(alice, grants, state="suspended")
    for use in (lambda: redeem(alice, code), lambda: renew(alice, issued.refresh), lambda: hold(alice, issued.access)):
        with pytest.raises(NoGrant):
            use()
    alter(alice, grants, state="live")
    assert redeem(alice, code).access
    assert renew(alice, issued.refresh).access
    assert hold(alice, issued.access, mark=b"second").live.grant == issued.grant
