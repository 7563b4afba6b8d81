"""The honest half of P6: how shops, mailing houses, payment firms, marketplaces, carriers and friends really send."""

from collections.abc import Iterator

KNOWN = (
    ("Fnac", "fnac.com", "commande"), ("Zalando", "zalando.de", "bestellung"), ("Amazon", "amazon.it", "ordine"),
    ("El Corte Inglés", "elcorteingles.es", "pedido"), ("bol", "bol.com", "bestelling"),
    ("Worten", "worten.pt", "encomenda"),
    ("Allegro", "allegro.pl", "zamówienie"), ("Alza", "alza.cz", "objednávka"), ("Lyft", "lyftmail.com", "receipt"),
    ("Decathlon", "decathlon.fr", "commande"), ("PostNord", "postnord.se", "paket"), ("DPD", "dpd.de", "paket"),
    ("Booking.com", "booking.com", "booking"), ("Deezer", "deezer.com", "facture"), ("Engie", "engie.fr", "facture"),
    ("IKEA", "ikea.com", "order"), ("OZON", "ozon.ru", "заказ"), ("Yodobashi", "yodobashi.com", "注文"),
)  # fmt: skip
SMALL = (
    ("Maison Odile", "maison-odile.fr"), ("Kaffeerösterei Brandt", "roesterei-brandt.de"),
    ("Zéphyr Surf", "zephyr-surf.com"),
    ("Bottega Verdi", "bottegaverdi-online.it"), ("Librería Luna", "librerialuna.es"),
    ("De Groene Fiets", "degroenefiets.nl"),
    ("Piekarnia Jasna", "piekarniajasna.pl"), ("Tea & Timber", "teaandtimber.co.uk"), ("Casa Azul", "casaazul.pt"),
    ("Lumi Kauppa", "lumikauppa.fi"), ("花屋みどり", "hanaya-midori.jp"), ("Книжный Дом", "knizhny-dom.ru"),
)  # fmt: skip
HOUSES = (
    "mail12.atl.mcsv.net",
    "sendgrid.net",
    "amazonses.com",
    "mailjet.com",
    "sender-sib.com",
    "klaviyomail.com",
    "rsgsv.net",
)
PAYERS = ("stripe.com", "messaging.squareup.com", "sumup.com", "paypal.com", "gumroad.com", "mollie.com")
DRESSED = (
    "L’équipe {}", "{} Newsletter", "{} Kundenservice", "Team {}", "Zespół {}", "Команда {}",
    "{} からのお知らせ", "{} 公式",
    "{} Customer Service", "{} Support Team", "Servicio al cliente {}", "{} - Servizio clienti", "{} Klantenservice",
)  # fmt: skip
QUOTED = (
    ("Fwd: ", "---------- Forwarded message ---------\nFrom: {name} <{address}>\nDate: Tue, 3 Nov 2026\nSubject: x\n"),
    ("TR : ", "De : {name} <{address}>\nEnvoyé : mardi 3 novembre 2026 10:00\nÀ : Alice\nObjet : x\n"),
    ("Tr: ", "Début du message réexpédié :\n\nDe: {name} <{address}>\nObjet: x\nDate: 3 novembre 2026\n"),
    ("WG: ", "Von: {name} <{address}>\nGesendet: Dienstag, 3. November 2026\nAn: Alice\nBetreff: x\n"),
    ("Fwd: ", "Anfang der weitergeleiteten Nachricht:\n\nVon: {name} <{address}>\nBetreff: x\n"),
    ("RV: ", "De: {name} <{address}>\nEnviado: martes, 3 de noviembre de 2026\nPara: Alice\nAsunto: x\n"),
    ("I: ", "Da: {name} <{address}>\nInviato: martedì 3 novembre 2026\nA: Alice\nOggetto: x\n"),
    ("Fwd: ", "---------- Messaggio inoltrato ---------\nDa: {name} <{address}>\nOggetto: x\n"),
    ("Doorst: ", "---------- Doorgestuurd bericht ---------\nVan: {name} <{address}>\nOnderwerp: x\n"),
    ("ENC: ", "De: {name} <{address}>\nEnviada: terça-feira, 3 de novembro de 2026\nAssunto: x\n"),
    ("PD: ", "---------- Wiadomość przekazana ---------\nOd: {name} <{address}>\nTemat: x\n"),
    ("VB: ", "---------- Vidarebefordrat meddelande ---------\nFrån: {name} <{address}>\nÄmne: x\n"),
    ("転送: ", "---------- 転送メッセージ ---------\n差出人: {name} <{address}>\n件名: x\n"),
)


def honest() -> Iterator[tuple[str, bytes]]:
    """Each mail after the names that are right for it, divided by a bar."""
    yield from _own()
    yield from _small()
    yield from _carried()
    yield from _forwarded()


