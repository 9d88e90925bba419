"""How a query was read, piece by piece, and the query without each piece.

Taking a piece away takes with it what would be left hanging: the minus before it, the OR beside it, the parentheses
around it.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Literal

from report_search.query.diagnostics import Edit, removed, repaired
from report_search.query.lexer import Token, TokenKind
from report_search.query.parse_tree import OPENERS, OPERANDS
from report_search.query.parser import ParsedQuery

As = Literal["word", "exact", "number", "synonym", "pattern", "field", "dropped"]

_STARS = "*＊﹡"
_JOINERS = frozenset((TokenKind.OR, TokenKind.AND, TokenKind.NEAR))


@dataclass(frozen=True, slots=True)
class QueryPart:
    """A piece of a query and how it was read.

    ``text`` is the piece as typed (exact wording without its marks), an operator that binds it in front:
    ``-公司``, ``OR 领保``, ``NEAR/10 案件``. A synonym is shown as listed and stands at the word it stands for.
    ``start`` … ``end`` are code points of the query. ``without`` is the query without the piece; for a synonym,
    the query with its word in quotes, which no synonym satisfies.
    """

    text: str
    as_: As
    start: int
    end: int
    without: str


class Remover:
    """Takes pieces out of a query."""

    def __init__(self, parsed: ParsedQuery) -> None:
        self.text = parsed.text
        self.tokens = tokens = parsed.tokens
        self.dangling = [(token.start, token.end) for token in parsed.dangling]
        self.nots = {token.start for token in tokens if token.kind is TokenKind.NOT}
        self.operands = sum(token.kind in OPERANDS for token in tokens)
        self.starts = [token.start for token in tokens]
        self.index = {token.start: at for at, token in enumerate(tokens)}

    def operator(self, token: Token) -> str:
        """The operator that binds a token to what stands before it, as a chip shows it; "" for none."""
        at = self.index[token.start] - 1
        while at >= 0 and self.tokens[at].kind is TokenKind.OPEN:
            at -= 1
        if at < 0:
            return ""
        before = self.tokens[at]
        if before.kind is TokenKind.NOT:
            return "-"
        if before.kind is TokenKind.OR:
            return "OR "
        return f"NEAR/{before.distance} " if before.kind is TokenKind.NEAR else ""

    def without(self, start: int, end: int) -> str:
        """The query without the tokens that lie in ``start`` … ``end`` and what they leave hanging."""
        low = high = bisect_left(self.starts, start)
        while high + 1 < len(self.tokens) and self.tokens[high + 1].end <= end:
            high += 1
        gone = set(range(low, high + 1))
        low, high = low - 1, high + 1
        while True:
            before = self.tokens[low] if low >= 0 else None
            behind = self.tokens[high] if high < len(self.tokens) else None
            if before is not None and before.kind is TokenKind.NOT:
                gone.add(low)
                low -= 1
            elif (
                before is not None
                and behind is not None
                and before.kind in OPENERS
                and behind.kind is TokenKind.CLOSE
            ):
                gone.update((low, high))
                low, high = low - 1, high + 1
            else:
                break
        gone.update(self._hanging(low, high))
        return self._text(gone)

    def _hanging(self, low: int, high: int) -> list[int]:
        """The joining operator that stands between a removed piece and its neighbours, if one is left hanging."""
        before = self.tokens[low].kind if low >= 0 else None
        behind = self.tokens[high].kind if high < len(self.tokens) else None
        if before in _JOINERS:
            return [low]
        return [high] if behind in _JOINERS else []

    def _text(self, gone: set[int]) -> str:
        if sum(self.tokens[at].kind in OPERANDS for at in gone) == self.operands:
            return ""
        gaps = [(self.tokens[at].start, self.tokens[at].end) for at in gone]
        return removed(self.text, sorted((*gaps, *self.dangling)), operators=self.nots)

    def around(self, first: Token, last: Token) -> tuple[int, int]:
        """From the NOT before ``first`` to ``last``, with the parentheses around them."""
        low, high = self.index[first.start] - 1, self.index[last.start]
        opened = 0
        while low >= 0 and self.tokens[low].kind is not TokenKind.NOT:
            opened += self.tokens[low].kind in OPENERS
            low -= 1
        while opened and high + 1 < len(self.tokens):
            high += 1
            opened -= self.tokens[high].kind is TokenKind.CLOSE
        return self.tokens[max(low, 0)].start, self.tokens[high].end

    def replaced(self, start: int, end: int, *, text: str) -> str:
        """The query with ``start`` … ``end`` replaced, stars at its edges included, since they mean nothing."""
        while end < len(self.text) and self.text[end] in _STARS:
            end += 1
        while start and self.text[start - 1] in _STARS:
            start -= 1
        return repaired(self.text, (Edit(start, end, text),))
