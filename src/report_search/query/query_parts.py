"""How a query was read, part by part, and the query without each part.

The rule: a part is removed together with what would lose its meaning: the minus before it, the OR beside it, the
parentheses around it. What is left can be read as strictly as before.
"""

from __future__ import annotations

from bisect import bisect_left

from report_search.fields import PartKind
from report_search.query.diagnostics import Edit, removed, repaired
from report_search.query.lexer import Token, TokenKind
from report_search.query.parse_tree import OPENERS, OPERANDS
from report_search.query.parser import ParsedQuery
from report_search.record import Record

_STARS = "*＊﹡"
_BINDERS = frozenset((TokenKind.NOT, TokenKind.REPORT))
_JOINERS = frozenset((TokenKind.OR, TokenKind.AND, TokenKind.NEAR))


class QueryPart(Record, frozen=True):
    """A part of a query and how it was read.

    ``text`` is the part as typed (exact wording without its marks), after the operator that binds it, if any:
    ``-公司``, ``OR 领保``, ``NEAR/10 案件``. A synonym is shown as listed, at the position of its word.
    ``start`` … ``end`` are code points of the query. ``without`` is the query without the part; for a synonym,
    the query with its word in quotes, which no synonym satisfies.
    """

    text: str
    as_: PartKind
    start: int
    end: int
    without: str


class Remover:
    """Removes parts from a query.

    ``starts`` are the positions of all tokens in order, ``index`` leads from a position back to the token's number.
    """

    def __init__(self, parsed: ParsedQuery) -> None:
        self.text = parsed.text
        self.tokens = tokens = parsed.tokens
        self.dangling = [(token.start, token.end) for token in parsed.dangling]
        self.nots = {token.start for token in tokens if token.kind is TokenKind.NOT}
        self.operands = sum(token.kind in OPERANDS for token in tokens)
        self.starts = [token.start for token in tokens]
        self.index = {token.start: at for at, token in enumerate(tokens)}

    def operator(self, token: Token) -> str:
        """The operator that binds a token to what is before it, as a part shows it; "" for none."""
        return self.operator_at(token.start)

    def operator_at(self, start: int) -> str:
        """The operator that binds the token at ``start``, as ``operator`` gives it."""
        at = self.index[start] - 1
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
        """The query without the tokens in ``start`` … ``end`` and what makes no sense without them.

        公司 OR -(企业) without 企业: the parentheses around it go, then the minus before them, then the OR that is
        left without an operand: 公司.
        """
        low = high = bisect_left(self.starts, start)
        while high + 1 < len(self.tokens) and self.tokens[high + 1].end <= end:
            high += 1
        gone = set(range(low, high + 1))
        # From here on ``low`` and ``high`` are the neighbours of what is removed; what depends on it is added until
        # nothing more does.
        low, high = low - 1, high + 1
        while True:
            before, behind = self._kind(low), self._kind(high)
            if before in _BINDERS:
                gone.add(low)
                low -= 1
            elif before in OPENERS and behind is TokenKind.CLOSE:
                gone.update((low, high))
                low, high = low - 1, high + 1
            else:
                break
        gone.update(self._dangling(low, high))
        return self._text(gone)

    def _kind(self, at: int) -> TokenKind | None:
        """The kind of token number ``at``; None outside of the query."""
        return self.tokens[at].kind if 0 <= at < len(self.tokens) else None

    def _dangling(self, low: int, high: int) -> list[int]:
        """Of the neighbours of what is removed, the joining operator that has lost its operand."""
        # 公司 OR 企业 OR 案件 without 企业 has two of them and keeps one.
        if self._kind(low) in _JOINERS:
            return [low]
        return [high] if self._kind(high) in _JOINERS else []

    def _text(self, gone: set[int]) -> str:
        if sum(self.tokens[at].kind in OPERANDS for at in gone) == self.operands:
            return ""
        gaps = [(self.tokens[at].start, self.tokens[at].end) for at in gone]
        return removed(self.text, sorted((*gaps, *self.dangling)), operators=self.nots)

    def around(self, first: Token, last: Token) -> tuple[int, int]:
        """The range from the NOT before ``first`` to ``last``, with the parentheses around them."""
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
        """The query with ``start`` … ``end`` replaced by ``text``, together with meaningless stars at its edges."""
        while end < len(self.text) and self.text[end] in _STARS:
            end += 1
        while start and self.text[start - 1] in _STARS:
            start -= 1
        return repaired(self.text, (Edit(start, end, text),))
