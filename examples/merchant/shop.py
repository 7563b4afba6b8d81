"""The shop itself: its pages for visitors, and the three addresses that instances of MesInfos ask."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import httpx
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from examples.merchant.client import Client, Refused
from examples.merchant.desk import GIVE, READ, Desk, proven
from examples.merchant.keys import ALGORITHM, jwks, load_keys
from examples.merchant.pages import GOODS, HERE, Look, language_of, page
from examples.merchant.proofs import Forged
from examples.merchant.store import Store

COOKIE, LANGUAGE = "boutique", "boutique_language"
WEBHOOK = "/mesinfos/webhook"
LARGEST = 20_000  # bytes of a message
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"


class Settings(NamedTuple):
    """Where the shop is, how it calls itself, and whose it says it is; `instance` is proposed to visitors."""

    url: str
    folder: Path
    name: str = "Maison Tilleul"
    domain: str = "maison-tilleul.example"
    instance: str = ""


class Site(NamedTuple):
    """What all requests share."""

    settings: Settings
    desk: Desk


def create_app(settings: Settings) -> FastAPI:
    """The shop as a web application; its keys and its visitors lie in the settings' folder."""
    client = Client(settings.url, load_keys(settings.folder), local=settings.url.startswith("http://"))
    app = FastAPI(title=settings.name, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = Site(settings, Desk(client, Store(settings.folder)))
    app.include_router(router)
    app.mount("/static", StaticFiles(directory=HERE / "static"))
    app.middleware("http")(_guard)
    return app


def _site(request: Request) -> Site:
    found: Site = request.app.state.site
    return found


def _who(request: Request) -> str:
    return request.cookies.get(COOKIE, "")


router = APIRouter()
Here = Annotated[Site, Depends(_site)]
Who = Annotated[str, Depends(_who)]
Typed = Annotated[str, Form()]


@router.get("/mesinfos/client.json")
def document(here: Here) -> Response:
    """Who we are (OAuth Client ID Metadata Document; members of RFC 7591 §2, RFC 9126 §6, RFC 9396 §10, RFC 9449 §5.2).

    Nobody registers: an instance that never heard of us fetches this from the address that is our `client_id`.
    """
    settings, client = here.settings, here.desk.client
    told = {
        "client_id": client.client_id,
        "client_name": settings.name,
        "client_uri": f"https://{settings.domain}/",
        "redirect_uris": [client.redirect_uri],
        "response_types": ["code"],
        "grant_types": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": ALGORITHM,
        "jwks_uri": f"{settings.url}/mesinfos/jwks.json",
        "require_pushed_authorization_requests": True,
        "dpop_bound_access_tokens": True,
        "authorization_details_types": [READ, GIVE],
        "mesinfos_webhook_uri": settings.url + WEBHOOK,
    }
    return JSONResponse(told)


@router.get("/mesinfos/jwks.json")
def keys(here: Here) -> Response:
    """Our public key."""
    return JSONResponse(jwks(here.desk.client.keys), media_type="application/jwk-set+json")


@router.post(WEBHOOK)
async def webhook(request: Request, here: Here, later: BackgroundTasks) -> Response:
    """Standard Webhooks: check, act, and answer 2xx at once. 404 has the instance try again, 410 would end it all.

    The same message may come twice. Acting on it twice does no harm here, so its id is not remembered.
    """
    if not 0 < int(request.headers.get("content-length") or 0) <= LARGEST:
        return Response(status_code=413)
    body = await request.body()
    try:
        grant_id = str(json.loads(body)["data"]["grant_id"])
        told = await asyncio.to_thread(here.desk.told, request.headers, body, grant_id)
    except (ValueError, KeyError, TypeError, Forged):
        return Response(status_code=404)  # also for a grant whose token we are only fetching: it comes again
    later.add_task(here.desk.follow_up, *told)
    return Response(status_code=204)


@router.get("/mesinfos/callback")
def callback(request: Request, here: Here, who: Who) -> Response:
    """Where the person's browser comes back to, with a code or a refusal (RFC 6749 §4.1.2)."""
    try:
        here.desk.answered(who, request.query_params)
    except (Refused, httpx.HTTPError, KeyError) as why:
        refused = isinstance(why, Refused) and why.error == "access_denied"
        said = {"refused": True} if refused else {"failed": str(why), "answer": True}
        return _page(request, "connect.html", typed=here.settings.instance, **said)
    return _go("/account")


@router.get("/")
def front(request: Request) -> Response:
    """What is sold."""
    return _page(request, "front.html", goods=GOODS)


@router.post("/orders")
def order(here: Here, who: Who, sku: Typed) -> Response:
    """Buy."""
    name = here.desk.store.greet(who)
    made = here.desk.order(name, next((one for one in GOODS if one["sku"] == sku), GOODS[0]))
    return _known(_go(f"/orders?thanks={made['number']}"), name, here.settings)


@router.get("/orders")
def orders(request: Request, thanks: str = "", gave: str = "") -> Response:
    """What was bought, and may be given back."""
    return _page(request, "orders.html", thanks=thanks, gave=gave)


@router.post("/orders/{number}/give")
def give(request: Request, here: Here, who: Who, number: str) -> Response:
    """Give an order back to whom it belongs."""
    try:
        here.desk.give(who, number)
    except (Refused, httpx.HTTPError) as why:
        return _page(request, "orders.html", 502, failed=str(why))
    return _go(f"/orders?gave={number}" if here.desk.store.find(who).granted else "/account")


@router.get("/connect")
def connect(request: Request, here: Here) -> Response:
    """What we will ask, and where."""
    return _page(request, "connect.html", typed=here.settings.instance)


@router.post("/connect")
def begin(request: Request, here: Here, who: Who, address: Typed) -> Response:
    """Ask there."""
    name = here.desk.store.greet(who)
    try:
        url = here.desk.ask(name, address)
    except (Refused, httpx.HTTPError, KeyError) as why:
        return _page(request, "connect.html", 422, typed=address, failed=str(why))
    return _known(_go(url), name, here.settings)


@router.get("/account")
def account(request: Request, here: Here, who: Who) -> Response:
    """What we see now. Each visit asks: so we learn of an end even when its message was lost."""
    failed = ""
    try:
        here.desk.look(who)
        here.desk.follow_up(who)
    except (Refused, httpx.HTTPError) as why:
        failed = str(why)
    visitor = here.desk.store.find(who)
    if not visitor.granted and not visitor.ended:
        return _go("/connect")
    template = "account.html" if visitor.granted else "ended.html"
    return _page(request, template, failed=failed, receipts=proven(visitor))


@router.post("/account/give-back")
def give_back(here: Here, who: Who) -> Response:
    """End the consent from our side."""
    here.desk.let_go(who)
    return _go("/account")


@router.get("/language/{code}")
def language(code: str) -> Response:
    """Read the shop in another language."""
    answer = _go("/")
    answer.set_cookie(LANGUAGE, "en" if code == "en" else "fr", samesite="lax", httponly=True)
    return answer


async def _guard(request: Request, follow: Any) -> Response:
    """Forms are taken from our own pages only, and pages load nothing from elsewhere."""
    own = _site(request).settings.url
    if request.method == "POST" and request.url.path != WEBHOOK and request.headers.get("origin", own) != own:
        return Response(status_code=403)
    answer: Response = await follow(request)
    # `no-referrer` would have browsers send our own forms with "Origin: null".
    answer.headers.update({"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin"})
    answer.headers.update({"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"})
    return answer


def _page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    here = _site(request)
    look = Look(language_of(request.cookies.get(LANGUAGE, ""), request.headers.get("accept-language", "")))
    known = {"shop": here.settings.name, "path": request.url.path, "visitor": here.desk.store.find(_who(request))}
    return page(look, template, status, **known, **values)


def _known(answer: Response, name: str, settings: Settings) -> Response:
    secure = settings.url.startswith("https://")
    answer.set_cookie(COOKIE, name, max_age=30_000_000, secure=secure, httponly=True, samesite="lax")
    return answer


def _go(url: str) -> Response:
    return RedirectResponse(url, 303)
