"""What a change of terms gives and takes, before it is signed: fields, and the very disclosures.

Both sides are made by the function that makes the outbox, under one grant's id, so that a thing has one name in both.
"""

from typing import NamedTuple

from msgspec.structs import replace

from mesinfos.consent.disclose import Disclosure, for_grant
from mesinfos.consent.fields import Field
from mesinfos.consent.grant import Grant
from mesinfos.consent.ledger import today
from mesinfos.consent.things import from_reading
from mesinfos.relations.reading import Reading
from mesinfos.vault.openvault import OpenVault


class Comparison(NamedTuple):
    """`changed` holds what a disclosure says before and after; `kept` counts those that stay byte for byte."""

    gained_fields: tuple[Field, ...]
    lost_fields: tuple[Field, ...]
    gained: list[bytes]
    lost: list[bytes]
    changed: list[tuple[bytes, bytes]]
    kept: int


def compare(vault: OpenVault, old: Grant, new: Grant, reading: Reading) -> Comparison:
    """What the merchant of `old` would read under `new`, against what it reads now."""
    before, after = _by_thing(vault, old, reading), _by_thing(vault, replace(new, grant_id=old.grant_id), reading)
    both = [(before[thing], one) for thing, one in after.items() if thing in before]
    return Comparison(
        gained_fields=tuple(field for field in new.fields if field not in old.fields),
        lost_fields=tuple(field for field in old.fields if field not in new.fields),
        gained=[one.content for thing, one in after.items() if thing not in before],
        lost=[one.content for thing, one in before.items() if thing not in after],
        changed=[(was.content, one.content) for was, one in both if was.content != one.content],
        kept=sum(was.content == one.content for was, one in both),
    )


def _by_thing(vault: OpenVault, grant: Grant, reading: Reading) -> dict[bytes, Disclosure]:
    return {one.thing: one for one in for_grant(vault.instance.key, grant, from_reading(reading), today())}
