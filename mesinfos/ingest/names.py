"""Names a person would use: "Fnac", not "Fnac.com - Service Clients <noreply@mail.fnac.com>"."""

import re
from functools import lru_cache

from mesinfos.directory import by_name, is_mailing_house, is_payment, label_of, name_key

_DRESS = re.compile(
    r"\b(?:no[- ]?reply|do[- ]?not[- ]?reply|ne pas r[ée]pondre|nepasrepondre|newsletters?|support|team|"
    r"notifications?|alerts?|info|complaints|status|offers?|deals|accounts?|payments?|security|rewards?|"
    r"customer (?:service|care|support|relations)|service (?:clients?|client[èe]le)|relation clients?|kundenservice|"
    r"kundendienst|(?:atenci[óo]n|servicio) al cliente|(?:servizio|assistenza) clienti|klantenservice|"
    r"(?:atendimento|apoio) ao cliente|atendimento|receipts?|orders?|billing|account services?|"
    r"bestellung(?:en)?|bestellingen|commandes?|pedidos|ordini|factures?|rechnung(?:en)?|facturaci[óo]n|fatture|"
    r"delivery manager|informed delivery|mailing|e-?mails?|news|updates?|online ?shop|service commandes?|"
    r"l['’][ée]quipe|das team|ihr team|equipe|equipa|il team|el equipo(?: de)?|het team|teamet|ekipa|echipa|"
    r"zesp[óo][łl]|"
    r"t[ýy]m|csapata|tiimi|ekibi|ομάδα|η ομάδα|команда|онлайн-магазин|интернет-магазин|магазин|служба поддержки|"
    r"рассылка|"
    r"новости|служба заботи|підтримка|kurier|przesyłka|zákaznick[áy] (?:podpora|servis)|obs[łl]uga klienta|"
    r"sklep|biuro obs[łl]ugi klienta|"
    r"kundeservice|kundservice|kundtj[äa]nst|asiakaspalvelu|nyhetsbrev|nyhedsbrev|uutiskirje|hírlevél|ügyfélszolgálat|"
    r"m[üu]şteri hizmetleri|e-?bülten|serviciul clien[țt]i|relații clien[țt]i|onlineshop|the)(?!\w)|"
    r"からのお知らせ|のお知らせ|カスタマー(?:サービス|サポート|センター)|お客様(?:センター|サポート)|"
    r"サポート(?:チーム|センター)?|"
    r"メールマガジン|メルマガ|ニュース(?:レター)?|事務局|運営(?:チーム|事務局)?|公式(?:ショップ|ストア|サイト|通販)?|"
    r"オンライン(?:ショップ|ストア)|通知|官方(?:旗舰店|商城)?|客服(?:中心)?|团队|團隊|旗舰店|"
    r"고객센터|고객지원|공식(?:몰|스토어)?|뉴스레터|알림", re.IGNORECASE)  # fmt: skip
_LEGAL = re.compile(
    r"[,\s]+(?:s\.?a\.?s?|s\.?a\.?r\.?l|gmbh(?: & co\.? kg)?|inc|ltd|llc|plc|ag|b\.?v|s\.?p\.?a|s\.?r\.?l|"
    r"s\.?l|a/s|aps|ab|oyj?|asa|s\.?r\.?o|sp\.? z o\.? ?o|kft|zrt|a\.?ş|ltd\.? şti|lda|e\.?k|kg|ohg|pty(?: ltd)?)\.?$|"
    r"^(?:株式会社|有限会社|ооо|оао|зао|тов|㈜|\(주\))\s*|\s*(?:株式会社|有限公司|주식회사|"
    r"㈜)$", re.IGNORECASE)  # fmt: skip
_VIA = re.compile(
    r"\s+(?:via|par|über|through|by way of|przez|през|через)\s+.*$|"
    r"\s*[(\[（【「].*?[)\]）】」]\s*|\s+@\s+.*$", re.IGNORECASE)  # fmt: skip
_FROM = re.compile(r"^.{2,30}?\s+(?:from|chez|von|da|de la|at|@|från|fra|ved|hos|od|от|из)\s+(?=\S)", re.IGNORECASE)
_FOR = re.compile(
    r"^(.{2,30}?)\s+(?:pour|for|on behalf of|für|im auftrag von|para|per|voor|namens|för|til|dla|pro|pentru|için|"
    r"для|від імені)\s+(\S.+)$", re.IGNORECASE)  # fmt: skip
_TLD = re.compile(
    r"\.(?:com?\.[a-z]{2}|com|fr|de|net|org|it|es|eu|io|nl|be|ch|at|pl|pt|se|dk|no|fi|cz|sk|hu|ro|gr|ie|lu|ru|ua|jp|kr|"
    r"cn|tr|in|ca|us|br|mx|shop|store)$", re.IGNORECASE)  # fmt: skip
_EDGES = " -–—|:·,.;'\"*_/•&・｜"
MORE = 2  # words
LONGEST = 40


@lru_cache(maxsize=2_000)  # a mailbox has a few hundred senders who write again and again
def readable(display: str, domain: str, local: str = "") -> str:
    """The name of an organisation that no list knows, from its display name when that fits, else from its domain.

    `local` is what stands before the @: when it spells the display name, that is a person who works there.
    """
    label = label_of(domain)
    key = name_key(label)
    shown = _VIA.sub(" ", in_whose_name(display)).strip(_EDGES) if "@" not in display else ""
    bare = undressed(shown)
    whole = _spelled(shown, key)
    if whole:
        # "Pine & Paddle Goods" of pineandpaddle.com says its name in full; more than two words beside it are chatter.
        more = len(bare.split()) - len(whole.split())
        return bare if 0 < more <= MORE and whole in bare and len(bare) <= LONGEST else whole
    if 1 < len(bare) <= LONGEST and not _is_person(shown, local):
        return bare
    return _from_label(label)


@lru_cache(maxsize=2_000)
def undressed(display: str) -> str:
    """A display name without what every sender adds: "Team", "Newsletter", "via …", "GmbH"."""
    name = _FROM.sub("", _VIA.sub(" ", in_whose_name(display))).strip(_EDGES)
    name = _LEGAL.sub("", name)
    bare = " ".join(_DRESS.sub(" ", name).split()).strip(_EDGES)
    return bare if len(bare) > 1 else name


def in_whose_name(display: str) -> str:
    """`Avis Vérifiés pour X` gives X, when the first of the two is one who writes for others; other names stay."""
    told = _FOR.match(display)
    first = by_name(told[1]) if told else None
    writes = first is not None and (is_mailing_house(first.main) or is_payment(first.main))
    return told[2].strip(_EDGES) if told and writes else display


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
