"""The pages of a person, one router a subject, sorted by place."""

from web.dashboard.entry import calendar, unlock, visitor, welcome
from web.dashboard.home import correcting, doubts, home, searching, tasks, undo
from web.dashboard.merchants import claims, filtering, joining, leaving, merchants, messages, partners, story
from web.dashboard.purchases import buying, keeping, offers, papers, photos, products, purchases, spending
from web.dashboard.settings import backups, calendars, decisions, rules, sessions, settings
from web.dashboard.sharing import (
    authorize,
    consents,
    exporting,
    given,
    journal,
    links,
    overview,
    receipts,
    resting,
    would,
)
from web.dashboard.sources import connect, progress, runs, sources, trying

ROUTERS = (
    unlock.router,
    welcome.router,
    home.router,
    tasks.router,
    filtering.router,
    partners.router,
    joining.router,
    resting.router,
    searching.router,
    claims.router,
    merchants.router,
    story.router,
    messages.router,
    leaving.router,
    correcting.router,
    doubts.router,
    buying.router,
    papers.router,
    keeping.router,
    purchases.router,
    offers.router,
    spending.router,
    products.router,
    photos.router,
    trying.router,
    connect.router,
    progress.router,
    runs.router,
    sources.router,
    receipts.router,
    overview.router,
    would.router,
    consents.router,
    given.router,
    authorize.router,
    links.router,
    visitor.router,
    calendar.router,
    exporting.router,
    journal.router,
    rules.router,
    decisions.router,
    calendars.router,
    undo.router,
    sessions.router,
    backups.router,
    settings.router,
)
"""In the order in which addresses are matched: `/sources/new/…` before `/sources/{source_id}/…`; `/merchants/…` too."""
