"""The keys of tokens shown a moment ago, for a minute: deriving them costs more than all the rest of a read.

They are keys, not a permission: what they may open is looked up in the database each time.
"""

import time
from collections import OrderedDict
from threading import Lock
from typing import Any

from sqlalchemy import Row

from mesinfos.consent.tokens import bound_of
from mesinfos.vault.grantkeys import GrantReader, unwrap_seed

KEPT = 200
SECONDS = 60.0

_known: OrderedDict[tuple[bytes, str, int], tuple[GrantReader, float]] = OrderedDict()
_lock = Lock()


def reader_of(token: str, row: Row[Any]) -> GrantReader:
    """What opens the disclosures of a token's grant; raises NoGrant or Tampered when the row was changed."""
    now, name = time.monotonic(), (bytes(row.auth), row.jkt, row.expires_at)
    with _lock:
        reader, until = _known.pop(name, (None, 0.0))
        if reader is None or until < now:
            seed = unwrap_seed(token, bound_of(row), bytes(row.sealed)) if row.sealed else b""
            reader = GrantReader(token, row.vault_id, row.grant_id, seed=seed)
            until = now + SECONDS
        _known[name] = (reader, until)
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return reader
