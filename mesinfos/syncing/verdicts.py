"""Whose Authentication-Results count: the name under which the mailbox's own provider signs its verdicts (RFC 8601).

Anybody may write such a header into a mail. Only the topmost is the provider's, and only where the provider writes one:
large providers are known to; any other has to be seen at it, topmost in nearly all of the newest mails, which no sender
can bring about alone. What was seen is counted over the last few hundred mails, so trust ends where the habit ends.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from mesinfos.directory import registrable

KNOWN = {
    "gmail.com": "google.com",
    "googlemail.com": "google.com",
    "yahoo.com": "yahoo.com",
    "aol.com": "yahoo.com",
    "proton.me": "protonmail.ch",
    "gmx.net": "gmx.net",
    "gmx.com": "gmx.net",
    "web.de": "web.de",
    "me.com": "icloud.com",
    "fastmail.com": "messagingengine.com",
    "mailbox.org": "mailbox.org",
    "posteo.de": "posteo.de",
    "zoho.com": "zoho.com",
    "zoho.eu": "zoho.eu",
}
"""Domain of the mail server → the name it signs with; providers that write one on every mail and remove forged ones."""

WINDOW = 400  # mails remembered; older ones count half as much with each further window
SHARE = 0.8  # of all mails seen
FEW, MANY = 3, 20  # mails to be seen: of a name that is the server's or the address's own, and of any other

_FIRST = re.compile(rb"^Authentication-Results:(?:\s|\([^()]*\))*([A-Za-z0-9._-]{1,253})", re.IGNORECASE | re.MULTILINE)


class Verdicts:
    """Counts who signs, and says whom to believe; `counts` is kept with the source from run to run."""

    def __init__(self, values: Mapping[str, str], counts: Mapping[str, int]) -> None:
        host, address = registrable(values.get("host", "")), registrable(values.get("username", ""))
        self._known = KNOWN.get(host, "")
        self._near = {host, address} - {""}
        self._counts = Counter(counts)

    @property
    def counts(self) -> dict[str, int]:
        """How often each name stood topmost; "" counts all mails."""
        return dict(self._counts)

    def see(self, heads: Iterable[bytes]) -> None:
        """Count the header blocks of more mails."""
        for head in heads:
            self._counts[""] += 1
            found = _FIRST.search(head)
            if found and (name := registrable(found[1].decode("ascii"))):
                self._counts[name] += 1
        if self._counts[""] > 2 * WINDOW:
            share = WINDOW / self._counts[""]
            halved = {name: round(count * share) for name, count in self._counts.items()}
            self._counts = Counter({name: count for name, count in halved.items() if count})

    def names(self) -> tuple[str, ...]:
        """The names to believe now."""
        total = self._counts[""]
        seen = (name for name, count in self._counts.items() if name and count >= SHARE * total)
        habitual = {name for name in seen if total >= (FEW if name in self._near else MANY)}
        return tuple(sorted(habitual | ({self._known} - {""})))
