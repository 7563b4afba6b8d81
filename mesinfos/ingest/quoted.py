"""Forwarded mail: the organisation is in the header that the mail program quoted above the forwarded text."""

import re

from mesinfos.ingest.addresses import Mailbox, plain_address
from mesinfos.ingest.parse import Mail

_SUBJECT = re.compile(r"^\s*(?:fwd?|tr|wg|i|rv|enc|doorst|vb|pd|vs|转发|転送)\s*:", re.IGNORECASE)
_BANNER = re.compile(
    r"-{2,}\s*(?:forwarded|original|message transf|message d'origine|weitergeleitete|urspr|mensaje reenviado|"
    r"messaggio inoltrato|"
    r"doorgestuurd|mensagem encaminhada)|^begin forwarded message|^d[ée]but du message|"
    r"^anfang der weitergeleiteten", re.IGNORECASE)  # fmt: skip
_FROM = re.compile(
    r"^[>\s|*_]*(?:from|de|von|van|da|från|od|fra|expéditeur|差出人|от кого|от)[*_]*\s*:[*_\s]*(.{3,300})$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:mailto:)?([\w.+%-]+@[\w-]+(?:\.[\w-]+)+)")
_MAX_LINES = 120


def is_forward(mail: Mail) -> bool:
    """True when the subject or a banner says that the mail was sent on."""
    if _SUBJECT.match(mail.subject):
        return True
    # A banner has dashes or begins with "begin", "début", "anfang": nine lines in ten need no look.
    return any(_BANNER.search(line) for line in mail.lines[:40] if line[0] in "bBdDaA" or "--" in line)


def quoted_sender(mail: Mail) -> Mailbox | None:
    """The innermost sender that the quoted headers name; None when there is none."""
    found: Mailbox | None = None
    for line in [*mail.text_lines[:_MAX_LINES], *mail.page.lines[:_MAX_LINES]]:
        match = _FROM.match(line)
        address = _ADDRESS.search(match[1]) if match else None
        if match and address and plain_address(address[1]):
            name = match[1][: address.start()].strip(" \t\"'<>[(*_:")
            found = Mailbox("" if "@" in name else name, plain_address(address[1]))
    return found
