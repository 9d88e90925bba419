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
class TokenNode:
    """A token that stands for itself: words, exact wording, a pattern or a field."""

    token: Token


@dataclass(frozen=True, slots=True)
class Conjunction:
    """Everything side by side."""

    parts: tuple[SyntaxNode, ...]


@dataclass(frozen=True, slots=True)
class Disjunction:
    """What stands around OR."""

    parts: tuple[SyntaxNode, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """What stands behind a minus or NOT."""

    part: SyntaxNode


@dataclass(frozen=True, slots=True)
class Proximity:
    """Two operands of NEAR; ``operator`` is its token."""

    left: SyntaxNode
    right: SyntaxNode
    operator: Token


@dataclass(frozen=True, slots=True)
class SameSentence:
    """What stands in 同句(…); ``opener`` is its token, ``end`` where it ends."""

    part: SyntaxNode
    opener: Token
    end: int


SyntaxNode = TokenNode | Conjunction | Disjunction | Negation | Proximity | SameSentence


def leaf_tokens(node: SyntaxNode | None) -> list[Token]:
    """The tokens of all leaves of ``node`` in order."""
    found: list[Token] = []
    waiting = [node] if node is not None else []
    while waiting:
        here = waiting.pop()
        if isinstance(here, TokenNode):
            found.append(here.token)
        elif isinstance(here, (Conjunction, Disjunction)):
            waiting.extend(reversed(here.parts))
        elif isinstance(here, Proximity):
            waiting.extend((here.right, here.left))
        else:
            waiting.append(here.part)
    return found


OPERANDS = frozenset((TokenKind.WORDS, TokenKind.EXACT, TokenKind.PATTERN, TokenKind.FIELD))
OPENERS = frozenset((TokenKind.OPEN, TokenKind.SENTENCE))
"""Kinds of tokens that open a group."""


def fits_near(node: SyntaxNode) -> bool:
    """Whether ``node`` may stand beside NEAR: anything but fields and what is excluded."""
    return all(token.kind is not TokenKind.FIELD for token in leaf_tokens(node)) and not _excludes(node)


def fits_sentence(node: SyntaxNode) -> bool:
    """Whether ``node`` may stand in 同句(…): anything but fields."""
    return all(token.kind is not TokenKind.FIELD for token in leaf_tokens(node))


def _excludes(node: SyntaxNode) -> bool:
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Negation):
            return True
        if isinstance(here, (Conjunction, Disjunction)):
            waiting.extend(here.parts)
        elif isinstance(here, Proximity):
            waiting.extend((here.left, here.right))
        elif isinstance(here, SameSentence):
            waiting.append(here.part)
    return False
