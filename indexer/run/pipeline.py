"""Filling an index: find the files, read what changed, give the engine its passages, publish a generation.

The index mirrors the paths given: what changed is read again, what is gone leaves (unless others are kept). A file
that can't be read is noted and the run goes on; if it had been read before, its last good reading stays, so nothing
already indexed is lost by a bad file. A run that leaves no report at all changes nothing. Memory stays flat: reports
pass through one at a time.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from indexer.run.apply import failures, fill
from indexer.run.discover import DiscoveredFile, discover
from indexer.run.input_fingerprint import base_recipe
from indexer.run.smoke_check import check_engine
from indexer.run.summary import FileFailure, Summary
from indexer.run.work_plan import WorkPlan, plan, tasks_of
from indexer.run.worker_pool import ReadResult, read_all
from report_search.analysis.fingerprint import fingerprint
from report_search.errors import OperatorError
from report_search.generations import BuildOutcome, Draft, Generation, Generations

Progress = Callable[[str, int, int], None]
"""Told what is done, how many of it, and of how many."""


@dataclass(frozen=True, slots=True)
class IndexJob:
    """What to index and where. ``keep_others`` keeps reports of files that are not among ``paths``."""

    paths: tuple[Path, ...]
    index: Path
    engine: str
    keep_others: bool = False


def run_job(job: IndexJob, *, progress: Progress = lambda what, done, total: None) -> Summary:
    """Bring the index up to date with the files below the paths, and say what happened.

    Raises ``OperatorError`` if a path is not there or holds no file, another process writes to the index, or the
    new generation does not pass its checks; the index then stays as it was.
    """
    began = time.monotonic()
    tasks = list(tasks_of(_found(job.paths)))
    generations = Generations(job.index)
    with generations.draft(engine=job.engine, fingerprint=fingerprint()) as draft:
        todo = plan(draft.before, tasks, carried=draft.carried is not None, keep_others=job.keep_others)
        with tempfile.TemporaryDirectory(prefix="report-search-") as spool:
            readings = list(_read(todo, Path(spool), progress))
            if _changes_nothing(draft, todo, readings):
                return _summary(job, draft.before, todo=todo, readings=readings, began=began)
            filled = fill(draft, todo, readings=readings, progress=progress)
        if not filled.reports:
            return _summary(job, draft.before, todo=replace(todo, gone=()), readings=readings, began=began)
        outcome = BuildOutcome(filled.passages, filled.reports, filled.sources, recipe=base_recipe())
        generation = generations.publish(
            draft, outcome, check=lambda folder: check_engine(job.engine, folder, filled=filled)
        )
        return _summary(job, generation, todo=todo, readings=readings, began=began)


def _found(paths: tuple[Path, ...]) -> list[DiscoveredFile]:
    found = discover(paths)
    if not found:
        raise OperatorError(
            "corpus-empty",
            f"{'、'.join(map(str, paths))} 中没有报告文件。",
            hint="请给出报告所在的目录或文件。",
        )
    return found


def _read(todo: WorkPlan, spool: Path, progress: Progress) -> Iterator[ReadResult]:
    for done, reading in enumerate(read_all(todo.read, spool=spool, topics=True), 1):
        yield reading
        progress("读取", done, len(todo.read))


def _changes_nothing(draft: Draft, todo: WorkPlan, readings: Sequence[ReadResult]) -> bool:
    """Whether the index is up to date, or all that was read failed as it had failed before."""
    if draft.carried is None or todo.gone or any(reading.light for reading in readings):
        return False
    return set(failures(todo, readings)) <= set(todo.former.values())


def _summary(
    job: IndexJob,
    generation: Generation | None,
    *,
    todo: WorkPlan,
    readings: Sequence[ReadResult],
    began: float,
) -> Summary:
    failed = [*(record for record in todo.same if record.code), *failures(todo, readings)]
    reports = generation.reports() if generation else ()
    return Summary(
        read=tuple(reading.record.path for reading in readings if reading.light),
        unchanged=tuple(record.path for record in todo.same if not record.code),
        removed=tuple(record.path for record in todo.gone if record.report),
        skipped=todo.skipped,
        failed=tuple(FileFailure(r.path, r.code, r.message, kept=bool(r.report)) for r in failed),
        warnings=tuple((summary.path, warning) for summary in reports for warning in summary.warnings),
        passages=generation.record.passages if generation else 0,
        reports=len(reports),
        generation=generation.id if generation else "",
        index=str(job.index),
        seconds=time.monotonic() - began,
    )
