"""What a change of terms gives and takes, before it is signed: fields, and the very disclosures, explained.

Both sides are made by the function that makes the outbox, under one grant's id, so that a thing has one name in both.
"""

from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from mesinfos.consent.explain import Explanation, explain
from mesinfos.consent.fields import Field
from mesinfos.consent.grant import Grant
from mesinfos.relations.reading import Reading
from mesinfos.vault.openvault import OpenVault


class Comparison(NamedTuple):
    """`changed` holds what a disclosure says before and after; `kept` counts those that stay byte for byte.

    `before` and `after` explain any of them.
    """

    gained_fields: tuple[Field, ...]
    lost_fields: tuple[Field, ...]
    gained: list[bytes]
    lost: list[bytes]
    changed: list[tuple[bytes, bytes]]
    kept: int
    before: Explanation
    after: Explanation


def compare(vault: OpenVault, old: Grant, new: Grant, reading: Reading) -> Comparison:
    """What the merchant of `old` would read under `new`, against what it reads now."""
    before = explain(vault, old, reading, 0)
    after = explain(vault, replace(new, grant_id=old.grant_id), reading, 0)
    was, now = _by_thing(before), _by_thing(after)
    both = [(was[thing], content) for thing, content in now.items() if thing in was]
    return Comparison(
        gained_fields=tuple(field for field in new.fields if field not in old.fields),
        lost_fields=tuple(field for field in old.fields if field not in new.fields),
        gained=[content for thing, content in now.items() if thing not in was],
        lost=[content for thing, content in was.items() if thing not in now],
        changed=[(one, other) for one, other in both if one != other],
        kept=sum(one == other for one, other in both),
        before=before,
        after=after,
    )


def _by_thing(told: Explanation) -> dict[str, bytes]:
    return {msgspec.json.decode(content)["id"]: content for content in told.contents}
