"""Filling an index: find the files, read what changed, give the engine its passages, publish a generation.

The index mirrors the paths given: what changed is read again, what is gone leaves (unless others are kept). A file
that can't be read is noted and the run goes on; if it had been read before, that report stays, so a bad file never
costs one that is indexed already. A run that would lose many reports, or leave none at all, changes nothing. The rule:
whatever goes wrong, the index stays as it was; and memory stays flat, since reports pass through one at a time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from indexer.run.apply import carried_tables, failures, update_draft
from indexer.run.boilerplate import group_boilerplate
from indexer.run.discover import DiscoveredFile, discover
from indexer.run.former_addresses import enter_former
from indexer.run.losses import refuse_losses
from indexer.run.smoke_check import check_engine
from indexer.run.summary import FileFailure, Summary
from indexer.run.withdrawals import KnownReports, Withdrawal, withdrawals_in, withdrawn_reports
from indexer.run.work_plan import Task, WorkPlan, manifests_of, missing_in, plan, tasks_of
from indexer.run.worker_pool import ReadResult, Recognition, read_all
from report_search.analysis.fingerprint import fingerprint
from report_search.errors import OperatorError, naming_machine_faults
from report_search.generations import (
    Draft,
    Generation,
    Generations,
    ReportSummary,
    SourceRecord,
    WithdrawnReport,
)
from report_search.model import MissingReport, ReportWarning
from report_search.taxonomy import topics
from report_search.taxonomy.agencies import agency_table

Progress = Callable[[str, int, int], None]
"""Told what is done, how many of it, and of how many (0 of what has no number)."""
RECOGNISED_FOLDER = "recognised"
"""Where an index keeps the pages that were recognised; it may be deleted, and pages are recognised anew then."""
WAITING = "正在等待另一个进程更新完索引"
"""What ``Progress`` is told while another writer is waited for."""


class IndexJob(Struct, frozen=True):
    """What to index and where. ``keep_others`` keeps reports of files that are not among ``paths``.

    ``accept_losses`` lets many reports leave the index at once; ``wait`` waits for another writer to end.
    """

    paths: tuple[Path, ...]
    index: Path
    engine: str
    keep_others: bool = False
    accept_losses: bool = False
    wait: bool = False

    def found(self) -> list[DiscoveredFile]:
        """The files below the paths, one at least. Raises ``OperatorError``."""
        found = discover(self.paths)
        if not found:
            raise OperatorError(
                "corpus-empty",
                f"{'、'.join(map(str, self.paths))} 中没有报告文件。",
                hint="请给出报告所在的目录或文件。",
            )
        return found


def run_job(job: IndexJob, *, progress: Progress = lambda what, done, total: None) -> Summary:
    """Bring the index up to date with the files below the paths, and say what happened.

    Raises ``OperatorError`` if a path is not there or holds no file, another process writes to the index, many reports
    would be lost, the machine fails (no room, no memory), or the new generation does not pass its checks; the index
    then stays as it was.
    """
    with naming_machine_faults():
        return _run(job, progress, began=time.monotonic())


def _run(job: IndexJob, progress: Progress, *, began: float) -> Summary:
    files = job.found()
    waited: list[bool] = []

    def on_wait() -> None:
        waited.append(True)
        progress(WAITING, 0, 0)

    generations = Generations(job.index, on_wait=on_wait if job.wait else None)
    with generations.draft(engine=job.engine, fingerprint=fingerprint()) as draft:
        enter_former(draft)
        # The corpus may have changed while another run was waited for.
        corpus = _Corpus.of(job.found() if waited else files, job.paths)
        todo = corpus.plan(draft, keep_others=job.keep_others)
        end = _End(job, draft.before, todo, corpus.withdrawals, began)
        with draft.spool() as spool:
            results = list(_read(todo, spool, progress, cache=job.index / RECOGNISED_FOLDER))
            if not (job.accept_losses or job.keep_others):
                refuse_losses(draft.before, todo, results=results)
            if _changes_nothing(draft, todo, results) and not _says_more(draft, corpus):
                return end.summary(draft.before, results)
            outcome, samples = update_draft(draft, todo, results=results, progress=progress)
            group_boilerplate(draft, progress)
        if not outcome.reports and not _is_emptied_on_purpose(draft, todo):
            unchanged = replace(end, todo=replace(todo, gone=(), left_out=()))
            return unchanged.summary(draft.before, results)
        outcome = replace(outcome, withdrawn=corpus.withdrawn(draft), missing=corpus.missing)
        generation = generations.publish(
            draft,
            outcome,
            check=lambda folder: check_engine(job.engine, folder, expected=outcome, samples=samples),
        )
        return end.summary(generation, results)


class _Corpus(Struct, frozen=True):
    """The files to look at, what the manifests take back, by ``source_key``, and what they say is not here."""

    tasks: Sequence[Task]
    withdrawals: Mapping[str, Withdrawal]
    missing: tuple[MissingReport, ...] = ()

    @classmethod
    def of(cls, files: Sequence[DiscoveredFile], paths: Iterable[Path]) -> _Corpus:
        """What ``files``, found below ``paths``, are a corpus of."""
        manifests = manifests_of(files, paths)
        return cls(tasks_of(files, manifests), withdrawals_in(manifests), missing_in(manifests))

    def plan(self, draft: Draft, *, keep_others: bool) -> WorkPlan:
        """What is to be done to bring ``draft`` up to date. Raises ``OperatorError`` if two corpora contradict."""
        todo = plan(
            draft.before,
            self.tasks,
            carried=draft.carried is not None,
            keep_others=keep_others,
            withdrawn=self.withdrawals.keys(),
        )
        agency_table(todo.additions)
        topics.labels(todo.additions)
        return todo

    def withdrawn(self, draft: Draft) -> tuple[WithdrawnReport, ...]:
        """Every report that was taken back and is not in ``draft`` as it is now."""
        known = KnownReports(draft.before, draft.addresses.book.reports(), now=draft.started)
        return withdrawn_reports(known, self.withdrawals.values(), held=draft.kept)


def _page_by_page(progress: Progress) -> Callable[[str, int, int], None]:
    """Tells ``progress`` of each page that is recognised, with the name of its file."""
    return lambda name, done, total: progress(f"识别 {name}，第 {min(done + 1, total)} 页", done, total)


def _read(todo: WorkPlan, spool: Path, progress: Progress, *, cache: Path) -> Iterator[ReadResult]:
    recognition = Recognition(cache, _page_by_page(progress))
    # Closed whatever happens, so that no child goes on reading into a folder that is being deleted.
    with closing(read_all(todo.read, spool=spool, recognition=recognition)) as results:
        for done, result in enumerate(results, 1):
            yield result
            progress("读取", done, len(todo.read))


def _changes_nothing(draft: Draft, todo: WorkPlan, results: Sequence[ReadResult]) -> bool:
    """Whether the index is up to date, or all that was read failed as it had failed before."""
    if (
        carried_tables(draft) is None
        or todo.gone
        or todo.left_out
        or any(result.header for result in results)
    ):
        return False
    return set(failures(todo, results)) <= set(todo.former.values())


def _says_more(draft: Draft, corpus: _Corpus) -> bool:
    """Whether a manifest says other things of what is not here than the index knows; the reports being the same."""
    if draft.before is None:
        return bool(corpus.withdrawn(draft) or corpus.missing)
    record = draft.before.record
    return (corpus.withdrawn(draft), corpus.missing) != (record.withdrawn, record.missing)


def _is_emptied_on_purpose(draft: Draft, todo: WorkPlan) -> bool:
    """Whether every report that was in the index is left out by the manifest."""
    before = _reports(draft.before)
    return bool(before) and len(before) == sum(bool(record.report) for record in todo.left_out)


class _End(Struct, frozen=True):
    """What a summary takes, whichever way a run ends; ``before`` is the generation that was current."""

    job: IndexJob
    before: Generation | None
    todo: WorkPlan
    withdrawals: Mapping[str, Withdrawal]
    began: float

    def summary(self, generation: Generation | None, results: Sequence[ReadResult]) -> Summary:
        """What happened; ``generation`` is the current one now, None if there is no index."""
        todo = self.todo
        failed = [*todo.known_failures, *failures(todo, results)]
        return Summary(
            read=_paths(result.record for result in results if result.header),
            unchanged=_paths(todo.unchanged),
            removed=_paths(todo.removed),
            skipped=todo.skipped,
            withdrawn=tuple(withdrawal.path for withdrawal in self.withdrawals.values()),
            failed=tuple(map(FileFailure.of, failed)),
            warnings=self._warnings(generation),
            passages=generation.record.passages if generation else 0,
            reports=len(_reports(generation)),
            generation=generation.id if generation else "",
            index=str(self.job.index),
            seconds=time.monotonic() - self.began,
            only_new_warnings=self.job.keep_others,
        )

    def _warnings(self, generation: Generation | None) -> tuple[tuple[str, ReportWarning], ...]:
        """The warnings to name: all, or those that are new where reports were only added."""
        known = set(_all_warnings(self.before)) if self.job.keep_others else set()
        return tuple(pair for pair in _all_warnings(generation) if pair not in known)


def _all_warnings(generation: Generation | None) -> Iterator[tuple[str, ReportWarning]]:
    """Each warning of a generation, with the path of the file that it is about."""
    return ((report.path, warning) for report in _reports(generation) for warning in report.warnings)


def _reports(generation: Generation | None) -> tuple[ReportSummary, ...]:
    return generation.reports() if generation else ()


def _paths(records: Iterable[SourceRecord]) -> tuple[str, ...]:
    return tuple(record.path for record in records)
