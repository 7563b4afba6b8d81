"""Where a link leads: click trackers carry the true address in their query, sometimes encoded twice."""

import re
from urllib.parse import unquote

_NESTED = re.compile(r"[=/]\s*(https?(?::|%3A|%253A)(?://|%2F%2F|%252F%252F)[^&\s\"'<>]{4,2000})", re.IGNORECASE)
_HOST = re.compile(r"https?://(?:[^/?#@\s]*@)?([^/?#:\s]{1,253})", re.IGNORECASE)


def target_of(href: str) -> str:
    """The address inside a click tracker's address, at most three deep; else the address itself."""
    for _ in range(3):
        found = _NESTED.search(href, 8) if href.find("http", 8) > 0 or "HTTP" in href else None
        if found is None:
            break
        inner = found[1]
        for _ in range(2):
            if "://" in inner[:9]:
                break
            inner = unquote(inner)
        if "%3A%2F%2F" in inner[:20].upper() or not _HOST.match(inner):
            break
        href = unquote(inner) if "%2F" in inner.upper() and "?" not in inner else inner
    return href


def host_of(href: str) -> str:
    """The host of a web address in lower case, without `www.`; empty for anything else."""
    found = _HOST.match(href)
    return found[1].lower().removeprefix("www.").rstrip(".") if found else ""
