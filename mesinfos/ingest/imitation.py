"""Mails that dress as a known brand: what they claim, and what speaks against them, as points.

A claim is a known brand in the display name, a look-alike domain, or the brand's own From that nobody proved.
Points are given for what forgers cannot avoid: failed authentication, a freemail or disguised domain, links that
lead elsewhere.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from mesinfos.directory import (
    Brand,
    brand_in,
    by_domain,
    by_name,
    is_freemail,
    is_mailing_house,
    is_relay,
    known_labels,
    label_of,
    name_key,
    registrable,
)
from mesinfos.ingest.authenticate import is_contradicted
from mesinfos.ingest.lexicon import detect, lures
from mesinfos.ingest.links import host_of
from mesinfos.ingest.names import undressed, without_tld
from mesinfos.ingest.parse import Mail
from mesinfos.ingest.words import fold
from mesinfos.model.merchant import Sender

_LOOKS = str.maketrans("0135$@|аеорсухіїјѕԁһԛԝυνοαερκτιɡ", "oiessalaeopcyxiijsdhqwuvoaepktig")
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_DISGUISES = re.compile(
    r"secur|verif|account|login|signin|support|alert|updat|auth|confirm|billing|service|client|customer|help|"
    r"refund|unlock|wallet|compte|konto|sicher|online|center|team", re.IGNORECASE)  # fmt: skip
_IP_HOST = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|0x[0-9a-f]+|\d{8,10}")
_SHOWN_HOST = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})(?:[/?#:]|$)", re.IGNORECASE)


FEW_LINKS = 4


class Claim(NamedTuple):
    """A brand that a mail speaks for; `own` when the From is its own domain, `sure` when only a forger does it."""

    brand: Brand
    own: bool
    sure: bool = False


def imitated(mail: Mail, sender: Sender) -> str:
    """The name of the brand that this mail imitates; "" for an honest or unrelated one."""
    claim = claimed(sender)
    if claim is None or (claim.own and sender.verified):
        return ""
    if claim.sure or _points(mail, sender, claim) >= (4 if claim.own else 2):
        return claim.brand.name
    return ""


@lru_cache(maxsize=4_000)
def claimed(sender: Sender) -> Claim | None:
    """The known brand in whose name the mail speaks, if any."""
    own = by_domain(sender.domain) if sender.domain else None
    if own is not None and not is_freemail(sender.domain):
        return Claim(own, own=True)
    if is_mailing_house(sender.address) or is_relay(sender.address):
        return None
    lookalike = disguised(sender.domain)
    if lookalike is not None:
        return Claim(lookalike, own=False, sure=True)
    shown = by_name(sender.name) or by_name(without_tld(undressed(sender.name))) or brand_in(sender.name)
    if shown is not None and shown.known and not (is_freemail(sender.domain) and shown.domain == sender.domain):
        return Claim(shown, own=False)
    label = label_of(sender.domain)
    parts = [part for part in re.split(r"[-_.]", label) if len(part) > 3]
    worn = next((brand for part in parts if (brand := known_labels().get(part))), None)
    return Claim(worn, own=False) if worn and _DISGUISES.search(label) else None


def disguised(domain: str) -> Brand | None:
    """The known brand whose name this foreign domain spells with other letters: paypa1, rnicrosoft, fnаc."""
    label = _unicode(label_of(domain))
    if known_labels().get(label.replace("-", "")):
        return None
    plain = label.translate(_LOOKS)
    forms = {plain, *(plain.replace(pair, single) for pair, single in _PAIRS)}
    parts = {part for form in forms for part in (form.replace("-", ""), *form.split("-")) if len(part) > 3}
    if plain == label and forms == {plain}:
        return None
    honest = set(label.split("-"))
    return next((brand for part in sorted(parts - honest) if (brand := known_labels().get(part))), None)


def belongs(host: str, brand: Brand) -> bool:
    """True when the host is the brand's, under whichever of its domains."""
    found = by_domain(host)
    return found is not None and found.main == brand.main


def _points(mail: Mail, sender: Sender, claim: Claim) -> int:
    points = 4 if is_contradicted(sender) else 0
    spf = " ".join(mail.headers.get_all("received-spf")[:1]).lower()
    points += 2 if spf.startswith("fail") else 1 if spf.startswith("softfail") else 0
    reply = mail.reply_to[0].domain if mail.reply_to else ""
    points += 2 if reply and is_freemail(reply) else 0
    if not claim.own:
        points += 3 if is_freemail(sender.domain) else 0
        points += 2 if name_key(label_of(claim.brand.main)) not in name_key(sender.domain) else 0
        points += 1 if _DISGUISES.search(label_of(sender.domain)) else 0
    points += _link_points(mail, sender, claim)
    # Reading for luring words costs more than all the rest, so it is left for mails that it could decide.
    return points + 2 if 0 < points < 4 and _lured(mail) else points


def _link_points(mail: Mail, sender: Sender, claim: Claim) -> int:
    links = [(host, link) for link in mail.page.links if (host := host_of(link.href))]
    hosts = {host for host, _ in links}
    foreign = {host for host in hosts if _foreign(host, sender, claim.brand)}
    points = 3 if any(_IP_HOST.fullmatch(host) or "xn--" in host for host in hosts) else 0
    for host, link in links:
        shown = _SHOWN_HOST.match(link.text) if host in foreign else None
        if shown and belongs(shown[1], claim.brand):
            return points + 3
    if hosts and hosts == foreign:
        # A newsletter's many links may all go through a tracker that no list knows; a forger's few are his own.
        points += 1 if not claim.own else 2 if len(links) <= FEW_LINKS else 0
    elif hosts and not claim.own and any(belongs(host, claim.brand) for host in hosts):
        points -= 1
    return points


def _foreign(host: str, sender: Sender, brand: Brand) -> bool:
    if belongs(host, brand) or is_mailing_house(host):
        return False
    label = name_key(label_of(brand.main))
    return registrable(host) != sender.domain and label not in name_key(registrable(host))


def _lured(mail: Mail) -> bool:
    lines = [fold(line) for line in (mail.subject, *mail.lines[:60])]
    lure = lures(detect(" ".join(lines)))
    return any(lure.search(line) for line in lines)


def _unicode(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode").lower()
    except (UnicodeError, ValueError):
        return label
