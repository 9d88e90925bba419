"""Filling an index: find the files, read what changed, give the engine its passages, publish a generation.

The index mirrors the paths given: what changed is read again, what is gone leaves (unless others are kept). A file
that can't be read is noted and the run goes on; if it had been read before, that report stays, so a bad file never
costs one that is indexed already. A run that would leave no report at all changes nothing. The rule: whatever goes
wrong, the index stays as it was; and memory stays flat, since reports pass through one at a time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from indexer.run.apply import failures, update_draft
from indexer.run.discover import DiscoveredFile, discover
from indexer.run.smoke_check import check_engine
from indexer.run.summary import FileFailure, Summary
from indexer.run.work_plan import WorkPlan, plan, tasks_of
from indexer.run.worker_pool import ReadResult, read_all
from report_search.analysis.fingerprint import fingerprint
from report_search.errors import OperatorError
from report_search.generations import Draft, Generation, Generations, SourceRecord

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
        with draft.spool() as spool:
            results = list(_read(todo, spool, progress))
            if _changes_nothing(draft, todo, results):
                return _summary(job, draft.before, todo=todo, results=results, began=began)
            outcome, samples = update_draft(draft, todo, results=results, progress=progress)
        if not outcome.reports:
            return _summary(job, draft.before, todo=replace(todo, gone=()), results=results, began=began)
        generation = generations.publish(
            draft,
            outcome,
            check=lambda folder: check_engine(job.engine, folder, expected=outcome, samples=samples),
        )
        return _summary(job, generation, todo=todo, results=results, began=began)


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
    for done, result in enumerate(read_all(todo.read, spool=spool), 1):
        yield result
        progress("读取", done, len(todo.read))


def _changes_nothing(draft: Draft, todo: WorkPlan, results: Sequence[ReadResult]) -> bool:
    """Whether the index is up to date, or all that was read failed as it had failed before."""
    if draft.carried is None or todo.gone or any(result.header for result in results):
        return False
    return set(failures(todo, results)) <= set(todo.former.values())


def _summary(
    job: IndexJob,
    generation: Generation | None,
    *,
    todo: WorkPlan,
    results: Sequence[ReadResult],
    began: float,
) -> Summary:
    """What happened; ``generation`` is the current one now, None if there is no index."""
    failed = [*todo.known_failures, *failures(todo, results)]
    reports = generation.reports() if generation else ()
    return Summary(
        read=_paths(result.record for result in results if result.header),
        unchanged=_paths(todo.unchanged),
        removed=_paths(todo.removed),
        skipped=todo.skipped,
        failed=tuple(map(FileFailure.of, failed)),
        warnings=tuple((report.path, warning) for report in reports for warning in report.warnings),
        passages=generation.record.passages if generation else 0,
        reports=len(reports),
        generation=generation.id if generation else "",
        index=str(job.index),
        seconds=time.monotonic() - began,
    )


def _paths(records: Iterable[SourceRecord]) -> tuple[str, ...]:
    return tuple(record.path for record in records)
