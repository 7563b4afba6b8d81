"""Which merchants are welcome: accepted, paused, refused; and the drawer that holds the mail of those who are not."""

from collections.abc import Sequence
from datetime import date, timedelta
from operator import attrgetter
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.choose import choose_all
from mesinfos.errors import N_, InvalidInput
from mesinfos.model.choice import Choice, Topic, Welcome
from mesinfos.relations.choices import Chosen
from mesinfos.relations.folding import domain_of
from mesinfos.relations.merchants import MerchantView
from mesinfos.relations.reading import Reading, Seen
from mesinfos.relations.sieve import paused_until
from web import words
from web.dashboard.answers import one_of
from web.dashboard.listing import cut, number
from web.dashboard.querying import Asked
from web.dashboard.shown import mail, today
from web.deps import Form, Mine, Shown
from web.render import go, inside, page

router = APIRouter(prefix="/merchants")
PAUSE = timedelta(days=30)


class Reception(NamedTuple):
    """How a merchant is received now: in words, and until when a pause lasts."""

    welcome: Welcome
    until: date | None = None

    @property
    def word(self) -> words.Word:
        """The word of the state."""
        return words.WELCOME[self.welcome]

    @property
    def away(self) -> bool:
        """Whether its mail is put aside."""
        return self.welcome is not Welcome.ACCEPTED


def reception(chosen: Chosen | None, day: date) -> Reception:
    """How a merchant is received by what was chosen of it; everyone is accepted of whom nothing was said."""
    if chosen is None:
        return Reception(Welcome.ACCEPTED)
    if chosen.value == Welcome.REFUSED:
        return Reception(Welcome.REFUSED)
    until = paused_until(chosen, day)
    return Reception(Welcome.PAUSED, until) if until else Reception(Welcome.ACCEPTED)


@router.post("/receive")
def receive(request: Request, vault: Mine, reading: Shown, form: Form) -> Response:
    """Accept, pause or refuse one merchant, or all that are ticked; one press undoes it."""
    welcome = one_of(Welcome, form["welcome"], "welcome")
    known = {view.id for view in reading.merchants()}
    named = [one for one in dict.fromkeys(form.all("merchant")) if one in known]
    if not named:
        raise InvalidInput(N_("Tick at least one merchant."), field="merchant")
    also = str(today() + PAUSE) if welcome is Welcome.PAUSED else ""
    undo = choose_all(vault, reading, [Choice(Topic.MERCHANT, one, welcome, also) for one in named])
    return go(request, inside(form["back"], "/merchants"), said=f"merchant-{welcome}", undo=undo)


@router.get("/aside")
def aside(request: Request, reading: Shown, asked: Asked, only: str = "") -> Response:
    """The drawer: who is refused or paused, and all mail that is put aside, by them or by the filter."""
    sifted = mail(reading)
    hidden = asked.keep(reading, "message", sifted.hidden, attrgetter("record_id"))
    theirs = [seen for seen in hidden if _sender(seen) in sifted.sieve.away]
    filtered = [seen for seen in hidden if _sender(seen) not in sifted.sieve.away]
    kept = {"merchants": theirs, "filter": filtered}.get(only, hidden)
    return page(
        request,
        "merchants/aside.html",
        asked.status,
        shown=cut(kept, number(request)),
        only=only,
        q=asked.text,
        wrong=asked.wrong(request),
        counts={"": len(hidden), "merchants": len(theirs), "filter": len(filtered)},
        away=_away(reading),
    )


def _sender(seen: Seen) -> str:
    return domain_of(seen.observation.merchant)


def _away(reading: Reading) -> Sequence[tuple[MerchantView, Reception]]:
    chosen, day = reading.choices().all(Topic.MERCHANT), today()
    rows = [(view, reception(chosen.get(view.id), day)) for view in reading.merchants()]
    return [row for row in rows if row[1].away]
