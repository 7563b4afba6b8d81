"""Templates: how a page is made, in the reader's language and theme. Every value is escaped; no page needs scripts."""

from collections.abc import Iterable
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec import Struct

from mesinfos import wording
from mesinfos.errors import MesInfosError
from mesinfos.model.values import Money
from web import bought, claimed, taught, words
from web.logos import logo
from web.spoken import spoken
from web.toasts import SAID

HERE = Path(__file__).parent
THEMES = ("auto", "light", "dark", "contrast")
LANGUAGE_COOKIE = "mesinfos_language"
THEME_COOKIE = "mesinfos_theme"
BLUR_COOKIE = "mesinfos_blur"
KEYS_COOKIE = "mesinfos_keys"
SHEETS = ("tokens", "base", "layout", "components", "pictures", "privacy", "print")
"""The style sheets of every page, in their order."""


class Look(Struct, frozen=True):
    """What a page needs to know of its reader: language, theme, blur, shortcuts, and the path of this instance."""

    language: str = "fr"
    theme: str = "auto"
    root: str = ""
    blur: bool = False
    keys: bool = True


_LOOK: ContextVar[Look] = ContextVar("look", default=Look())  # noqa: B039  a frozen value is safe to share


def look(request: Request) -> Look:
    """The reader's choice from the cookies, else the browser's languages, else the operator's setting."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    theme = request.cookies.get(THEME_COOKIE, "auto")
    return Look(
        language=chosen if chosen in wording.LANGUAGES else _accepted(request, request.app.state.site.language),
        theme=theme if theme in THEMES else "auto",
        root=str(request.scope.get("root_path", "")),
        blur=request.cookies.get(BLUR_COOKIE) == "1",
        keys=request.cookies.get(KEYS_COOKIE) != "0",
    )


def _accepted(request: Request, otherwise: str) -> str:
    for part in request.headers.get("accept-language", "").split(",")[:10]:
        code = part.split(";")[0].strip()[:2].lower()
        if code in wording.LANGUAGES:
            return code
    return otherwise


def page(request: Request, template: str, /, status: int = 200, **values: Any) -> HTMLResponse:
    """A whole page; `values` are the template's own."""
    return HTMLResponse(text(request, template, **values), status)


def text(request: Request, template: str, /, **values: Any) -> str:
    """A template filled in for this request's reader; also makes the fragments of live parts."""
    seen = look(request)
    mark = _LOOK.set(seen)
    try:
        return environment().get_template(template).render(_frame(request, seen) | values)
    finally:
        _LOOK.reset(mark)


def _frame(request: Request, seen: Look) -> dict[str, Any]:
    state = request.state
    return {
        "lang": seen.language,
        "theme": seen.theme,
        "blur": seen.blur,
        "keys": seen.keys,
        "path": request.url.path.removeprefix(seen.root),
        "here": _here(request, seen.root),
        "person": getattr(state, "person", None),
        "alarms": getattr(state, "alarms", ()),
        "said": SAID.get(request.query_params.get("said", ""), ""),
        "undo": _record(request.query_params.get("undo", "")),
        "wrong": {},
        "typed": {},
    }


def _here(request: Request, root: str) -> str:
    """The address of this page inside the site, without what is said once: where an undo leads back to."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in {"said", "undo"}]
    return request.url.path.removeprefix(root) + (f"?{urlencode(kept)}" if kept else "")


def _record(name: str) -> str:
    """A record's id from an address; "" for what could lead elsewhere."""
    return name if name.isascii() and name.replace("-", "").replace("_", "").isalnum() else ""


def go(request: Request, path: str, **query: str) -> RedirectResponse:
    """After a change: to the page that shows it (303, so that reloading repeats nothing)."""
    tail = f"{'&' if '?' in path else '?'}{urlencode(query)}" if query else ""
    return RedirectResponse(f"{request.scope.get('root_path', '')}{path}{tail}", 303)


def inside(path: str, otherwise: str = "/") -> str:
    """A path of this site's own, as a form says where it stood; another for what could lead elsewhere."""
    mine = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if mine else otherwise


