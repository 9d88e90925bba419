"""The shape of a query as it was typed: what its tokens join to, before any word is cut.

Strict and lenient reading share this one grammar; they differ only in what they do about its problems.

    either   := both (OR both)*
    both     := close (AND? close)*
    close    := negated (NEAR negated)*
    negated  := NOT negated | WORDS | EXACT | PATTERN | FIELD | "(" either ")" | 同句"(" either ")"

So ``-`` binds closest, then NEAR, then words side by side, then OR.
"""

from __future__ import annotations

from dataclasses import dataclass

from report_search.query.lexer import Kind, Token


@dataclass(frozen=True, slots=True)
class Leaf:
    """A token that stands for itself: words, exact wording, a pattern or a field."""

    token: Token


@dataclass(frozen=True, slots=True)
class All:
    """Everything side by side."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """What stands around OR."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """What stands behind a minus or NOT."""

    part: Node


@dataclass(frozen=True, slots=True)
class Close:
    """Two operands of NEAR; ``operator`` is its token."""

    left: Node
    right: Node
    operator: Token


@dataclass(frozen=True, slots=True)
class Sentence:
    """What stands in 同句(…); ``opener`` is its token, ``end`` where it ends."""

    part: Node
    opener: Token
    end: int


Node = Leaf | All | Either | Negated | Close | Sentence


def leaves(node: Node | None) -> list[Token]:
    """The tokens of all leaves of ``node`` in order."""
    found: list[Token] = []
    waiting = [node] if node is not None else []
    while waiting:
        here = waiting.pop()
        if isinstance(here, Leaf):
            found.append(here.token)
        elif isinstance(here, (All, Either)):
            waiting.extend(reversed(here.parts))
        elif isinstance(here, Close):
            waiting.extend((here.right, here.left))
        else:
            waiting.append(here.part)
    return found


OPERANDS = frozenset((Kind.WORDS, Kind.EXACT, Kind.PATTERN, Kind.FIELD))
OPENERS = frozenset((Kind.OPEN, Kind.SENTENCE))
"""Kinds of tokens that open a group."""


def fits_near(node: Node) -> bool:
    """Whether ``node`` may stand beside NEAR: words, exact wording, a pattern, or any of them."""
    if isinstance(node, Either):
        return all(isinstance(part, Leaf) and fits_near(part) for part in node.parts)
    return isinstance(node, Leaf) and node.token.kind is not Kind.FIELD


def fits_sentence(node: Node) -> bool:
    """Whether ``node`` may stand in 同句(…): what fits NEAR, side by side."""
    parts = node.parts if isinstance(node, All) else (node,)
    return all(fits_near(part) for part in parts)
