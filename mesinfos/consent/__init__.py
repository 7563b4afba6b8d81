"""DECIDE: grant and fact become a disclosure, or a refusal with its reason.

Whoever imports anything of this room has its hooks registered with the vault: grants and journal are looked at at each
unlock, and signed again with each new root.
"""

from mesinfos.consent import ledger, signatures, tokens, witness

__all__ = ["ledger", "signatures", "tokens", "witness"]
