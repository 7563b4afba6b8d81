"""What this server offers, for programs: RFC 8414, RFC 9728, and JSON Schemas of the rights that can be asked for."""

from typing import Any

import msgspec
from fastapi import APIRouter
from fastapi.responses import Response

from mesinfos.consent.details import SCHEMAS
from mesinfos.errors import N_, NotFound
from mesinfos.wording import LANGUAGES
from web.api.oauth.authority import Authority, Here
from web.api.oauth.jose import ALGORITHMS

router = APIRouter(tags=["oauth"])

SCOPES = ("grant_management_query", "grant_management_revoke")
"""Grant Management's own names for what every access token may do with its own grant. Data has no scope: see RAR."""


@router.get("/.well-known/oauth-authorization-server", summary="RFC 8414")
def authorization_server(here: Here) -> Response:
    """What may be asked of the authorization server, and how."""
    return _json(server(here))


@router.get("/.well-known/oauth-protected-resource", summary="RFC 9728")
@router.get("/.well-known/oauth-protected-resource/api/v1", summary="RFC 9728 §3.1")
def protected_resource(here: Here) -> Response:
    """Who may give access to /api/v1, and how tokens are shown there."""
    told = {
        "resource": here.resource,
        "authorization_servers": [here.issuer],
        "scopes_supported": SCOPES,
        "bearer_methods_supported": ["header"],
        "jwks_uri": here.url("/api/v1/keys"),
        "resource_name": "MesInfos",
        "resource_documentation": here.url("/api/docs"),
        "authorization_details_types_supported": list(SCHEMAS),
        "dpop_signing_alg_values_supported": ALGORITHMS,
        # False: a person may make a token by hand for a merchant without OAuth, which is shown as a bearer's.
        "dpop_bound_access_tokens_required": False,
    }
    return _json(told)


@router.get("/api/rar/{name}/v1", summary="JSON Schema of a right (RFC 9396)")
def schema(name: str) -> Response:
    """What a right of this type is made of; other members are refused."""
    found = SCHEMAS.get(f"https://mesinfos.org/rar/{name}/v1")
    if found is None:
        raise NotFound(N_("There is no right of this type."))
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return _json(dialect | found.model_json_schema(), "application/schema+json")


def server(here: Authority) -> dict[str, Any]:
    """The metadata document of the authorization server."""
    methods = {"_auth_methods_supported": ["private_key_jwt"], "_auth_signing_alg_values_supported": ALGORITHMS}
    return {
        "issuer": here.issuer,
        "authorization_endpoint": here.url("/authorize"),
        "token_endpoint": here.url("/api/oauth/token"),
        "pushed_authorization_request_endpoint": here.url("/api/oauth/par"),
        "require_pushed_authorization_requests": True,
        "revocation_endpoint": here.url("/api/oauth/revoke"),
        "grant_management_endpoint": here.url("/api/oauth/grants"),
        "grant_management_actions_supported": ["create", "query", "revoke"],
        "grant_management_action_required": False,
        "jwks_uri": here.url("/api/v1/keys"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "scopes_supported": SCOPES,
        "code_challenge_methods_supported": ["S256"],
        "dpop_signing_alg_values_supported": ALGORITHMS,
        "authorization_details_types_supported": list(SCHEMAS),
        "authorization_response_iss_parameter_supported": True,
        "client_id_metadata_document_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": True,
        "protected_resources": [here.resource],
        "ui_locales_supported": LANGUAGES,
        "service_documentation": here.url("/api/docs"),
        **{
            f"{name}{what}": value
            for name in ("token_endpoint", "revocation_endpoint")
            for what, value in methods.items()
        },
    }


def _json(told: object, kind: str = "application/json") -> Response:
    return Response(msgspec.json.encode(told), media_type=kind)
