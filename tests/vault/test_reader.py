"""The second reader opens, from docs/sealing.md alone, what the vault wrote."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import insert

from mesinfos.vault.grantkeys import new_token, seal_for_grant
from mesinfos.vault.tables import disclosure, envelope, stamp
from mesinfos.vault.unlock import unlock
from tests import reader
from tests.cast import ALICE
from tests.vault.test_records import new, store


@pytest.fixture
def instance(sqlite_instance):
    """The second reader knows SQLite's file only."""
    return sqlite_instance


def read(alice, secret: str) -> list[bytes]:
    settings = alice.instance.settings
    key_line = settings.key_file.read_text().strip()
    return [payload for _, payload in reader.read(settings.data_dir / "mesinfos.db", alice.vault_id, secret, key_line)]


def test_it_imports_nothing_of_mesinfos():
    """Independence is the point of the second reader."""
    tree = ast.parse(Path(reader.__file__).read_text())
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert not [name for name in names if name.split(".")[0] in {"mesinfos", "connectors", "web", "tests"}]


def test_it_reads_records_before_and_after_an_unlock(alice):
    """Records sealed to the inbox and records re-wrapped are the same to the second reader."""
    store(alice, new("one"), new("two"))
    assert read(alice, ALICE.passphrase) == [b"one" * 40, b"two" * 40]
    unlock(alice.instance, alice.vault_id, ALICE.passphrase)
    store(alice, new("three"))
    assert read(alice, ALICE.passphrase) == [b"one" * 40, b"two" * 40, b"three" * 40]


def test_it_reads_with_the_recovery_key(alice, household):
    """The printed key opens the vault without the passphrase."""
    store(alice, new("one"))
    assert read(alice, household.recovery[ALICE.name]) == [b"one" * 40]


def test_it_refuses_a_wrong_passphrase(alice):
    """The second reader compares the commitment, too."""
    with pytest.raises(reader.Refused, match="WrongPassphrase"):
        read(alice, "not her passphrase")


def test_it_reads_a_grants_disclosures_with_the_token(alice):
    """A token, and rows that anybody may hold, give what was disclosed; another token gives nothing."""
    made, place = new_token(), {"vault_id": alice.vault_id, "grant_id": "g"}
    envelope_id, sealed, items = seal_for_grant(alice.vault_id, "g", made.public_key, [("a", b"hello"), ("b", b"x")])
    with alice.instance.database.write() as conn:
        row = place | {"envelope_id": envelope_id, "form": "grant", "sealed": sealed, "mac": b""}
        conn.execute(insert(envelope), row)
        for seq, (item_id, ciphertext) in enumerate(zip("ab", items, strict=True), 1):
            row = place | {"seq": seq, "item_id": item_id, "envelope_id": envelope_id, "ref": b"", "day": ""}
            conn.execute(insert(disclosure), row | {"created_at": stamp(), "ciphertext": ciphertext})
    rows = reader.rows(alice.instance.settings.data_dir / "mesinfos.db", "disclosure", alice.vault_id)
    assert [reader.open_disclosure(made.token, sealed, row) for row in rows] == [b"hello", b"x"]
    with pytest.raises(reader.Refused, match="Tampered"):
        reader.open_disclosure(new_token().token, sealed, rows[0])


def test_it_checks_signatures(alice):
    """What the vault signs is what docs/sealing.md §11 says."""
    signature = alice.sign("grant", b"rules")
    assert reader.is_signed(alice.pin.verify, alice.vault_id, "grant", b"rules", signature)
    assert not reader.is_signed(alice.pin.verify, alice.vault_id, "receipt", b"rules", signature)
