"""The web application: pages for the person, an API for merchants, answers for the operator's monitor."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.staticfiles import StaticFiles

from mesinfos.jobs import Jobs
from mesinfos.vault.instance import Instance
from web import accessibility, api, apidocs, health, installed, problems
from web.api.oauth.refusals import OAuthError, refused
from web.dashboard import ROUTERS
from web.deps import Site
from web.security import Guard

SWEEP = 60.0  # seconds between two looks for readings to forget

logger = logging.getLogger("mesinfos.web")


def create_app(instance: Instance, jobs: Jobs, *, own: bool = False) -> FastAPI:
    """The application over an open instance; with `own` it starts the jobs, and at its end stops and closes all."""
    settings = instance.settings
    app = FastAPI(
        title="MesInfos",
        version="1",
        description="What a merchant may read of a person, by that person's grant.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        redirect_slashes=False,
        root_path=urlsplit(settings.base_url).path.rstrip("/"),
        lifespan=_lifespan(own=own),
    )
    app.state.site = Site(instance, jobs)
    # Addresses are tried in this order, one pattern after the other: first those that are asked for most.
    for router in api.ROUTERS:
        app.include_router(router)
    for router in ROUTERS:
        app.include_router(router, include_in_schema=False)
    app.include_router(health.router, include_in_schema=False)
    app.include_router(apidocs.router, include_in_schema=False)
    app.include_router(installed.router, include_in_schema=False)
    app.include_router(accessibility.router, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    problems.install(app)
    app.add_exception_handler(OAuthError, refused)
    app.add_middleware(Guard, base_url=settings.base_url, refuse=_refusal(app))
    return app


def _refusal(app: FastAPI) -> Callable[[Request, int], Response]:
    def refuse(request: Request, status: int) -> Response:
        request.scope.setdefault("app", app)
        return problems.refuse(request, status)

    return refuse


def _lifespan(*, own: bool) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        site: Site = app.state.site
        if own:
            await asyncio.to_thread(site.jobs.start)
            site.archivist.start()
        if await asyncio.to_thread(site.empty):
            logger.warning("nobody lives here yet; setup code for the first page: %s", site.setup_code)
        sweeper = asyncio.create_task(_sweep(site))
        yield
        sweeper.cancel()
        with suppress(asyncio.CancelledError):
            await sweeper
        if own:
            await asyncio.to_thread(site.archivist.stop)
            await asyncio.to_thread(site.jobs.stop)
            site.instance.close()

    return lifespan


async def _sweep(site: Site) -> None:
    while True:
        await asyncio.sleep(SWEEP)
        site.readings.sweep()
        site.drafts.sweep()
        site.pictures.sweep()
