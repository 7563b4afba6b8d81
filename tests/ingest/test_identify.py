"""Which organisation a mail is from, and who only looks like one."""

import pytest

from mesinfos.directory import by_domain, kind_billed, kind_booked, kind_named
from mesinfos.ingest.context import Context
from mesinfos.ingest.disguise import disguised, is_cheap, misspelt, revealed
from mesinfos.ingest.names import readable, undressed
from mesinfos.ingest.parse import parse
from mesinfos.ingest.pipeline import recognise
from mesinfos.ingest.quoted import quoted_sender
from mesinfos.model.facts import Facts
from mesinfos.model.merchant import Merchant
from mesinfos.model.values import Kind
from tests.campaign import p6

PHISHED = '<p>Confirm your identity <a href="http://10.0.0.9/a">https://www.paypal.com/login</a></p>'
ALICE = Context(own_addresses=("alice@maison.example",), authserv_ids=("mx.maison.example",))


def mail(sender: str, subject: str = "Bonjour", body: str = "Bonjour Alice", **headers: str) -> bytes:
    """A mail of that sender; header names with underscores for dashes."""
    more = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
    kind = "text/html" if body.startswith("<") else "text/plain"
    return f"From: {sender}\nSubject: {subject}\nContent-Type: {kind}; charset=utf-8\n{more}\n{body}".encode()


def found(raw: bytes) -> tuple[str, str]:
    """Name and domain of the merchant, or nothing."""
    merchant = recognise(raw, ALICE).merchant
    return (merchant.name, merchant.domain) if merchant else ("", "")


@pytest.mark.parametrize(
    ("sender", "name", "domain"),
    [("Fnac <no-reply@mail.fnac.com>", "Fnac", "fnac.com"),
     ("Amazon.it <conferma@amazon.it>", "Amazon", "amazon.it"),
     ("Lyft Receipts <no-reply@lyftmail.com>", "Lyft", "lyft.com"),
     ("Chronopost <avis@chronopost.fr>", "Chronopost", "chronopost.fr"),
     ("PayPal <service@paypal.fr>", "PayPal", "paypal.fr"),
     ("Yandex <hello@yandex.ru>", "Yandex", "yandex.ru"),
     ("Boutique Élan <news@boutique-elan.example>", "Boutique Élan", "boutique-elan.example"),
     ("L'équipe Zéphyr <bonjour@zephyr.example>", "Zéphyr", "zephyr.example"),
     ("news@petit-navire.example", "Petit Navire", "petit-navire.example")],
)  # fmt: skip
def test_the_from_domain_names_the_organisation(sender: str, name: str, domain: str) -> None:
    """Known brands by their domains, others by display name and domain."""
    assert found(mail(sender, List_Unsubscribe="<https://x.example/u>")) == (name, domain)


def test_carriers_of_mail_write_for_others() -> None:
    """A mailing house, a payment firm and a marketplace's relay name the organisation they write for."""
    assert found(mail("Fnac <x@mail12.mcsv.net>")) == ("Fnac", "fnac.com")
    assert found(mail("Maison Odile <x@mcsv.net>", Reply_To="bonjour@maison-odile.example")) == (
        "Maison Odile",
        "maison-odile.example",
    )
    assert found(mail("News <x@sendgrid.net>", List_Id="<news.zephyr.example>"))[1] == "zephyr.example"
    body = '<p><a href="https://www.zephyr.example/a">a</a><a href="https://www.zephyr.example/b">b</a></p>'
    assert found(mail("Lettre <x@sendgrid.net>", body=body))[1] == "zephyr.example"
    assert found(mail("Fnac <receipts@stripe.com>")) == ("Fnac", "fnac.com")
    assert found(mail("Stripe <receipts@stripe.com>")) == ("Stripe", "stripe.com")
    assert found(mail('"Kurier InPost (via Poczta Allegro)" <x@allegromail.pl>'))[0] == "InPost"
    assert found(mail("Zéphyr Surf <x@mcsv.net>")) == ("Zéphyr Surf", "mcsv.net")


