"""A consent as the world writes it: ISO/IEC TS 27560 record and receipt, in JSON-LD of the Data Privacy Vocabulary 2.3.

The binding is that of the W3C DPVCG guide "Consent records and receipts" with its EU-GDPR profile. Values in, a value
out. Whatever is not known here (where the merchant stores, its postal address) is said to be unknown, not invented.
Nothing that two merchants could compare is in it: persons and grants are named by ids that exist for this grant only.
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from mesinfos.consent.describe import PURPOSE_LABELS, describe
from mesinfos.consent.fields import IEEE_7012, OPENS, PURPOSE_IRIS, Deposit, Field, Purpose, Terms
from mesinfos.consent.grant import Grant
from mesinfos.wording import LANGUAGES, translate

Node = dict[str, Any]

CONTEXT: Node = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "loc": "https://w3id.org/dpv/loc#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "legal-eu": "https://w3id.org/dpv/legal/eu#",
    "legal-fr": "https://w3id.org/dpv/legal/fr#",
    "dct": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "schema": "https://schema.org/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "mi": "https://mesinfos.org/ns#",
    "id": "@id",
    "type": "@type",
}
PROFILE = "https://w3id.org/dpv/schema/dpv-27560"
JURISDICTION, AUTHORITY = "loc:FR", "legal-fr:DPA-FR"
"""Whose law and authority: MesInfos is made for France. A person may complain at home all the same (article 77)."""


class Event(StrEnum):
    """What happens to a consent. The words stay: receipts, webhooks and merchants' programs hold them."""

    GIVEN = "consent.given"
    UPDATED = "consent.updated"
    WITHDRAWN = "consent.withdrawn"
    EXPIRED = "consent.expired"
    REFUSED = "consent.refused"


ENDS = frozenset({Event.WITHDRAWN, Event.EXPIRED, Event.REFUSED})
STATUS = {
    Event.GIVEN: "dpv:ConsentGiven",
    Event.UPDATED: "dpv:RenewedConsentGiven",
    Event.WITHDRAWN: "dpv:ConsentWithdrawn",
    Event.EXPIRED: "dpv:ConsentExpired",
    Event.REFUSED: "dpv:ConsentRefused",
}
PERSONAL_DATA = {
    Field.ORDER_TOTAL: "pd:Transactional",
    Field.ORDER_BRACKET: "pd:Transactional",
    Field.MESSAGE_CATEGORIES: "pd:EmailContent",
    Field.MESSAGE_COUNTS: "pd:EmailContent",
    Field.MERCHANT: "pd:PurchasesAndSpendingHabit",
    Field.SECTOR: "pd:PurchasesAndSpendingHabit",
    Deposit.ORDERS: "pd:Purchase",
    Deposit.INVOICES: "pd:Transactional",
    Deposit.WARRANTIES: "pd:Ownership",
    Deposit.BENEFITS: "pd:PurchasesAndSpendingHabit",
}
"""The nearest concept; what is not named is pd:Purchase. DPV has none for a month, a bracket or a category."""
PROCESSING = {
    Purpose.OFFERS: ("dpv:Retrieve", "dpv:Profiling"),
    Purpose.RECOMMENDATIONS: ("dpv:Retrieve", "dpv:Profiling"),
    Purpose.WARRANTY: ("dpv:Retrieve", "dpv:Consult"),
    Purpose.DELIVERY: ("dpv:Retrieve", "dpv:Consult"),
    Purpose.STATISTICS: ("dpv:Retrieve", "dpv:Analyse"),
}


class Happened(NamedTuple):
    """One event of a consent's life. The person did it, but for what the clock did, or the merchant gave back."""

    event: Event
    at: datetime
    by_merchant: bool = False


class Place(NamedTuple):
    """Where and under which names a receipt is issued; every id is one of this grant alone."""

    base_url: str
    receipt_id: str
    record_id: str
    subject_id: str
    signers: tuple[str, ...]


