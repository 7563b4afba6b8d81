"""The cookies and the room of an opened vault: shared by first run, unlock and settings."""

from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response

from mesinfos.consent.journal import Action, append
from mesinfos.vault.sessions import end_session, start_session
from mesinfos.vault.unlock import OpenVault
from web.deps import SESSION_COOKIE, Site
from web.render import BLUR_COOKIE, KEYS_COOKIE, LANGUAGE_COOKIE, THEME_COOKIE
from web.security import host_name

YEAR = 365 * 24 * 3600  # seconds
HALF_DAY = 12 * 3600  # seconds; a session never lives longer
DEVICE_COOKIE = "mesinfos_browser"
KNOWN = "known-browser"
"""What a known browser's mark is made for; it opens nothing, it only has a queue of its own at the door."""


def enter(request: Request, site: Site, vault: OpenVault, answer: Response) -> Response:
    """Begin a session in this browser, end the one it had, and let waiting work begin."""
    leave(request, site)
    secret = is_secure(request)
    cookie = start_session(site.instance, vault)
    answer.set_cookie(
        SESSION_COOKIE, cookie, max_age=HALF_DAY, path=root(request), httponly=True, samesite="lax", secure=secret
    )
    mark = site.instance.key.mac(vault.vault_id, KNOWN, b"1").hex()
    answer.set_cookie(
        DEVICE_COOKIE,
        f"{vault.vault_id}.{mark}",
        max_age=YEAR,
        path=root(request),
        httponly=True,
        samesite="lax",
        secure=secret,
    )
    site.alarms[vault.vault_id] = vault.alarms
    with site.instance.database.write(vault.vault_id) as connection:
        append(site.instance, connection, vault.vault_id, Action.VAULT_OPENED, vault.vault_id)
    site.jobs.vault_opened(vault)
    site.archivist.opened(vault)
    return answer


def leave(request: Request, site: Site) -> None:
    """End the session of this browser, if it has one."""
    old = request.cookies.get(SESSION_COOKIE)
    if old:
        end_session(site.instance, old)


def forget(request: Request, answer: Response) -> Response:
    """Take the session cookie back."""
    answer.delete_cookie(SESSION_COOKIE, path=root(request))
    return answer


def prefer(  # noqa: PLR0913  each is kept by itself
    request: Request, answer: Response, *, language: str = "", theme: str = "", blur: str = "", keys: str = ""
) -> Response:
    """Keep a reader's choice of language, theme, blur or shortcuts in this browser."""
    chosen = {LANGUAGE_COOKIE: language, THEME_COOKIE: theme, BLUR_COOKIE: blur, KEYS_COOKIE: keys}
    for name, value in chosen.items():
        if value:
            answer.set_cookie(
                name, value, max_age=YEAR, path=root(request), httponly=True, samesite="lax", secure=is_secure(request)
            )
    return answer


def doors(request: Request, site: Site, vault_id: str) -> tuple[str, ...]:
    """What a try to open this vault is counted under: its known browser alone, else the address and the vault."""
    known = f"{vault_id}.{site.instance.key.mac(vault_id, KNOWN, b'1').hex()}"
    if request.cookies.get(DEVICE_COOKIE) == known:
        return (f"browser:{vault_id}",)
    address = request.client.host if request.client else "?"
    return (f"address:{address}", f"vault:{vault_id}")


def is_secure(request: Request) -> bool:
    """Whether cookies may be marked Secure: the browser reached us by https, perhaps through a proxy."""
    base = urlsplit(request.app.state.site.instance.settings.base_url)
    ours = base.scheme == "https" and host_name(request.headers.get("host", "")) == base.hostname
    return request.url.scheme == "https" or ours


def root(request: Request) -> str:
    """The path of the cookies: where this instance is mounted."""
    return str(request.scope.get("root_path", "")) or "/"
