"""Mutants of a module: its source with one small change each, as a slip of the writer would make it.

What is changed: comparison, arithmetic and boolean operators, conditions (negated), whole numbers (one more, one less).
The rule: every mutant is text that Python reads. Left alone are annotations, decorators, patterns, assertions and
f-strings: what they say is not what the program does, or can't be put back at its position.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ORDERINGS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
SHOWN = 60
"""Characters of a change that are printed."""


class Mutant(Struct, frozen=True):
    """One change: the bytes ``start`` to ``end`` of the file at ``path`` become ``after``."""

    path: Path
    line: int
    before: str
    after: str
    start: int
    end: int

    def apply(self, source: bytes) -> bytes:
        """The source of the file with this change."""
        # In parentheses the change keeps to itself, whatever binds tighter around it.
        return source[: self.start] + f"({self.after})".encode() + source[self.end :]

    def __str__(self) -> str:
        return f"{self.path}:{self.line}  {_shortened(self.before)}  →  {_shortened(self.after)}"


def mutants_of(path: Path, source: bytes) -> list[Mutant]:
    """Every mutant of the file at ``path``, in the order of its text."""
    found = []
    for node, changed in _changes(ast.parse(source)):
        start, end = _span(source, node)
        before = source[start:end].decode()
        found.append(Mutant(path, node.lineno, before, ast.unparse(changed), start, end))
    return sorted(found, key=lambda mutant: (mutant.start, mutant.end, mutant.after))


def _changes(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Each expression below ``node`` that is changed, with what it becomes."""
    for condition in _conditions(node):
        if not _has_opposite(condition):
            yield condition, _negated(condition)
    if isinstance(node, ast.expr):
        for changed in _changed(node):
            yield node, changed
    for child in _children(node):
        yield from _changes(child)


def _changed(node: ast.expr) -> Iterator[ast.expr]:
    """What becomes of one expression, its parts apart."""
    match node:
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            for at, operator in enumerate(ops):
                others = [*ops[:at], COMPARISONS[type(operator)](), *ops[at + 1 :]]
                yield ast.Compare(left, others, comparators)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in ARITHMETIC:
            yield ast.BinOp(left, ARITHMETIC[type(operator)](), right)
        case ast.BoolOp(op=operator, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
        case ast.Constant(value=int(value)) if not isinstance(value, bool):
            yield ast.Constant(value - 1)
            yield ast.Constant(value + 1)


def _conditions(node: ast.AST) -> list[ast.expr]:
    """The conditions that a node branches on."""
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            return [test]
        case ast.comprehension(ifs=ifs):
            return ifs
        case _:
            return []


def _has_opposite(condition: ast.expr) -> bool:
    """Whether changing the operator negates the condition already, as == and != do, but < and <= do not."""
    if not isinstance(condition, ast.Compare) or len(condition.ops) > 1:
        return False
    return not isinstance(condition.ops[0], ORDERINGS)


def _negated(condition: ast.expr) -> ast.expr:
    if isinstance(condition, ast.UnaryOp) and isinstance(condition.op, ast.Not):
        return condition.operand
    return ast.UnaryOp(ast.Not(), condition)


def _children(node: ast.AST) -> list[ast.AST]:
    """The parts of a node in which changes are looked for."""
    match node:
        case ast.JoinedStr() | ast.Assert() | ast.pattern():
            return []
        case ast.FunctionDef(args=args, body=body) | ast.AsyncFunctionDef(args=args, body=body):
            defaults = [default for default in (*args.defaults, *args.kw_defaults) if default is not None]
            return [*defaults, *body]
        case ast.AnnAssign(value=value):
            return [value] if value is not None else []
        case _:
            return list(ast.iter_child_nodes(node))


def _span(source: bytes, node: ast.expr) -> tuple[int, int]:
    """The bytes of an expression in its file; ``ast`` counts lines from 1 and columns in bytes."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    lines = source.split(b"\n")
    line_starts = [0]
    for line in lines:
        line_starts.append(line_starts[-1] + len(line) + 1)
    start = line_starts[node.lineno - 1] + node.col_offset
    return start, line_starts[node.end_lineno - 1] + node.end_col_offset


def _shortened(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= SHOWN else one_line[: SHOWN - 1] + "…"
