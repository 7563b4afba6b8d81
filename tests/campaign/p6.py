"""P6: 300 mails that dress as a known brand name no merchant and say whom they imitate; 300 honest ones are known."""

from collections.abc import Callable, Iterator
from itertools import cycle, islice

from mesinfos.ingest.pipeline import Context, recognise
from tests.campaign import Outcome
from tests.campaign.p6_honest import honest

FULL = 600
LEAST = 0.95
ALICE = "alice@maison.example"
PROVIDER = "mx.maison.example"
CONTEXT = Context(authserv_ids=(PROVIDER,), own_addresses=(ALICE,))

BRANDS = (
    ("Amazon", "amazon.fr"), ("PayPal", "paypal.com"), ("Netflix", "netflix.com"), ("Chronopost", "chronopost.fr"),
    ("Zalando", "zalando.de"), ("Correos", "correos.es"), ("Vodafone", "vodafone.it"), ("PostNL", "postnl.nl"),
    ("Allegro", "allegro.pl"), ("Microsoft", "microsoft.com"), ("Decathlon", "decathlon.fr"),
    ("Santander", "santander.co.uk"),
    ("Booking.com", "booking.com"), ("Engie", "engie.fr"), ("PostNord", "postnord.se"), ("Worten", "worten.pt"),
    ("Rakuten", "rakuten.co.jp"),
)  # fmt: skip
LURES = (
    "Votre compte est suspendu : confirmez vos informations sous 24 h",
    "Your account has been limited: verify your identity within 24 hours",
    "Ihr Konto wurde gesperrt: bestätigen Sie Ihre Daten innerhalb von 24 Stunden",
    "Su cuenta ha sido suspendida: verifique su identidad, haga clic aquí",
    "Il tuo account è stato sospeso: verifica i tuoi dati, clicca qui",
    "Uw account is geblokkeerd: verifieer uw gegevens binnen 24 uur, klik hier",
    "A sua conta foi suspensa: confirme a sua identidade, clique aqui",
    "Twoje konto zostało zablokowane: zweryfikuj dane w ciągu 24 godzin",
    "Ditt konto är spärrat: verifiera dina uppgifter inom 24 timmar, klicka här",
    "アカウントが停止されました。24時間以内に更新してください",
)
_CYRILLIC = str.maketrans("aeopcx", "аеорсх")
_CAPITALS = str.maketrans("AEPCMB", "АЕРСМВ")

Made = tuple[str, str, str]
"""The From fields and other headers, the text, and where its link leads."""


def _label(domain: str) -> str:
    return domain.partition(".")[0]


def _digits(domain: str) -> str:
    label = _label(domain)
    for letter, other in (("o", "0"), ("l", "1"), ("i", "1"), ("e", "3"), ("s", "5")):
        if letter in label:
            return label.replace(letter, other, 1) + ".com"
    return label + "0.com"


def _pairs(domain: str) -> str:
    label = _label(domain)
    for letter, pair in (("m", "rn"), ("w", "vv"), ("d", "cl")):
        if letter in label:
            return label.replace(letter, pair, 1) + ".net"
    return label[:2] + label[1:] + ".net"


def _punycode(domain: str) -> str:
    label = _label(domain).translate(_CYRILLIC)
    return f"xn--{label.encode('punycode').decode()}.com"


def _plain(field: str, lure: str, link: str = "https://portal.check-area.example/k") -> Made:
    return field, lure, link


CALM = "Order 123-4567, total 799.00 EUR. Not you? Call +1 800 555 0100"

