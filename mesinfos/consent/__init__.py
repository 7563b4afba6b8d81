"""DECIDE: grant and fact become a disclosure, or a refusal with its reason."""
