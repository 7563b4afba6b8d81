"""The migration scripts, run by Alembic; loaded by `migrate.py` when a database is new or older."""

from pathlib import Path

from alembic.command import upgrade
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from mesinfos.errors import N_, UnknownFormat


class Scripts:
    """The scripts of one folder."""

    def __init__(self, folder: Path) -> None:
        self._config = Config()
        self._config.set_main_option("script_location", str(folder).replace("%", "%%"))
        self._scripts = ScriptDirectory.from_config(self._config)

    @property
    def head(self) -> str | None:
        """The revision they lead to."""
        return self._scripts.get_current_head()

    def check_known(self, revision: str | None) -> None:
        """Raises UnknownFormat for a revision that no script of ours made; None is an empty database."""
        known = {script.revision for script in self._scripts.walk_revisions()}
        if revision is not None and revision not in known:
            raise UnknownFormat(N_("This database was written by a newer MesInfos."))

    def upgrade(self, conn: Connection) -> None:
        """Bring the database to `head`, in the transaction of `conn`."""
        self._config.attributes["connection"] = conn
        upgrade(self._config, "head")