def wrong(request: Request, error: MesInfosError, fields: Iterable[str] = ()) -> dict[str, str]:
    """An error as the form shows it: under its field, or above the form (key "") when it concerns none of `fields`."""
    known = tuple(fields)
    where = error.field if error.field and (not known or error.field in known) else ""
    return {where: wording.say(error, look(request).language)}


@cache
def environment() -> Environment:
    """The one Jinja environment of the process."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals |= {
        "_": translate,
        "ngettext": counted,
        "say": say,
        "url": url,
        "link": link,
        "static": static,
        "today_": _today,
        "words": words,
        "logo": logo,
        "sheets": SHEETS,
        "buyers": bought,
        "taught": taught,
        "claimed": claimed,
        "languages": {"fr": "Français", "en": "English"},
        "typed_amount": lambda value: wording.plain_amount(value, _LOOK.get().language),
        "number": lambda value: wording.number(value, _LOOK.get().language),
        "size": lambda value: wording.size(value, _LOOK.get().language),
    }
    made.filters |= {
        "money": money,
        "day": day,
        "moment": moment,
        "hue": hue,
        "initials": initials,
        "spoken": said_of,
        "start": start,
        "unquoted": unquote_plus,
    }
    return made


def translate(text_: str, /, **values: object) -> str:
    """The template's `_`: a text in the reader's language."""
    return wording.translate(str(text_), _LOOK.get().language, **values)


def said_of(value: str, rule: str = "") -> str:
    """The template's `spoken`: a value of a disclosure as the reader would say it."""
    return spoken(value, rule, _LOOK.get().language)


def counted(one: str, many: str, n: int, /, **values: object) -> str:
    """The template's `ngettext`: the form that goes with `n`, which fills {n} in the language's own grouping."""
    return wording.ngettext(one, many, n, _LOOK.get().language, **values)


def say(error: MesInfosError) -> str:
    """An error as a paragraph."""
    return wording.say(error, _LOOK.get().language)


def money(value: Money | Iterable[Money] | None) -> str:
    """One amount, or several in their own currencies, joined; a dash for none."""
    amounts = (value,) if isinstance(value, Money) else tuple(value or ())
    return " + ".join(wording.money(amount, _LOOK.get().language) for amount in amounts) or "–"


def day(value: date | datetime | None, width: str = "long") -> str:
    """A date in words; a dash for none. "near" leaves out the running year, for lists."""
    local = value.astimezone().date() if isinstance(value, datetime) else value
    if local is None:
        return "–"
    language = _LOOK.get().language
    return wording.near(local, language, _today()) if width == "near" else wording.day(local, language, width)


def start(first: date, last: date) -> str:
    """The first day of a range whose last day is written as in a list."""
    return wording.start(first, last, _LOOK.get().language, _today())


def moment(value: datetime | None, width: str = "medium") -> str:
    """An instant on the clock of this machine; a dash for none. "near" leaves out the running year, for lists."""
    today = _today() if width == "near" else None
    return wording.moment(value.astimezone(), _LOOK.get().language, width, today) if value else "–"


def _today() -> date:
    return datetime.now().astimezone().date()


def url(path: str) -> str:
    """An address inside this instance, wherever it is mounted."""
    return f"{_LOOK.get().root}{path}"


def link(path: str, **query: Any) -> str:
    """The same with a query; empty values are left out."""
    kept = {name: value for name, value in query.items() if value not in {"", None}}
    return url(path) + (f"?{urlencode(kept)}" if kept else "")


@cache
def _stamp(path: str) -> str:
    return blake2b((HERE / "static" / path).read_bytes(), digest_size=6).hexdigest()


def static(path: str) -> str:
    """A static file's address with its content's stamp, so that browsers may keep it for ever."""
    return static_at(_LOOK.get().root, path)


def static_at(root: str, path: str) -> str:
    """The same where no page is being made, for an instance under this path."""
    return f"{root}/static/{path}?v={_stamp(path)}"


def hue(name: str) -> int:
    """Which of the eight monogram colours a name wears."""
    return blake2b(name.encode("utf-8", "replace"), digest_size=1).digest()[0] % 8


def initials(name: str) -> str:
    """One or two capitals that stand for a logo."""
    parts = [part for part in name.split() if part[:1].isalnum()] or [name or "?"]
    return "".join(part[0] for part in parts[:2]).upper() if len(parts) > 1 else parts[0][:1].upper()
