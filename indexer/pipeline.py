"""Filling an index: find the files, read what changed, give the engine its passages, publish a generation.

The index mirrors the paths given: what changed is read again, what is gone leaves (unless others are kept). A file
that can't be read is noted and the run goes on; if it had been read before, its last good reading stays, so nothing
already indexed is lost by a bad file. Memory stays flat: reports pass through one at a time.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus import NAME as MANIFEST
from indexer.corpus import load_manifest
from indexer.discover import Found, discover
from indexer.filling import Filled, fill
from indexer.golden import check_engine
from indexer.recipe import recipe
from indexer.sources import Plan, place_of, plan
from indexer.summary import Failure, Summary
from indexer.workers import Reading, read_all
from report_search.analysis.fingerprint import fingerprint
from report_search.errors import OperatorError
from report_search.generations import Generation, Generations, Outcome

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
    found = _found(job.paths)
    version = _version(found)
    generations = Generations(job.index)
    with generations.draft(engine=job.engine, fingerprint=fingerprint()) as draft:
        carried = draft.carried is not None
        todo = plan(draft.before, found, carried=carried, recipe=version, keep_others=job.keep_others)
        if todo.is_nothing and draft.carried:
            return _summary(job, draft.carried, todo, Filled(), began=began)
        with tempfile.TemporaryDirectory(prefix="report-search-") as spool:
            readings = _read(todo, Path(spool), progress)
            filled = fill(draft, todo, readings, progress=progress)
        outcome = Outcome(filled.passages, filled.reports, filled.sources, recipe=version)
        generation = generations.publish(
            draft, outcome, check=lambda folder: check_engine(job.engine, folder, filled)
        )
        return _summary(job, generation, todo, filled, began=began)


def _found(paths: tuple[Path, ...]) -> list[Found]:
    found = discover(paths)
    if not found:
        raise OperatorError(
            "corpus-empty",
            f"{'、'.join(map(str, paths))} 中没有报告文件。",
            hint="请给出报告所在的目录或文件。",
        )
    return found


def _version(found: list[Found]) -> str:
    roots = {one.root for one in found}
    return recipe(root / MANIFEST for root in sorted(roots) if (root / MANIFEST).is_file())


def _read(todo: Plan, spool: Path, progress: Progress) -> list[Reading]:
    manifests = {root: load_manifest(root) for root in {one.root for one in todo.read}}
    readings = []
    for reading in read_all(todo.read, manifests=manifests, spool=spool):
        readings.append(reading)
        progress("读取", len(readings), len(todo.read))
    return readings


def _summary(job: IndexJob, generation: Generation, todo: Plan, filled: Filled, *, began: float) -> Summary:
    fresh = {place_of(r.root, r.path) for r in filled.fresh}
    return Summary(
        read=tuple(r.path for r in filled.fresh),
        unchanged=tuple(r.path for r in todo.same if place_of(r.root, r.path) not in fresh),
        removed=tuple(r.path for r in todo.gone if r.report),
        failed=tuple(Failure(r.path, r.code, r.message, kept=bool(r.report)) for r in filled.failed),
        warnings=tuple(
            (summary.path, warning) for summary in generation.reports() for warning in summary.warnings
        ),
        passages=generation.run.passages,
        reports=generation.run.reports,
        generation=generation.id,
        index=str(job.index),
        seconds=time.monotonic() - began,
    )
