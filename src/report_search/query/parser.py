"""From tokens to the shape of a query (see ``syntax``), by one grammar that never fails.

An operator without its operands is left out and noted as a problem with the edit that repairs it. Whether a problem
is an error or a hint is decided by whoever asked (see ``reading``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from report_search.query.diagnostics import Edit, Problem, repaired
from report_search.query.lexer import MAX_LENGTH, Token, TokenKind, lex
from report_search.query.lexicon import Lexicon
from report_search.query.parse_tree import (
    OPENERS,
    Conjunction,
    Disjunction,
    Negation,
    Proximity,
    SameSentence,
    SyntaxNode,
    TokenNode,
    fits_near,
    fits_sentence,
)

_ROUNDS = 4
_NAMES = {TokenKind.OR: "OR", TokenKind.AND: "AND", TokenKind.NEAR: "NEAR", TokenKind.NOT: "NOT"}


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query as it was typed: its shape (None for nothing at all), its problems in order of position.

    ``tokens`` are those that count, ``dangling`` the operators that were left out.
    """

    text: str
    tokens: tuple[Token, ...]
    dangling: tuple[Token, ...]
    node: SyntaxNode | None
    problems: tuple[Problem, ...]

    @property
    def fatal(self) -> tuple[Problem, ...]:
        """The problems that strict reading refuses."""
        return tuple(problem for problem in self.problems if problem.fatal)


def parse(text: str, lexicon: Lexicon) -> ParsedQuery:
    """The shape of ``text``, which has at most ``lexer.MAX_LENGTH`` code points."""
    lexed = lex(text, lexicon)
    parser = _Parser(text, lexed.tokens)
    node = parser.run()
    problems = sorted((*lexed.problems, *parser.problems), key=lambda problem: problem.position)
    tokens = tuple(token for token in lexed.tokens if token not in parser.dangling)
    return ParsedQuery(text, tokens, tuple(parser.dangling), node, tuple(problems))


def repair(parsed: ParsedQuery, lexicon: Lexicon, *extra: Edit) -> str:
    """The query that was probably meant, one without a fatal problem; "" if none is known."""
    edits = [*extra, *(edit for problem in parsed.fatal for edit in problem.edits)]
    text = repaired(parsed.text, edits)
    for _ in range(_ROUNDS):
        if len(text) > MAX_LENGTH:
            break
        again = parse(text, lexicon)
        if not again.fatal:
            return text if again.node is not None and text != parsed.text else ""
        text = repaired(text, (edit for problem in again.fatal for edit in problem.edits))
    return ""


class _Parser:
    def __init__(self, text: str, tokens: tuple[Token, ...]) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0
        self.dangling: dict[Token, None] = {}
        self.problems: list[Problem] = []

    def run(self) -> SyntaxNode | None:
        return self._both()

    def _kind(self) -> TokenKind | None:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else None

    def _take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def _both(self) -> SyntaxNode | None:
        parts: list[SyntaxNode] = []
        while self._kind() not in (None, TokenKind.CLOSE):
            part = self._either()
            if part is not None:
                parts.append(part)
        return _join(Conjunction, parts)

    def _either(self) -> SyntaxNode | None:
        return self._joined(TokenKind.OR, self._every, Disjunction)

    def _every(self) -> SyntaxNode | None:
        return self._joined(TokenKind.AND, self._close, Conjunction)

    def _joined(
        self,
        kind: TokenKind,
        operand: Callable[[], SyntaxNode | None],
        node: type[Conjunction] | type[Disjunction],
    ) -> SyntaxNode | None:
        """Operands with operators of one kind between them; an operator that lacks one is left out."""
        parts: list[SyntaxNode] = []
        waiting: Token | None = None
        while True:
            part = operand()
            if part is not None:
                parts.append(part)
            elif waiting is not None:
                self._note_dangling(waiting)
            if self._kind() is not kind:
                return _join(node, parts)
            waiting = self._take()
            if not parts:
                self._note_dangling(waiting)
                waiting = None

    def _close(self) -> SyntaxNode | None:
        left = self._negated()
        found: list[SyntaxNode] = [] if left is None else [left]
        while self._kind() is TokenKind.NEAR:
            operator = self._take()
            right = (
                self._negated()
                if self._kind() not in (None, TokenKind.OR, TokenKind.AND, TokenKind.CLOSE, TokenKind.NEAR)
                else None
            )
            if left is None or right is None:
                self._note_dangling(operator)
                if left is None and right is not None:
                    found, left = [right], right
                continue
            if fits_near(left) and fits_near(right):
                if found[-1] is left:
                    found.pop()
                found.append(Proximity(left, right, operator))
            else:
                message = "NEAR 两边不能是字段，也不能是要排除的词。"
                self._misplaced(message, operator, Edit(operator.start, operator.end, "AND"))
                found.append(right)
            left = right
        return _join(Conjunction, found)

    def _negated(self) -> SyntaxNode | None:
        if self._kind() is not TokenKind.NOT:
            return self._primary()
        token = self._take()
        while self._kind() is TokenKind.NOT:
            self._note_dangling(token)
            token = self._take()
        part = self._primary()
        if part is None:
            self._note_dangling(token)
        return Negation(part) if part is not None else None

    def _primary(self) -> SyntaxNode | None:
        kind = self._kind()
        if kind is None or kind in (TokenKind.NEAR, TokenKind.AND, TokenKind.OR, TokenKind.CLOSE):
            return None
        token = self._take()
        if token.kind not in OPENERS:
            return TokenNode(token)
        inside = self._both()
        end = self._take().end
        if inside is None:
            self.problems.append(
                Problem("empty-group", "括号里没有内容。", token.start, (Edit(token.start, end),))
            )
            return None
        if token.kind is not TokenKind.SENTENCE:
            return inside
        if fits_sentence(inside):
            return SameSentence(inside, token, end)
        message = "同句(…) 里不能有字段。"
        self._misplaced(message, token, Edit(token.start, token.end - 1))
        return inside

    def _misplaced(self, message: str, token: Token, edit: Edit) -> None:
        self.problems.append(Problem("misplaced-operator", message, token.start, (edit,)))

    def _note_dangling(self, token: Token) -> None:
        self.dangling[token] = None
        typed = self.text[token.start : token.end]
        name = _NAMES[token.kind]
        if token.kind is TokenKind.NOT:
            message = f"“{typed}”后面没有要排除的词。"
        else:
            message = f"“{typed}”的一边没有词语；要查找 {name} 这个词，请加引号。"
        edit = Edit(token.start, token.end, " ")
        self.problems.append(Problem("lone-operator", message, token.start, (edit,)))


def _join(kind: type[Conjunction] | type[Disjunction], parts: list[SyntaxNode]) -> SyntaxNode | None:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else kind(tuple(parts))
