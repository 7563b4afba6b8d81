"""Reports of readings, and their undo, on pages."""

import pytest

from mesinfos.sync import run_sync
from mesinfos.vault.sessions import resume_session
from mesinfos.vault.sources import add_source
from tests.syncing.letters import mixed, write_mbox
from tests.web.house import House
from tests.web.served import Browser, heading
from web.deps import SESSION_COOKIE


@pytest.fixture
def read_source(home: House, alices: Browser, tmp_path) -> str:
    """The path of a source that was read once, thirty mails."""
    vault = resume_session(home.served.instance, alices.cookies[SESSION_COOKIE])
    archive = write_mbox(tmp_path / "a.mbox", mixed(30))
    source = add_source(vault, "mbox", "archive", {"path": str(archive)})
    vault.instance.settings = vault.instance.settings.model_copy(update={"workers": 0})
    run_sync(vault.instance, vault.vault_id, source.source_id)
    return f"/sources/{source.source_id}"


def report_of(browser: Browser, path: str) -> str:
    """The address of the newest report that the source's page links to."""
    return path + "/runs/" + browser.get(path).text.split(f"{path}/runs/", 1)[1].split('"', 1)[0]


def test_a_report_tells_all_and_is_undone(alices: Browser, read_source: str):
    """A reading's report counts mails, names orders with links, and its undo takes them away, once."""
    address = report_of(alices, read_source)
    text = alices.get(address).text
    assert "Personal mail, left where it is" in text
    order = text.split('href="/orders/', 1)[1].split('"', 1)[0]
    assert alices.get(f"/orders/{order}").status_code == 200
    done = alices.post(f"{address}/undo")
    assert heading(done).startswith("Reading of")
    assert "what this reading brought is deleted" in done.text
    assert "Read from the start" in done.text
    assert alices.get(f"/orders/{order}").status_code == 404
    assert alices.post(f"{address}/undo").status_code == 422
    assert "What a reading brought was deleted" in alices.get("/journal").text


def test_a_report_is_its_owners(home: House, alices: Browser, read_source: str):
    """Bob sees no report of Alice's and undoes nothing; a report is found under its own source alone."""
    address = report_of(alices, read_source)
    with home.bobs() as bob:
        assert bob.get(address).status_code == 404
        assert bob.post(f"{address}/undo").status_code == 404
        assert bob.post(f"{read_source}/again").status_code == 404
    elsewhere = home.fill("/sources/{source_id}") + "/runs/" + address.rpartition("/")[2]
    assert alices.get(elsewhere).status_code == 404
    assert alices.post(f"{elsewhere}/undo").status_code == 404
