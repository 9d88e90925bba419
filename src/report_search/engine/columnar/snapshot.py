"""A snapshot that answers with whole arrays: what stands on the reading side of a store of segments.

The store hands over, for each segment, its arrays, the postings of a ranking word and single passages;
everything else is here: masks, scores, counts, order, one page. What was costly to work out is kept within a
bound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from report_search.analysis.fold import FoldedText
from report_search.engine import scoring
from report_search.engine.arrays import Array, Floats, Ints, Mask
from report_search.engine.cache import LruCache, array_bytes
from report_search.engine.columnar.boolean_masks import MaskAlgebra
from report_search.engine.columnar.columns import Columns
from report_search.engine.columnar.facet_counts import count_facet, count_reports, narrowed
from report_search.engine.columnar.positional import placed
from report_search.engine.columnar.segment import Segment
from report_search.engine.columnar.sorting import Scored
from report_search.engine.protocol import EngineRequest, FacetCounts, Match, Matches, Total
from report_search.passages import Passage
from report_search.query.algebra import find_hits
from report_search.query.ast import Near, Pattern, Term, Within

LEAST_CACHE, MOST_CACHE = 32 << 20, 256 << 20
CACHE = 640
"""Bytes a passage that a snapshot keeps of masks and scores, within the two bounds above; a wording of eight common
characters takes about a tenth of it."""


class SegmentStore(Protocol):
    """The part of a segment that is not arrays."""

    def postings(self, word: str) -> tuple[Ints, Ints]:
        """The rows of the segment that have a ranking word, and how often; deleted ones too."""
        ...

    def passage(self, row: int) -> Passage:
        """The passage of a row of the segment."""
        ...


class ColumnarSnapshot:
    """One fixed state of segments. Safe to share between threads."""

    def __init__(
        self,
        segments: Sequence[Segment],
        stores: Sequence[SegmentStore],
        *,
        live: Mask,
    ) -> None:
        self.table = Columns(segments, live)
        self.size = self.table.size
        self.passages_in_all = int(np.count_nonzero(live))
        self._segments, self._stores = segments, stores
        bound = min(MOST_CACHE, max(LEAST_CACHE, CACHE * self.size))
        self._cache = LruCache(bound, size_of=array_bytes)
        self._known = _Known(self, self._cache)

    def find(self, request: EngineRequest) -> Matches:
        """Answer a request."""
        every, complete = find_hits(request.tree, MaskAlgebra(self))
        every = every & self.table.live
        filters = {field: self.having(field, values) for field, values in request.filters}
        kept = narrowed(every, filters)
        rows = np.flatnonzero(kept)
        scored = Scored(rows, scoring.scores(scoring.plan(request.tree), self._known)[rows], complete[rows])
        page, more = self.table.ranks.page(
            scored, sort=request.sort, limit=request.limit, after=request.after
        )
        return Matches(
            total=Total(
                len(rows), count_reports(kept, self.table.columns["report"]), int(scored.complete.sum())
            ),
            hits=tuple(self._match(scored, int(at)) for at in page),
            facets=tuple(
                self._facet(field, self._others(field, every, filters) if field in filters else rows)
                for field in request.facets
            ),
            more=more,
        )

    def report_count(self) -> int:
        """The reports that live passages stand in."""
        return count_reports(self.table.live, self.table.columns["report"])

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """The passages with these ids, in the order asked; ids not there are left out."""
        return [self._passage(row) for id_ in ids for row in self._rows_of(id_)]

    def report_passages(self, report_id: str) -> list[Passage]:
        """All passages of a report in reading order; [] if it is not there."""
        rows = np.flatnonzero(self.having("report", (report_id,)) & self.table.live)
        return [self._passage(int(row)) for row in rows[np.argsort(self.table.position[rows])]]

    def text_contains(self, needle: FoldedText) -> Mask:
        """The passages whose own text contains ``needle``."""
        return self._cache.get(
            ("text", needle.text, needle.variants),
            lambda: self._joined(lambda segment: segment.text.stands(needle)),
        )

    def context_contains(self, needle: FoldedText) -> Mask:
        """The passages whose context contains ``needle``."""
        return self._cache.get(
            ("context", needle.text, needle.variants),
            lambda: self._joined(lambda segment: segment.context.stands(needle)),
        )

    def placed(self, tree: Pattern | Near | Within) -> Mask:
        """The passages for which a node holds that asks for places in the text."""
        return self._cache.get(
            ("placed", tree), lambda: self._joined(lambda segment: placed(tree, segment.text))
        )

    def having(self, field: str, values: Sequence[str]) -> Mask:
        """The passages that have one of ``values`` in ``field``."""
        return self.table.columns[field].having(values, self.size)

    def between(self, low: int | None, high: int | None) -> Mask:
        """The passages with a year of ``low`` … ``high``."""
        found = self.table.has_year
        if low is not None:
            found = found & (self.table.year >= low)
        if high is not None:
            found = found & (self.table.year <= high)
        return found

    def counted(self, ask: Callable[[Segment, SegmentStore], tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
        """Rows and counts that ``ask`` gives for each segment, as live rows of the table."""
        rows: list[Ints] = [np.zeros(0, dtype=np.int64)]
        counts: list[Ints] = [np.zeros(0, dtype=np.int64)]
        for segment, store, base in zip(self._segments, self._stores, self.table.bases, strict=False):
            found, often = ask(segment, store)
            rows.append(found.astype(np.int64, copy=False) + base)
            counts.append(often)
        all_rows, all_counts = np.concatenate(rows), np.concatenate(counts)
        if self.passages_in_all == self.size:
            return all_rows, all_counts
        live = self.table.live[all_rows]
        return all_rows[live], all_counts[live]

    def text_lengths(self) -> Array:
        """The characters of each row's folded text."""
        parts = [segment.text.characters.lengths() for segment in self._segments]
        return np.concatenate([np.zeros(0, dtype=np.int64), *parts])

    def _joined(self, ask: Callable[[Segment], Mask]) -> Mask:
        return np.concatenate([np.zeros(0, dtype=np.bool_), *map(ask, self._segments)])

    def _others(self, field: str, every: Mask, filters: dict[str, Mask]) -> Ints:
        """What the choices in all other fields leave."""
        return np.flatnonzero(narrowed(every, filters, but=field))

    def _facet(self, field: str, rows: Ints) -> FacetCounts:
        return count_facet(field, self.table.columns[field], rows=rows, report=self.table.columns["report"])

    def _match(self, scored: Scored, at: int) -> Match:
        row, score = int(scored.rows[at]), float(scored.scores[at])
        segment, own = self._place(row)
        key = self.table.key(row, complete=bool(scored.complete[at]), score=score)
        return Match(self._segments[segment].ids[own], score, key)

    def _place(self, row: int) -> tuple[int, int]:
        """The segment of a row, and its row there."""
        segment = int(np.searchsorted(self.table.bases, row, side="right")) - 1
        return segment, row - self.table.bases[segment]

    def _passage(self, row: int) -> Passage:
        segment, own = self._place(row)
        return self._stores[segment].passage(own)

    def _rows_of(self, passage_id: str) -> list[int]:
        rows = (
            base + own
            for segment, base in zip(self._segments, self.table.bases, strict=False)
            for own in segment.lookup.find(passage_id)
        )
        return [row for row in rows if self.table.live[row]]


