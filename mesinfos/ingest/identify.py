"""Which organisation a mail is from: exactly one or none.

In real mail only half of the senders use their brand's own domain. So the From domain comes first, and where it
belongs to one who only carries (mailing house, payment firm, relay) or to a person who
forwards, other signals name the merchant.
"""

import re
from collections import Counter

from mesinfos.directory import (
    Brand,
    by_domain,
    by_name,
    is_freemail,
    is_mailing_house,
    is_payment,
    is_relay,
    label_of,
    name_key,
    registrable,
)
from mesinfos.ingest.addresses import Mailbox
from mesinfos.ingest.authenticate import is_contradicted, is_malformed
from mesinfos.ingest.context import Context
from mesinfos.ingest.disguise import is_cheap, wears
from mesinfos.ingest.imitation import imitated, written_in
from mesinfos.ingest.links import host_of
from mesinfos.ingest.names import readable, undressed, without_tld
from mesinfos.ingest.parse import Mail
from mesinfos.ingest.quoted import is_forward, quoted_sender
from mesinfos.ingest.screen import is_personal
from mesinfos.model.merchant import Merchant, Sender
from mesinfos.model.values import Kind

MAX_LINES, MAX_READ = 1_500, 600  # of a text part: lines, and characters of each
_LIST_DOMAIN = re.compile(r"(?<![\w-])([\w-]++(?:\.[\w-]++)++)>?\s*+$")
_DOMAIN_WORD = re.compile(
    r"\b([a-z0-9-]{3,40}\.(?:com|fr|de|net|it|es|nl|org|co\.uk|be|pl|eu|at|ch|io))\b", re.IGNORECASE
)
_EVERYWHERE = frozenset(
    [
        "facebook.com",
        "twitter.com",
        "x.com",
        "instagram.com",
        "youtube.com",
        "linkedin.com",
        "pinterest.com",
        "tiktok.com",
        "google.com",
        "apple.com",
        "w3.org",
        "googleapis.com",
        "gstatic.com",
        "cloudfront.net",
        "akamaihd.net",
        "amazonaws.com",
        "doubleclick.net",
        "goo.gl",
        "bit.ly",
        "microsoft.com",
        "vk.com",
        "ok.ru",
        "whatsapp.com",
        "t.me",
        "schema.org",
        "play.google.com",
        "openstreetmap.org",
        "litmus.com",
    ]
)


def identify(mail: Mail, sender: Sender, context: Context) -> tuple[Merchant | None, str]:
    """The merchant of this mail, and the brand it imitates: never both."""
    if is_malformed(sender):
        return None, written_in(b", ".join(mail.headers.raw("from")))
    if not sender.address:
        return _from_content(mail), ""
    # Whoever forwards a mail writes from an own mailbox; what he forwards proves nothing about its first sender.
    if not is_contradicted(sender) and _may_forward(sender, context) and is_forward(mail):
        quoted = quoted_sender(mail)
        if quoted is not None and quoted.address != sender.address:
            return _forwarded(mail, sender, quoted, context)
    fake = imitated(mail, sender)
    if fake or is_personal(mail.headers):
        return None, fake
    if is_contradicted(sender) and not _only_carries(sender.domain):
        return None, readable("", sender.domain)  # the display name is the forger's; the domain is whom it harms
    return _of(mail, Mailbox(sender.name, sender.address), 0.98 if sender.verified else 0.8), ""


def _forwarded(mail: Mail, sender: Sender, quoted: Mailbox, context: Context) -> tuple[Merchant | None, str]:
    """The merchant quoted; a stranger may have written the quotation himself, so less has to speak against it."""
    first = Sender(quoted.address, quoted.name, registrable(quoted.domain))
    fake = imitated(mail, first, 4 if sender.verified and _is_own(sender, context) else 2)
    return (None, fake) if fake else (_of(mail, quoted, 0.6), "")


def _is_own(sender: Sender, context: Context) -> bool:
    return sender.address.casefold() in {address.casefold() for address in context.own_addresses}


def _may_forward(sender: Sender, context: Context) -> bool:
    return _is_own(sender, context) or by_domain(sender.domain) is None or is_freemail(sender.domain)


def _of(mail: Mail, box: Mailbox, confidence: float) -> Merchant | None:
    host = box.domain
    if is_mailing_house(host) or is_relay(host) or is_freemail(host):
        return _carried(mail, box, confidence)
    brand = by_domain(host)
    if is_payment(host) and (shop := _paid(mail, box, confidence)) is not None:
        return shop
    sister = _sister(brand, box.name) if brand is not None and brand.known else None
    if sister is not None:
        return _merchant(sister, confidence * 0.9)
    if brand is not None and (brand.known or not _contradicts(brand, box.name)):
        return _merchant(brand, confidence)
    shown = _named(box.name)
    # "Fnac" from fnac-mailing.com: its name stands in the domain, and nothing spoke against it.
    if shown is not None and shown.known and not is_cheap(host, shown) and wears(host, shown):
        return _merchant(shown, confidence * 0.8)
    domain = registrable(host)
    kind = brand.kind if brand else Kind.UNKNOWN
    return Merchant(readable(box.name, domain, box.address.rpartition("@")[0]), domain, kind, confidence * 0.9)


