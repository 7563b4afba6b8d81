"""Persons and their vaults: made, listed, found."""

import os
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection, Row, delete, insert, select

from mesinfos.errors import N_, InvalidInput, NotFound
from mesinfos.vault.counting import counted
from mesinfos.vault.instance import Instance, instance_check
from mesinfos.vault.keys import KEY, new_id
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.slots import Slot, check_passphrase, direct_pair, passphrase_slot, recovery_slot, recovery_text
from mesinfos.vault.tables import METADATA, NAMES, keyslot, moment, person, stamp, vault

_JOINERS = dict.fromkeys((0x200C, 0x200D, 0xFE0F))  # within Persian words and emojis


class Person(Struct, frozen=True):
    """The owner of a vault; the name is stored in clear."""

    vault_id: str
    name: str
    language: str
    created_at: datetime


def list_persons(instance: Instance) -> list[Person]:
    """Everybody who has a vault here, by name."""
    with instance.database.read() as conn:
        rows = conn.execute(select(person)).all()
    return sorted(map(_person, rows), key=lambda found: found.name.casefold())


def find_person(instance: Instance, name_or_id: str) -> Person:
    """The person of that name (case does not matter) or vault id; raises NotFound."""
    wanted = name_or_id.strip().casefold()
    for found in list_persons(instance):
        if wanted in {found.vault_id, found.name.casefold()}:
            return found
    raise NotFound(N_("Nobody here is called {name}."), name=name_or_id, field="person")


def create_vault(instance: Instance, name: str, passphrase: str, language: str = "fr") -> tuple[OpenVault, str]:
    """A new vault, open, and its recovery key as text, which exists nowhere else; raises InvalidInput."""
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > 80:
        raise InvalidInput(N_("A person needs a name of 80 characters at most."), field="name")
    if not tidy.translate(_JOINERS).isprintable():
        raise InvalidInput(N_("A person's name cannot hold characters that are not seen."), field="name")
    check_passphrase(passphrase)
    opened, recovery = OpenVault(instance, new_id(10), os.urandom(KEY)), os.urandom(KEY)
    slots = new_slots(opened, passphrase, recovery)
    instance.pins.replace(opened.vault_id, opened.pin)
    try:
        with instance.database.write() as conn:
            _refuse_double(conn, tidy)
            _insert(conn, opened, tidy, language)
            conn.execute(insert(keyslot), slots)
    except BaseException:
        instance.pins.replace(opened.vault_id)
        raise
    return opened, recovery_text(recovery)


def erase_vault(instance: Instance, vault_id: str) -> None:
    """Forget a person altogether: every row of the vault, and its pins. Backups forget when they expire."""
    with instance.database.write(vault_id) as conn:
        for name in NAMES:
            table = METADATA.tables[name]
            conn.execute(delete(table).where(table.c.vault_id == vault_id))
    instance.pins.replace(vault_id)
    instance.database.forget_deleted()


def new_slots(opened: OpenVault, passphrase: str, recovery: bytes) -> list[dict[str, object]]:
    """The rows of both key slots of a vault."""
    first = passphrase_slot(opened.vault_id, new_id(), passphrase, opened.root)
    second = recovery_slot(opened.vault_id, new_id(), recovery, opened.root)
    return [slot_row(opened, first, b""), slot_row(opened, second, direct_pair(second, recovery).public)]


def slot_row(opened: OpenVault, slot: Slot, public: bytes) -> dict[str, object]:
    """A slot as it is stored; a direct slot's public half is sealed, so that nobody can put another in its place."""
    row: dict[str, object] = {name: getattr(slot, name) for name in Slot.__struct_fields__}
    return row | {"public_sealed": opened.seal(slot.kind, slot.slot_id, public) if public else b""}


def _refuse_double(conn: Connection, name: str) -> None:
    if name.casefold() in {taken.casefold() for taken in conn.execute(select(person.c.name)).scalars()}:
        raise InvalidInput(N_("Somebody here is already called {name}."), name=name, field="name")


def _insert(conn: Connection, opened: OpenVault, name: str, language: str) -> None:
    mine = {"vault_id": opened.vault_id}
    conn.execute(insert(person), mine | {"name": name, "language": language, "created_at": stamp()})
    pin, check = opened.pin, instance_check(opened.instance.key, opened.vault_id)
    keys = {"inbox_public": pin.inbox, "verify_public": pin.verify, "last_seq": 0, "instance_check": check}
    conn.execute(insert(vault), mine | keys | {"counted": counted(opened.instance.key, opened.vault_id, 0)})


def _person(row: Row[tuple[object, ...]]) -> Person:
    return Person(row.vault_id, row.name, row.language, moment(row.created_at))