def _mail(sender: str, text: str, subject: str = "123-4567", more: str = "", page: str = "") -> bytes:
    kind, body = ("html", page) if page else ("plain", text)
    head = (
        f"From: {sender}\nTo: alice@maison.example\nSubject: {subject}\n{more}Content-Type: text/{kind}; charset=utf-8"
    )
    return f"{head}\n\n{body}\n".encode()


def _page(domain: str, word: str) -> str:
    links = "".join(f'<a href="https://www.{domain}/{n}">{word} {n}</a> ' for n in range(4))
    return f"<p>{word} 123-4567</p><p>59,98 EUR</p><p>{links}</p>"


def _own() -> Iterator[tuple[str, bytes]]:
    """Own domain, subdomains, another domain with the name in it, and trackers between."""
    for name, domain, word in KNOWN:
        label, _, ending = domain.partition(".")
        yield name, _mail(f"{name} <no-reply@{domain}>", f"{word} 123-4567")
        yield name, _mail(f"<no-reply@news.{domain}>", f"{word}", more=f"List-Unsubscribe: <https://{domain}/u>\n")
        yield name, _mail(f"{name} <info@em.{domain}>", "", page=_page(domain, word))
        if label != "lyftmail":
            yield name, _mail(f"{name} <info@{label}-mailing.{ending}>", "", page=_page(domain, word))
            yield (
                name,
                _mail(
                    f"{name} <news@{label}-info.com>",
                    "",
                    more=f"Reply-To: service@{domain}\n",
                    page=_page(domain, word),
                ),
            )
        tracked = "".join(f'<a href="https://clics.suivi.example/{n}">{word}</a> ' for n in range(8))
        yield name, _mail(f"{name} <info@{domain}>", "", page=f"<p>{tracked}</p>")


def _small() -> Iterator[tuple[str, bytes]]:
    """Firms that no list knows: display name and domain, dressed or not."""
    for at, (name, domain) in enumerate(SMALL):
        yield name, _mail(f"{name} <contact@{domain}>", "Order 123-4567")
        yield name, _mail(f"{name} <bonjour@mail.{domain}>", "", page=_page(domain, "Order"))
        for dress in (DRESSED[at % len(DRESSED)], DRESSED[(at + 5) % len(DRESSED)]):
            yield name, _mail(f"{dress.format(name)} <no-reply@{domain}>", "Order 123-4567")


def _carried() -> Iterator[tuple[str, bytes]]:
    """Written by others: mailing houses, payment firms, marketplaces; and carriers that name a shop."""
    for at, (name, domain) in enumerate(SMALL):
        for house in (HOUSES[at % len(HOUSES)], HOUSES[(at + 3) % len(HOUSES)]):
            yield name, _mail(f"{name} <x@{house}>", "Order", more=f"Reply-To: info@{domain}\n")
        yield name, _mail(f"{name} <x@{HOUSES[at % len(HOUSES)]}>", "", page=_page(domain, "Order"))
        yield name, _mail(f"{name} <receipts@{PAYERS[at % len(PAYERS)]}>", "Receipt\nTotal 12.00")
        yield name, _mail(f"{name} via Stripe <receipts@stripe.com>", "", page=_page(domain, "Receipt"))
        yield name, _mail(f"Avis Vérifiés pour {name} <no-reply@avis-verifies.com>", "Votre avis")
    for at, (name, domain, word) in enumerate(KNOWN):
        yield name, _mail(f"{name} <x@{HOUSES[at % len(HOUSES)]}>", "", page=_page(domain, word))
        yield name, _mail(f"{name} <receipts@stripe.com>", "Receipt\nTotal 12.00")
        yield f"DPD|{name}", _mail(f"{name} <noreply@dpd.fr>", f"Colis {word}")
    for name in ("InPost", "DPD", "DHL"):
        yield name, _mail(f'"Kurier {name} (via Poczta Allegro)" <powiadomienia@allegromail.pl>', "Paczka")


def _forwarded() -> Iterator[tuple[str, bytes]]:
    """Sent on by Alice herself or by somebody at home, as the mail programs of eight languages write it."""
    senders = ("Alice <alice@maison.example>", "Bob Roy <bob.roy@gmail.com>")
    for at, (name, domain, word) in enumerate(KNOWN[:9]):
        for way, (mark, head) in enumerate(QUOTED):
            if (at + way) % 2:
                told = head.format(name=name, address=f"no-reply@{domain}")
                yield (
                    name,
                    _mail(
                        senders[way % 2], f"{told}\n{word} 123-4567, 59,98 EUR\nhttps://www.{domain}/a", f"{mark}{word}"
                    ),
                )
