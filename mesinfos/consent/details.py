"""What a merchant asks for, in the words of RFC 9396: two types of rights, each with a published JSON Schema.

    https://mesinfos.org/rar/read/v1       to read: fields of things, of whom, since when, for what, how long
    https://mesinfos.org/rar/deposit/v1    to give back: the merchant's own side of the relation

A request holds one of each at most. Whatever the schema does not know, or knows otherwise, is refused: a member that
was passed over could have been a limit. The members' values are those of `fields.py`; purposes are the terms of the
Data Privacy Vocabulary, all those of one purpose, so that what is granted is what was asked.
"""

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from mesinfos.catalogue import ProductCategory
from mesinfos.consent.fields import OPENS, PURPOSE_IRIS, Deposit, Purpose, Scope, Terms, Topic
from mesinfos.consent.fields import Field as Shown
from mesinfos.consent.grant import EARLIEST, LARGEST_VOLUME, LONGEST_RETENTION, Grant, draft, latest_until
from mesinfos.consent.ledger import today
from mesinfos.errors import N_, InvalidInput
from mesinfos.model.values import Kind

READ = "https://mesinfos.org/rar/read/v1"
DEPOSIT = "https://mesinfos.org/rar/deposit/v1"
DAYS = r"^P([1-9]|[1-9][0-9]{1,2}|10[0-8][0-9]|109[0-6])D$"
DOMAIN = r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$"
MOST = 200  # domains in a list

Domain = Annotated[str, Field(pattern=DOMAIN, max_length=253)]
Days = Annotated[str, Field(pattern=DAYS, description="A number of days, 1 to 1096 (ISO 8601).")]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Selection(_Closed):
    """Whose data: "own" is the merchant's own relation, "all" everybody's, else those named by their domains."""

    merchants: Literal["own", "all"] | Annotated[list[Domain], Field(min_length=1, max_length=MOST)] = "own"
    excluded: list[Domain] = Field(default=[], max_length=MOST, description="Merchants to leave out; never returned.")
    since: date | None = Field(None, description="First day of the data.")
    through: date | None = Field(None, description="Last day of the data.")


