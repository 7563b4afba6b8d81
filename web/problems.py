"""Errors become HTTP here and nowhere else: one table of classes, one of texts, a page for people, JSON for the API."""

import logging
import secrets
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from mesinfos import errors, wording
from mesinfos.errors import N_, MesInfosError
from web.api.limits import TooLarge
from web.render import link, look, page
from web.throttle import TooSoon
from web.words import Word

STATUS: dict[type[MesInfosError], int] = {
    MesInfosError: 500,
    errors.InvalidInput: 422,
    errors.ConnectorError: 502,
    errors.Unreachable: 504,
    errors.CredentialsRejected: 502,
    errors.SourceChanged: 409,
    errors.UnknownConnector: 404,
    errors.IngestError: 422,
    errors.Unparseable: 422,
    errors.VaultError: 500,
    errors.NotFound: 404,
    errors.Locked: 401,
    errors.WrongPassphrase: 403,
    errors.Tampered: 500,
    errors.UnknownFormat: 500,
    errors.StorageFull: 507,
    errors.StorageUnavailable: 503,
    errors.ConsentError: 500,
    errors.NoGrant: 401,
    errors.NotGranted: 403,
    errors.ProofRefused: 401,
    errors.UnreadableGrant: 409,
    errors.Busy: 503,
    TooSoon: 429,
    TooLarge: 413,
}
"""Every class of `mesinfos.errors` has its line here; a test counts them."""

TITLE: dict[int, Word] = {
    400: Word(N_("This request cannot be read"), icon="question"),
    401: Word(N_("This is closed"), icon="lock"),
    403: Word(N_("This is refused"), icon="lock"),
    404: Word(N_("There is nothing here"), icon="search"),
    405: Word(N_("This cannot be done here"), icon="question"),
    409: Word(N_("This has changed meanwhile"), icon="sync"),
    413: Word(N_("This is too large"), icon="warning"),
    421: Word(N_("This address is not known here"), icon="question"),
    422: Word(N_("Something in the form cannot be used"), icon="warning"),
    429: Word(N_("Too many tries"), icon="clock"),
    500: Word(N_("Something went wrong on our side"), icon="warning"),
    502: Word(N_("The source does not let us in"), icon="source"),
    503: Word(N_("Not now"), icon="clock"),
    504: Word(N_("The source does not answer"), icon="source"),
    507: Word(N_("The disk is full"), icon="warning"),
}

DETAIL: dict[int, str] = {
    400: N_("The browser sent something that MesInfos does not understand. Go back and try again."),
    403: N_(
        "The request did not come from a page of this site, so nothing was done. Open the page here and try again."
    ),
    404: N_("The page was moved, removed, or never existed. What you keep is not affected."),
    405: N_("The address is right, but not for this kind of request. Go back and use the page's own buttons."),
    413: N_("A form may hold one megabyte at most, a photo twelve. Nothing was stored."),
    421: N_("MesInfos answers only under its own address. The operator sets it with MESINFOS_BASE_URL."),
    422: N_("A value is missing or has the wrong form. Go back, your typing is still there."),
    429: N_("Wait a moment, then try again. Nothing is lost."),
    500: N_("Nothing was half stored. Try again; when it comes back, tell the operator the number below."),
    503: N_("MesInfos or its database is busy or restarting. Wait a moment, then try again."),
}

logger = logging.getLogger("mesinfos.web")


def install(app: FastAPI) -> None:
    """Give every error of the house, and those of the framework, its answer."""
    app.add_exception_handler(MesInfosError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _malformed)


def status_of(error: MesInfosError) -> int:
    """The HTTP status of an error: its class's, else its nearest ancestor's."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def refuse(request: Request, status: int) -> Response:
    """The answer to a request that never reached a page."""
    return answer(request, status)


def answer(  # noqa: PLR0913  what a problem document may hold (RFC 9457 §3.1), most of it optional
    request: Request,
    status: int,
    *,
    detail: str = "",
    advice: str = "",
    kind: str = "about:blank",
    wait: int = 0,
    extra: dict[str, Any] | None = None,
) -> Response:
    """A problem page, or a problem document (RFC 9457) below /api; `detail` and `advice` are already translated."""
    number = secrets.token_hex(4)
    if status >= 500:
        logger.warning("problem %s: %s %s", number, status, kind)
    language = "en" if is_api(request) else look(request).language
    title = TITLE.get(status, TITLE[500])
    detail = detail or wording.translate(DETAIL.get(status, ""), language)
    headers = {"Retry-After": str(wait)} if wait else {}
    if not is_api(request):
        made: Response = page(
            request,
            "problem.html",
            status=status,
            title=title,
            detail=detail,
            advice=advice,
            number=number,
            code=status,
        )
    else:
        told = {"type": kind, "title": wording.translate(title.text, language), "status": status, "detail": detail}
        made = JSONResponse(told | (extra or {}), status, media_type="application/problem+json")
    made.headers.update(headers)
    if status == 401 and is_api(request):
        for challenge in _challenges(request, kind):
            made.headers.append("WWW-Authenticate", challenge)
    return made


def _challenges(request: Request, kind: str) -> tuple[str, str]:
    """How to come back: by a token bound to a key (RFC 9449 §7.1) or a bearer's, and who gives them (RFC 9728 §5.1)."""
    base = request.app.state.site.instance.settings.base_url
    error = "invalid_dpop_proof" if kind.endswith("ProofRefused") else "invalid_token"
    where = f'error="{error}", resource_metadata="{base}/.well-known/oauth-protected-resource"'
    return f'Bearer realm="mesinfos", {where}', f'DPoP realm="mesinfos", algs="ES256 EdDSA Ed25519 PS256", {where}'


def is_api(request: Request) -> bool:
    """Whether a machine asks."""
    path = request.url.path.removeprefix(str(request.scope.get("root_path", "")))
    return path.startswith(("/api/v", "/api/oauth", "/api/rar", "/.well-known/"))


async def _ours(request: Request, error: Exception) -> Response:
    if not isinstance(error, MesInfosError):
        raise error
    if isinstance(error, errors.Locked) and not is_api(request):
        return _to_the_door(request)
    language = "en" if is_api(request) else look(request).language
    return answer(
        request,
        status_of(error),
        detail=wording.translate(error.message, language, **error.values),
        advice=wording.translate(error.advice, language),
        kind=f"urn:mesinfos:error:{type(error).__name__}",
        wait=error.seconds if isinstance(error, TooSoon) else 5 * isinstance(error, errors.Busy),
        extra=({"field": error.field} if error.field else {}) | getattr(error, "members", {}),
    )


def _to_the_door(request: Request) -> Response:
    """A closed vault is answered by the page that opens it, which leads back here."""
    root = str(request.scope.get("root_path", ""))
    here = request.url.path.removeprefix(root) + (f"?{request.url.query}" if request.url.query else "")
    there = link("/unlock", next=here) if request.method == "GET" and here != "/" else link("/unlock")
    if "hx-request" in request.headers:  # a live part asked: the whole page must move, not the part
        return Response(headers={"HX-Redirect": root + "/unlock"})
    return RedirectResponse(root + there, 303)


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    made = answer(request, error.status_code)
    made.headers.update(error.headers or {})
    return made


async def _malformed(request: Request, error: Exception) -> Response:
    """Values outside a route's declared shape; the API is told where, people get the page."""
    places = (
        [".".join(map(str, one["loc"])) for one in error.errors()] if isinstance(error, RequestValidationError) else []
    )
    return answer(request, 422, kind="urn:mesinfos:error:InvalidInput", extra={"places": places})
