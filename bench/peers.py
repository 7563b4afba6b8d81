"""The peers: mbsync downloads, mu or notmuch indexes. Each into an empty folder, as a person would set it up."""

import shutil
import time
from pathlib import Path

from bench.measure import Run, run
from tests.servers.dovecot import Dovecot

SETTLED = 2.1  # seconds; the times of folders are compared in whole ones
NEEDED = ("mbsync", "mu", "notmuch")


def missing() -> list[str]:
    """Peers that are not installed."""
    return [name for name in NEEDED if shutil.which(name) is None]


def download(server: Dovecot, user: str, password: str, folder: Path) -> Run:
    """`mbsync` with its defaults (it turns on COMPRESS when the server offers it)."""
    mail = folder / "mail"
    mail.mkdir(parents=True)
    settings = folder / "mbsyncrc"
    settings.write_text(
        f"""IMAPAccount bench
Host {server.host}
Port {server.port}
User {user}
Pass "{password}"
SSLType None
AuthMechs *

IMAPStore far
Account bench

MaildirStore near
Path {mail}/
Inbox {mail}/INBOX

Channel bench
Far :far:
Near :near:
Patterns INBOX
Create Near
Sync Pull
SyncState *
""",
        "utf-8",
    )
    return run(["mbsync", "-q", "-c", str(settings), "bench"])


def again(folder: Path) -> Run:
    """`mbsync` with nothing new, in a Maildir at rest."""
    # It sleeps until no folder was changed within the last second, for then it could miss a mail; not its work.
    time.sleep(SETTLED)
    return run(["mbsync", "-q", "-c", str(folder / "mbsyncrc"), "bench"])


def index_mu(folder: Path) -> Run:
    """`mu index` of what was downloaded; making the empty database is not counted."""
    home = {"MUHOME": str(folder / "mu"), "HOME": str(folder)}
    run(["mu", "init", "--maildir", str(folder / "mail")], home)
    return run(["mu", "index", "--quiet"], home)


def index_notmuch(folder: Path) -> Run:
    """`notmuch new` of what was downloaded."""
    settings = folder / "notmuch-config"
    settings.write_text(
        f"[database]\npath={folder / 'mail'}\n[user]\nname=Alice\nprimary_email=alice@maison.example\n"
        "[new]\ntags=unread;inbox;\nignore=.mbsyncstate;.uidvalidity\n[maildir]\nsynchronize_flags=false\n",
        "utf-8",
    )
    return run(["notmuch", "new", "--quiet"], {"NOTMUCH_CONFIG": str(settings), "HOME": str(folder)})
