"""What every installed connector keeps to, whoever wrote it."""

import re
import sys
from pathlib import Path

import pytest
from pydantic import BaseModel, SecretStr

from mesinfos.connector import Batch, Checked, ConnectorModule, Rejected, read_manifest
from mesinfos.discover import RULES, available, form_fields, load, parse_settings, read_quality
from mesinfos.errors import ConnectorError, CredentialsRejected, SourceChanged, Unreachable
from tests.servers.dovecot import Dovecot, free_port, is_available

ROOT = Path(__file__).parents[1]
MODULES = available()
MAILS = [b"From: shop@acme.example\r\nSubject: order %d\r\n\r\nthanks\r\n" % number for number in range(3)]


def name_of(module: ConnectorModule) -> str:
    """The connector's name."""
    return module.MANIFEST.name


def folder_of(module: ConnectorModule) -> Path:
    """Where the connector lies."""
    return Path(str(sys.modules[module.__name__].__file__)).parent  # type: ignore[attr-defined]


@pytest.fixture(scope="module", params=[name_of(module) for module in MODULES])
def module(request) -> ConnectorModule:
    """Each installed connector in turn."""
    return load(request.param)


@pytest.fixture(scope="module")
def source(module, tmp_path_factory):
    """Settings of a real source with three mails, and settings of one that does not exist."""
    sources = {"imap": an_imap_source, "mbox": an_mbox_source}
    if name_of(module) not in sources:
        pytest.skip("bring a source of your own into this test")
    yield from sources[name_of(module)](tmp_path_factory.mktemp("source"))


def an_imap_source(_):
    """A mailbox on a real server."""
    if not is_available():
        pytest.skip("Dovecot is not installed")
    with Dovecot() as server:
        server.add_user("alice", "secret")
        server.deliver("alice", MAILS)
        good = {"host": "localhost", "port": str(server.port), "username": "alice", "password": "secret"}
        good["security"] = "none"
        yield good, good | {"port": str(free_port())}


def an_mbox_source(folder: Path):
    """An archive on the disk."""
    line = b"From shop@acme.example Tue Mar  4 05:06:07 2025\r\n"
    (folder / "all.mbox").write_bytes(b"".join(line + mail + b"\r\n" for mail in MAILS))
    yield {"path": str(folder / "all.mbox")}, {"path": str(folder / "none.mbox")}


def everything(heads):
    """Want every body."""
    return [True] * len(heads)


def test_the_manifest_is_the_folders(module):
    """Name, folder and entry point agree; titles and summaries speak French and English."""
    manifest = read_manifest(folder_of(module))
    assert manifest == module.MANIFEST
    assert manifest.title.keys() >= {"fr", "en"}
    assert manifest.summary.keys() >= {"fr", "en"}
    assert manifest.reads
    assert manifest.never


def test_the_ledger_is_complete(module):
    """Every rule is done, or to do or exempt with a reason; and the page explains every rule."""
    assert set(read_quality(folder_of(module))) == set(RULES)
    page = (ROOT / "docs" / "connectors.md").read_text("utf-8")
    assert [rule for rule in RULES if f"`{rule}`" not in page] == []


def test_the_form_speaks(module):
    """Every field has a label, and secrets are of a type that hides them."""
    fields = form_fields(module)
    assert fields
    assert all(field.label for field in fields)
    for field in fields:
        if re.search(r"password|token|secret|key$", field.name):
            assert field.type == "secret"
            assert module.Settings.model_fields[field.name].annotation is SecretStr


def test_it_knows_nothing_of_the_house(module):
    """A connector imports the contract, the model and the errors, and nothing else of MesInfos."""
    allowed = re.compile(r"mesinfos\.(connector|errors|model(\.\w+)*) ")
    for path in folder_of(module).rglob("*.py"):
        for line in path.read_text("utf-8").splitlines():
            if match := re.match(r"(?:from|import) (mesinfos\S*)", line):
                assert allowed.match(match[1] + " "), f"{path.name}: {line}"


def test_connecting_opens_nothing(module, source):
    """`connect` is instant and silent, even for a source that does not exist."""
    _, wrong = source
    assert module.connect(parse_settings(module, wrong))


def test_check_looks_and_counts(module, source):
    """Three mails in one place."""
    good, _ = source
    checked = module.connect(parse_settings(module, good)).check()
    assert isinstance(checked, Checked)
    assert checked.items == 3
    assert len(checked.places) == 1


def test_fetch_brings_everything_once(module, source):
    """All items with origin and aware date; each cursor is text; after the last one nothing comes."""
    good, _ = source
    connector = module.connect(parse_settings(module, good))
    batches = list(connector.fetch(None, everything))
    assert all(isinstance(batch, Batch) for batch in batches)
    items = [item for batch in batches for item in batch.items]
    assert [item.data for item in items] == MAILS
    assert len({item.origin for item in items}) == 3
    assert all(item.received_at.utcoffset().total_seconds() == 0 for item in items)
    assert sum(batch.seen for batch in batches) == 3
    assert [item for batch in connector.fetch(batches[-1].cursor, everything) for item in batch.items] == []


def test_fetch_asks_before_it_brings(module, source):
    """Header blocks are shown to `wants`, bodies it refuses are counted as personal and not brought."""
    good, _ = source
    shown: list[bytes] = []

    def wants(heads):
        shown.extend(heads)
        return [b"order 1" in head for head in heads]

    batches = list(module.connect(parse_settings(module, good)).fetch(None, wants))
    assert [item.data for batch in batches for item in batch.items] == [MAILS[1]]
    assert sum(batch.personal for batch in batches) == 2
    assert len(shown) == 3
    assert not any(b"thanks" in head for head in shown)


def test_items_above_the_cap_are_named(module, source):
    """What the operator's limit forbids is told, not brought."""
    if "max_bytes" not in module.Settings.model_fields:
        pytest.skip("this connector has no cap")
    good, _ = source
    settings = parse_settings(module, good, {"max_bytes": 10})
    batches = list(module.connect(settings).fetch(None, everything))
    rejected = [each for batch in batches for each in batch.rejected]
    assert len(rejected) == 3
    assert all(isinstance(each, Rejected) and each.reason for each in rejected)


def test_failures_are_of_the_three_kinds(module, source):
    """A source that is not there raises one of the contract's errors, on a field of the form, through both doors."""
    _, wrong = source
    settings: BaseModel = parse_settings(module, wrong)
    for attempt in (module.connect(settings).check, lambda: list(module.connect(settings).fetch(None, everything))):
        with pytest.raises(ConnectorError) as failed:
            attempt()
        assert isinstance(failed.value, Unreachable | CredentialsRejected | SourceChanged)
        assert failed.value.field in {field.name for field in form_fields(module)}
        assert failed.value.advice
