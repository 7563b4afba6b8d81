"""The best of several readings of one thing, field by field: the surest reader wins, and the fact tells who gave what.

A mail says a thing several times: in markup, in a calendar, in its page, its text and an attached bill, each with
gaps and slips of its own. A version is a whole fact, in which what its reader did not find has its default.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Generic, NamedTuple, TypeVar

from msgspec.structs import fields, replace

from mesinfos.model.provenance import Provenance
from mesinfos.model.purchase import Booking, Invoice, Offer, Order, Parcel

Fact = Order | Parcel | Offer | Invoice | Booking

F = TypeVar("F", Order, Parcel, Offer, Invoice, Booking)


class Version(NamedTuple, Generic[F]):
    """One fact as one reader has it. `sure` holds the confidence of fields that differs from the whole fact's; a field
    named there counts as said even where it is at its default.
    """

    fact: F
    sure: Mapping[str, float] = {}

    @property
    def provenance(self) -> Provenance:
        """Who read it."""
        return self.fact.provenance or Provenance("unknown", 0.0)


def merged(kind: type[F], *versions: Version[F]) -> F:
    """One fact out of all versions of it: each field from the surest that says it, the first one of equals.

    The provenance is that of the surest version as a whole; its `fields` name what came from others.
    """
    if len(versions) == 1:
        return versions[0].fact
    main = max(versions, key=lambda version: version.provenance.confidence).provenance
    said: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for name, default in _defaults(kind):
        told = [version for version in versions if _says(version, name, default)]
        if told:
            best = max(told, key=lambda version: version.sure.get(name, version.provenance.confidence))
            said[name] = getattr(best.fact, name)
            sources[name] = source_of(best.provenance, name)
    return replace(versions[0].fact, **said, provenance=credited(main, sources))


def credited(main: Provenance, sources: Mapping[str, str]) -> Provenance:
    """The provenance with the fields that other readers gave: "pdf:total,due html:items"."""
    others: dict[str, list[str]] = {}
    for name, source in sources.items():
        if source and source not in {main.extractor, main.place}:
            others.setdefault(source, []).append(name)
    told = " ".join(f"{source}:{','.join(names)}" for source, names in others.items())
    return replace(main, fields=told)


def source_of(provenance: Provenance, name: str) -> str:
    """The reader of one field of a fact."""
    for entry in provenance.fields.split():
        source, _, names = entry.partition(":")
        if name in names.split(","):
            return source
    return provenance.extractor


@cache
def _defaults(kind: type[Fact]) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, field.default) for field in fields(kind) if field.name != "provenance")


def _says(version: Version[Any], name: str, default: object) -> bool:
    value = getattr(version.fact, name)
    return name in version.sure or not (value is None or value in {"", ()} or value == default)
