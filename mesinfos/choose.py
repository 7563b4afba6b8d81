"""The person decides, and may take it back: each decision is one more sealed record, and so is its end."""

from collections.abc import Iterable
from uuid import uuid4

from mesinfos.errors import N_, NotFound
from mesinfos.model.choice import Choice, Topic
from mesinfos.model.rule import Withdrawn
from mesinfos.relations.reading import Reading
from mesinfos.said import follow, keep
from mesinfos.vault.openvault import OpenVault


def choose(vault: OpenVault, reading: Reading, topic: Topic, subject: str, value: str) -> str:
    """Keep a choice, which holds at once; returns its record's id, by which it can be taken back."""
    return choose_all(vault, reading, [Choice(topic, subject, value)])


def choose_all(vault: OpenVault, reading: Reading, choices: Iterable[Choice]) -> str:
    """Keep what one press decides, to be taken back by one; returns an id that stands for all, "" for no choice."""
    together = uuid4().hex
    made = [Choice(one.topic, one.subject, one.value, one.also, together) for one in choices]
    if not made:
        return ""
    # News of a merchant that is shown under another must wait for the open vault, as news of a ruled sender does.
    sender = made[0].subject if len(made) == 1 and made[0].topic is Topic.JOINED else ""
    kept = keep(vault, made, sender=sender)
    follow(vault, reading)
    return kept[0]


def take_back(vault: OpenVault, reading: Reading, record_id: str) -> None:
    """End a choice and those made by the same press: what held before holds again. Raises NotFound."""
    standing = reading.choices().with_it(record_id)
    if not standing:
        raise NotFound(N_("There is no such choice in this vault."))
    keep(vault, map(Withdrawn, standing))
    follow(vault, reading)
