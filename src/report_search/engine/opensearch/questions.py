"""Questions put to a cluster: which passages answer one, and with what score.

The server's own BM25 keeps lengths coarsely and scores in 32 bits, which is enough to say which passages may be near
the best. Those are fetched, and scored here by the formula of every other engine, with counts and averages of the
whole index. The rule: whether a passage answers, and before which other one it comes, is decided by these scores.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, cast

import msgspec
import numpy as np
from msgspec import Struct

from report_search.analysis.fold import fold
from report_search.analysis.matching import occurs_in
from report_search.analysis.word_segmenter import query_segmenter
from report_search.engine import proximity, question_scoring
from report_search.engine.arrays import Ints
from report_search.engine.cache import LruCache
from report_search.engine.opensearch import query_dsl as dsl
from report_search.engine.opensearch import token_stream
from report_search.engine.opensearch.index_reader import IndexReader
from report_search.engine.opensearch.leaf_queries import IndexLeaves
from report_search.engine.opensearch.query_dsl import NONE, Dsl
from report_search.engine.question_scoring import Gain, Kind
from report_search.engine.scoring import bm25, idf
from report_search.passages import Passage
from report_search.query.algebra import interpret
from report_search.query.ast import And, Question, Term

KEPT = 64
"""Questions whose answers a snapshot keeps."""
MARGIN = 0.5
"""How far the server's score of a passage may lie below that of the formula, measured against the best."""
GAP_STEPS = (2, 7, 12, 17)
"""The gaps between two words up to which each step of the bonus for nearness is given."""
Token = tuple[Kind, str]


class Answers(Struct, frozen=True):
    """The scores of passages for a question by their ids, and which of them answer it."""

    scores: Mapping[str, float]
    answering: frozenset[str]

    def query(self) -> Dsl:
        """The passages that answer."""
        return {"ids": {"values": sorted(self.answering)}} if self.answering else NONE


