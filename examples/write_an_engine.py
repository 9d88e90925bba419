"""Write an engine: a whole one behind ``report_search.engine.protocol``, as small as it can be.

    python examples/write_an_engine.py corpus 领事保护

It keeps its passages in one JSON file and looks at every one of them for every request, so it is slow and right. What
a query means is not its affair: ``query.evaluate`` says whether a passage is a hit. A real engine has an index to find
the hits faster and has to find the same ones; ``tests/engine/contract/`` holds every engine to that, this one too.

An engine has to keep three promises:

- A writer that is left without an error has committed everything; left by an error, it has changed nothing.
- A snapshot never changes, whatever is committed after it was taken.
- A file of a commit is never changed in place, since older generations of the index share it by hard links.
  A new file is written and takes the old one's name.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from types import TracebackType

import msgspec

from indexer.run.pipeline import IndexJob, run_job
from report_search import (
    EngineInfo,
    EngineRequest,
    FacetCounts,
    HitsBehind,
    Match,
    Matches,
    OperatorError,
    Passage,
    Searcher,
    SearchRequest,
    SortKey,
    Total,
    ValueCount,
)
from report_search.analysis.fold import fold
from report_search.engine.memory import ListStatistics
from report_search.engine.protocol import MOST_NAMED, HitBehind, sort_key
from report_search.engine.question_scoring import SHARE, StatisticsGains, question_scores
from report_search.engine.registry import ENGINES, EngineModule
from report_search.hashing import hash64
from report_search.passages import values_of
from report_search.query.ast import Query, question_of
from report_search.query.evaluate import (
    View,
    asks_headings,
    is_complete,
    is_hit,
    questions,
    spans,
    views,
    with_answers,
)

Filters = dict[str, tuple[str, ...]]
Found = list[tuple[Passage, SortKey]]


def open_engine(folder: Path) -> ScanEngine:
    """The engine on ``folder``: the one function that the registry of engines asks a module for."""
    folder.mkdir(parents=True, exist_ok=True)
    return ScanEngine(folder / "passages.json")


class ScanEngine:
    """An ``Engine``: opens writers and snapshots on one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.writing = Lock()

    def load(self) -> tuple[Passage, ...]:
        if not self.path.exists():
            return ()
        return msgspec.json.decode(self.path.read_bytes(), type=tuple[Passage, ...])

    def writer(self) -> ScanWriter:
        return ScanWriter(self)

    def snapshot(self) -> ScanSnapshot:
        return ScanSnapshot(self.load())

    def info(self) -> EngineInfo:
        # Headings and titles are no passages of their report.
        counted = [passage for passage in self.load() if not passage.is_heading]
        return EngineInfo(len(counted), len({passage.report for passage in counted}))

    def close(self) -> None:
        """Nothing is held open."""


class ScanWriter:
    """A ``Writer``: changes that take effect together when it is left."""

    def __init__(self, engine: ScanEngine) -> None:
        self._engine = engine
        self._passages: list[Passage] = []

    def __enter__(self) -> ScanWriter:
        if not self._engine.writing.acquire(blocking=False):
            raise OperatorError("engine-locked", "索引正在被写入。", hint="请等另一个写入完成后再试。")
        self._passages = list(self._engine.load())
        return self

    def add(self, passages: Iterable[Passage]) -> None:
        self._passages += passages

    def remove_report(self, report_id: str) -> None:
        self._passages = [passage for passage in self._passages if passage.report != report_id]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                aside = self._engine.path.with_suffix(".new")
                aside.write_bytes(msgspec.json.encode(self._passages))
                aside.replace(self._engine.path)
        finally:
            self._engine.writing.release()


class ScanSnapshot:
    """A ``Snapshot``: a tuple of passages that nobody changes."""

    def __init__(self, passages: tuple[Passage, ...]) -> None:
        self._passages = passages
        self._by_id = {passage.id: passage for passage in passages}

    @cached_property
    def _views(self) -> list[View]:
        """Each passage as a query sees it: text and context folded, with the other passages of its report."""
        return views(self._passages)

    @cached_property
    def _gains(self) -> StatisticsGains:
        """What words and characters are worth among all passages, for questions in plain Chinese."""
        return StatisticsGains(ListStatistics(self._passages, self._views))

    def _views_for(self, tree: Query) -> list[View]:
        """The views, each with the questions it answers: the best passages do, and that takes all of them to say."""
        seen = self._views
        for question in questions(tree):
            scores = question_scores(question, self._gains).tolist()
            seen = with_answers(seen, question, scores=scores, share=SHARE, headings=asks_headings(tree))
        return seen

    def _scores(self, tree: Query, seen: list[View]) -> list[float]:
        """A question has one scale in every engine; all else is scored as an engine likes.

        This one takes the share of a text that the query marks: simple, and enough for an example.
        """
        question = question_of(tree)
        if question is not None:
            found: list[float] = question_scores(question, self._gains).tolist()
            return found
        marked = (sum(end - start for start, end in spans(tree, one)) for one in seen)
        return [
            length / max(1, len(passage.text)) for length, passage in zip(marked, self._passages, strict=True)
        ]

    def find(self, request: EngineRequest) -> Matches:
        filters = dict(request.filters)
        views_now = self._views_for(request.tree)
        scores = self._scores(request.tree, views_now)
        hits = [
            (passage, sort_key(passage, complete=is_complete(request.tree, seen), score=score))
            for passage, seen, score in zip(self._passages, views_now, scores, strict=True)
            if is_hit(request.tree, seen) and _is_among(passage, request)
        ]
        kept = [(passage, key) for passage, key in hits if _passes(passage, filters)]
        complete = [(passage, key) for passage, key in kept if key.complete]
        firsts, behind = kept, dict[str, HitsBehind]()
        if request.collapse:
            firsts, behind = _firsts(_ordered(kept, replace(request, after=None)), request)
        ordered = _ordered(firsts, request)
        page = ordered[: request.limit]
        return Matches(
            total=Total(
                passages=len(kept),
                reports=len({passage.report for passage, _ in kept}),
                complete=sum(key.complete for _, key in kept),
            ),
            hits=tuple(
                Match(passage.id, key.score, key, behind.get(passage.id, HitsBehind()))
                for passage, key in page
            ),
            facets=tuple(_count(field, hits, filters) for field in request.facets),
            more=len(ordered) > len(page),
            groups=len(firsts),
            tallies=tuple(_count(field, complete, {}) for field in request.tallies),
        )

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        return [self._by_id[id_] for id_ in ids if id_ in self._by_id]

    def report_passages(self, report_id: str) -> list[Passage]:
        own = (passage for passage in self._passages if passage.report == report_id)
        return sorted(own, key=lambda passage: passage.position)


