"""Who asks: a client is named by the https address of its own metadata document, which is fetched from there.

Nobody registers, and no secret is shared (draft-ietf-oauth-client-id-metadata-document). The document is fetched
through `mesinfos.outbound`, at most 32 KB, and kept for five minutes; a failure is not kept at all. Nothing else that
it names is fetched but its keys: no logo, no policy.
"""

import json
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from joserfc.jwk import Key

from mesinfos.consent.webhooks import checked_address
from mesinfos.directory import registrable
from mesinfos.errors import InvalidInput, Unreachable
from mesinfos.outbound import Reach, fetch
from web.api.oauth.jose import ALGORITHMS, Malformed, public_key
from web.api.oauth.refusals import OAuthError

LARGEST = 32 << 10  # bytes of a document
KEPT = 300.0  # seconds
RENEWED = 10.0  # seconds before a document is fetched again because its keys do not fit
MOST = 500  # documents kept
MOST_KEYS, MOST_ADDRESSES = 20, 50
METHOD = "private_key_jwt"


class Client(NamedTuple):
    """A merchant's program. `domain` is the merchant's, claimed by `client_uri`, or else where the document lies.

    `webhook` is where it wants to be told what happens to its consents, "" for nowhere.
    """

    client_id: str
    name: str
    domain: str
    host: str
    redirect_uris: tuple[str, ...]
    keys: tuple[tuple[str, Key], ...]
    algorithms: tuple[str, ...]
    types: tuple[str, ...]
    webhook: str = ""

    @property
    def proven(self) -> bool:
        """Whether the document lies on the merchant's own domain, or below it."""
        return lies_on(self.host, self.domain)


