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

from mesinfos.consent.fields import ALTERNATIVES, OPENS, Field, Purpose, Scope
from mesinfos.errors import N_, InvalidInput, UnreadableGrant
from mesinfos.model.values import Kind, Value
from mesinfos.vault.keys import new_id

VERSION = 1
CONTEXT = "mesinfos/grant/1"
"""What the vault's key signs under, so that no other signed text can pass for a grant."""

LONGEST_YEARS = 3
ID_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz234567")


class Grant(Value, frozen=True, forbid_unknown_fields=True):
    """The promise; `until` is its last day (UTC), `since` the first day of the data it covers.

    `merchants` are domains and belong to Scope.LISTED; `sensitive` names the sensitive sectors that are included
    beyond the merchant's own relation. `key` is the SHA-256 of the public key that disclosures are sealed to, empty
    in a draft. Raises InvalidInput with the form field at fault.
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

    def __post_init__(self) -> None:
        _check_identity(self)
        _check_dates(self)
        _check_lists(self)

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
    grant_id: str = "",
    now: datetime | None = None,
) -> Grant:
    """What a person is about to promise, not yet signed; lists are put in their canonical order.

    Give the `grant_id` of an earlier draft to see and sign the same bytes. Raises InvalidInput naming the form field.
    """
    if not any(field in opening for opening in OPENS.values() for field in fields):
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
        merchants=tuple(sorted({one.strip().lower() for one in merchants})),
        sensitive=tuple(sorted(set(sensitive))),
    )


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
    for values in (grant.fields, grant.merchants, grant.sensitive):
        if list(values) != sorted(set(values)):
            raise InvalidInput(N_("A list in this grant is not in order."))
    if any(fine in grant.fields and coarse in grant.fields for fine, coarse in ALTERNATIVES):
        raise InvalidInput(N_("Choose either the exact or the coarse form of a field, not both."), field="fields")
    if grant.scope is not Scope.LISTED and grant.merchants:
        raise InvalidInput(N_("Merchants are listed, but the grant does not use the list."), field="merchants")
    if not all(is_domain(domain) for domain in grant.merchants):
        raise InvalidInput(N_("Name merchants by their domains, such as fnac.com."), field="merchants")


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
