"""WebAuthn (Level 3): where passkeys can be used, what the browser is asked, and whether its answer is genuine.

The library makes and verifies everything but the `prf` extension (§10.1.4), which is added to the options here; what
the authenticator computes of it comes in a form field of its own and goes to the vault, which alone can judge it.
"""

import os
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import webauthn
from fastapi import Request
from webauthn.helpers import (
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from mesinfos.errors import N_, InvalidInput
from mesinfos.vault.keys import secret_in, unpadded
from mesinfos.vault.passkeys import Known, Passkey
from mesinfos.vault.vaults import Person
from web.security import host_name, is_loopback

TIMEOUT = 120_000  # milliseconds
LARGEST = 20_000  # characters of an answer; attestations that nobody asked for would be longer
UNUSABLE = N_("The browser's answer cannot be used. Begin again, in this browser.")
WITHOUT_PRF = N_(
    "This authenticator cannot open a vault, so nothing was kept: it lacks what is called PRF. Recent phones, "
    "computers, password managers and security keys have it. What this one may have kept can be deleted on it."
)
REFUSED = (WebAuthnException, ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""The library's own errors, and those of the parsers below it when an answer is not even well formed."""


class Place(NamedTuple):
    """Where passkeys of a page belong: RP id and origin (§5.1.2); without them `why` is a text, and `at` a way out."""

    rp_id: str = ""
    origin: str = ""
    why: str = ""
    at: str = ""


def place(request: Request) -> Place:
    """Browsers know passkeys on https and on `localhost`, under a name and never under a number (§5.1.2, §13.4.9)."""
    base = urlsplit(request.app.state.site.instance.settings.base_url)
    host = request.headers.get("host", "").lower()
    name = host_name(host)
    if name == "localhost":
        return Place(name, f"{request.url.scheme}://{host}")
    if is_loopback(name):
        port = urlsplit(f"//{host}").port
        here = f"http://localhost:{port}" if port else "http://localhost"
        return Place(why=N_("Browsers tie passkeys to a name, and this page was opened by a number."), at=here)
    if _is_number(name):
        return Place(why=N_("Browsers tie passkeys to a name, and this page was opened by a number."))
    if "https" in {base.scheme, request.url.scheme}:
        return Place(name, f"https://{host}")
    return Place(why=N_("Browsers offer passkeys over https only, and this page came over http."))


def _is_number(name: str) -> bool:
    try:
        return bool(ip_address(name))
    except ValueError:
        return False


def usable(known: Sequence[Known], where: Place) -> list[Known]:
    """The passkeys that can be asked for from this place."""
    return [one for one in known if one.passkey and where.rp_id and one.passkey.rp_id == where.rp_id]


def creation(person: Person, where: Place, known: Sequence[Known], challenge: bytes, salt: bytes) -> dict[str, Any]:
    """What `navigator.credentials.create` is asked, as JSON (§5.4); `salt` is what the authenticator computes of."""
    chosen = AuthenticatorSelectionCriteria(
        resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
    )
    options = webauthn.generate_registration_options(
        rp_id=where.rp_id,
        rp_name="MesInfos",
        user_id=person.vault_id.encode(),
        user_name=person.name,
        user_display_name=person.name,
        challenge=challenge,
        timeout=TIMEOUT,
        authenticator_selection=chosen,
        exclude_credentials=_described(usable(known, where)),
    )
    return options_to_json_dict(options) | {"extensions": {"prf": {"eval": {"first": unpadded(salt)}}}}


def assertion(where: Place, known: Sequence[Known], challenge: bytes) -> dict[str, Any]:
    """What `navigator.credentials.get` is asked, as JSON (§5.5): any of these passkeys, each with its own salt."""
    options = webauthn.generate_authentication_options(
        rp_id=where.rp_id,
        challenge=challenge,
        timeout=TIMEOUT,
        allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    salts = {unpadded(one.passkey.credential_id): {"first": unpadded(one.slot.salt)} for one in known if one.passkey}
    return options_to_json_dict(options) | {"extensions": {"prf": {"evalByCredential": salts}}}


def _described(known: Sequence[Known]) -> list[PublicKeyCredentialDescriptor]:
    kept = [one.passkey for one in known if one.passkey]
    return [
        PublicKeyCredentialDescriptor(id=one.credential_id, transports=[*map(AuthenticatorTransport, one.transports)])
        for one in kept
    ]


def registered(answer: str, where: Place, challenge: bytes, name: str) -> Passkey:
    """The passkey that the browser made; raises InvalidInput for any answer but one to this challenge, from here."""
    try:
        given = parse_registration_credential_json(_small(answer))
        made = webauthn.verify_registration_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=where.rp_id,
            expected_origin=where.origin,
            require_user_verification=True,
        )
    except REFUSED:
        raise InvalidInput(UNUSABLE) from None
    ways = tuple(way.value for way in given.response.transports or ())
    return Passkey(name, where.rp_id, made.credential_id, made.credential_public_key, ways, made.sign_count)


def asserted(answer: str, where: Place, challenge: bytes, known: Sequence[Known]) -> tuple[Known, int]:
    """Which of these passkeys signed this challenge, and its counter; raises InvalidInput when none did."""
    try:
        given = parse_authentication_credential_json(_small(answer))
        one, passkey = {each.passkey.credential_id: (each, each.passkey) for each in known if each.passkey}[
            given.raw_id
        ]
        seen = webauthn.verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=where.rp_id,
            expected_origin=where.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except REFUSED:
        raise InvalidInput(UNUSABLE) from None
    return one, seen.new_sign_count


def computed(text: str, otherwise: str = UNUSABLE) -> bytes:
    """32 bytes as a form or a ticket carries them; raises InvalidInput, saying `otherwise`, where there are none."""
    found = secret_in(text)
    if found is None:
        raise InvalidInput(otherwise)
    return found


def new_secret() -> bytes:
    """A challenge (§13.4.3), or a salt."""
    return os.urandom(32)


def _small(answer: str) -> str:
    if len(answer) > LARGEST:
        raise InvalidInput(UNUSABLE)
    return answer
