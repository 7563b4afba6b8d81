"""The main job on the command line, from an empty folder to a consent that is taken back."""

import json
import shutil
import stat

import pytest

from mesinfos.consent.outbox import page
from mesinfos.errors import NoGrant
from mesinfos.settings import Settings
from mesinfos.vault.instance import open_instance
from tests.cli.conftest import Shell
from tests.syncing.letters import expected_orders, mixed, write_mbox


def test_a_first_vault(tmp_path):
    """`init` makes the vault and shows the recovery key once; the same name is refused a second time."""
    shell = Shell(tmp_path)
    said = shell.said("init", "--person", "Alice")
    assert "Alice" in said
    assert "-" in next(line for line in said.splitlines() if line.startswith("    "))
    assert "already" in shell.refused("init", "--person", "alice")


def test_from_a_mailbox_to_a_grant_and_back(shell, tmp_path):
    """Connect, sync, look, grant, read as a merchant, revoke, read nothing."""
    archive = write_mbox(tmp_path / "mail.mbox", mixed(40))
    assert "40" in shell.said("source", "add", "mbox", f"path={archive}")
    (source,) = shell.lines("source", "list")
    assert (source["connector"], source["state"]) == ("mbox", "idle")
    assert "40" in shell.said("source", "check", source["source_id"])
    (summary,) = shell.lines("sync", source["source_id"])
    assert (summary["seen"], summary["new"], summary["personal"]) == (40, 36, 4)
    assert summary["orders"] == len(expected_orders(40))
    orders = shell.lines("orders")
    assert sorted(one["order"]["order_number"] for one in orders) == sorted(expected_orders(40))
    (merchant,) = shell.lines("merchants")
    assert (merchant["id"], merchant["messages"]) == ("acme.example", 36)
    assert len(shell.lines("messages", "--limit", "5")) == 5
    (product,) = shell.lines("products", "--merchant", "acme.example", "--limit", "1")
    assert product["merchants"][0]["name"] == "Acme"
    assert product["times"] >= 1
    assert shell.lines("products", "--merchant", "zeta.example") == []
    for command in ("merchants", "orders", "products", "messages"):
        assert "Acme" in shell.said(command)
    for command in ("parcels", "offers"):
        assert "nothing yet" in shell.said(command)
    _grant_and_revoke(shell)


def _grant_and_revoke(shell):
    asked = ("acme.example", "--field", "order.total", "--field", "order.month", "--purpose", "warranty")
    previewed = shell.said("grant", "add", *asked, "--preview").splitlines()
    given = shell.said("grant", "add", *asked)
    token = given.splitlines()[-1].strip()
    (held,) = shell.lines("grant", "list")
    grant_id = held["grant"]["grant_id"]
    assert len(previewed) == held["disclosed"] == len(expected_orders(40))
    assert shell.lines("grant", "show", grant_id)[0]["state"] == "live"
    assert "Acme" in shell.said("grant", "show", grant_id)
    assert grant_id in shell.said("grant", "list")
    store = open_instance(Settings(data_dir=shell.data))
    served = {one.decode() for one in page(store, token).disclosures}
    assert served == set(shell.said("grant", "preview", grant_id).splitlines())
    shell.said("grant", "revoke", grant_id)
    with pytest.raises(NoGrant):
        page(store, token)
    store.close()
    assert {"grant.given", "grant.withdrawn"} <= {line["action"] for line in shell.lines("journal")}
    assert "source.synced" in shell.said("journal")
    assert "whole" in shell.said("journal", "--verify")
    assert "There is no suspended grant" in shell.refused("grant", "resume", grant_id)


def test_what_is_yours_goes_with_you(shell, tmp_path):
    """Export, back up, refuse to overwrite, restore elsewhere, erase."""
    shell.said("source", "add", "mbox", f"path={write_mbox(tmp_path / 'mail.mbox', mixed(10))}")
    shell.said("sync")
    shell.said("export", tmp_path / "out")
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    assert len(list((tmp_path / "out" / "messages").glob("*.eml"))) == 9
    records = [json.loads(line) for line in (tmp_path / "out" / "records.jsonl").read_text("utf-8").splitlines()]
    assert {"message", "order"} <= {one["type"] for one in records}
    assert "holds something" in shell.refused("export", tmp_path / "out")
    assert "instance key" in shell.said("backup", tmp_path / "all.tar")
    assert "exists already" in shell.refused("backup", tmp_path / "all.tar")
    assert "overwrites nothing" in shell.refused("restore", tmp_path / "all.tar")
    elsewhere = {"MESINFOS_DATA_DIR": str(tmp_path / "new")}
    assert "never part of a backup" in shell.refused("restore", tmp_path / "all.tar", **elsewhere)
    (tmp_path / "kept").mkdir()
    shutil.copy(shell.data / "instance.key", tmp_path / "kept" / "instance.key")
    elsewhere["MESINFOS_INSTANCE_KEY_FILE"] = str(tmp_path / "kept" / "instance.key")
    assert "1 persons" in shell.said("restore", tmp_path / "all.tar", **elsewhere)
    assert len(shell.said("messages", "--json", **elsewhere).splitlines()) == 9
    (tmp_path / "bad.tar").write_bytes((tmp_path / "all.tar").read_bytes()[:5000])
    elsewhere["MESINFOS_DATA_DIR"] = str(tmp_path / "newer")
    assert "not a backup" in shell.refused("restore", tmp_path / "bad.tar", **elsewhere)
    assert "--yes" in shell.refused("erase", "--person", "Alice")
    shell.said("erase", "--person", "Alice", "--yes")
    assert "Nobody has a vault here yet" in shell.refused("merchants")


def test_the_doctor_looks(shell):
    """Everything well is exit code 0; a key file that others may read is put right at start and said well."""
    assert "LOOK" not in shell.said("doctor").replace("LOOK   SQLite", "")


def test_a_source_is_forgotten(shell, tmp_path):
    """`remove` forgets the source, and what it brought stays."""
    shell.said("source", "add", "mbox", f"path={write_mbox(tmp_path / 'mail.mbox', mixed(3))}", "label=Archive")
    (source,) = shell.lines("source", "list")
    assert source["label"] == "Archive"
    assert "Archive" in shell.said("source", "list")
    shell.said("sync")
    shell.said("source", "remove", source["source_id"])
    assert shell.lines("source", "list") == []
    assert len(shell.lines("messages")) == 3


def test_connectors_describe_themselves(shell):
    """What could be connected, with its settings."""
    said = shell.said("source", "list", "--connectors")
    assert "imap" in said
    assert "username" in said
