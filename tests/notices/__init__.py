"""Notices: what is told, over which channels, and how it went."""