def _is_among(passage: Passage, request: EngineRequest) -> bool:
    """Whether a request allows a passage to be a hit at all, as ``since=`` does."""
    return request.among is None or request.among.has(passage.id, passage.report)


def _passes(passage: Passage, filters: Filters, *, but: str = "") -> bool:
    """Whether a passage has one of the values of every filter, that of the field ``but`` left out."""
    return all(
        field == but or not set(chosen).isdisjoint(values_of(passage, field))
        for field, chosen in filters.items()
    )


def _count(field: str, hits: Found, filters: Filters) -> FacetCounts:
    """What choosing each value alone in ``field`` would give, every filter of another field kept."""
    passages: Counter[str] = Counter()
    reports: dict[str, set[str]] = {}
    for passage, _ in hits:
        if _passes(passage, filters, but=field):
            for value in values_of(passage, field):
                passages[value] += 1
                reports.setdefault(value, set()).add(passage.report)
    counts = (ValueCount(value, count, len(reports[value])) for value, count in passages.items())
    return FacetCounts(field, tuple(counts))


def _firsts(ordered: Found, request: EngineRequest) -> tuple[Found, dict[str, HitsBehind]]:
    """The first hit of each report, or of each text, and what stands behind it, by its id."""
    groups: dict[str | int, Found] = {}
    by_report = request.collapse == "report"
    for passage, key in ordered:
        text = _text_of(passage)
        name = passage.report if by_report else request.near.group_of.get(text, text)
        groups.setdefault(name, []).append((passage, key))
    behind = {}
    for (first, _), *others in groups.values():
        reports = {first.report, *(passage.report for passage, _ in others)}
        named = [
            HitBehind(passage.id, passage.report, not by_report and _text_of(passage) != _text_of(first))
            for passage, _ in others
        ]
        near = sum(one.is_near for one in named)
        behind[first.id] = HitsBehind(len(others), len(reports), tuple(named[:MOST_NAMED]), near)
    return [group[0] for group in groups.values()], behind


def _text_of(passage: Passage) -> int:
    """What equal texts share, however they are printed."""
    return hash64(fold(passage.text).text)


def _ordered(hits: Found, request: EngineRequest) -> Found:
    """The hits in order; with a cursor, those behind it.

    Sorts are stable, also backwards, so the least important key is sorted by first. A year or a date that is not
    known is 0 or "" and comes last in either direction.
    """
    passages = {key: passage for passage, key in hits}
    keys = list(passages)
    # The hit of the cursor may be gone by now; its key still has a position among the others.
    if request.after is not None and request.after not in passages:
        keys.append(request.after)

    keys.sort(key=lambda key: (key.report, key.position))
    if request.sort == "oldest":
        keys.sort(key=lambda key: (key.year == 0, key.year, key.published == "", key.published))
    else:
        keys.sort(key=lambda key: (key.year, key.published), reverse=True)
    if request.sort == "relevance":
        # Hits of a question are on one scale, whether they lack a word or not; all others are two groups.
        in_groups = question_of(request.tree) is None
        keys.sort(key=lambda key: (-key.tier, in_groups and key.complete, key.score), reverse=True)

    start = 0 if request.after is None else keys.index(request.after) + 1
    return [(passages[key], key) for key in keys[start:]]


def main(folder: str, query: str) -> int:
    """Builds an index with this engine in a temporary folder, and searches it."""
    # An engine becomes known by its name and the module that has ``open_engine``.
    ENGINES["scan"] = EngineModule(__name__)
    with tempfile.TemporaryDirectory() as index:
        run_job(IndexJob(paths=(Path(folder),), index=Path(index), engine="scan"))
        page = Searcher(Path(index)).search(SearchRequest(query))
    print(f"共 {page.total.passages} 段，见于 {page.total.reports} 份报告。")
    for hit in page.hits:
        print(f"{hit.score:.2f}  {hit.passage.id}  {hit.passage.text[:60]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
