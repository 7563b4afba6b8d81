"""Who may see what: consents, links, and the journal of every look."""
