"""Mails that dress as a known brand: what they claim, and what speaks against them, as points.

A claim is a known brand in the display name, a look-alike domain, or the brand's own From that nobody proved.
Points are given for what forgers cannot avoid: failed authentication, a freemail or disguised domain, a cheap ending,
links that lead elsewhere. Answers and links that go to the brand take points off only where the domain bears its name:
anybody may copy them, so a brand's name from an unrelated domain that no list knows is never believed.
How a name is disguised is told in `disguise.py`.
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
    is_payment,
    is_relay,
    is_shared,
    known_labels,
    label_of,
    name_key,
    registrable,
)
from mesinfos.ingest.authenticate import is_contradicted
from mesinfos.ingest.disguise import (
    before_another,
    disguised,
    is_cheap,
    is_first_of,
    misspelt,
    plain_name,
    revealed,
    wears,
    worn_in,
)
from mesinfos.ingest.headers import decode_words
from mesinfos.ingest.lexicon import detect, lures
from mesinfos.ingest.lexicon.senders import DISGUISE
from mesinfos.ingest.links import host_of
from mesinfos.ingest.names import undressed, without_tld
from mesinfos.ingest.parse import Mail
from mesinfos.ingest.words import fold
from mesinfos.model.merchant import Sender

_IP_HOST = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|0x[0-9a-f]+|\d{8,10}")
_ANY_HOST = re.compile(r"@((?:[\w-]+\.)+[a-z]{2,})", re.IGNORECASE)
_WRITTEN_HOST = re.compile(r"https?://((?:[\w-]+\.)+[a-z]{2,})", re.IGNORECASE)
_SHOWN_HOST = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})(?:[/?#:]|$)", re.IGNORECASE)
MAX_READ = 400  # characters of a line
FEW_LINKS = 4


class Claim(NamedTuple):
    """A brand that a mail speaks for; `own` when the From is its own domain or a mailing house's (`hired`), which
    whoever pays may use; `sure` when only a forger does it.
    """

    brand: Brand
    own: bool
    sure: bool = False
    hired: bool = False


def imitated(mail: Mail, sender: Sender, least: int = 4) -> str:
    """The name of the brand that this mail imitates; "" for an honest or unrelated one.

    `least` is how many points speak against the brand's own From.
    """
    claim = claimed(sender) or _shown(mail, sender)
    if claim is None or (claim.own and sender.verified and not claim.hired):
        return ""
    if claim.sure or _points(mail, sender, claim) >= (least if claim.own else 2):
        return claim.brand.name
    return ""


@lru_cache(maxsize=2_000)
def claimed(sender: Sender) -> Claim | None:
    """The known brand in whose name the mail speaks, if any."""
    domain, host = sender.domain, sender.address.rpartition("@")[2]
    own = by_domain(domain) if domain else None
    if own is not None and not is_freemail(domain):
        return Claim(own, own=True)
    name = plain_name(sender.name)
    hidden = revealed(name)
    if hidden is not None and not belongs(domain, hidden):
        return Claim(hidden, own=False, sure=True)
    if is_mailing_house(host) or is_relay(host):
        hiring = named_in(name)
        return Claim(hiring, own=True, hired=True) if hiring is not None and not is_relay(host) else None
    lookalike = disguised(domain) or before_another(host, domain)
    if lookalike is not None:
        return Claim(lookalike, own=False, sure=True)
    shown = named_in(name)
    if shown is not None and not _is_bearers(shown, name, sender):
        # A domain almost spelt like the brand that the name says: no honest firm has both.
        return Claim(shown, own=False, sure=misspelt(domain, shown))
    return _worn(domain, host) or _begun(name, domain)


def _shown(mail: Mail, sender: Sender) -> Claim | None:
    """The brand whose address a link of an unknown sender shows, where the display name begins with that brand's."""
    if by_domain(sender.domain) is not None or not sender.name:
        return None
    name = name_key(plain_name(sender.name))
    for link in mail.page.links[:FEW_LINKS]:
        shown = _SHOWN_HOST.match(link.text)
        brand = by_domain(shown[1]) if shown else None
        if brand is not None and name.startswith(name_key(label_of(brand.main))) and not belongs(sender.domain, brand):
            return None if belongs(host_of(link.href), brand) else Claim(brand, own=False, sure=True)
    return None


def _is_bearers(brand: Brand, name: str, sender: Sender) -> bool:
    """True when the brand's name is another's by right: its own freemail domain, a person's, or within a firm's."""
    domain, local = sender.domain, name_key(sender.address.partition("@")[0]).rstrip("0123456789")
    label, ending = label_of(brand.main), domain.rpartition(".")[2]
    if ending in {label, *brand.aliases}:
        return True  # connect.sncf: an ending of a brand's own is sold to nobody else
    if is_freemail(domain):
        return belongs(domain, brand) or label_of(domain) == label or name_key(name) == local
    return not is_first_of(brand, name, domain)


def named_in(name: str) -> Brand | None:
    """The brand entered by hand that a display name says."""
    if is_shared(name):
        return None
    shown = by_name(name) or by_name(without_tld(undressed(name))) or brand_in(name)
    return shown if shown is not None and shown.known else None


