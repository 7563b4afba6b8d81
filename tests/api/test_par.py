"""The pushed request: who may push, what may be asked, and that anything else is refused before a person sees it."""

import json
import time

import pytest

from tests.api.merchant import a_deposit, a_right, hashed, new_key
from tests.campaign.a7 import mutations
from web.api.credential import Strangers
from web.api.oauth.clients import MOST_KEYS
from web.api.oauth.jose import RSA_BITS


@pytest.fixture(autouse=True)
def _no_strangers_yet(asked):
    """Each test starts with nobody having tried."""
    asked.served.app.state.authority.strangers = Strangers()


def error(answer) -> str:
    """The code of a refusal."""
    assert answer.status_code in {400, 401}, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()["error"]


def test_a_request_is_kept_for_five_minutes(asked):
    """201 with a handle that says nothing, good for less than 600 seconds (FAPI 2.0 5.3.2.2)."""
    answer = asked.acme.push()
    assert answer.status_code == 201
    assert answer.json()["expires_in"] == 300
    assert answer.json()["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
    assert asked.acme.push().json()["request_uri"] != answer.json()["request_uri"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"request": "eyJhbGciOiJub25lIn0.e30."}, "request_not_supported"),
        ({"request_uri": "urn:ietf:params:oauth:request_uri:x"}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"scope": "openid"}, "invalid_scope"),
        ({"state": "x" * 513}, "invalid_request"),
        ({"state": "a\r\nX: b"}, "invalid_request"),
        ({"grant_management_action": "replace"}, "invalid_request"),
        ({"grant_management_action": "merge", "grant_id": "a" * 26}, "invalid_request"),
        ({"resource": "https://other.example/"}, "invalid_target"),
        ({"dpop_jkt": "short"}, "invalid_request"),
        ({"dpop_jkt": hashed("another key")}, "invalid_dpop_proof"),
        ({"authorization_details": None}, "invalid_authorization_details"),
        ({"authorization_details": "{}"}, "invalid_authorization_details"),
        ({"authorization_details": "[]"}, "invalid_authorization_details"),
        ({"authorization_details": "not json"}, "invalid_authorization_details"),
    ],
)
def test_nothing_but_the_one_flow(asked, changed, code):
    """No implicit or hybrid flow, no request object, no plain PKCE, no other resource; the codes are the RFCs'."""
    assert error(asked.acme.push(**changed)) == code


@pytest.mark.parametrize(
    "right",
    [
        a_right(type="https://mesinfos.org/rar/read/v2"),
        a_right(type="orders"),
        a_right(everything=True),
        a_right(selection={"merchants": "all", "sence": "2024-01-01"}),
        a_right(actions=["read", "write"]),
        a_right(actions=[]),
        a_right(fields=["order.number"]),
        a_right(fields=[]),
        a_right(fields=["order.date", "order.month"]),
        a_right(datatypes=["order", "message"]),
        a_right(datatypes=[]),
        a_right(purposes=["https://w3id.org/dpv#SellDataToThirdParties"]),
        a_right(purposes=["https://w3id.org/dpv#DirectMarketing"]),
        a_right(purposes="https://w3id.org/dpv#DirectMarketing"),
        a_right(access_duration="P4Y"),
        a_right(access_duration="P1097D"),
        a_right(access_duration="P0D"),
        a_right(access_duration=90),
        a_right(volume="10"),
        a_right(volume=0),
        a_right(locations=["https://other.example/api/v1"]),
        a_right(selection={"merchants": ["not a domain"]}),
        a_right(selection={"merchants": []}),
        a_right(selection={"since": 1700000000}),
        a_right(sensitive=["everything"]),
        a_right(terms="MY-TERMS"),
        a_right(notice={"uri": "http://acme.example/notice"}),
        {name: value for name, value in a_right().items() if name != "purposes"},
        a_deposit(datatypes=["secrets"]),
    ],
)
def test_rights_are_what_their_schema_says(asked, right):
    """RFC 9396 §5: an unknown type, an unknown, missing or malformed member is refused, never passed over."""
    assert error(asked.acme.push(right)) == "invalid_authorization_details"