class QuestionAnswers:
    """The questions asked of one index that never changes. Safe to share between threads."""

    def __init__(self, reader: IndexReader, leaves: IndexLeaves, *, passages: int, scale: float) -> None:
        self._reader, self._leaves, self._passages, self._scale = reader, leaves, passages, scale
        self._kept = LruCache(KEPT)

    def of(self, question: Question, among: Dsl) -> Answers:
        """The answers to a question among the passages that have what it demands."""
        # The same question has other answers where headings take part.
        key = question, msgspec.json.encode(among)
        return self._kept.get(key, lambda: self._worked_out(question, among))

    def scores(self, question: Question, passages: list[Passage]) -> Mapping[str, float]:
        """The scores of passages for a question, by id."""
        return self._scored(question, passages, self._counts(question), measured=0).scores

    def _worked_out(self, question: Question, among: Dsl) -> Answers:
        counts = self._counts(question)
        approximate = self._approximate(question, among, counts)
        best = self._best(approximate)
        least = MARGIN * question_scoring.SHARE * best
        near_best: Dsl = {"function_score": {"query": approximate, "min_score": least}} if best else NONE
        whole = self._whole(question)
        wanted = dsl.any_of([near_best, dsl.all_of([whole, among])])
        if question.demanded and not best:
            wanted = among
        # What lacks no word was fetched too, wherever it scores.
        fetched = self._fetched(wanted)
        # Only words of the context may have what is demanded there, which makes no hit and no measure of it.
        beside = self._fetched(dsl.all_of([whole, dsl.none_of(among)])) if question.demanded else []
        return self._scored(question, [*fetched, *beside], counts, measured=len(fetched))

    def _whole(self, question: Question) -> Dsl:
        """The passages that have all words of a question and all that it demands, one of them in their text."""
        asked = And((*question.demanded, *question.terms))
        return interpret(asked, dsl.DslAlgebra(self._leaves, self.query)).in_text

    def _fetched(self, query: Dsl) -> list[Passage]:
        return [passage for _, passage in self._reader.passages(query)] if query != NONE else []

    def query(self, question: Question, among: Dsl) -> Dsl:
        """The passages that answer a question."""
        return self.of(question, among).query()

    def _scored(
        self, question: Question, fetched: list[Passage], counts: Mapping[Hashable, int], *, measured: int
    ) -> Answers:
        """The scores of passages that were fetched; the first ``measured`` of them may answer."""
        gains = FetchedGains(fetched, counts, passages=self._passages, averages=self._averages)
        scores = question_scoring.question_scores(question, gains)
        inside = np.arange(len(fetched)) < measured
        found = question_scoring.answering(question, scores, among=inside)
        ids = [passage.id for passage in fetched]
        answering = frozenset(id_ for id_, is_found in zip(ids, found.tolist(), strict=True) if is_found)
        return Answers(dict(zip(ids, scores.tolist(), strict=True)), answering)

    def _counts(self, question: Question) -> Mapping[Hashable, int]:
        """How many passages of the index have each token of a question, and each of its words in the context."""
        queries: dict[Hashable, Dsl] = {token: _token_query(*token) for token in _tokens(question)}
        queries |= {("above", term): self._leaves.context(term) for term in question.terms}
        return self._leaves.counts(queries)

    def _best(self, approximate: Dsl) -> float:
        answer = self._reader.search({"query": approximate, "size": 1, "_source": False})
        return float(answer["hits"]["max_score"] or 0.0)

    @cached_property
    def _averages(self) -> tuple[float, float]:
        """The average number of characters, and of ranking words, of a passage."""
        sums = {name: {"sum": {"field": name}} for name in ("characters", "words")}
        answer = self._reader.search({"size": 0, "track_total_hits": False, "aggs": sums})
        characters, words = (answer["aggregations"][name]["value"] for name in sums)
        per_passage = max(1, self._passages)
        return int(characters) / per_passage or 1.0, int(words) / per_passage or 1.0

    def _approximate(self, question: Question, among: Dsl, counts: Mapping[Hashable, int]) -> Dsl:
        """The passages of ``among`` that have a pair or a ranking word of a question, scored about as the formula
        does."""
        weights = {token: idf(counts[token], self._passages) for token in _tokens(question)}
        has_any = dsl.any_of(_token_query(kind, token) for kind, token in _makes_an_answer(question))
        clauses = [*self._server_scored(question), *_constants(self._bonuses(question, weights, counts))]
        inner = {"bool": {"filter": [dsl.all_of([among, has_any])], "should": clauses[: dsl.MOST_CLAUSES]}}
        covered = {"query": inner, "functions": _coverage(question, weights)}
        return dsl.by_section({"function_score": {**covered, "score_mode": "sum", "boost_mode": "multiply"}})

    def _server_scored(self, question: Question) -> Iterator[Dsl]:
        """What the server weighs by its own BM25: pairs and ranking words."""
        for kind, token in _makes_an_answer(question):
            weight = question_scoring.WORD if kind == "word" else 1.0
            if kind != "character":
                yield dsl.weighted(kind, _server_token(kind, token), weight=self._scale * weight)

    def _bonuses(
        self, question: Question, weights: Mapping[Token, float], counts: Mapping[Hashable, int]
    ) -> Iterator[tuple[Dsl, float]]:
        """What is worth the same to every passage that has it: characters, nearness, words of the context."""
        # Once, in a text of average length, BM25 is the idf itself.
        for kind, token in _makes_an_answer(question):
            if kind == "character":
                yield _token_query(kind, token), weights[kind, token]
        for char in question_scoring.characters(question):
            yield _token_query("character", char), question_scoring.CHARACTER * weights["character", char]
        for one, two in question_scoring.near_pairs(question):
            whole = question_scoring.NEAR * min(_weight(one, weights), _weight(two, weights))
            for gap in GAP_STEPS:
                yield dsl.near(one.folded.text, two.folded.text, gap=gap), whole / len(GAP_STEPS)
        for term in question.terms:
            yield (
                self._leaves.context(term),
                question_scoring.CONTEXT * idf(counts["above", term], self._passages),
            )


