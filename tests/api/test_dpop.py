"""Proofs of possession at the resource, and what this server says of itself."""

import time

import httpx
import pytest

from mesinfos.consent.details import READ
from tests.api.merchant import a_right, new_key, signed

PATH = "/api/v1/disclosures"


@pytest.fixture(scope="module")
def token(asked):
    """An access token of Acme's."""
    return asked.acme.consented(asked.browser)["access_token"]


@pytest.mark.parametrize(
    "changed",
    [
        {"htm": "POST"},
        {"htm": "get"},
        {"htu": "https://other.example/api/v1/disclosures"},
        {"htu": None},
        {"ath": None},
        {"ath": "x" * 43},
        {"jti": None},
        {"jti": ""},
        {"jti": "x" * 300},
        {"jti": 7},
        {"iat": None},
        {"iat": "now"},
        {"iat": True},
    ],
)
def test_a_proof_is_for_this_request(asked, token, changed):
    """RFC 9449 §4.3: method, address, token, moment and id of a proof are all checked."""
    answer = asked.acme.read(token, proof=asked.acme.proof("GET", PATH, token, **changed))
    assert answer.status_code == 401
    assert 'error="invalid_dpop_proof"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize(("ahead", "status"), [(-50, 200), (-70, 401), (8, 200), (20, 401), (-3600, 401)])
def test_a_proof_is_a_minute_old_at_most(asked, token, ahead, status):
    """Older than a minute, or more than ten seconds ahead, is refused."""
    proof = asked.acme.proof("GET", PATH, token, iat=int(time.time()) + ahead)
    assert asked.acme.read(token, proof=proof).status_code == status


def test_an_address_may_be_written_otherwise(asked, token):
    """Query and fragment do not count, nor the host's case (RFC 9449 §4.3, RFC 3986 §6.2)."""
    other = asked.served.url.replace("http", "HTTP") + PATH + "?after=9#x"
    assert asked.acme.read(token, proof=asked.acme.proof("GET", PATH, token, htu=other)).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "JWT"},
        {"alg": "none"},
        {"jwk": None},
        {"jwk": {"kty": "oct", "k": "c2VjcmV0"}},
        {"kid": "1"},
        {"crit": ["b64"], "b64": False},
    ],
)
def test_a_proofs_header_is_of_one_form(asked, token, header):
    """typ, alg and a public jwk, and nothing else; never `none`."""
    key = asked.acme.dpop_key
    claims = {"jti": "x1", "htm": "GET", "htu": asked.served.url + PATH, "iat": int(time.time())}
    made = {"typ": "dpop+jwt", "jwk": key.as_dict(private=False)} | header
    alg = made.pop("alg", "ES256")
    proof = signed(claims, key, alg, **{name: value for name, value in made.items() if value is not None})
    assert asked.acme.read(token, proof=proof).status_code == 401


def test_a_private_key_in_a_proof_is_refused(asked, token):
    """Whoever shows its private key has lost it."""
    key = new_key()
    claims = {"jti": "x2", "htm": "GET", "htu": asked.served.url + PATH, "iat": int(time.time())}
    proof = signed(claims, key, typ="dpop+jwt", jwk=key.as_dict(private=True))
    assert asked.acme.read(token, proof=proof).status_code == 401


def test_one_proof_in_one_header(asked, token):
    """No proof, two proofs, or a proof that is no JWT: refused before anything is looked up."""
    two = [("Authorization", f"DPoP {token}")] + [("DPoP", asked.acme.proof("GET", PATH, token))] * 2
    for headers in (
        two,
        two[:1],
        [*two[:1], ("DPoP", "x")],
        [*two[:1], ("DPoP", "é" * 9)],
        [*two[:1], ("DPoP", "." * 9000)],
    ):
        shown = [(name, value.encode()) for name, value in headers]
        assert asked.acme.http.get(PATH, headers=shown).status_code == 401


