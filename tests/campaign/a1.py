"""A1, the promise as a test: the rule engine is patched to allow everything, and Zeta still reads nothing."""

import random
import string
from collections.abc import Iterator
from contextlib import contextmanager

from mesinfos.consent import disclose, ledger, outbox
from mesinfos.consent.decide import Allowed
from mesinfos.consent.fields import Field, Scope
from mesinfos.errors import NoGrant
from mesinfos.relations.reading import read
from mesinfos.vault.grantkeys import new_token
from mesinfos.vault.openvault import OpenVault
from tests.campaign import Outcome
from tests.campaign.stage import alices_vault, given
from tests.consent.makers import EVERYTHING_FINE, HIDDEN, past, promise, remember

FULL = 10_000
SECRETS = (
    b"A-1001",
    b"Z-7",
    b"C-1",
    b"6A12345678901",
    b"731902",
    b"Casque",
    b"59.97",
    b"Secret",
    b"Visa",
    b"2026-11-02",
    b"Club Acme",
    b"Lodging",
    b"2026-12",
)
"""None of these stands behind a field that Acme is granted here."""
MOST = 4
"""Disclosures a day that the widest grant may read."""


def run(tries: int) -> Outcome:
    """Random requests of Zeta, of Acme, and of a merchant whose grant was withdrawn."""
    with alices_vault() as vault, everything_allowed():
        remember(vault, past())
        _, token = given(vault, promise(vault, fields=(Field.ORDER_MONTH, Field.SECTOR)))
        ended, old = given(vault, promise(vault, scope=Scope.ALL, fields=(Field.ITEM_NAMES,)))
        wide, other = given(vault, promise(vault, scope=Scope.ALL, fields=EVERYTHING_FINE, volume=MOST))
        remember(vault, past(), disclose=True)
        ledger.revoke(vault.instance, vault.vault_id, ended.grant_id)
        dice = random.Random(1)
        strangers = sum(_bytes_read(vault, guess(dice, token, old), dice) for _ in range(tries))
        served = b"".join(outbox.page(vault.instance, token).disclosures)
        all_of_wide = b"".join(outbox.preview(vault, wide, read(vault)))
        counted = [outbox.page(vault.instance, other, limit=dice.randrange(1, 9)).disclosures for _ in range(9)]
    leaked = [secret for secret in SECRETS if secret in served]
    leaked += [secret.encode() for secret in HIDDEN if secret.encode() in all_of_wide]
    most = sum(map(len, counted))
    happened = f"{strangers} bytes to strangers; Acme got {len(served)} bytes, {len(leaked)} secrets in them; "
    happened += f"{most} records of a volume of {MOST}"
    expected = "0 bytes without a grant, only granted fields and volume with one"
    return Outcome(tries, expected, happened, not (strangers or leaked or not served) and most == MOST)


@contextmanager
def everything_allowed() -> Iterator[None]:
    """The sabotage: `decide` says yes to everything, wherever it is asked."""
    true_gate, disclose.decide = disclose.decide, lambda *_: Allowed()
    try:
        yield
    finally:
        disclose.decide = true_gate


def guess(dice: random.Random, token: str, old: str) -> str:
    """What a merchant without a grant may show: junk, near misses, fresh tokens, withdrawn ones."""
    place = dice.randrange(len(token))
    letters = string.ascii_letters + string.digits + "-_"
    other = dice.choice([letter for letter in letters if letter != token[place]])
    return dice.choice(
        [
            old,
            new_token().token,
            "".join(dice.choices(letters, k=dice.randrange(60))),
            token[:place],
            token[:place] + other + token[place + 1 :] if place < len(token) - 1 else token[:-2],
            token.swapcase(),
            "mesinfos-",
            "é" * 9,
        ]
    )


def _bytes_read(vault: OpenVault, token: str, dice: random.Random) -> int:
    try:
        page = outbox.page(vault.instance, token, dice.choice([0, 1, 99, 2**60]))
    except NoGrant:
        return 0
    return sum(map(len, page.disclosures)) + 1
