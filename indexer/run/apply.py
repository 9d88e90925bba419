"""Bringing a draft and its engine up to date with what was read.

Every report that is to be in the index is an entry: held already under its id, or to be loaded and added. Ids are
settled over all entries at once, so a newcomer that shares agency and year with a report gives both a new address;
only what moved or is new passes through the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from indexer.run.work_plan import WorkPlan, place_of
from indexer.run.worker_pool import ReadResult
from indexer.structure.report_ids import assign_ids
from report_search.engine.registry import open_engine
from report_search.generations import Draft, Generation, ReportSummary, SourceRecord
from report_search.model import Report, Source
from report_search.passages import Passage, passages_of
from report_search.taxonomy.topics import assign

SAMPLES = 5
"""So many new passages are kept to be looked for in the finished engine."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What a draft holds now: the engine's counts, the records of all sources, and what this run did."""

    passages: int = 0
    reports: int = 0
    sources: tuple[SourceRecord, ...] = ()
    fresh: tuple[SourceRecord, ...] = ()
    samples: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    """A report that is to be in the index. ``held`` is the id under which the engine has it, "" for none."""

    light: Report
    record: SourceRecord
    load: Callable[[], Report]
    assign: Callable[[Report, Sequence[Passage]], list[Passage]] = assign
    held: str = ""
    fresh: bool = False


def fill(
    draft: Draft, todo: WorkPlan, *, readings: Sequence[ReadResult], progress: Callable[[str, int, int], None]
) -> Filled:
    """Bring ``draft`` up to date; its engine is left closed. Raises ``OperatorError`` if it can't be written."""
    entries = [*_staying(draft, todo, readings), *_new(readings)]
    settled = assign_ids([entry.light for entry in entries])
    kept = {e.held for e, light in zip(entries, settled, strict=True) if e.held and light == e.light}
    work = [(e, light) for e, light in zip(entries, settled, strict=True) if e.held not in kept]
    samples: list[Passage] = []
    engine = open_engine(draft.engine, draft.engine_folder)
    try:
        with engine.writer() as writer:
            for gone in draft.kept.keys() - kept:
                writer.remove_report(gone)
                draft.drop(gone)
            for done, (entry, light) in enumerate(work, 1):
                report = _whole(entry, light)
                passages = entry.assign(report, passages_of(report))
                writer.add(passages)
                draft.put(report, passages=len(passages))
                samples += passages[: SAMPLES - len(samples)]
                progress("入库", done, len(work))
        info = engine.info()
    finally:
        engine.close()
    named = [replace(e.record, report=light.id) for e, light in zip(entries, settled, strict=True)]
    fresh = tuple(r for r, e in zip(named, entries, strict=True) if e.fresh)
    lost = (record for record in _staying_records(todo, readings) if not record.report)
    sources = tuple(sorted((*named, *lost), key=lambda r: (r.root, r.path)))
    return Filled(info.passages, info.reports, sources, fresh, tuple(samples))


def failures(todo: WorkPlan, readings: Sequence[ReadResult]) -> list[SourceRecord]:
    """The records of what could not be read now; ``report`` names the last good reading, which stays."""
    found = []
    for reading in readings:
        if reading.light is None:
            former = todo.former.get(place_of(reading.record.root, reading.record.path))
            found.append(replace(reading.record, report=former.report if former else ""))
    return found


def _staying_records(todo: WorkPlan, readings: Sequence[ReadResult]) -> list[SourceRecord]:
    """Records whose last reading stays, if there is one: unchanged files, others that are kept, failures."""
    return [*todo.same, *todo.others, *failures(todo, readings)]


def _staying(draft: Draft, todo: WorkPlan, readings: Sequence[ReadResult]) -> Iterator[_Entry]:
    before = draft.before
    if before is None:
        return
    summaries = {summary.id: summary for summary in before.reports()}
    for record in _staying_records(todo, readings):
        if record.report:
            summary = summaries[record.report]
            yield _Entry(
                light=_light(summary),
                record=record,
                load=partial(_stored, before, summary.id),
                held=summary.id if draft.carried else "",
            )


def _stored(generation: Generation, report_id: str) -> Report:
    report = generation.report(report_id)
    assert report is not None, f"run.json lists {report_id}, and its generation was verified"
    return report


def _new(readings: Sequence[ReadResult]) -> Iterator[_Entry]:
    for reading in readings:
        if reading.light is not None:
            yield _Entry(reading.light, reading.record, reading.load, reading.assign, fresh=True)


def _light(summary: ReportSummary) -> Report:
    """A report without its sections, as settling ids needs it."""
    return Report(
        id=summary.id,
        agency=summary.agency,
        agency_key=summary.agency_key,
        year=summary.year,
        title=summary.title,
        published=summary.published,
        source=Source(summary.path, summary.url, summary.sha256, summary.format),
        sections=(),
        warnings=summary.warnings,
    )


def _whole(entry: _Entry, light: Report) -> Report:
    return replace(entry.load(), id=light.id, warnings=light.warnings)
