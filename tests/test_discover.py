"""Connectors are found by entry point; packages of other people count, and broken ones do no harm."""

import re
import sys
import tomllib
from importlib import invalidate_caches
from pathlib import Path
from zipfile import ZipFile

import pytest

from mesinfos import discover
from mesinfos.errors import InvalidInput, SourceChanged, UnknownConnector

SOURCE = """
from pathlib import Path
from pydantic import BaseModel, Field, SecretStr
from mesinfos.connector import Batch, Checked, read_manifest

MANIFEST = read_manifest(Path(__file__).parent)

class Settings(BaseModel):
    shop: str
    key: SecretStr = SecretStr("")

class Shop:
    def check(self):
        return Checked(("orders",), 0)
    def fetch(self, since, wants):
        yield Batch((), "1", 0)

def connect(settings):
    return Shop()
"""
MANIFEST = 'name = "{name}"\nreads = ["orders"]\nnever = ["cards"]\n[title]\nen = "S"\n[summary]\nen = "S"\n'


@pytest.fixture
def install(tmp_path, monkeypatch):
    """A function that installs a package with a connector, as pip would."""
    monkeypatch.syspath_prepend(tmp_path)

    def install(package: str, name: str, source: str = SOURCE, manifest: str = MANIFEST) -> Path:
        folder = tmp_path / package / name
        folder.mkdir(parents=True)
        (tmp_path / package / "__init__.py").touch()
        (folder / "__init__.py").write_text(source, "utf-8")
        (folder / "manifest.toml").write_text(manifest.replace("{name}", name), "utf-8")
        info = tmp_path / f"{package}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", "utf-8")
        (info / "entry_points.txt").write_text(f"[mesinfos.connectors]\n{name} = {package}.{name}\n", "utf-8")
        invalidate_caches()
        return folder

    yield install
    for name in [name for name in sys.modules if name.startswith("acme_")]:
        del sys.modules[name]


def names() -> list[str]:
    """The connectors that can be used."""
    return [module.MANIFEST.name for module in discover.available()]


def test_ours_are_found():
    """Both connectors of the house are there, and nothing is wrong with them."""
    assert {"imap", "mbox"} <= set(names())
    assert discover.load("imap").MANIFEST.name == "imap"
    assert discover.problems() == []


def test_a_package_of_somebody_else_adds_a_connector(install):
    """An entry point is all it takes."""
    install("acme_shop", "shop")
    assert "shop" in names()
    settings = discover.parse_settings(discover.load("shop"), {"shop": "acme"})
    assert discover.load("shop").connect(settings).check().places == ("orders",)


def test_two_of_one_name_are_an_error_for_both(install):
    """Neither wins; the error names both packages, and the other connectors still work."""
    install("acme_shop", "shop")
    install("acme_other", "shop")
    with pytest.raises(UnknownConnector, match="acme_other, acme_shop") as double:
        discover.load("shop")
    assert double.value.advice
    assert "shop" not in names()
    assert [problem.name for problem in discover.problems()] == ["shop"]
    assert "imap" in names()


def test_nobody_takes_the_place_of_ours(install):
    """A package that calls its connector imap does not read the mailbox instead."""
    install("acme_evil", "imap")
    with pytest.raises(UnknownConnector):
        discover.load("imap")


@pytest.mark.parametrize(
    ("source", "manifest"),
    [
        ("raise RuntimeError", MANIFEST),
        ("MANIFEST = 3", MANIFEST),
        (SOURCE.replace("class Settings(BaseModel)", "class Settings"), MANIFEST),
        (SOURCE.replace("def connect", "def connects"), MANIFEST),
        (SOURCE, 'name = "other"'),
        (SOURCE, MANIFEST.replace("{name}", "elsewhere")),
    ],
)
def test_a_broken_one_is_told_and_does_no_harm(install, source, manifest):
    """Whatever a package does wrong, the error names it and the others go on."""
    install("acme_broken", "broken", source, manifest)
    with pytest.raises(UnknownConnector, match="acme_broken"):
        discover.load("broken")
    assert "imap" in names()


def test_a_connector_must_answer_to_its_entry_point(install):
    """The name under which it is announced is the one of its manifest."""
    folder = install("acme_shop", "shop")
    (folder.parents[1] / "acme_shop-1.0.dist-info" / "entry_points.txt").write_text(
        "[mesinfos.connectors]\nmarket = acme_shop.shop\n", "utf-8"
    )
    with pytest.raises(UnknownConnector, match="market"):
        discover.load("market")


def test_an_unknown_name_says_so():
    """No connector of that name: one sentence and where to look."""
    with pytest.raises(UnknownConnector, match="nowhere") as unknown:
        discover.load("nowhere")
    assert unknown.value.advice


def test_a_form_is_described_field_by_field():
    """Types, labels, defaults and choices are what a page needs; what the house decides is left out."""
    fields = {field.name: field for field in discover.form_fields(discover.load("imap"))}
    kinds = {name: field.type for name, field in fields.items()}
    assert kinds["host"] == "text"
    assert kinds["port"] == "number"
    assert kinds["password"] == kinds["token"] == "secret"
    assert kinds["since"] == "date"
    assert fields["security"].choices == ("tls", "starttls", "none")
    assert fields["security"].default == "tls"
    assert fields["host"].required
    assert not fields["password"].default
    assert fields["port"].advanced
    assert "private_hosts" not in fields
    (path,) = discover.form_fields(discover.load("mbox"))
    assert (path.type, path.required) == ("file", True)


