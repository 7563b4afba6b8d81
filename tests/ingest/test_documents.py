"""Attached bills and tickets: opened when the mail lacks something, read in bounds, merged field by field."""

import signal
import sys
import time
from email.message import EmailMessage
from threading import Thread

import pytest

from mesinfos.demo.pdf import one_page
from mesinfos.ingest import bounds, documents
from mesinfos.ingest.extract import Found, extract
from mesinfos.ingest.parse import parse
from mesinfos.ingest.pipeline import recognise
from mesinfos.model.merchant import Merchant
from mesinfos.model.values import Category, Kind
from tests.campaign import i3
from tests.campaign.hostile_pdf import ALL, BOMBS
from tests.ingest.mails import NOW, SHOP

# The alarm may ring inside a callback of the garbage collector (Hypothesis has one), which loses it; it rings again.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
BILL = one_page(
    [
        "Énergie du Nord SA                          Facture n° F-2026-118",
        "Date de facture : 12/11/2026",
        "Abonnement 6 kVA           1        11,20 EUR       11,20 EUR",
        "Consommation             210         0,18 EUR       37,80 EUR",
        "Total HT                                            49,00 EUR",
        "TVA 20 %                                             9,80 EUR",
        "Total TTC à payer                                   58,80 EUR",
        "Date d'échéance : 27/11/2026",
    ]
)
ENERGY = Merchant("Énergie du Nord", "energie.example", Kind.ENERGY)
NOTICE = "Bonjour,\n\nVotre facture de novembre est disponible en pièce jointe.\n"


def mail(text: str, *files: bytes, subject: str = "Votre facture est disponible") -> bytes:
    """A mail with these PDFs."""
    made = EmailMessage()
    made["From"], made["Subject"] = "Énergie du Nord <facture@energie.example>", subject
    made["Date"] = "Fri, 13 Nov 2026 09:00:00 +0100"
    made.set_content(text)
    for content in files:
        made.add_attachment(content, maintype="application", subtype="pdf", filename="facture.pdf")
    return made.as_bytes()


def read(text: str, *files: bytes, merchant: Merchant = ENERGY, **more: str) -> Found:
    """What is found in it."""
    return extract(parse(mail(text, *files, **more)), merchant, NOW)


def test_a_bill_is_read_from_its_document():
    """A notice that says nothing, and a PDF that says all: number, date, total and due day come from the PDF."""
    (bill,) = read(NOTICE, BILL).invoices
    assert (bill.number, str(bill.total.amount), bill.total.currency) == ("F-2026-118", "58.80", "EUR")
    assert (str(bill.date), str(bill.due)) == ("2026-11-12", "2026-11-27")
    assert bill.provenance.extractor == "pdf"


def test_each_field_tells_who_gave_it():
    """The mail names the bill, its document the rest: the fact says so."""
    (bill,) = read(NOTICE + "Numéro de facture : F-2026-118\n", BILL).invoices
    assert bill.provenance.extractor == "layout"
    assert bill.provenance.fields == "pdf:date,total,due"


def test_an_order_takes_its_items_from_the_document():
    """A confirmation without lines, and an invoice with them: one order, its own number, the lines of the invoice."""
    lines = ["Désignation      Qté     Prix", "Théière émaillée      2      14,50 EUR", "Total TTC      29,00 EUR"]
    found = read(
        "Merci pour votre commande.\nNuméro de commande : A-44871\n",
        one_page(lines),
        merchant=SHOP,
        subject="Confirmation de commande",
    )
    (order,) = found.orders
    assert (order.order_number, str(order.total.amount)) == ("A-44871", "29.00")
    assert [(item.name, item.quantity) for item in order.items] == [("Théière émaillée", 2)]
    assert order.provenance.fields == "pdf:items,total"


def test_an_order_without_lines_takes_those_of_its_document():
    """The mail names number and total and not one thing: the attached invoice does."""
    lines = ["Désignation      Qté     Prix", "Théière émaillée      2      14,50 EUR", "Total TTC      29,00 EUR"]
    text = "Merci pour votre commande.\nNuméro de commande : A-44871\nTotal TTC : 29,00 €\n"
    (order,) = read(text, one_page(lines), merchant=SHOP, subject="Confirmation de commande").orders
    assert [item.name for item in order.items] == ["Théière émaillée"]
    assert order.provenance.fields == "pdf:items"


def test_the_document_of_another_order_says_nothing():
    """A PDF that names another order cannot give this one a total."""
    other = one_page(["Numéro de commande : B-99999", "Total TTC      12,00 EUR"])
    text = "Merci pour votre commande.\nNuméro de commande : A-44871\n"
    (order,) = read(text, other, merchant=SHOP, subject="Confirmation de commande").orders
    assert (order.order_number, order.total) == ("A-44871", None)