class Notice(_Closed):
    """The merchant's own privacy notice, shown as a link and fetched by nobody else."""

    uri: str = Field(pattern=r"^https://[!-~]+$", max_length=500)
    sha256: str | None = Field(None, pattern=r"^[A-Za-z0-9_-]{43}$")
    lang: str | None = Field(None, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")


class _Right(_Closed):
    locations: list[str] = Field(default=[], max_length=1, description="This server's resource, and no other.")
    purposes: list[str] = Field(min_length=1, max_length=5, description="All terms of one purpose.")
    access_duration: Days
    retention: Days | None = None


class Read(_Right):
    """To read disclosures at /api/v1/disclosures."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"$id": READ})
    type: Literal["https://mesinfos.org/rar/read/v1"]
    actions: tuple[Literal["read"]]
    datatypes: list[Topic] = Field(min_length=1, max_length=len(Topic), description="What the fields are of.")
    fields: list[Shown] = Field(min_length=1, max_length=len(Shown))
    selection: Selection = Selection()
    volume: int | None = Field(None, ge=1, le=LARGEST_VOLUME, description="Most records a day.")
    sensitive: list[Kind] = Field(default=[], max_length=len(Kind))
    goods: list[ProductCategory] = Field(default=[], max_length=len(ProductCategory))
    terms: Terms = Terms.NONE
    notice: Notice | None = None


class Give(_Right):
    """To deposit the merchant's own records at /api/v1/deposits."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"$id": DEPOSIT})
    type: Literal["https://mesinfos.org/rar/deposit/v1"]
    actions: tuple[Literal["deposit"]]
    datatypes: list[Deposit] = Field(min_length=1, max_length=len(Deposit))
    notice: Notice | None = None


SCHEMAS: dict[str, type[_Right]] = {READ: Read, DEPOSIT: Give}
_DETAILS: TypeAdapter[list[Read | Give]] = TypeAdapter(
    list[Annotated[Read | Give, Field(discriminator="type")]], config=ConfigDict(title="authorization_details")
)


class Wanted(Struct, frozen=True):
    """A request as a grant's members; `days` from the day of the consent on."""

    fields: tuple[Shown, ...]
    scope: Scope
    purpose: Purpose
    days: int
    since: date
    through: date | None = None
    merchants: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    sensitive: tuple[Kind, ...] = ()
    goods: tuple[ProductCategory, ...] = ()
    retention: int = 0
    volume: int = 0
    terms: Terms = Terms.NONE
    deposits: tuple[Deposit, ...] = ()
    notice: str = ""

    def latest(self) -> date:
        """The last day that was asked for, were it given today."""
        return min(today() + timedelta(days=self.days), latest_until(today()))


def wanted(details: str | bytes, resource: str) -> Wanted:
    """What `authorization_details`, as JSON, ask for; raises InvalidInput that says where they are wrong."""
    try:
        rights = _DETAILS.validate_json(details, strict=True)
    except ValidationError as problem:
        first = problem.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise InvalidInput(N_("{place}: {reason}."), place=place, reason=first["msg"]) from None
    reads = [one for one in rights if isinstance(one, Read)]
    gives = [one for one in rights if isinstance(one, Give)]
    if not rights or len(reads) > 1 or len(gives) > 1:
        raise InvalidInput(N_("One right of each type at most, and one at least."))
    for right in rights:
        if not {place.rstrip("/") for place in right.locations} <= {resource}:
            raise InvalidInput(N_("locations: this server’s only resource is {resource}."), resource=resource)
    return _joined(reads[0] if reads else None, gives[0] if gives else None)


def _joined(read: Read | None, give: Give | None) -> Wanted:
    rights = [right for right in (read, give) if right]
    common = {(frozenset(right.purposes), right.access_duration, right.retention) for right in rights}
    if len(common) > 1:
        raise InvalidInput(N_("Both rights must have the same purposes, access_duration and retention."))
    first = rights[0]
    notice = next((right.notice.uri for right in (read, give) if right and right.notice), "")
    base = Wanted((), Scope.OWN, _purpose(first.purposes), _days(first.access_duration), EARLIEST, notice=notice)
    more: dict[str, Any] = {"retention": _days(first.retention) if first.retention else 0}
    more |= {"deposits": tuple(sorted(set(give.datatypes)))} if give else {}
    return Wanted(**{name: getattr(base, name) for name in base.__struct_fields__} | more | _reading(read))


def _reading(read: Read | None) -> dict[str, Any]:
    if read is None:
        return {}
    shown, chosen = set(read.fields), read.selection
    if {topic for topic in Topic if shown & OPENS[topic]} != set(read.datatypes):
        raise InvalidInput(N_("datatypes must be just those that the fields are of."))
    scope = Scope(chosen.merchants) if isinstance(chosen.merchants, str) else Scope.LISTED
    return {
        "fields": tuple(sorted(shown)),
        "scope": scope,
        "merchants": tuple(chosen.merchants) if scope is Scope.LISTED else (),
        "excluded": tuple(chosen.excluded),
        "since": chosen.since or EARLIEST,
        "through": chosen.through,
        "sensitive": tuple(read.sensitive),
        "goods": tuple(read.goods),
        "volume": read.volume or 0,
        "terms": read.terms,
    }


def planned(asked: Wanted, vault_id: str, client_id: str, merchant: tuple[str, str], **narrowed: Any) -> Grant:
    """The draft of what was asked for by a merchant (domain, name), narrowed by the person; raises InvalidInput."""
    whole = {name: getattr(asked, name) for name in asked.__struct_fields__ if name not in {"days", "notice"}}
    whole |= {"until": asked.latest()}
    return draft(vault_id, domain=merchant[0], name=merchant[1], client_id=client_id, **whole | narrowed)


def granted(grant: Grant, resource: str) -> list[dict[str, Any]]:
    """A grant as `authorization_details`, enriched by its last day: what the token response returns (RFC 9396 §7).

    Merchants left out are not in it, not even those that the client itself asked to leave out: beside the grant's they
    would tell which ones the person added.
    """
    common: dict[str, Any] = {"locations": [resource], "purposes": list(PURPOSE_IRIS[grant.purpose])}
    common |= {"access_duration": f"P{max(1, (grant.until - grant.made_at.date()).days)}D"}
    common |= {"expires_at": grant.until.isoformat()}
    common |= {"retention": f"P{grant.retention}D"} if grant.retention else {}
    told = []
    if any(set(grant.fields) & opening for opening in OPENS.values()):
        told.append({"type": READ, "actions": ["read"]} | common | _told(grant))
    if grant.deposits:
        told.append({"type": DEPOSIT, "actions": ["deposit"], "datatypes": list(grant.deposits)} | common)
    return told


def _told(grant: Grant) -> dict[str, Any]:
    selection: dict[str, Any] = {"merchants": list(grant.merchants) if grant.merchants else grant.scope.value}
    selection |= {"since": grant.since.isoformat()}
    selection |= {"through": grant.through.isoformat()} if grant.through else {}
    told: dict[str, Any] = {"datatypes": [topic.value for topic in Topic if set(grant.fields) & OPENS[topic]]}
    told |= {"fields": list(grant.fields), "selection": selection}
    told |= {"sensitive": list(grant.sensitive)} if grant.sensitive else {}
    told |= {"goods": list(grant.goods)} if grant.goods else {}
    told |= {"volume": grant.volume} if grant.volume else {}
    return told | ({"terms": grant.terms.value} if grant.terms else {})


def _purpose(iris: list[str]) -> Purpose:
    for purpose, terms in PURPOSE_IRIS.items():
        if set(terms) == set(iris):
            return purpose
    raise InvalidInput(N_("purposes must be all terms of one purpose that can be granted."))


def _days(duration: str) -> int:
    return min(int(duration[1:-1]), LONGEST_RETENTION)