def test_rights_are_one_of_each_and_agree(asked):
    """Two of a type, or two with other purposes or durations, would be two consents."""
    assert error(asked.acme.push(a_right(), a_right())) == "invalid_authorization_details"
    assert error(asked.acme.push(a_right(), a_deposit(access_duration="P30D"))) == "invalid_authorization_details"
    assert asked.acme.push(a_right(), a_deposit()).status_code == 201


def test_a_redirect_uri_is_one_of_the_clients_to_the_byte(asked):
    """A7: sixty mutations of the client's own address are refused."""
    for changed in mutations(asked.acme.redirect_uri):
        assert error(asked.acme.push(redirect_uri=changed)) == "invalid_request", changed


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "https://other.example"},
        {"aud": None},
        {"aud": ["{issuer}"]},
        {"aud": "{issuer}/api/oauth/token"},
        {"iss": "https://other.example/client.json"},
        {"sub": "https://other.example/client.json"},
        {"jti": None},
        {"exp": 1_700_000_000},
        {"exp": 9_999_999_999},
        {"exp": None},
        {"iat": 9_999_999_999},
        {"nbf": 9_999_999_999},
    ],
)
def test_an_assertion_is_for_this_server_and_now(asked, changed):
    """private_key_jwt: aud is the issuer as one string, and the assertion young, unused and the client's own."""
    issuer = asked.served.url
    said = json.loads(json.dumps(changed).replace("{issuer}", issuer))
    answer = asked.acme.post(
        "/api/oauth/par", asked.acme.request() | {"client_assertion": asked.acme.assertion(**said)}
    )
    assert error(answer) == "invalid_client"


def test_clocks_may_differ_by_ten_seconds(asked):
    """FAPI 2.0 5.3.2.1: iat and nbf up to ten seconds ahead are accepted, more than sixty are not."""
    for ahead, status in ((8, 201), (70, 401)):
        now = int(time.time()) + ahead
        said = asked.acme.assertion(iat=now, nbf=now)
        assert (
            asked.acme.post("/api/oauth/par", asked.acme.request() | {"client_assertion": said}).status_code == status
        )


def test_an_assertion_works_once(asked):
    """Seen again, it proves nothing."""
    said = {"client_assertion": asked.acme.assertion()}
    assert asked.acme.post("/api/oauth/par", asked.acme.request() | said).status_code == 201
    assert error(asked.acme.post("/api/oauth/par", asked.acme.request() | said)) == "invalid_client"


def test_no_other_way_to_prove_oneself(asked):
    """No secret, no Basic, no unsigned assertion, no assertion at all."""
    acme = asked.acme
    none = "eyJhbGciOiJub25lIn0." + acme.assertion().split(".")[1] + "."
    for form in (
        {"client_secret": "x"},
        {"client_assertion": none},
        {"client_assertion": ""},
        {"client_assertion_type": "x"},
    ):
        assert error(acme.post("/api/oauth/par", acme.request() | form)) == "invalid_client"
    answer = acme.post("/api/oauth/par", acme.request(), "", Authorization="Basic QWNtZTp4")
    assert error(answer) == "invalid_client"


@pytest.mark.parametrize(("kind", "alg"), [("OKP", "EdDSA"), ("OKP", "Ed25519"), ("RSA", "PS256")])
def test_each_algorithm_of_the_profile_signs(asked, kind, alg):
    """FAPI 2.0 5.4.1: ES256, Ed25519 and PS256 for assertions and for proofs."""
    acme = asked.acme
    before = acme.key, acme.alg, acme.dpop_key
    try:
        acme.key, acme.alg, acme.dpop_key = new_key(kind), alg, new_key(kind)
        acme.publish(jwks={"keys": [acme.key.as_dict(private=False, kid="1")]})
        acme.forget()
        assert acme.push().status_code == 201
    finally:
        acme.key, acme.alg, acme.dpop_key = before
        acme.publish(jwks={"keys": [acme.key.as_dict(private=False, kid="1")]})
        acme.forget()