def test_fields_without_words_get_their_name(install):
    """A form without titles still has labels."""
    install("acme_shop", "shop")
    assert [field.label for field in discover.form_fields(discover.load("shop"))] == ["Shop", "Key"]


GOOD = {"host": "imap.acme.example", "username": "alice", "password": "hunter2"}


def test_typed_text_becomes_settings():
    """Numbers and days are read, empty text is the default, the house adds what is its own."""
    module = discover.load("imap")
    values = GOOD | {"port": "1993", "since": "2026-01-31", "folders": " "}
    settings = discover.parse_settings(module, values, {"private_hosts": False, "inside": "/mail"})
    assert settings.port == 1993
    assert settings.since.isoformat() == "2026-01-31"
    assert settings.folders == ""
    assert settings.private_hosts is False


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"host": ""}, "host", "needed"),
        ({"port": "many"}, "port", "whole number"),
        ({"port": "-1"}, "port", "0 or more"),
        ({"port": "70000"}, "port", "65535 or less"),
        ({"security": "some"}, "security", "'tls', 'starttls' or 'none'"),
        ({"since": "yesterday"}, "since", "2026-01-31"),
        ({"host": "x" * 300}, "host", "253"),
        ({"username": "a\nb"}, "username", "cannot be used"),
        ({"colour": "red"}, "colour", "no setting colour"),
        ({"private_hosts": "true"}, "private_hosts", "no setting"),
        ({"password": ""}, "password", "needed"),
        ({"security": "none"}, "security", "in clear"),
    ],
)
def test_what_cannot_be_used_is_told_on_its_field(values, field, sentence):
    """Every wrong value is one sentence on one field; no secret shows; no person decides for the house."""
    with pytest.raises(InvalidInput, match=sentence) as refused:
        discover.parse_settings(discover.load("imap"), GOOD | values)
    assert refused.value.field == field
    assert refused.value.__context__ is None
    assert "hunter2" not in str(refused.value)


def test_an_address_suggests_a_source():
    """Of all connectors, those that know the address say how to fill in their form."""
    ((name, suggestion),) = discover.suggest("alice@free.fr")
    assert (name, suggestion.provider, suggestion.values["host"]) == ("imap", "Free", "imap.free.fr")
    assert discover.suggest("alice@maison.example") == []


@pytest.mark.parametrize("verdict", ["", '"maybe"', '{ status = "todo" }', '{ status = "done", reason = "" }', "3"])
def test_a_ledger_without_reasons_is_refused(tmp_path, verdict):
    """Each rule has a verdict, and all but `done` have a reason."""
    lines = [f"{rule} = {verdict}" for rule in discover.RULES if verdict]
    (tmp_path / "quality.toml").write_text("\n".join(lines), "utf-8")
    with pytest.raises(ValueError, match=r"rule|done"):
        discover.read_quality(tmp_path)


def blocks_of_the_page() -> dict[str, str]:
    """The files of docs/connectors.md: a line "`name`:" and the block behind it."""
    page = (Path(__file__).parents[1] / "docs" / "connectors.md").read_text("utf-8")
    return dict(re.findall(r"^`([\w./]+)`:\n\n```\w+\n(.*?)^```", page, re.MULTILINE | re.DOTALL))


def test_the_template_of_the_page_works(install, tmp_path):
    """Whoever follows docs/connectors.md to the letter has a connector that keeps the contract."""
    blocks = blocks_of_the_page()
    folder = install("acme_zip", "zipmail", blocks["zipmail/__init__.py"], "")
    (folder / "manifest.toml").write_text(blocks["zipmail/manifest.toml"], "utf-8")
    (folder / "quality.toml").write_text(blocks["zipmail/quality.toml"], "utf-8")
    assert tomllib.loads(blocks["pyproject.toml"])["project"]["entry-points"][discover.GROUP]["zipmail"]
    assert discover.read_quality(folder)["push"][0] == "exempt"
    with ZipFile(tmp_path / "mail.zip", "w") as archive:
        for number in range(3):
            archive.writestr(f"{number}.eml", f"Subject: order {number}\r\n\r\nthanks\r\n")
    module = discover.load("zipmail")
    connector = module.connect(discover.parse_settings(module, {"path": str(tmp_path / "mail.zip")}))
    assert connector.check().items == 3
    (batch,) = connector.fetch(None, lambda heads: [b"order 1" not in head for head in heads])
    assert [item.origin.item for item in batch.items] == ["0.eml", "2.eml"]
    assert (batch.seen, batch.personal) == (3, 1)
    assert list(connector.fetch(batch.cursor, lambda heads: [True] * len(heads))) == []
    gone = module.connect(discover.parse_settings(module, {"path": str(tmp_path / "none.zip")}))
    with pytest.raises(SourceChanged) as failed:
        gone.check()
    assert failed.value.field == "path"