def test_what_is_refused_says_who_gives_access(asked):
    """RFC 9728 §5.1: the challenge leads to the metadata, and these to the authorization server and all it offers."""
    answer = httpx.get(asked.served.url + PATH)
    assert answer.status_code == 401
    place = f"{asked.served.url}/.well-known/oauth-protected-resource"
    assert answer.headers["www-authenticate"].count(f'resource_metadata="{place}"') == 2
    resource = httpx.get(place).json()
    assert resource["resource"] == f"{asked.served.url}/api/v1"
    assert httpx.get(f"{place}/api/v1").json() == resource
    (issuer,) = resource["authorization_servers"]
    server = httpx.get(f"{issuer}/.well-known/oauth-authorization-server").json()
    assert server["issuer"] == issuer
    assert server["authorization_endpoint"] == f"{issuer}/authorize"
    assert server["authorization_details_types_supported"] == resource["authorization_details_types_supported"]


def test_the_metadata_promise_one_flow(asked):
    """RFC 8414: PAR required, S256, private_key_jwt, DPoP and iss; one response type, two grant types, nothing more."""
    server = httpx.get(f"{asked.served.url}/.well-known/oauth-authorization-server").json()
    assert server["require_pushed_authorization_requests"] is True
    assert server["authorization_response_iss_parameter_supported"] is True
    assert server["client_id_metadata_document_supported"] is True
    assert server["response_types_supported"] == ["code"]
    assert server["grant_types_supported"] == ["authorization_code", "refresh_token"]
    assert server["code_challenge_methods_supported"] == ["S256"]
    assert server["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert not {"none", "RS256", "HS256"} & set(server["dpop_signing_alg_values_supported"])


@pytest.mark.parametrize(
    "kind", ["password", "client_credentials", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer"]
)
def test_no_other_grant_type_exists(asked, kind):
    """FAPI 2.0 5.3.2.1: password, client credentials and all others are refused."""
    form = {"grant_type": kind, "username": "alice", "password": "x", "code": "x"}
    assert asked.acme.post("/api/oauth/token", form).json()["error"] == "unsupported_grant_type"


def test_tokens_are_bound_or_not_given(asked):
    """FAPI 2.0 5.3.2.1: without a proof there is no token, only an error; and the code is still good."""
    code = asked.acme.code(asked.browser)
    assert asked.acme.redeem(code, None).json()["error"] == "invalid_dpop_proof"
    assert asked.acme.redeem(code, "nonsense").json()["error"] == "invalid_dpop_proof"
    wrong = asked.acme.proof("POST", "/api/oauth/par")
    assert asked.acme.redeem(code, wrong).json()["error"] == "invalid_dpop_proof"
    twice = asked.acme.proof("POST", "/api/oauth/token")
    assert asked.acme.redeem("mesinfos-" + "A" * 43, twice).json()["error"] == "invalid_grant"
    assert asked.acme.redeem(code, twice).json()["error"] == "invalid_dpop_proof"
    assert asked.acme.redeem(code).status_code == 200


def test_a_rights_schema_is_published(asked):
    """The JSON Schema of each type accepts what is accepted, and closes every object."""
    server = httpx.get(f"{asked.served.url}/.well-known/oauth-authorization-server").json()
    for kind in server["authorization_details_types_supported"]:
        answer = httpx.get(f"{asked.served.url}/api{kind.removeprefix('https://mesinfos.org')}")
        assert answer.headers["content-type"] == "application/schema+json"
        assert answer.json()["$id"] == kind
        assert answer.json()["additionalProperties"] is False
    schema = httpx.get(f"{asked.served.url}/api{READ.removeprefix('https://mesinfos.org')}").json()
    assert set(schema["required"]) <= a_right().keys() <= schema["properties"].keys()
    assert schema["properties"]["type"]["const"] == READ
    assert all(part.get("additionalProperties") is False for part in schema["$defs"].values() if "properties" in part)
    assert httpx.get(f"{asked.served.url}/api/rar/orders/v1").status_code == 404
