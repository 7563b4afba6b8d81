"""Tables of what leaves the house without a session: last receipts, webhooks, proofs of domains, links, notices."""

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field, SQLModel

from mesinfos.vault.columns import big, name, octets


class ClosingRow(SQLModel, table=True):
    """A merchant's copy of the receipt that ended its grant, sealed under a token that is stored nowhere."""

    __tablename__ = "closing"
    auth: bytes = Field(primary_key=True, sa_type=LargeBinary)
    vault_id: str
    receipt_id: str
    until: int = big()
    sealed: bytes = octets()


class WebhookRow(SQLModel, table=True):
    """Where the merchant of a grant wants to be told; `sealed` is the address, under the instance key."""

    __tablename__ = "webhook"
    vault_id: str = name()
    grant_id: str = name()
    state: str
    sealed: bytes = octets()


class DeliveryRow(SQLModel, table=True):
    """One message to one webhook that is not delivered yet: ids and times, no content."""

    __tablename__ = "delivery"
    vault_id: str = name()
    delivery_id: str = name()
    grant_id: str
    event: str
    state: str
    attempts: int = 0
    created_at: int = big()
    due_at: int = big()


class ProofRow(SQLModel, table=True):
    """Whether a client proved a domain, when it was last looked at; `tag` is keyed, `sealed` under the instance key."""

    __tablename__ = "proof"
    vault_id: str = name()
    tag: bytes = Field(primary_key=True, sa_type=LargeBinary)
    checked_at: int = big()
    sealed: bytes = octets()


class LinkRow(SQLModel, table=True):
    """A snapshot behind a secret address: `sealed` under the address, `own` (what the person sees of it) to the vault.

    `views_at_most` 0 sets no limit; `salt` is empty without a passcode.
    """

    __tablename__ = "link"
    __table_args__ = (Index("link_by_vault", "vault_id", "created_at"),)
    auth: bytes = Field(primary_key=True, sa_type=LargeBinary)
    vault_id: str
    link_id: str
    audience: str
    created_at: int = big()
    expires_at: int = big()
    views: int = 0
    views_at_most: int = 0
    salt: bytes = octets()
    sealed: bytes = octets()
    envelope_id: str
    own: bytes = octets()


class ChannelRow(SQLModel, table=True):
    """Where a person wants to be told: `sealed` (address, secrets, ticks) under the instance key.

    The row without a `channel_id` holds what counts for all of them, such as quiet hours.
    """

    __tablename__ = "channel"
    vault_id: str = name()
    channel_id: str = name()
    sealed: bytes = octets()


class NoticeRow(SQLModel, table=True):
    """A notice (no `channel_id`) and its copies, one a channel; `sealed`: what it tells, or how sending it ended."""

    __tablename__ = "notice"
    __table_args__ = (Index("notice_by_due", "vault_id", "state", "due_at"),)
    vault_id: str = name()
    notice_id: str = name()
    channel_id: str = name()
    state: str
    attempts: int = 0
    created_at: int = big()
    due_at: int = big()
    sealed: bytes = octets()


OUTGOING = ("closing", "webhook", "delivery", "proof", "link", "channel", "notice")
closing, webhook, delivery, proof, link, channel, notice = (SQLModel.metadata.tables[table] for table in OUTGOING)
