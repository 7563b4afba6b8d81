"""Readers of facts: each looks in one way, `extract` merges what they find."""
