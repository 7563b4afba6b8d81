"""The person, the house, the browsers, the backups, the rules."""
