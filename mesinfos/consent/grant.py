"""A grant: one person's signed promise to one merchant, as one frozen value.

Storage law, for whoever changes `Grant`:

1. Members are never renamed, reordered, retyped or removed. A new one goes last, with a default that means "as before
   it existed", and defaults are not written: so the bytes, and the signatures, of older grants stay as they are.
2. Values of closed lists (`fields.py`) are never renamed and never used again for something else.
3. Whatever this version does not know (a member, a field, a purpose, a scope, a version) makes the grant unreadable,
   and an unreadable grant discloses nothing. A newer MesInfos may have written a limit there.
4. Only canonical bytes are read: those that this file itself writes for the value. Two texts of one grant, of which
   one was signed, cannot exist.
5. Limits are checked on reading too, not only when a person fills in the form.
6. What cannot be said with a default is a new VERSION; the old one is still read.

Empty means nothing: no fields, an empty list of merchants, disclose nothing at all. `tests/consent/test_grant.py`
pins the bytes.
"""

from datetime import UTC, date, datetime, timedelta

import msgspec

from mesinfos.catalogue import ProductCategory
from mesinfos.consent.fields import DEGREES, OPENS, SENSITIVE_GOODS, Deposit, Field, Purpose, Scope, Terms
from mesinfos.errors import N_, InvalidInput, UnreadableGrant
from mesinfos.model.values import Kind, Value
from mesinfos.vault.keys import new_id

VERSION = 1
CONTEXT = "mesinfos/grant/1"
"""What the vault's key signs under, so that no other signed text can pass for a grant."""

EARLIEST = date(1990, 1, 1)
"""Where the data begins where nobody names a day: before there were shops to write mails."""
LONGEST_YEARS = 3
LONGEST_RETENTION = 1096
LARGEST_VOLUME = 100_000
ID_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz234567")


class Grant(Value, frozen=True, forbid_unknown_fields=True):
    """The promise; `until` is its last day (UTC), `since` the first day of the data it covers.

    `merchants` are domains and belong to Scope.LISTED; `sensitive` names the sensitive sectors, `goods` the sensitive
    product categories, that are included beyond the merchant's own relation; `excluded` domains are left out of any
    scope. `key` is the SHA-256 of the public key that disclosures are sealed to, empty in a draft. `through` is the
    last day of the data, None without one; `retention` the days the merchant may keep what it reads, 0 where the
    purpose alone limits it; `volume` the most disclosures it may read in a day (UTC), 0 for any number; `terms` the
    agreement of the IEEE 7012 roster it accepted; `deposits` what it may give back; `client_id` its address as an
    OAuth client, empty for a token made by hand. Raises InvalidInput with the form field at fault.
    """

    version: int
    grant_id: str
    vault_id: str
    domain: str
    name: str
    scope: Scope
    since: date
    until: date
    purpose: Purpose
    made_at: datetime
    key: bytes = b""
    fields: tuple[Field, ...] = ()
    merchants: tuple[str, ...] = ()
    sensitive: tuple[Kind, ...] = ()
    goods: tuple[ProductCategory, ...] = ()
    excluded: tuple[str, ...] = ()
    through: date | None = None
    retention: int = 0
    volume: int = 0
    terms: Terms = Terms.NONE
    deposits: tuple[Deposit, ...] = ()
    client_id: str = ""

    def __post_init__(self) -> None:
        _check_identity(self)
        _check_dates(self)
        _check_lists(self)
        _check_limits(self)

    def to_bytes(self) -> bytes:
        """The canonical bytes: what is signed, stored and pinned by a test."""
        return msgspec.json.encode(self)


def from_bytes(data: bytes) -> Grant:
    """The grant written in `data`; raises UnreadableGrant when the storage law is broken."""
    try:
        grant = msgspec.json.decode(data, type=Grant)
    except (msgspec.MsgspecError, UnicodeDecodeError, InvalidInput):
        raise UnreadableGrant(N_("A stored grant cannot be read by this version of MesInfos.")) from None
    if grant.to_bytes() != data:
        raise UnreadableGrant(N_("A stored grant is not written the way MesInfos writes it."))
    return grant


