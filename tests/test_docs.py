"""What the documents say is complete."""

import re
import tomllib
from pathlib import Path

from mesinfos.settings import PREFIX, Settings

ROOT = Path(__file__).parents[1]


def read(name: str) -> str:
    """A document of the repository."""
    return (ROOT / name).read_text("utf-8")


def test_every_variable_is_documented() -> None:
    """docs/operations.md has a row for each variable, and none for a variable that does not exist."""
    rows = set(re.findall(rf"^\| `({PREFIX}\w+)`", read("docs/operations.md"), re.MULTILINE))
    assert rows == {PREFIX + name.upper() for name in Settings.model_fields}


def test_every_make_target_exists() -> None:
    """A `make` command that a document names is one that make knows."""
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md"):
        assert set(re.findall(r"`make ([a-z]+)", read(name))) <= targets


def test_links_between_documents_hold() -> None:
    """A relative link in a document leads to a file."""
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_the_version_is_in_the_changelog() -> None:
    """A release is described before it is made."""
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    changelog = read("CHANGELOG.md")
    assert f"## [{version}]" in changelog or "## [Unreleased]" in changelog


def test_every_decision_is_listed() -> None:
    """docs/decisions/README.md links to each decision."""
    listed = set(re.findall(r"\((\d{4}-[\w-]+\.md)\)", read("docs/decisions/README.md")))
    assert listed == {path.name for path in (ROOT / "docs/decisions").glob("0*.md")}


def test_ci_calls_the_readmes_test_command() -> None:
    """What the README tells a newcomer to run is what the clean machine runs."""
    assert "make test" in read("README.md")
    assert re.search(r"^make check test$", read(".ci/run"), re.MULTILINE)


def test_each_point_of_the_profile_has_its_test() -> None:
    """docs/api.md names a test for each point of FAPI 2.0, and each of them exists."""
    rows = re.findall(r"^\| .* \| .* \| (`test_.*|–) \|$", read("docs/api.md"), re.MULTILINE)
    named = set(re.findall(r"`(test_\w+)`", " ".join(rows)))
    known = {
        name for path in ROOT.glob("tests/**/test_*.py") for name in re.findall(r"def (test_\w+)", path.read_text())
    }
    assert len(rows) > 20
    assert named <= known, named - known


def test_every_attack_of_the_document_is_a_check() -> None:
    """docs/threats.md names checks that `make campaign` runs."""
    named = re.findall(r"^\| ([A-Z]\d+) \|", read("docs/threats.md"), re.MULTILINE)
    assert len(named) > 30
    assert [name for name in named if not (ROOT / f"tests/campaign/{name.lower()}.py").exists()] == []
