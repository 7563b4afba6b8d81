"""The sample household, ready to open: its mail on a real server, read through the real connector into a real vault.

Everything lives in one temporary folder and one process, and is gone when the block ends.
"""

import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from tempfile import TemporaryDirectory
from types import MappingProxyType

from msgspec import Struct

from mesinfos import logs
from mesinfos.consent.fields import Field, Purpose, Scope
from mesinfos.consent.grant import draft
from mesinfos.consent.ledger import add_grant, today
from mesinfos.consent.outbox import fill_past
from mesinfos.demo.drawings import drawing, drawn_things
from mesinfos.demo.server import HOST, MailServer
from mesinfos.demo.story import READER, Story, household
from mesinfos.ingest.photos import prepared
from mesinfos.photos import keep_photo
from mesinfos.relations.products import products
from mesinfos.relations.reading import Reading, read
from mesinfos.settings import Settings
from mesinfos.sync import Progress, run_sync
from mesinfos.vault.instance import Instance, open_instance
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.sources import add_source
from mesinfos.vault.vaults import create_vault

PERSON = "Alice"
PASSPHRASE = "sous le tilleul de la maison"  # noqa: S105  of a household that does not exist, printed for everybody
MAIL_PASSWORD = "application-password"  # noqa: S105  same
YEAR = timedelta(days=365)


class Home(Struct):
    """The household once it was read: where it is served, what it must show, and what it does show."""

    instance: Instance
    vault_id: str
    url: str
    story: Story
    counts: dict[str, int]
    seconds: float

    @property
    def as_told(self) -> bool:
        """Whether everything the story tells was recognised, and nothing else."""
        return self.counts == self.story.counts()


def _nobody(_: Progress) -> None:
    """Nobody watches."""


@contextmanager
def open_home(
    port: int = 8000,
    report: Callable[[Progress], None] = _nobody,
    language: str = "fr",
    asking: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Home]:
    """The household, read and consented to; its mail server answers, and its data exists, until the block ends.

    `asking` are the instance's settings of whom it may ask: hosts, and a name server; nobody, unless they are given.
    """
    begun = time.monotonic()
    story = household()
    with ExitStack() as held:
        folder = held.enter_context(TemporaryDirectory(prefix="mesinfos-demo-", ignore_cleanup_errors=True))
        server = held.enter_context(MailServer(READER.address, MAIL_PASSWORD, {"INBOX": story.mails}))
        settings = _settings(folder, port, language, asking)
        logs.configure(settings)
        instance = open_instance(settings)
        held.callback(instance.close)
        vault, _ = create_vault(instance, PERSON, PASSPHRASE, language)
        held.callback(vault.close)
        source = add_source(vault, "imap", READER.address, _mailbox(server.port))
        run_sync(instance, vault.vault_id, source.source_id, report=report)
        reading = read(vault)
        _consent(vault, reading)
        _show(vault, reading)
        url, seconds = instance.settings.base_url, time.monotonic() - begun
        yield Home(instance, vault.vault_id, url, story, counts_of(reading), round(seconds, 2))


def counts_of(reading: Reading) -> dict[str, int]:
    """What the dashboard shows, as the story counts it: proved orders and parcels, every message and offer."""
    return {
        "merchants": len(reading.merchants()),
        "messages": len(reading.messages),
        "orders": sum(order.verified for order in reading.orders()),
        "parcels": sum(parcel.verified for parcel in reading.parcels()),
        "offers": len(reading.offers()),
    }


def free_port(wanted: int) -> int:
    """The wanted port if nobody listens there, else one that is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError:
            probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _settings(folder: str, port: int, language: str, asking: Mapping[str, str]) -> Settings:
    # Every value that could lead elsewhere is given: the demo must never touch the instance of this machine.
    values: dict[str, object] = {
        "data_dir": folder,
        "database_url": "",
        "instance_key_file": None,
        "base_url": f"http://{HOST}:{port}",
        "language": language,
        "workers": 2,
        "backup_days": 0,
        "private_hosts": True,
        "outbound_hosts": "",
        "dkim_resolver": "",
    }
    return Settings.model_validate({**values, **asking})


def _mailbox(port: int) -> dict[str, str]:
    return {
        "host": HOST,
        "port": str(port),
        "username": READER.address,
        "password": MAIL_PASSWORD,
        "security": "none",
    }


def _show(vault: OpenVault, reading: Reading) -> None:
    """Some of what was bought has a photo, as its person would have taken one; ours need no process of their own."""
    for view in [one for one in products(reading) if one.name in drawn_things()]:
        keep_photo(vault, reading, view, *prepared(drawing(view.name)))


def _consent(vault: OpenVault, reading: Reading) -> None:
    """Two merchants know something already: one its own orders, one those with three others, coarsely."""
    own = (Field.ORDER_DATE, Field.ORDER_STATUS, Field.ORDER_TOTAL, Field.PARCELS)
    coarse = (Field.ORDER_MONTH, Field.ORDER_BRACKET, Field.MERCHANT)
    listed = ("brique-bobine.example", "maison-tilleul.example", "velours-cie.example")
    for domain, fields, scope, merchants, purpose in (
        ("maison-tilleul.example", own, Scope.OWN, (), Purpose.WARRANTY),
        ("marche-nomade.example", coarse, Scope.LISTED, listed, Purpose.RECOMMENDATIONS),
    ):
        wanted = draft(
            vault.vault_id,
            domain=domain,
            name=reading.merchant(domain).merchant.name,
            fields=fields,
            scope=scope,
            since=today() - YEAR,
            until=today() + YEAR,
            purpose=purpose,
            merchants=merchants,
        )
        grant, _ = add_grant(vault, wanted)
        fill_past(vault, grant, reading)
