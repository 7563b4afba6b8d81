"""A dry run before a source is kept: it shows what a sync would, stores nothing, and its password stays in memory."""

import pytest

from mesinfos.vault.sources import list_sources, source_values
from mesinfos.vault.vaults import create_vault
from tests.cast import ALICE
from tests.syncing.letters import mixed, personal_mail, write_mbox
from tests.web.house import House, house
from tests.web.served import Browser, Served, heading


@pytest.fixture(scope="module")
def home():
    """A house that reads mail in its own process."""
    with house("en", workers=0) as found:
        yield found


def rows(home: House) -> list[tuple[str, int]]:
    """How much is stored of what a sync would store."""
    with home.served.instance.database.read() as conn:
        tables = ("source", "record", "run", "envelope", "journal")
        return [(name, len(conn.exec_driver_sql(f'SELECT 1 FROM "{name}"').all())) for name in tables]


def mailbox(account, **more: str) -> dict[str, str]:
    """The form as Alice fills it in."""
    form = {"host": "127.0.0.1", "port": str(account.server.port), "security": "none", "username": account.name}
    return form | {"password": account.password, "act": "trial"} | more


@pytest.mark.dovecot
def test_a_dry_run_shows_the_last_fifty_and_stores_nothing(home: House, alices: Browser, account):
    """Merchants and orders of the newest fifty mails, of real folders; not one row is written until it is kept."""
    account.server.deliver(account.name, mixed(80))
    before = rows(home)
    answer = alices.post("/sources/new/imap", data=mailbox(account))
    assert heading(answer).startswith("Dry run of")
    assert "What the 50 newest mails show" in answer.text
    assert "AC-2026-10039" in answer.text
    assert "AC-2026-10002" not in answer.text, "older than the last fifty"
    assert "INBOX" in answer.text
    assert account.password not in answer.text
    assert rows(home) == before
    assert heading(alices.get("/sources/new/imap/trial")) == heading(answer)
    again = alices.get("/sources/new/imap?tried=1").text
    assert 'value="127.0.0.1"' in again
    assert account.password not in again


@pytest.mark.dovecot
def test_folders_are_chosen_from_the_real_list(sqlite_instance, account):
    """What is ticked is read; nothing ticked is refused; what the server does not have cannot be slipped in."""
    account.server.deliver(account.name, mixed(10), "Factures")
    account.server.deliver(account.name, [personal_mail(1)])
    vault, _ = create_vault(sqlite_instance, ALICE.name, ALICE.passphrase)
    sqlite_instance.settings = sqlite_instance.settings.model_copy(update={"workers": 0})
    with Served(sqlite_instance, own=True) as served, served.browser() as alice:
        alice.open(vault.vault_id, ALICE.passphrase)
        assert 'value="Factures"' in alice.post("/sources/new/imap", data=mailbox(account)).text
        assert alice.post("/sources/new/imap/trial", data={"folder": "Sent"}).status_code == 422
        alice.post("/sources/new/imap/trial", data={"folder": ["Factures", "Drafts"]})
        (source,) = list_sources(sqlite_instance, vault.vault_id)
        assert source_values(sqlite_instance, source, vault)["folders"] == "Factures"
        assert alice.get("/sources/new/imap/trial").status_code == 404, "a draft is kept once"
        path = f"/sources/{source.source_id}/folders"
        assert 'value="INBOX"' in alice.get(path).text
        alice.post(path, data={"folder": ["INBOX", "Factures"]})
        assert source_values(sqlite_instance, source, vault)["folders"] == "INBOX\nFactures"
        assert alice.post(path, data={"folder": "Nowhere"}).status_code == 422


def test_an_archive_is_tried_from_its_start(home: House, alices: Browser):
    """A source without a newest end shows its first fifty mails; keeping it needs no folders."""
    folder = home.served.instance.settings.data_dir / "import"
    folder.mkdir(exist_ok=True)
    path = write_mbox(folder / "a.mbox", mixed(80))
    answer = alices.post("/sources/new/mbox", data={"path": str(path), "act": "trial"})
    assert "What the first" in answer.text
    assert "AC-2026-10025" in answer.text
    assert "AC-2026-10039" not in answer.text, "beyond the first fifty"
    assert "Which folders?" not in answer.text


def test_a_draft_leaves_with_its_person(home: House):
    """Locking forgets what was tried, and so does a quarter of an hour; another person never sees it."""
    folder = home.served.instance.settings.data_dir / "import"
    folder.mkdir(exist_ok=True)
    form = {"path": str(write_mbox(folder / "b.mbox", mixed(4))), "act": "trial"}
    drafts = home.served.app.state.site.drafts
    with home.alices() as browser, home.bobs() as bob:
        browser.post("/sources/new/mbox", data=form)
        assert drafts.get(home.alice, "mbox")
        assert bob.get("/sources/new/mbox/trial").status_code == 404
        assert bob.post("/sources/new/mbox/trial").status_code == 404
        browser.post("/lock")
        assert drafts.get(home.alice, "mbox") is None
    with home.alices() as browser:
        browser.post("/sources/new/mbox", data=form)
        drafts._clock = lambda: 1e12
        assert drafts.get(home.alice, "mbox") is None
    assert list_sources(home.served.instance, home.bob) == []


def test_a_try_that_fails_keeps_nothing(home: House, alices: Browser):
    """Where the connection fails the form says how far it came, and there is no draft."""
    form = {"host": "127.0.0.1", "port": "9", "username": "alice", "security": "none", "password": "p", "act": "trial"}
    answer = alices.post("/sources/new/imap", data=form)
    assert answer.status_code == 504
    assert "The server answers" in answer.text
    assert home.served.app.state.site.drafts.get(home.alice, "imap") is None
