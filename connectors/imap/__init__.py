"""A mailbox, read over IMAP: read-only, headers first, from where the last sync ended."""

from pathlib import Path

from connectors.imap.connector import ImapConnector
from connectors.imap.presets import suggest
from connectors.imap.settings import Settings
from mesinfos.connector import read_manifest

__all__ = ["MANIFEST", "Settings", "connect", "suggest"]

MANIFEST = read_manifest(Path(__file__).parent)


def connect(settings: Settings) -> ImapConnector:
    """A reader of this mailbox; opens nothing yet."""
    return ImapConnector(settings)
