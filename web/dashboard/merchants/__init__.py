"""Who writes, and what a person lets through."""
