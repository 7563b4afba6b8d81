"""Whole programs to read: how others speak with MesInfos."""
