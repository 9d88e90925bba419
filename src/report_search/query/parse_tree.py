"""The shape of a query as it was typed: what its tokens join to, before any word is cut.

Strict and lenient reading share this one grammar; they differ only in what they do about its problems.

    beside   := either+
    either   := every (OR every)*
    every    := close (AND close)*
    close    := negated (NEAR negated)*
    negated  := NOT negated | WORDS | EXACT | PATTERN | FIELD | "(" beside ")" | 同句"(" beside ")"

So ``-`` binds closest, then NEAR, AND, OR, and a blank (or ，、；) least: 年份:2014 领保 OR 护照 is one of the two
words, in 2014.
"""

from __future__ import annotations

from dataclasses import dataclass

from report_search.query.lexer import Token, TokenKind


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


OPERANDS = frozenset((TokenKind.WORDS, TokenKind.EXACT, TokenKind.PATTERN, TokenKind.FIELD))
OPENERS = frozenset((TokenKind.OPEN, TokenKind.SENTENCE))
"""Kinds of tokens that open a group."""


def fits_near(node: Node) -> bool:
    """Whether ``node`` may stand beside NEAR: anything but fields and what is excluded."""
    return all(token.kind is not TokenKind.FIELD for token in leaves(node)) and not _excludes(node)


def fits_sentence(node: Node) -> bool:
    """Whether ``node`` may stand in 同句(…): anything but fields."""
    return all(token.kind is not TokenKind.FIELD for token in leaves(node))


def _excludes(node: Node) -> bool:
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Negated):
            return True
        if isinstance(here, (All, Either)):
            waiting.extend(here.parts)
        elif isinstance(here, Close):
            waiting.extend((here.left, here.right))
        elif isinstance(here, Sentence):
            waiting.append(here.part)
    return False
