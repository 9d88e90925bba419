"""Engine ``memory``: brute force over a list, short and obviously correct. Every other engine is tested against it.

``query.evaluate`` is asked about each passage in turn; hits are counted and sorted in plain Python. The rule: it shares
no code with the engines that it judges, except the scoring formula, which is the same for all. The passages are kept
in one file, so that its index can be published like any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from types import TracebackType

import msgspec
import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from report_search import deadline
from report_search.analysis.fold import fold
from report_search.analysis.matching import occurs_in
from report_search.analysis.word_segmenter import query_segmenter
from report_search.engine import scoring
from report_search.engine.arrays import Ints
from report_search.engine.protocol import (
    MOST_NAMED,
    NOTHING_BEHIND,
    Engine,
    EngineInfo,
    EngineRequest,
    FacetCounts,
    HitBehind,
    HitsBehind,
    Match,
    Matches,
    PassageSet,
    Snapshot,
    SortKey,
    Total,
    ValueCount,
    Writer,
    sort_key,
)
from report_search.engine.proximity import smallest_gap
from report_search.engine.question_scoring import SHARE, StatisticsGains, question_scores
from report_search.errors import OperatorError
from report_search.hashing import hash64
from report_search.passages import Passage, values_of
from report_search.query.ast import Query, Term, question_of
from report_search.query.evaluate import (
    View,
    asks_headings,
    is_complete,
    is_hit,
    questions,
    views,
    with_answers,
)

FILE = "passages.json"


def open_engine(folder: Path) -> Engine:
    """The engine with the passages kept in ``folder``."""
    return MemoryEngine(folder)


class _Hit(Struct, frozen=True):
    passage: Passage
    key: SortKey
    behind: HitsBehind = NOTHING_BEHIND


class MemorySnapshot:
    """A fixed list of passages."""

    def __init__(self, passages: tuple[Passage, ...]) -> None:
        self._all = passages
        self._by_id = {passage.id: passage for passage in passages}

    def find(self, request: EngineRequest) -> Matches:
        """Answer a request by evaluating it on every passage."""
        question = question_of(request.tree)
        hits = [hit for hit in self._hits(request.tree) if _is_among(hit.passage, request.among)]
        filters = dict(request.filters)
        kept = [hit for hit in hits if _passes(hit.passage, filters)]
        in_order = partial(order, sort=request.sort, in_groups=question is None)
        ordered = sorted(kept, key=lambda hit: in_order(hit.key))
        if request.collapse:
            ordered = _collapsed(ordered, request)
        groups = len(ordered)
        if request.after is not None:
            ordered = [hit for hit in ordered if in_order(hit.key) > in_order(request.after)]
        page = ordered[: request.limit]
        return Matches(
            total=_total(kept),
            hits=tuple(Match(hit.passage.id, hit.key.score, hit.key, hit.behind) for hit in page),
            facets=tuple(_count(field, hits, filters) for field in request.facets),
            more=len(ordered) > len(page),
            groups=groups,
            tallies=_tallies(request.tallies, kept),
        )

    def _hits(self, tree: Query) -> list[_Hit]:
        """All hits of a tree, in the order of the list."""
        question = question_of(tree)
        scores = (
            question_scores(question, self._gains)
            if question is not None
            else scoring.scores(scoring.plan(tree), self._statistics)
        )
        hits = []
        for passage, seen, score in zip(self._all, self.views_for(tree), scores, strict=True):
            deadline.check()
            if is_hit(tree, seen):
                complete = is_complete(tree, seen)
                hits.append(_Hit(passage, sort_key(passage, complete=complete, score=float(score))))
        return hits

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """The passages with these ids, in the order asked."""
        return [self._by_id[id_] for id_ in ids if id_ in self._by_id]

    def report_passages(self, report_id: str) -> list[Passage]:
        """All passages of a report in reading order, then its headings."""
        return sorted((p for p in self._all if p.report == report_id), key=lambda p: p.position)

    @cached_property
    def _views(self) -> list[View]:
        return views(self._all)

    def views_for(self, tree: Query) -> list[View]:
        """The views of all passages, each with the questions of ``tree`` that it answers."""
        seen, headings = self._views, asks_headings(tree)
        for question in questions(tree):
            scores = question_scores(question, self._gains).tolist()
            seen = with_answers(seen, question, scores=scores, share=SHARE, headings=headings)
        return seen

    @cached_property
    def _gains(self) -> StatisticsGains:
        return StatisticsGains(self._statistics)

    @cached_property
    def _statistics(self) -> ListStatistics:
        return ListStatistics(self._all, self._views)


def order(key: SortKey, sort: str, *, in_groups: bool = True) -> tuple[object, ...]:
    """A key that sorts hits, smallest first; by relevance ``in_groups`` if what lacks no word is to come first."""
    # A year or date that is not known comes last in either direction.
    unknown = (key.year == 0, key.published == "")
    if sort == "oldest":
        return (unknown[0], key.year, unknown[1], key.published, key.report, key.position)
    newest = (-key.year, unknown[1], _Descending(key.published), key.report, key.position)
    if sort == "newest":
        return newest
    return (key.tier, in_groups and not key.complete, -key.score, *newest)


class _Descending(Struct, frozen=True):
    """A text that sorts in reverse: a date has no negative, as a year has."""

    text: str

    def __lt__(self, other: _Descending) -> bool:
        return self.text > other.text


def _is_among(passage: Passage, among: PassageSet | None) -> bool:
    return among is None or among.has(passage.id, passage.report)


def _passes(passage: Passage, filters: dict[str, tuple[str, ...]], *, but: str = "") -> bool:
    return all(
        set(values_of(passage, field)) & set(chosen) for field, chosen in filters.items() if field != but
    )


def _collapsed(ordered: list[_Hit], request: EngineRequest) -> list[_Hit]:
    """The first hit of each group, in the order of the hits, with what is behind it."""
    groups: dict[str | int, list[_Hit]] = {}
    by_report = request.collapse == "report"
    for hit in ordered:
        text = _text_of(hit)
        name = hit.passage.report if by_report else request.near.group_of.get(text, text)
        groups.setdefault(name, []).append(hit)
    return [
        replace(first, behind=_behind(first, others, by_report=by_report))
        for first, *others in groups.values()
    ]


def _text_of(hit: _Hit) -> int:
    return hash64(fold(hit.passage.text).text)


def _behind(first: _Hit, others: list[_Hit], *, by_report: bool) -> HitsBehind:
    reports = {hit.passage.report for hit in (first, *others)}
    behind = [
        HitBehind(hit.passage.id, hit.passage.report, not by_report and _text_of(hit) != _text_of(first))
        for hit in others
    ]
    near = sum(one.is_near for one in behind)
    return HitsBehind(len(others), len(reports), tuple(behind[:MOST_NAMED]), near)


def _total(hits: list[_Hit]) -> Total:
    reports = {hit.passage.report for hit in hits}
    return Total(len(hits), len(reports), sum(hit.key.complete for hit in hits))


def _count(field: str, hits: list[_Hit], filters: dict[str, tuple[str, ...]]) -> FacetCounts:
    """The values of a field among the hits; a choice in the field itself hides none of its other values."""
    passages: Counter[str] = Counter()
    reports: dict[str, set[str]] = {}
    for hit in hits:
        if _passes(hit.passage, filters, but=field):
            for value in values_of(hit.passage, field):
                passages[value] += 1
                reports.setdefault(value, set()).add(hit.passage.report)
    return FacetCounts(field, tuple(ValueCount(v, count, len(reports[v])) for v, count in passages.items()))


def _tallies(fields: Sequence[str], kept: list[_Hit]) -> tuple[FacetCounts, ...]:
    """The values of each field among the complete hits of those ``kept`` by all filters."""
    complete = [hit for hit in kept if hit.key.complete]
    return tuple(_count(field, complete, {}) for field in fields)


class ListStatistics:
    """``scoring.Statistics`` counted passage by passage; a row is a position in the list of passages."""

    def __init__(self, passages: tuple[Passage, ...], views: list[View]) -> None:
        self.size = self.passages = len(passages)
        self._all, self._views = passages, views
        self._words = [Counter(query_segmenter().search_words(seen.text.text)) for seen in views]

    def words(self, word: str) -> tuple[Ints, Ints]:
        return _sparse([words[word] for words in self._words])

    def pairs(self, pair: str) -> tuple[Ints, Ints]:
        """Of each text; 天天 stands twice in 天天天, which ``str.count`` counts once."""
        texts = [seen.text.text for seen in self._views]
        if pair[:1] != pair[1:]:
            return _sparse([text.count(pair) for text in texts])
        return _sparse([sum(text.startswith(pair, at) for at in range(len(text))) for text in texts])

    def characters(self, char: str) -> tuple[Ints, Ints]:
        return _sparse([seen.text.text.count(char) for seen in self._views])

    def gaps(self, one: str, two: str) -> tuple[Ints, Ints]:
        found = enumerate(smallest_gap(one, two, text=seen.text.text) for seen in self._views)
        near = np.array([(at, gap) for at, gap in found if gap is not None], dtype=np.int64).reshape(-1, 2)
        return near[:, 0], near[:, 1]

    def in_context(self, term: Term) -> Ints:
        needles = (term.folded, *term.synonyms)
        return np.array(
            [at for at, seen in enumerate(self._views) if any(occurs_in(n, seen.context) for n in needles)],
            dtype=np.int64,
        )

    def word_lengths(self) -> tuple[Ints, float]:
        return _lengths([words.total() for words in self._words])

    def text_lengths(self) -> tuple[Ints, float]:
        return _lengths([len(seen.text.text) for seen in self._views])

    def cached(
        self, key: tuple[str, str], make: Callable[[], tuple[Ints, scoring.Numbers]]
    ) -> tuple[Ints, scoring.Numbers]:
        return make()

    def sections(self, section: str) -> Ints:
        return np.array([at for at, p in enumerate(self._all) if p.section == section], dtype=np.int64)


def _sparse(counts: list[int]) -> tuple[Ints, Ints]:
    found = np.array(counts, dtype=np.int64)
    rows = np.flatnonzero(found)
    return rows, found[rows]


def _lengths(lengths: list[int]) -> tuple[Ints, float]:
    return np.array(lengths, dtype=np.int64), sum(lengths) / max(1, len(lengths)) or 1.0


class MemoryWriter:
    """Changes to a list that take effect together, on leaving the context without an error."""

    def __init__(self, engine: MemoryEngine) -> None:
        self._engine = engine
        self._pending: dict[str, Passage] = {}

    def __enter__(self) -> Writer:
        self._engine.lock()
        self._pending = {passage.id: passage for passage in self._engine.held}
        return self

    def add(self, passages: Iterable[Passage]) -> None:
        """Add passages."""
        for passage in passages:
            if passage.id in self._pending:
                raise ValueError(f"passage {passage.id} is there already")
            self._pending[passage.id] = passage

    def remove_report(self, report_id: str) -> None:
        """Remove a report's passages."""
        self._pending = {
            key: passage for key, passage in self._pending.items() if passage.report != report_id
        }

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._engine.commit(tuple(self._pending.values()))
        finally:
            self._engine.unlock()


