"""A message as the vault keeps it: the headers of use, its category, and why."""

from datetime import datetime

from mesinfos.model.merchant import Sender
from mesinfos.model.provenance import Provenance
from mesinfos.model.values import Category, Value


class Message(Value, frozen=True, tag="message"):
    """One mail of an organisation; `snippet` is the first readable line, `unsubscribe` an https address (RFC 8058).

    `template` is a sketch of its set phrases, by which mails of one kind are known; `facts` how many facts were read in
    it beside offers, also those that another mail had told already. None: nobody counted, or the person said that it is
    well so. `one_click` says that `unsubscribe` takes the request by itself, the headers that say so being signed;
    `unsubscribe_mail` is the mailto address of the same headers.
    """

    subject: str
    sender: Sender
    sent_at: datetime
    category: Category
    category_confidence: float = 0.0
    reasons: tuple[str, ...] = ()
    snippet: str = ""
    message_id: str = ""
    list_id: str = ""
    unsubscribe: str = ""
    language: str = ""
    imitates: str = ""
    provenance: Provenance | None = None
    template: str = ""
    facts: int | None = None
    one_click: bool = False
    unsubscribe_mail: str = ""


class Body(Value, frozen=True, tag="body"):
    """The readable parts of a mail; stored apart so that lists never decrypt them."""

    text: str = ""
    html: str = ""


class Attachment(Value, frozen=True, tag="attachment"):
    """A PDF invoice or ticket, 5 MB at most."""

    filename: str
    content_type: str
    content: bytes


class Quarantined(Value, frozen=True, tag="quarantined"):
    """A mail that could not be read: why, and how large it was. It stays at its source, and one click away."""

    reason: str
    size: int = 0
    sender: str = ""
