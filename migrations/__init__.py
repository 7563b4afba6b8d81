"""Changes of the tables, one file each; run by `mesinfos.vault.migrate` at start."""
