"""The proof both sides keep: what it says, who signed it, and that it says nothing else."""

import json
import warnings
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesinfos.consent.dpv import CONTEXT, Event, Happened, Place, receipt
from mesinfos.consent.fields import Deposit, Field, Purpose, Scope, Terms
from mesinfos.consent.receipt import canonical, sign, verify
from mesinfos.errors import InvalidInput, Tampered
from mesinfos.model.values import Kind
from mesinfos.vault.signing import SigningKey, thumbprint
from tests.consent.makers import NOW, a_grant

KNOWN = {
    line for line in Path(__file__).with_name("dpv-2.3.txt").read_text("utf-8").splitlines() if not line.startswith("#")
}
INSTANCE, PERSON, STRANGER = SigningKey(bytes(32)), SigningKey(bytes([1]) * 32), SigningKey(bytes([2]) * 32)
PLACE = Place(
    "https://alice.mesinfos.example",
    "5c2b0c0e-6a0e-4a53-9d5b-2f4f0f6a7b11",
    "0b6f6b3a-2f0e-8a1a-8f4e-9a2f1f2e3d44",
    "7e0b3f52-90c4-8d0f-8a0e-5a1f6f0c2b19",
    (thumbprint(INSTANCE.public), thumbprint(PERSON.public)),
)
GIVEN = (Happened(Event.GIVEN, NOW),)
WIDE = {
    "fields": (Field.ORDER_MONTH, Field.ORDER_BRACKET, Field.ITEM_CATEGORIES, Field.SECTOR, Field.MESSAGE_COUNTS),
    "scope": Scope.ALL,
    "sensitive": (Kind.HEALTH,),
    "retention": 90,
    "volume": 500,
    "through": date(2026, 12, 31),
    "terms": Terms.SD_BASE,
    "deposits": tuple(sorted(Deposit)),
    "client_id": "https://shop.acme.example/client.json",
}


def a_receipt(history=GIVEN, **changes):
    """A receipt of Acme's grant."""
    return receipt(a_grant(**changes), history, PLACE)


def terms_in(node) -> set[str]:
    """Every IRI of a DPV vocabulary in a receipt, written out: keys, types and references."""
    found: set[str] = set()
    words = [node] if isinstance(node, str) else []
    if isinstance(node, dict):
        words = [*node]
        for key, value in node.items():
            found |= terms_in(value) if key != "@context" else set()
    if isinstance(node, list):
        found |= set().union(*map(terms_in, node))
    for word in words:
        prefix, _, name = word.partition(":")
        whole = CONTEXT[prefix] + name if prefix in CONTEXT and not name.startswith("//") else word
        found |= {whole} if whole.startswith("https://w3id.org/dpv") and "/schema/" not in whole else set()
    return found


every_purpose = pytest.mark.parametrize("purpose", list(Purpose))


@every_purpose
@pytest.mark.parametrize("event", list(Event))
def test_every_term_exists_in_the_vocabulary(event, purpose) -> None:
    """Whatever a grant holds and whatever happens to it, no IRI is emitted that DPV 2.3 does not have."""
    history = [*GIVEN, Happened(event, NOW), Happened(event, NOW, by_merchant=True)]
    every = (*(a_receipt(history, purpose=purpose, fields=(field,)) for field in Field if _opens(field)),)
    for one in (a_receipt(history, purpose=purpose, **WIDE), *every):
        assert terms_in(one) <= KNOWN


@pytest.mark.parametrize("terms", [one for one in Terms if one])
def test_agreements_of_the_roster_are_named_by_their_address(terms) -> None:
    """The terms that the merchant accepted are a reference to the IEEE 7012 roster."""
    assert terms_in(a_receipt(terms=terms)) <= KNOWN
    record = a_receipt(terms=terms)["dpv:hasRecordOfActivity"]
    assert record["dct:references"]["id"].endswith(f"7012#{terms}")


def _opens(field: Field) -> bool:
    return field not in {Field.MERCHANT, Field.SECTOR}


