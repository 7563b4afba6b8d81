"""C8: records forged with the vault's public key, by somebody who writes to the database, are never shown."""

import os

from mesinfos.vault.envelope import new_envelope
from mesinfos.vault.keys import new_id
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.records import BOUND, SCHEMA, _bound
from mesinfos.vault.unlock import unlock
from tests.campaign import Outcome
from tests.cast import ALICE
from tests.vault.home import alice_at_home, fill, payloads, sql

FULL = 100
GENUINE = 20


def run(tries: int) -> Outcome:
    """Every forgery is well sealed; what it lacks is the mark of the worker. An unlock must say so."""
    with alice_at_home() as alice:
        genuine = set(fill(alice, GENUINE))
        forged = {forge(alice, GENUINE + number) for number in range(1, tries + 1)}
        before = set(payloads(alice))
        opened = unlock(alice.instance, alice.vault_id, ALICE.passphrase)
        after = set(payloads(opened))
        alarm = f"envelopes_forged:{tries}" in opened.alarms
        flagged = set(opened.damaged) == forged
    shown = len((before | after) & forged)
    happened = f"{shown} shown, {len(after)} of {GENUINE} genuine ones shown, alarm {alarm}, all flagged {flagged}"
    return Outcome(
        tries, "0 shown as genuine", happened, not shown and before == after == genuine and alarm and flagged
    )


def forge(alice: OpenVault, seq: int) -> str:
    """A record that only lacks a genuine MAC: none, a random one, another envelope's, or called re-wrapped."""
    box, record_id = new_envelope(alice.vault_id), new_id()
    ((public,),) = sql(alice.instance, "SELECT inbox_public FROM vault WHERE vault_id = ?", alice.vault_id)
    ((other,), *_) = sql(alice.instance, "SELECT mac FROM envelope WHERE form = 'hpke'")
    mac = (b"", os.urandom(32), other)[seq % 3]
    row = (alice.vault_id, box.envelope_id, "", "hpke", box.sealed_to(public), mac)
    sql(
        alice.instance,
        "INSERT INTO envelope (vault_id, envelope_id, grant_id, form, sealed, mac) VALUES (?,?,?,?,?,?)",
        *row,
    )
    values = {"seq": seq, "day": "2026-11-02", "stream": b"", "parent": "", "source_id": "s", "tag": os.urandom(16)}
    sealed = box.seal(record_id, "order", SCHEMA, b"You owe 1000 EUR", *_bound(*(values[name] for name in BOUND)))
    columns = {"vault_id": alice.vault_id, "record_id": record_id, "type": "order", "schema": SCHEMA, **values}
    columns |= {"envelope_id": box.envelope_id, "ciphertext": sealed}
    marks = ",".join("?" * len(columns))
    sql(alice.instance, f"INSERT INTO record ({','.join(columns)}) VALUES ({marks})", *columns.values())
    return record_id
