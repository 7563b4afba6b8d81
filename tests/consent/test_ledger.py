"""How grants begin and end, and who is believed."""

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import delete, insert, select, update

from mesinfos.consent import journal, ledger, outbox, signatures
from mesinfos.consent.describe import describe
from mesinfos.consent.fields import Field, Scope
from mesinfos.consent.grant import CONTEXT
from mesinfos.consent.ledger import State
from mesinfos.errors import InvalidInput, NoGrant, NotFound, StorageUnavailable, UnreadableGrant
from mesinfos.vault.grantkeys import new_token
from mesinfos.vault.rootchange import change_passphrase
from mesinfos.vault.tables import METADATA, disclosure, envelope, token
from mesinfos.vault.tables import grant as grants
from mesinfos.vault.unlock import unlock
from tests.cast import ALICE, ZETA
from tests.consent.conftest import give
from tests.consent.makers import GRANT_ID, an_order, promise, remember, seen


def live(vault) -> list[ledger.Live]:
    """The grants a locked worker would disclose to."""
    with vault.instance.database.write(vault.vault_id) as conn:
        return ledger.live_grants(vault.instance, conn, vault.vault_id)


def change(vault, grant_id: str, **values: object) -> None:
    """Edit a grant's row in the database."""
    with vault.instance.database.write(vault.vault_id) as conn:
        mine = (grants.c.vault_id == vault.vault_id, grants.c.grant_id == grant_id)
        conn.execute(update(grants).where(*mine).values(**values))


def test_a_grant_is_given_and_listed(alice, reading) -> None:
    """The ledger shows what was signed, where it stands and how much can be read."""
    held = give(alice, promise(alice), reading)
    (entry,) = ledger.list_grants(alice)
    assert entry == ledger.get_grant(alice, held.grant.grant_id)
    assert entry.grant == held.grant
    assert (entry.state, entry.complete, entry.disclosed, entry.ended_at) == (State.LIVE, True, 1, None)
    assert [one.grant for one in live(alice)] == [held.grant]
    assert journal.entries(alice)[-1].details == {
        "merchant": "acme.example",
        "until": held.grant.until.isoformat(),
        "sentence": {"fr": describe(held.grant, "fr"), "en": describe(held.grant, "en")},
    }


def test_before_its_past_is_disclosed_a_grant_is_not_complete(alice) -> None:
    """A merchant that asks in between is told so."""
    grant, secret = ledger.add_grant(alice, promise(alice))
    assert not ledger.get_grant(alice, grant.grant_id).complete
    assert not outbox.page(alice.instance, secret).complete


def test_a_draft_serves_once_and_for_its_vault(alice, bob) -> None:
    """A draft cannot be signed twice, for another vault, or after its last day."""
    draft = promise(alice, grant_id=GRANT_ID)
    ledger.add_grant(alice, draft)
    for vault, wrong in (
        (alice, draft),
        (bob, draft),
        (alice, promise(alice, now=draft.made_at - timedelta(days=9), until=ledger.today() - timedelta(days=1))),
    ):
        with pytest.raises(InvalidInput):
            ledger.add_grant(vault, wrong)


def test_the_database_holds_no_word_of_a_grant(alice, reading) -> None:
    """Neither merchant, fields, purpose nor token can be read from the tables."""
    held = give(alice, promise(alice), reading)
    with alice.instance.database.read() as conn:
        dump = b"".join(
            value if isinstance(value, bytes) else str(value).encode()
            for table in METADATA.sorted_tables
            for row in conn.execute(select(table))
            for value in row
        )
    for word in (b"acme", b"Acme", b"order.month", b"offers", held.token.encode(), b"OrderInTransit"):
        assert word not in dump


def test_revoking_leaves_nothing_to_read(alice, reading) -> None:
    """Outbox, envelopes and token go in one transaction; the journal says so; twice is as good as once."""
    held = give(alice, promise(alice), reading)
    ledger.revoke(alice.instance, alice.vault_id, held.grant.grant_id)
    ledger.revoke(alice.instance, alice.vault_id, held.grant.grant_id)
    with pytest.raises(NoGrant):
        outbox.page(alice.instance, held.token)
    with alice.instance.database.read() as conn:
        for table in (disclosure, envelope, token):
            mine = table.c.grant_id == held.grant.grant_id
            assert conn.execute(select(table).where(mine)).all() == []
    entry = ledger.get_grant(alice, held.grant.grant_id)
    assert entry.state is State.WITHDRAWN
    assert entry.ended_at
    assert [line.action for line in journal.entries(alice, limit=1)] == ["grant.withdrawn"]
    assert live(alice) == []