def test_forwarded_mail_names_the_quoted_sender() -> None:
    """The merchant stands in the quoted header, in plain text or as a mail in the mail, and is never verified."""
    body = (
        "Regarde !\n\n---------- Forwarded message ---------\nDe : Fnac <commande@fnac.com>\nObjet : Commande\n\nMerci"
    )
    facts = recognise(mail("Alice <alice@maison.example>", "Tr: Commande", body), ALICE)
    assert facts.merchant is not None
    assert (facts.merchant.domain, facts.sender.verified, facts.sender.address) == (
        "fnac.com",
        False,
        "alice@maison.example",
    )
    assert quoted_sender(parse(b"Subject: Fwd: x\n\nFrom: nobody at all\n")) is None


def test_persons_are_nobodys_merchant() -> None:
    """A friend's mail gives no merchant, no message, no body."""
    facts = recognise(
        mail("Bob Dupont <bob.dupont@gmail.com>", "Ton colis", "J'ai commandé chez Fnac pour 30 EUR"), ALICE
    )
    assert facts == Facts(facts.sender, personal=True)


@pytest.mark.parametrize(
    ("sender", "body", "brand"),
    [("Amazon <security@secure-login.example>", "Verify your account within 24 hours", "Amazon"),
     ("Fnac <fnac.service@gmail.com>", "Votre compte est suspendu", "Fnac"),
     ("PayPal <service@paypa1.com>", "Hello", "PayPal"),
     ("Microsoft <info@rnicrosoft.com>", "Hello", "Microsoft"),
     ("Service <info@xn--mazon-3ve.com>", "Hello", "Amazon"),
     ("Netflix <info@netflix-billing.example>", "Update your payment details", "Netflix"),
     ("Chronopost <a@colis-suivi.example>", '<p><a href="https://1.2.3.4/x">suivre</a></p>', "Chronopost"),
     ("PayPal <service@paypal.com>", PHISHED, "PayPal")],
)  # fmt: skip
def test_imitations_name_no_merchant(sender: str, body: str, brand: str) -> None:
    """A known brand's name on somebody else's mail."""
    facts = recognise(mail(sender, "Important", body), ALICE)
    assert facts.merchant is None
    assert facts.message is not None
    assert facts.message.imitates == brand
    assert not facts.purchases()
    assert facts.body is None


def test_everyday_words_and_trackers_are_no_imitation() -> None:
    """Orange County is not Orange; a newsletter stays its brand's own when an unknown tracker counts its clicks."""
    assert found(mail("Visit Orange County <news@visit-oc.example>"))[1] == "visit-oc.example"
    links = "".join(f'<p><a href="https://t.tracker.example/{n}">Offre {n}</a></p>' for n in range(9))
    assert found(mail("Fnac <news@fnac.com>", "Offres", f"<div>Click here{links}</div>")) == ("Fnac", "fnac.com")


def test_a_failed_sender_is_an_imitation_and_a_proved_one_is_not() -> None:
    """DMARC's verdict decides about the brand's own domain."""
    failed = mail("Fnac <a@fnac.com>", Authentication_Results="mx.maison.example; dmarc=fail header.from=fnac.com")
    assert found(failed) == ("", "")
    link = '<p><a href="http://10.0.0.9/">fnac.com</a></p>'
    proved = mail(
        "Fnac <a@fnac.com>", "x", link, Authentication_Results="mx.maison.example; dmarc=pass header.from=fnac.com"
    )
    assert found(proved) == ("Fnac", "fnac.com")


def test_a_failed_sender_that_nobody_knows_is_an_imitation_too() -> None:
    """What the provider found forged names whom it harms by the domain, and gives no fact; a friend's stays unread."""
    verdict = "mx.maison.example; dkim=none; spf=fail; dmarc=fail header.from={}"
    raw = mail("Maison Tilleul", "Order 123-4567", "Order number: 123-4567\nTotal: 59.98 EUR")
    raw = raw.replace(b"From: Maison Tilleul", b"From: Tilleul Pay <service@maison-tilleul.example>")
    facts = recognise(
        b"Authentication-Results: " + verdict.format("maison-tilleul.example").encode() + b"\n" + raw, ALICE
    )
    assert facts.message is not None
    assert (facts.merchant, facts.purchases(), facts.message.imitates) == (None, (), "Maison Tilleul")
    friend = mail("Bob Roy <bob.roy@gmail.com>", Authentication_Results=verdict.format("gmail.com"))
    assert recognise(friend, ALICE).personal


