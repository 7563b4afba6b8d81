"""Everything in open formats: records as JSON lines, mails as .eml, attachments as files, tables as CSV.

A spreadsheet takes a cell that begins with = + - @ for a formula, and a mail's sender chooses what a cell says: text
that begins so gets an apostrophe before it (OWASP, CSV injection).
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec

from mesinfos.consent import journal
from mesinfos.consent.ledger import list_grants
from mesinfos.errors import N_, InvalidInput, VaultError
from mesinfos.model.codec import decode
from mesinfos.model.facts import Observation
from mesinfos.model.merchant import Merchant
from mesinfos.model.message import Attachment, Body, Message
from mesinfos.relations.merchants import MerchantView
from mesinfos.relations.offers import OfferView
from mesinfos.relations.orders import OrderView
from mesinfos.relations.parcels import ParcelView
from mesinfos.relations.photos import opened, photos
from mesinfos.relations.products import product
from mesinfos.relations.reading import Reading, Seen, read
from mesinfos.relations.warranties import WarrantyView
from mesinfos.vault.database import translated
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.records import ids_of_type, read_children, read_records
from mesinfos.vault.sources import list_sources
from mesinfos.vault.vaults import find_person

_FORMULA = re.compile(r"[\s\0]*[=+\-@\t\r\0＝＋－＠]")
_BREAKS = re.compile(r"[\0\r\n]+")
_CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029]+")
_ODD = re.compile(r"[^A-Za-z0-9._-]+")

README = N_(
    "This is everything MesInfos keeps of {name}.\n\n"
    "records.jsonl   every record, one JSON object a line\n"
    "messages/       every mail as it is kept, one .eml file each, with its attachments\n"
    "photos/         every photo of what was bought, one .webp file each\n"
    "*.csv           tables for a spreadsheet\n"
    "grants.jsonl    what merchants may or might read, and until when\n"
    "journal.jsonl   every access, grant and refusal, the newest first\n"
    "sources.jsonl   what is read; passwords are left out\n"
)


class Counts(dict[str, int]):
    """How many there were of each kind, once the last byte was made."""


Member = tuple[str, Iterable[bytes]]
"""A file of the export: its name, and its content as it is made."""


def export_all(vault: OpenVault, folder: Path) -> dict[str, int]:
    """Write everything into a new or empty folder, readable by its owner only; returns what there was of each kind.

    Raises InvalidInput for a folder that holds something.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InvalidInput(N_("{folder} holds something already; choose a new folder."), folder=folder, field="folder")
    counts = Counts()
    with translated():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for inner in ("messages", "photos"):
            (folder / inner).mkdir(mode=0o700)
        for name, content in members(vault, counts):
            with (folder / name).open("wb") as stream:
                stream.writelines(content)
    return counts


def members(vault: OpenVault, counts: Counts) -> Iterator[Member]:
    """Every file of the export, each to be read before the next is asked for; at the end the journal says so."""
    person, instance = find_person(vault.instance, vault.vault_id), vault.instance
    yield "README.txt", [README.format(name=person.name).encode()]
    reading = read(vault)
    yield "records.jsonl", _lines(_records(vault), counts, "records")
    yield from _messages(vault, reading, counts)
    yield from _photos(vault, reading, counts)
    for name, (headings, rows) in _tables(reading).items():
        yield f"{name}.csv", _table(headings, rows, counts, name)
    yield "sources.jsonl", _lines(map(_source, list_sources(instance, vault.vault_id)), counts, "sources")
    yield "grants.jsonl", _lines((held._asdict() for held in list_grants(vault)), counts, "grants")
    yield "journal.jsonl", _lines(_journal(vault), counts, "journal")
    with instance.database.write(vault.vault_id) as conn:
        action = journal.Action.DATA_EXPORTED
        journal.append(instance, conn, vault.vault_id, action, vault.vault_id, {"records": counts["records"]})


def guarded(text: str) -> str:
    """A cell that no spreadsheet runs: formulas begin with an apostrophe, lines are joined."""
    tidy = _BREAKS.sub(" ", text)
    return f"'{tidy}" if _FORMULA.match(text) else tidy


def _records(vault: OpenVault) -> Iterator[dict[str, Any]]:
    with vault.instance.database.read(vault.vault_id) as conn:
        for record in read_records(vault, conn):
            about = {"record_id": record.record_id, "seq": record.seq, "type": record.type, "day": record.day}
            yield about | {"observation": decode(record.payload)}


def _messages(vault: OpenVault, reading: Reading, counts: Counts) -> Iterator[Member]:
    counts["messages"] = len(reading.messages)
    for seen in reading.messages:
        with vault.instance.database.read(vault.vault_id) as conn:
            parts = [decode(child.payload) for child in read_children(vault, conn, seen.record_id)]
        name = f"messages/{seen.message.sent_at:%Y-%m-%d}-{seen.record_id}.eml"
        yield name, [_mail(seen.observation, parts).as_bytes()]


def _photos(vault: OpenVault, reading: Reading, counts: Counts) -> Iterator[Member]:
    """Every photo that is kept, those that were replaced or removed lately too, named after what it shows."""
    named = {record_id: product(reading, shown).name for shown, record_id in photos(reading).items()}
    with vault.instance.database.read(vault.vault_id) as conn:
        kept = ids_of_type(conn, vault.vault_id, "photo")
    counts["photos"] = len(kept)
    for record_id in kept:
        name = _ODD.sub("_", named.get(record_id, "removed"))[:60]
        with suppress(VaultError):  # the check of the vault names what does not open
            yield f"photos/{name}-{record_id}.webp", [opened(vault, record_id).content]


