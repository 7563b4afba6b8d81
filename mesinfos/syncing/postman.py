"""What leaves the house by the clock: webhooks that are due, and once an hour the ends of grants.

A grant ends past its last day, and when its merchant never came for its tokens.

The messages lie in the database (`consent/webhooks.py`), so a process that dies loses none: the next one finds them.
"""

import time
from concurrent.futures import ThreadPoolExecutor

from mesinfos.consent import archive, links, proving, tokens, webhooks
from mesinfos.consent.ledger import live_grants
from mesinfos.consent.webhooks import Key
from mesinfos.errors import MesInfosError
from mesinfos.logs import get_logger
from mesinfos.vault.instance import Instance
from mesinfos.vault.vaults import list_persons

SECONDS = 2.0
"""Between two looks for messages: the second attempt is due after five."""

AT_ONCE = 4  # a merchant that answers slowly keeps no other waiting
HOUR = 3600.0

log = get_logger("mesinfos.postman")


class Postman:
    """The rounds of one process; several processes may make theirs at once."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._tidied = -HOUR

    def round(self) -> None:
        """Deliver what is due; never raises, since its clock goes on."""
        if time.monotonic() - self._tidied >= HOUR:
            self._tidied = time.monotonic()
            tidy(self._instance)
        keys = webhooks.due(self._instance)
        if keys:
            with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="postman") as pool:
                list(pool.map(self._deliver, keys))

    def _deliver(self, key: Key) -> None:
        try:
            webhooks.attempt(self._instance, key)
        except MesInfosError as error:  # the database is busy: the lease ends, and the message is tried again
            log.warning("a message could not be tried", delivery=key.delivery_id, exc_info=error)


def tidy(instance: Instance) -> None:
    """End what is past its last day, or was never fetched, so that both sides hear; forget what is old; prove again."""
    for person in list_persons(instance):
        with instance.database.write(person.vault_id) as conn:
            live_grants(instance, conn, person.vault_id)
    tokens.lapse(instance)
    archive.forget_closed(instance)
    links.forget_ended(instance)
    webhooks.forget_failed(instance)
    proving.prove_again(instance)