@pytest.mark.parametrize(
    ("text", "subject", "merchant"),
    [
        (
            "Commande n° A-44871\n1 x Théière émaillée 29,00 €\nTotal TTC : 29,00 €\n",
            "Confirmation de commande",
            SHOP,
        ),
        ("-20 % sur tout avec le code NOEL20\n", "Soldes : -20 % sur tout, profitez-en", SHOP),
        ("Relevé de compte disponible.\n", "Votre relevé", Merchant("Banque", "banque.example", Kind.FINANCE)),
    ],
    ids=["nothing is missing", "promotion", "bank"],
)
def test_a_document_is_not_opened_for_nothing(monkeypatch, text, subject, merchant):
    """A mail that says it all, a promotion and a bank's statement leave their PDF closed."""
    monkeypatch.setattr(documents, "_pypdf", lambda: pytest.fail("a document was opened"))
    read(text, BILL, subject=subject, merchant=merchant)


def test_what_is_implausible_is_not_opened():
    """Too large, encrypted or no PDF at all."""
    large = b"%PDF-1.4" + b" " * documents.LARGEST
    locked = BILL.replace(b"/Root", b"/Encrypt 9 0 R /Root")
    assert documents.documents(parse(mail("", large, locked, b"PK\x03\x04", BILL))) == [BILL]


def test_long_documents_are_terms():
    """Eleven pages are no bill."""
    kids = b" ".join(b"3 0 R" for _ in range(documents.MOST_PAGES + 1))
    long = BILL.replace(b"/Kids [3 0 R] /Count 1", b"/Kids [" + kids + b"] /Count 11")
    assert documents.document_lines(parse(mail("", long))) == []
    assert len(documents.document_lines(parse(mail("", BILL)))) == 8


def test_a_mail_without_documents_pays_nothing():
    """No PDF reader is loaded for a mail that has none, in a process of its own."""
    code = (
        "import sys; from mesinfos.ingest.pipeline import recognise;"
        "recognise(b'From: a@acme.example\\nSubject: Your invoice\\n\\nInvoice number: 1234567');"
        "print([name for name in sys.modules if name.startswith(('pypdf', 'PIL', 'cryptography'))])"
    )
    ended = i3.subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the alarm may ring in a destructor
@pytest.mark.parametrize("name", ["flate bomb", "flate of operators", "tables in tables", "a million operators"])
def test_a_hostile_document_leaves_the_mail_as_it_is(name):
    """What the mail says itself is read, with the number it has."""
    facts = recognise(i3.bill("application/pdf", ALL[name]()))
    assert [one.number for one in facts.invoices] == ["F-2026-118"]


def test_i3_attachments_exhaust_nothing():
    """`make campaign I3` in small, in a worker process; in full it has ten kinds of bombs and fifty PDFs."""
    assert len(BOMBS) == 10
    assert len(ALL) >= 50
    outcome = i3.run(12)
    assert outcome.ok, outcome.happened


def test_bounds_end_what_swallows_errors():
    """The alarm rings until the call is left, whatever it catches, and the alarm set before still rings in its time."""
    rung = []

    def stubborn() -> None:
        while True:
            try:
                time.sleep(5)
            except Exception:  # noqa: BLE001  what a careless library does
                continue

    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(time.monotonic()))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.6)
        assert bounds.bounded(stubborn, 0.2, 64 << 20) is None
        assert rung == []
        time.sleep(0.6)
        assert len(rung) == 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_bounds_hold_memory():
    """More memory than allowed ends the call and nothing else; the limit is gone afterwards."""
    assert bounds.bounded(lambda: len(bytearray(512 << 20)), 5, 64 << 20) is None
    assert len(bytearray(80 << 20)) == 80 << 20
    assert bounds.bounded(lambda: 3, 5, 64 << 20) == 3


def test_without_an_alarm_no_document_is_opened():
    """In another thread than the main one nothing can be bounded, so nothing is called."""
    found: list[list[str]] = []
    thread = Thread(target=lambda: found.append(documents.document_lines(parse(mail("", BILL)))))
    thread.start()
    thread.join()
    assert found == [[]]


def test_a_bill_attached_to_an_order_is_kept_beside_it():
    """An order confirmation without total, whose invoice is attached: the order and its bill, both with the total."""
    paper = one_page(["Facture n° FA-771", "Numéro de commande : A-44871", "Total TTC      29,00 EUR"])
    text = "Merci pour votre commande.\nNuméro de commande : A-44871\n"
    found = read(text, paper, merchant=SHOP, subject="Confirmation de commande")
    assert [(one.number, one.order_number) for one in found.invoices] == [("FA-771", "A-44871")]
    assert found.orders[0].total == found.invoices[0].total
    assert found.scale.best()[0] is Category.ORDERS