def _mail(seen: Observation, parts: Sequence[Observation]) -> EmailMessage:
    """The mail as far as the vault keeps it."""
    mail, message = EmailMessage(policy=SMTP), seen.fact
    if isinstance(message, Message):
        _set(mail, "From", f'"{_header(message.sender.name)}" <{_header(message.sender.address)}>')
        _set(mail, "Subject", _header(message.subject))
        _set(mail, "Date", format_datetime(message.sent_at))
        _set(mail, "Message-ID", _header(message.message_id))
    for part in (one.fact for one in parts):
        if isinstance(part, Body):
            mail.set_content(_encodable(part.text))
            if part.html:
                mail.add_alternative(_encodable(part.html), subtype="html")
    for part in (one.fact for one in parts):
        if isinstance(part, Attachment):
            name = _ODD.sub("_", part.filename)[-100:] or "attachment"
            mail.add_attachment(part.content, maintype="application", subtype="octet-stream", filename=name)
    return mail


def _set(mail: EmailMessage, name: str, value: str) -> None:
    try:
        mail[name] = value
        mail.policy.fold_binary(name, mail[name])
    except Exception:  # noqa: BLE001  an address that is none, an id that is not ASCII: what `email` raises then is open
        del mail[name]
        mail[f"X-MesInfos-{name}"] = value.encode("ascii", "replace").decode().replace("=?", "= ?")


def _header(value: str) -> str:
    return _encodable(_CONTROLS.sub(" ", value).replace('"', "'"))


def _encodable(text: str) -> str:
    """The text without halves of surrogate pairs, which no file can hold."""
    return text.encode("utf-8", "replace").decode()


def _journal(vault: OpenVault) -> Iterator[dict[str, Any]]:
    before = 0
    while found := journal.entries(vault, 1000, before):
        yield from (entry._asdict() | {"hash": entry.hash.hex()} for entry in found)
        before = found[-1].seq
        if before <= 1:
            return


def _source(source: Any) -> dict[str, Any]:
    names = ("source_id", "connector", "label", "mode", "state", "created_at", "last_success")
    return {name: getattr(source, name) for name in names}


def _tables(reading: Reading) -> dict[str, tuple[Sequence[str], Iterable[Sequence[object]]]]:
    whose, proved = ("merchant", "domain"), "verified"
    return {
        "merchants": (
            ("name", "domain", "kind", "first seen", "last seen", "messages", "orders"),
            map(_merchant_row, reading.merchants()),
        ),
        "orders": (
            ("date", *whose, "order number", "status", "total", "currency", "items", proved),
            map(_order_row, reading.orders()),
        ),
        "parcels": (
            (*whose, "carrier", "tracking number", "status", "expected until", proved),
            map(_parcel_row, reading.parcels()),
        ),
        "offers": (
            (*whose, "description", "code", "percent", "valid through", proved),
            map(_offer_row, reading.offers()),
        ),
        "warranties": (
            (*whose, "product", "order number", "from", "until", "scope", proved),
            map(_warranty_row, reading.warranties()),
        ),
        "mails": (
            ("sent", *whose, "sender", "subject", "category", proved),
            map(_mail_row, reading.messages),
        ),
    }


def _merchant_row(view: MerchantView) -> tuple[object, ...]:
    times = (view.first_seen, view.last_seen)
    return view.merchant.name, view.id, view.merchant.kind, *times, view.messages, view.orders


def _order_row(view: OrderView) -> tuple[object, ...]:
    order = view.order
    total = (order.total.amount, order.total.currency) if order.total else ("", "")
    items = "; ".join(item.name for item in order.items)
    return view.day, *_whose(view.merchant), order.order_number, order.status, *total, items, view.verified


def _parcel_row(view: ParcelView) -> tuple[object, ...]:
    parcel = view.parcel
    where = (parcel.carrier, parcel.tracking_number, parcel.status, parcel.expected_until)
    return *_whose(view.merchant), *where, view.verified


def _offer_row(view: OfferView) -> tuple[object, ...]:
    offer = view.offer
    return *_whose(view.merchant), offer.description, offer.code, offer.percent, offer.valid_through, view.verified


def _warranty_row(view: WarrantyView) -> tuple[object, ...]:
    one = view.warranty
    what = (one.product, one.order_number, one.begins, one.ends, one.scope)
    return *_whose(view.merchant), *what, view.verified


def _mail_row(seen: Seen) -> tuple[object, ...]:
    message, about = seen.message, seen.observation
    said = (message.sender.address, message.subject, message.category)
    return message.sent_at, *_whose(about.merchant), *said, about.verified


def _whose(merchant: Merchant | None) -> tuple[str, str]:
    return (merchant.name, merchant.domain) if merchant else ("", "")


def _table(headings: Sequence[str], rows: Iterable[Sequence[object]], counts: Counts, name: str) -> Iterator[bytes]:
    counts[name] = 0
    yield _row(headings)
    for row in rows:
        counts[name] += 1
        yield _row([guarded(cell) if isinstance(cell, str) else cell for cell in row])


def _row(cells: Sequence[object]) -> bytes:
    line = StringIO(newline="")
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()


def _lines(values: Iterable[Any], counts: Counts, name: str) -> Iterator[bytes]:
    counts[name] = 0
    for value in values:
        counts[name] += 1
        yield msgspec.json.encode(value) + b"\n"
