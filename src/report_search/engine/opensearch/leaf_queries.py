"""The leaves of a query tree as queries to one index, and what was already asked of it.

A wording is a query of tokens where tokens can tell: those passages match for certain. Texts in which tokens can't
tell (``token_stream`` says which) may match; they are fetched and verified one by one, as are the candidates of
nodes that ask for positions, and the verified matches become a list of ids. The rule: a query made here matches a
passage just if ``matching`` or ``positions`` say so of its text.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from functools import partial

import msgspec

from report_search.analysis.fold import FoldedText, fold
from report_search.analysis.matching import occurs_in
from report_search.engine.cache import LruCache
from report_search.engine.opensearch import query_dsl as dsl
from report_search.engine.opensearch import token_stream
from report_search.engine.opensearch.facet_cells import REPORT, fetch_cells
from report_search.engine.opensearch.index_reader import IndexReader, PendingSearch, counting_searches
from report_search.engine.opensearch.mapping import CONTEXT, TEXT, context_key
from report_search.engine.opensearch.query_dsl import NONE, Dsl
from report_search.fields import BORDER
from report_search.query.ast import (
    And,
    AtLeast,
    HasNumber,
    Near,
    Or,
    Pattern,
    Phrase,
    Query,
    Term,
    Within,
    leaves,
)
from report_search.query.numbers.of_passage import numbers_found, numbers_of
from report_search.query.positions import holds

KEPT = 8192
"""Queries of leaves and counts that are kept for one index."""
MOST_TERMS = 50_000
"""Values that one clause may name; servers take 65,536."""
_FLAGS = [token_stream.UNRELIABLE, token_stream.VARIANTS]
_FLAGGED = dsl.any_of({"terms": {where + "flag": _FLAGS}} for where in (TEXT, CONTEXT))
"""The passages in which a wording may stand although tokens don't say so."""


class IndexLeaves:
    """The leaves of trees, asked of one index that never changes. Safe to share between threads."""

    def __init__(self, reader: IndexReader) -> None:
        self._reader = reader
        # Keys of six kinds: (where, text, variants), ("positional", tree), ("number", node) and ("reports", JSON of a
        # query) hold queries; ("maybe", where, text,
        # variants) and ("rows", key of a caller) hold counts of passages.
        self._cache = LruCache(KEPT)

    def prepare(self, tree: Query) -> None:
        """Find out with one request, for all wordings of ``tree``, whether there are texts to be verified."""
        wordings = [(needle, where) for needle in dict.fromkeys(_needles(tree)) for where in (TEXT, CONTEXT)]
        maybe = {
            _maybe_key(needle, where): _maybe(needle, where)
            for needle, where in wordings
            if self._is_new(needle, where)
        }
        for key, count in self._reader.counts(maybe, among=_FLAGGED).items():
            self._cache.put(key, count)

    def containing(self, needle: FoldedText, where: str) -> Dsl:
        """The passages whose text or context (``where``) contains a needle."""
        return self._cache.get(_needle_key(needle, where), lambda: self._wording(needle, where))

    def positional(self, tree: Pattern | Near | Within) -> Dsl:
        """The passages for which a node holds that asks for positions in the text."""
        return self._cache.get(("positional", tree), lambda: self._positional_query(tree))

    def number_beside(self, wanted: HasNumber) -> Dsl:
        """The paragraphs with a number in one sentence with what it has to stand beside."""
        return self._cache.get(("number", wanted), lambda: self._numbers_verified(wanted))

    def of_reports(self, found: Dsl) -> Dsl:
        """All passages of the reports that have a passage of ``found``."""
        return self._cache.get(("reports", msgspec.json.encode(found)), lambda: self._reports_having(found))

    def context(self, term: Term) -> Dsl:
        """The passages whose context contains a term."""
        return dsl.any_of(self.containing(needle, CONTEXT) for needle in (term.folded, *term.synonyms))

    def missing_counts(self, queries: Mapping[Hashable, Dsl]) -> list[PendingSearch]:
        """The searches that ``counts`` would have to do; once they are done, it needs none."""
        missing = {key: query for key, query in queries.items() if ("rows", key) not in self._cache}

        def store(key: Hashable, count: int) -> None:
            self._cache.put(("rows", key), count)

        return counting_searches(missing, store)

    def counts(self, queries: Mapping[Hashable, Dsl]) -> dict[Hashable, int]:
        """How many passages match each query, by its key."""
        self._reader.run_all(self.missing_counts(queries))
        # Asked one by one only if the cache has dropped a count since.
        return {
            key: self._cache.get(("rows", key), partial(self._reader.count, query))
            for key, query in queries.items()
        }

    def _is_new(self, needle: FoldedText, where: str) -> bool:
        """Whether ``_wording`` still needs the number of passages that may match."""
        is_known = _needle_key(needle, where) in self._cache
        return not is_known and token_stream.symbol_sequences(needle) is not None

    def _wording(self, needle: FoldedText, where: str) -> Dsl:
        if needle.is_empty:
            return NONE
        if token_stream.symbol_sequences(needle) is None:
            # Too many sequences to ask for: every candidate is verified.
            return self._verified(dsl.candidates(needle, where), needle, where)
        certain, maybe = _certain(needle, where), _maybe(needle, where)
        count = self._cache.get(_maybe_key(needle, where), partial(self._reader.count, maybe))
        return dsl.any_of([certain, self._verified(maybe, needle, where)]) if count else certain

    def _verified(self, candidates: Dsl, needle: FoldedText, where: str) -> Dsl:
        """Those of the candidates whose text or context contains the needle, each of them fetched and verified."""
        if where == TEXT:
            fetched = self._reader.passages(candidates)
            return _ids(id_ for id_, passage in fetched if occurs_in(needle, fold(passage.text)))
        # Many passages share a context, so each context is verified once and named by its key.
        contexts = (passage.context for passage in self._reader.contexts(candidates))
        keys = [context_key(context) for context in contexts if occurs_in(needle, fold(context))]
        return {"terms": {"above_key": keys}} if keys else NONE

    def _positional_query(self, tree: Pattern | Near | Within) -> Dsl:
        fetched = self._reader.passages(self._candidates(tree))
        return _ids(id_ for id_, passage in fetched if holds(tree, fold(passage.text)))

    def _numbers_verified(self, wanted: HasNumber) -> Dsl:
        beside = dsl.any_of(map(self._candidates, wanted.beside))
        fetched = self._reader.passages(dsl.all_of([dsl.number(wanted.range), beside]))
        texts = ((id_, passage, fold(passage.text)) for id_, passage in fetched)
        return _ids(
            id_ for id_, one, text in texts if numbers_found(wanted, numbers_of(one, text), text=text)
        )

    def _reports_having(self, found: Dsl) -> Dsl:
        # A server joins no documents, so the reports are asked for first; as many as cells of one answer and more.
        counts = fetch_cells(self._reader, found).facet(REPORT, {})
        names = [value.value for value in counts.values]
        parts = (names[at : at + MOST_TERMS] for at in range(0, len(names), MOST_TERMS))
        return dsl.any_of({"terms": {REPORT: part}} for part in parts)

    def _candidates(self, tree: Query) -> Dsl:
        """The passages for which ``tree`` may hold by positions in the text: a superset of those for which it does."""
        match tree:
            case Term():
                return dsl.any_of(self.containing(needle, TEXT) for needle in (tree.folded, *tree.synonyms))
            case Phrase():
                return self.containing(tree.folded, TEXT)
            case Pattern():
                return _pattern_candidates(tree)
            case Near(left, right):
                return dsl.all_of([self._candidates(left), self._candidates(right)])
            case And(children) | Within(children):
                return dsl.all_of(map(self._candidates, children))
            case Or(children) | AtLeast(_, children):
                return dsl.any_of(map(self._candidates, children))
            case _:
                return dsl.ALL


