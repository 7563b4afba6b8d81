"""The form of an archive."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from mesinfos.errors import N_


class Settings(BaseModel):
    """Where the archive lies. `inside`, set by the house, is the only folder from which this person may read."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    path: Path = Field(
        title=N_("File or folder"),
        description=N_("An mbox file, a folder of .eml files or a Maildir, as seen by the machine MesInfos runs on."),
    )
    inside: Path | None = Field(None, json_schema_extra={"house": True})
    max_bytes: int = Field(25 * 2**20, ge=1, json_schema_extra={"house": True})
