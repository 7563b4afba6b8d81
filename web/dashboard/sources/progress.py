"""The live part of a source's page: server-sent events of the run's state, as the fragment the page holds anyway."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from mesinfos.vault.sources import get_source
from web.dashboard.sources.sources import state
from web.deps import Here, Mine, Site
from web.render import page, text

router = APIRouter(prefix="/sources")
BEAT = 0.7  # seconds between two looks
LONGEST = 25.0  # seconds; the browser connects again, and then shows that it still may


@router.get("/{source_id}/part")
def part(request: Request, here: Here, vault: Mine, source_id: str) -> Response:
    """The live part once, for browsers that ask by themselves."""
    found = get_source(here.instance, vault.vault_id, source_id)
    return page(request, "sources/_run.html", **state(here, vault, found))


@router.get("/{source_id}/events")
async def events(request: Request, here: Here, vault: Mine, source_id: str) -> Response:
    """The live part whenever it changes, until the run ends (text/event-stream, WHATWG HTML §9.2)."""
    await asyncio.to_thread(get_source, here.instance, vault.vault_id, source_id)
    stream = _stream(request, here, vault, source_id)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def _stream(request: Request, here: Site, vault: Mine, source_id: str) -> AsyncIterator[str]:
    shown = ""
    for _ in range(int(LONGEST / BEAT)):
        fragment, running = await asyncio.to_thread(_fragment, request, here, vault, source_id)
        if fragment != shown:
            shown = fragment
            yield "".join(f"data: {line}\n" for line in fragment.splitlines()) + "\n"
        if not running:
            return
        await asyncio.sleep(BEAT)


def _fragment(request: Request, here: Site, vault: Mine, source_id: str) -> tuple[str, bool]:
    now = state(here, vault, get_source(here.instance, vault.vault_id, source_id))
    return text(request, "sources/_run.html", **now), bool(now["running"])
