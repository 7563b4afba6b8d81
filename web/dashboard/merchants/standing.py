"""How each merchant stands with the person, in words: nothing, what it may see, or that it ends soon."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from mesinfos.consent.fields import OPENS, Purpose, Topic
from mesinfos.consent.grant import Grant
from mesinfos.consent.ledger import State, list_grants
from mesinfos.errors import N_
from mesinfos.vault.unlock import OpenVault
from web.dashboard.shown import SOON, today
from web.words import Word

NOTHING = Word(N_("May see nothing"), "", "lock")
TOPICS = {
    frozenset({Topic.ORDER}): N_("May see purchases"),
    frozenset({Topic.PARCEL}): N_("May see parcels"),
    frozenset({Topic.MESSAGE}): N_("May see kinds of mail"),
}
SEVERAL = N_("May see several things")


class Standing(NamedTuple):
    """What one merchant may see now: in words, until when, and what for."""

    word: Word
    until: date | None = None
    why: tuple[Purpose, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it may see anything."""
        return self.until is not None


class Standings:
    """The live grants of a vault, by merchant."""

    def __init__(self, grants: Iterable[Grant], day: date) -> None:
        self._day = day
        self._live: dict[str, list[Grant]] = {}
        for grant in grants:
            if grant.until >= day:
                self._live.setdefault(grant.domain, []).append(grant)

    def grants(self, domain: str) -> Sequence[Grant]:
        """The live grants of one merchant."""
        return self._live.get(domain, ())

    def of(self, *domains: str) -> Standing:
        """How one merchant stands, by its own domain and those that are shown under it."""
        live = [grant for domain in domains for grant in self.grants(domain)]
        if not live:
            return Standing(NOTHING)
        topics = frozenset(topic for grant in live for topic, opening in OPENS.items() if opening & set(grant.fields))
        until = max(grant.until for grant in live)
        text = TOPICS.get(topics, SEVERAL)
        why = tuple(purpose for purpose in Purpose if any(grant.purpose == purpose for grant in live))
        return Standing(Word(text, "warn" if until - self._day <= SOON else "good", "sharing"), until, why)

    def ending(self) -> list[Grant]:
        """Live grants that end within two weeks, the first to end on top."""
        soon = [grant for live in self._live.values() for grant in live if grant.until - self._day <= SOON]
        return sorted(soon, key=lambda grant: grant.until)


def standings(vault: OpenVault, day: date | None = None) -> Standings:
    """How every merchant stands with this vault's person today."""
    live = (held.grant for held in list_grants(vault) if held.state is State.LIVE)
    return Standings(live, day or today())
