"""The two doors of the contract: look (`check`) and read (`fetch`), over the same session."""

import time
from collections.abc import Iterator

from connectors.imap.folders import Choice, choose
from connectors.imap.reader import Reader, Withheld
from connectors.imap.recent import newest
from connectors.imap.run import Run, search
from connectors.imap.session import Session
from connectors.imap.settings import Settings
from connectors.imap.wire import Torn
from mesinfos.connector import Batch, Checked, Cursor, Wants
from mesinfos.errors import N_, SourceChanged, Unreachable

PAUSES = (1.0, 4.0, 15.0)  # seconds before the first, second and third new attempt


class ImapConnector:
    """Reads one mailbox."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def check(self) -> Checked:
        """Connect, log in, look at the folders and count; one attempt, for somebody is waiting."""
        try:
            with Session(self._settings) as session:
                choice = self._choose(session)
                _all_there(choice.missing)
                notes = _notes(session, self._settings)
                return Checked(choice.read, self._count(session, choice), notes, choice.others)
        except (Torn, Withheld) as problem:
            raise self._gave_up(problem) from None

    def fetch(self, since: Cursor | None, wants: Wants) -> Iterator[Batch]:
        """New mail, folder by folder, oldest first; a torn connection is made anew three times in a row at most.

        A folder that was named and is gone raises SourceChanged once the others have been read.
        """
        run = Run(self._settings, since, wants)
        failures = 0
        while True:
            try:
                with Session(self._settings) as session:
                    choice = self._choose(session)
                    for batch in run.batches(session, choice.read):
                        failures = 0
                        yield batch
                break
            except Withheld as problem:
                if not run.withhold(problem):
                    raise self._gave_up(problem) from None
            except (Torn, Unreachable) as problem:
                if failures == len(PAUSES) or (isinstance(problem, Unreachable) and not run.began):
                    raise self._gave_up(problem) from None
                time.sleep(PAUSES[failures])
                failures += 1
        yield from run.last_words()
        _all_there((*choice.missing, *run.closed))

    def recent(self, count: int, wants: Wants) -> Batch:
        """The mails that arrived last, for a dry run; one attempt, for somebody is waiting."""
        try:
            with Session(self._settings) as session:
                return newest(session, self._settings, self._choose(session).read, count, wants)
        except (Torn, Withheld) as problem:
            raise self._gave_up(problem) from None

    def _choose(self, session: Session) -> Choice:
        choice = choose(session.folders(), self._settings.folder_names)
        if not choice.read and not choice.missing:
            raise SourceChanged(N_("This mailbox has no folder to read."), field="folders")
        return choice

    def _count(self, session: Session, choice: Choice) -> int:
        total = 0
        for name in choice.read:
            status = session.examine(name)
            if self._settings.since and status.exists:
                reader = Reader(session.wire, self._settings.max_bytes)
                total += sum(len(run) for run in search(session, reader, 1, status.exists, self._settings.since))
            else:
                total += status.exists
        return total

    def _gave_up(self, problem: Exception) -> Unreachable:
        known = problem if isinstance(problem, Unreachable) else getattr(problem, "explained", None)
        return known or Unreachable(
            N_("The connection to {host} breaks before the mail is read."), field="host", host=self._settings.host
        )


def _all_there(missing: tuple[str, ...]) -> None:
    if missing:
        raise SourceChanged(N_("The folder {folder} is gone."), field="folders", folder=missing[0])


def _notes(session: Session, settings: Settings) -> tuple[str, ...]:
    """What a person may want to know of a connection that works; texts for translation."""
    return (
        N_("The connection stays on this machine.")
        if settings.security == "none"
        else N_("The connection is encrypted."),
        N_("Logged in with an access token.")
        if settings.token.get_secret_value()
        else N_("The password was accepted."),
        N_("The server tells at once when nothing is new.")
        if "CONDSTORE" in session.capabilities
        else N_("The folders are compared by their counters."),
        N_("Folders are opened read-only: nothing is marked as read."),
    )
