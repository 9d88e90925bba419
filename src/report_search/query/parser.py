"""From tokens to the syntax tree of a query (see ``parse_tree``), by one grammar that never fails.

An operator without its operands is left out and noted as a problem, with the edit that repairs it. Whether a problem
is an error or a hint is decided by the caller (see ``interpret``). The rule: one method for each line of the grammar.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

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
    WholeReport,
    fits_near,
    fits_sentence,
)

_ROUNDS = 4
"""A repair may bring a new problem to light (an unclosed quote hid what is in it); so often it is repaired again."""
_NAMES = {TokenKind.OR: "OR", TokenKind.AND: "AND", TokenKind.NEAR: "NEAR", TokenKind.NOT: "NOT"}
_NO_OPERAND = (None, TokenKind.NEAR, TokenKind.AND, TokenKind.OR, TokenKind.CLOSE)
"""What can't begin an operand."""


class ParsedQuery(Struct, frozen=True):
    """A query as it was typed: its syntax tree (None if there is nothing), its problems in order of position.

    ``tokens`` are those in the tree and their operators, ``dangling`` the operators that were left out.
    """

    text: str
    tokens: tuple[Token, ...]
    dangling: tuple[Token, ...]
    node: SyntaxNode | None
    problems: tuple[Problem, ...]

    @property
    def fatal(self) -> tuple[Problem, ...]:
        """The problems for which strict reading refuses the query."""
        return tuple(problem for problem in self.problems if problem.fatal)


def parse(text: str, lexicon: Lexicon) -> ParsedQuery:
    """The syntax of ``text``, which has at most ``lexer.MAX_LENGTH`` code points."""
    lexed = lex(text, lexicon)
    parser = _Parser(text, lexed.tokens)
    node = parser.parse_all()
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

    def parse_all(self) -> SyntaxNode | None:
        return self._sequence()

    def _kind(self) -> TokenKind | None:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else None

    def _take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def _sequence(self) -> SyntaxNode | None:
        parts: list[SyntaxNode] = []
        while self._kind() not in (None, TokenKind.CLOSE):
            part = self._disjunction()
            if part is not None:
                parts.append(part)
        return _one_or_joined(Conjunction, parts)

    def _disjunction(self) -> SyntaxNode | None:
        return self._operands(TokenKind.OR, self._conjunction, Disjunction)

    def _conjunction(self) -> SyntaxNode | None:
        return self._operands(TokenKind.AND, self._proximity, Conjunction)

    def _operands(
        self,
        kind: TokenKind,
        operand: Callable[[], SyntaxNode | None],
        node: type[Conjunction] | type[Disjunction],
    ) -> SyntaxNode | None:
        """Operands with operators of one kind between them; an operator that lacks one is left out.

        公司 OR OR 企业: after the first OR there is no operand, so that OR is dangling; the second one has both.
        """
        parts: list[SyntaxNode] = []
        operator: Token | None = None
        while True:
            part = operand()
            if part is not None:
                parts.append(part)
            elif operator is not None:
                self._note_dangling(operator)
            if self._kind() is not kind:
                return _one_or_joined(node, parts)
            operator = self._take()
            if not parts:
                self._note_dangling(operator)
                operator = None

    def _proximity(self) -> SyntaxNode | None:
        """Operands with NEAR between them: a NEAR b NEAR c asks for two pairs, (a, b) and (b, c)."""
        left = self._negation()
        found: list[SyntaxNode] = [] if left is None else [left]
        while self._kind() is TokenKind.NEAR:
            operator = self._take()
            right = self._negation()
            if left is None or right is None:
                self._note_dangling(operator)
                if left is None and right is not None:
                    found, left = [right], right
                continue
            if fits_near(left) and fits_near(right):
                # An operand that is in a pair by now is not asked for by itself as well.
                if found[-1] is left:
                    found.pop()
                found.append(Proximity(left, right, operator))
            else:
                message = "NEAR 两边不能是 年份: 一类的限定或 整份:，也不能是要排除的词。"
                self._misplaced(message, operator, Edit(operator.start, operator.end, "AND"))
                found.append(right)
            left = right
        return _one_or_joined(Conjunction, found)

    def _negation(self) -> SyntaxNode | None:
        if self._kind() is not TokenKind.NOT:
            return self._scope()
        token = self._take()
        # NOT -公司 excludes 公司: saying it twice is taken for a slip, not for a double negation.
        while self._kind() is TokenKind.NOT:
            self._note_dangling(token)
            token = self._take()
        part = self._scope()
        if part is None:
            self._note_dangling(token)
        return Negation(part) if part is not None else None

    def _scope(self) -> SyntaxNode | None:
        """整份: and what is behind it."""
        if self._kind() is not TokenKind.REPORT:
            return self._primary()
        opener = self._take()
        noted = len(self.problems)
        part = self._asked_of_report()
        if part is not None:
            return WholeReport(part, opener, self.tokens[self.at - 1].end)
        self.dangling[opener] = None
        if len(self.problems) == noted:
            typed = self.text[opener.start : opener.end].rstrip()
            message = f"“{typed}”后面没有要在整份报告里查找的词。"
            edit = Edit(opener.start, opener.end, " ")
            self.problems.append(Problem("empty-value", message, opener.start, (edit,)))
        return None

    def _asked_of_report(self) -> SyntaxNode | None:
        """What is right behind 整份:, a minus included; another 整份: there says nothing more and is left out."""
        excluding: Token | None = None
        while self._kind() in (TokenKind.NOT, TokenKind.REPORT):
            token = self._take()
            if token.kind is TokenKind.REPORT:
                self.dangling[token] = None
                edit = Edit(token.start, token.end)
                self.problems.append(Problem("lone-operator", "“整份:”连写了两次。", token.start, (edit,)))
                continue
            if excluding is not None:
                self._note_dangling(excluding)
            excluding = token
        part = self._primary()
        if excluding is None:
            return part
        if part is None:
            self._note_dangling(excluding)
            return None
        return Negation(part)

    def _primary(self) -> SyntaxNode | None:
        kind = self._kind()
        if kind in _NO_OPERAND:
            return None
        token = self._take()
        if token.kind not in OPENERS:
            return TokenNode(token)
        inside = self._sequence()
        # The lexer gives every opening token its partner, so what follows is the closing parenthesis.
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
        message = "同句(…) 里不能有 年份: 一类的限定或 整份:。"
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


def _one_or_joined(kind: type[Conjunction] | type[Disjunction], parts: list[SyntaxNode]) -> SyntaxNode | None:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else kind(tuple(parts))
