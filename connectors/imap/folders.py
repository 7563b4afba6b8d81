"""Which folders are read: all mail where the server has such a folder, else inbox and archives.

Folders of drafts, sent, junk and deleted mail are never read.
"""

from collections.abc import Iterable

from msgspec import Struct

from connectors.imap.settings import CONTROL
from mesinfos.errors import N_, SourceChanged

NEVER = frozenset({"\\drafts", "\\junk", "\\sent", "\\trash"})
CLOSED = frozenset({"\\noselect", "\\nonexistent"})
# Servers without SPECIAL-USE (Exchange) leave only the names, in the mailbox's language.
ARCHIVES = frozenset({"archive", "archives", "archiv", "archivio", "archivo", "archief", "arquivo"})
PRIVATE = frozenset(
    {"drafts", "brouillons", "entwürfe", "borradores", "bozze", "concepten", "rascunhos"}
    | {
        "sent",
        "sent items",
        "sent mail",
        "sent messages",
        "envoyés",
        "messages envoyés",
        "éléments envoyés",
        "gesendet",
    }
    | {"gesendete elemente", "gesendete objekte", "enviados", "inviata", "verzonden"}
    | {"junk", "junk e-mail", "spam", "indésirables", "courrier indésirable", "pourriel", "unerwünscht"}
    | {"trash", "deleted items", "deleted messages", "corbeille", "éléments supprimés", "papierkorb"}
    | {"gelöschte elemente", "papelera", "cestino", "prullenbak", "lixeira"}
)
Listed = Iterable[tuple[frozenset[str], str]]


class Choice(Struct, frozen=True):
    """The folders to read, those named that are not there, and the others a person may choose."""

    read: tuple[str, ...]
    missing: tuple[str, ...]
    others: tuple[str, ...]


def choose(listed: Listed, named: tuple[str, ...]) -> Choice:
    """Apply the person's wish (`named`; "*" is all received mail, none leaves the choice to us) to the server's list.

    Raises SourceChanged for a folder of drafts, sent, junk or deleted mail: those are never read, even when named.
    """
    open_ = [(flags, name) for flags, name in listed if not flags & CLOSED and not CONTROL.intersection(name)]
    private = {name for flags, name in open_ if _is_private(flags, name)}
    received = [(flags, name) for flags, name in open_ if name not in private]
    names = {name.casefold() if name.upper() == "INBOX" else name: name for _, name in received}
    if forbidden := [name for name in named if name in private]:
        raise SourceChanged(
            N_("{folder} holds drafts, sent, junk or deleted mail, which MesInfos never reads."),
            field="folders",
            folder=forbidden[0],
        )
    if "*" in named:
        read, missing = list(names.values()), []
    elif named:
        keys = [name.casefold() if name.upper() == "INBOX" else name for name in named]
        read = [names[key] for key in keys if key in names]
        missing = [name for name, key in zip(named, keys, strict=True) if key not in names]
    else:
        read, missing = _usual(received), []
    return Choice(tuple(read), tuple(missing), tuple(name for name in names.values() if name not in read))


def _usual(received: list[tuple[frozenset[str], str]]) -> list[str]:
    everything = [name for flags, name in received if "\\all" in flags or "\\allmail" in flags]
    if everything:
        return everything[:1]
    inbox = [name for _, name in received if name.upper() == "INBOX"]
    return inbox + [name for flags, name in received if "\\archive" in flags or _last(name) in ARCHIVES]


def _is_private(flags: frozenset[str], name: str) -> bool:
    return bool(flags & NEVER) or (not flags & {"\\all", "\\archive"} and _last(name) in PRIVATE)


def _last(name: str) -> str:
    """The folder's own name, without those above it: `INBOX.Archive` and `Mail/Archive` are both archives."""
    return name.replace(".", "/").rpartition("/")[2].casefold()
