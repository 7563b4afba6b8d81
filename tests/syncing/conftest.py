"""Sources of Alice's for the tests of syncs."""

import pytest

from mesinfos.relations.reading import read
from mesinfos.sync import run_sync
from mesinfos.vault.sources import add_source


class Desk:
    """Alice's vault and what a test does with it."""

    def __init__(self, vault):
        self.vault, self.instance, self.vault_id = vault, vault.instance, vault.vault_id

    def archive(self, path, mode="always_on"):
        """A source over an mbox file."""
        return add_source(self.vault, "mbox", path.name, {"path": str(path)}, mode)

    def mailbox(self, account, **more):
        """A source over a Dovecot account."""
        values = {"host": account.server.host, "port": str(account.server.port), "security": "none"}
        return add_source(
            self.vault, "imap", account.name, values | {"username": account.name, "password": account.password} | more
        )

    def sync(self, source, vault=None, **more):
        """One sync, from start to end."""
        return run_sync(self.instance, self.vault_id, source.source_id, vault, **more)

    def reading(self):
        """Everything the vault shows now."""
        return read(self.vault)

    def order_numbers(self):
        """The numbers of all orders, as often as they are shown."""
        return sorted(view.order.order_number for view in self.reading().orders())


@pytest.fixture
def desk(alice):
    """Alice's vault on an instance that reads mail in the test's own process."""
    alice.instance.settings = alice.instance.settings.model_copy(update={"workers": 0})
    return Desk(alice)
