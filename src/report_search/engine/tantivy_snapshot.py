"""Reading a tantivy index: masks from its postings, everything else as vectors over the columns beside it.

The same formula, counts and orders as every engine that works on arrays; only where a wording or a word
stands is asked of tantivy. What was asked once is kept within a bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial, reduce

import numpy as np
import tantivy

from report_search.analysis.fold import FoldedText, fold
from report_search.analysis.matching import candidate_grams, stands_in
from report_search.engine import scoring, stream
from report_search.engine.arrays import Array, Floats, Ints, Mask, nothing
from report_search.engine.boundary import EngineRequest, FacetCounts, Match, Matches, Total
from report_search.engine.cache import ArrayCache
from report_search.engine.combine import hits
from report_search.engine.counting import count_facet, count_reports, narrowed
from report_search.engine.order import Scored
from report_search.engine.tantivy_columns import Columns
from report_search.engine.tantivy_postings import (
    FLAG,
    PAIR,
    REPORT,
    WORD,
    Postings,
    both,
    either,
    without,
)
from report_search.passages import Passage
from report_search.query.places import holds
from report_search.query.tree import And, AtLeast, Near, Or, Pattern, Phrase, Query, Term, Within

CACHE_BYTES = 256 << 20
"""What a snapshot keeps of masks and counts at most; a mask takes one byte a passage."""


_Test = Callable[[FoldedText], bool]


class TantivySnapshot:
    """One fixed state of an index and its columns. Safe to share between threads."""

    def __init__(self, columns: Columns, postings: Postings) -> None:
        self.columns, self.postings = columns, postings
        self.size = columns.size
        self.live = self.places(tantivy.Query.all_query())
        self._cache = ArrayCache(CACHE_BYTES)
        self._known = _Known(self, self._cache)

    def find(self, request: EngineRequest) -> Matches:
        """Answer a request."""
        every, complete = hits(request.tree, self)
        every = every & self.live
        filters = {field: self.having(field, values) for field, values in request.filters}
        kept = narrowed(every, filters)
        rows = np.flatnonzero(kept)
        scored = Scored(rows, scoring.scores(scoring.plan(request.tree), self._known)[rows], complete[rows])
        ranks = self.columns.ranks
        page, more = ranks.page(scored, sort=request.sort, limit=request.limit, after=request.after)
        reports = count_reports(kept, self.columns.fields["report"])
        return Matches(
            total=Total(len(rows), reports, int(scored.complete.sum())),
            hits=tuple(self._match(scored, int(at)) for at in page),
            facets=tuple(self._facet(field, every, filters) for field in request.facets),
            more=more,
        )

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """The passages with these ids, in the order asked; ids not there are left out."""
        found = {passage.id: passage for _, passage in self.postings.of_ids(list(set(ids)))}
        return [found[id_] for id_ in ids if id_ in found]

    def report_passages(self, report_id: str) -> list[Passage]:
        """All passages of a report in reading order; [] if it is not there."""
        found = self.postings.passages(self.postings.term(REPORT, report_id))
        return sorted((passage for _, passage in found), key=lambda passage: passage.position)

    def counts(self) -> tuple[int, int]:
        """The passages and the reports that are there."""
        return int(np.count_nonzero(self.live)), count_reports(self.live, self.columns.fields["report"])

    def places(self, query: tantivy.Query) -> Mask:
        """What ``query`` has, as a mask over the places of the columns."""
        return self.columns.of_rows(self.postings.mask(query))

    def in_text(self, needle: FoldedText) -> Mask:
        """The passages whose own text ``needle`` stands in."""
        return self._cache.get(("text", needle.text, needle.variants), lambda: self._stands(needle))

    def in_context(self, needle: FoldedText) -> Mask:
        """The passages whose context ``needle`` stands in."""
        return self._cache.get(("context", needle.text, needle.variants), lambda: self._above(needle))

    def placed(self, tree: Pattern | Near | Within) -> Mask:
        """The passages for which a node holds that asks for places in the text."""
        return self._cache.get(("placed", tree), partial(self._placed, tree))

    def having(self, field: str, values: Sequence[str]) -> Mask:
        """The passages that have one of ``values`` in ``field``."""
        return self.columns.fields[field].having(values, self.size)

    def between(self, low: int | None, high: int | None) -> Mask:
        """The passages with a year of ``low`` … ``high``."""
        found = self.columns.has_year
        if low is not None:
            found = found & (self.columns.year >= low)
        if high is not None:
            found = found & (self.columns.year <= high)
        return found

    def counted(self, field: str, token: str) -> tuple[Ints, Ints]:
        """The places that have a token, and how often each has it."""
        found = np.zeros(self.size, dtype=np.int32)
        found[self.places(self.postings.term(field, token))] = 1
        for count, query in self.postings.counts(field, token):
            found[self.places(query)] = count
        places = np.flatnonzero(found)
        return places, found[places].astype(np.int64)

    def gaps(self, one: str, two: str) -> tuple[Ints, Ints]:
        """The places of passages in which two wordings are near, and the gap in each."""
        found = [batch.text.gaps(one, two) for batch in self.columns.batches]
        starts = self.columns.starts
        places = np.concatenate(
            [
                np.zeros(0, dtype=np.int64),
                *(own + start for (own, _), start in zip(found, starts, strict=False)),
            ]
        )
        gaps = np.concatenate([np.zeros(0, dtype=np.int64), *(own for _, own in found)])
        live = self.live[places]
        return places[live], gaps[live]

    def _stands(self, needle: FoldedText) -> Mask:
        if needle.is_empty:
            return nothing(self.size)
        asked = self._candidates(needle)
        wordings = stream.wordings(needle)
        if wordings is None:
            return self._looked_at(asked, lambda text: stands_in(needle, text))
        surely = either(self.postings.wording(symbols) for symbols in wordings)
        flag = stream.VARIANTS if stream.is_long(needle) else stream.TANGLED
        doubtful = [self.postings.term(FLAG, name) for name in (flag, stream.TANGLED)]
        open_ = without(both(either(doubtful), asked), surely)
        return self.places(surely) | self._looked_at(open_, lambda text: stands_in(needle, text))

    def _candidates(self, needle: FoldedText) -> tantivy.Query:
        """The passages that have all pairs of characters of some reading of the needle, in any reading."""
        return either(
            both(tantivy.Query.all_query(), *map(self.postings.pair, pairs))
            for pairs in candidate_grams(needle)
        )

    def _looked_at(self, query: tantivy.Query, holds_in: _Test) -> Mask:
        """Those passages of ``query`` whose text passes a test."""
        found = self.postings.passages(query)
        rows = [row for row, passage in found if holds_in(fold(passage.text))]
        mask = nothing(self.size)
        mask[self.columns.places(rows)] = True
        return mask

    def _above(self, needle: FoldedText) -> Mask:
        parts = [batch.context.stands(needle) for batch in self.columns.batches]
        return np.concatenate([nothing(0), *parts])

    def _placed(self, tree: Pattern | Near | Within) -> Mask:
        possible = np.flatnonzero(self._possible(tree) & self.live)
        found = self.postings.of_rows(map(self.columns.row, possible.tolist()))
        rows = [row for row, passage in found if holds(tree, fold(passage.text))]
        mask = nothing(self.size)
        mask[self.columns.places(rows)] = True
        return mask

    def _possible(self, tree: Query) -> Mask:
        """Passages among which are all for which ``tree`` holds by its places in the text."""
        match tree:
            case Term():
                return _any(map(self.in_text, (tree.folded, *tree.synonyms)), self.size)
            case Phrase():
                return self.in_text(tree.folded)
            case Pattern(_, parts):
                needed = [self.places(self._candidates(part)) for part in parts if not part.is_empty]
                return reduce(np.logical_and, needed) if needed else nothing(self.size)
            case Near(left, right):
                return self._possible(left) & self._possible(right)
            case And(children) | Within(children):
                return reduce(np.logical_and, map(self._possible, children), ~nothing(self.size))
            case Or(children) | AtLeast(_, children):
                return _any(map(self._possible, children), self.size)
            case _:
                return ~nothing(self.size)

    def _facet(self, field: str, every: Mask, filters: dict[str, Mask]) -> FacetCounts:
        fields = self.columns.fields
        counted = narrowed(every, filters, but=field)
        return count_facet(field, fields[field], hits=counted, report=fields["report"])

    def _match(self, scored: Scored, at: int) -> Match:
        place, score = int(scored.rows[at]), float(scored.scores[at])
        key = self.columns.key(place, complete=bool(scored.complete[at]), score=score)
        return Match(self.columns.id(place), score, key)


class _Known:
    """What scoring asks, from postings and columns."""

    def __init__(self, snapshot: TantivySnapshot, cache: ArrayCache) -> None:
        self._snapshot, self._cache = snapshot, cache
        self.size, self.passages = snapshot.size, int(np.count_nonzero(snapshot.live))
        self._words = self._averaged("words")
        self._characters = self._averaged("characters")

    def words(self, word: str) -> tuple[Ints, Ints]:
        return self._snapshot.counted(WORD, stream.word_token(word))

    def pairs(self, pair: str) -> tuple[Ints, Ints]:
        return self._snapshot.counted(PAIR, stream.pair_token(pair))

    def gaps(self, one: str, two: str) -> tuple[Ints, Ints]:
        return self._snapshot.gaps(one, two)

    def in_context(self, term: Term) -> Ints:
        either_ = _any(map(self._snapshot.in_context, (term.folded, *term.synonyms)), self.size)
        return np.flatnonzero(either_ & self._snapshot.live)

    def word_lengths(self) -> tuple[Ints, float]:
        return self._words

    def text_lengths(self) -> tuple[Ints, float]:
        return self._characters

    def kept(self, key: tuple[str, str], make: Callable[[], tuple[Ints, Floats]]) -> tuple[Ints, Floats]:
        return self._cache.get(key, make)

    def sections(self, section: str) -> Ints:
        return np.flatnonzero(self._snapshot.having("section", (section,)))

    def _averaged(self, name: str) -> tuple[Array, float]:
        lengths = self._snapshot.columns.joined(name)
        return lengths, int(lengths[self._snapshot.live].sum()) / max(1, self.passages) or 1.0


def _any(masks: Iterable[Mask], size: int) -> Mask:
    return reduce(np.logical_or, masks, nothing(size))
