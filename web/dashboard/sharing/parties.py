"""Whom a line of the journal is about: the merchant of its grant, what the grant is for, and where both are shown."""

from collections.abc import Iterable
from typing import NamedTuple

from mesinfos.consent.fields import Purpose
from mesinfos.consent.journal import Action, entries
from mesinfos.consent.ledger import list_grants
from mesinfos.consent.links import links
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.sources import list_sources

REFUSALS = 500
"""Refused requests that are looked at, the newest: no grant remembers them, only their lines do."""


class Party(NamedTuple):
    """A merchant by a grant of its own, or by a request that was refused, which has no page and no purpose."""

    domain: str
    name: str
    purpose: Purpose | None = None
    grant_id: str = ""


class Parties:
    """All merchants of a vault's grants and refusals, by the subjects that lines name."""

    def __init__(self, known: dict[str, Party]) -> None:
        self._known = known

    def known(self, subject: str) -> Party | None:
        """The merchant that a line's subject stands for; None for what is about none."""
        return self._known.get(subject)

    def names(self) -> dict[str, str]:
        """Every merchant's name by its domain, in the order of names."""
        found = {one.domain: one.name for one in self._known.values()}
        return dict(sorted(found.items(), key=lambda pair: pair[1].casefold()))

    def purposes(self) -> set[Purpose]:
        """What grants are, or were, for."""
        return {one.purpose for one in self._known.values() if one.purpose}

    def subjects(self, domains: Iterable[str] = (), purpose: str = "") -> frozenset[str]:
        """Subjects of lines about these merchants (any for none) for that purpose (any for "")."""
        wanted = frozenset(domains)
        return frozenset(
            subject
            for subject, one in self._known.items()
            if (not wanted or one.domain in wanted) and (not purpose or one.purpose == purpose)
        )


def parties(vault: OpenVault) -> Parties:
    """Whom this vault's grants were given to, and to whom one was refused."""
    refused = entries(vault, limit=REFUSALS, action=Action.CONSENT_REFUSED)
    known = {line.subject: Party(name, name) for line in refused if (name := (line.details or {}).get("merchant"))}
    for held in list_grants(vault):
        grant = held.grant
        known[grant.grant_id] = Party(grant.domain, grant.name, grant.purpose, grant.grant_id)
    return Parties(known)


def pages(vault: OpenVault) -> dict[str, str]:
    """Where the subjects of lines are shown: consents, links and sources that are there."""
    found = {held.grant.grant_id: f"/consents/{held.grant.grant_id}" for held in list_grants(vault)}
    found |= {one.link_id: f"/links/{one.link_id}" for one in links(vault)}
    found |= {one.source_id: f"/sources/{one.source_id}" for one in list_sources(vault.instance, vault.vault_id)}
    return found
