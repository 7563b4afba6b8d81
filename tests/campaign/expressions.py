"""Every regular expression of the house that meets strangers' text: where it stands, how it is used, what it was given.

They are collected from the running modules (their globals, containers and classes, the lexicon of each language), not
from a list, so a new one is attacked without a word to anybody. How one is used is read from the source.
"""

import ast
import pkgutil
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from inspect import getsource
from types import ModuleType
from typing import Any, NamedTuple

import connectors
import mesinfos.directory
import mesinfos.ingest
from mesinfos.ingest.lexicon import CODES, lexicon_of, lures

PACKAGES = (mesinfos.ingest, mesinfos.directory, connectors)
AT_START = frozenset({"match", "fullmatch"})
THROUGHOUT = frozenset({"search", "finditer", "findall", "sub", "subn", "split"})
_DEEP = 4


class Expression(NamedTuple):
    """One expression: the name it was found by, and the methods that are called on it (empty: nobody could tell)."""

    name: str
    pattern: re.Pattern[Any]
    methods: frozenset[str]


def modules() -> list[ModuleType]:
    """Every module of the rooms that read strangers' text."""
    names = [
        one.name for package in PACKAGES for one in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]
    return [*PACKAGES, *map(import_module, names)]


def _within(name: str, value: Any, module: str, depth: int = 0) -> Iterator[tuple[str, re.Pattern[Any]]]:
    if isinstance(value, re.Pattern):
        yield name, value
    elif depth < _DEEP:
        parts: Any = ()
        if isinstance(value, dict):
            parts = list(value.items())
        elif isinstance(value, tuple | list | set | frozenset):
            parts = enumerate(value)
        elif isinstance(value, type) and value.__module__ == module:
            parts = list(vars(value).items())
        for key, part in parts:
            yield from _within(f"{name}.{key}", part, module, depth + 1)


def _uses() -> dict[str, set[str]]:
    """By the last name before it ("_TOKEN" in `_TOKEN.match`, "card" in `lexicon.card.search`): methods asked for."""
    found: dict[str, set[str]] = {}
    for module in modules():
        for node in ast.walk(ast.parse(getsource(module) or "")):
            if isinstance(node, ast.Attribute) and node.attr in AT_START | THROUGHOUT:
                owner = node.value
                name = (
                    owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
                )
                scope = f"{module.__name__}." if isinstance(owner, ast.Name) else ""
                found.setdefault(scope + name, set()).add(node.attr)
    return found


def expressions() -> list[Expression]:
    """All of them, each once."""
    uses = _uses()
    named: dict[re.Pattern[Any], str] = {}
    methods: dict[re.Pattern[Any], set[str]] = {}
    for module in modules():
        for key, value in list(vars(module).items()):
            for name, pattern in _within(f"{module.__name__}.{key}", value, module.__name__):
                named.setdefault(pattern, name)
                methods.setdefault(pattern, set()).update(uses.get(name, ()))
    for code in (*CODES, ""):
        named.setdefault(lures(code), f"lures({code})")
        for field, value in lexicon_of(code)._asdict().items():
            if isinstance(value, re.Pattern):
                named.setdefault(value, f"lexicon_of({code}).{field}")
                methods.setdefault(value, set()).update(uses.get(field, ()))
    return [Expression(name, one, frozenset(methods.get(one, ()))) for one, name in named.items()]


class Watched:
    """Stands in an expression's place and notes the longest text it is given."""

    def __init__(self, name: str, pattern: re.Pattern[Any], longest: dict[str, int]) -> None:
        self._name, self._pattern, self._longest = name, pattern, longest

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._pattern, name)
        if name not in AT_START | THROUGHOUT:
            return found
        first = 1 if name in {"sub", "subn"} else 0

        def noted(*args: Any, **named: Any) -> Any:
            start, end = (*args[1:3], 0, 1 << 62)[:2] if not first and len(args) > 1 else (0, 1 << 62)
            length = min(len(args[first]), end) - (start if len(args) > 2 else 0)
            self._longest[self._name] = max(self._longest.get(self._name, 0), length)
            return found(*args, **named)

        return noted


@contextmanager
def watched() -> Iterator[dict[str, int]]:
    """Within, every expression that is a module's global notes the longest text it meets."""
    longest: dict[str, int] = {}
    put: list[tuple[ModuleType, str, Any]] = []
    names = {one.pattern: one.name for one in expressions()}
    for module in modules():
        for key, value in list(vars(module).items()):
            if isinstance(value, re.Pattern):
                put.append((module, key, value))
                setattr(module, key, Watched(names[value], value, longest))
            elif value is lures:
                put.append((module, key, value))
                setattr(module, key, lambda code: Watched("lures", lures(code), longest))
    try:
        yield longest
    finally:
        for module, key, value in put:
            setattr(module, key, value)
