"""Organisation or person, from the headers alone: bodies of personal mail never leave the mail server.

In doubt about an organisation the body is fetched; a person at a freemail address who writes without any mark of
bulk mail is left alone.
"""

import re

from mesinfos.directory import by_domain, by_name, is_freemail, is_mailing_house, label_of, name_key, registrable
from mesinfos.errors import Unparseable
from mesinfos.ingest.addresses import read_addresses
from mesinfos.ingest.headers import Headers

_BULK = (
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
)
_MACHINE = re.compile(
    r"no[-_.]?reply|do[-_.]?not[-_.]?reply|ne[-_.]?pas|nepasrepondre|news(?:letter)?|noti(?:f|c)|info(?:s|"
    r"rmation|lettre)?$|contact|orders?\b|"
    r"confirm|service|support|kunden|client|customer|billing|invoice|factur|rechnung|bestell|commande|pedido|"
    r"ship|track|deliver|"
    r"livraison|versand|auto|mailer|alert|account|compte|konto|promo|offer|offre|marketing|bonjour|hello|hallo|"
    r"shop|store|boutique|"
    r"receipt|payment|paiement|welcome|team|mailing|reply|robot|system|admin|update|booking|reserv|ticket|"
    r"survey|feedback|sales|help|care", re.IGNORECASE)  # fmt: skip
_PERSONAL_ANSWER = ("in-reply-to", "references")


def wants_body(header_block: bytes) -> bool:
    """True when this looks like an organisation's mail; headers that cannot be read are fetched and judged later."""
    try:
        return not is_personal(Headers(header_block.replace(b"\r\n", b"\n")))
    except Unparseable:
        return True


def is_personal(headers: Headers) -> bool:
    """True when a person seems to have written this mail."""
    if _is_bulk(headers):
        return False
    fields = headers.raw("from")
    boxes = read_addresses(fields[0]).mailboxes if fields else ()
    if not boxes or not boxes[0].address:
        return False
    box = boxes[0]
    local = box.address.rpartition("@")[0]
    if is_freemail(box.domain):
        return not _speaks_for_provider(box.name, box.domain)
    if by_domain(box.domain) or is_mailing_house(box.domain) or _MACHINE.search(local):
        return False
    # A name in a firm's or family's own domain: a person when it answers, or when name and address agree.
    return any(name in headers for name in _PERSONAL_ANSWER) or _is_named(box.name, local, box.domain)


def _is_named(name: str, local: str, domain: str) -> bool:
    """True for Karim Belloc at karim.belloc@, or at karim@belloc-famille; a firm's name is all in its domain."""
    words = [key for word in name.replace("-", " ").split()[:4] if len(key := name_key(word)) > 1 and key.isalpha()]
    own, label = name_key(local), name_key(label_of(registrable(domain)))
    in_local = [word for word in words if word[:4] in own]
    in_domain = [word for word in words if len(word) > 2 and word in label and word not in in_local]
    return len(in_local) >= 2 or bool(in_local and in_domain and in_local[0] not in label)


def _is_bulk(headers: Headers) -> bool:
    if any(name in headers for name in _BULK):
        return True
    precedence = headers.get("precedence").strip().lower()
    automatic = headers.get("auto-submitted", "no").strip().lower()
    return precedence in {"bulk", "list", "junk"} or automatic.split(";")[0] not in {"no", ""}


def _speaks_for_provider(name: str, domain: str) -> bool:
    """True for hello@yandex.ru in the name of Yandex: the provider itself."""
    brand, shown = by_domain(domain), by_name(name)
    return brand is not None and shown is not None and brand.main == shown.main
