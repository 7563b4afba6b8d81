"""The whole conversation with an instance of MesInfos, in the order in which it happens.

    discover → ask → (the person decides) → redeem → read, receipts, give → give_back, or the person takes it back

OAuth 2.1 as the FAPI 2.0 Security Profile narrows it. Each step names the section that it follows.
"""

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from socket import getaddrinfo
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import httpx

from examples.merchant.keys import Keys, assertion, hashed, proof

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
EARLY = 30  # seconds before its end in which a token is not used any more


class Refused(Exception):
    """An instance said no; `error` is a code of the RFCs, or the type of a problem document (RFC 9457)."""

    def __init__(self, error: str, description: str = "") -> None:
        super().__init__(f"{error}: {description}")
        self.error, self.description = error, description


class Ended(Exception):
    """The grant is over: taken back, given back, or past its last day. Whatever was read must go."""


class Server(NamedTuple):
    """An instance: the resource (RFC 9728), its authorization server (RFC 8414), and where that server listens."""

    resource: str
    issuer: str
    authorize: str
    par: str
    token: str
    grants: str
    keys: str


class Asked(NamedTuple):
    """A request that waits for its answer: kept with the visitor's session, and used once."""

    server: Server
    state: str
    verifier: str
    url: str


@dataclass
class Granted:
    """What the shop holds of a grant. The tokens are secrets: they open what the person granted."""

    server: Server
    grant_id: str
    subject: str
    details: list[dict[str, Any]]
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    until: float


