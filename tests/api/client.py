"""A merchant's HTTP client: real requests through the real application, without a socket."""

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from mesinfos.errors import MesInfosError
from mesinfos.vault.instance import Instance
from web.api import ROUTERS
from web.api.oauth.refusals import OAuthError, refused
from web.problems import status_of


async def answer(_request: Request, error: Exception) -> JSONResponse:
    """A bare stand-in for the problem documents of the whole application, with its statuses."""
    assert isinstance(error, MesInfosError)
    status = status_of(error)
    wait = {"Retry-After": str(error.seconds)} if hasattr(error, "seconds") else {}
    challenge = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    document = {"status": status, "detail": str(error)}
    return JSONResponse(document, status, headers=wait | challenge, media_type="application/problem+json")


class Client:
    """Asks the API over one instance."""

    def __init__(self, instance: Instance) -> None:
        self.app = FastAPI()
        self.app.state.site = SimpleNamespace(instance=instance)
        for router in ROUTERS:
            self.app.include_router(router)
        self.app.add_exception_handler(MesInfosError, answer)
        self.app.add_exception_handler(OAuthError, refused)

    def get(self, path: str, **more: Any) -> httpx.Response:
        """One GET."""
        return self.request("GET", path, **more)

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request."""
        return self.together([(method, path, more)])[0]

    def together(self, requests: Sequence[tuple[str, str, dict[str, Any]]]) -> list[httpx.Response]:
        """Several requests at once."""
        return asyncio.run(self._together(requests))

    async def _together(self, requests: Sequence[tuple[str, str, dict[str, Any]]]) -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://mesinfos.example") as client:
            return await asyncio.gather(*(client.request(method, path, **more) for method, path, more in requests))


def bearer(token: str) -> dict[str, str]:
    """The header that shows a token."""
    return {"Authorization": f"Bearer {token}"}
