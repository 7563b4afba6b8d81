"""P2: passphrases, tokens, cookies and mailbox passwords are in no log and in no error, whatever goes wrong."""

import os
import traceback
from collections.abc import Callable, Iterator
from itertools import cycle, islice

from sqlalchemy import insert

from mesinfos.errors import MesInfosError
from mesinfos.vault.grantkeys import GrantReader, new_token, token_auth
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.records import NewRecord, store_records
from mesinfos.vault.rootchange import change_passphrase
from mesinfos.vault.sessions import end_session, resume_session, start_session
from mesinfos.vault.slots import recovery_text
from mesinfos.vault.sources import add_source, source_values, update_source
from mesinfos.vault.tables import session
from mesinfos.vault.unlock import unlock
from mesinfos.vault.vaults import create_vault
from tests.campaign import Outcome
from tests.campaign.p1 import logged
from tests.vault.home import DAY, alice_at_home, sql

FULL = 300
Path_ = Callable[[OpenVault, str], object]


def run(tries: int) -> Outcome:
    """Error paths in turn, each with a fresh marker as its secret; logs at debug level, tracebacks in full."""
    said, quiet = [], 0
    with alice_at_home() as alice, logged() as log:
        for number, path in enumerate(islice(cycle(paths()), tries)):
            marker = f"canary{os.urandom(12).hex()}"
            try:
                path(alice, marker)
                quiet += 1
            except Exception as error:  # noqa: BLE001  whatever it is, it must not tell
                text = "".join(traceback.format_exception(error)) + repr(error) + str(vars(error)) + log.getvalue()
                said += [f"{number}"] if marker in text else []
        said += ["repr"] if alice.root.hex() in repr(vars(alice.instance.key)) + repr(alice) else []
    happened = f"{len(said)} said a secret {said[:5]}, {quiet} paths raised nothing"
    return Outcome(tries, "0 hits", happened, not said and not quiet)


def paths() -> Iterator[Path_]:
    """Ways to fail with a secret in hand."""
    yield lambda alice, marker: unlock(alice.instance, alice.vault_id, marker)
    yield lambda alice, marker: unlock(alice.instance, "nobody", marker)
    yield lambda alice, marker: unlock(alice.instance, alice.vault_id, recovery_text(marker.encode()[:32].ljust(32)))
    yield lambda alice, marker: create_vault(alice.instance, "Alice", marker)
    yield lambda alice, marker: create_vault(alice.instance, "", marker)
    yield lambda _, marker: token_auth(marker)
    yield lambda _, marker: token_auth(f"mesinfos-{marker}")
    yield lambda alice, marker: GrantReader(marker, alice.vault_id, "g")
    yield lambda alice, marker: GrantReader(new_token().token, alice.vault_id, marker).open("e", b"", marker, b"")
    yield lambda alice, marker: resume_session(alice.instance, f"{alice.vault_id}.{marker}")
    yield lambda alice, marker: resume_session(alice.instance, marker)
    yield lambda alice, _: ended_session(alice)
    yield lambda alice, marker: add_source(alice, "imap", marker, {"password": marker}, marker)
    yield lambda alice, marker: update_source(alice, "nothing", {"password": marker})
    yield locked_source
    yield stored_twice
    yield lambda alice, marker: store(alice, NewRecord("message", marker, b"", b"", DAY))  # type: ignore[arg-type]
    yield lambda alice, marker: alice.open("p", "i", alice.seal("p", marker, marker.encode()))
    yield lambda alice, marker: alice.instance.key.open("v", "p", "i", marker.encode())
    yield changed_with_damage


def ended_session(alice: OpenVault) -> None:
    """A cookie after its session ended."""
    cookie = start_session(alice.instance, alice)
    end_session(alice.instance, cookie)
    try:
        resume_session(alice.instance, cookie)
    except MesInfosError as error:
        if cookie.split(".")[1] in "".join(traceback.format_exception(error)):
            raise AssertionError("the cookie is in the error") from None
        raise


def locked_source(alice: OpenVault, marker: str) -> None:
    """A source's settings asked for without the open vault they need."""
    source_values(alice.instance, add_source(alice, "imap", "l", {"password": marker}, "while_unlocked"), None)


def stored_twice(alice: OpenVault, marker: str) -> None:
    """A statement that breaks a constraint: the database quotes values unless it is told not to."""
    row = {"vault_id": alice.vault_id, "session_id": marker, "created_at": 0, "seen_at": 0, "sealed": marker.encode()}
    with alice.instance.database.write(alice.vault_id) as conn:
        conn.execute(insert(session), [row, row])


def store(alice: OpenVault, record: NewRecord) -> None:
    """A record that cannot be stored."""
    with alice.instance.database.write(alice.vault_id) as conn:
        store_records(alice.instance, conn, alice.vault_id, [record])


def changed_with_damage(alice: OpenVault, marker: str) -> None:
    """A change of passphrase that must be refused."""
    row = (alice.vault_id, "e", "", "wrap", marker.encode(), b"")
    marks = "INSERT INTO envelope (vault_id, envelope_id, grant_id, form, sealed, mac) VALUES (?,?,?,?,?,?)"
    sql(alice.instance, marks, *row)
    try:
        change_passphrase(alice.instance, alice, marker)
    finally:
        sql(alice.instance, "DELETE FROM envelope WHERE envelope_id = 'e'")
