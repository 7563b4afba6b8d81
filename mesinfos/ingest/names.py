"""Names a person would use: "Fnac", not "Fnac.com - Service Clients <noreply@mail.fnac.com>"."""

import re
from functools import lru_cache

from mesinfos.directory import label_of, name_key

_DRESS = re.compile(
    r"\b(?:no[- ]?reply|do[- ]?not[- ]?reply|ne pas r[ée]pondre|nepasrepondre|newsletters?|support|team|"
    r"notifications?|alerts?|info|"
    r"customer (?:service|care|support|relations)|service clients?|relation clients?|kundenservice|kundendienst|"
    r"servicio al cliente|servizio clienti|klantenservice|atendimento|receipts?|orders?|billing|account services?|"
    r"bestellung(?:en)?|commandes?|delivery manager|informed delivery|mailing|e-?mails?|news|updates?|online ?shop|"
    r"l'[ée]quipe|l’équipe|das team|equipe|il team|el equipo|onlineshop|the)\b", re.IGNORECASE)  # fmt: skip
_LEGAL = re.compile(
    r"[,\s]+(?:s\.?a\.?s?|s\.?a\.?r\.?l|gmbh(?: & co\.? kg)?|inc|ltd|llc|plc|ag|b\.?v|s\.?p\.?a|s\.?r\.?l|"
    r"s\.?l|co)\.?$", re.IGNORECASE)  # fmt: skip
_VIA = re.compile(r"\s+(?:via|par|über|through|by way of)\s+.*$|\s*[(\[].*?[)\]]\s*|\s+@\s+.*$", re.IGNORECASE)
_FROM = re.compile(r"^.{2,30}?\s+(?:from|chez|von|da|de la|at|@)\s+(?=\S)", re.IGNORECASE)
_TLD = re.compile(r"\.(?:com|fr|de|net|org|it|es|co\.uk|eu|io|nl|be|ch|pl)$", re.IGNORECASE)
_EDGES = " -–—|:·,.;'\"*_/•&"


@lru_cache(maxsize=4_000)  # a mailbox has a few hundred senders who write again and again
def readable(display: str, domain: str, local: str = "") -> str:
    """The name of an organisation that no list knows, from its display name when that fits, else from its domain.

    `local` is what stands before the @: when it spells the display name, that is a person who works there.
    """
    label = label_of(domain)
    key = name_key(label)
    shown = _VIA.sub(" ", display).strip(_EDGES) if "@" not in display else ""
    whole = _spelled(shown, key)
    if whole:
        return whole
    bare = undressed(shown)
    if 1 < len(bare) <= 40 and not _is_person(shown, local):
        return bare
    return _from_label(label)


@lru_cache(maxsize=4_000)
def undressed(display: str) -> str:
    """A display name without what every sender adds: "Team", "Newsletter", "via …", "GmbH"."""
    name = _FROM.sub("", _VIA.sub(" ", display)).strip(_EDGES)
    name = _LEGAL.sub("", name)
    bare = " ".join(_DRESS.sub(" ", name).split()).strip(_EDGES)
    return bare if len(bare) > 1 else name


def without_tld(name: str) -> str:
    """`Walmart.com` is called Walmart; other names stay."""
    return _TLD.sub("", name)


def _spelled(shown: str, key: str) -> str:
    """The words of the display name that spell the domain, as the sender writes them."""
    words = shown.split()
    for size in range(min(4, len(words)), 0, -1):
        for start in range(len(words) - size + 1):
            phrase = " ".join(words[start : start + size]).strip(_EDGES)
            plain = without_tld(phrase)
            if name_key(plain) == key or (size == 1 and name_key(phrase) == key):
                return plain
    return ""


def _is_person(display: str, local: str) -> bool:
    words = [name_key(word) for word in display.split()]
    return 2 <= len(words) <= 3 and bool(local) and all(word in name_key(local) for word in words)


def _from_label(label: str) -> str:
    words = label.replace("_", "-").split("-")
    return " ".join(word.upper() if len(word) <= 3 else word.capitalize() for word in words if word) or label
