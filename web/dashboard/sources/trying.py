"""A source that was tried and is not kept yet: what its mails show, its real folders, and the press that keeps it."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.connector import Checked
from mesinfos.consent.journal import Action
from mesinfos.discover import form_fields, load
from mesinfos.errors import N_, InvalidInput, NotFound
from mesinfos.syncing.opening import opened_connector
from mesinfos.vault.sources import add_source, get_source, source_values, update_source
from web.dashboard.sources.sources import note
from web.deps import Form, Here, Mine, Site, Typed
from web.drafts import Draft
from web.render import go, page, wrong

router = APIRouter(prefix="/sources")


@router.get("/new/{connector}/trial")
def shown(request: Request, here: Here, vault: Mine, connector: str) -> Response:
    """What the try showed."""
    return _page(request, _draft(here, vault, connector))


@router.post("/new/{connector}/trial")
def keep(request: Request, here: Here, vault: Mine, connector: str, form: Form) -> Response:
    """Keep the source with the folders that were chosen, and begin to read."""
    draft = _draft(here, vault, connector)
    try:
        values = _with_folders(connector, draft.values, draft.checked, form)
    except InvalidInput as error:
        return _page(request, draft, error)
    source = add_source(vault, connector, draft.label, values, draft.mode)
    here.drafts.drop(vault.vault_id)
    note(here, vault, Action.SOURCE_ADDED, source)
    here.jobs.sync_now(vault.vault_id, source.source_id, vault)
    return go(request, f"/sources/{source.source_id}", said="source-added")


@router.get("/{source_id}/folders")
def folders(request: Request, here: Here, vault: Mine, source_id: str) -> Response:
    """The real folders of a source, asked of it now."""
    source = get_source(here.instance, vault.vault_id, source_id)
    checked = opened_connector(
        here.instance.settings, source.connector, source_values(here.instance, source, vault)
    ).check()
    return page(request, "sources/folders.html", source=source, checked=checked, choosable=choosable(checked))


@router.post("/{source_id}/folders")
def choose(request: Request, here: Here, vault: Mine, source_id: str, form: Form) -> Response:
    """Read these folders from now on; what was read of others stays."""
    source = get_source(here.instance, vault.vault_id, source_id)
    values = source_values(here.instance, source, vault)
    checked = opened_connector(here.instance.settings, source.connector, values).check()
    try:
        values = _with_folders(source.connector, values, checked, form)
    except InvalidInput as error:
        shown = {"source": source, "checked": checked, "choosable": choosable(checked)}
        return page(request, "sources/folders.html", 422, **shown, wrong=wrong(request, error, ("folder",)))
    update_source(vault, source_id, values)
    return go(request, f"/sources/{source_id}", said="saved")


def _draft(here: Site, vault: Mine, connector: str) -> Draft:
    found = here.drafts.get(vault.vault_id, connector)
    if found is None:
        raise NotFound(
            N_("What was tried is no longer kept: passwords wait a quarter of an hour at most."),
            next_step=N_("Add the source again."),
        )
    return found


def choosable(checked: Checked) -> Sequence[tuple[str, bool]]:
    """Each folder and whether it is read; a comma separates names in the form, so one within a name cannot be kept."""
    names = [(name, True) for name in checked.places] + [(name, False) for name in checked.others]
    return [(name, read) for name, read in names if "," not in name]


def _with_folders(connector: str, values: dict[str, str], checked: Checked, form: Typed) -> dict[str, str]:
    """The values with the folders that were ticked; as they were, when that is the connector's own choice."""
    if not takes_folders(connector):
        return values
    known = {*checked.places, *checked.others}
    ticked = [name for name in form.all("folder") if name in known]
    if not ticked:
        raise InvalidInput(N_("Choose one folder at least."), field="folder")
    return values if set(ticked) == set(checked.places) else values | {"folders": "\n".join(ticked)}


def takes_folders(connector: str) -> bool:
    """Whether a connector's form asks which folders to read."""
    return any(field.name == "folders" for field in form_fields(load(connector)))


def _page(request: Request, draft: Draft, error: InvalidInput | None = None) -> Response:
    options = choosable(draft.checked) if takes_folders(draft.connector) else ()
    faults = wrong(request, error, ("folder",)) if error else {}
    return page(request, "sources/trial.html", 422 if error else 200, draft=draft, choosable=options, wrong=faults)
