"""A mail archive in mbox form."""