class _Known:
    """What scoring asks, from the arrays of a snapshot."""

    def __init__(self, snapshot: ColumnarSnapshot, cache: LruCache) -> None:
        self._snapshot, self._cache = snapshot, cache
        self.size, self.passages = snapshot.size, snapshot.passages_in_all
        self._words = _averaged(snapshot.table.words, snapshot.table.live)
        self._texts = _averaged(snapshot.text_lengths(), snapshot.table.live)

    def words(self, word: str) -> tuple[Ints, Ints]:
        return self._snapshot.counted(lambda segment, store: store.postings(word))

    def pairs(self, pair: str) -> tuple[Ints, Ints]:
        return self._snapshot.counted(lambda segment, store: segment.text.characters.counts(pair))

    def gaps(self, one: str, two: str) -> tuple[Ints, Ints]:
        return self._snapshot.counted(lambda segment, store: segment.text.characters.gaps(one, two))

    def in_context(self, term: Term) -> Ints:
        found = self._snapshot.table.live
        either = [self._snapshot.context_contains(needle) for needle in (term.folded, *term.synonyms)]
        return np.flatnonzero(np.logical_or.reduce(either) & found)

    def word_lengths(self) -> tuple[Ints, float]:
        return self._words

    def text_lengths(self) -> tuple[Ints, float]:
        return self._texts

    def kept(self, key: tuple[str, str], make: Callable[[], tuple[Ints, Floats]]) -> tuple[Ints, Floats]:
        return self._cache.get(key, make)

    def sections(self, section: str) -> Ints:
        return self._cache.get(
            ("section", section), lambda: np.flatnonzero(self._snapshot.having("section", (section,)))
        )


def _averaged(lengths: Array, live: Mask) -> tuple[Array, float]:
    return lengths, int(lengths[live].sum()) / max(1, int(np.count_nonzero(live))) or 1.0
