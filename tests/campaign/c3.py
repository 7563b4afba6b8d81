"""C3: sealed values swapped between records, types, vaults and grants; no row opens with another row's value."""

from itertools import permutations
from typing import Any

from sqlalchemy import select

from mesinfos.errors import VaultError
from mesinfos.vault.grantkeys import GrantReader, new_token, seal_for_grant
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.records import COLUMNS, opened_record
from mesinfos.vault.tables import record
from mesinfos.vault.vaults import create_vault
from tests.campaign import Outcome
from tests.cast import BOB
from tests.vault.home import alice_at_home, fill

FULL = 200
SWAPS = (
    ("ciphertext",),
    ("ciphertext", "envelope_id"),
    ("ciphertext", "envelope_id", "record_id"),
    ("ciphertext", "envelope_id", "record_id", "type", "tag", "stream"),
)
"""Which columns of another row are put into a row; the last one takes all but its number."""

Line = dict[str, Any]


def run(tries: int) -> Outcome:
    """All ordered pairs of `tries` rows, half in each of two vaults, each with one kind of swap; and of disclosures."""
    with alice_at_home() as alice:
        bob, _ = create_vault(alice.instance, BOB.name, BOB.passphrase)
        for vault in (alice, bob):
            fill(vault, tries // 2, batch=10)
        lines = [line for vault in (alice, bob) for line in rows(vault)]
        pairs = list(enumerate(permutations(lines, 2)))
        opened = sum(opens(one, {**one, **taken(other, SWAPS[number % 4])}) for number, (one, other) in pairs)
        undamaged = sum(opens(line, line) for line in lines)
    crossed, wrong = disclosures_crossed(max(4, tries // 10))
    happened = f"{opened + wrong} opened; untouched rows that open: {undamaged} of {len(lines)}"
    fine = not opened and not wrong and undamaged == len(lines)
    return Outcome(len(pairs) + crossed, "100 % refused", happened, fine)


def rows(vault: OpenVault) -> list[Line]:
    """The vault's record rows with the vault that opens them; its envelopes are loaded."""
    with vault.instance.database.read(vault.vault_id) as conn:
        found = conn.execute(select(*COLUMNS).where(record.c.vault_id == vault.vault_id)).mappings().all()
        vault.load_envelopes(conn, {row["envelope_id"] for row in found})
    return [{**row, "vault": vault} for row in found]


def taken(line: Line, names: tuple[str, ...]) -> Line:
    """Some columns of a row."""
    return {name: line[name] for name in names}


def opens(home: Line, line: Line) -> bool:
    """Does the row open in the vault in which it lies?"""
    try:
        opened_record(home["vault"], tuple(line[column.name] for column in COLUMNS))  # type: ignore[arg-type]
    except VaultError:
        return False
    return True


def disclosures_crossed(count: int) -> tuple[int, int]:
    """Each grant's token on each other grant's disclosure, and each item under each other item's name."""
    grants = []
    for number in range(count):
        token, name = new_token(), f"grant{number}"
        sealed = seal_for_grant("vault1", name, token.public_key, [("a", b"1"), ("b", b"2")])
        grants.append((token.token, name, sealed))
    wrong = 0
    for (token, name, (envelope, key, items)), (_, _, (_, other_key, others)) in permutations(grants, 2):
        reader = GrantReader(token, "vault1", name)
        wrong += disclosed(reader, envelope, key, others[0]) + disclosed(reader, envelope, other_key, items[0])
        wrong += disclosed(reader, envelope, key, items[1])
    return 3 * count * (count - 1), wrong


def disclosed(reader: GrantReader, envelope: str, key: bytes, item: bytes) -> bool:
    """Does the item open as "a" of that envelope?"""
    try:
        GrantReader.open(reader, envelope, key, "a", item)
    except VaultError:
        return False
    finally:
        reader._envelopes.clear()
    return True