def receipt(grant: Grant, history: Sequence[Happened], place: Place) -> Node:
    """The receipt of the last event in `history`, which is the consent's whole life, the oldest event first."""
    return {
        "@context": CONTEXT,
        "id": f"urn:uuid:{place.receipt_id}",
        "type": "dpv:ConsentReceipt",
        "dpv:hasIdentifier": place.receipt_id,
        "dct:conformsTo": {"id": f"{PROFILE}#receipt-eu-gdpr"},
        "dct:created": _instant(history[-1].at),
        "dct:publisher": {"id": f"{place.base_url}/"},
        "mi:event": str(history[-1].event),
        "mi:signers": list(place.signers),
        "dpv:hasRecordOfActivity": _record(grant, history, place),
    }


def _record(grant: Grant, history: Sequence[Happened], place: Place) -> Node:
    return {
        "id": f"urn:uuid:{place.record_id}",
        "type": "dpv:ConsentRecord",
        "dpv:hasIdentifier": place.record_id,
        "mi:grantId": grant.grant_id,
        "dct:conformsTo": {"id": f"{PROFILE}#record-eu-gdpr"},
        "dct:description": [{"@value": describe(grant, one), "@language": one} for one in LANGUAGES],
        "dpv:hasDataSubject": {
            "id": f"urn:uuid:{place.subject_id}",
            "type": "dpv:DataSubject",
            "dct:identifier": f"pairwise:{place.subject_id}",
        },
        "dpv:hasNotice": {"id": _page(grant, place), "type": "dpv:ConsentNotice", "dct:language": list(LANGUAGES)},
        "dpv:hasJurisdiction": {"id": JURISDICTION},
        "dpv:hasApplicableLaw": {"id": "legal-eu:law-GDPR"},
        "dpv:hasAuthority": {"id": AUTHORITY},
        "dpv:hasProcess": _processes(grant, place),
        "dpv:hasEntity": _merchant(grant),
        "dpv:hasConsentStatus": [_status(grant, one, place) for one in history],
        **({"dct:references": {"id": IEEE_7012 + grant.terms}} if grant.terms is not Terms.NONE else {}),
    }


def _processes(grant: Grant, place: Place) -> list[Node]:
    """One for what the merchant reads, one for what it gives back; a grant may hold either alone."""
    opening = [field for field in grant.fields if any(field in opens for opens in OPENS.values())]
    reads = [_data(field, needed=opening == [field]) for field in grant.fields]
    gives = [_data(deposit, needed=not reads and len(grant.deposits) == 1) for deposit in grant.deposits]
    source = {"type": "dpv:DataSubjectDataSource", "dct:description": "personal data store", **_selection(grant)}
    read = {"dpv:hasProcessing": _ids(PROCESSING[grant.purpose]), "dpv:hasPersonalData": reads}
    give = {"dpv:hasProcessing": _ids(("dpv:Transmit",)), "dpv:hasPersonalData": gives}
    own = {"type": "dpv:DataControllerDataSource", "dct:description": "the merchant's own records"}
    made = [read | {"dpv:hasDataSource": source}] * bool(reads) + [give | {"dpv:hasDataSource": own}] * bool(gives)
    return [_process(grant, place) | one for one in made]


def _process(grant: Grant, place: Place) -> Node:
    """What both kinds have in common: purpose, basis, storage, controller, controls and rights."""
    bases = ["eu-gdpr:A6-1-a"] + ["eu-gdpr:A9-2-a"] * bool(grant.sensitive or grant.goods)
    controller, page = {"id": controller_of(grant)}, {"id": _page(grant, place)}
    return {
        "type": "dpv:Process",
        "dpv:hasPurpose": {
            "type": "dpv:Purpose",
            "skos:broader": [{"id": _short(iri)} for iri in PURPOSE_IRIS[grant.purpose]],
            "dct:identifier": str(grant.purpose),
            "dct:description": [
                {"@value": translate(PURPOSE_LABELS[grant.purpose], one), "@language": one} for one in LANGUAGES
            ],
        },
        "dpv:hasLegalBasis": _ids(bases),
        "dpv:hasStorageCondition": _storage(grant),
        "dpv:hasDataController": controller,
        "dpv:hasRecipient": controller,
        "dpv:hasConsentControl": {"type": "dpv:WithdrawConsent", "dpv:isExercisedAt": page},
        "dpv:hasRight": [
            {"type": ["dpv:DataSubjectRight", "eu-gdpr:A7-3"], "dpv:isExercisedAt": page},
            {
                "type": ["dpv:DataSubjectRight", *(f"eu-gdpr:A{number}" for number in (15, 16, 17, 18, 20, 21))],
                "dpv:isExercisedAt": controller,
            },
            {"type": ["dpv:DataSubjectRight", "eu-gdpr:A77"], "dpv:isExercisedAt": {"id": AUTHORITY}},
        ],
    }