EVASIONS: tuple[Callable[[str, str, str], Made], ...] = (
    lambda name, _, lure: _plain(f"From: {name} <info@rezonans.example>", lure),
    lambda name, domain, lure: _plain(f"From: {name} Security <{_label(domain)}.team@gmail.com>", lure),
    lambda name, domain, lure: _plain(f"From: {name} <service@{_digits(domain)}>", lure),
    lambda name, domain, lure: _plain(f"From: {name} <service@{_pairs(domain)}>", lure),
    lambda name, domain, lure: _plain(f"From: {name} <a@{_label(domain)[:3] + _label(domain)[2:]}-update.cn>", lure),
    lambda name, domain, lure: _plain(f"From: {name} <a@{_label(domain)[:-2] + _label(domain)[:-3:-1]}.net>", lure),
    lambda name, domain, lure: _plain(f"From: {name} <a@{_label(domain)[:3]}-{_label(domain)[3:]}.com>", lure),
    lambda name, domain, lure: _plain(f"From: {name} <no-reply@{domain}.id-check.example>", lure),
    lambda name, domain, lure: _plain(f"From: {name} <info@{_label(domain)}-paquete.top>", lure),
    lambda _, domain, lure: _plain(f"From: Service <info@{_label(domain)}-verification.xyz>", lure),
    lambda name, domain, lure: _plain(f"From: {name} <info@{_punycode(domain)}>", lure),
    lambda name, _, lure: _plain(f"From: {name.translate(_CAPITALS)} <info@rezonans.example>", lure),
    lambda name, _, lure: _plain(
        f"From: {name[:2]}\u200b{name[2:4]}\u202e\u202c{name[4:]} <info@rezonans.example>", lure),
    lambda name, domain, lure: _plain(
        f"Authentication-Results: {PROVIDER}; dmarc=none; spf=fail; dkim=none\n"
        f"From: {name} <service@{domain}>\n"
        f"Authentication-Results: {PROVIDER}; dmarc=pass header.from={domain}", lure),
    lambda name, domain, lure: _plain(
        f"Authentication-Results: mx.attack.example; dmarc=pass header.from={domain}; dkim=pass header.d={domain}\n"
        f"From: {name} <service@{domain}>", lure),
    lambda name, domain, lure: _plain(f"From: {name} <service@{domain}>\nFrom: {name} <eve@attack.example>", lure),
    lambda name, domain, lure: _plain(f"From: {name}: service@{domain}, eve@attack.example;", lure),
    lambda _, domain, lure: _plain(f"From: service@{domain} (eve@attack.example)", lure),
    lambda name, domain, lure: _plain(f"From: =?utf-8?q?{name}_=3Cservice=40{domain}=3E?= <eve@attack.example>", lure),
    lambda name, domain, lure: _plain(f'From: "{name} service@{domain}" <eve@attack.example>', lure),
    lambda name, domain, lure: _plain(f"From: {name} <service@{domain}>\nReply-To: refund.desk@gmail.com", lure),
    lambda name, domain, lure: _plain(
        f"Authentication-Results: {PROVIDER}; dmarc=fail header.from={domain}\nFrom: {name} <a@{domain}>", lure),
    lambda name, domain, lure: _plain(
        f"From: {name} <eve@attack.example>\nSender: service@{domain}\nResent-From: service@{domain}", lure),
    lambda name, domain, lure: _plain(
        "From: Bob <bob@voisins.example>\nX-Forwarded: yes",
        f"---------- Forwarded message ---------\nFrom: {name} <service@{domain}>\n\n{lure}"),
    lambda name, domain, lure: _plain(
        f"DKIM-Signature: v=1; a=rsa-sha256; d={domain}; s=s1; l=0; h=from; bh=AA==; b=AA==\n"
        f"From: {name} <a@{domain}>", lure),
    lambda name, domain, lure: _plain(
        f"Authentication-Results: {PROVIDER}; dkim=pass header.d=attack.example\nFrom: {name} <a@{domain}>", lure),
    lambda name, domain, lure: _plain(
        f"From: {name} <bounce@sendgrid.net>", lure, f"https://{_label(domain)}-access.xyz/login"),
    lambda name, domain, _: _plain(f"From: {name} <info@rezonans.example>\nReply-To: service@{domain}", CALM),
    lambda name, domain, _: _plain(f"From: {name} <info@rezonans.example>", CALM, f"https://www.{domain}/orders"),
)  # fmt: skip


def forged() -> Iterator[tuple[str, bytes]]:
    """Every evasion with every brand, in one language after another: the brand, and the raw mail."""
    lures = cycle(LURES)
    for name, domain in BRANDS:
        for evasion in EVASIONS:
            head, lure, link = evasion(name, domain, next(lures))
            text = "".join(f"<p>{line}</p>" for line in lure.replace("<", "&lt;").split("\n"))
            page = f'{text}<p><a href="{link}">OK</a></p>'
            subject = "Fwd: info" if "X-Forwarded" in head else lure.partition(":")[0]
            fields = f"{head}\nTo: {ALICE}\nSubject: {subject}\nContent-Type: text/html; charset=utf-8"
            yield name, f"{fields}\n\n{page}\n".encode()


def run(tries: int) -> Outcome:
    """Half forged, half honest."""
    fakes = list(islice(_spread(list(forged())), tries // 2))
    believed = [raw for brand, raw in fakes if not _is_refused(raw, brand)]
    true = list(islice(_spread(list(honest())), tries - len(fakes)))
    right = sum(_names(raw, names) for names, raw in true)
    happened = f"{len(believed)} of {len(fakes)} believed or unnamed; {right} of {len(true)} honest ones attributed"
    ok = not believed and right >= LEAST * len(true)
    return Outcome(tries, "no forged mail believed, 95 % of the honest ones attributed", happened, ok)


def _spread(mails: list[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """All of them in a fixed order that mixes brands and evasions, so that a few tell of all."""
    step = next(step for step in (37, 41, 43, 47) if len(mails) % step)
    return (mails[at * step % len(mails)] for at in range(len(mails)))


def _is_refused(raw: bytes, brand: str) -> bool:
    facts = recognise(raw, CONTEXT)
    said = facts.message.imitates if facts.message else ""
    return facts.merchant is None and not facts.purchases() and said.casefold() == brand.casefold()


def _names(raw: bytes, names: str) -> bool:
    merchant = recognise(raw, CONTEXT).merchant
    return merchant is not None and merchant.name in names.split("|")
