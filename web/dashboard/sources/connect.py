"""Connecting a source: a form made from the connector's own settings, tried before it is kept.

What was typed comes back when the try fails, except secrets: those are never written into a page.
"""

from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.connector import Checked, Connector, ConnectorModule, Suggestion
from mesinfos.consent.journal import Action
from mesinfos.discover import FormField, form_fields, load, parse_settings, suggest
from mesinfos.errors import Busy, CredentialsRejected, InvalidInput, MesInfosError, SourceChanged, Unreachable
from mesinfos.settings import Settings
from mesinfos.syncing.opening import house_values
from mesinfos.syncing.trial import try_out
from mesinfos.vault.sources import Source, add_source, get_source, source_values, update_source
from web.dashboard.sources.sources import note
from web.deps import Form, Here, Mine, Site, Typed
from web.drafts import Draft
from web.problems import status_of
from web.render import go, page, wrong

router = APIRouter(prefix="/sources")
MODES = ("always_on", "while_unlocked")
STAGES: dict[type[MesInfosError], int] = {Unreachable: 0, CredentialsRejected: 1, SourceChanged: 2}
"""How far a try came before it failed: reached, let in, found what to read."""


class Known(NamedTuple):
    """What the form starts with: values of an earlier try, a suggestion, or the source as it is."""

    values: dict[str, str]
    suggestion: Suggestion | None = None
    source: Source | None = None


@router.get("/new/{connector}")
def blank(  # noqa: PLR0913, PLR0917  the request's parts
    request: Request, here: Here, vault: Mine, connector: str, address: str = "", tried: str = ""
) -> Response:
    """The form of a connector; with an address, filled in as far as its provider is known; or as it was tried."""
    module = load(connector)
    draft = here.drafts.get(vault.vault_id, connector) if tried else None
    known = Known(draft.values if draft else {}, None)
    if address:
        known = _suggested(connector, address)
    return _form(request, module, known, address=address, vault_id=vault.vault_id)


def _suggested(connector: str, address: str) -> Known:
    for name, suggestion in suggest(address):
        if name == connector:
            return Known(dict(suggestion.values), suggestion)
    domain = address.rpartition("@")[2]
    return Known({"host": f"imap.{domain}", "username": address} if domain else {})


@router.post("/new/{connector}")
def connect(request: Request, here: Here, vault: Mine, connector: str, form: Form) -> Response:
    """Try the settings, keep them, and begin to read."""
    module = load(connector)
    values = _values(module, form)
    label = form["label"] or values.get("username") or values.get("path", "").rsplit("/", 1)[-1] or connector
    try:
        opened, checked = _try(here, module, values)
        if form["act"] == "trial":
            trial = try_out(here.instance.settings, opened, values)
            here.drafts.put(vault.vault_id, Draft(connector, label[:120], _mode(form), values, checked, trial))
            return go(request, f"/sources/new/{connector}/trial")
    except MesInfosError as error:
        return _failed(request, module, Known(values, _suggestion(form)), error, form)
    source = add_source(vault, connector, label[:120], values, _mode(form))
    note(here, vault, Action.SOURCE_ADDED, source)
    here.jobs.sync_now(vault.vault_id, source.source_id, vault)
    return go(request, f"/sources/{source.source_id}", said="source-added")


@router.get("/{source_id}/edit")
def edit(request: Request, here: Here, vault: Mine, source_id: str) -> Response:
    """The form of a source that exists; its secrets stay where they are."""
    source = get_source(here.instance, vault.vault_id, source_id)
    module = load(source.connector)
    values = source_values(here.instance, source, vault)
    return _form(request, module, Known(values, None, source))


@router.post("/{source_id}/edit")
def change(request: Request, here: Here, vault: Mine, source_id: str, form: Form) -> Response:
    """Try the new settings before they replace the old; an empty secret means the one we have."""
    source = get_source(here.instance, vault.vault_id, source_id)
    module = load(source.connector)
    old = source_values(here.instance, source, vault)
    values = _values(module, form)
    secrets = {field.name for field in form_fields(module) if field.type == "secret"}
    kept = values | {name: old[name] for name in secrets if name in old and not values.get(name)}
    try:
        _try(here, module, kept)
    except MesInfosError as error:
        return _failed(request, module, Known(values, None, source), error, form)
    update_source(vault, source_id, kept, form["label"] or source.label, _mode(form))
    with suppress(Busy):
        here.jobs.sync_now(vault.vault_id, source_id, vault)
    return go(request, f"/sources/{source_id}", said="saved")


def _values(module: ConnectorModule, form: Typed) -> dict[str, str]:
    """What was typed into the connector's own fields; a secret keeps its spaces."""
    return {
        field.name: form.secret(field.name) if field.type == "secret" else form[field.name]
        for field in form_fields(module)
    }


def _mode(form: Typed) -> str:
    return form["mode"] if form["mode"] in MODES else MODES[0]


def _suggestion(form: Typed) -> Suggestion | None:
    found = suggest(form["username"]) if form["username"] else []
    return found[0][1] if found else None


def _try(here: Site, module: ConnectorModule, values: dict[str, str]) -> tuple[Connector, Checked]:
    """Connect as the sync will; raises what the form shows."""
    settings = here.instance.settings
    house = house_values(settings) | {"inside": archives(settings)}
    opened = module.connect(parse_settings(module, values, house))
    return opened, opened.check()


def archives(settings: Settings) -> Path:
    """The one folder from which persons may read archives: a page must not open any file of the machine."""
    folder = settings.data_dir.resolve() / "import"
    folder.mkdir(exist_ok=True)
    return folder


def _failed(request: Request, module: ConnectorModule, known: Known, error: MesInfosError, form: Typed) -> Response:
    names = [field.name for field in form_fields(module)]
    return _form(
        request,
        module,
        known,
        status=422 if isinstance(error, InvalidInput) else status_of(error),
        wrong=wrong(request, error, names),
        stage=STAGES.get(type(error), -1),
        label=form["label"],
        mode=_mode(form),
    )


def _form(request: Request, module: ConnectorModule, known: Known, *, status: int = 200, **values: Any) -> Response:
    fields = form_fields(module)
    shown = {field.name: known.values.get(field.name, "") for field in fields if field.type != "secret"}
    failing = set(values.get("wrong", {}))
    defaults = {
        "address": "",
        "stage": -1,
        "label": known.source.label if known.source else "",
        "mode": known.source.mode if known.source else MODES[0],
        "asks_address": hasattr(module, "suggest") and not shown.get("username") and not failing and not known.source,
    }
    return page(
        request,
        "sources/form.html",
        status=status,
        manifest=module.MANIFEST,
        plain=[field for field in fields if not _folded(field, shown, known)],
        folded=[field for field in fields if _folded(field, shown, known)],
        unfold=bool(failing & {field.name for field in fields if field.advanced}),
        typed=shown,
        source=known.source,
        suggestion=known.suggestion,
        **(defaults | values),
    )


def _folded(field: FormField, shown: dict[str, str], known: Known) -> bool:
    """What most people need not see: the advanced, and what the provider of the address already told."""
    if known.suggestion is not None and known.suggestion.secret and field.type == "secret":
        return field.name != known.suggestion.secret
    told = known.suggestion is not None and field.name in known.suggestion.values and bool(shown.get(field.name))
    return field.advanced or (told and field.name != "username")