def _worn(domain: str, host: str) -> Claim | None:
    """A brand's name in a foreign domain, beside words or an ending that forgers like, or before it."""
    before = worn_in(host.removesuffix(domain))
    if before is not None:
        return Claim(before, own=False, sure=f"{before.main}." in host)
    label = label_of(domain)
    broken = known_labels().get(label.replace("-", "")) if "-" in label else None
    if broken is not None and label != label_of(broken.main):
        return Claim(broken, own=False, sure=True)
    worn = worn_in(label) or _glued(label)
    return Claim(worn, own=False) if worn and (DISGUISE.search(label) or is_cheap(domain, worn)) else None


def _begun(name: str, domain: str) -> Claim | None:
    """A brand of few letters (DHL, UPS) that both the display name and a foreign domain begin with."""
    first = name_key(name.split(" ", 1)[0])
    brand = known_labels().get(first) if f"{first}-" == domain[: len(first) + 1] else None
    return Claim(brand, own=False) if brand is not None and brand.known and first == label_of(brand.main) else None


def _glued(label: str) -> Brand | None:
    """The brand in `paypalsecurity`: its name at one end, a forger's word at the other."""
    for size in range(len(label) - 4, 3, -1):
        for name, rest in ((label[:size], label[size:]), (label[-size:], label[:-size])):
            brand = known_labels().get(name)
            if brand is not None and DISGUISE.match(rest):
                return brand
    return None


def written_in(field: bytes) -> str:
    """The name of the brand that a From field names which is no plain one: by an address in it, or by a name."""
    text = plain_name(decode_words(field))[:500]
    found = (by_domain(host) for host in _ANY_HOST.findall(text))
    brand = next((brand for brand in found if brand is not None and not is_freemail(brand.domain)), None)
    brand = brand or named_in(text.partition("<")[0].strip("\"' ")) or revealed(text.partition("<")[0])
    return brand.name if brand is not None else ""


def belongs(host: str, brand: Brand) -> bool:
    """True when the host is the brand's, under whichever of its domains."""
    found = by_domain(host)
    return found is not None and found.main == brand.main


def _points(mail: Mail, sender: Sender, claim: Claim) -> int:
    points = 4 if is_contradicted(sender) else 0
    spf = " ".join(mail.headers.get_all("received-spf")[:1]).lower()
    points += 2 if spf.startswith("fail") else 1 if spf.startswith("softfail") else 0
    points += _reply_points(mail, sender, claim)
    if not claim.own:
        points += 3 if is_freemail(sender.domain) else 0
        points += 0 if wears(sender.domain, claim.brand) else 2
        points += 1 if DISGUISE.search(label_of(sender.domain)) else 0
        points += 2 if is_cheap(sender.domain, claim.brand) else 0
    points += _link_points(mail, sender, claim)
    # Reading for luring words costs more than all the rest, so it is left for mails that it could decide.
    return points + 2 if 0 < points < 4 and _lured(mail) else points


def _reply_points(mail: Mail, sender: Sender, claim: Claim) -> int:
    reply = mail.reply_to[0].domain if mail.reply_to else ""
    if not reply:
        return 0
    if is_freemail(reply):
        return 2
    if claim.own or registrable(reply) == sender.domain:
        return 0
    if not belongs(reply, claim.brand):
        return 1
    return -2 if wears(sender.domain, claim.brand) else 0  # a forger may write any Reply-To


def _link_points(mail: Mail, sender: Sender, claim: Claim) -> int:
    links = [(host, link) for link in mail.page.links if (host := host_of(link.href))]
    hosts = {host for host, _ in links} or _written_hosts(mail)
    foreign = {host for host in hosts if _foreign(host, sender, claim.brand)}
    points = 3 if any(_IP_HOST.fullmatch(host) or "xn--" in host for host in hosts) else 0
    for host, link in links:
        shown = _SHOWN_HOST.match(link.text) if host in foreign else None
        if shown and belongs(shown[1], claim.brand):
            return points + 3
    if claim.own and not is_payment(sender.domain):
        # Beside links of the brand, the forger's own one leads to a cheap domain or to one that wears its name.
        points += 2 if any(is_cheap(host, claim.brand) or wears(host, claim.brand) for host in foreign) else 0
    if hosts and hosts == foreign:
        # A newsletter's many links may all go through a tracker that no list knows; a forger's few are his own.
        return points + (1 if not claim.own else 2 if len(links) <= FEW_LINKS else 0)
    if claim.own or not wears(sender.domain, claim.brand):
        return points  # links to the brand beside his own are what a forger copies first
    return points - _honest_links(mail, [host for host, _ in links] or list(hosts), claim)


def _honest_links(mail: Mail, hosts: list[str], claim: Claim) -> int:
    """A forger must lead somewhere else, if only once, and must lure; most links of an honest mail are the brand's."""
    home = sum(belongs(host, claim.brand) for host in hosts)
    return 0 if not home else 2 if 2 * home >= len(hosts) and not _lured(mail) else 1


def _written_hosts(mail: Mail) -> set[str]:
    return {host.lower() for line in mail.text_lines[:200] if "://" in line for host in _WRITTEN_HOST.findall(line)}


def _foreign(host: str, sender: Sender, brand: Brand) -> bool:
    if belongs(host, brand) or is_mailing_house(host):
        return False
    return registrable(host) != sender.domain and (is_cheap(host, brand) or not wears(host, brand))


def _lured(mail: Mail) -> bool:
    lines = [fold(line[:MAX_READ]) for line in (mail.subject, *mail.lines[:60])]
    lure = lures(detect(" ".join(lines)))
    return any(lure.search(line) for line in lines)
