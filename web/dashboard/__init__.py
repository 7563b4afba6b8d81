"""The pages of a person, one router a place."""

from web.dashboard import (
    connect,
    consents,
    home,
    journal,
    merchants,
    messages,
    products,
    progress,
    purchases,
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
    purchases.router,
    products.router,
    connect.router,
    progress.router,
    sources.router,
    consents.router,
    journal.router,
    settings.router,
)
"""In the order in which addresses are matched: `/sources/new/…` before `/sources/{source_id}/…`."""
