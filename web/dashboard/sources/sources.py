"""Sources: what is read, how it goes, and the buttons that start, stop and remove."""

from contextlib import suppress
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.consent.journal import Action, append
from mesinfos.discover import available, load
from mesinfos.errors import Busy, MesInfosError
from mesinfos.vault.runs import Run
from mesinfos.vault.sources import Source, get_source, list_sources, remove_source
from web.dashboard.sources.runs import earlier
from web.deps import Here, Mine, Site
from web.render import go, page

router = APIRouter(prefix="/sources")


@router.get("")
def sources(request: Request, here: Here, vault: Mine) -> Response:
    """Every source with its state in words."""
    found = list_sources(here.instance, vault.vault_id)
    rows = [(source, latest(here, vault, source), title(source.connector)) for source in found]
    return page(request, "sources/list.html", rows=rows, minutes=here.instance.settings.sync_minutes)


@router.get("/new")
def kinds(request: Request, vault: Mine) -> Response:
    """Which kind of source to connect."""
    return page(request, "sources/kinds.html", modules=available(), vault_id=vault.vault_id)


@router.get("/{source_id}")
def source(request: Request, here: Here, vault: Mine, source_id: str) -> Response:
    """One source and its last run, live while it runs."""
    found = get_source(here.instance, vault.vault_id, source_id)
    return page(request, "sources/source.html", earlier=earlier(here, vault, source_id), **state(here, vault, found))


@router.post("/{source_id}/sync")
def sync(request: Request, here: Here, vault: Mine, source_id: str) -> Response:
    """Read it now; leaving the page does not stop it."""
    get_source(here.instance, vault.vault_id, source_id)
    with suppress(Busy):  # it runs already: the page shows how far it is
        here.jobs.sync_now(vault.vault_id, source_id, vault)
    return go(request, f"/sources/{source_id}")


@router.post("/{source_id}/cancel")
def cancel(request: Request, here: Here, vault: Mine, source_id: str) -> Response:
    """Stop the run at the end of its batch; what was read stays."""
    get_source(here.instance, vault.vault_id, source_id)
    here.jobs.cancel(vault.vault_id, source_id)
    return go(request, f"/sources/{source_id}")


@router.post("/{source_id}/pause")
def pause(request: Request, here: Here, vault: Mine, source_id: str) -> Response:
    """Read nothing more until resumed."""
    get_source(here.instance, vault.vault_id, source_id)
    here.jobs.pause(vault.vault_id, source_id)
    return go(request, "/sources", said="source-paused")


@router.post("/{source_id}/resume")
def resume(request: Request, here: Here, vault: Mine, source_id: str) -> Response:
    """Read again from where it stopped."""
    get_source(here.instance, vault.vault_id, source_id)
    here.jobs.resume(vault.vault_id, source_id, vault)
    return go(request, "/sources", said="source-resumed")


@router.get("/{source_id}/remove")
def ask_remove(request: Request, here: Here, vault: Mine, source_id: str) -> Response:
    """What removing means, before it is done."""
    return page(request, "sources/remove.html", source=get_source(here.instance, vault.vault_id, source_id))


@router.post("/{source_id}/remove")
def remove(request: Request, here: Here, vault: Mine, source_id: str) -> Response:
    """Forget the source and its password; what was read from it stays."""
    found = get_source(here.instance, vault.vault_id, source_id)
    here.jobs.cancel(vault.vault_id, source_id)
    remove_source(here.instance, vault.vault_id, source_id)
    note(here, vault, Action.SOURCE_REMOVED, found)
    return go(request, "/sources", said="source-removed")


def note(here: Site, vault: Mine, action: Action, found: Source) -> None:
    """Write what became of a source into the journal."""
    with here.instance.database.write(vault.vault_id) as connection:
        append(here.instance, connection, vault.vault_id, action, found.source_id, {"label": found.label})


def latest(here: Site, vault: Mine, found: Source) -> Run | None:
    """The last run of a source."""
    return here.jobs.progress(vault.vault_id, found.source_id)


def state(here: Site, vault: Mine, found: Source) -> dict[str, Any]:
    """What the page of one source shows, whole or as its live part."""
    run = latest(here, vault, found)
    seconds = (run.updated_at - run.started_at).total_seconds() if run else 0.0
    return {
        "source": found,
        "run": run,
        "running": found.state == "running" or (run is not None and run.ended_at is None and found.state != "waiting"),
        "rate": round(run.seen / seconds) if run and seconds >= 1 else 0,
        "percent": min(100, 100 * run.seen // run.total) if run and run.total else None,
        "kind": title(found.connector),
    }


def title(connector: str) -> dict[str, str]:
    """A connector's name by language; its bare name when it is no longer installed."""
    try:
        return load(connector).MANIFEST.title
    except MesInfosError:
        return {"en": connector}
