"""One mail, start to end: parse, authenticate, identify, extract, categorise. Same bytes, same facts; never raises."""

import re
from datetime import UTC, datetime, timedelta

from mesinfos.errors import N_, MesInfosError
from mesinfos.ingest.authenticate import authenticate
from mesinfos.ingest.categorise import Verdict, categorise
from mesinfos.ingest.context import Context
from mesinfos.ingest.documents import is_pdf
from mesinfos.ingest.extract import Found, extract
from mesinfos.ingest.goods import with_categories
from mesinfos.ingest.identify import identify
from mesinfos.ingest.kind import with_kind
from mesinfos.ingest.mailing import Exit, way_out
from mesinfos.ingest.parse import Mail, parse
from mesinfos.ingest.template import template_of
from mesinfos.model.facts import Facts
from mesinfos.model.merchant import Sender
from mesinfos.model.message import Attachment, Body, Message
from mesinfos.model.values import utc

__all__ = ("Context", "recognise")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MAX_ATTACHMENT = 5 << 20
MAX_ATTACHMENTS = 10
MAX_TEXT = 2 << 20
UNREADABLE = N_("This mail could not be read.")
_LIST_ID = re.compile(r"<([^<>\s]{1,200})>")


def recognise(raw: bytes, context: Context = Context(), received_at: datetime | None = None) -> Facts:  # noqa: B008  frozen
    """All that one mail says; what cannot be read comes back as Facts with `error` set."""
    try:
        return _recognise(parse(raw), context, received_at)
    except MesInfosError as problem:
        return Facts(Sender(""), error=str(problem))
    except Exception:  # noqa: BLE001  whatever a hostile mail breaks is one mail's quarantine, never the batch's end
        return Facts(Sender(""), error=UNREADABLE)


def _recognise(mail: Mail, context: Context, received_at: datetime | None) -> Facts:
    sender = authenticate(mail, context)
    merchant, imitates = identify(mail, sender, context)
    sent = sent_at(mail, received_at)
    if imitates:
        return Facts(sender, message=_message(mail, sender, sent, categorise(mail, None, Found()), Found(), imitates))
    if merchant is None:
        return Facts(sender, personal=True)
    found = extract(mail, merchant, sent)
    verdict = categorise(mail, merchant, found)
    merchant = with_kind(merchant, mail, found)
    return Facts(
        sender,
        merchant=merchant,
        message=_message(mail, sender, sent, verdict, found, out=way_out(mail, context)),
        body=Body(mail.text[:MAX_TEXT], mail.html[:MAX_TEXT]),
        orders=with_categories(found.orders, merchant, verdict.language),
        parcels=found.parcels,
        offers=found.offers,
        invoices=found.invoices,
        bookings=found.bookings,
        benefits=found.benefits,
        returns=found.returns,
        attachments=documents(mail),
    )


def sent_at(mail: Mail, received_at: datetime | None) -> datetime:
    """When the mail was sent: its Date unless that is absent or later than its arrival; then the arrival, else 1970."""
    date = mail.date
    if received_at is None:
        return date or EPOCH
    received = utc(received_at)
    return date if date is not None and date <= received + timedelta(days=1) else received


def documents(mail: Mail) -> tuple[Attachment, ...]:
    """The PDF invoices and tickets of a mail, five megabytes each at most; other files stay at the source."""
    pdfs = (part for part in mail.attachments if is_pdf(part.payload) and len(part.payload) <= MAX_ATTACHMENT)
    return tuple(
        Attachment(part.filename or "document.pdf", "application/pdf", part.payload)
        for part, _ in zip(pdfs, range(MAX_ATTACHMENTS), strict=False)
    )


def _message(  # noqa: PLR0913, PLR0917  what each step before found
    mail: Mail,
    sender: Sender,
    sent: datetime,
    verdict: Verdict,
    found: Found,
    imitates: str = "",
    out: Exit = Exit(),  # noqa: B008  frozen
) -> Message:
    list_id = _LIST_ID.search(mail.headers.get("list-id"))
    return Message(
        subject=" ".join(mail.subject.split())[:500],
        sender=sender,
        sent_at=sent,
        category=verdict.category,
        category_confidence=round(verdict.confidence, 2),
        reasons=verdict.reasons,
        snippet=snippet(mail),
        message_id=mail.headers.get("message-id").strip("<> ")[:300],
        list_id=list_id[1].lower() if list_id else "",
        unsubscribe=out.page,
        language=verdict.language,
        imitates=imitates,
        template=template_of(found.sheet) if found.sheet else "",
        facts=found.count(),
        one_click=out.one_click and sender.verified,
        unsubscribe_mail=out.mail,
    )


def snippet(mail: Mail) -> str:
    """The first line that a person would read: not an address, not a rule of dashes."""
    for line in [*mail.page.lines[:30], *mail.text_lines[:30]]:
        if len(line) > 15 and "://" not in line and sum(map(str.isalpha, line)) * 2 > len(line):
            return line.replace("\t", " ")[:200]
    return ""
