"""A6: forged, altered or unsigned grants, and swapped vault keys, get no seal, and the next unlock raises an alarm."""

import os
from datetime import date, timedelta

from mesinfos.consent.fields import Field, Purpose, Scope
from mesinfos.consent.grant import draft
from mesinfos.consent.ledger import add_grant, live_grants, today
from mesinfos.errors import Tampered
from mesinfos.vault.grantkeys import new_token
from mesinfos.vault.keypair import KeyPair
from mesinfos.vault.keys import new_id
from mesinfos.vault.openvault import Ed25519PrivateKey, OpenVault
from mesinfos.vault.records import store_records
from mesinfos.vault.unlock import unlock
from tests.campaign import Outcome
from tests.cast import ACME, ALICE, ZETA
from tests.vault.home import alice_at_home, record, sql

FULL = 120
COLUMNS = (
    "vault_id, grant_id, version, state, merchant, public_key, rules, signature, details, "
    "created_at, ended_at, until, last_seq, complete"
)


def run(tries: int) -> Outcome:
    """Five forgeries of grants for each swap of a vault's key."""
    swaps, sealed, silent = max(2, tries // 6), 0, 0
    with alice_at_home() as alice:
        genuine = {give(alice, ACME.domain), give(alice, ZETA.domain)}
        for number in range(tries - swaps):
            forged = forge(alice, sorted(genuine), number)
            sealed += forged in live(alice)
            silent += not any(alarm.startswith("grants_forged") for alarm in alarms(alice))
            restore(alice)
        for number in range(swaps):
            stored, alarmed = swapped(alice, number)
            sealed, silent = sealed + stored, silent + (not alarmed)
        whole = set(live(alice)) == genuine
    happened = f"{sealed} seals, {silent} without alarm, genuine grants live: {whole}"
    return Outcome(tries, "0 seals, alarm each time", happened, not sealed and not silent and whole)


def give(alice: OpenVault, domain: str) -> str:
    """A genuine grant; its id. A copy of the row is kept to put it right again."""
    promise = draft(
        alice.vault_id,
        domain=domain,
        name=domain,
        fields=(Field.ORDER_STATUS,),
        scope=Scope.OWN,
        since=date(2025, 1, 1),
        until=today() + timedelta(days=30),
        purpose=next(iter(Purpose)),
    )
    grant, _ = add_grant(alice, promise)
    sql(alice.instance, f'CREATE TABLE IF NOT EXISTS kept AS SELECT {COLUMNS} FROM "grant" WHERE 0')
    sql(alice.instance, f'INSERT INTO kept SELECT {COLUMNS} FROM "grant" WHERE grant_id = ?', grant.grant_id)
    return grant.grant_id


def forge(alice: OpenVault, genuine: list[str], number: int) -> str:
    """One way of writing a grant that the vault did not sign; the id under which it would be live."""
    one, other = genuine
    thief, name = new_token().public_key, new_id()
    signature = Ed25519PrivateKey.generate().sign(os.urandom(32))
    if number % 5 == 0:
        sql(alice.instance, 'UPDATE "grant" SET public_key = ? WHERE grant_id = ?', thief, one)
        return one
    if number % 5 == 1:
        sql(alice.instance, 'UPDATE "grant" SET signature = ? WHERE grant_id = ?', (b"", signature)[number % 2], one)
        return one
    if number % 5 == 2:
        taken = "SELECT rules, signature FROM kept WHERE grant_id = ?"
        sql(alice.instance, f'UPDATE "grant" SET (rules, signature) = ({taken}) WHERE grant_id = ?', other, one)
        return one
    if number % 5 == 3:
        changed = COLUMNS.replace("grant_id", "?").replace("public_key", "?")
        sql(alice.instance, f'INSERT INTO "grant" ({COLUMNS}) SELECT {changed} FROM kept LIMIT 1', name, thief)
        return name
    rules = (os.urandom(300), thief)[number % 2]
    changed = COLUMNS.replace("grant_id", "?").replace("rules", "?").replace("signature", "?")
    sql(alice.instance, f'INSERT INTO "grant" ({COLUMNS}) SELECT {changed} FROM kept LIMIT 1', name, rules, signature)
    return name


def restore(alice: OpenVault) -> None:
    """The two genuine rows as they were."""
    sql(alice.instance, 'DELETE FROM "grant"')
    sql(alice.instance, f'INSERT INTO "grant" ({COLUMNS}) SELECT {COLUMNS} FROM kept')


def live(alice: OpenVault) -> list[str]:
    """The grants that the locked worker would seal to; it changes nothing here."""
    with alice.instance.database.engine.connect() as conn:
        found = [one.grant.grant_id for one in live_grants(alice.instance, conn, alice.vault_id)]
        conn.rollback()
    return found


def alarms(alice: OpenVault) -> tuple[str, ...]:
    """What the next unlock says."""
    return unlock(alice.instance, alice.vault_id, ALICE.passphrase).alarms


def swapped(alice: OpenVault, number: int) -> tuple[bool, bool]:
    """Another public key in the vault's row: did anything get sealed to it, and did the unlock say so?"""
    column = ("inbox_public", "verify_public")[number % 2]
    wrong = (KeyPair(os.urandom(96)).public, Ed25519PrivateKey.generate().public_key().public_bytes_raw())[number % 2]
    sql(alice.instance, f"UPDATE vault SET {column} = ?", wrong)
    stored = False
    if column == "inbox_public":
        try:
            with alice.instance.database.write(alice.vault_id) as conn:
                store_records(alice.instance, conn, alice.vault_id, [record(number)])
            stored = True
        except Tampered:
            pass
    said = alarms(alice)
    ((now,),) = sql(alice.instance, f"SELECT {column} FROM vault")
    return stored, column.replace("public", "key_swapped") in said and now != wrong
