"""C6: weaker Argon2 parameters, or another algorithm, in the database are refused before Argon2 runs."""

from itertools import cycle, islice
from unittest.mock import patch

from mesinfos.errors import Tampered, UnknownFormat
from mesinfos.vault import slots
from mesinfos.vault.unlock import unlock
from tests.campaign import Outcome
from tests.cast import ALICE
from tests.vault.home import alice_at_home, sql

FULL = 40
CHANGES = (
    *(("memory_kib", value) for value in (0, 1, 8, 1024, 65536, 131071, -1, 2**21, 2**31)),
    *(("passes", value) for value in (0, 1, 2, -3, 17, 2**31)),
    *(("lanes", value) for value in (0, 1, 3, 17)),
    *(("algorithm", value) for value in ("", "argon2i", "argon2d", "scrypt", "pbkdf2", "direct")),
)


def run(tries: int) -> Outcome:
    """Each change alone, made by somebody who writes to the database."""
    with alice_at_home() as alice, patch.object(slots, "Argon2id", side_effect=AssertionError("Argon2 ran")):
        accepted = [change for change in islice(cycle(CHANGES), tries) if accepts(alice, *change)]
    return Outcome(tries, "refused, Argon2 not run", f"{len(accepted)} accepted {accepted[:3]}", not accepted)


def accepts(alice, column: str, value: object) -> bool:
    """True unless the unlock is refused for this very reason; the row is put right again."""
    ((before,),) = sql(alice.instance, f"SELECT {column} FROM keyslot WHERE kind = 'passphrase'")
    sql(alice.instance, f"UPDATE keyslot SET {column} = ? WHERE kind = 'passphrase'", value)
    try:
        unlock(alice.instance, alice.vault_id, ALICE.passphrase)
    except (Tampered, UnknownFormat):
        return False
    finally:
        sql(alice.instance, f"UPDATE keyslot SET {column} = ? WHERE kind = 'passphrase'", before)
    return True
