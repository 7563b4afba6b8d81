"""Small mails made on the spot: headers, a text or a page, and the merchant that is said to have written them."""

from datetime import UTC, datetime

from mesinfos.ingest.categorise import Verdict, categorise
from mesinfos.ingest.extract import Found, extract
from mesinfos.ingest.parse import parse
from mesinfos.ingest.sheet import Sheet
from mesinfos.model.merchant import Merchant
from mesinfos.model.values import Kind

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SHOP = Merchant("Acme", "acme.fr", Kind.SHOP)


def raw(subject: str = "", text: str = "", html: str = "", sender: str = "shop@acme.fr", headers: str = "") -> bytes:
    """One mail of Wednesday 25 November 2026."""
    kind, body = ("html", html) if html else ("plain", text)
    head = f"From: {sender}\nSubject: {subject}\nDate: Wed, 25 Nov 2026 10:00:00 +0000\n{headers}"
    return f"{head}Content-Type: text/{kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{body}\n".encode()


def read(subject: str = "", text: str = "", html: str = "", merchant: Merchant | None = SHOP, **more: str) -> Found:
    """What is found in such a mail."""
    return extract(parse(raw(subject, text, html, **more)), merchant, NOW)


def sort(subject: str = "", text: str = "", html: str = "", merchant: Merchant | None = SHOP, **more: str) -> Verdict:
    """How such a mail is sorted."""
    mail = parse(raw(subject, text, html, **more))
    return categorise(mail, merchant, extract(mail, merchant, NOW))


def sheet(subject: str = "", text: str = "", html: str = "", domain: str = "acme.fr") -> Sheet:
    """Such a mail laid out."""
    return Sheet(parse(raw(subject, text, html)), NOW, domain)
