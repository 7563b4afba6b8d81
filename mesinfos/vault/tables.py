"""The tables, the same on SQLite and PostgreSQL. `vault_id` comes first in every key and every index.

Instants are whole microseconds since 1970 in UTC (`stamp`, `moment`), days are "2026-11-24". Bytes named `sealed`,
`details`, `rules` or `ciphertext` are sealed; everything else is what a thief of the database can read.
"""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from mesinfos.vault.columns import EPOCH, moment, stamp, stamp_in
from mesinfos.vault.columns import big as _big
from mesinfos.vault.columns import name as _id
from mesinfos.vault.columns import octets as _bytes
from mesinfos.vault.outgoing import OUTGOING, channel, closing, delivery, link, notice, proof, webhook


class PersonRow(SQLModel, table=True):
    """Who owns a vault; the one name stored in clear."""

    __tablename__ = "person"
    vault_id: str = _id()
    name: str
    language: str
    created_at: int = _big()


class VaultRow(SQLModel, table=True):
    """Public keys (pinned outside the database too), the last record's number and its proof, and which instance's."""

    __tablename__ = "vault"
    vault_id: str = _id()
    inbox_public: bytes = _bytes()
    verify_public: bytes = _bytes()
    last_seq: int = _big()
    instance_check: bytes = _bytes()
    counted: bytes = _bytes()


class KeyslotRow(SQLModel, table=True):
    """`slots.Slot`; `public_sealed` is the public half of a recovery key or passkey, sealed under the root."""

    __tablename__ = "keyslot"
    vault_id: str = _id()
    slot_id: str = _id()
    kind: str
    algorithm: str
    memory_kib: int
    passes: int
    lanes: int
    salt: bytes = _bytes()
    commitment: bytes = _bytes()
    sealed: bytes = _bytes()
    public_sealed: bytes = _bytes()


class FactorRow(SQLModel, table=True):
    """What the door must read while the vault is closed, under the instance key: of a passkey, of the second factor."""

    __tablename__ = "factor"
    vault_id: str = _id()
    factor_id: str = _id()
    sealed: bytes = _bytes()


class SessionRow(SQLModel, table=True):
    """The root wrapped under a secret that only the browser's cookie holds; the id is a hash of that secret."""

    __tablename__ = "session"
    vault_id: str = _id()
    session_id: str = _id()
    created_at: int = _big()
    seen_at: int = _big()
    sealed: bytes = _bytes()


class SourceRow(SQLModel, table=True):
    """`sealed`: form values, under the instance key or the root; `details`: label, cursor, errors, instance key."""

    __tablename__ = "source"
    vault_id: str = _id()
    source_id: str = _id()
    connector: str
    mode: str
    state: str
    created_at: int = _big()
    sealed: bytes = _bytes()
    details: bytes = _bytes()


class RunRow(SQLModel, table=True):
    """One sync: `details` (counts, phase, error) is sealed under the instance key."""

    __tablename__ = "run"
    __table_args__ = (Index("run_by_source", "vault_id", "source_id", "started_at"),)
    vault_id: str = _id()
    run_id: str = _id()
    source_id: str
    started_at: int = _big()
    ended_at: int = _big()
    details: bytes = _bytes()


class EnvelopeRow(SQLModel, table=True):
    """`form`: "hpke" (sealed to the inbox, `mac` by the instance), "wrap" (re-wrapped at unlock), "grant"."""

    __tablename__ = "envelope"
    __table_args__ = (
        Index("envelope_by_grant", "vault_id", "grant_id"),
        Index("envelope_by_form", "vault_id", "form"),
    )
    vault_id: str = _id()
    envelope_id: str = _id()
    grant_id: str = Field(default="")
    form: str
    sealed: bytes = _bytes()
    mac: bytes = _bytes()


class RecordRow(SQLModel, table=True):
    """A sealed observation. A deleted one keeps number and tag, so that no sync brings it back; undo frees the tag."""

    __tablename__ = "record"
    __table_args__ = (
        UniqueConstraint("vault_id", "seq", name="record_by_seq"),
        UniqueConstraint("vault_id", "tag", name="record_by_tag"),
        Index("record_by_parent", "vault_id", "parent"),
        Index("record_by_envelope", "vault_id", "envelope_id"),
    )
    vault_id: str = _id()
    record_id: str = _id()
    seq: int = _big()
    tag: bytes = _bytes()
    type: str
    schema_: int = Field(sa_column=Column("schema", BigInteger, nullable=False, default=1))
    day: str
    stream: bytes = _bytes()
    parent: str
    source_id: str
    envelope_id: str
    ciphertext: bytes = _bytes()


