"""The snapshot of every engine that keeps its passages in segments of arrays: it answers with whole arrays.

The engine hands over each segment's arrays, and a store for the postings of ranking words and for single passages.
The rest is here: three small objects over the same segments, of which each knows only what its user asks.

- ``SegmentRows`` puts together what segments answer one by one, as rows of one table;
- ``SegmentLeaves`` gives the masks of a query tree's leaves to ``boolean_masks``;
- ``SegmentStatistics`` gives the counts of words, bigrams and characters to ``scoring``.

The rule: a snapshot never changes, so whatever was computed for one request is right for the next; what was costly is
kept in a cache of bounded size.
"""

from __future__ import annotations

import weakref
from bisect import bisect_right
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np
from msgspec.structs import replace

from report_search import deadline
from report_search.analysis.fold import FoldedText
from report_search.engine import scoring
from report_search.engine.arrays import Array, Floats, Ints, Mask, all_false, to_be_kept
from report_search.engine.cache import LruCache, array_bytes
from report_search.engine.columnar.boolean_masks import MaskAlgebra
from report_search.engine.columnar.collapsing import CollapsedHits, collapse
from report_search.engine.columnar.columns import Columns
from report_search.engine.columnar.facet_counts import apply_filters, count_facet, count_reports
from report_search.engine.columnar.positional import texts_matching
from report_search.engine.columnar.prepared import unpack
from report_search.engine.columnar.segment import Segment
from report_search.engine.columnar.sorting import ScoredHits
from report_search.engine.protocol import (
    MOST_NAMED,
    NOTHING_BEHIND,
    EngineInfo,
    EngineRequest,
    FacetCounts,
    HitBehind,
    HitsBehind,
    Match,
    Matches,
    PassageSet,
    Total,
)
from report_search.engine.question_scoring import StatisticsGains, answering, question_scores
from report_search.passages import Passage
from report_search.query.algebra import find_hits
from report_search.query.ast import HasNumber, Near, Pattern, Query, Question, Term, Within, question_of

MIN_CACHE_BYTES, MAX_CACHE_BYTES = 8 << 20, 256 << 20
CACHE_BYTES_PER_PASSAGE = 640
"""What a snapshot keeps of masks and scores, within the two bounds above; a wording of eight common characters takes
about a tenth of it."""
RECENT_PASSAGES = 1024
"""How many passages are kept as they are stored: what pages show is mostly shown again. They take some 1 MB, unpacked
they would take 2.5, and finding one in the store takes ten times as long as unpacking it."""


class SegmentStore(Protocol):
    """The part of a segment that is not arrays."""

    def postings(self, word: str) -> tuple[Ints, Ints]:
        """The rows of the segment that have a ranking word, ascending, and how often; deleted ones too."""
        ...

    def packed_passage(self, row: int) -> bytes:
        """The passage of a row of the segment, as ``prepare`` packed it."""
        ...


