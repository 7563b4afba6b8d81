"""Home: what to do first, this month in figures, who looked at one's data, the sources. Every figure is a link."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.consent.lookup import Sought, find
from mesinfos.relations.yearly import last_months
from mesinfos.rights.archives import last_proof
from mesinfos.vault.sources import list_sources
from web.dashboard.home.tasks import waiting
from web.dashboard.sharing.parties import parties
from web.dashboard.sharing.sought import GROUPS
from web.dashboard.shown import mail, month_of, today
from web.deps import Here, Mine, Shown
from web.render import go, page

router = APIRouter()
AT_MOST = 6
LOOKS = tuple(
    action for group in ("read", "terms", "laid", "given", "consent", "link", "calendar") for action in GROUPS[group][1]
)
"""What others may see and saw; that its person opened the vault is told by the journal."""


@router.get("/")
def home(request: Request, here: Here, vault: Mine, reading: Shown) -> Response:
    """The first page of an open vault."""
    if vault.vault_id in here.recovery:
        return go(request, "/welcome/recovery")
    sources = list_sources(here.instance, vault.vault_id)
    day = today()
    looks, known = find(vault, Sought(actions=LOOKS), 5), parties(vault)
    tasks = waiting(vault, reading, sources, day)
    return page(
        request,
        "home/home.html",
        tasks=tasks.now[:AT_MOST],
        more=tasks.now[AT_MOST:],
        later=tasks.later,
        month=month_of(reading, day.replace(day=1)),
        chart=last_months(reading, day.replace(day=1)),
        proof=last_proof(here.instance),
        accesses=looks,
        names={line.subject: party.name for line in looks if (party := known.known(line.subject))},
        sources=sources,
        news=mail(reading).shown[:6],
        empty=not len(reading) and not sources,
        today=day,
    )
