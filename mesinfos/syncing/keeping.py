"""From what was recognised in one mail to the records that keep it: message, body, attachments, each fact of commerce.

Every record holds an `Observation`; body and attachments hang on their message and are never disclosed.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from mesinfos.model.codec import encode
from mesinfos.model.facts import Fact, Facts, Observation
from mesinfos.model.merchant import Merchant
from mesinfos.model.message import Quarantined
from mesinfos.model.provenance import Origin
from mesinfos.model.values import utc
from mesinfos.syncing.sameness import fact_parts
from mesinfos.vault.records import NewRecord
from mesinfos.vault.tags import Tags

OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
SLACK = timedelta(days=1)  # between a sender's clock and the store's


class Mail(NamedTuple):
    """What must be remembered of a mail while it is read elsewhere: not its bytes."""

    origin: Origin
    received_at: datetime
    size: int
    tag: bytes


class Kept(NamedTuple):
    """A record to store, and the observation a merchant may be shown of it, None when never."""

    record: NewRecord
    shown: Observation | None


class Keeper:
    """Makes the records of one source's mails."""

    def __init__(self, tags: Tags, source_id: str) -> None:
        self._tags, self._source_id = tags, source_id

    def keep(self, mail: Mail, facts: Facts) -> list[Kept]:
        """All the records of a mail, its message first; one quarantined record when it could not be read."""
        one = _One(self._tags, self._origin(mail), observed_at(mail, facts), mail.tag, facts)
        if facts.error or facts.message is None:
            reason = facts.error or "nothing was recognised"
            return [one.made(Quarantined(reason, mail.size, facts.sender.address), mail.tag, shown=False)]
        message = one.made(facts.message, mail.tag)
        parent = message.record.record_id
        return [message, *one.parts(parent), *one.purchases(parent)]

    def _origin(self, mail: Mail) -> Origin:
        return Origin(self._source_id, mail.origin.place, mail.origin.item)


class _One:
    """What all records of one mail share."""

    def __init__(self, tags: Tags, origin: Origin, at: datetime, tag: bytes, facts: Facts) -> None:
        self._tags, self._origin, self._at, self._tag, self._facts = tags, origin, at, tag, facts
        domain = stream_domain(facts.merchant)
        self._stream = tags.stream(domain) if domain else b""
        self._domain = domain or facts.sender.domain

    def made(self, fact: Fact, tag: bytes, parent: str = "", *, shown: bool = True) -> Kept:
        facts = self._facts
        seen = Observation(fact, self._at, facts.merchant, facts.sender.verified, parent, self._origin)
        kind = str(fact.__struct_config__.tag)
        hangs = "" if shown else parent  # a fact outlives its mail: another mail that said the same was not kept twice
        record = NewRecord(kind, encode(seen), tag, self._stream, self._at.date(), parent=hangs)
        return Kept(record, seen if shown else None)

    def parts(self, parent: str) -> Iterator[Kept]:
        if self._facts.body is not None:
            yield self.made(self._facts.body, self._part_tag("body"), parent, shown=False)
        for place, attachment in enumerate(self._facts.attachments):
            yield self.made(attachment, self._part_tag(f"attachment {place}"), parent, shown=False)

    def purchases(self, parent: str) -> Iterator[Kept]:
        verified = self._facts.sender.verified
        for fact in self._facts.purchases():
            tag = self._tags.fact(*fact_parts(self._domain, verified, fact))
            yield self.made(fact, tag, parent)

    def _part_tag(self, what: str) -> bytes:
        return self._tags.mail(self._tag, what.encode())


def stream_domain(merchant: Merchant | None) -> str:
    """The domain that a merchant's stream is named by."""
    return merchant.domain if merchant else ""


def observed_at(mail: Mail, facts: Facts) -> datetime:
    """When the mail was sent if that can be, else when its store received it: moved mailboxes lose the second."""
    received = utc(mail.received_at)
    sent = utc(facts.message.sent_at) if facts.message else received
    return sent if OLDEST <= sent <= received + SLACK else received


def kept_of(keeper: Keeper, mails: Sequence[Mail], found: Sequence[Facts]) -> list[list[Kept]]:
    """The records of a batch, mail by mail; nothing of personal mail."""
    pairs = zip(mails, found, strict=True)
    return [[] if facts.personal else keeper.keep(mail, facts) for mail, facts in pairs]
