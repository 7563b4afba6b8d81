"""What a person meets first: what to do, what to confirm, what to find."""