def test_look_alikes_are_seen_through_and_honest_names_are_not() -> None:
    """Digits, pairs of letters and foreign letters; the brand's own domains and other firms pass."""
    domains = ("faceb00k.com", "fnаc.com", "amazon.fr", "acme1.example")
    assert [brand.name if (brand := disguised(domain)) else "" for domain in domains] == [
        "Facebook", "Fnac", "", "",
    ]  # fmt: skip


def test_pages_saved_without_headers_are_read_by_their_links() -> None:
    """The organisation that most links and pictures lead to."""
    page = b'<html><body><img src="https://www.fnac.com/l.png"><p>Bonjour</p><a href="https://nulle.example">x</a></body></html>'
    assert recognise(page).merchant == Merchant("Fnac", "fnac.com", Kind.SHOP, 0.5)
    assert recognise(b"Bonjour,\nun texte").merchant is None


def test_names_are_those_a_person_would_use() -> None:
    """Without legal forms, teams and reply words; a colleague's name gives way to the firm's."""
    assert undressed("Zephyr GmbH & Co. KG") == "Zephyr"
    assert undressed("Newsletter Zephyr") == "Zephyr"
    assert readable("Anna from Zephyr", "zephyr.example") == "Zephyr"
    assert readable("Anna Blanc", "zephyr.example", "anna.blanc") == "Zephyr"
    assert readable("noreply@zephyr.example", "zephyr.example") == "Zephyr"
    assert readable("", "abc.example") == "ABC"


def kind(raw: bytes) -> Kind | None:
    """The kind of the merchant of these bytes."""
    merchant = recognise(raw, ALICE).merchant
    return merchant.kind if merchant else None


def test_kinds_are_told_by_names_or_by_what_was_read() -> None:
    """A word of the name; goods, a journey, a show, a bill; and what the directory knows is left as it is."""
    goods = "Votre commande 123-4567 est confirmée\n1 x Lampe de bureau 59,98 €\nTotal : 59,98 €"
    bill = "Numéro de facture : F23841649\nMontant TTC : 39,99 €\nDate d'échéance : 26/06/2026\n"
    assert kind(mail("Mutuelle Orme <a@orme.example>", List_Id="<a.orme.example>")) is Kind.FINANCE
    assert kind(mail("Zéphyr <a@zephyr.example>", "Commande 123-4567", goods)) is Kind.SHOP
    assert kind(mail("Zéphyr <a@zephyr.example>", "Votre facture", bill)) is Kind.SERVICE
    assert kind(mail("Zéphyr <a@zephyr.example>", "Votre facture", bill + "Forfait fibre et mobile")) is Kind.TELECOM
    assert kind(mail("Fnac <a@fnac.com>", "Votre facture", bill)) is Kind.SHOP
    assert kind(mail("Zéphyr <a@zephyr.example>", List_Id="<a.zephyr.example>")) is Kind.UNKNOWN
    assert (kind_named("Krankenversicherung Nord", "kvn.example"), kind_billed("kWh"), kind_booked("")) == (
        Kind.FINANCE,
        Kind.UNKNOWN,
        Kind.UNKNOWN,
    )
    assert kind_booked("Vos places pour le film") is Kind.LEISURE


def test_the_check_p6_itself_passes() -> None:
    """None of some forged mails names a merchant, and each says whom it imitates; the honest ones are attributed."""
    outcome = p6.run(120)
    assert outcome.ok, outcome.happened


