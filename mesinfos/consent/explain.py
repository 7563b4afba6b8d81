"""What a merchant would see, record by record and field by field, with the rule that showed or hid each.

The bytes come from the function that makes the outbox. The rules come from the gates themselves: the reason that
`decide` gave, and what `project` left of each thing.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec

from mesinfos.consent.aspects import COUNTED, Part, leaves, parts
from mesinfos.consent.decide import decide
from mesinfos.consent.disclose import for_grant, name, said_of
from mesinfos.consent.grant import Grant
from mesinfos.consent.ledger import today
from mesinfos.consent.things import Thing, from_reading
from mesinfos.errors import N_
from mesinfos.relations.reading import Reading
from mesinfos.vault.instancekey import InstanceKey
from mesinfos.vault.openvault import OpenVault

NOTHING_LEFT = N_("Nothing that is granted is known of it.")


class Record(NamedTuple):
    """One disclosure: its exact bytes, and what they show and hide. A count of mails has parts of its own."""

    content: bytes
    parts: Sequence[Part]


class Hidden(NamedTuple):
    """Why things are not disclosed at all, how many there are, and a few of them, each in its parts."""

    reason: str
    number: int
    examples: list[list[Part]]


class Explanation(NamedTuple):
    """All that a merchant would read, in the outbox's own order, and all that it would not."""

    contents: list[bytes]
    things: dict[bytes, Thing]
    hidden: list[Hidden]
    grant: Grant
    key: InstanceKey
    day: date

    def records(self, start: int = 0, most: int = 20) -> list[Record]:
        """Some of the disclosures, explained."""
        return [self.record(content) for content in self.contents[start : start + most]]

    def record(self, content: bytes) -> Record:
        """One of the disclosures, explained."""
        told = msgspec.json.decode(content)
        thing = self.things.get(bytes.fromhex(told["id"]))
        if thing is None:
            return Record(content, _counted(told["data"]))
        return Record(content, parts(self.grant, thing, said_of(self.key, self.grant, thing, self.day)))


def explain(vault: OpenVault, grant: Grant, reading: Reading, examples: int = 3, on: date | None = None) -> Explanation:
    """What the merchant of this grant, or of this draft, would read now and why; `contents` is the preview.

    With `on`, what it would read that day of all there is now.
    """
    key, day, things = vault.instance.key, on or today(), list(from_reading(reading))
    refused: dict[str, list[Thing]] = {}
    shown: dict[bytes, Thing] = {}
    for thing in things:
        if reason := _reason(key, grant, thing, day):
            refused.setdefault(reason, []).append(thing)
        else:
            shown[name(key, grant, thing.key)] = thing
    contents = [one.content for one in for_grant(key, grant, things, day)]
    hidden = [
        Hidden(reason, len(some), [_held(grant, one) for one in some[:examples]]) for reason, some in refused.items()
    ]
    return Explanation(contents, shown, hidden, grant, key, day)


def explained(vault: OpenVault, grant: Grant, reading: Reading, examples: int = 3) -> Explanation:
    """The same of a grant in force, worked out once for what was read, these terms and this day."""
    which = f"explained on {today()}, {examples} each: {grant!r}"
    return reading.folded(which, lambda: explain(vault, grant, reading, examples))


def _reason(key: InstanceKey, grant: Grant, thing: Thing, day: date) -> str:
    answer = decide(grant, thing, day)
    if not answer:
        return answer.reason
    return "" if said_of(key, grant, thing, day) else NOTHING_LEFT


def _held(grant: Grant, thing: Thing) -> list[Part]:
    return [part._replace(rule="") for part in parts(grant, thing, {}) if part.held]


def _counted(data: dict[str, Any]) -> list[Part]:
    """A count of mails that look alike once cut down: nothing in it is of one mail."""
    about = data["observationAbout"]
    said = {N_("How many"): data["value"], N_("Kind of mail"): about["genre"], N_("Received"): about["dateReceived"]}
    said |= {N_("Merchant"): about["sender"]} if "sender" in about else {}
    return [Part(label, "", " · ".join(leaves(value)), COUNTED) for label, value in said.items()]