def _paid(mail: Mail, box: Mailbox, confidence: float) -> Merchant | None:
    """The shop in whose name a payment firm or a shop builder writes; None when it writes in its own."""
    brand, other = by_domain(box.domain), _named(box.name)
    name = name_key(undressed(box.name))
    firm = name_key(brand.name if brand else label_of(registrable(box.domain)))
    if "@" in box.name or len(name) < 2 or firm in name or name in firm:
        return None
    if other is not None:
        return None if brand is not None and other.main == brand.main else _merchant(other, confidence * 0.9)
    return _carried(mail, box, confidence)


def _sister(brand: Brand, display: str) -> Brand | None:
    """Another brand of the same house and trade, in whose name it writes: Ouigo from SNCF, Taobao from Alibaba."""
    shown = by_name(display) or by_name(undressed(display))
    fits = (
        shown is not None and shown.known and shown.kind is brand.kind is not Kind.CARRIER and shown.main != brand.main
    )
    return shown if fits else None


def _contradicts(brand: Brand, display: str) -> bool:
    """True when a list names a domain after one of its users and the display name says who really writes."""
    words = name_key(display)
    return bool(words) and name_key(brand.name) not in words and name_key(label_of(brand.domain)) in words


def _carried(mail: Mail, box: Mailbox, confidence: float) -> Merchant | None:
    """The organisation for which a carrier of mails wrote."""
    shown = _named(box.name)
    if shown is not None:
        return _merchant(shown, confidence * 0.9)
    written = [*(box.domain for box in mail.reply_to), _list_domain(mail), *_subject_domains(mail)]
    written.sort(key=lambda host: by_domain(host) is None)  # an organisation that is known before one that is not
    useful = [host for host in (*written, *_link_domains(mail)) if host and not _only_carries(host)]
    key = name_key(undressed(box.name))
    fitting = [
        host for host in useful if key and (name_key(label_of(registrable(host))) in key or key in name_key(host))
    ]
    for host in fitting or useful:
        brand = by_domain(host)
        if brand is not None:
            return _merchant(brand, confidence * 0.8)
        domain = registrable(host)
        return Merchant(readable(box.name, domain), domain, Kind.UNKNOWN, confidence * 0.6)
    if is_freemail(box.domain):
        # A small firm without a domain is known by its address: its provider's domain has a million others.
        return Merchant(readable(box.name, ""), box.address, Kind.UNKNOWN, confidence * 0.5) if box.name else None
    if not box.name:
        return None
    return Merchant(readable(box.name, box.domain), registrable(box.domain), Kind.UNKNOWN, confidence * 0.5)


def _from_content(mail: Mail) -> Merchant | None:
    """The organisation of a page saved without headers: who its links, pictures and title name."""
    for host in _link_domains(mail) or _subject_domains(mail):
        brand = by_domain(host)
        if brand is not None:
            return _merchant(brand, 0.5)
        return Merchant(readable("", registrable(host)), registrable(host), Kind.UNKNOWN, 0.4)
    return None


def _named(display: str) -> Brand | None:
    if len(display) < 2:
        return None
    bare = undressed(display)
    return by_name(display) or by_name(bare) or by_name(without_tld(bare))


def _only_carries(host: str) -> bool:
    return is_mailing_house(host) or is_relay(host) or is_freemail(host) or registrable(host) in _EVERYWHERE


def _list_domain(mail: Mail) -> str:
    match = _LIST_DOMAIN.search(mail.headers.get("list-id")[:500])
    return registrable(match[1]) if match else ""


def _subject_domains(mail: Mail) -> list[str]:
    return [found.lower() for found in _DOMAIN_WORD.findall(mail.subject)]


def _link_domains(mail: Mail) -> list[str]:
    """Domains of links and pictures, the most frequent first; those that everybody links to are left out."""
    counted: Counter[str] = Counter()
    for link in mail.page.links:
        counted[registrable(host_of(link.href))] += 1
    for image in mail.page.images:
        counted[registrable(host_of(image.src))] += 1
    if not counted:
        lines = mail.text_lines[:MAX_LINES]
        counted.update(registrable(word) for line in lines for word in _DOMAIN_WORD.findall(line, 0, MAX_READ))
    ranked = sorted(counted, key=lambda host: (-counted[host], by_domain(host) is None))
    return [host for host in ranked[:8] if host and not _only_carries(host)]


def _merchant(brand: Brand, confidence: float) -> Merchant:
    """A shop's national domain stays (amazon.it); a domain that only sends mail gives way to the main one."""
    national = label_of(brand.domain) == label_of(brand.main)
    return Merchant(brand.name, brand.domain if national else brand.main, brand.kind, round(min(confidence, 1.0), 2))
