"""A mail archive: an mbox file, a folder of .eml files, or a Maildir."""

from pathlib import Path

from connectors.mbox.connector import ArchiveConnector
from connectors.mbox.settings import Settings
from mesinfos.connector import read_manifest

__all__ = ["MANIFEST", "Settings", "connect"]

MANIFEST = read_manifest(Path(__file__).parent)


def connect(settings: Settings) -> ArchiveConnector:
    """A reader of this archive; opens nothing yet."""
    return ArchiveConnector(settings)
