"""From the syntax of a query to its tree: stretches are split into terms, stop words set aside, synonyms added.

What is beside ``-`` and NEAR is taken unsplit, as typed. Elsewhere each term of an unquoted stretch counts by itself,
and of more than three terms in one stretch three quarters suffice. The rule: stop words do not count unless nothing
else is left.

What asks something is read as a question: its words and what stands in Chinese quotation marks only weigh, whatever
blanks and parentheses are between them. Everything else is demanded, straight quotes too, and fields are fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil
from typing import TypeGuard

from report_search.analysis.fold import FoldedText, fold, fold_text
from report_search.fields import PartKind
from report_search.query.ast import (
    And,
    AtLeast,
    Between,
    Everything,
    InField,
    InReport,
    Near,
    Not,
    Or,
    Pattern,
    Phrase,
    Query,
    Question,
    Term,
    Within,
)
from report_search.query.lexer import Token, TokenKind, begins_operator
from report_search.query.lexicon import Lexicon
from report_search.query.numbers.neighbours import with_neighbours
from report_search.query.parse_tree import (
    Conjunction,
    Disjunction,
    Negation,
    Proximity,
    SameSentence,
    SyntaxNode,
    TokenNode,
    WholeReport,
    conjuncts,
    leaf_tokens,
)
from report_search.query.parser import ParsedQuery
from report_search.query.query_parts import QueryPart, Remover
from report_search.query.questions import asks
from report_search.query.quotes import STRAIGHT
from report_search.query.term_splitting import QueryTerm, split_terms
from report_search.query.wildcards import pattern_of

MAX_LEAVES = 600
"""How many words, quotes and fields a tree may have."""
ALL_COUNT = 3
"""Of up to so many terms of one stretch, a passage needs all."""
SHARE = 0.75
"""Of more terms, this share."""


RULES = frozenset("|│")
"""Between blanks they are how a terminal or Markdown shows the border between two cells."""
MAX_GRAMS = 400
"""So many pairs of characters of a question are scored, the first."""
MAX_CELLS = 100
"""Exact wording with white space at more places than this is no row of a table."""


class Builder:
    """Builds the tree of one query and collects how its parts were read (``parts``).

    Leaves beyond ``MAX_LEAVES`` are left out; ``overflow`` is then the position of the first of them. ``weighing`` are
    the quoted wordings of a question, which are not demanded.
    """

    def __init__(self, parsed: ParsedQuery, lexicon: Lexicon, *, expand: bool) -> None:
        self.text = parsed.text
        self.node = parsed.node
        self.lexicon = lexicon
        self.expand = expand
        self.negated = False
        self.of_report = False
        self.remover = Remover(parsed)
        self.parts: list[QueryPart] = []
        self.overflow: int | None = None
        self.leaf_count = 0
        self.weighing: tuple[Token, ...] = ()
        self.has_words = any(token.kind is TokenKind.WORDS for token in leaf_tokens(self.node))

    def build(self) -> Query:
        """The tree of the whole query."""
        tree = self._question() or (self._node(self.node) if self.node is not None else None)
        if tree is None and self.node is not None:
            # Nothing but stop words: they are what was asked for.
            self.parts.clear()
            tree = self._node(self.node, keep=True)
        return with_neighbours(tree) if tree is not None else self._literally()

    def _question(self) -> Query | None:
        """The tree of a question; None if the query is none, or has no word that counts."""
        nodes = list(conjuncts(self.node))
        weighing = {id(node): node.token for node in nodes if self._only_weighs(node)}
        words, quoted = (_of_kind(weighing.values(), kind) for kind in (TokenKind.WORDS, TokenKind.EXACT))
        if not asks(self._without_others(words)):
            return None
        terms: dict[Term, None] = {}
        others: dict[Query, None] = {}
        for node in nodes:
            if token := weighing.get(id(node)):
                terms.update(dict.fromkeys(self._asked(token)))
            elif other := self._operand(node):
                others[other] = None
        if not terms:
            self._forget()
            return None
        self.weighing = tuple(quoted)
        grams = grams_of(self._without_others(weighing.values()))
        return _beside_fields(tuple(terms), grams, tuple(others))

    def _only_weighs(self, node: SyntaxNode) -> TypeGuard[TokenNode]:
        """Whether a part of a question is a part of what it asks: words, and what is in Chinese marks."""
        if not isinstance(node, TokenNode):
            return False
        is_quoted = node.token.kind is TokenKind.EXACT and self.text[node.token.start] not in STRAIGHT
        return is_quoted or node.token.kind is TokenKind.WORDS

    def _forget(self) -> None:
        """Begin again."""
        self.parts.clear()
        self.leaf_count, self.overflow = 0, None

    def _without_others(self, kept: Iterable[Token]) -> str:
        """The query with a comma in place of each token that is not ``kept``."""
        starts = {token.start for token in kept}
        shown, at = [], 0
        for token in self.remover.tokens:
            if token.start not in starts:
                shown += [self.text[at : max(at, token.start)], ","]
                at = token.end
        return "".join((*shown, self.text[at:]))

    def _asked(self, token: Token) -> list[Term]:
        """The words of a token of a question; what is in quotation marks is one."""
        if token.kind is TokenKind.WORDS:
            return [term for term in self._terms(token, keep=False) if isinstance(term, Term)]
        if not self._room(token.start):
            return []
        self._add_part("word", token)
        wording = self.text[token.start + 1 : token.end - 1]
        folded = fold(wording.replace("\t", " "))
        return [Term(wording, folded, self._words(folded))]

    def _literally(self) -> Query:
        """What was typed, as exact wording; everything if nothing was typed."""
        typed = self.text.strip()
        folded = fold(typed.replace("\t", " "))
        self.parts.clear()
        if not folded.text:
            return Everything()
        start = self.text.find(typed)
        self.parts.append(QueryPart(typed, "exact", start, start + len(typed), ""))
        return Phrase(typed, folded)

    def _typed(self, token: Token) -> str:
        return self.text[token.start : token.end]

    def _node(self, node: SyntaxNode, *, keep: bool = False) -> Query | None:
        """The tree of ``node``; None if nothing in it counts, unless it is to ``keep`` its stop words."""
        if isinstance(node, TokenNode):
            return self._leaf(node.token, keep=keep)
        if isinstance(node, Conjunction):
            return _conjunction([self._node(part, keep=keep) for part in node.parts])
        if isinstance(node, Disjunction):
            return _disjunction([self._operand(part) for part in node.parts])
        if isinstance(node, Negation):
            return self._negation(node)
        if isinstance(node, WholeReport):
            return self._whole_report(node)
        return self._near(node) if isinstance(node, Proximity) else self._sentence(node)

    def _operand(self, node: SyntaxNode) -> Query | None:
        """What is beside an operator: its stop words count if it has nothing else."""
        before = len(self.parts)
        tree = self._node(node)
        if tree is None:
            del self.parts[before:]
            tree = self._node(node, keep=True)
        return tree

    def _leaf(self, token: Token, *, keep: bool) -> Query | None:
        if token.kind is TokenKind.WORDS:
            return self._unsplit(token) if self.negated else self._all_or_most(self._terms(token, keep=keep))
        if not self._room(token.start):
            return None
        if token.kind is TokenKind.EXACT:
            self._add_part("exact", token)
            return self._phrase(self.text[token.start + 1 : token.end - 1])
        if token.kind is TokenKind.PATTERN:
            return self._pattern(token)
        self._add_part("field", token)
        return token.clause.tree if token.clause is not None else None

    def _all_or_most(self, terms: Sequence[Query]) -> Query | None:
        """The terms of one stretch: all of them, or three quarters if there are more than three."""
        if len(terms) <= ALL_COUNT or self.of_report:
            return _conjunction(terms)
        # A negation is never among those that may be missing: without it the rest says the opposite.
        demanded = [
            term for term in terms if isinstance(term, Term) and self.lexicon.is_negated(term.folded.text)
        ]
        others = tuple(term for term in terms if term not in demanded)
        count = ceil(SHARE * len(terms)) - len(demanded)
        return _conjunction([*demanded, AtLeast(count, others) if count > 0 else _disjunction(others)])

    def _room(self, position: int) -> bool:
        """Whether the tree has room for one more leaf."""
        self.leaf_count += 1
        if self.leaf_count > MAX_LEAVES and self.overflow is None:
            self.overflow = position
        return self.overflow is None

    def _phrase(self, wording: str) -> Query | None:
        """Exact wording; where white space is typed in it, the borders between cells may stand as well.

        A rule between two blanks is such a border too, as it stands when a row is copied from a terminal.
        """
        folded = fold(wording.replace("\t", " "))
        if not folded.text:
            return None
        phrase = Phrase(wording, folded, self._words(folded))
        parts = tuple(part for part in map(fold, wording.split()) if part.text and part.text not in RULES)
        if not 1 < len(parts) <= MAX_CELLS:
            return phrase
        return Or((phrase, Pattern(wording, parts, wildcards=" " * (len(parts) - 1))))

    def _words(self, folded: FoldedText) -> tuple[str, ...]:
        """The ranking words of a leaf; none if the query has no unquoted words, since all hits are equal then."""
        return tuple(self.lexicon.segmenter.search_words(folded.text)) if self.has_words else ()

    def _pattern(self, token: Token) -> Query:
        self._add_part("pattern", token)
        return pattern_of(self._typed(token))

    def _terms(self, token: Token, *, keep: bool) -> list[Query]:
        """The terms of a stretch that count, each once; with ``keep`` stop words count if there is nothing else."""
        terms = split_terms(self._typed(token), self.lexicon)
        only_stop_words = all(term.kind == "stop" for term in terms)
        if keep and not terms:
            return self._punctuation(token)
        leaves: list[Query] = []
        seen: set[str] = set()
        for at, term in enumerate(terms):
            if term.folded in seen or self.overflow is not None:
                continue
            seen.add(term.folded)
            if term.kind == "stop" and not (keep and only_stop_words):
                self._add_term_part("dropped", token, terms, at=at)
            elif self._room(token.start + term.start):
                self._add_term_part(_read_as(term), token, terms, at=at)
                leaves.append(self._term(token, term))
        return leaves

    def _punctuation(self, token: Token) -> list[Query]:
        """A stretch that has no term, as exact wording: who asks for ？ and nothing else means that mark."""
        phrase = self._phrase(self._typed(token))
        if phrase is None or not self._room(token.start):
            return []
        self._add_part("exact", token)
        return [phrase]

    def _term(self, token: Token, term: QueryTerm) -> Term:
        typed = self._typed(token)[term.start : term.end]
        folded = fold(typed)
        words = self._words(folded)
        # What is excluded is excluded as typed: -领保 must not drop passages with 领事保护 only.
        synonyms = self._synonyms(term, words) if self.expand and not self.negated else ()
        if synonyms:
            start, end = token.start + term.start, token.start + term.end
            without = self._unexpanded(token, term)
            self.parts += [QueryPart(synonym, "synonym", start, end, without) for synonym in synonyms]
        return Term(typed, folded, words, tuple(map(fold, synonyms)))

    def _unexpanded(self, token: Token, term: QueryTerm) -> str:
        """The query with a term of a stretch in quotes, so that its synonyms do not satisfy it."""
        typed = self._typed(token)
        rest = _as_words(typed[term.end :])
        quoted = f'"{typed[term.start : term.end]}"'
        text = f"{_as_words(typed[: term.start])} {quoted} {rest}".strip()
        return self.remover.replaced(token.start, token.end, text=text)

    def _synonyms(self, term: QueryTerm, words: Sequence[str]) -> tuple[str, ...]:
        """The synonyms of a term: as listed, or the term with a listed word inside it replaced."""
        listed = self.lexicon.synonyms
        if term.kind == "number" or term.folded in listed:
            return listed.get(term.folded, ())
        inside = [word for word in words if word in listed]
        return tuple(
            dict.fromkeys(term.folded.replace(word, other) for word in inside for other in listed[word])
        )

    def _unsplit(self, token: Token) -> Query | None:
        """A stretch as one leaf: a term if it is one, else exact wording without the marks around it."""
        if not self._room(token.start):
            return None
        terms = split_terms(self._typed(token), self.lexicon)
        if len(terms) == 1:
            self._add_part(_read_as(terms[0]), token)
            return self._term(token, terms[0])
        self._add_part("exact", token)
        start, end = (terms[0].start, terms[-1].end) if terms else (0, token.end - token.start)
        return self._phrase(self._typed(token)[start:end])

    def _negation(self, node: Negation) -> Query | None:
        before, outer = len(self.parts), self.negated
        self.negated = True
        child = self._node(node.part, keep=True)
        self.negated = outer
        inside = leaf_tokens(node.part)
        if len(inside) > 1 and not isinstance(node.part, WholeReport):
            # -(公司 企业) is one part: without one of its words it would exclude less than was meant.
            self._merge_parts(before, *self.remover.around(inside[0], inside[-1]))
        return Not(child) if child is not None else None

    def _whole_report(self, node: WholeReport) -> Query | None:
        """整份: and what it asks: every term of a stretch is required here, however many there are."""
        before, outer = len(self.parts), self.of_report
        self.of_report = True
        child = self._operand(node.part)
        self.of_report = outer
        self._merge_parts(before, node.opener.start, node.end, as_="field")
        return InReport(child) if child is not None else None

    def _near(self, node: Proximity) -> Query | None:
        left, right = self._beside(node.left), self._beside(node.right)
        if left is None or right is None:
            return left or right
        return Near(left, right, node.operator.distance)

    def _beside(self, node: SyntaxNode) -> Query | None:
        """An operand of NEAR."""
        if isinstance(node, Disjunction):
            return _disjunction([self._beside(part) for part in node.parts])
        if isinstance(node, Conjunction):
            return _conjunction([self._beside(part) for part in node.parts])
        if isinstance(node, TokenNode) and node.token.kind is TokenKind.WORDS:
            return self._unsplit(node.token)
        return self._node(node, keep=True)

    def _sentence(self, node: SameSentence) -> Query | None:
        """同句(…): every term of a stretch is required here, however many there are."""
        before = len(self.parts)
        found: list[Query | None] = []
        for part in node.part.parts if isinstance(node.part, Conjunction) else (node.part,):
            if isinstance(part, TokenNode) and part.token.kind is TokenKind.WORDS:
                found += self._terms(part.token, keep=False) or self._terms(part.token, keep=True)
            else:
                found.append(self._operand(part))
        self._merge_parts(before, node.opener.start, node.end)
        children = tuple(dict.fromkeys(child for child in found if child is not None))
        return Within(children) if children else None

    def _merge_parts(self, before: int, start: int, end: int, *, as_: PartKind = "pattern") -> None:
        """Replace all parts from index ``before`` by one for ``start`` … ``end``, with the synonyms beside it."""
        synonyms = [part for part in self.parts[before:] if part.as_ == "synonym"]
        shown = (self.remover.operator_at(start) if as_ == "field" else "") + self.text[start:end]
        whole = QueryPart(shown, as_, start, end, self.remover.without(start, end))
        self.parts[before:] = [whole, *synonyms]

    def _add_part(self, as_: PartKind, token: Token) -> None:
        typed = self._typed(token)
        wording = typed[1:-1] if token.kind is TokenKind.EXACT else typed
        shown = self.remover.operator(token) + wording
        without = self.remover.without(token.start, token.end)
        self.parts.append(QueryPart(shown, as_, token.start, token.end, without))

    def _add_term_part(self, as_: PartKind, token: Token, terms: Sequence[QueryTerm], *, at: int) -> None:
        """A part for the term at index ``at`` of a stretch."""
        term = terms[at]
        counts = as_ != "dropped"
        shown = self._typed(token)[term.start : term.end]
        is_first = all(other.kind == "stop" for other in terms[:at])
        if is_first and counts:
            # The operator before a stretch is shown once, with the first of its terms that counts.
            shown = self.remover.operator(token) + shown
        others_count = any(other is not term and other.kind != "stop" for other in terms)
        if len(terms) == 1 or (counts and not others_count):
            # Without this term only stop words would be left, and they would begin to count.
            without = self.remover.without(token.start, token.end)
        else:
            without = self._without_term(token, terms, at)
        self.parts.append(QueryPart(shown, as_, token.start + term.start, token.start + term.end, without))

    def _without_term(self, token: Token, terms: Sequence[QueryTerm], at: int) -> str:
        """The query without one term of a stretch: its neighbours side by side, separated if they would join.

        Without 案件, 公司案件企业 is 公司企业, but 水案件电 is 水 电: as neighbours 水 and 电 would be one term.
        """
        typed = self._typed(token)
        if at == 0:
            return self._without_start(token, terms[1])
        before = terms[at - 1]
        if at + 1 == len(terms):
            return self.remover.replaced(token.start, token.end, text=_as_words(typed[: before.end]))
        behind = terms[at + 1]
        joined = typed[before.start : before.end] + typed[behind.start : behind.end]
        would_join = [term.folded for term in split_terms(joined, self.lexicon)] != [
            before.folded,
            behind.folded,
        ]
        # A blank would let what only looked like an operator inside the stretch become one.
        opens_operator = begins_operator(typed[behind.start :]) or begins_operator(typed[: before.end])
        start, end = token.start + before.end, token.start + behind.start
        return self.remover.replaced(start, end, text=" " if would_join and not opens_operator else "")

    def _without_start(self, token: Token, first: QueryTerm) -> str:
        """The query without what is before a term of a stretch, which must not become an operator by that."""
        typed = self._typed(token)
        if not begins_operator(typed[first.start :]):
            return self.remover.replaced(token.start, token.start + first.start, text="")
        return self.remover.replaced(
            token.start, token.start + first.end, text=f'"{typed[first.start : first.end]}"'
        )


def grams_of(asked: str) -> tuple[str, ...]:
    """The pairs of neighbouring letters and digits of a text, each once; of one that stands alone the character."""
    runs = "".join(char if char.isalnum() else " " for char in fold_text(asked.replace("\t", " "))).split()
    found = dict.fromkeys(run[at : at + 2] for run in runs for at in range(max(1, len(run) - 1)))
    return tuple(found)[:MAX_GRAMS]


def _beside_fields(
    terms: tuple[Term, ...], grams: tuple[str, ...], others: tuple[Query, ...]
) -> Query | None:
    """A question beside the fields among ``others``; what else is among them it demands."""
    fields = [other for other in others if isinstance(other, InField | Between)]
    demanded = tuple(other for other in others if not isinstance(other, InField | Between))
    return _conjunction([*fields, Question(terms, grams, demanded)])


def _of_kind(tokens: Iterable[Token], kind: TokenKind) -> list[Token]:
    return [token for token in tokens if token.kind is kind]


def _read_as(term: QueryTerm) -> PartKind:
    return "number" if term.kind == "number" else "word"


def _as_words(text: str) -> str:
    """A part of a stretch, in quotes if it would be an operator by itself."""
    return f'"{text}"' if begins_operator(text) else text


def _conjunction(parts: Sequence[Query | None]) -> Query | None:
    return _joined(And, parts)


def _disjunction(parts: Sequence[Query | None]) -> Query | None:
    return _joined(Or, parts)


def _joined(kind: type[And] | type[Or], parts: Sequence[Query | None]) -> Query | None:
    """One node of all parts: without nesting nodes of the same kind, each part once, no node for a single one."""
    flat: list[Query] = []
    for part in parts:
        if part is not None:
            flat.extend(part.children if isinstance(part, kind) else (part,))
    children = tuple(dict.fromkeys(flat))
    if len(children) > 1:
        return kind(children)
    return children[0] if children else None
