"""KEEP: facts as sealed records; the only room that imports `cryptography`. Its format is docs/sealing.md."""
