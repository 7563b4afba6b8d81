"""The pages of a person, one router a place."""

from web.dashboard import (
    connect,
    consents,
    correcting,
    doubts,
    given,
    home,
    journal,
    merchants,
    messages,
    products,
    progress,
    purchases,
    receipts,
    rules,
    settings,
    sources,
    unlock,
    welcome,
)

ROUTERS = (
    unlock.router,
    welcome.router,
    home.router,
    merchants.router,
    messages.router,
    correcting.router,
    doubts.router,
    purchases.router,
    products.router,
    connect.router,
    progress.router,
    sources.router,
    receipts.router,
    consents.router,
    given.router,
    journal.router,
    rules.router,
    settings.router,
)
"""In the order in which addresses are matched: `/sources/new/…` before `/sources/{source_id}/…`."""
