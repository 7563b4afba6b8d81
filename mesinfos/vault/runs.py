"""Runs: one sync of one source from its start to its end, for the progress bar and the page of sources."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.json import decode, encode
from msgspec.structs import replace
from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from mesinfos.errors import N_, NotFound
from mesinfos.vault.instance import Instance
from mesinfos.vault.keys import new_id
from mesinfos.vault.records import hold_vault
from mesinfos.vault.tables import moment, run, stamp

KEPT = 20
"""Runs remembered of each source, and as many again of those that brought something: they can be taken back."""


class Run(Struct, frozen=True):
    """One sync. `total` is an estimate, 0 when unknown; `outcome` is "" while it runs.

    What it brought are the records of its source after number `after` and up to `until`; both are -1 in runs of earlier
    versions, which did not note it. `left` counts by reason what was left at the source.
    """

    run_id: str
    vault_id: str
    source_id: str
    started_at: datetime
    updated_at: datetime
    phase: str = ""
    seen: int = 0
    total: int = 0
    found: dict[str, int] = {}
    ended_at: datetime | None = None
    outcome: str = ""
    error: str = ""
    after: int = -1
    until: int = -1
    left: dict[str, int] = {}
    undone_at: datetime | None = None

    @property
    def can_be_undone(self) -> bool:
        """Whether it is over, noted what it brought, brought something, and was not taken back."""
        return self.ended_at is not None and 0 <= self.after < self.until and self.undone_at is None


def start_run(instance: Instance, conn: Connection, vault_id: str, source_id: str, phase: str = "") -> Run:
    """A new run, begun now; the oldest beyond `KEPT` are forgotten."""
    now = moment(stamp())
    last = hold_vault(conn, vault_id)
    begun = Run(new_id(), vault_id, source_id, now, now, phase, after=last, until=last)
    _forget_oldest(instance, conn, vault_id, source_id)
    row = {"vault_id": vault_id, "run_id": begun.run_id, "source_id": source_id, "started_at": stamp(now)}
    conn.execute(insert(run), row | {"ended_at": 0, "details": _sealed(instance, begun)})
    return begun


def update_run(  # noqa: PLR0913  keywords, each left as it was unless given
    instance: Instance,
    conn: Connection,
    begun: Run,
    *,
    phase: str | None = None,
    seen: int | None = None,
    total: int | None = None,
    found: dict[str, int] | None = None,
    left: dict[str, int] | None = None,
    until: int | None = None,
) -> Run:
    """The run as far as it is now."""
    asked = {"phase": phase, "seen": seen, "total": total, "found": found, "left": left, "until": until}
    changes: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    return _save(instance, conn, replace(begun, updated_at=moment(stamp()), **changes))


def end_run(instance: Instance, conn: Connection, begun: Run, outcome: str, error: str = "") -> Run:
    """The run, ended now."""
    now = moment(stamp())
    return _save(instance, conn, replace(begun, updated_at=now, ended_at=now, outcome=outcome, error=error))


def undo_run(instance: Instance, conn: Connection, ended: Run) -> Run:
    """Note that what this run brought was taken back now."""
    return _save(instance, conn, replace(ended, undone_at=moment(stamp())))


def list_runs(instance: Instance, conn: Connection, vault_id: str, source_id: str) -> list[Run]:
    """The runs remembered of a source, newest first."""
    return [_opened(instance, row) for row in conn.execute(_of(vault_id, source_id)).all()]


def last_run(instance: Instance, conn: Connection, vault_id: str, source_id: str) -> Run | None:
    """The newest run of a source."""
    row = conn.execute(_of(vault_id, source_id).limit(1)).one_or_none()
    return None if row is None else _opened(instance, row)


def get_run(instance: Instance, conn: Connection, vault_id: str, source_id: str, run_id: str) -> Run:
    """One run of a source; raises NotFound."""
    mine = (run.c.vault_id == vault_id, run.c.source_id == source_id, run.c.run_id == run_id)
    row = conn.execute(select(run).where(*mine)).one_or_none()
    if row is None:
        raise NotFound(N_("There is no such reading of this source."))
    return _opened(instance, row)


def _save(instance: Instance, conn: Connection, changed: Run) -> Run:
    place = (run.c.vault_id == changed.vault_id, run.c.run_id == changed.run_id)
    ended = stamp(changed.ended_at) if changed.ended_at else 0
    conn.execute(update(run).where(*place).values(ended_at=ended, details=_sealed(instance, changed)))
    return changed


def _of(vault_id: str, source_id: str) -> Select[Any]:
    mine = (run.c.vault_id == vault_id, run.c.source_id == source_id)
    return select(run).where(*mine).order_by(run.c.started_at.desc())


def _forget_oldest(instance: Instance, conn: Connection, vault_id: str, source_id: str) -> None:
    older = list_runs(instance, conn, vault_id, source_id)[KEPT - 1 :]
    fruitful = {one.run_id for one in [one for one in older if one.until > one.after][:KEPT]}
    gone = [one.run_id for one in older if one.run_id not in fruitful]
    conn.execute(delete(run).where(run.c.vault_id == vault_id, run.c.run_id.in_(gone)))


def _sealed(instance: Instance, what: Run) -> bytes:
    return instance.key.seal(what.vault_id, "run", what.run_id, encode(what))


def _opened(instance: Instance, row: Row[Any]) -> Run:
    return decode(instance.key.open(row.vault_id, "run", row.run_id, row.details), type=Run)
