"""Strings built to keep one regular expression busy, derived from its own parse tree.

For each repetition: what leads to it, then its body very often, then something that cannot follow; the way there over
and over, so that a search begins anew at each place; whole matches, near matches and halves repeated; runs of blanks,
digits, letters and signs of many scripts.
"""

import re
from collections.abc import Iterator
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

_CATEGORIES = {
    c.CATEGORY_DIGIT: "1", c.CATEGORY_SPACE: " ", c.CATEGORY_WORD: "a",
    c.CATEGORY_NOT_DIGIT: "a", c.CATEGORY_NOT_SPACE: "a", c.CATEGORY_NOT_WORD: "-",
}  # fmt: skip
_OTHERS = "a1 -.\n\t:é漢А\"'/<=\\@\x00"
RUNS = (
    " ", "\t", "\n", "\xa0", "\u3000", "1", "9", "a", "A", "é", "漢", "я", "ا", "-", ".", ",", ":", "/", "(", '"', "'",
    "<", "=", "&", "1 ", "1.", "1,1", "a ", "a.", "A1", "a1 ", "a-", "a@", "1/", "€1 ", "x 1 ", " \n",
    "\u0660", "\u2160", "http://a.", "😀", "\u0301", "İ",
)  # fmt: skip


class _Shape:
    """Short strings that one parse tree matches, and the ways to its repetitions."""

    def __init__(self, pattern: re.Pattern[Any]) -> None:
        source = pattern.pattern
        self.tree = _parser.parse(
            source.decode("latin-1") if isinstance(source, bytes) else source, pattern.flags & ~re.UNICODE
        )
        self.pumps: list[tuple[str, str]] = []
        self.literals = sorted(set(_literals(self.tree))) or ["a"]

    def example(self, nodes: Any, choice: int) -> str:
        return "".join(self._one(op, value, choice) for op, value in nodes)

    def _one(self, op: Any, value: Any, choice: int) -> str:
        if op in {c.LITERAL, c.NOT_LITERAL}:
            return chr(value) if op is c.LITERAL else next(one for one in _OTHERS if ord(one) != value)
        if op is c.IN:
            return self._member(value, choice)
        if op is c.ANY:
            return "ax1"[choice % 3] if choice < 3 else self.literals[choice % len(self.literals)]
        if op in {c.BRANCH, c.SUBPATTERN}:
            return self.example(value[3] if op is c.SUBPATTERN else value[1][choice % len(value[1])], choice)
        if op in {c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT}:
            return self.example(value[2], choice) * max(value[0], min(value[1], choice % 3))
        return self.example(value, choice) if op is c.ATOMIC_GROUP else ""

    @staticmethod
    def _member(items: Any, choice: int) -> str:
        negated = items[0][0] is c.NEGATE
        members: list[str] = []
        for op, value in items:
            if op is c.LITERAL:
                members.append(chr(value))
            elif op is c.RANGE:
                members += [chr(value[0]), chr(value[1])]
            elif op is c.CATEGORY:
                members.append(_CATEGORIES[value])
        if negated:
            members = [one for one in _OTHERS if one not in members] or ["\u2603"]
        return members[choice % len(members)]

    def walk(self, nodes: Any, before: str, choice: int) -> None:
        """Note (what leads there, body) for every repetition that can be long."""
        for op, value in nodes:
            if op is c.SUBPATTERN:
                self.walk(value[3], before, choice)
            elif op is c.ATOMIC_GROUP or op in {c.ASSERT, c.ASSERT_NOT}:
                self.walk(value if op is c.ATOMIC_GROUP else value[1], before, choice)
            elif op is c.BRANCH:
                for branch in value[1][choice % 3 :: 3]:
                    self.walk(branch, before, choice)
            elif op in {c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT}:
                if value[1] > 1:
                    self.pumps.append((before, self.example(value[2], choice)))
                self.walk(value[2], before, choice)
            before += self._one(op, value, choice)


def _literals(nodes: Any) -> Iterator[str]:
    """Every single character that the tree names."""
    for node in nodes:
        if isinstance(node, tuple) and len(node) == 2 and node[0] in {c.LITERAL, c.NOT_LITERAL}:
            yield chr(node[1])
        elif isinstance(node, (tuple, list, _parser.SubPattern)):
            yield from _literals(node)


def _bases(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str, str]]:
    """(head, body, tail): the body is what is repeated."""
    shape = _Shape(pattern)
    for one in shape.literals[:20]:
        yield "", one, ""
        yield "", one + "a", ""
        yield "", shape.literals[0] + one, ""
        yield "", one + shape.literals[-1], ""
    for choice in range(3 + min(5, len(shape.literals))):
        whole = shape.example(shape.tree, choice)
        yield "", whole, ""
        yield "", whole + " ", ""
        yield "", whole[:-1], ""
        yield "", whole[: len(whole) // 2], ""
        yield "", whole[:-1] + "\x00", ""
        shape.walk(shape.tree, "", choice)
    for before, body in dict.fromkeys(shape.pumps):
        yield before, body, "\x00"
        yield before, body, "a\n!"
        yield "", before + body * 3, "\x00"
        yield "", before + body * 100, "\x00"
        yield "", before, ""
    for run in RUNS:
        yield "", run, ""
        yield shape.example(shape.tree, 1), run, "\x00"


def attacks(pattern: re.Pattern[Any], size: int, most: int) -> Iterator[str]:
    """At most so many different strings of about that many characters."""
    bases = list(dict.fromkeys(base for base in _bases(pattern) if base[1]))
    for head, body, tail in bases[:: max(1, len(bases) // most)]:
        yield (head + body * (size // len(body) + 1))[:size] + tail
