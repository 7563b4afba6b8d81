"""Tables of what leaves the house by itself: last receipts, webhooks and their deliveries, proofs of domains."""

from sqlalchemy import LargeBinary
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


OUTGOING = ("closing", "webhook", "delivery", "proof")
closing, webhook, delivery, proof = (SQLModel.metadata.tables[table] for table in OUTGOING)