class Client:
    """This shop, as an OAuth client whose id is the address of its metadata document."""

    def __init__(self, url: str, keys: Keys, *, local: bool = False) -> None:
        self.client_id, self.redirect_uri = f"{url}/mesinfos/client.json", f"{url}/mesinfos/callback"
        self.keys, self.local = keys, local
        # No redirects: an answer that points elsewhere is no answer. No proxies of the environment either.
        self.http = httpx.Client(timeout=20, follow_redirects=False, trust_env=False)
        self._nonces: dict[str, str] = {}

    def discover(self, address: str) -> Server:
        """Read what an instance says of itself; raises Refused when it does not speak for that address."""
        address = self._checked(address)
        place, path = _origin(address), urlsplit(address).path
        resource = f"{address}/api/v1"
        # RFC 9728 §3.1: the well-known part stands between host and path; §3.3: `resource` must be what was asked for.
        about = self._json(f"{place}/.well-known/oauth-protected-resource{path}/api/v1")
        issuer = str((about.get("authorization_servers") or [""])[0])
        if about.get("resource") != resource or _origin(issuer) != place:
            raise Refused("invalid_resource", "The metadata are of another resource.")
        # RFC 8414 §3.1 and §3.3: the same for the authorization server and its `issuer`.
        offers = self._json(f"{place}/.well-known/oauth-authorization-server{urlsplit(issuer).path}")
        names = ("authorization", "pushed_authorization_request", "token", "grant_management")
        places = [str(offers.get(f"{name}_endpoint", "")) for name in names] + [str(offers.get("jwks_uri", ""))]
        if offers.get("issuer") != issuer or {_origin(one) for one in places} != {place}:
            raise Refused("invalid_issuer", "The metadata are of another server.")
        return Server(resource, issuer, *places)

    def ask(self, server: Server, details: list[dict[str, Any]]) -> Asked:
        """Push the request (RFC 9126), and learn where to send the person."""
        state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        form = {
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "state": state,
            "code_challenge": hashed(verifier),  # PKCE, RFC 7636 §4.2
            "code_challenge_method": "S256",
            "authorization_details": json.dumps(details),  # RFC 9396 §2
            "dpop_jkt": self.keys.dpop.thumbprint(),  # binds the code to our key, RFC 9449 §10
            "grant_management_action": "create",
        }
        told = self._post(server, server.par, form)
        # RFC 9126 §4: the browser carries the handle, never the request itself.
        query = {"client_id": self.client_id, "request_uri": told["request_uri"]}
        return Asked(server, state, verifier, f"{server.authorize}?{urlencode(query)}")

    def redeem(self, asked: Asked, answer: Mapping[str, str]) -> Granted:
        """Turn the answer that the browser brought into tokens; raises Refused when the person said no."""
        # RFC 9207 §2.4 against mix-up, RFC 6749 §10.12 against answers that this browser never asked for.
        if answer.get("iss") != asked.server.issuer or not secrets.compare_digest(answer.get("state", ""), asked.state):
            raise Refused("invalid_response", "This answer belongs to another request.")
        if "error" in answer:
            raise Refused(answer["error"], answer.get("error_description", ""))
        form = {"grant_type": "authorization_code", "code": answer.get("code", ""), "code_verifier": asked.verifier}
        told = self._post(asked.server, asked.server.token, form)
        granted = Granted(asked.server, told["grant_id"], told.get("sub", ""), [], "", "", 0.0)
        return self._keep(granted, told)

    def read(self, granted: Granted, after: int) -> dict[str, Any]:
        """A page of disclosures after that number; nothing twice, oldest first. Raises Ended."""
        return self._call("GET", f"{granted.server.resource}/disclosures?after={after}", granted)

    def terms(self, granted: Granted) -> dict[str, Any]:
        """What was granted, and the sentence that the person read. Raises Ended."""
        return self._call("GET", f"{granted.server.resource}/grant", granted)

    def receipts(self, granted: Granted) -> dict[str, Any]:
        """The consent receipts (ISO/IEC TS 27560), and the token that will open the last one. Raises Ended."""
        return self._call("GET", f"{granted.server.resource}/receipts", granted)

    def give(self, granted: Granted, things: list[dict[str, Any]]) -> dict[str, Any]:
        """Give back what is the person's: objects of schema.org, all kept or none. Raises Ended or Refused."""
        return self._call("POST", f"{granted.server.resource}/deposits", granted, things)

    def give_back(self, granted: Granted) -> None:
        """End the grant ourselves (Grant Management for OAuth 2.0 §6.4)."""
        self._call("DELETE", f"{granted.server.grants}/{granted.grant_id}", granted)

    def last_receipt(self, server: Server, closing_token: str) -> dict[str, Any]:
        """After the end nothing opens but this one receipt, for 90 days, with the closing token (RFC 6750 §2.1)."""
        bearer = {"Authorization": f"Bearer {closing_token}"}
        return _read(self.http.get(f"{server.resource}/receipts/closing", headers=bearer))

    def server_keys(self, server: Server) -> list[dict[str, Any]]:
        """The public keys of an instance (RFC 7517 §5): of its receipts and of its webhooks."""
        return list(self._json(server.keys)["keys"])

    def _call(self, method: str, url: str, granted: Granted, body: object = None) -> dict[str, Any]:
        """A request at the resource under its access token (RFC 9449 §7.1), which is fetched anew when it is old."""
        if time.time() > granted.until - EARLY:
            self._renew(granted)
        answer = self._resource(method, url, granted, body)
        if answer.status_code == httpx.codes.UNAUTHORIZED:  # revoked, or our clock is wrong: the refresh token knows
            self._renew(granted)
            answer = self._resource(method, url, granted, body)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            raise Ended
        return _read(answer)

    def _resource(self, method: str, url: str, granted: Granted, body: object) -> httpx.Response:
        def send(nonce: str) -> httpx.Response:
            shown = proof(self.keys, method, url, granted.access, nonce)
            headers = {"Authorization": f"DPoP {granted.access}", "DPoP": shown}
            return self.http.request(method, url, json=body, headers=headers)

        return self._with_nonce(url, send)

    def _renew(self, granted: Granted) -> None:
        """The next access token (RFC 6749 §6); raises Ended when the grant is over."""
        form = {"grant_type": "refresh_token", "refresh_token": granted.refresh}
        try:
            self._keep(granted, self._post(granted.server, granted.server.token, form))
        except Refused as refused:
            if refused.error == "invalid_grant":
                raise Ended from refused
            raise

    def _keep(self, granted: Granted, told: dict[str, Any]) -> Granted:
        if str(told.get("token_type", "")).lower() != "dpop":  # RFC 9449 §5: anything else is not bound to our key
            raise Refused("invalid_token", "The token is not bound to a key.")
        granted.access, granted.refresh = told["access_token"], told.get("refresh_token", granted.refresh)
        granted.until = time.time() + float(told.get("expires_in", 0))
        granted.details = told["authorization_details"]  # as granted: the person may have taken something away
        return granted

    def _post(self, server: Server, url: str, form: dict[str, str]) -> dict[str, Any]:
        """A form to the authorization server, signed by us (private_key_jwt, RFC 7523 §2.2) and with a DPoP proof."""

        def send(nonce: str) -> httpx.Response:
            who = {"client_id": self.client_id, "client_assertion_type": JWT_BEARER}
            who["client_assertion"] = assertion(self.keys, self.client_id, server.issuer)
            return self.http.post(url, data=form | who, headers={"DPoP": proof(self.keys, "POST", url, nonce=nonce)})

        return _read(self._with_nonce(url, send))

    def _with_nonce(self, url: str, send: Any) -> httpx.Response:
        """A server may ask for a nonce in our proofs (RFC 9449 §8): then once more, with the one it gave."""
        place = _origin(url)
        answer: httpx.Response = send(self._nonces.get(place, ""))
        asked = answer.headers.get("DPoP-Nonce", "")
        again = asked and asked != self._nonces.get(place) and answer.status_code in {400, 401}
        if asked:
            self._nonces[place] = asked
        return send(asked) if again else answer

    def _json(self, url: str) -> dict[str, Any]:
        return _read(self.http.get(url, headers={"Accept": "application/json"}))

    def _checked(self, address: str) -> str:
        """The address that a visitor typed, if it may be asked at all: it must not lead into the shop's own network.

        DNS rebinding is not excluded: the name is resolved again for the connection. A shop beside anything that
        matters pins the address it checked, or sends these requests through a proxy that does.
        """
        parts = urlsplit(address.strip().rstrip("/") if "://" in address else f"https://{address.strip().rstrip('/')}")
        if self.local and parts.hostname in LOOPBACK:
            return parts.geturl()
        try:
            found = [ip_address(str(one[4][0])) for one in getaddrinfo(parts.hostname, parts.port or 443)]
        except (OSError, ValueError):
            found = []
        odd = parts.scheme != "https" or "@" in parts.netloc or parts.query or parts.fragment
        if odd or not found or not all(one.is_global for one in found):
            raise Refused("invalid_address", "No instance of MesInfos answers at this address.")
        return parts.geturl()


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _read(answer: httpx.Response) -> dict[str, Any]:
    """The JSON of an answer; raises Refused with the error of RFC 6749 §5.2, or of a problem document (RFC 9457)."""
    try:
        told = answer.json() if answer.content else {}
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise Refused("invalid_response", f"{answer.status_code}, and not JSON")
    if not answer.is_success:
        error, description = told.get("error") or told.get("type"), told.get("error_description") or told.get("detail")
        raise Refused(str(error or answer.status_code), str(description or ""))
    return told