class MemoryEngine:
    """Passages in a tuple, and in one file. One writer at a time; snapshots never change."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / FILE
        self._writing = Lock()
        self.held: tuple[Passage, ...] = _load(self._path)
        self._snapshot = MemorySnapshot(self.held)

    def writer(self) -> Writer:
        return MemoryWriter(self)

    def snapshot(self) -> Snapshot:
        return self._snapshot

    def info(self) -> EngineInfo:
        counted = [passage for passage in self.held if not passage.is_heading]
        return EngineInfo(len(counted), len({passage.report for passage in counted}))

    def close(self) -> None:
        """Nothing is held open."""

    def commit(self, passages: tuple[Passage, ...]) -> None:
        """Replace all passages by ``passages``, in the file first."""
        # Written beside the file and renamed: a crash leaves the old file or the new one, never a part of one.
        new_file = self._path.with_suffix(".new")
        new_file.write_bytes(msgspec.json.encode(passages))
        new_file.replace(self._path)
        self.held, self._snapshot = passages, MemorySnapshot(passages)

    def lock(self) -> None:
        """Become the one writer. Raises ``OperatorError`` if there is another."""
        if not self._writing.acquire(blocking=False):
            raise OperatorError("engine-locked", "索引正在被写入。", hint="请等另一个写入完成后再试。")

    def unlock(self) -> None:
        """Let the next writer in."""
        self._writing.release()


def _load(path: Path) -> tuple[Passage, ...]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=tuple[Passage, ...])
    except FileNotFoundError:
        return ()
    except msgspec.MsgspecError as error:
        raise OperatorError(
            "index-damaged", f"索引文件损坏：{path}", hint="请运行 report-search index 重建索引。"
        ) from error
