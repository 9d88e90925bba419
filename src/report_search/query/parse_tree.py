"""The syntax of a query as it was typed: how its tokens group, before any stretch is split into terms.

Strict and lenient reading share this one grammar; they differ only in how they treat its problems.

    sequence    := disjunction+
    disjunction := conjunction (OR conjunction)*
    conjunction := proximity (AND proximity)*
    proximity   := negation (NEAR negation)*
    negation    := NOT negation | scope
    scope       := 整份: negation | primary
    primary     := WORDS | EXACT | PATTERN | FIELD | "(" sequence ")" | 同句"(" sequence ")"

So ``-`` binds closest, then NEAR, AND, OR, and a blank (or ，、；) least: 年份:2014 领保 OR 护照 is one of the two
words, in 2014.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from report_search.query.lexer import Token, TokenKind


class TokenNode(msgspec.Struct, frozen=True):
    """A single token: words, exact wording, a pattern or a field."""

    token: Token


class Conjunction(msgspec.Struct, frozen=True):
    """What is side by side or around AND."""

    parts: tuple[SyntaxNode, ...]


class Disjunction(msgspec.Struct, frozen=True):
    """What is around OR."""

    parts: tuple[SyntaxNode, ...]


class Negation(msgspec.Struct, frozen=True):
    """What is behind a minus or NOT."""

    part: SyntaxNode


class Proximity(msgspec.Struct, frozen=True):
    """Two operands of NEAR; ``operator`` is its token."""

    left: SyntaxNode
    right: SyntaxNode
    operator: Token


class SameSentence(msgspec.Struct, frozen=True):
    """What is in 同句(…); ``opener`` is its token, ``end`` where it ends."""

    part: SyntaxNode
    opener: Token
    end: int


class WholeReport(msgspec.Struct, frozen=True):
    """What is behind 整份:; ``opener`` is its token, ``end`` where it ends."""

    part: SyntaxNode
    opener: Token
    end: int


SyntaxNode = TokenNode | Conjunction | Disjunction | Negation | Proximity | SameSentence | WholeReport


def _nodes(node: SyntaxNode) -> Iterator[SyntaxNode]:
    """``node`` and every node below it, in order of the query."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        match here:
            case Conjunction(parts) | Disjunction(parts):
                waiting.extend(reversed(parts))
            case Proximity(left, right):
                waiting.extend((right, left))
            case Negation(part) | SameSentence(part) | WholeReport(part):
                waiting.append(part)


def leaf_tokens(node: SyntaxNode | None) -> list[Token]:
    """The tokens of all leaves of ``node`` in order."""
    return [here.token for here in _nodes(node) if isinstance(here, TokenNode)] if node is not None else []


def conjuncts(node: SyntaxNode | None) -> Iterator[SyntaxNode]:
    """What a query asks for side by side, parentheses that only group taken away."""
    if isinstance(node, Conjunction):
        for part in node.parts:
            yield from conjuncts(part)
    elif node is not None:
        yield node


OPERANDS = frozenset((TokenKind.WORDS, TokenKind.EXACT, TokenKind.PATTERN, TokenKind.FIELD))
OPENERS = frozenset((TokenKind.OPEN, TokenKind.SENTENCE))
"""Kinds of tokens that open a group."""


def fits_near(node: SyntaxNode) -> bool:
    """Whether ``node`` may be beside NEAR: anything but filters and what is excluded."""
    return fits_sentence(node) and not any(isinstance(here, Negation) for here in _nodes(node))


def fits_sentence(node: SyntaxNode) -> bool:
    """Whether ``node`` may be in 同句(…): anything but fields and 整份:."""
    return not any(isinstance(here, WholeReport) or _is_field(here) for here in _nodes(node))


def _is_field(node: SyntaxNode) -> bool:
    return isinstance(node, TokenNode) and node.token.kind is TokenKind.FIELD
