"""Run by developers, never by MesInfos itself."""
