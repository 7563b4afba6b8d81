"""Forwarded mail: the organisation is in the header that the mail program quoted above the forwarded text."""

import re

from mesinfos.ingest.addresses import Mailbox, plain_address
from mesinfos.ingest.lexicon.forwards import banner, beginnings, sent_by, sent_on
from mesinfos.ingest.parse import Mail
from mesinfos.ingest.words import fold

_ADDRESS = re.compile(r"(?:mailto:)?([\w.+%-]+@[\w-]+(?:\.[\w-]+)+)")
_MAX_LINES = 120


def is_forward(mail: Mail) -> bool:
    """True when the subject or a banner says that the mail was sent on."""
    if sent_on().match(fold(mail.subject[:40])):
        return True
    first, sign = beginnings(), banner()
    lines = fold("\n".join(line[:200] for line in mail.lines[:40])).split("\n")
    begun = (sign.match(line) for line in lines if line[:1] in first)
    ruled = (sign.search(line) for line in lines if "--" in line)
    return any(begun) or any(ruled)


def quoted_sender(mail: Mail) -> Mailbox | None:
    """The innermost sender that the quoted headers name; None when there is none."""
    found: Mailbox | None = None
    for line in [*mail.text_lines[:_MAX_LINES], *mail.page.lines[:_MAX_LINES]]:
        match = sent_by().match(fold(line[:40]))
        value = line[match.end() :][:300] if match else ""
        address = _ADDRESS.search(value)
        if address and plain_address(address[1]):
            name = value[: address.start()].strip(" \t\"'<>[(*_:")
            found = Mailbox("" if "@" in name else name, plain_address(address[1]))
    return found
