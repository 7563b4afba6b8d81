"""Where a fact was read, and how sure its reader was."""

from mesinfos.model.values import Value


class Provenance(Value, frozen=True):
    """`extractor` names the reader ("markup", "layout", "pdf"…), `place` where it looked, `confidence` lies in 0–1.

    A fact may be put together from several readers: `fields` then names the fields that others gave, such as
    "pdf:total,due html:items"; what it leaves out came from `extractor`.
    """

    extractor: str
    confidence: float = 1.0
    place: str = ""
    fields: str = ""


class Origin(Value, frozen=True):
    """Where a raw item came from, in the connector's own terms.

    `source` is the source's id, `place` a folder or file, `item` what finds the
    item again there (IMAP: `uidvalidity/uid`). What a merchant gave back comes from the source "deposit".
    """

    source: str = ""
    place: str = ""
    item: str = ""
