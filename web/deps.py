"""What pages are given: the site, the visitor's open vault, what it shows, and the form that was sent."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from mesinfos.consent.feeds import renew
from mesinfos.errors import N_, Locked, VaultError
from mesinfos.jobs import Jobs
from mesinfos.notices.ahead import leave_word
from mesinfos.relations.agenda import events
from mesinfos.relations.reading import Reading
from mesinfos.rights.archivist import Archivist
from mesinfos.vault.instance import Instance
from mesinfos.vault.sessions import resume_session
from mesinfos.vault.unlock import OpenVault
from mesinfos.vault.vaults import find_person, list_persons
from web.drafts import Drafts
from web.pictures import Loads
from web.readings import Readings
from web.security import new_code
from web.throttle import Throttle

SESSION_COOKIE = "mesinfos_session"


class Site:
    """What the pages of one process share. Nothing here is written to disk."""

    def __init__(self, instance: Instance, jobs: Jobs) -> None:
        self.instance = instance
        self.jobs = jobs
        self.archivist = Archivist(instance)
        self.language = instance.settings.language
        self.readings = Readings()
        self.drafts = Drafts()
        self.pictures = Loads()
        self.throttle = Throttle()
        self.setup_code = new_code()
        self.recovery: dict[str, str] = {}
        """Recovery keys shown but not yet typed back, by vault; gone after that, or with the process."""
        self.alarms: dict[str, tuple[str, ...]] = {}
        """What the last unlock of a vault warned of, until its person has seen to it."""
        self.renewed: dict[str, tuple[int, int, date]] = {}
        """What calendars were last brought up to date with, by vault: a count of records and a day."""

    def forget(self, vault_id: str) -> None:
        """Drop what this process holds of an open vault: its person left."""
        self.readings.drop(vault_id)
        self.drafts.drop(vault_id)
        self.pictures.drop(vault_id)
        self.jobs.vault_closed(vault_id)
        self.renewed.pop(vault_id, None)

    def empty(self) -> bool:
        """Whether nobody lives here yet."""
        return not list_persons(self.instance)


def site(request: Request) -> Site:
    """The site this request came to."""
    found: Site = request.app.state.site
    return found


Here = Annotated[Site, Depends(site)]


def open_vault(request: Request, here: Here) -> OpenVault:
    """The visitor's own vault; raises Locked when no session is open. Every page of a person depends on this."""
    cookie = request.cookies.get(SESSION_COOKIE)
    if not cookie:
        raise Locked(N_("Your vault is closed."))
    vault = resume_session(here.instance, cookie)
    request.state.person = find_person(here.instance, vault.vault_id)
    request.state.alarms = here.alarms.get(vault.vault_id, ())
    return vault


Mine = Annotated[OpenVault, Depends(open_vault)]


def reading(here: Here, vault: Mine) -> Reading:
    """Everything the visitor's vault shows; calendars and notices follow it at the first page after a change."""
    found, day = here.readings.of(vault), datetime.now(UTC).astimezone().date()
    mark = (found.seq, len(found), day)
    if here.renewed.get(vault.vault_id) != mark:
        here.renewed[vault.vault_id] = mark
        # A damaged calendar is told by its own page, a full disk by whoever must write: neither closes the others.
        with suppress(VaultError):
            renew(vault, lambda kinds: events(found, day, kinds))
        with suppress(VaultError):
            leave_word(vault, found, day)
    return found


Shown = Annotated[Reading, Depends(reading)]


class Typed(Mapping[str, str]):
    """A form as it was sent: the last value of each name, stripped; "" for a name that was not sent."""

    def __init__(self, form: FormData) -> None:
        self._form = form

    @classmethod
    def of(cls, pairs: Sequence[tuple[str, str]]) -> "Typed":
        """A form as if it had been sent so: filled in before it is shown."""
        return cls(FormData(list(pairs)))

    def __getitem__(self, name: str) -> str:
        value = self._form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def __iter__(self) -> Iterator[str]:
        return iter(self._form)

    def __len__(self) -> int:
        return len(self._form)

    def all(self, name: str) -> list[str]:
        """Every value sent under a name: boxes ticked."""
        return [value for value in self._form.getlist(name) if isinstance(value, str)]

    def secret(self, name: str) -> str:
        """A value as typed: spaces at a passphrase's ends are part of it."""
        value = self._form.get(name, "")
        return value if isinstance(value, str) else ""


async def typed(request: Request) -> Typed:
    """The form of this request; files are not taken."""
    return Typed(await request.form(max_files=0, max_fields=300))


Form = Annotated[Typed, Depends(typed)]