def test_a_busy_database_does_not_stop_a_withdrawal(alice, reading, monkeypatch) -> None:
    """It is tried again; only a database that stays busy is told to the person."""
    held = give(alice, promise(alice), reading)
    end, times = ledger.end, []

    def busy(*args: object, **more: object) -> None:
        times.append(1)
        if len(times) % 4:
            raise StorageUnavailable("Another program holds the database.")
        end(*args, **more)

    monkeypatch.setattr(ledger, "end", busy)
    with pytest.raises(StorageUnavailable):
        ledger.revoke(alice.instance, alice.vault_id, held.grant.grant_id)
    assert outbox.page(alice.instance, held.token).disclosures
    ledger.revoke(alice.instance, alice.vault_id, held.grant.grant_id)
    with pytest.raises(NoGrant):
        outbox.page(alice.instance, held.token)


def test_revoking_needs_no_open_vault_but_the_right_one(alice, bob, reading) -> None:
    """Alice's grant is unknown in Bob's vault, and so is one that never was."""
    held = give(alice, promise(alice), reading)
    for vault, grant_id in ((bob, held.grant.grant_id), (alice, "nothing")):
        with pytest.raises(NotFound):
            ledger.revoke(vault.instance, vault.vault_id, grant_id)
        with pytest.raises(NotFound):
            ledger.get_grant(vault, grant_id)
    assert ledger.list_grants(bob) == []
    alice.close()
    ledger.revoke(bob.instance, alice.vault_id, held.grant.grant_id)


@pytest.mark.parametrize("damage", ["signature", "rules", "public_key", "unsigned", "moved"])
def test_a_forged_grant_gets_nothing(alice, bob, reading, damage) -> None:
    """A grant row that the pinned key did not sign is set aside, named in the journal, and an alarm at unlock (A6)."""
    held = give(alice, promise(alice), reading)
    grant_id = held.grant.grant_id
    wide = msgspec.structs.replace(held.grant, fields=(Field.ITEM_NAMES,), scope=Scope.ALL)
    own = alice.instance.key.seal(alice.vault_id, "grant", grant_id, wide.to_bytes())
    values = {
        "signature": {"signature": bytes(64)},
        "rules": {"rules": own},
        "public_key": {"public_key": new_token().public_key},
        "unsigned": {"rules": own, "signature": b""},
        "moved": {"rules": own, "signature": bob.sign(CONTEXT, wide.to_bytes())},
    }[damage]
    change(alice, grant_id, **values)
    with alice.instance.database.read() as conn:
        assert signatures.check_signatures(alice, conn) == ["grants_forged:1"]
    remember(alice, [seen(an_order(order_number="A-9"), message="m40")], disclose=True)
    assert live(alice) == []
    assert journal.entries(alice, limit=1)[0].action == "grant.refused"
    assert ledger.unreadable_grants(alice) == [grant_id]
    assert ledger.list_grants(alice) == []
    with pytest.raises(UnreadableGrant):
        ledger.get_grant(alice, grant_id)
    with pytest.raises(NoGrant):
        outbox.page(alice.instance, held.token)
    ledger.revoke(alice.instance, alice.vault_id, grant_id)


def test_an_inserted_grant_gets_nothing(alice, reading) -> None:
    """Who writes a row into the database for a key of his own finds no disclosure sealed to it (A6)."""
    held = give(alice, promise(alice), reading)
    mine, stolen = new_token(), promise(alice, domain=ZETA.domain, name="Zeta", scope=Scope.ALL)
    with alice.instance.database.write() as conn:
        row = dict(conn.execute(select(grants)).mappings().one())
        row |= {"grant_id": stolen.grant_id, "public_key": mine.public_key}
        conn.execute(insert(grants), row)
        place = {"auth": mine.auth, "vault_id": alice.vault_id, "grant_id": stolen.grant_id, "created_at": 0}
        conn.execute(insert(token), place)
    outbox.refresh(alice, reading)
    assert [one.grant for one in live(alice)] == [held.grant]
    with pytest.raises(NoGrant):
        outbox.page(alice.instance, mine.token)


def test_a_token_row_that_was_turned_around_opens_nothing(alice, reading) -> None:
    """Pointing one's own token at another's grant gives a page without a single disclosure."""
    held = give(alice, promise(alice), reading)
    mine = new_token()
    with alice.instance.database.write() as conn:
        place = {"auth": mine.auth, "vault_id": alice.vault_id, "grant_id": held.grant.grant_id, "created_at": 0}
        conn.execute(insert(token), place)
    page = outbox.page(alice.instance, mine.token)
    assert page.disclosures == []
    assert page.damaged == 1