class SegmentRows:
    """Segments one after another as one table, whose rows are all their passages, deleted ones included."""

    def __init__(self, segments: Sequence[Segment], stores: Sequence[SegmentStore], *, live: Mask) -> None:
        self.table = Columns(segments, live)
        self.live_passages = int(np.count_nonzero(live))
        self._segments, self._stores = segments, stores

    def mask(self, ask: Callable[[Segment], Mask]) -> Mask:
        """What ``ask`` says of each row, ``(n_rows,) bool``, not to be changed."""
        deadline.check()
        return to_be_kept(np.concatenate([np.zeros(0, dtype=np.bool_), *map(ask, self._segments)]))

    def counts(self, ask: Callable[[Segment, SegmentStore], tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
        """The live rows, ascending int64, and a number for each, from what ``ask`` gives for each segment."""
        deadline.check()
        rows: list[Ints] = [np.zeros(0, dtype=np.int64)]
        numbers: list[Ints] = [np.zeros(0, dtype=np.int64)]
        for segment, store, base in zip(self._segments, self._stores, self.table.bases, strict=False):
            own_rows, own_numbers = ask(segment, store)
            rows.append(own_rows.astype(np.int64, copy=False) + base)
            numbers.append(own_numbers)
        all_rows, all_numbers = np.concatenate(rows), np.concatenate(numbers)
        # Most states have no deleted row, and then nothing needs to be looked up.
        if self.live_passages == self.table.size:
            return all_rows, all_numbers
        live = self.table.live[all_rows]
        return all_rows[live], all_numbers[live]

    def text_lengths(self) -> Array:
        """The number of characters of each row's folded text, ``(n_rows,) int64``."""
        parts = [segment.text.base.lengths() for segment in self._segments]
        return np.concatenate([np.zeros(0, dtype=np.int64), *parts])

    def rows_of(self, passage_id: str) -> list[int]:
        """The live rows with a passage id: one, or none."""
        rows = (
            base + own_row
            for segment, base in zip(self._segments, self.table.bases, strict=False)
            for own_row in segment.lookup.find(passage_id)
        )
        return [row for row in rows if self.table.live[row]]

    def packed_with(self, passage_id: str) -> tuple[bytes, ...]:
        """The passage with an id, packed; none if it is not there."""
        return tuple(map(self._packed, self.rows_of(passage_id)))

    def rows_of_all(self, passage_ids: Collection[str]) -> Ints:
        """The rows, int64 in no order, with one of many passage ids; deleted ones too."""
        found = [
            segment.lookup.find_all(passage_ids) + base
            for segment, base in zip(self._segments, self.table.bases, strict=False)
        ]
        return np.concatenate([np.zeros(0, dtype=np.int64), *found])

    def passage_id(self, row: int) -> str:
        """The id of a row's passage."""
        segment, own_row = self._locate(row)
        return self._segments[segment].ids[own_row]

    def passage(self, row: int) -> Passage:
        """The passage of a row."""
        return unpack(self._packed(row))

    def _packed(self, row: int) -> bytes:
        segment, own_row = self._locate(row)
        return self._stores[segment].packed_passage(own_row)

    def _locate(self, row: int) -> tuple[int, int]:
        """The segment that a row is in, and its row there."""
        segment = bisect_right(self.table.bases, row) - 1
        return segment, row - self.table.bases[segment]


class SegmentLeaves:
    """The rows that each kind of leaf of a query tree selects: ``boolean_masks.LeafMasks``.

    Every mask is ``(size,) bool`` and may come from the cache, so it must not be changed. Deleted rows may be set.
    """

    def __init__(self, rows: SegmentRows, cache: LruCache) -> None:
        self.size = rows.table.size
        self._rows, self._cache = rows, cache
        self.statistics = SegmentStatistics(rows, self, cache=cache)

    def text_contains(self, needle: FoldedText) -> Mask:
        """The rows whose own text contains ``needle``."""
        # By text and variants alone: how a needle was typed (its ``original``) makes no difference.
        return self._cache.get(
            ("text", needle.text, needle.variants),
            lambda: self._rows.mask(lambda segment: segment.text.containing(needle)),
        )

    def context_contains(self, needle: FoldedText) -> Mask:
        """The rows whose context contains ``needle``."""
        return self._cache.get(
            ("context", needle.text, needle.variants),
            lambda: self._rows.mask(lambda segment: segment.context.containing(needle)),
        )

    def positional(self, tree: Pattern | Near | Within) -> Mask:
        """The rows for which a node holds that compares positions in the text."""
        return self._cache.get(
            ("positional", tree),
            lambda: self._rows.mask(lambda segment: texts_matching(tree, segment.text)),
        )

    def with_number(self, wanted: HasNumber) -> Mask:
        """The rows that have the number that a node asks for."""
        return self._cache.get(
            ("number", wanted),
            lambda: self._rows.mask(lambda segment: segment.numbers.containing(wanted)),
        )

    def of_reports(self, found: Mask) -> Mask:
        """The rows of the reports that have a live row of ``found``."""
        table = self._rows.table
        report = table.columns["report"]
        # A deleted row says nothing of its report: it may be one that was replaced.
        has_one = np.bincount(report.codes[found & table.live], minlength=len(report.names)) > 0
        mask: Mask = has_one[report.codes]
        return mask

    def answering(self, question: Question, among: Mask) -> Mask:
        """The rows of ``among`` that answer a question."""
        live = among & self._rows.table.live
        return answering(question, self.question_scores(question), among=live)

    def question_scores(self, question: Question) -> Floats:
        """The score of each row for a question; deleted rows score as well."""
        return self._cache.get(
            ("question", question.terms, question.grams),
            lambda: question_scores(question, StatisticsGains(self.statistics)),
        )

    def having(self, field: str, values: Sequence[str]) -> Mask:
        """The rows with one of ``values`` in ``field``."""
        return self._rows.table.columns[field].having(values, self.size)

    def among(self, wanted: PassageSet) -> Mask:
        """The rows of a set of passages."""
        return self._cache.get(("among", wanted), lambda: self._rows_among(wanted))

    def _rows_among(self, wanted: PassageSet) -> Mask:
        mask = self.having("report", tuple(wanted.reports)).copy()
        for passage_ids, is_in in ((wanted.but, False), (wanted.passages, True)):
            mask[self._rows.rows_of_all(passage_ids)] = is_in
        return mask

    def between(self, low: int | None, high: int | None) -> Mask:
        """The rows with a year of ``low`` … ``high``; None leaves that side open."""
        table = self._rows.table
        found = table.has_year
        if low is not None:
            found = found & (table.year >= low)
        if high is not None:
            found = found & (table.year <= high)
        return found


class SegmentStatistics:
    """What the scoring formula needs of all live rows: ``scoring.Statistics``."""

    def __init__(self, rows: SegmentRows, leaves: SegmentLeaves, *, cache: LruCache) -> None:
        self.size, self.passages = rows.table.size, rows.live_passages
        self._rows, self._cache = rows, cache
        # The leaves hold these statistics. Were both to hold each other, a snapshot would keep its files mapped, long
        # after it was dropped, until Python looks for garbage among all that is old.
        self._leaves = weakref.proxy(leaves)
        self._word_lengths = _with_average(rows.table.words, rows.table.live)
        self._text_lengths = _with_average(rows.text_lengths(), rows.table.live)

    def words(self, word: str) -> tuple[Ints, Ints]:
        return self._rows.counts(lambda segment, store: store.postings(word))

    def pairs(self, pair: str) -> tuple[Ints, Ints]:
        return self._rows.counts(lambda segment, store: segment.text.base.counts(pair))

    def characters(self, char: str) -> tuple[Ints, Ints]:
        return self._rows.counts(lambda segment, store: segment.text.base.character_counts(char))

    def gaps(self, one: str, two: str) -> tuple[Ints, Ints]:
        return self._rows.counts(lambda segment, store: segment.text.base.gaps(one, two))

    def in_context(self, term: Term) -> Ints:
        masks = [self._leaves.context_contains(needle) for needle in (term.folded, *term.synonyms)]
        return np.flatnonzero(np.logical_or.reduce(masks) & self._rows.table.live)

    def word_lengths(self) -> tuple[Ints, float]:
        return self._word_lengths

    def text_lengths(self) -> tuple[Ints, float]:
        return self._text_lengths

    def cached(
        self, key: tuple[str, str], make: Callable[[], tuple[Ints, scoring.Numbers]]
    ) -> tuple[Ints, scoring.Numbers]:
        return self._cache.get(key, make)

    def sections(self, section: str) -> Ints:
        return self._cache.get(
            ("section", section), lambda: np.flatnonzero(self._leaves.having("section", (section,)))
        )


class ColumnarSnapshot:
    """One fixed state of segments. Safe to share between threads."""

    def __init__(
        self,
        segments: Sequence[Segment],
        stores: Sequence[SegmentStore],
        *,
        live: Mask,
    ) -> None:
        self._rows = SegmentRows(segments, stores, live=live)
        self._table = self._rows.table
        self._report = self._table.columns["report"]
        wanted_bytes = CACHE_BYTES_PER_PASSAGE * self._table.size
        cache = LruCache(
            min(MAX_CACHE_BYTES, max(MIN_CACHE_BYTES, wanted_bytes)),
            size_of=array_bytes,
        )
        self._cache = cache
        self._leaves = SegmentLeaves(self._rows, cache)
        self._recently_packed = lru_cache(RECENT_PASSAGES)(self._rows.packed_with)
        self._statistics = self._leaves.statistics

    def find(self, request: EngineRequest) -> Matches:
        """Answer a request."""
        all_hits, complete = find_hits(request.tree, MaskAlgebra(self._leaves))
        # Leaves and their complements may have deleted rows; here, at the end, they go once for all.
        all_hits = all_hits & self._table.live
        if request.among is not None:
            all_hits = all_hits & self._leaves.among(request.among)
        filters = {field: self._leaves.having(field, values) for field, values in request.filters}
        hits = apply_filters(all_hits, filters)
        rows = np.flatnonzero(hits)
        scored = ScoredHits(rows, self._scores(request.tree)[rows], complete[rows], self._table.tier[rows])
        collapsed = self._collapsed(scored, request)
        walked = collapsed.firsts if collapsed else scored
        page, more = self._page(walked, request)
        return Matches(
            total=Total(len(rows), count_reports(hits, self._report), int(scored.complete.sum())),
            hits=tuple(
                self._match(walked, int(at), collapsed, by_text=request.collapse == "text") for at in page
            ),
            facets=tuple(
                # A facet that filters is counted without its own filter, every other one over the hits.
                self._facet(field, self._rows_without(field, all_hits, filters) if field in filters else rows)
                for field in request.facets
            ),
            more=more,
            groups=len(walked.rows),
            tallies=tuple(self._facet(field, rows[scored.complete]) for field in request.tallies),
        )

    def info(self) -> EngineInfo:
        """What the state holds, headings and titles not counted."""
        counted = self._table.live & ~self._leaves.having("type", ("heading",))
        return EngineInfo(int(np.count_nonzero(counted)), count_reports(counted, self._report))

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """The passages with these ids, in the order asked; ids not there are left out."""
        return [unpack(packed) for id_ in ids for packed in self._recently_packed(id_)]

    def report_passages(self, report_id: str) -> list[Passage]:
        """All passages of a report in reading order, then its headings; [] if it is not there."""
        rows = self.live_rows_of_report(report_id)
        return [self._rows.passage(int(row)) for row in rows[np.argsort(self._table.position[rows])]]

    def live_rows_of_report(self, report_id: str) -> Ints:
        """The live rows of a report, ascending int64."""
        return np.flatnonzero(self._leaves.having("report", (report_id,)) & self._table.live)

    def _scores(self, tree: Query) -> Floats:
        """The score of each row, from parts that are cached whatever the filters."""
        question = question_of(tree)
        if question is not None:
            return self._leaves.question_scores(question)
        return scoring.scores(scoring.plan(tree), self._statistics)

    def _page(self, scored: ScoredHits, request: EngineRequest) -> tuple[Array, bool]:
        """The hits of a page, as positions in ``scored``, and whether more follow."""
        after = request.after
        if question_of(request.tree) is not None and after is not None:
            after = replace(after, complete=False)
        ranked = _as_ranked(scored, request)
        return self._table.ranks.page(ranked, sort=request.sort, limit=request.limit, after=after)

    def _rows_without(self, field: str, all_hits: Mask, filters: dict[str, Mask]) -> Ints:
        """The rows of the hits that are left by the filters of all other fields."""
        return np.flatnonzero(apply_filters(all_hits, filters, but=field))

    def _facet(self, field: str, rows: Ints) -> FacetCounts:
        return count_facet(field, self._table.columns[field], rows=rows, report=self._report)

    def _collapsed(self, scored: ScoredHits, request: EngineRequest) -> CollapsedHits | None:
        """The hits in groups; None if they are not to be put together."""
        if not request.collapse:
            return None
        groups = self._groups(request)
        order = self._table.ranks.order(_as_ranked(scored, request), sort=request.sort)
        return collapse(scored, order, groups=groups[scored.rows])

    def _groups(self, request: EngineRequest) -> Array:
        """The group of each row."""
        if request.collapse == "report":
            return self._report.codes
        near = request.near
        return self._cache.get(("near", near), lambda: self._table.near_groups(near))

    def _match(self, scored: ScoredHits, at: int, collapsed: CollapsedHits | None, *, by_text: bool) -> Match:
        row, score = int(scored.rows[at]), float(scored.scores[at])
        key = self._table.key(row, complete=bool(scored.complete[at]), score=score)
        behind = NOTHING_BEHIND
        if collapsed:
            behind = self._behind(row, collapsed.behind(at), by_text=by_text)
        return Match(self._rows.passage_id(row), score, key, behind)

    def _behind(self, first: int, others: Array, *, by_text: bool) -> HitsBehind:
        """What stands behind the row ``first`` of a group: the rows ``others``."""
        near = np.zeros(len(others), dtype=np.bool_)
        if by_text:
            near = self._table.text_groups[others] != self._table.text_groups[first]
        codes, names = self._report.codes, self._report.names
        reports = np.unique(codes[np.append(others, first)])
        named = zip(others[:MOST_NAMED].tolist(), near.tolist(), strict=False)
        return HitsBehind(
            len(others),
            len(reports),
            tuple(
                HitBehind(self._rows.passage_id(row), names[codes[row]], is_near) for row, is_near in named
            ),
            int(near.sum()),
        )


def _as_ranked(scored: ScoredHits, request: EngineRequest) -> ScoredHits:
    """The hits as they are put in order: those of a question are one group, whether they lack a word or not."""
    if question_of(request.tree) is None:
        return scored
    return replace(scored, complete=all_false(len(scored.rows)))


def _with_average(lengths: Array, live: Mask) -> tuple[Array, float]:
    """Lengths of all rows, and their average over the live ones; never 0, since lengths are divided by it."""
    return lengths, int(lengths[live].sum()) / max(1, int(np.count_nonzero(live))) or 1.0