class FetchedGains(Struct, frozen=True, dict=True):
    """``question_scoring.Gains`` of passages that were fetched, by what is known of the whole index.

    ``counts`` says how many passages of the index have each token; ``averages`` are those of characters and words.
    """

    fetched: list[Passage]
    counts: Mapping[Hashable, int]
    passages: int
    averages: tuple[float, float]

    @property
    def size(self) -> int:
        return len(self.fetched)

    @cached_property
    def _texts(self) -> list[str]:
        return [fold(passage.text).text for passage in self.fetched]

    @cached_property
    def _words(self) -> list[Counter[str]]:
        return [Counter(query_segmenter().search_words(text)) for text in self._texts]

    @cached_property
    def _pairs(self) -> list[Counter[str]]:
        return [Counter(map(str.__add__, text, text[1:])) for text in self._texts]

    def of(self, kind: Kind, token: str) -> Gain:
        if kind == "word":
            counts = [words[token] for words in self._words]
            lengths, average = [words.total() for words in self._words], self.averages[1]
        else:
            lengths, average = list(map(len, self._texts)), self.averages[0]
            is_pair = kind == "pair"
            counts = (
                [pairs[token] for pairs in self._pairs]
                if is_pair
                else [text.count(token) for text in self._texts]
            )
        found = np.array(counts, dtype=np.int64)
        rows = np.flatnonzero(found)
        weight = idf(self.counts[kind, token], self.passages)
        length = np.array(lengths, dtype=np.int64)[rows] / average
        return Gain(rows, bm25(found[rows], length, weight=weight), weight)

    def gaps(self, one: str, two: str) -> tuple[Ints, Ints]:
        gaps = enumerate(proximity.smallest_gap(one, two, text=text) for text in self._texts)
        near = np.array([(at, gap) for at, gap in gaps if gap is not None], dtype=np.int64).reshape(-1, 2)
        return near[:, 0], near[:, 1]

    def in_context(self, term: Term) -> tuple[Ints, float]:
        needles = (term.folded, *term.synonyms)
        contexts = (fold(passage.context) for passage in self.fetched)
        having = [any(occurs_in(needle, context) for needle in needles) for context in contexts]
        return np.flatnonzero(np.array(having, dtype=np.bool_)), idf(
            self.counts["above", term], self.passages
        )

    def sections(self, section: str) -> Ints:
        return np.flatnonzero(
            np.array([passage.section == section for passage in self.fetched], dtype=np.bool_)
        )


def _makes_an_answer(question: Question) -> Iterator[Token]:
    """Pairs and ranking words: a passage without any of them scores nothing."""
    for gram in question.grams:
        yield ("pair" if len(gram) == 2 else "character"), gram
    for word in question_scoring.ranking_words(question):
        yield "word", word


def _tokens(question: Question) -> list[Token]:
    """All that is counted for a question, each once."""
    characters: list[Token] = [("character", char) for char in question_scoring.characters(question)]
    return list(dict.fromkeys((*_makes_an_answer(question), *characters)))


def _server_token(kind: Kind, token: str) -> str:
    if kind == "word":
        return token_stream.word_token(token)
    return token_stream.pair_token(token) if kind == "pair" else token_stream.character_token(token)


def _token_query(kind: Kind, token: str) -> Dsl:
    field_name = "base_char" if kind == "character" else kind
    return {"term": {field_name: _server_token(kind, token)}}


def _weight(term: Term, weights: Mapping[Token, float]) -> float:
    return max((weights["word", word] for word in term.words), default=0.0)


def _constants(bonuses: Iterable[tuple[Dsl, float]]) -> Iterator[Dsl]:
    for query, gain in bonuses:
        if query != NONE and gain > 0:
            yield {"constant_score": {"filter": query, "boost": gain}}


def _coverage(question: Question, weights: Mapping[Token, float]) -> list[Dsl]:
    """The factor 1 + COVERAGE × the share of the characters' weight, as functions whose values are added."""
    characters = question_scoring.characters(question)
    whole = sum(weights["character", char] for char in characters) or 1.0
    found: list[Any] = [{"filter": dsl.ALL, "weight": 1.0}]
    for char in characters:
        share = question_scoring.COVERAGE * weights["character", char] / whole
        found.append({"filter": _token_query("character", char), "weight": share})
    return cast(list[Dsl], found)
