"""The house rules that no linter knows."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
TRACKED = [
    ROOT / name
    for name in subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    if name and (ROOT / name).is_file()
]
SOURCES = [path for path in TRACKED if path.suffix == ".py"]
HOUSE = [path for path in SOURCES if path.relative_to(ROOT).parts[0] in {"mesinfos", "connectors", "web"}]


def name_of(path: Path) -> str:
    """A file's path as the house writes it."""
    return path.relative_to(ROOT).as_posix()


def imports(path: Path, package: str) -> bool:
    """True when the file imports that package, at whatever depth."""
    return bool(re.search(rf"^\s*(from|import) {package}\b", path.read_text("utf-8"), re.MULTILINE))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file, methods and nested ones too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def is_import(node: ast.AST) -> bool:
    """True for both forms of an import."""
    return isinstance(node, ast.Import | ast.ImportFrom)


def test_files_stay_readable() -> None:
    """No file of ours is longer than 300 lines: a longer room has become two."""
    long = {name_of(path): lines for path in SOURCES if (lines := len(path.read_text("utf-8").splitlines())) > 300}
    assert not {name: lines for name, lines in long.items() if not name.startswith("migrations/versions/")}


def test_functions_stay_small() -> None:
    """Half of the functions have at most twelve lines."""
    lengths = sorted((node.end_lineno or 0) - node.lineno + 1 for path in HOUSE for node in functions(path))
    assert lengths[len(lengths) // 2] <= 12


def test_imports_stand_at_the_top() -> None:
    """No import hides in a function or under TYPE_CHECKING, where circles would hide."""
    hidden = [
        f"{name_of(path)}:{inner.lineno}"
        for path in HOUSE
        for node in functions(path)
        for inner in ast.walk(node)
        if is_import(inner)
    ]
    guarded = [name_of(path) for path in HOUSE if "if TYPE_CHECKING" in path.read_text("utf-8")]
    assert not hidden
    assert not guarded


def test_only_the_vault_touches_keys() -> None:
    """`cryptography` is imported in `mesinfos/vault` and nowhere else."""
    users = [name_of(path) for path in HOUSE if imports(path, "cryptography")]
    assert all(name.startswith("mesinfos/vault/") for name in users)


def test_only_jobs_knows_the_job_engine() -> None:
    """`dbos` could be replaced by editing one file."""
    users = [name_of(path) for path in HOUSE if imports(path, "dbos")]
    assert users == ["mesinfos/jobs.py"]


def test_every_test_states_its_fact() -> None:
    """A test's docstring is the fact it proves."""
    silent = [
        f"{name_of(path)}::{node.name}"
        for path in SOURCES
        if path.name.startswith("test_")
        for node in functions(path)
        if node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert not silent


def test_no_file_names_a_machine() -> None:
    """Nothing committed names a registry's host or a path of the machine it was written on."""
    machine = re.compile(rb"files\.pythonhosted|registry\.npmjs|pypi\.org/simple|/work/|/root/")
    found = [name_of(path) for path in TRACKED if machine.search(path.read_bytes())]
    assert found == ["tests/test_architecture.py"]  # this line is why
