"""A4: a thief has the database, its write-ahead log, the instance key and the token of a withdrawn grant."""

import sqlite3
from pathlib import Path

from mesinfos.consent import ledger
from mesinfos.errors import Tampered, UnknownFormat
from mesinfos.vault.grantkeys import GrantReader
from mesinfos.vault.openvault import OpenVault
from tests.campaign import Outcome
from tests.campaign.stage import alices_vault, given
from tests.consent.makers import an_order, promise, remember, seen

FULL = 1000


def run(tries: int) -> Outcome:
    """Disclose `tries` orders, withdraw, then try the token on everything that is left on the disk."""
    with alices_vault() as vault:
        remember(vault, [seen(an_order(order_number=f"N-{number}"), message=f"p{number}") for number in range(tries)])
        grant, token = given(vault, promise(vault))
        path = vault.instance.database.path
        assert path is not None
        kept = _disclosures(path, grant.grant_id)
        readable = _opened(vault, grant.grant_id, token, kept)
        ledger.revoke(vault.instance, vault.vault_id, grant.grant_id)
        left = _disclosures(path, grant.grant_id)
        disk = b"".join(file.read_bytes() for file in path.parent.iterdir() if file.is_file())
        in_files = sum(text in disk for _, _, _, text in kept)
        keys = sum(sealed in disk for _, sealed, _, _ in kept)
        opened = _opened(vault, grant.grant_id, token, left)
    happened = f"{readable} before; after: {len(left)} rows, {opened} opened, {in_files} texts and {keys} keys in files"
    ok = readable == tries and not (left or opened or in_files or keys)
    return Outcome(tries, "all readable before, 0 after", happened, ok)


Found = tuple[str, bytes, str, bytes]


def _disclosures(path: Path, grant_id: str) -> list[Found]:
    """Every disclosure of a grant with its envelope's sealed key, read without a line of ours."""
    query = (
        "SELECT d.envelope_id, e.sealed, d.item_id, d.ciphertext FROM disclosure d "
        "JOIN envelope e ON e.vault_id = d.vault_id AND e.envelope_id = d.envelope_id WHERE d.grant_id = ?"
    )
    with sqlite3.connect(path) as thief:
        found = thief.execute(query, (grant_id,)).fetchall()
    thief.close()
    return found


def _opened(vault: OpenVault, grant_id: str, token: str, found: list[Found]) -> int:
    reader, opened = GrantReader(token, vault.vault_id, grant_id), 0
    for row in found:
        try:
            opened += bool(reader.open(*row))
        except (Tampered, UnknownFormat):
            continue
    return opened
