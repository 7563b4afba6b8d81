"""COLLECT: one folder for each kind of source, all alike."""