class Clients:
    """The documents of one process."""

    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        self._known: OrderedDict[str, tuple[Client, float]] = OrderedDict()
        self._lock = Lock()

    def find(self, client_id: str, *, fresh: bool = False) -> Client:
        """The client of that address; `fresh` fetches again one older than ten seconds. Raises OAuthError."""
        now = time.monotonic()
        with self._lock:
            known, at = self._known.get(client_id, (None, 0.0))
        if known is not None and now - at < (RENEWED if fresh else KEPT):
            return known
        found = self._fetched(client_id)
        with self._lock:
            self._known[client_id] = (found, now)
            self._known.move_to_end(client_id)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return found

    def knows(self, client_id: str) -> bool:
        """Whether finding this client fetches nothing."""
        with self._lock:
            known = self._known.get(client_id)
        return known is not None and time.monotonic() - known[1] < KEPT

    def is_address(self, url: object) -> bool:
        """Whether this could be an address of a merchant: https, a host, no fragment, no user, nothing ambiguous.

        On a host that the operator lists, as tests and the demo do, it may be http.
        """
        if not isinstance(url, str) or not url.isascii() or not url.isprintable() or len(url) > 500:
            return False
        if any(letter in url for letter in ' "<>\\^`{|}#'):
            return False
        try:
            parts = urlsplit(url)
            listed = {parts.hostname, parts.netloc.lower()} & set(self.reach.hosts.split(",")) - {""}
        except ValueError:
            return False
        return bool(parts.hostname) and "@" not in parts.netloc and (parts.scheme == "https" or bool(listed))

    def _fetched(self, client_id: str) -> Client:
        if not self.is_address(client_id) or not _is_document(client_id):
            raise OAuthError("invalid_client", "client_id must be the https address of a client metadata document.")
        document = self._json(client_id)
        if not isinstance(document, dict) or document.get("client_id") != client_id:
            raise OAuthError("invalid_client", "The document's client_id is not the address it was fetched from.")
        return self._client(document)

    def _json(self, url: str) -> Any:
        try:
            return json.loads(fetch(url, limit=LARGEST, reach=self.reach))
        except Unreachable:
            raise OAuthError("invalid_client", "The client's document cannot be fetched.") from None
        except (ValueError, RecursionError):
            raise OAuthError("invalid_client", "The client's document is not JSON.") from None

    def _client(self, document: dict[str, Any]) -> Client:
        client_id = document["client_id"]
        _require("client_secret" not in document, "A client that names itself by its address has no client_secret.")
        _require(document.get("token_endpoint_auth_method") == METHOD, f"token_endpoint_auth_method must be {METHOD}.")
        addresses = _texts(document, "redirect_uris", self.is_address, MOST_ADDRESSES)
        _require(bool(addresses), "redirect_uris must be https addresses without fragment, at least one.")
        _require("code" in _texts(document, "response_types", ALL, otherwise=("code",)), "response_types lacks code.")
        grants = _texts(document, "grant_types", ALL, otherwise=("authorization_code",))
        _require("authorization_code" in grants, "grant_types lacks authorization_code.")
        algorithm = document.get("token_endpoint_auth_signing_alg")
        _require(algorithm is None or algorithm in ALGORITHMS, f"The algorithms are {', '.join(ALGORITHMS)}.")
        name, host = document.get("client_name"), urlsplit(client_id).hostname or ""
        _require(name is None or (isinstance(name, str) and name.isprintable() and len(name) <= 120), "client_name?")
        claimed = document.get("client_uri")
        _require(claimed is None or self.is_address(claimed), "client_uri must be an https address.")
        return Client(
            client_id=client_id,
            name=name or "",
            domain=registrable(urlsplit(claimed).hostname or "" if claimed else host),
            host=host,
            redirect_uris=addresses,
            keys=self._keys(document),
            algorithms=(algorithm,) if algorithm else ALGORITHMS,
            types=_texts(document, "authorization_details_types", ALL),
            webhook=self._webhook(document),
        )

    def _webhook(self, document: dict[str, Any]) -> str:
        address = document.get("mesinfos_webhook_uri", "")
        try:
            return checked_address(address, document["client_id"], self.reach.hosts) if isinstance(address, str) else ""
        except InvalidInput:
            raise OAuthError("invalid_client", "mesinfos_webhook_uri must be https, on the client's domain.") from None

    def _keys(self, document: dict[str, Any]) -> tuple[tuple[str, Key], ...]:
        _require(("jwks" in document) != ("jwks_uri" in document), "Give jwks or jwks_uri, and one of them only.")
        place = document.get("jwks_uri")
        _require(place is None or self.is_address(place), "jwks_uri must be an https address.")
        jwks = document["jwks"] if place is None else self._json(place)
        listed = jwks.get("keys") if isinstance(jwks, dict) else None
        _require(isinstance(listed, list) and 0 < len(listed) <= MOST_KEYS, "jwks holds no keys, or too many.")
        keys = [(str(one.get("kid", "")), key) for one in listed or () if (key := _usable(one))]
        _require(bool(keys), "jwks holds no public key that can be used: P-256, Ed25519, or RSA of 2048 bits or more.")
        return tuple(keys)


def lies_on(host: str, domain: str) -> bool:
    """Whether a host is a domain or below it."""
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))


def ALL(_text: str) -> bool:  # noqa: N802  reads as what it means where it is passed
    """Any text."""
    return True


def _usable(jwk: Any) -> Key | None:
    try:
        return public_key(jwk) if isinstance(jwk, dict) and jwk.get("use", "sig") == "sig" else None
    except Malformed:
        return None


def _is_document(client_id: str) -> bool:
    """A path that names a document, without steps up or down that two readers would walk differently."""
    parts = urlsplit(client_id)
    steps = parts.path.split("/")
    return parts.path not in {"", "/"} and not {".", "..", "%2e", "%2E"} & set(steps)


def _texts(
    document: dict[str, Any], name: str, fits: Callable[[str], bool], most: int = 50, otherwise: tuple[str, ...] = ()
) -> tuple[str, ...]:
    found = document.get(name, list(otherwise))
    _require(isinstance(found, list) and len(found) <= most, f"{name} must be a list.")
    _require(all(isinstance(one, str) and fits(one) for one in found), f"{name} holds what cannot be used.")
    return tuple(found)


def _require(true: bool, description: str) -> None:
    if not true:
        raise OAuthError("invalid_client", description)