def _needle_key(needle: FoldedText, where: str) -> tuple[Hashable, ...]:
    """What the answer depends on: the variants belong to it, the text as typed does not."""
    return where, needle.text, needle.variants


def _maybe_key(needle: FoldedText, where: str) -> tuple[Hashable, ...]:
    return ("maybe", *_needle_key(needle, where))


def _certain(needle: FoldedText, where: str) -> Dsl:
    """The passages whose tokens say that they contain the needle."""
    return dsl.any_of(dsl.wording(symbols, where) for symbols in token_stream.symbol_sequences(needle) or ())


def _maybe(needle: FoldedText, where: str) -> Dsl:
    """The passages in which the needle may stand although tokens don't say so."""
    # Fragments hold ``FRAGMENT_REACH`` characters beside a variant, so only longer needles can be missed by them.
    flags = _FLAGS if token_stream.exceeds_reach(needle) else [token_stream.UNRELIABLE]
    flagged = {"terms": {where + "flag": flags}}
    return dsl.all_of([flagged, dsl.candidates(needle, where), dsl.none_of(_certain(needle, where))])


def _pattern_candidates(pattern: Pattern) -> Dsl:
    """The passages that have the characters of every part, and a border where one has to be between them."""
    steps = pattern.steps()
    if not steps:
        return NONE
    borders = [fold(BORDER)] if any(gap.cells for _, gap in steps) else []
    return dsl.all_of(dsl.candidates(needle, TEXT) for needle in (*(part for part, _ in steps), *borders))


def _needles(tree: Query) -> Iterator[FoldedText]:
    """The wordings that a tree asks for, empty ones left out."""
    for leaf in leaves(tree, negated=True):
        if not isinstance(leaf, Pattern):
            wordings = (leaf.folded, *leaf.synonyms) if isinstance(leaf, Term) else (leaf.folded,)
            yield from (needle for needle in wordings if not needle.is_empty)


def _ids(ids: Iterable[str]) -> Dsl:
    listed = list(ids)
    return {"ids": {"values": listed}} if listed else NONE