class GrantRow(SQLModel, table=True):
    """A signed promise: `rules` sealed under the instance key, `signature` by the vault's key."""

    __tablename__ = "grant"
    __table_args__ = (Index("grant_by_state", "vault_id", "state"),)
    vault_id: str = _id()
    grant_id: str = _id()
    version: int = 1
    state: str
    merchant: bytes = _bytes()
    public_key: bytes = _bytes()
    rules: bytes = _bytes()
    signature: bytes = _bytes()
    details: bytes = _bytes()
    created_at: int = _big()
    ended_at: int = _big()
    until: str = ""
    last_seq: int = _big()
    complete: bool = False


class DisclosureRow(SQLModel, table=True):
    """Exactly what one merchant may read about one thing, in an envelope of its grant; `ref` is the thing's tag."""

    __tablename__ = "disclosure"
    __table_args__ = (Index("disclosure_by_ref", "vault_id", "grant_id", "ref"),)
    vault_id: str = _id()
    grant_id: str = _id()
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    item_id: str
    envelope_id: str
    ref: bytes = _bytes()
    day: str
    created_at: int = _big()
    ciphertext: bytes = _bytes()


class TokenRow(SQLModel, table=True):
    """A token's authentication half, hashed, and where it leads: the one look-up that no vault precedes.

    `kind` is hand, code, access, refresh or spent; `sealed` the grant's seed wrapped under the token, bound to the row.
    """

    __tablename__ = "token"
    __table_args__ = (Index("token_by_grant", "vault_id", "grant_id"),)
    auth: bytes = Field(primary_key=True, sa_type=LargeBinary)
    vault_id: str
    grant_id: str
    created_at: int = _big()
    kind: str = "hand"
    expires_at: int = _big()
    sealed: bytes = _bytes()
    jkt: str = ""
    client_id: str = ""


class PushedRow(SQLModel, table=True):
    """What a merchant asks (RFC 9126), sealed under the handle it was given; `vault_id` once a person looked at it."""

    __tablename__ = "pushed"
    __table_args__ = (Index("pushed_by_end", "expires_at"),)
    auth: bytes = Field(primary_key=True, sa_type=LargeBinary)
    vault_id: str = ""
    expires_at: int = _big()
    sealed: bytes = _bytes()


class OnceRow(SQLModel, table=True):
    """What may be used once only (a proof's jti, an assertion's), hashed, until it would be refused for its age."""

    __tablename__ = "once"
    __table_args__ = (Index("once_by_end", "vault_id", "expires_at"),)
    vault_id: str = _id()
    mark: bytes = Field(primary_key=True, sa_type=LargeBinary)
    expires_at: int = _big()


class ReceiptRow(SQLModel, table=True):
    """The signed proof of a grant or its end: `sealed` to the person, `grant_sealed` to its merchant while it lasts."""

    __tablename__ = "receipt"
    __table_args__ = (Index("receipt_by_grant", "vault_id", "grant_id", "created_at"),)
    vault_id: str = _id()
    receipt_id: str = _id()
    grant_id: str
    kind: str
    created_at: int = _big()
    envelope_id: str = ""
    sealed: bytes = _bytes()
    signature: bytes = _bytes()
    grant_envelope_id: str = ""
    grant_sealed: bytes = _bytes()


class JournalRow(SQLModel, table=True):
    """One line of the hash chain; `sealed` is its detail, in an envelope of the vault."""

    __tablename__ = "journal"
    __table_args__ = (UniqueConstraint("vault_id", "prev", name="journal_by_prev"),)
    vault_id: str = _id()
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    at: int = _big()
    action: str
    subject: str
    prev: bytes = _bytes()
    hash: bytes = _bytes()
    mac: bytes = _bytes()
    envelope_id: str = ""
    sealed: bytes = _bytes()


METADATA = SQLModel.metadata
NAMES = (
    *("person", "vault", "keyslot", "session", "source", "run", "envelope", "record"),
    *("grant", "disclosure", "token", "receipt", "journal"),
    *OUTGOING,
    *("pushed", "once", "factor"),
)
person, vault, keyslot, session, source, run, envelope, record, grant, disclosure, token, receipt, journal, *_ = (
    METADATA.tables[name] for name in NAMES
)
pushed, once, factor = (METADATA.tables[name] for name in ("pushed", "once", "factor"))
__all__ = [
    "EPOCH",
    "METADATA",
    "NAMES",
    "channel",
    "closing",
    "delivery",
    "link",
    "moment",
    "notice",
    "proof",
    "stamp",
    "stamp_in",
    "webhook",
]