def test_a_receipt_has_the_parts_of_the_standard() -> None:
    """Header, processing, party and events of ISO/IEC TS 27560, in the members that the W3C guide binds them to."""
    made = a_receipt(**WIDE)
    record = made["dpv:hasRecordOfActivity"]
    reads, gives = record["dpv:hasProcess"]
    assert made["dct:conformsTo"]["id"].endswith("dpv-27560#receipt-eu-gdpr")
    assert record["dct:conformsTo"]["id"].endswith("dpv-27560#record-eu-gdpr")
    assert made["type"] == "dpv:ConsentReceipt"
    assert {one["dct:identifier"] for one in reads["dpv:hasPersonalData"]} == set(WIDE["fields"])
    assert {one["dct:identifier"] for one in gives["dpv:hasPersonalData"]} == set(Deposit)
    assert reads["dpv:hasStorageCondition"][1]["dpv:hasDuration"]["rdf:value"]["@value"] == "P90D"
    assert [one["id"] for one in reads["dpv:hasLegalBasis"]] == ["eu-gdpr:A6-1-a", "eu-gdpr:A9-2-a"]
    assert record["dpv:hasEntity"]["dpv:hasIdentifier"] == "https://acme.example/"
    assert reads["dpv:hasConsentControl"]["dpv:isExercisedAt"]["id"].startswith(
        "https://alice.mesinfos.example/consents/"
    )
    (status,) = record["dpv:hasConsentStatus"]
    assert status["type"] == ["dpv:ConsentGiven", "dpv:ExplicitlyExpressedConsent"]
    assert status["dpv:hasDuration"]["rdf:value"] == {"@value": "2027-02-20", "type": "xsd:date"}


def test_only_what_nothing_would_be_left_without_is_required() -> None:
    """A field that the person could have kept back is optional; the only one that opens anything is not."""
    (process,) = a_receipt(fields=(Field.ORDER_MONTH, Field.SECTOR))["dpv:hasRecordOfActivity"]["dpv:hasProcess"]
    said = {one["dct:identifier"]: one["dpv:hasNecessity"]["id"] for one in process["dpv:hasPersonalData"]}
    assert said == {"order.month": "dpv:Required", "sector": "dpv:Optional"}


def test_the_sentence_is_the_one_the_person_read() -> None:
    """In both languages, word for word."""
    said = {one["@language"]: one["@value"] for one in a_receipt()["dpv:hasRecordOfActivity"]["dct:description"]}
    assert said["en"].startswith("Acme may see the month and the status of your purchases")
    assert set(said) == {"fr", "en"}


def test_a_receipt_does_not_tell_who() -> None:
    """Neither vault, nor name, nor any address of the person is in it."""
    text = json.dumps(a_receipt(scope=Scope.ALL))
    for word in ("vault-of-alice", "Alice", "alice", "@maison"):
        assert word not in text.replace("alice.mesinfos.example", "")


@pytest.mark.parametrize(
    ("event", "by_merchant", "who", "status"),
    [
        (Event.UPDATED, False, "urn:uuid:7e0b3f52", "dpv:RenewedConsentGiven"),
        (Event.WITHDRAWN, False, "urn:uuid:7e0b3f52", "dpv:ConsentWithdrawn"),
        (Event.WITHDRAWN, True, "https://acme.example/", "dpv:ConsentRevoked"),
        (Event.EXPIRED, False, "https://alice.mesinfos.example/", "dpv:ConsentExpired"),
        (Event.REFUSED, False, "urn:uuid:7e0b3f52", "dpv:ConsentRefused"),
    ],
)
def test_events_follow_each_other(event, by_merchant, who, status) -> None:
    """Each receipt tells the whole life of the consent, and who did what."""
    *_, last = a_receipt([*GIVEN, Happened(event, NOW, by_merchant)])["dpv:hasRecordOfActivity"]["dpv:hasConsentStatus"]
    assert last["dpv:isIndicatedBy"]["id"].startswith(who)
    assert status in last["type"]


@pytest.mark.parametrize("changes", [{}, WIDE])
def test_a_receipt_expands_to_rdf(changes) -> None:
    """As JSON-LD it is a graph: nothing is lost for want of a definition, and every event is a node of its own."""
    jsonld = pytest.importorskip("pyld.jsonld", reason="PyLD is not installed; it is no dependency of MesInfos")
    quads = jsonld.to_rdf(
        a_receipt([*GIVEN, Happened(Event.WITHDRAWN, NOW)], **changes), {"format": "application/n-quads"}
    )
    assert "<https://w3id.org/dpv#ConsentWithdrawn>" in quads
    assert "<https://w3id.org/dpv#hasConsentStatus>" in quads
    assert "<https://mesinfos.org/ns#grantId>" in quads
    assert '"2027-02-20"^^<http://www.w3.org/2001/XMLSchema#date>' in quads


