"""Where a fact was read, and how sure its reader was."""

from mesinfos.model.values import Value


class Provenance(Value, frozen=True):
    """`extractor` names the reader ("markup", "layout", "text"…), `place` where it looked, `confidence` lies in 0–1."""

    extractor: str
    confidence: float = 1.0
    place: str = ""


class Origin(Value, frozen=True):
    """Where a raw item came from, in the connector's own terms.

    `source` is the source's id, `place` a folder or file, `item` what finds the
    item again there (IMAP: `uidvalidity/uid`).
    """

    source: str = ""
    place: str = ""
    item: str = ""
