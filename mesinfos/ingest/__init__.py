"""RECOGNISE: a raw item becomes facts; pure, no I/O, no keys."""
