"""A stage for the campaign: a fresh instance in a temporary folder, with Alice's vault and her past."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from mesinfos.consent import ledger, outbox
from mesinfos.consent.grant import Grant
from mesinfos.relations.reading import read
from mesinfos.settings import Settings
from mesinfos.vault.instance import open_instance
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.vaults import create_vault
from tests.cast import ALICE


@contextmanager
def alices_vault(database_url: str = "") -> Iterator[OpenVault]:
    """Alice's vault, open, on SQLite unless a database is named; its folder is gone afterwards."""
    with TemporaryDirectory(prefix="mesinfos-") as folder:
        instance = open_instance(Settings(data_dir=Path(folder), database_url=database_url))
        try:
            yield create_vault(instance, ALICE.name, ALICE.passphrase)[0]
        finally:
            instance.close()


def given(vault: OpenVault, draft: Grant) -> tuple[Grant, str]:
    """A grant in force with its past disclosed, and its token."""
    grant, token = ledger.add_grant(vault, draft)
    outbox.fill_past(vault, grant, read(vault))
    return grant, token
