"""From the shape of a query to its tree: words are cut, stop words set aside, synonyms added.

What stands beside ``-`` and NEAR is taken as it stands, unspaced words together; elsewhere each word of a run counts
by itself, and of more than three words in one run three quarters suffice. Stop words do not count unless nothing
else is left.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import ceil

from report_search.analysis.fold import FoldedText, fold
from report_search.fields import PartKind
from report_search.query.ast import (
    And,
    AtLeast,
    Everything,
    Near,
    Not,
    Or,
    Pattern,
    Phrase,
    Query,
    Term,
    Within,
)
from report_search.query.lexer import Token, TokenKind, begins_operator
from report_search.query.lexicon import Lexicon
from report_search.query.parse_tree import All, Close, Either, Leaf, Negated, Node, Sentence, leaves
from report_search.query.parser import Parsed
from report_search.query.query_parts import QueryPart, Remover
from report_search.query.term_splitting import QueryTerm, cut

MAX_LEAVES = 600
"""How many words, quotes and fields a tree may have."""
ALL_COUNT = 3
"""Up to so many words of one run, all of them have to stand in a passage."""
SHARE = 0.75
"""Beyond, this share of them."""


class Builder:
    """Builds the tree of one query and collects how its pieces were read (``chips``).

    Leaves beyond ``MAX_LEAVES`` are left out; ``overflow`` is then where the first of them begins.
    """

    def __init__(self, parsed: Parsed, lexicon: Lexicon, *, expand: bool) -> None:
        self.text = parsed.text
        self.node = parsed.node
        self.lexicon = lexicon
        self.expand = expand
        self.whole = False
        self.remover = Remover(parsed)
        self.chips: list[QueryPart] = []
        self.overflow: int | None = None
        self.leaves = 0
        self.cuts = any(token.kind is TokenKind.WORDS for token in leaves(self.node))

    def build(self) -> Query:
        """The tree of the whole query."""
        tree = self._node(self.node) if self.node is not None else None
        if tree is None and self.node is not None:
            self.chips.clear()
            tree = self._node(self.node, keep=True)
        return tree if tree is not None else self._literally()

    def _literally(self) -> Query:
        """What was typed, as exact wording; everything if nothing was."""
        typed = self.text.strip()
        folded = fold(typed.replace("\t", " "))
        self.chips.clear()
        if not folded.text:
            return Everything()
        self.chips[:] = [
            QueryPart(typed, "exact", self.text.find(typed), self.text.find(typed) + len(typed), "")
        ]
        return Phrase(typed, folded)

    def _typed(self, token: Token) -> str:
        return self.text[token.start : token.end]

    def _node(self, node: Node, *, keep: bool = False) -> Query | None:
        """The tree of ``node``; None if nothing in it counts, unless it is to ``keep`` its stop words."""
        if isinstance(node, Leaf):
            return self._leaf(node.token, keep=keep)
        if isinstance(node, All):
            return _both([self._node(part, keep=keep) for part in node.parts])
        if isinstance(node, Either):
            return _either([self._operand(part) for part in node.parts])
        if isinstance(node, Negated):
            return self._negated(node)
        return self._close(node) if isinstance(node, Close) else self._sentence(node)

    def _operand(self, node: Node) -> Query | None:
        """What stands beside an operator: its stop words count if it has nothing else."""
        before = len(self.chips)
        tree = self._node(node)
        if tree is None:
            del self.chips[before:]
            tree = self._node(node, keep=True)
        return tree

    def _leaf(self, token: Token, *, keep: bool) -> Query | None:
        if token.kind is TokenKind.WORDS:
            return self._as_it_stands(token) if self.whole else _run(self._terms(token, keep=keep))
        if not self._room(token.start):
            return None
        if token.kind is TokenKind.EXACT:
            self._chip("exact", token)
            return self._phrase(self.text[token.start + 1 : token.end - 1])
        if token.kind is TokenKind.PATTERN:
            return self._pattern(token)
        self._chip("field", token)
        return token.clause.tree if token.clause is not None else None

    def _room(self, position: int) -> bool:
        """Whether the tree has room for one more leaf."""
        self.leaves += 1
        if self.leaves > MAX_LEAVES and self.overflow is None:
            self.overflow = position
        return self.overflow is None

    def _phrase(self, wording: str) -> Query | None:
        folded = fold(wording.replace("\t", " "))
        return Phrase(wording, folded, self._words(folded)) if folded.text else None

    def _words(self, folded: FoldedText) -> tuple[str, ...]:
        """The ranking words of a leaf; none if the query has nothing else to cut, all hits being equal then."""
        return tuple(self.lexicon.cutter.search_words(folded.text)) if self.cuts else ()

    def _pattern(self, token: Token) -> Query:
        parts = [fold(part) for part in re.split(r"[*＊﹡]+", self._typed(token))]
        self._chip("pattern", token)
        return Pattern(self._typed(token), tuple(part for part in parts if part.text))

    def _terms(self, token: Token, *, keep: bool) -> list[Query]:
        """The words of a run that count, each once."""
        units = cut(self._typed(token), self.lexicon)
        kept = [unit for unit in units if unit.kind != "stop"] or (units if keep else [])
        if not kept and keep:
            phrase = self._phrase(self._typed(token))
            if phrase is not None and self._room(token.start):
                self._chip("exact", token)
                return [phrase]
        found: dict[str, Query | None] = {}
        for at, unit in enumerate(units):
            if unit.folded in found or self.overflow is not None:
                continue
            found[unit.folded] = None
            if unit not in kept:
                self._unit_chip("dropped", token, units, at=at)
            elif self._room(token.start + unit.start):
                self._unit_chip("number" if unit.kind == "number" else "word", token, units, at=at)
                found[unit.folded] = self._term(token, unit)
        return [leaf for leaf in found.values() if leaf is not None]

    def _term(self, token: Token, unit: QueryTerm) -> Term:
        typed = self._typed(token)[unit.start : unit.end]
        folded = fold(typed)
        words = self._words(folded)
        others = self._synonyms(unit, words) if self.expand and not self.whole else ()
        if others:
            start, end = token.start + unit.start, token.start + unit.end
            without = self._unexpanded(token, unit)
            self.chips += [QueryPart(other, "synonym", start, end, without) for other in others]
        return Term(typed, folded, words, tuple(fold(other) for other in others))

    def _unexpanded(self, token: Token, unit: QueryTerm) -> str:
        """The query with a word of a run in quotes, which no synonym satisfies."""
        typed = self._typed(token)
        rest = _as_words(typed[unit.end :])
        quoted = f'"{typed[unit.start : unit.end]}"'
        text = f"{_as_words(typed[: unit.start])} {quoted} {rest}".strip()
        return self.remover.replaced(token.start, token.end, text=text)

    def _synonyms(self, unit: QueryTerm, words: Sequence[str]) -> tuple[str, ...]:
        """What stands for a word: as listed, or the word with a listed word inside it replaced."""
        listed = self.lexicon.synonyms
        if unit.kind == "number" or unit.folded in listed:
            return listed.get(unit.folded, ())
        inside = [word for word in words if word in listed]
        return tuple(
            dict.fromkeys(unit.folded.replace(word, other) for word in inside for other in listed[word])
        )

    def _as_it_stands(self, token: Token) -> Query | None:
        """A run as one: a word if it is one, else exact wording without the marks around it."""
        if not self._room(token.start):
            return None
        units = cut(self._typed(token), self.lexicon)
        if len(units) == 1:
            self._chip("number" if units[0].kind == "number" else "word", token)
            return self._term(token, units[0])
        self._chip("exact", token)
        start, end = (units[0].start, units[-1].end) if units else (0, token.end - token.start)
        return self._phrase(self._typed(token)[start:end])

    def _negated(self, node: Negated) -> Query | None:
        before, whole = len(self.chips), self.whole
        self.whole = True
        part = self._node(node.part, keep=True)
        self.whole = whole
        inside = leaves(node.part)
        if len(inside) > 1:
            self._compound(before, *self.remover.around(inside[0], inside[-1]))
        return Not(part) if part is not None else None

    def _close(self, node: Close) -> Query | None:
        left, right = self._beside(node.left), self._beside(node.right)
        if left is None or right is None:
            return left or right
        return Near(left, right, node.operator.distance)

    def _beside(self, node: Node) -> Query | None:
        """An operand of NEAR."""
        if isinstance(node, Either):
            return _either([self._beside(part) for part in node.parts])
        if isinstance(node, All):
            return _both([self._beside(part) for part in node.parts])
        if isinstance(node, Leaf) and node.token.kind is TokenKind.WORDS:
            return self._as_it_stands(node.token)
        return self._node(node, keep=True)

    def _sentence(self, node: Sentence) -> Query | None:
        """同句: every word of a run counts here, however many they are."""
        before = len(self.chips)
        found: list[Query | None] = []
        for part in node.part.parts if isinstance(node.part, All) else (node.part,):
            if isinstance(part, Leaf) and part.token.kind is TokenKind.WORDS:
                found += self._terms(part.token, keep=False) or self._terms(part.token, keep=True)
            else:
                found.append(self._operand(part))
        self._compound(before, node.opener.start, node.end)
        children = tuple(dict.fromkeys(child for child in found if child is not None))
        return Within(children) if children else None

    def _compound(self, before: int, start: int, end: int) -> None:
        """One chip for everything from the ``before``-th on, synonyms kept beside it."""
        beside = [chip for chip in self.chips[before:] if chip.as_ == "synonym"]
        whole = QueryPart(self.text[start:end], "pattern", start, end, self.remover.without(start, end))
        self.chips[before:] = [whole, *beside]

    def _chip(self, as_: PartKind, token: Token) -> None:
        typed = self._typed(token)
        shown = typed[1:-1] if token.kind is TokenKind.EXACT else typed
        shown = self.remover.operator(token) + shown
        self.chips.append(
            QueryPart(shown, as_, token.start, token.end, self.remover.without(token.start, token.end))
        )

    def _unit_chip(self, as_: PartKind, token: Token, units: Sequence[QueryTerm], *, at: int) -> None:
        unit = units[at]
        first = all(other.kind == "stop" for other in units[:at])
        shown = self._typed(token)[unit.start : unit.end]
        if first and as_ != "dropped":
            shown = self.remover.operator(token) + shown
        start = token.start + unit.start
        others = [other for other in units if other is not unit and other.kind != "stop"]
        if len(units) == 1 or (not others and as_ != "dropped"):
            without = self.remover.without(token.start, token.end)
        else:
            without = self._without_unit(token, units, at)
        self.chips.append(QueryPart(shown, as_, start, token.start + unit.end, without))

    def _without_unit(self, token: Token, units: Sequence[QueryTerm], at: int) -> str:
        """The query without one word of a run: its neighbours side by side, parted if they would join."""
        typed = self._typed(token)
        if at == 0:
            return self._beheaded(token, units[1])
        before = units[at - 1]
        if at + 1 == len(units):
            return self.remover.replaced(token.start, token.end, text=_as_words(typed[: before.end]))
        behind = units[at + 1]
        joined = typed[before.start : before.end] + typed[behind.start : behind.end]
        cut_ = [unit.folded for unit in cut(joined, self.lexicon)]
        apart = cut_ != [before.folded, behind.folded]
        apart = (
            apart and not begins_operator(typed[behind.start :]) and not begins_operator(typed[: before.end])
        )
        start, end = token.start + before.end, token.start + behind.start
        return self.remover.replaced(start, end, text=" " if apart else "")

    def _beheaded(self, token: Token, first: QueryTerm) -> str:
        """The query without what stands before a word of a run, which must not become an operator by that."""
        typed = self._typed(token)
        if not begins_operator(typed[first.start :]):
            return self.remover.replaced(token.start, token.start + first.start, text="")
        return self.remover.replaced(
            token.start, token.start + first.end, text=f'"{typed[first.start : first.end]}"'
        )


def _as_words(text: str) -> str:
    """A part of a run, in quotes if it would be an operator by itself."""
    return f'"{text}"' if begins_operator(text) else text


def _run(terms: Sequence[Query]) -> Query | None:
    """The words of one run: all of them, or three quarters of more than three."""
    if len(terms) > ALL_COUNT:
        return AtLeast(ceil(SHARE * len(terms)), tuple(terms))
    return _both(terms)


def _both(parts: Sequence[Query | None]) -> Query | None:
    found: list[Query] = []
    for part in parts:
        if part is not None:
            found.extend(part.children if isinstance(part, And) else (part,))
    children = tuple(dict.fromkeys(found))
    return And(children) if len(children) > 1 else children[0] if children else None


def _either(parts: Sequence[Query | None]) -> Query | None:
    found: list[Query] = []
    for part in parts:
        if part is not None:
            found.extend(part.children if isinstance(part, Or) else (part,))
    children = tuple(dict.fromkeys(found))
    return Or(children) if len(children) > 1 else children[0] if children else None
