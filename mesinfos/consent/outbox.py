"""The outbox: the only door through which data reaches a merchant. It holds the exact bytes that each grant may read.

    filling.py   puts disclosures in: the past when a grant is given, news at each sync, folded things at opening
    counter.py   hands them out, to whoever shows the grant's token, and writes each read into the journal
    ledger.end   takes them out, all at once

The two sides do not know each other: what hands out cannot reach the records, and this file is only their sign.
"""

from mesinfos.consent.counter import Ask, Page, page, pages, terms
from mesinfos.consent.filling import change, disclose_batch, fill_past, preview, refresh

__all__ = ["Ask", "Page", "change", "disclose_batch", "fill_past", "page", "pages", "preview", "refresh", "terms"]
