"""What is yours: all of it in open formats, all of it in a backup and put back, all of it erased."""

from mesinfos.rights.backup import Content, backup, restore
from mesinfos.rights.erase import erase_vault
from mesinfos.rights.export import export_all

__all__ = ["Content", "backup", "erase_vault", "export_all", "restore"]
