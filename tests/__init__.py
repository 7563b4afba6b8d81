"""Facts about MesInfos; the folders mirror the source."""
