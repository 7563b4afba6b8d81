"""Where a person wants to be told, and of what: sealed under the instance key, since notices are sent while the vault
is closed. So whoever takes the machine with its key file reads them too (docs/threats.md), and the page says so.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.json import decode, encode
from msgspec.structs import replace
from sqlalchemy import Connection, delete, insert, select, update

from mesinfos.errors import N_, NotFound
from mesinfos.notices.kinds import USUAL, Event
from mesinfos.vault.instance import Instance
from mesinfos.vault.keys import new_id
from mesinfos.vault.tables import channel, notice

PURPOSE = "channel"
WAITING = "waiting"  # the state of a copy that is still to be sent
EVERYTHING = ""
"""The id of the row that holds what counts for all channels."""


class Way(StrEnum):
    """How a channel reaches its person."""

    MAIL = "mail"
    APPRISE = "apprise"
    PUSH = "push"


class Channel(Struct, frozen=True):
    """One place to tell. `gone`: the other side said that nobody is there any more, so nothing is sent."""

    channel_id: str
    way: Way
    label: str
    values: dict[str, str]
    created_at: datetime
    events: tuple[str, ...] = ()
    gone: bool = False

    def wants(self, event: Event) -> bool:
        """Whether notices of this event go there."""
        return not self.gone and event in self.events


class Quiet(Struct, frozen=True):
    """The hours of this machine's clock in which nothing is sent: from one hour to before another; none when equal."""

    begins: int = 22
    ends: int = 7

    def over_at(self, now: datetime) -> datetime:
        """When something may be sent that is ready now."""
        local = now.astimezone()
        quiet = self.begins <= local.hour < self.ends
        if self.begins > self.ends:
            quiet = local.hour >= self.begins or local.hour < self.ends
        if not quiet:
            return now
        end = local.replace(hour=self.ends, minute=0, second=0, microsecond=0)
        return end if end > local else end + timedelta(days=1)


def add_channel(instance: Instance, vault_id: str, way: Way, label: str, values: Mapping[str, str]) -> Channel:
    """A new channel, told of what asks for something to be done."""
    made = Channel(new_id(5), way, label, dict(values), datetime.now().astimezone(), tuple(USUAL))
    with instance.database.write(vault_id) as conn:
        row = {"vault_id": vault_id, "channel_id": made.channel_id}
        conn.execute(insert(channel), row | {"sealed": _sealed(instance, vault_id, made.channel_id, made)})
    return made


def list_channels(instance: Instance, vault_id: str) -> list[Channel]:
    """The channels of a vault, oldest first."""
    with instance.database.read(vault_id) as conn:
        return channels_of(instance, conn, vault_id)


def channels_of(instance: Instance, conn: Connection, vault_id: str) -> list[Channel]:
    """The same in a transaction."""
    wanted = select(channel).where(channel.c.vault_id == vault_id, channel.c.channel_id != EVERYTHING)
    found = [
        decode(instance.key.open(vault_id, PURPOSE, row.channel_id, row.sealed), type=Channel)
        for row in conn.execute(wanted).all()
    ]
    return sorted(found, key=lambda one: (one.created_at, one.channel_id))


def get_channel(instance: Instance, vault_id: str, channel_id: str) -> Channel:
    """One channel; raises NotFound."""
    found = next((one for one in list_channels(instance, vault_id) if one.channel_id == channel_id), None)
    if found is None:
        raise NotFound(N_("There is no such place to tell you."))
    return found


def tick(instance: Instance, vault_id: str, ticked: Mapping[str, Iterable[str]]) -> None:
    """Which events each channel is told of; a channel that is not named is told of none."""
    with instance.database.write(vault_id) as conn:
        for one in channels_of(instance, conn, vault_id):
            wanted = set(ticked.get(one.channel_id, ()))
            _save(instance, conn, vault_id, replace(one, events=tuple(event for event in Event if event in wanted)))


def mark_gone(instance: Instance, conn: Connection, vault_id: str, channel_id: str) -> None:
    """Note that nobody is there any more."""
    for one in channels_of(instance, conn, vault_id):
        if one.channel_id == channel_id:
            _save(instance, conn, vault_id, replace(one, gone=True))


def remove_channel(instance: Instance, vault_id: str, channel_id: str) -> None:
    """Forget a channel, its secrets, and what was still to be sent there; raises NotFound."""
    get_channel(instance, vault_id, channel_id)
    with instance.database.write(vault_id) as conn:
        conn.execute(delete(channel).where(channel.c.vault_id == vault_id, channel.c.channel_id == channel_id))
        waits = (notice.c.vault_id == vault_id, notice.c.channel_id == channel_id, notice.c.state == WAITING)
        conn.execute(delete(notice).where(*waits))


def quiet_hours(instance: Instance, conn: Connection, vault_id: str) -> Quiet:
    """When nothing is sent; the night unless the person said otherwise."""
    mine = (channel.c.vault_id == vault_id, channel.c.channel_id == EVERYTHING)
    sealed = conn.execute(select(channel.c.sealed).where(*mine)).scalar_one_or_none()
    return decode(instance.key.open(vault_id, PURPOSE, EVERYTHING, sealed), type=Quiet) if sealed else Quiet()


def keep_quiet(instance: Instance, vault_id: str, quiet: Quiet) -> None:
    """Change the quiet hours."""
    mine = (channel.c.vault_id == vault_id, channel.c.channel_id == EVERYTHING)
    with instance.database.write(vault_id) as conn:
        conn.execute(delete(channel).where(*mine))
        row = {"vault_id": vault_id, "channel_id": EVERYTHING}
        conn.execute(insert(channel), row | {"sealed": _sealed(instance, vault_id, EVERYTHING, quiet)})


def _save(instance: Instance, conn: Connection, vault_id: str, changed: Channel) -> None:
    mine = (channel.c.vault_id == vault_id, channel.c.channel_id == changed.channel_id)
    conn.execute(update(channel).where(*mine).values(sealed=_sealed(instance, vault_id, changed.channel_id, changed)))


def _sealed(instance: Instance, vault_id: str, channel_id: str, what: Channel | Quiet) -> bytes:
    return instance.key.seal(vault_id, PURPOSE, channel_id, encode(what))
