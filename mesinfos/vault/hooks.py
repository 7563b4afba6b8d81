"""What rooms above must do when a vault opens or gets a new root; they register here, since imports point down.

hooks.at_unlock(check)      check(vault, conn) -> alarm codes, e.g. grants whose signature does not verify
hooks.at_new_root(renew)    renew(old, new, conn) re-signs and re-seals, in the transaction of the change
"""

from collections.abc import Callable, Iterable

from sqlalchemy import Connection

from mesinfos.vault.openvault import OpenVault

Check = Callable[[OpenVault, Connection], Iterable[str]]
Renew = Callable[[OpenVault, OpenVault, Connection], None]

checks: list[Check] = []
renewals: list[Renew] = []


def at_unlock(check: Check) -> Check:
    """Run `check` at each unlock; usable as a decorator."""
    checks.append(check)
    return check


def at_new_root(renew: Renew) -> Renew:
    """Run `renew` whenever a vault's root changes; an exception from it undoes the whole change."""
    renewals.append(renew)
    return renew
