"""A merchant with a real web server for its document, keys of its own, and the whole flow by HTTP.

with Merchant(served) as acme:
    tokens = acme.consented(browser)        # PAR, the person's page, the code, the tokens
    acme.read(tokens["access_token"])
"""

import json
import time
from base64 import urlsafe_b64encode
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from mesinfos.consent.details import DEPOSIT, READ
from mesinfos.outbound import Reach
from mesinfos.settings import Settings
from mesinfos.vault.instance import Instance
from tests.servers.dovecot import free_port
from tests.servers.web import WebServer
from tests.web.served import Browser, Served
from web.api.oauth.authority import Authority

JSON = {"Content-Type": "application/json"}
PURPOSES = ["https://w3id.org/dpv#PersonalisedBenefits", "https://w3id.org/dpv#DirectMarketing"]
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Registry(JWSRegistry):
    """Signs with what the profile allows, without a word about names."""

    max_header_length = 4_000

    def get_alg(self, name):
        """Any algorithm that joserfc has."""
        return self.algorithms[name]


REGISTRY = Registry(strict_check_header=False)


def a_right(**changed: Any) -> dict[str, Any]:
    """What Acme asks: months, brackets and sectors everywhere, for offers, ninety days."""
    return {
        "type": READ,
        "actions": ["read"],
        "datatypes": ["order"],
        "fields": ["order.bracket", "order.month", "order.status", "sector"],
        "selection": {"merchants": "all", "since": "2024-01-01"},
        "purposes": PURPOSES,
        "access_duration": "P90D",
    } | changed


def a_deposit(**changed: Any) -> dict[str, Any]:
    """What Acme offers to give back."""
    what = {"type": DEPOSIT, "actions": ["deposit"], "datatypes": ["orders", "warranties"]}
    return what | {"purposes": PURPOSES, "access_duration": "P90D"} | changed


def signed(claims: dict[str, Any], key: Key, alg: str = "ES256", **header: Any) -> str:
    """A JWT."""
    return jwt.encode({"alg": alg} | header, claims, key, registry=REGISTRY, default_type=None)


def hashed(text: str) -> str:
    """SHA-256 in base64url: ath, S256."""
    return urlsafe_b64encode(sha256(text.encode()).digest()).decode().rstrip("=")


def new_key(kind: str = "EC") -> Key:
    """A key of a merchant's program."""
    made = {"EC": lambda: ECKey.generate_key("P-256"), "OKP": lambda: OKPKey.generate_key("Ed25519")}
    return made.get(kind, lambda: RSAKey.generate_key(2048))()


