"""How to leave the list that a mail came by: what its headers offer (RFC 2369), and whether one press does (RFC 8058).

One press only where the standard's conditions hold: an https address, `List-Unsubscribe=One-Click`, and both fields
under a DKIM signature that is good. Otherwise whoever passed the mail on could have written the address.
"""

import re
from typing import NamedTuple

from mesinfos.ingest.authenticate import MAX_SIGNATURES, good_signature, signature_tags
from mesinfos.ingest.context import Context
from mesinfos.ingest.parse import Mail
from mesinfos.ingest.results import Signed, signed_by

FIELDS = frozenset({b"list-unsubscribe", b"list-unsubscribe-post"})
_ONE_CLICK = "list-unsubscribe=one-click"
_HTTPS = re.compile(r"<\s*(https://[^\s<>\"]{4,2000})\s*>", re.IGNORECASE)
_MAILTO = re.compile(r"<\s*(mailto:[^\s<>\"]{3,2000})\s*>", re.IGNORECASE)


class Exit(NamedTuple):
    """The ways out: an https address, whether it takes the request by itself, and a mailto address."""

    page: str = ""
    one_click: bool = False
    mail: str = ""


def way_out(mail: Mail, context: Context) -> Exit:
    """What the mail's own list headers offer."""
    field = mail.headers.get("list-unsubscribe")
    if not field:
        return Exit()
    page, letter = _HTTPS.search(field), _MAILTO.search(field)
    one_click = bool(page) and _asks_for_one_click(mail) and _is_covered(mail, context)
    return Exit(page[1] if page else "", one_click, letter[1] if letter else "")


def _asks_for_one_click(mail: Mail) -> bool:
    """Each field once: a signature covers the last of several, and a reader sees the first."""
    posted = mail.headers.get_all("list-unsubscribe-post")
    return (
        len(mail.headers.raw("list-unsubscribe")) == 1 and len(posted) == 1 and posted[0].strip().lower() == _ONE_CLICK
    )


def _is_covered(mail: Mail, context: Context) -> bool:
    """Whether a good signature covers both fields, by the provider's verdict or by a key at hand."""
    signatures = [signature_tags(field) for field in mail.headers.raw("dkim-signature")[:MAX_SIGNATURES]]
    for passed in signed_by(mail.headers, context.authserv_ids):
        meant = [tags for tags in signatures if _is_meant(tags, passed)]
        # A verdict that could be about several signatures is worth what the least of them covers.
        if meant and all(map(_covers, meant)):
            return True
    return any(_covers(tags) and good_signature(mail, index, tags, context) for index, tags in enumerate(signatures))


def _covers(tags: dict[bytes, bytes]) -> bool:
    return {name.strip().lower() for name in tags.get(b"h", b"").split(b":")} >= FIELDS


def _is_meant(tags: dict[bytes, bytes], passed: Signed) -> bool:
    """Whether the provider's verdict is about this signature: by its domain, and selector and beginning if named."""
    domain, selector = _text(tags, b"d"), _text(tags, b"s")
    identity = _text(tags, b"i").rpartition("@")[2] or domain
    named = passed.domain == domain if passed.domain else passed.identity == identity
    begins = b"".join(tags.get(b"b", b"").split()).decode("ascii", "replace").startswith(passed.begins)
    return bool(domain) and named and passed.selector in {"", selector} and begins


def _text(tags: dict[bytes, bytes], name: bytes) -> str:
    return tags.get(name, b"").decode("ascii", "replace").lower()
