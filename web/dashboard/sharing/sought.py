"""What the journal's page is asked for: a merchant, what happened, what for, a period; and the same as an address."""

from datetime import date
from typing import NamedTuple

from mesinfos.consent.fields import Purpose
from mesinfos.consent.journal import Action
from mesinfos.consent.lookup import Sought
from mesinfos.errors import N_
from mesinfos.relations.reading import Reading
from web.dashboard.sharing.parties import Parties
from web.dashboard.shown import day_from

GROUPS: dict[str, tuple[str, tuple[Action, ...]]] = {
    "read": (N_("Data read"), (Action.DATA_READ,)),
    "terms": (N_("Terms and receipts read"), (Action.GRANT_READ, Action.RECEIPTS_READ)),
    "laid": (N_("Data laid out"), (Action.DATA_DISCLOSED,)),
    "given": (N_("Data given back"), (Action.DATA_DEPOSITED, Action.DEPOSIT_REFUSED)),
    "consent": (
        N_("Consents"),
        (
            *(Action.GRANT_GIVEN, Action.GRANT_CHANGED, Action.GRANT_WITHDRAWN, Action.GRANT_EXPIRED),
            *(Action.GRANT_REFUSED, Action.GRANT_SUSPENDED, Action.GRANT_RESUMED, Action.GRANT_RENEWED),
            Action.CONSENT_REFUSED,
        ),
    ),
    "link": (N_("Shared links"), (Action.LINK_MADE, Action.LINK_READ, Action.LINK_ENDED)),
    "calendar": (N_("Calendars"), (Action.CALENDAR_MADE, Action.CALENDAR_READ, Action.CALENDAR_ENDED)),
    "source": (
        N_("Sources"),
        (Action.SOURCE_ADDED, Action.SOURCE_REMOVED, Action.SOURCE_SYNCED, Action.SOURCE_UNDONE),
    ),
    "vault": (
        N_("The vault itself"),
        (
            *(Action.VAULT_OPENED, Action.VAULT_RESTORED, Action.PASSPHRASE_CHANGED, Action.BACKUP_MADE),
            *(Action.PASSKEY_ADDED, Action.PASSKEY_REMOVED, Action.CODE_SWITCHED_ON, Action.CODE_SWITCHED_OFF),
            *(Action.BACKUP_VERIFIED, Action.DATA_EXPORTED, Action.DATA_ERASED),
        ),
    ),
}
"""What can have happened, in groups that a person asks for; a test holds that each action is in one."""

EARLIEST, LATEST = date(1971, 1, 1), date(2999, 12, 31)


class Wanted(NamedTuple):
    """The filters, checked: what is no answer of a list counts as not asked."""

    merchant: str = ""
    what: str = ""
    purpose: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def any(self) -> bool:
        """Whether anything is filtered."""
        return any(self)

    def query(self) -> dict[str, str]:
        """The address's query that asks for the same."""
        return {name: str(value or "") for name, value in self._asdict().items()}

    def sought(self, known: Parties, reading: Reading) -> Sought:
        """The lines that answer: of a merchant, those of all addresses that are shown under it."""
        domains = (self.merchant, *reading.joins().under(self.merchant)) if self.merchant else ()
        subjects = known.subjects(domains, self.purpose) if domains or self.purpose else None
        return Sought(subjects, GROUPS[self.what][1] if self.what else (), self.since, self.until)


def wanted(merchant: str = "", what: str = "", purpose: str = "", since: str = "", until: str = "") -> Wanted:
    """The query of the page, and of its downloads."""
    return Wanted(
        merchant,
        what if what in GROUPS else "",
        purpose if purpose in set(Purpose) else "",
        _day(since),
        _day(until),
    )


def _day(text: str) -> date | None:
    day = day_from(text)
    return day if day and EARLIEST <= day <= LATEST else None
