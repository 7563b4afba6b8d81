"""What a merchant gave back: to say that it is right where its mail says otherwise, and to remove all of it."""

from datetime import date
from typing import cast

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.consent.deposit import forget_given
from mesinfos.consent.ledger import get_grant
from mesinfos.consent.outbox import refresh
from mesinfos.errors import N_, NotFound
from mesinfos.model.rule import Kind
from mesinfos.model.values import Money
from mesinfos.relations.differences import ASKED
from mesinfos.relations.folding import DEPOSIT
from mesinfos.relations.invoices import InvoiceView
from mesinfos.relations.orders import OrderView
from mesinfos.relations.reading import Reading
from mesinfos.teach import Said, rule_of, teach
from web.deps import Form, Here, Mine, Shown
from web.render import go

router = APIRouter()


def given_by(reading: Reading, domain: str) -> int:
    """How many statements of a merchant the vault keeps."""
    counts: dict[str, int] = reading.folded("statements", lambda: _counted(reading))
    return counts.get(domain, 0)


def _counted(reading: Reading) -> dict[str, int]:
    counts: dict[str, int] = {}
    for seen in reading.observations():
        origin, merchant = seen.observation.origin, seen.observation.merchant
        if origin is not None and origin.source == DEPOSIT and merchant is not None:
            counts[merchant.domain] = counts.get(merchant.domain, 0) + 1
    return counts


@router.post("/consents/{grant_id}/forget")
def forget(request: Request, here: Here, vault: Mine, reading: Shown, grant_id: str) -> Response:
    """Everything that this merchant gave back is removed, also when its consent is over."""
    held = get_grant(vault, grant_id)
    reading.forget(forget_given(here.instance, vault.vault_id, held.grant))
    refresh(vault, reading)
    return go(request, f"/consents/{grant_id}", said="forgotten")


@router.post("/doubts/given")
def right(request: Request, vault: Mine, reading: Shown, form: Form) -> Response:
    """The person says that the merchant is right: its mail is put right by what the merchant gave."""
    view, kind, number, order_id = _meant(reading, form["ref"], form["kind"])
    asked = {one.field: one for one in view.differences if one.field in ASKED}
    if not asked:
        raise NotFound(N_("There is nothing under this address in this vault."))
    total, day = asked.get("total"), asked.get("date")
    said = Said(
        next(iter(asked.values())).mail,
        kind=kind,
        about=number,
        total=cast("Money", total.given) if total else None,
        date=cast("date", day.given) if day else None,
    )
    rule_id = teach(vault, reading, said.mail, rule_of(vault, reading, said))
    return go(request, f"/orders/{order_id}", said="confirmed", undo=rule_id)


def _meant(reading: Reading, ref: str, kind: str) -> tuple[OrderView | InvoiceView, Kind, str, str]:
    if kind == Kind.INVOICE:
        for bill in reading.invoices():
            if bill.id == ref:
                return bill, Kind.INVOICE, bill.invoice.number, bill.order_id
    order = reading.order(ref)
    return order, Kind.ORDER, order.order.order_number, order.id