class Merchant:
    """Acme, as it is on the web: its document at https-like `http://www.acme.example:PORT/client.json` on loopback."""

    def __init__(
        self, served: Served, host: str = "www.acme.example", key: Key | None = None, alg: str = "ES256"
    ) -> None:
        self.served = served
        self.key, self.alg = key or new_key(), alg
        self.dpop_key: Key = new_key()
        self.web = WebServer()
        self.client_id = f"http://{host}:{self.web.port}/client.json"
        self.redirect_uri = f"http://{host}:{self.web.port}/back?from=mesinfos"
        self.document: dict[str, Any] = {
            "client_id": self.client_id,
            "client_name": "Acme & Sons",
            "redirect_uris": [self.redirect_uri],
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks": {"keys": [self.key.as_dict(private=False, kid="1")]},
        }
        self.publish()
        self.http = httpx.Client(base_url=served.url, trust_env=False, timeout=30)
        self.verifier = token_urlsafe(40)

    def __enter__(self) -> Self:
        self.web.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.web.__exit__()
        self.http.close()

    def publish(self, **changed: Any) -> None:
        """Put the document, with changes, where it belongs; None takes a member away."""
        self.document |= changed
        kept = {name: value for name, value in self.document.items() if value is not None}
        self.web.pages["/client.json"] = (200, JSON, json.dumps(kept).encode())

    def forget(self) -> None:
        """Have the server fetch documents anew."""
        self.served.app.state.authority.clients._known.clear()

    def assertion(self, **changed: Any) -> str:
        """Who speaks (RFC 7523)."""
        now = int(time.time())
        claims = {"iss": self.client_id, "sub": self.client_id, "aud": self.served.url, "jti": token_urlsafe(16)}
        claims |= {"iat": now, "exp": now + 60} | changed
        return signed({name: value for name, value in claims.items() if value is not None}, self.key, self.alg, kid="1")

    def proof(self, method: str, path: str, token: str = "", *, key: Key | None = None, **changed: Any) -> str:
        """A proof of possession (RFC 9449)."""
        signing = key or self.dpop_key
        claims: dict[str, Any] = {"jti": token_urlsafe(16), "htm": method, "htu": self.served.url + path}
        claims |= {"iat": int(time.time())} | ({"ath": hashed(token)} if token else {}) | changed
        header = {"typ": "dpop+jwt", "jwk": signing.as_dict(private=False)}
        alg = {"EC": "ES256", "OKP": "EdDSA", "RSA": "PS256"}[signing.key_type]
        return signed({name: value for name, value in claims.items() if value is not None}, signing, alg, **header)

    def request(self, *rights: dict[str, Any], **changed: Any) -> dict[str, Any]:
        """The form of a pushed request; None takes a parameter away."""
        form = {
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "code_challenge": hashed(self.verifier),
            "code_challenge_method": "S256",
            "state": "s1",
            "authorization_details": json.dumps(list(rights) or [a_right()]),
            "grant_management_action": "create",
        }
        return {name: value for name, value in (form | changed).items() if value is not None}

    def post(self, path: str, form: dict[str, Any], proof: str | None = "", **headers: str) -> httpx.Response:
        """One call with an assertion, and a proof unless it is None."""
        who = {"client_id": self.client_id, "client_assertion_type": ASSERTION, "client_assertion": self.assertion()}
        shown = {} if proof is None else {"DPoP": proof or self.proof("POST", path)}
        return self.http.post(path, data=who | form, headers=shown | headers)

    def push(self, *rights: dict[str, Any], **changed: Any) -> httpx.Response:
        """A pushed request."""
        return self.post("/api/oauth/par", self.request(*rights, **changed))

    def asks(self, browser: Browser, *rights: dict[str, Any], **changed: Any) -> httpx.Response:
        """The person's page."""
        pushed = self.push(*rights, **changed)
        assert pushed.status_code == 201, pushed.text
        return browser.get(
            "/authorize", params={"client_id": self.client_id, "request_uri": pushed.json()["request_uri"]}
        )

    def answered(
        self, browser: Browser, page: httpx.Response, answer: str = "accept", **changed: Any
    ) -> httpx.Response:
        """The person's answer, on the first form of the page."""
        return browser.post("/authorize", data=form_of(page) | changed | {"answer": answer}, follow_redirects=False)

    def code(self, browser: Browser, *rights: dict[str, Any], **changed: Any) -> str:
        """The code that an accepted request gives."""
        led = self.answered(browser, self.asks(browser, *rights, **changed))
        assert led.status_code == 303, led.text
        return told(led)["code"]

    def redeem(self, code: str, proof: str | None = "", **changed: Any) -> httpx.Response:
        """The token request."""
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": self.verifier} | changed
        return self.post("/api/oauth/token", {name: value for name, value in form.items() if value is not None}, proof)

    def renew(self, refresh: str, proof: str | None = "") -> httpx.Response:
        """The next access token."""
        return self.post("/api/oauth/token", {"grant_type": "refresh_token", "refresh_token": refresh}, proof)

    def consented(self, browser: Browser, *rights: dict[str, Any], **changed: Any) -> dict[str, Any]:
        """The whole way to tokens."""
        answer = self.redeem(self.code(browser, *rights, **changed))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def read(
        self, token: str, path: str = "/api/v1/disclosures", proof: str = "", method: str = "GET"
    ) -> httpx.Response:
        """A call at the resource."""
        shown = proof or self.proof(method, path.partition("?")[0], token)
        return self.http.request(method, path, headers={"Authorization": f"DPoP {token}", "DPoP": shown})


def form_of(page: httpx.Response, number: int = 0) -> dict[str, Any]:
    """The hidden values of a page's form in its main part, as a browser sends them."""
    text = page.text.split("<main", 1)[1].split("<form")[number + 1].split("</form>")[0]
    values: dict[str, list[str]] = {}
    for part in text.split('<input type="hidden" ')[1:]:
        name = part.split('name="', 1)[1].split('"', 1)[0]
        values.setdefault(name, []).append(part.split('value="', 1)[1].split('"', 1)[0].replace("&amp;", "&"))
    return dict(values)


def told(answer: httpx.Response) -> dict[str, str]:
    """What a redirection says to the merchant."""
    query = urlsplit(answer.headers["location"]).query
    return {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}


def serve(instance: Instance, hosts: str = "www.acme.example,zeta.example,acme.example") -> Served:
    """The instance under an address of its own, with a resolver that finds merchants on loopback."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = Settings(**instance.settings.model_dump() | {"base_url": url, "outbound_hosts": hosts})
    served = Served(Instance(settings, instance.database, instance.key, instance.pins), port=port)
    made = Authority(served.instance)
    made.clients.reach = Reach(hosts, 3.0, lambda *_: ["127.0.0.1"])
    served.app.state.authority = made
    return served