def _data(what: Field | Deposit, *, needed: bool) -> Node:
    """`needed` only for what nothing would be left without: everything else the person could have kept back."""
    return {
        "type": "dpv:PersonalData",
        "skos:broader": {"id": PERSONAL_DATA.get(what, "pd:Purchase")},
        "dct:identifier": str(what),
        "dpv:hasNecessity": {"id": "dpv:Required" if needed else "dpv:Optional"},
    }


def _selection(grant: Grant) -> Node:
    """Whose data and of which days, for programs. Who is left out is not named: both sides hold these bytes."""
    found: Node = {"mi:scope": str(grant.scope), "mi:since": _day(grant.since)}
    found |= {"mi:merchants": list(grant.merchants)} if grant.merchants else {}
    sensitive = [*map(str, grant.sensitive), *map(str, grant.goods)]
    found |= {"mi:sensitive": sensitive} if sensitive else {}
    found |= {"mi:through": _day(grant.through)} if grant.through else {}
    found |= {"mi:recordsADay": str(grant.volume)} if grant.volume else {}
    return found


def _storage(grant: Grant) -> list[Node]:
    kept: Node = {"type": "dpv:UntilEventDuration", "dct:description": "until the purpose no longer needs it"}
    if grant.retention:
        kept = {
            "type": "dpv:TemporalDuration",
            "rdf:value": {"@value": f"P{grant.retention}D", "type": "xsd:duration"},
        }
    return [
        {"type": "dpv:StorageLocation", "dpv:hasApplicability": {"id": "dpv:NotAvailable"}},
        {"type": "dpv:StorageDuration", "dpv:hasDuration": kept},
    ]


def _merchant(grant: Grant) -> Node:
    """By its domain, which is what the person granted to; the name is what it was called when that happened."""
    address = controller_of(grant)
    return {
        "id": address,
        "type": ["dpv:DataController", "dpv:Recipient"],
        "dpv:hasIdentifier": address,
        "dpv:hasName": grant.name,
        "schema:contactPoint": [{"type": "schema:ContactPoint", "schema:url": {"id": address}}],
        **({"mi:clientId": {"id": grant.client_id}} if grant.client_id else {}),
    }


def _status(grant: Grant, one: Happened, place: Place) -> Node:
    person = f"{place.base_url}/" if one.event is Event.EXPIRED else f"urn:uuid:{place.subject_id}"
    who = controller_of(grant) if one.by_merchant else person
    said: Node = {
        "type": "dpv:ConsentRevoked" if one.by_merchant else STATUS[one.event],
        "dpv:isIndicatedBy": {"id": who},
        "dpv:isIndicatedAtTime": _instant(one.at),
    }
    if one.event in {Event.GIVEN, Event.UPDATED}:
        lasts = {"type": "dpv:UntilTimeDuration", "rdf:value": _day(grant.until)}
        method = {"dpv:hasIndicationMethod": "preview and consent page", "dpv:hasDuration": lasts}
        said |= method | {"type": [said["type"], "dpv:ExplicitlyExpressedConsent"]}
    return said


def controller_of(grant: Grant) -> str:
    """The merchant's address, by its domain."""
    return f"https://{grant.domain}/"


def _page(grant: Grant, place: Place) -> str:
    return f"{place.base_url}/consents/{grant.grant_id}"


def _ids(names: Sequence[str]) -> list[Node]:
    return [{"id": name} for name in names]


def _short(iri: str) -> str:
    return iri.replace(CONTEXT["dpv"], "dpv:")


def _instant(at: datetime) -> Node:
    return {"@value": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "type": "xsd:dateTime"}


def _day(day: date) -> Node:
    return {"@value": day.isoformat(), "type": "xsd:date"}