def test_parameters_come_once_and_in_a_form(asked):
    """RFC 6749 §3.2: twice the same parameter is refused, and so is any other kind of body."""
    form = [*asked.acme.request().items(), ("state", "other")]
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    twice = "&".join(f"{name}={value}" for name, value in form)
    assert error(asked.acme.http.post("/api/oauth/par", content=twice, headers=headers)) == "invalid_request"
    assert error(asked.acme.http.post("/api/oauth/par", json=asked.acme.request())) == "invalid_request"
    large = asked.acme.http.post("/api/oauth/par", content="a=" + "b" * 70_000, headers=headers)
    assert large.status_code == 413


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "http://www.acme.example/other.json"},
        {"client_secret": "x"},
        {"token_endpoint_auth_method": "client_secret_basic"},
        {"token_endpoint_auth_method": None},
        {"redirect_uris": []},
        {"redirect_uris": None},
        {"redirect_uris": ["http://elsewhere.example/back"]},
        {"redirect_uris": ["https://acme.example/back#fragment"]},
        {"redirect_uris": ["https://acme@evil.example/back"]},
        {"redirect_uris": ["javascript:alert(1)"]},
        {"redirect_uris": "https://acme.example/back"},
        {"jwks": {"keys": []}},
        {"jwks": None},
        {"jwks_uri": "https://acme.example/keys"},
        {"jwks": {"keys": [{"kty": "oct", "k": "AAAA"}] * (MOST_KEYS + 1)}},
        {"jwks": {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}},
        {"response_types": ["token"]},
        {"grant_types": ["client_credentials"]},
        {"client_name": 7},
        {"client_uri": "javascript:alert(1)"},
        {"token_endpoint_auth_signing_alg": "none"},
    ],
)
def test_a_document_that_does_not_fit_is_no_client(asked, changed):
    """The metadata document must be this client's, name https addresses, and hold public keys only."""
    acme, before = asked.acme, dict(asked.acme.document)
    try:
        acme.publish(**changed)
        acme.forget()
        assert error(acme.push()) == "invalid_client"
    finally:
        acme.document = before
        acme.publish()
        acme.forget()


def test_a_failure_to_fetch_is_not_kept(asked):
    """A document that could not be had is asked for again at once; one that was had is not, for a while."""
    acme = asked.acme
    acme.forget()
    page = acme.web.pages.pop("/client.json")
    assert error(acme.push()) == "invalid_client"
    acme.web.pages["/client.json"] = page
    assert acme.push().status_code == 201
    count = len(acme.web.requests)
    assert acme.push().status_code == 201
    assert len(acme.web.requests) == count


def test_a_large_document_is_not_read(asked):
    """More than 32 KB is no document."""
    acme, before = asked.acme, dict(asked.acme.document)
    acme.publish(note="x" * 40_000)
    acme.forget()
    assert error(acme.push()) == "invalid_client"
    acme.document = before
    acme.publish()
    acme.forget()


def test_a_weak_key_is_none():
    """RSA begins at 2048 bits, curves are P-256 and Ed25519."""
    assert RSA_BITS == 2048


def test_who_proves_nothing_too_often_waits(asked, monkeypatch):
    """Thirty assertions a minute that prove nothing, then 429; a client that proves itself is let in all the same."""
    assert asked.acme.push().status_code == 201
    monkeypatch.setattr("web.api.credential.WRONG_TOKENS", 3)
    form = asked.acme.request() | {"client_assertion": "nonsense"}
    seen = [asked.acme.post("/api/oauth/par", form).status_code for _ in range(6)]
    assert seen[-1] == 429
    assert asked.acme.push().status_code == 201
    unknown = asked.acme.request() | {"client_assertion": asked.zeta.assertion(), "client_id": asked.zeta.client_id}
    asked.zeta.forget()
    before = len(asked.zeta.web.requests)
    assert asked.acme.post("/api/oauth/par", unknown).status_code == 429
    assert len(asked.zeta.web.requests) == before
