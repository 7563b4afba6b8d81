"""Keeping house in a real browser: try a source, read it, undo that, back up and prove it, close other sessions."""

import time

import pytest
from playwright.sync_api import expect

from mesinfos.vault.sources import get_source, list_sources
from mesinfos.vault.vaults import create_vault, list_persons
from tests.browser.conftest import sit_down
from tests.cast import ALICE
from tests.syncing.letters import mixed, write_mbox

pytestmark = pytest.mark.browser


def at_both(desk):
    """The page as it stands, for axe, on a phone and at a desk."""
    desk.check(360)
    desk.check(1280)


def test_a_source_is_tried_read_and_undone(chromium, moving_in):
    """Dry run, connect, report, undo: each page whole at both widths, and what was undone is gone."""
    folder = moving_in.instance.settings.data_dir / "import"
    folder.mkdir()
    archive = write_mbox(folder / "a.mbox", mixed(30))
    desk = entered(chromium, moving_in)
    page = desk.page
    desk.go("/sources/new/mbox")
    page.fill("#path", str(archive))
    desk.press("Essayer d’abord sur 50 mails")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Essai de")
    at_both(desk)
    desk.press("Connecter et tout lire")
    was_read(moving_in.instance)
    page.reload()
    desk.follow(page.get_by_role("region", name="Lectures faites").get_by_role("link").first)
    expect(page.get_by_text("Courrier personnel, laissé où il est")).to_be_visible()
    at_both(desk)
    desk.press("Annuler cette lecture")
    expect(page.get_by_role("status")).to_contain_text("Annulé")
    at_both(desk)
    desk.go("/orders")
    expect(page.locator("main a.row-title")).to_have_count(0)
    assert (desk.foreign, desk.faults) == ([], [])


def test_a_backup_proves_itself_and_sessions_close(chromium, moving_in):
    """Back up, verify, see it on the page; the list of sessions names this browser."""
    desk = entered(chromium, moving_in)
    desk.go("/settings/backups")
    at_both(desk)
    desk.press("Sauvegarder maintenant")
    desk.press("Vérifier la sauvegarde")
    expect(desk.page.get_by_role("status")).to_contain_text("restaurée")
    at_both(desk)
    desk.go("/settings/security")
    expect(desk.page.get_by_text("ce navigateur")).to_be_visible()
    at_both(desk)
    assert (desk.foreign, desk.faults) == ([], [])


def was_read(instance):
    """Wait until the one source of the one person here was read to its end."""
    (person,) = list_persons(instance)
    (source,) = list_sources(instance, person.vault_id)
    deadline = time.monotonic() + 120
    while get_source(instance, person.vault_id, source.source_id).last_success is None:
        assert time.monotonic() < deadline, "the first reading does not end"
        time.sleep(0.2)


def entered(chromium, served):
    """A browser in which Alice, who lives here alone, has opened her vault."""
    vault, _ = create_vault(served.instance, ALICE.name, ALICE.passphrase)
    vault.close()
    desk = sit_down(chromium, served.url)
    desk.go("/unlock")
    desk.page.fill("#secret", ALICE.passphrase)
    with desk.page.expect_navigation():
        desk.page.press("#secret", "Enter")
    return desk