def test_a_new_passphrase_signs_grants_again(alice, reading) -> None:
    """After a change of passphrase the old key's signature counts no more, and every live grant goes on."""
    held = give(alice, promise(alice), reading)
    fresh = change_passphrase(alice.instance, alice, "huit chevaux tirent la charrue")
    assert [one.grant for one in live(fresh)] == [held.grant]
    assert outbox.page(fresh.instance, held.token).disclosures
    assert journal.entries(fresh, limit=2)[1].action == "passphrase.changed"
    change(fresh, held.grant.grant_id, signature=bytes(64))
    again = change_passphrase(fresh.instance, fresh, "neuf chevaux tirent la charrue")
    assert live(again) == []


def test_unlocking_finds_forged_grants(alice, reading) -> None:
    """The hooks of this room run at every unlock."""
    held = give(alice, promise(alice), reading)
    change(alice, held.grant.grant_id, signature=bytes(64))
    assert "grants_forged:1" in unlock(alice.instance, alice.vault_id, ALICE.passphrase).alarms


def test_a_restore_suspends_until_the_person_resumes(alice, reading) -> None:
    """After a restore no grant answers or grows; each goes on when its person says so (D14)."""
    held = give(alice, promise(alice), reading)
    change(alice, held.grant.grant_id, state=State.SUSPENDED)
    with pytest.raises(NoGrant):
        outbox.page(alice.instance, held.token)
    remember(alice, [seen(an_order(order_number="A-9"), message="m40")], disclose=True)
    with alice.instance.database.write() as conn:
        conn.execute(delete(disclosure))
    ledger.resume(alice, held.grant.grant_id)
    assert not outbox.page(alice.instance, held.token).complete
    outbox.refresh(alice, reading)
    page = outbox.page(alice.instance, held.token)
    assert (len(page.disclosures), page.complete) == (1, True)
    with pytest.raises(NotFound):
        ledger.resume(alice, held.grant.grant_id)


def test_suspended_grants_alone_stop_at_once(alice, bob, reading) -> None:
    """Those named and no other; the vault may be locked; a second press, or another vault's, stops nothing."""
    one, other = give(alice, promise(alice), reading), give(alice, promise(alice, domain=ZETA.domain), reading)
    named = [one.grant.grant_id, "no grant"]
    assert ledger.suspend(bob.instance, bob.vault_id, named) == 0
    assert ledger.suspend(alice.instance, alice.vault_id, named) == 1
    assert ledger.suspend(alice.instance, alice.vault_id, named) == 0
    line = journal.entries(alice, limit=1)[0]
    assert (line.action, line.subject) == ("grant.suspended", one.grant.grant_id)
    with pytest.raises(NoGrant):
        outbox.page(alice.instance, one.token)
    assert outbox.page(alice.instance, other.token).disclosures
    assert [held.grant for held in live(alice)] == [other.grant]
    ledger.resume(alice, one.grant.grant_id)
    assert outbox.page(alice.instance, one.token).disclosures


def test_a_busy_database_does_not_stop_a_suspension(alice, reading, monkeypatch) -> None:
    """It is as patient as a withdrawal."""
    held = give(alice, promise(alice), reading)
    told, times = ledger.append, []

    def busy(*args: object) -> bytes:
        times.append(1)
        if len(times) < ledger.PATIENCE:
            raise StorageUnavailable("Another program holds the database.")
        return told(*args)

    monkeypatch.setattr(ledger, "append", busy)
    assert ledger.suspend(alice.instance, alice.vault_id, [held.grant.grant_id]) == 1
    with pytest.raises(NoGrant):
        outbox.page(alice.instance, held.token)


def test_a_suspended_grant_ends_on_its_day(alice, reading, monkeypatch) -> None:
    """Suspended is not kept for ever: past its last day it ends like any other, and its outbox with it."""
    held = give(alice, promise(alice), reading)
    ledger.suspend(alice.instance, alice.vault_id, [held.grant.grant_id])
    assert live(alice) == []
    assert ledger.get_grant(alice, held.grant.grant_id).state is State.SUSPENDED
    monkeypatch.setattr(ledger, "today", lambda: held.grant.until + timedelta(days=1))
    assert live(alice) == []
    ended = ledger.get_grant(alice, held.grant.grant_id)
    assert (ended.state, ended.disclosed) == (State.EXPIRED, 0)


def test_the_last_day_is_read_and_the_next_is_not(alice, reading, monkeypatch) -> None:
    """A grant is read on its last day, all day, and never after."""
    held = give(alice, promise(alice, until=ledger.today() + timedelta(days=300)), reading)
    monkeypatch.setattr(ledger, "today", lambda: held.grant.until)
    assert outbox.page(alice.instance, held.token).disclosures
    monkeypatch.setattr(ledger, "today", lambda: held.grant.until + timedelta(days=1))
    assert live(alice) == []
    assert [line.action for line in journal.entries(alice, limit=1)] == ["grant.expired"]
