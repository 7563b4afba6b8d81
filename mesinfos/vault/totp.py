"""The second factor: a code of an app (TOTP, RFC 6238) that the door asks for besides a passphrase.

It is a lock of the door and not of the vault: nothing is encrypted with it, for its secret must be read while the vault
is closed, and so lies under the instance key. It keeps out who learned a passphrase and sits at another machine; it
does nothing against who has the database, and whoever can write there can take it away. docs/threats.md says so too.
"""

import time

import pyotp
from msgspec import Struct
from msgspec.json import decode, encode
from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from mesinfos.errors import N_, InvalidInput, WrongPassphrase
from mesinfos.vault.instance import Instance
from mesinfos.vault.keys import same
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.slots import parse_recovery
from mesinfos.vault.tables import factor
from mesinfos.vault.unlock import check_current, unlock

TOTP = "totp"
STEP = 30  # seconds; with six figures and SHA-1 the only kind that every app knows
DRIFT = 1  # steps that a phone's clock may be off, either way (RFC 6238 §5.2)

ALREADY = N_("A code is asked already. Stop asking for it first: that takes a code, or the recovery key.")


class Totp(Struct, frozen=True):
    """The shared secret in base32, and the newest step of which a code was taken: it and earlier ones are spent."""

    secret: str
    last_step: int = 0


def new_secret() -> str:
    """160 random bits, as RFC 4226 §4 recommends."""
    return pyotp.random_base32()


def address(secret: str, person: str) -> str:
    """What the QR code says to the app (Key URI Format)."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=person, issuer_name="MesInfos")


def is_on(instance: Instance, vault_id: str) -> bool:
    """Whether a code is asked; of a damaged factor, too: past that one leads the recovery key alone."""
    return _stored(instance, vault_id) is not None


def second_factor(instance: Instance, vault_id: str) -> Totp | None:
    """The second factor of a vault, None when there is none; raises Tampered or UnknownFormat."""
    sealed = _stored(instance, vault_id)
    return _opened(instance, vault_id, sealed) if sealed is not None else None


def accepted_step(kept: Totp, code: str, now: float | None = None) -> int:
    """The step whose code was typed; raises WrongPassphrase for any other code, and for one that was taken before."""
    typed, here = "".join(code.split()).encode("utf-8", "replace"), int(time.time() if now is None else now) // STEP
    maker = pyotp.TOTP(kept.secret, interval=STEP)
    # Every step is compared, each in constant time: how long this takes tells nothing of the code.
    fits = [(step, same(maker.generate_otp(step).encode(), typed)) for step in range(here - DRIFT, here + DRIFT + 1)]
    found = [step for step, fit in fits if fit and step > kept.last_step]
    if not found:
        raise WrongPassphrase(
            N_("That is not the code of now, or it was used already."),
            field="code",
            next_step=N_("Wait for the next code, and look whether the clock of your phone is right."),
        )
    return found[-1]


def switch_on(conn: Connection, vault: OpenVault, secret: str, code: str) -> None:
    """Ask for codes of this secret from now on, in the caller's transaction; a right code proves the app has it.

    Raises InvalidInput where one is asked already: to put another in its place must take what switching off takes.
    """
    check_current(conn, vault)
    kept = Totp(secret, accepted_step(Totp(secret), code))
    if conn.execute(select(factor.c.factor_id).where(*_place(vault.vault_id))).first():
        raise InvalidInput(ALREADY)
    row = {"vault_id": vault.vault_id, "factor_id": TOTP, "sealed": _sealed(vault.instance, vault.vault_id, kept)}
    conn.execute(insert(factor), row)


def switch_off(conn: Connection, vault: OpenVault) -> None:
    """Ask for no code any more, in the caller's transaction."""
    check_current(conn, vault)
    conn.execute(delete(factor).where(*_place(vault.vault_id)))


def unlock_at_door(instance: Instance, vault_id: str, secret: str, code: str) -> OpenVault:
    """Open a vault as its door does: a passphrase with the code, where one is set; the recovery key without.

    The code is looked at first, so that who has none learns nothing of the passphrase; it is spent when both fit.
    """
    kept = None if parse_recovery(secret) else second_factor(instance, vault_id)
    step = accepted_step(kept, code) if kept else 0
    opened = unlock(instance, vault_id, secret)
    if kept:
        with instance.database.write(vault_id) as conn:
            _spend(conn, instance, vault_id, step)
    return opened


def _spend(conn: Connection, instance: Instance, vault_id: str, step: int) -> None:
    """Of two that come with one code at the same time, the first enters: the row is locked."""
    sealed = conn.execute(select(factor.c.sealed).where(*_place(vault_id)).with_for_update()).scalar()
    if sealed is None:
        return  # switched off a moment ago
    kept = _opened(instance, vault_id, sealed)
    if step <= kept.last_step:
        raise WrongPassphrase(N_("That is not the code of now, or it was used already."), field="code")
    spent = _sealed(instance, vault_id, Totp(kept.secret, step))
    conn.execute(update(factor).where(*_place(vault_id)).values(sealed=spent))


def _stored(instance: Instance, vault_id: str) -> bytes | None:
    with instance.database.read(vault_id) as conn:
        return conn.execute(select(factor.c.sealed).where(*_place(vault_id))).scalar()


def _opened(instance: Instance, vault_id: str, sealed: bytes) -> Totp:
    return decode(instance.key.open(vault_id, TOTP, "", sealed), type=Totp)


def _sealed(instance: Instance, vault_id: str, kept: Totp) -> bytes:
    return instance.key.seal(vault_id, TOTP, "", encode(kept))


def _place(vault_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (factor.c.vault_id == vault_id, factor.c.factor_id == TOTP)