def test_a_signed_receipt_verifies_offline() -> None:
    """The file alone proves that every signer it names signed it; the fingerprint says which instance."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        file = sign(a_receipt(), [INSTANCE, PERSON])
        proved = verify(file, thumbprint(INSTANCE.public))
    assert proved.receipt == a_receipt()
    assert proved.signers == PLACE.signers
    with pytest.raises(Tampered, match="another instance"):
        verify(file, thumbprint(STRANGER.public))


def test_signatures_are_detached_and_name_their_key() -> None:
    """The compact form of RFC 7515, appendix F: nothing between the two points."""
    for one, key in zip(
        json.loads(sign(a_receipt(), [INSTANCE, PERSON]))["signatures"], (INSTANCE, PERSON), strict=True
    ):
        header, payload, signature = one.split(".")
        assert payload == ""
        assert header
        assert len(signature) == 86
        assert key.public


def damages(file: dict) -> dict[str, dict]:
    """What somebody might do to a file."""
    other = json.loads(sign(a_receipt(), [STRANGER]))
    return {
        "fields": file | {"receipt": file["receipt"] | {"mi:event": "consent.expired"}},
        "one signature gone": file | {"signatures": file["signatures"][:1]},
        "no signature": file | {"signatures": []},
        "a stranger's too": file
        | {
            "signatures": file["signatures"] + other["signatures"],
            "keys": file["keys"] + other["keys"],
        },
        "a stranger's key under our name": file
        | {"keys": [one | {"x": other["keys"][0]["x"]} for one in file["keys"]]},
        "no keys": file | {"keys": []},
        "nobody named": file | {"receipt": {k: v for k, v in file["receipt"].items() if k != "mi:signers"}},
        "a number too large": file | {"receipt": file["receipt"] | {"n": 2**70}},
    }


@pytest.mark.parametrize("name", list(damages(json.loads(sign(a_receipt(), [INSTANCE, PERSON])))))
def test_a_changed_file_is_refused(name) -> None:
    """Whatever is changed, added or taken away, one of the signatures no longer holds."""
    file = damages(json.loads(sign(a_receipt(), [INSTANCE, PERSON])))[name]
    with pytest.raises(Tampered):
        verify(json.dumps(file).encode())


@pytest.mark.parametrize("header", [b'{"alg":"none"}', b'{"alg":"HS256"}', b"{}", b"["])
def test_no_other_algorithm_is_taken(header) -> None:
    """A signature cannot choose to be weaker."""
    file = json.loads(sign(a_receipt(), [INSTANCE, PERSON]))
    encoded = "".join(__import__("base64").urlsafe_b64encode(header).decode().split("="))
    file["signatures"][0] = f"{encoded}..{file['signatures'][0].split('.')[2]}"
    with pytest.raises((Tampered, InvalidInput)):
        verify(json.dumps(file).encode())


@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.text(max_size=5), st.lists).map(lambda x: json.dumps(x).encode())
)
def test_what_is_no_receipt_is_said_to_be_none(data) -> None:
    """Any other file is refused in a sentence."""
    with pytest.raises(InvalidInput):
        verify(data)


def test_a_nested_bomb_is_refused() -> None:
    """Depth and size end in a sentence too."""
    for data in (b"[" * 100_000, b'{"format":"' + b"x" * (2 << 20) + b'"}'):
        with pytest.raises(InvalidInput):
            verify(data)


def test_the_canonical_bytes_are_pinned() -> None:
    """Order of members and form of texts do not matter; the bytes that are signed are those of RFC 8785."""
    assert (
        canonical({"b": "é", "a": ["1", {"d": True, "c": None}]}) == '{"a":["1",{"c":null,"d":true}],"b":"é"}'.encode()
    )
    moved = dict(reversed(list(a_receipt().items())))
    assert canonical(moved) == canonical(a_receipt())


def test_instants_are_utc_to_the_second() -> None:
    """As xsd:dateTime."""
    made = a_receipt([Happened(Event.GIVEN, datetime(2026, 11, 22, 18, 0, 0, 999, tzinfo=UTC))])
    assert made["dct:created"] == {"@value": "2026-11-22T18:00:00Z", "type": "xsd:dateTime"}
