"""The report of one reading of a source: what it saw, brought, left and why; and taking back what it brought."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.errors import N_, Busy, InvalidInput
from mesinfos.relations.brought import brought
from mesinfos.syncing.undoing import read_again, undo
from mesinfos.vault.runs import Run, get_run, list_runs
from mesinfos.vault.sources import get_source
from web.deps import Here, Mine, Shown, Site
from web.render import go, page

router = APIRouter(prefix="/sources/{source_id}")
OUTCOME = {
    "running": N_("Under way"),
    "done": N_("Read to the end"),
    "stopped": N_("Stopped before the end; the next reading went on from there."),
    "failed": N_("It failed before the end; the next reading went on from there."),
    "interrupted": N_("Interrupted; the next reading went on from there."),
}

LEFT = {
    "too large": N_("larger than the operator lets in"),
    "larger than the server announced": N_("larger than the server announced"),
    "the server does not hand it out": N_("the server does not hand it out"),
}
"""Why a connector left a mail where it is."""
AT_MOST = 40  # things named on a report; the lists of purchases have them all


@router.get("/runs/{run_id}")
def report(  # noqa: PLR0913, PLR0917  the request's parts
    request: Request, here: Here, vault: Mine, reading: Shown, source_id: str, run_id: str
) -> Response:
    """One reading, told."""
    source, run = get_source(here.instance, vault.vault_id, source_id), _run(here, vault, source_id, run_id)
    told = brought(reading, source_id, run.after, run.until) if run.after >= 0 else None
    shown: dict[str, Any] = {
        "source": source,
        "run": run,
        "told": told,
        "outcomes": OUTCOME,
        "reasons": LEFT,
        "at_most": AT_MOST,
    }
    return page(request, "sources/report.html", **shown)


@router.post("/runs/{run_id}/undo")
def take_back(request: Request, vault: Mine, reading: Shown, source_id: str, run_id: str) -> Response:
    """Delete what this reading brought, but what the person said something of."""
    with _at_rest():
        undo(vault, reading, source_id, run_id)
    return go(request, f"/sources/{source_id}/runs/{run_id}", said="reading-undone")


@router.post("/again")
def again(request: Request, here: Here, vault: Mine, source_id: str) -> Response:
    """Read the source from its start: what is kept is known again, what was undone comes back."""
    with _at_rest():
        read_again(vault, source_id)
        here.jobs.sync_now(vault.vault_id, source_id, vault)
    return go(request, f"/sources/{source_id}")


def earlier(here: Site, vault: Mine, source_id: str) -> list[Run]:
    """The readings of a source that are over, newest first."""
    with here.instance.database.read(vault.vault_id) as conn:
        return [run for run in list_runs(here.instance, conn, vault.vault_id, source_id) if run.ended_at is not None]


@contextmanager
def _at_rest() -> Iterator[None]:
    try:
        yield
    except Busy:
        raise InvalidInput(
            N_("This source is being read already."), next_step=N_("Wait for the end or stop it, then try again.")
        ) from None


def _run(here: Site, vault: Mine, source_id: str, run_id: str) -> Run:
    with here.instance.database.read(vault.vault_id) as conn:
        return get_run(here.instance, conn, vault.vault_id, source_id, run_id)
