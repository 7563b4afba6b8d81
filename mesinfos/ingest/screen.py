"""Organisation or person, from the headers alone: bodies of personal mail never leave the mail server.

In doubt about an organisation the body is fetched; a person at a freemail address who writes without any mark of
bulk mail is left alone.
"""

import re

from mesinfos.directory import (
    by_domain,
    by_name,
    is_freemail,
    is_mailing_house,
    kind_named,
    known_labels,
    label_of,
    name_key,
    registrable,
)
from mesinfos.errors import Unparseable
from mesinfos.ingest.addresses import Mailbox, read_addresses
from mesinfos.ingest.headers import Headers
from mesinfos.ingest.lexicon.senders import BUSINESS, MACHINE
from mesinfos.ingest.words import fold
from mesinfos.model.values import Kind

_BULK = frozenset(
    [
        "list-unsubscribe",
        "list-id",
        "feedback-id",
        "x-csa-complaints",
        "list-unsubscribe-post",
        "x-campaign",
        "x-campaignid",
        "x-mailgun-sid",
        "x-sg-eid",
        "x-ses-outgoing",
        "x-mc-user",
        "x-mailjet-campaign",
        "x-mj-mid",
        "x-sfmc-stack",
        "x-job",
        "x-rpcampaign",
        "x-cid",
        "x-emarsys-environment",
        "x-mandrill-user",
        "x-postmark-tag",
        "x-sib-id",
        "x-pm-message-id",
        "x-hubspot-messageid",
        "x-klaviyo-message-id",
        "x-auto-response-suppress",
        "x-amazon-metadata",
        "bounces-to",
        "x-mailer-recptid",
    ]
)
_PERSONAL_ANSWER = frozenset(("in-reply-to", "references"))
_LIST_PROGRAM = frozenset(("x-mailman-version", "x-beenthere"))
_DISCUSSION = _LIST_PROGRAM | {"mailing-list", "x-google-group-id", "list-archive"}
_BY_HAND = re.compile(
    r"iphone|ipad|apple mail|thunderbird|outlook|k-9|android|webmail|roundcube|squirrelmail|evolution|mutt|"
    r"yahoomail|foxmail|the bat|windows live|spark", re.IGNORECASE)  # fmt: skip


def wants_body(header_block: bytes) -> bool:
    """True when this looks like an organisation's mail; headers that cannot be read are fetched and judged later."""
    try:
        return not is_personal(Headers(header_block.replace(b"\r\n", b"\n")))
    except Unparseable:
        return True


def is_personal(headers: Headers) -> bool:
    """True when a person seems to have written this mail."""
    fields = headers.raw("from")
    boxes = read_addresses(fields[0]).mailboxes if fields else ()
    if not boxes or not boxes[0].address:
        return False
    if _is_discussion(headers, boxes[0].domain):
        return True
    return not _is_bulk(headers) and _is_persons(boxes[0], headers)


def _is_persons(box: Mailbox, headers: Headers) -> bool:
    local = box.address.rpartition("@")[0]
    if is_freemail(box.domain):
        return not _speaks_for_provider(box.name, box.domain) and not is_small_firm(box.name, headers)
    own = known_labels().get(label_of(registrable(box.domain)))  # hornbach.cz, where hornbach.de alone is known
    if own or by_domain(box.domain) or is_mailing_house(box.domain) or MACHINE.search(local):
        return False
    # A name in a firm's or family's own domain: a person when it answers, or when name and address agree.
    if headers.has_any(_PERSONAL_ANSWER) or _is_named(box.name, local, box.domain):
        return True
    # "Bob" at bob@, from a mail program that people write in.
    first = name_key(box.name)
    return bool(first) and first == name_key(local) != name_key(label_of(registrable(box.domain))) and _by_hand(headers)


def is_small_firm(name: str, headers: Headers) -> bool:
    """True for a shop without a domain of its own that writes about business: its name says what it is."""
    return kind_named(name, "") is not Kind.UNKNOWN and BUSINESS.search(fold(headers.get("subject"))) is not None


def _is_discussion(headers: Headers, domain: str) -> bool:
    """True for posts and digests of a list on which people write to each other."""
    if not headers.has_any(_DISCUSSION):
        return False
    posts = "mailto:" in headers.get("list-post") or headers.has_any(_LIST_PROGRAM)
    return posts and by_domain(domain) is None


def _by_hand(headers: Headers) -> bool:
    return _BY_HAND.search(headers.get("x-mailer") or headers.get("user-agent")) is not None


def _is_named(name: str, local: str, domain: str) -> bool:
    """True for Karim Belloc at karim.belloc@, or at karim@belloc-famille; a firm's name is all in its domain."""
    words = [key for word in name.replace("-", " ").split()[:4] if len(key := name_key(word)) > 1 and key.isalpha()]
    own, label = name_key(local), name_key(label_of(registrable(domain)))
    in_local = [word for word in words if word[:4] in own]
    in_domain = [word for word in words if len(word) > 2 and word in label and word not in in_local]
    return len(in_local) >= 2 or bool(in_local and in_domain and in_local[0] not in label)


def _is_bulk(headers: Headers) -> bool:
    returns = headers.get("return-path").strip("< ").lower()
    if headers.has_any(_BULK) or (returns.startswith("bounce") and "=" in returns):
        return True  # machines take back every mail at an address of its own: `bounces+17-alice=example.org@`
    precedence = headers.get("precedence").strip().lower()
    automatic = headers.get("auto-submitted", "no").strip().lower()
    return precedence in {"bulk", "list", "junk"} or automatic.split(";")[0] not in {"no", ""}


def _speaks_for_provider(name: str, domain: str) -> bool:
    """True for hello@yandex.ru in the name of Yandex: the provider itself."""
    brand, shown = by_domain(domain), by_name(name)
    return brand is not None and shown is not None and brand.main == shown.main
