"""A module's source with one thing in it put wrong: what a test that watches it must notice.

Comparisons, and/or/not, numbers, texts and truth values, what is returned, calls and raises that are left out, branches
that are always or never taken. Not altered: docstrings, annotations, and the words of messages.
"""

import ast
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, NamedTuple

OTHER = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
Node = ast.expr | ast.stmt


class Mutant(NamedTuple):
    """One wrong module: which line of which function, what stood there, what stands there now, and the whole source."""

    line: int
    where: str
    was: str
    now: str
    source: str

    @property
    def name(self) -> str:
        """What is wrong, in one line; the same as long as the line's own words stay."""
        return f"{self.where}: {self.was}  ->  {self.now}"


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a source, in the order of its lines."""
    tree = ast.parse(source)
    for place, node in enumerate(_nodes(tree)):
        for number, other in enumerate(_others(node)):
            copy = deepcopy(tree)
            _replace(copy, _nodes(copy)[place], _others(_nodes(copy)[place])[number])
            text = ast.unparse(ast.fix_missing_locations(copy))
            yield Mutant(node.lineno, _function(tree, node.lineno), _one_line(node), _one_line(other), text)


def _nodes(tree: ast.AST) -> list[Node]:
    """What may be altered, outermost first."""
    found: list[Node] = []
    for child, field in _children(tree):
        if field in {"annotation", "returns", "decorator_list"} or _says_nothing(child):
            continue
        found += [child] if isinstance(child, Node) else []
        found += _nodes(child)
    return found


def _function(tree: ast.AST, line: int) -> str:
    """The innermost function of a line, or "module"."""
    named = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)]
    around = [one.name for one in named if one.lineno <= line <= (one.end_lineno or line)]
    return around[-1] if around else "module"


def _children(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    for field, value in ast.iter_fields(tree):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield child, field


def _says_nothing(node: ast.AST) -> bool:
    """Docstrings, the words of messages, and types."""
    match node:
        case ast.Expr(ast.Constant()) | ast.Call(ast.Name("N_")) | ast.Subscript(ast.Name("Callable" | "dict")):
            return True
    return False


def _others(node: Node) -> list[Node]:
    """What could stand there instead."""
    return _ALTERED.get(type(node), lambda _: [])(node)


def _compare(node: ast.Compare) -> list[Node]:
    return [ast.Compare(node.left, [OTHER[type(node.ops[0])](), *node.ops[1:]], node.comparators)]


def _junction(node: ast.BoolOp) -> list[Node]:
    fewer = [node.values[:i] + node.values[i + 1 :] for i in range(len(node.values))]
    left_out = [some[0] if len(some) == 1 else ast.BoolOp(node.op, some) for some in fewer]
    return [ast.BoolOp(OTHER[type(node.op)](), node.values), *left_out]


def _sum(node: ast.BinOp) -> list[Node]:
    swapped = [ast.BinOp(node.left, OTHER[type(node.op)](), node.right)] if type(node.op) in OTHER else []
    return [*swapped, node.left, node.right]


def _constant(node: ast.Constant) -> list[Node]:
    value = node.value
    if isinstance(value, bool):
        return [ast.Constant(not value)]
    if isinstance(value, int):
        return [ast.Constant(value + 1), ast.Constant(value - 1)]
    if isinstance(value, str):
        return [ast.Constant("" if value else "x")]
    return [ast.Constant(b"" if value else b"x")] if isinstance(value, bytes) else []


def _branch(node: ast.If) -> list[Node]:
    return [ast.If(ast.Constant(value), node.body, node.orelse) for value in (True, False)]


def _return(node: ast.Return) -> list[Node]:
    bare = node.value is None or (isinstance(node.value, ast.Constant) and node.value.value is None)
    return [] if bare else [ast.Return(ast.Constant(None))]


def _call(node: ast.Call) -> list[Node]:
    return [node.args[0]] if len(node.args) == 1 and not isinstance(node.args[0], ast.Starred) else []


def _members(node: ast.Tuple | ast.List | ast.Set) -> list[Node]:
    kept = [node.elts[:i] + node.elts[i + 1 :] for i in range(len(node.elts))]
    if isinstance(node, ast.Set):
        return [ast.Set(elts) for elts in kept if elts]
    return [type(node)(elts, ast.Load()) for elts in kept] if isinstance(node.ctx, ast.Load) else []


def _dict(node: ast.Dict) -> list[Node]:
    numbers = range(len(node.keys))
    return [ast.Dict(node.keys[:i] + node.keys[i + 1 :], node.values[:i] + node.values[i + 1 :]) for i in numbers]


_ALTERED: dict[type[ast.AST], Callable[[Any], list[Node]]] = {
    ast.Compare: _compare,
    ast.BoolOp: _junction,
    ast.BinOp: _sum,
    ast.UnaryOp: lambda node: [node.operand],
    ast.Constant: _constant,
    ast.IfExp: lambda node: [node.body, node.orelse],
    ast.If: _branch,
    ast.Return: _return,
    ast.Raise: lambda _: [ast.Pass()],
    ast.Expr: lambda _: [ast.Pass()],
    ast.Call: _call,
    ast.Tuple: _members,
    ast.List: _members,
    ast.Set: _members,
    ast.Dict: _dict,
}


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, field, new)
            elif isinstance(value, list) and any(one is old for one in value):
                setattr(parent, field, [new if one is old else one for one in value])


def _one_line(node: ast.AST) -> str:
    if isinstance(node, ast.If):
        return f"if {ast.unparse(node.test)}:"
    return " ".join(ast.unparse(ast.fix_missing_locations(node)).split())
