"""The mailings of a merchant: lists that the person can leave, whether leaving was asked for, and what came after it.

Only mail that is proved counts: to ask a stranger to stop tells the stranger that somebody reads.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from mesinfos.model.choice import Topic
from mesinfos.model.message import Message
from mesinfos.relations.choices import Chosen
from mesinfos.relations.folding import domain_of
from mesinfos.relations.reading import Reading, Seen

GRACE = timedelta(days=2)
"""How long mail may still come that was on its way when leaving was asked for; large mailboxes give senders as much."""


class Asked(NamedTuple):
    """Leaving was asked for: when, and how (a status answered, or one of `mesinfos.leaving.How`)."""

    at: datetime
    how: str

    @property
    def status(self) -> int:
        """What the merchant's server answered; 0 when it was not asked, or did not answer."""
        return int(self.how) if self.how.isdecimal() else 0

    @property
    def passed(self) -> bool:
        """Whether the request went through, as far as anybody can know."""
        return self.status // 100 == 2 or self.how in {"mail", "page"}


class Mailing(NamedTuple):
    """One list: the newest mail of it that says how to leave, how many came, and how many after leaving was asked."""

    key: str
    newest: Seen
    size: int
    asked: Asked | None = None
    since: int = 0
    late: int = 0
    """Of those since, how many came when all that was on its way had come."""

    @property
    def open(self) -> bool:
        """Whether there is something to ask: nothing was yet, it did not go through, or mail comes all the same."""
        return self.asked is None or not self.asked.passed or self.late > 0


def key_of_list(message: Message) -> str:
    """What tells one list of a sender from another: its List-Id (RFC 2919), else the address it comes from."""
    return f"{message.sender.domain}/{message.list_id or message.sender.address.lower()}"


def mailings(reading: Reading, merchant_id: str) -> Sequence[Mailing]:
    """The mailings of a merchant, the one last heard of first; raises NotFound."""
    found = reading.relation(merchant_id)
    return reading.derived(f"mailings of {found.view.id}", lambda: _mailings(reading, found.messages))


def mailing_of(reading: Reading, seen: Seen) -> Mailing | None:
    """The mailing that a mail belongs to; None for mail that belongs to none which one can leave."""
    domain = domain_of(seen.observation.merchant)
    if not domain or not seen.observation.verified:
        return None
    key = key_of_list(seen.message)
    return next((one for one in mailings(reading, domain) if one.key == key), None)


def _mailings(reading: Reading, messages: Sequence[Seen]) -> Sequence[Mailing]:
    kept: dict[str, list[Seen]] = {}
    for seen in messages:
        # Without a List-Id the address is the list, from which bills may come too: they say of no list how to leave it.
        if seen.observation.verified and (seen.message.list_id or _says_how(seen.message)):
            kept.setdefault(key_of_list(seen.message), []).append(seen)
    chosen = reading.choices().all(Topic.UNSUBSCRIBED)
    made = (_mailing(key, mails, chosen.get(key)) for key, mails in kept.items())
    return [one for one in made if one]


def _says_how(message: Message) -> bool:
    return bool(message.unsubscribe or message.unsubscribe_mail)


def _mailing(key: str, mails: Sequence[Seen], chosen: Chosen | None) -> Mailing | None:
    newest = next((one for one in mails if _says_how(one.message)), None)
    if newest is None:
        return None
    if chosen is None:
        return Mailing(key, newest, len(mails))
    at = datetime.fromisoformat(chosen.value)
    since = [one.message.sent_at for one in mails if one.message.sent_at > at]
    late = sum(sent > at + GRACE for sent in since)
    return Mailing(key, newest, len(mails), Asked(at, chosen.choice.also), len(since), late)
