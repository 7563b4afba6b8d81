"""What the example's client believes, and what it does not."""

import json
import stat
import time
from pathlib import Path

import pytest
from joserfc import jws, jwt

from examples.merchant.client import Client, Refused
from examples.merchant.keys import Keys, assertion, hashed, jwks, load_keys, proof
from tests.servers.web import WebServer

JSON = {"Content-Type": "application/json"}
RESOURCE, SERVER = "/.well-known/oauth-protected-resource/api/v1", "/.well-known/oauth-authorization-server"
ENDPOINTS = ("authorization", "token", "pushed_authorization_request", "grant_management")


@pytest.fixture
def keys(tmp_path) -> Keys:
    """The shop's."""
    return load_keys(tmp_path)


@pytest.fixture
def instance():
    """A server that says of itself what a test has it say."""
    with WebServer() as server:
        tell(server)
        yield server


def tell(server: WebServer, **changed: object) -> None:
    """Publish sound metadata with some members changed."""
    offers = {f"{name}_endpoint": f"{server.url}/{name}" for name in ENDPOINTS}
    offers |= {"issuer": server.url, "jwks_uri": f"{server.url}/keys"}
    about = {"resource": f"{server.url}/api/v1", "authorization_servers": [server.url]}
    for path, told in ((RESOURCE, about), (SERVER, offers)):
        told |= {name: value for name, value in changed.items() if name in told}
        server.pages[path] = (200, JSON, json.dumps(told).encode())


def test_keys_are_made_once_and_are_nobody_elses(tmp_path):
    """The second start finds the same two keys, in a file that only the shop may read; only a public one is shown."""
    first, second = load_keys(tmp_path), load_keys(tmp_path)
    assert first.client.thumbprint() == second.client.thumbprint() != first.dpop.thumbprint()
    assert stat.S_IMODE(Path(tmp_path, "keys.json").stat().st_mode) == 0o600
    assert [key["kid"] for key in jwks(first)["keys"]] == [first.client.thumbprint()]
    assert "d" not in jwks(first)["keys"][0]


def test_an_assertion_is_for_one_server_one_minute_and_once(keys):
    """`aud` is the issuer as one string; no two assertions have the same id."""
    first, second = (jwt.decode(assertion(keys, "https://a/b", "https://i"), keys.client).claims for _ in range(2))
    assert first["iss"] == first["sub"] == "https://a/b"
    assert first["aud"] == "https://i"
    assert 0 < first["exp"] - time.time() <= 60
    assert first["jti"] != second["jti"]


def test_a_proof_names_method_address_and_token(keys):
    """`htu` is without its query, `ath` the token's hash, and the header shows the public key alone."""
    made = proof(keys, "GET", "https://i/api/v1/disclosures?after=3", "token")
    found = jws.extract_compact(made.encode(), registry=jws.JWSRegistry(strict_check_header=False))
    claims = json.loads(found.payload)
    assert (claims["htm"], claims["htu"]) == ("GET", "https://i/api/v1/disclosures")
    assert claims["ath"] == hashed("token")
    assert found.headers()["typ"] == "dpop+jwt"
    assert set(found.headers()["jwk"]) == {"kty", "crv", "x", "y"}


def test_an_instance_that_speaks_for_itself_is_found(keys, instance):
    """With slash or without; every endpoint lies on it."""
    client = Client("http://localhost:1", keys, local=True)
    assert client.discover(f"{instance.url}/") == client.discover(instance.url)
    assert client.discover(instance.url).par == f"{instance.url}/pushed_authorization_request"


@pytest.mark.parametrize(
    "changed",
    [
        {"resource": "https://other.example/api/v1"},
        {"authorization_servers": ["https://other.example"]},
        {"authorization_servers": []},
        {"issuer": "https://other.example"},
        {"token_endpoint": "https://other.example/token"},
        {"jwks_uri": "https://other.example/keys"},
        {"pushed_authorization_request_endpoint": ""},
    ],
)
def test_metadata_that_lead_elsewhere_are_refused(keys, instance, changed):
    """A server that names another resource, issuer or endpoint could have our code sent to somebody else."""
    tell(instance, **changed)
    with pytest.raises(Refused, match="another"):
        Client("http://localhost:1", keys, local=True).discover(instance.url)


@pytest.mark.parametrize(
    "address",
    [
        *("http://127.0.0.1:8000", "https://127.0.0.1", "https://localhost", "https://[::1]", "https://10.0.0.8"),
        *("https://192.168.1.1", "https://169.254.169.254", "file:///etc/passwd", "https://me@example.org", ""),
        *("https://no-such-host.invalid", "https://8.8.8.8/?a=b"),
    ],
)
def test_a_shop_on_the_internet_asks_no_private_address(keys, address):
    """What a visitor types must not make the shop ask its own network."""
    with pytest.raises(Refused, match="invalid_address"):
        Client("https://shop.example", keys).discover(address)


def test_a_nonce_that_is_asked_for_is_given(keys, instance):
    """A server that answers with a DPoP-Nonce gets the same request again, once, with the nonce in its proof."""
    instance.pages["/token"] = (400, JSON | {"DPoP-Nonce": "n-1"}, b'{"error": "use_dpop_nonce"}')
    client = Client("http://localhost:1", keys, local=True)
    server = client.discover(instance.url)
    with pytest.raises(Refused, match="use_dpop_nonce"):
        client._post(server, server.token, {"grant_type": "refresh_token"})
    proofs = [one.headers["DPoP"] for one in instance.requests if one.method == "POST"]
    claims = [json.loads(jws.extract_compact(one.encode(), registry=_LOOSE).payload) for one in proofs]
    assert [one.get("nonce") for one in claims] == [None, "n-1"]


def test_an_answer_of_another_issuer_or_state_is_not_taken(keys, instance):
    """Mix-up and forged answers end before anything is sent with the code."""
    client = Client("http://localhost:1", keys, local=True)
    server = client.discover(instance.url)
    instance.pages["/pushed_authorization_request"] = (201, JSON, b'{"request_uri": "urn:x", "expires_in": 60}')
    asked = client.ask(server, [])
    before = len(instance.requests)
    sound = {"iss": server.issuer, "state": asked.state, "code": "c"}
    for wrong in ({"iss": "https://other.example"}, {"iss": ""}, {"state": "x"}, {"state": ""}):
        with pytest.raises(Refused, match="another request"):
            client.redeem(asked, sound | wrong)
    assert len(instance.requests) == before


def test_a_token_that_is_not_bound_is_not_taken(keys, instance):
    """`token_type` Bearer from an authorization server is refused: it would open without our key."""
    client = Client("http://localhost:1", keys, local=True)
    instance.pages["/pushed_authorization_request"] = (201, JSON, b'{"request_uri": "urn:x", "expires_in": 60}')
    told = {"access_token": "a", "token_type": "Bearer", "grant_id": "g", "authorization_details": []}
    instance.pages["/token"] = (200, JSON, json.dumps(told).encode())
    asked = client.ask(client.discover(instance.url), [])
    with pytest.raises(Refused, match="not bound"):
        client.redeem(asked, {"iss": instance.url, "state": asked.state, "code": "c"})


_LOOSE = jws.JWSRegistry(strict_check_header=False)
