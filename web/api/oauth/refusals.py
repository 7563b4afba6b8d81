"""How OAuth's own endpoints say no: `error` and `error_description` as the RFCs name them (RFC 6749 §5.2)."""

from fastapi import Request
from fastapi.responses import JSONResponse, Response

NO_STORE = {"Cache-Control": "no-store"}
UNAUTHORIZED = frozenset({"invalid_client", "invalid_token"})


class OAuthError(Exception):
    """A request that cannot be granted; `error` is a code of the RFCs, `description` English for a developer."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.description = error, description
        self.status = 401 if error in UNAUTHORIZED else status


def invalid(description: str) -> OAuthError:
    """A request that is malformed."""
    return OAuthError("invalid_request", description)


async def refused(_request: Request, error: Exception) -> Response:
    """The answer to an OAuthError, in JSON."""
    if not isinstance(error, OAuthError):
        raise error
    told = {"error": error.error, "error_description": error.description}
    return JSONResponse(told, error.status, headers=NO_STORE)
