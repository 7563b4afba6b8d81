"""From things to the exact bytes of disclosures: decide, then project, then a name that means nothing elsewhere.

The same function makes the preview and the outbox, which is why a person sees precisely what a merchant gets.
A thing's id is an HMAC under a key of this grant: stable for this merchant, and worthless to compare with another's.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date

import msgspec

from mesinfos.consent.decide import decide
from mesinfos.consent.fields import OPENS, Field, Topic
from mesinfos.consent.grant import Grant
from mesinfos.consent.project import Payload, project
from mesinfos.consent.things import Thing
from mesinfos.vault.instancekey import InstanceKey

THING = 16
DIGEST = 16


class Disclosure(msgspec.Struct, frozen=True):
    """What one merchant may read about one thing; `digest` tells, without the content, whether it changed."""

    thing: bytes
    content: bytes
    digest: bytes

    @classmethod
    def of(cls, key: InstanceKey, grant: Grant, thing: bytes, said: Payload) -> "Disclosure":
        """The disclosure that says `said` of a thing: canonical JSON, the thing's id first."""
        content = msgspec.json.encode({"id": thing.hex(), **said})
        digest = key.mac(grant.vault_id, f"disclosed {grant.grant_id}", content)[:DIGEST]
        return cls(thing, content, digest)

    @classmethod
    def gone(cls, key: InstanceKey, grant: Grant, thing: bytes) -> "Disclosure":
        """Tells a merchant to forget a thing: its person erased it, or it turned out to be part of another."""
        return cls.of(key, grant, thing, {"gone": True})


def for_grant(key: InstanceKey, grant: Grant, things: Iterable[Thing], today: date) -> list[Disclosure]:
    """The disclosures of folded things, in the order of their ids, which is no order a merchant could learn from."""
    shown = [(thing, said) for thing in things if (said := said_of(key, grant, thing, today))]
    if Field.MESSAGE_COUNTS in grant.fields:
        counted = [said for thing, said in shown if thing.topic is Topic.MESSAGE]
        made = [_counted(key, grant, said, number) for said, number in _tally(counted)]
        shown = [(thing, said) for thing, said in shown if thing.topic is not Topic.MESSAGE]
    else:
        made = []
    made += [Disclosure.of(key, grant, name(key, grant, thing.key), {"data": said}) for thing, said in shown]
    return sorted(made, key=lambda one: one.thing)


def news_for_grant(key: InstanceKey, grant: Grant, things: Iterable[Thing], today: date) -> list[Disclosure]:
    """The disclosures of single observations. Counts wait until the vault opens: only then can be counted."""
    made = []
    for thing in things:
        if thing.topic is Topic.MESSAGE and Field.MESSAGE_COUNTS in grant.fields:
            continue
        if said := said_of(key, grant, thing, today):
            mark = {"partial": True} if thing.partial else {}
            made.append(Disclosure.of(key, grant, name(key, grant, thing.key), {**mark, "data": said}))
    return made


def name(key: InstanceKey, grant: Grant, thing_key: str) -> bytes:
    """What this grant's merchant calls a thing."""
    return key.mac(grant.vault_id, f"thing {grant.grant_id}", thing_key.encode())[:THING]


def said_of(key: InstanceKey, grant: Grant, thing: Thing, today: date) -> Payload:
    """What the merchant of a grant may know of a thing; nothing when the first gate refuses it."""
    if not decide(grant, thing, today):
        return {}
    said = project(grant, thing)
    if said and thing.order and not OPENS[Topic.ORDER].isdisjoint(grant.fields):
        said["partOfOrder"] = {"@type": "Order", "identifier": name(key, grant, thing.order).hex()}
    return said


def _tally(counted: Iterable[Payload]) -> list[tuple[Payload, int]]:
    numbers = Counter(msgspec.json.encode(said) for said in counted)
    return [(msgspec.json.decode(said), number) for said, number in numbers.items()]


def _counted(key: InstanceKey, grant: Grant, said: Payload, number: int) -> Disclosure:
    """How many mails look the same once cut down: month, category, and merchant or sector where granted."""
    thing = name(key, grant, "count " + msgspec.json.encode(said).decode())
    return Disclosure.of(
        key, grant, thing, {"data": {"@type": "Observation", "observationAbout": said, "value": number}}
    )