def draft(  # noqa: PLR0913  each is a question of the form, and leaving one out must not mean "all"
    vault_id: str,
    *,
    domain: str,
    name: str,
    fields: tuple[Field, ...],
    scope: Scope,
    since: date,
    until: date,
    purpose: Purpose,
    merchants: tuple[str, ...] = (),
    sensitive: tuple[Kind, ...] = (),
    goods: tuple[ProductCategory, ...] = (),
    excluded: tuple[str, ...] = (),
    through: date | None = None,
    retention: int = 0,
    volume: int = 0,
    terms: Terms = Terms.NONE,
    deposits: tuple[Deposit, ...] = (),
    client_id: str = "",
    grant_id: str = "",
    now: datetime | None = None,
) -> Grant:
    """What a person is about to promise, not yet signed; lists are put in their canonical order.

    Give the `grant_id` of an earlier draft to see and sign the same bytes. Raises InvalidInput naming the form field.
    """
    if not deposits and not any(field in opening for opening in OPENS.values() for field in fields):
        raise InvalidInput(N_("Choose at least one thing that the merchant may see."), field="fields")
    if scope is Scope.LISTED and not merchants:
        raise InvalidInput(N_("Name the merchants whose data is meant."), field="merchants")
    return Grant(
        version=VERSION,
        grant_id=grant_id or new_id(),
        vault_id=vault_id,
        domain=domain.strip().lower(),
        name=name.strip(),
        scope=scope,
        since=since,
        until=until,
        purpose=purpose,
        made_at=(now or datetime.now(UTC)).replace(microsecond=0),
        fields=tuple(sorted(set(fields))),
        merchants=_domains(merchants),
        sensitive=tuple(sorted(set(sensitive))),
        goods=tuple(sorted(set(goods))),
        excluded=_domains(excluded),
        through=through,
        retention=retention,
        volume=volume,
        terms=terms,
        deposits=tuple(sorted(set(deposits))),
        client_id=client_id,
    )


def _domains(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({one.strip().lower() for one in texts}))


def _check_identity(grant: Grant) -> None:
    if grant.version != VERSION:
        raise InvalidInput(N_("This grant was made by a newer MesInfos."), field="version")
    if not (len(grant.grant_id) == 26 and set(grant.grant_id) <= ID_LETTERS):
        raise InvalidInput(N_("This is not the id of a grant."), field="grant_id")
    if not grant.vault_id or not grant.name or len(grant.name) > 120 or not grant.name.isprintable():
        raise InvalidInput(N_("Give the merchant's name, at most 120 characters."), field="name")
    if len(grant.key) not in (0, 32):
        raise InvalidInput(N_("A grant's key has the wrong length."))
    if not is_domain(grant.domain):
        raise InvalidInput(N_("Give the merchant's domain, such as fnac.com."), field="domain")


def _check_dates(grant: Grant) -> None:
    if grant.made_at.utcoffset() != timedelta(0) or grant.made_at.microsecond:
        raise InvalidInput(N_("A grant is dated to the second, in UTC."), field="made_at")
    made = grant.made_at.date()
    if grant.until < made:
        raise InvalidInput(N_("This day has passed; choose a later one."), field="until")
    if grant.until > latest_until(made):
        raise InvalidInput(N_("A grant lasts three years at most; choose an earlier day."), field="until")
    if grant.since > grant.until:
        raise InvalidInput(N_("The data begins after the grant ends; choose an earlier day."), field="since")


def _check_lists(grant: Grant) -> None:
    for values in (grant.fields, grant.merchants, grant.sensitive, grant.goods, grant.excluded, grant.deposits):
        if list(values) != sorted(set(values)):
            raise InvalidInput(N_("A list in this grant is not in order."))
    if any(sum(degree in grant.fields for degree in degrees) > 1 for degrees in DEGREES):
        raise InvalidInput(N_("Choose one degree of a thing: the exact or a coarser one."), field="fields")
    if grant.scope is not Scope.LISTED and grant.merchants:
        raise InvalidInput(N_("Merchants are listed, but the grant does not use the list."), field="merchants")
    for field in ("merchants", "excluded"):
        if not all(is_domain(domain) for domain in getattr(grant, field)):
            raise InvalidInput(N_("Name merchants by their domains, such as fnac.com."), field=field)
    if not set(grant.goods) <= SENSITIVE_GOODS.keys():
        raise InvalidInput(N_("Only sensitive categories of products need to be named."), field="goods")


def _check_limits(grant: Grant) -> None:
    if grant.through is not None and grant.through < grant.since:
        raise InvalidInput(N_("The data ends before it begins; choose a later day."), field="through")
    if not 0 <= grant.retention <= LONGEST_RETENTION:
        raise InvalidInput(
            N_("A merchant may keep data for 1 to 1096 days; 0 leaves it to the purpose."), field="retention"
        )
    if not 0 <= grant.volume <= LARGEST_VOLUME:
        raise InvalidInput(N_("Between 1 and 100000 records a day; 0 sets no limit."), field="volume")
    if len(grant.client_id) > 500 or not (grant.client_id.isascii() and grant.client_id.isprintable()):
        raise InvalidInput(N_("This is not the address of a client."), field="client_id")


def latest_until(made: date) -> date:
    """The last day a grant made that day may have."""
    try:
        return made.replace(year=made.year + LONGEST_YEARS)
    except ValueError:  # 29 February
        return made.replace(year=made.year + LONGEST_YEARS, day=28)


def is_domain(text: str) -> bool:
    """Whether this could be a merchant's domain: lower-case labels with a dot between them."""
    labels = text.split(".")
    return len(text) <= 253 and len(labels) > 1 and all(_is_label(label) for label in labels)


def _is_label(label: str) -> bool:
    plain = label.replace("-", "")
    return 0 < len(label) <= 63 and plain.isascii() and plain.isalnum() and plain == plain.lower() and label[0] != "-"