def test_slips_of_spelling_and_cheap_endings_are_seen() -> None:
    """One letter more, less, other or swapped; an ending where the brand itself has nothing."""
    amazon, post = by_domain("amazon.fr"), by_domain("postnl.nl")
    assert amazon is not None
    assert post is not None
    assert all(misspelt(f"{label}.com", amazon) for label in ("amazoon", "amazn", "amaozn", "ama-zon"))
    assert not any(misspelt(f"{label}.com", amazon) for label in ("amazon", "azure"))
    assert [is_cheap(domain, post) for domain in ("postnl-x.top", "postnl-x.nl", "postnl-x.com")] == [
        True,
        False,
        False,
    ]
    assert revealed("Аmаzon") == by_domain("amazon.com")
    assert revealed("Озон") is None


def test_whoever_writes_for_others_names_them() -> None:
    """Reviews for a shop, receipts of a shop's till, teams in any language, names that are domains."""
    assert found(mail("Avis Vérifiés pour Maison Odile <a@avis-verifies.com>"))[0] == "Maison Odile"
    assert found(mail("Maison Odile <x@messaging.squareup.com>", Reply_To="a@maison-odile.example")) == (
        "Maison Odile",
        "maison-odile.example",
    )
    assert found(mail("PayPal <service@paypal.fr>"))[1] == "paypal.fr"
    names = ("Команда Зефир", "Zespół Zefir", "花屋からのお知らせ", "花屋 公式", "Zefir Sp. z o.o.")
    assert [undressed(name) for name in names] == ["Зефир", "Zefir", "花屋", "花屋", "Zefir"]
    assert found(mail('"Amazon.co.jp" <a@amazon.co.jp>'))[0] == "Amazon"
    assert readable("Pine & Paddle Goods", "pineandpaddle.example") == "Pine & Paddle Goods"


def test_a_sister_brand_is_named_and_copied_links_prove_nothing() -> None:
    """Taobao from Alibaba's domain; a brand's name from a foreign domain, whatever it links to; a first name."""
    assert found(mail("淘宝网 <system@notice.alibaba.com>"))[0] == "Taobao"
    home = "".join(f'<a href="https://www.fnac.com/{n}">Voir {n}</a>' for n in range(4))
    for body in (f"<p>{home}</p>", f'<p>Commande 123-4567 {home}<a href="https://x.example/">Voir</a></p>'):
        assert found(mail("Fnac <news@rezonans.example>", body=body, Reply_To="service@fnac.com")) == ("", "")
    assert recognise(mail("Nicolas <nicolas@gmail.com>"), ALICE).personal


def test_small_firms_without_a_domain_and_discussions() -> None:
    """A baker who confirms an order from a freemail address is a firm; posts of a list and a mail by hand are not."""
    firm = mail("Boulangerie Martin <boulangerie.martin@orange.fr>", "Votre commande")
    assert found(firm) == ("Boulangerie Martin", "boulangerie.martin@orange.fr")
    assert recognise(mail("Boulangerie Martin <boulangerie.martin@orange.fr>", "Dimanche"), ALICE).personal
    post = mail(
        "homebrew@lists.example", "Digest", List_Post="<mailto:homebrew@lists.example>", X_BeenThere="homebrew@x"
    )
    assert recognise(post, ALICE).personal
    assert recognise(mail("Bob <bob@maison-roy.example>", "Cadeau", X_Mailer="iPhone Mail (20G75)"), ALICE).personal


def test_whole_domains_before_others_and_firms_that_name_a_brand() -> None:
    """A brand's domain before a foreign one is a disguise; a garage may name what it repairs, and Zara be a person."""
    facts = recognise(mail("Service <info@caisse-epargne.fr.check.example>", "Important"), ALICE)
    assert facts.message is not None
    assert (facts.merchant, facts.message.imitates) == (None, "Caisse d'Épargne")
    assert found(mail("Garage Renault Dupont <contact@garage-dupont.fr>"))[1] == "garage-dupont.fr"
    assert recognise(mail("Zara Martin <zara.martin@orange.fr>", "Dimanche"), ALICE).personal
    assert found(mail("E.Leclerc <info@e-leclerc-news.fr>"))[0] == "E.Leclerc"
