"""From a source's stored settings to a connector that can be asked, and to what recognising its mail needs to know."""

from collections.abc import Mapping

from mesinfos.connector import Connector
from mesinfos.discover import load, parse_settings
from mesinfos.ingest.context import Context
from mesinfos.settings import Settings


def house_values(settings: Settings) -> dict[str, object]:
    """What the operator decides for every connector; no person can type it."""
    return {"private_hosts": settings.private_hosts, "max_bytes": settings.message_megabytes << 20}


def opened_connector(settings: Settings, name: str, values: Mapping[str, str]) -> Connector:
    """The connector of that name with these settings; raises UnknownConnector, or InvalidInput that names the field."""
    module = load(name)
    return module.connect(parse_settings(module, values, house_values(settings)))


def context_of(values: Mapping[str, str], signers: tuple[str, ...], keys: dict[str, str]) -> Context:
    """What recognising a mail of this source may know: whose mailbox it is, whose verdicts count, and DKIM keys."""
    address = values.get("username", "")
    return Context(authserv_ids=signers, own_addresses=(address,) if "@" in address else (), dkim_keys=keys)
