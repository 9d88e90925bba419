"""Reading many files at once, each in a process of its own where that pays.

A worker leaves the report it read in a spool folder and hands back only what the run needs to know about it, so that
a thousand reports are never in memory together. The rule: no file stops the run. Whatever a file does to its reader,
be it an unforeseen error or the end of the process, is noted like any other failure.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path

from indexer.manifest import Manifest
from indexer.read_report import read_file
from indexer.run.spool import SpooledReport
from indexer.run.work_plan import Task, record_of
from report_search import process_pool
from report_search.errors import ReadError, ReportSearchError
from report_search.generations import SourceRecord
from report_search.model import Report, ReportHeader
from report_search.passages import Passage, passages_of
from report_search.taxonomy.agencies import resolve
from report_search.taxonomy.topics import assign

FEW = 8
"""So many files are read in this process: starting others would take longer."""


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What came of one file.

    ``record`` says why it was not read if it was not. Else ``header`` is that of its report, ``passages`` the number
    of its passages, and ``spooled`` where both are kept, None where no spool was asked for.
    """

    record: SourceRecord
    header: ReportHeader | None = None
    passages: int = 0
    spooled: SpooledReport | None = None


@dataclass(frozen=True, slots=True)
class _Job:
    """A file to read, and where its report goes (None: nowhere, it is only looked over)."""

    task: Task
    target: SpooledReport | None


def read_all(tasks: Sequence[Task], *, spool: Path | None = None) -> Iterator[ReadResult]:
    """Read the files of ``tasks``, in their order. Their reports and passages are left in the folder ``spool``."""
    jobs = [
        _Job(task, SpooledReport.numbered(spool, number) if spool else None)
        for number, task in enumerate(tasks)
    ]
    processes = process_pool.useful()
    if len(jobs) <= FEW or processes == 1:
        with ThreadPoolExecutor(1) as own:
            yield from (_result(job, own.submit(_read, job)) for job in jobs)
        return
    while jobs:
        with process_pool.pool(processes) as pool:
            done = yield from _until_broken(jobs, pool)
        # When a process dies, the pool fails every job that is not done and does not say which one was to blame: one
        # of those being read, so most likely one of the next few. Each of these gets a process of its own, the rest
        # a new pool; if the culprit is further down, it breaks that one and is found then.
        suspects, jobs = jobs[done : done + 2 * processes], jobs[done + 2 * processes :]
        yield from map(_read_alone, suspects)


def _until_broken(jobs: Sequence[_Job], pool: Executor) -> Generator[ReadResult, None, int]:
    """Results up to the first that is lost with its process; returns how many there were."""
    futures = [pool.submit(_read, job) for job in jobs]
    for done, (job, future) in enumerate(zip(jobs, futures, strict=True)):
        if isinstance(future.exception(), BrokenProcessPool):
            return done
        yield _result(job, future)
    return len(jobs)


def _read_alone(job: _Job) -> ReadResult:
    """What comes of a file that may have ended its process, read in a process where it can do no harm."""
    with process_pool.pool(1) as pool:
        return _result(job, pool.submit(_read, job))


def _result(job: _Job, future: Future[ReadResult]) -> ReadResult:
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, ReportSearchError):
        raise error
    what = "读取进程意外中止" if isinstance(error, BrokenProcessPool) else f"{type(error).__name__}：{error}"
    message = f"读取程序出错（{what}），请报告此问题"
    return _failed(job.task, record_of(job.task), ReadError("reader-failed", message))


def _read(job: _Job) -> ReadResult:
    """Read one file, in whatever process this is called in."""
    record = record_of(job.task)
    try:
        report, passages = _report_and_passages(job.task)
    except ReadError as error:
        return _failed(job.task, record, error)
    if job.target:
        job.target.write(report, assign(report, passages))
    return ReadResult(record, report.header, len(passages), job.target)


def _report_and_passages(task: Task) -> tuple[Report, list[Passage]]:
    """The report in a file and its passages, at least one. Raises ``ReadError``."""
    file = task.file
    if file.path.exists() and not file.path.is_file():
        raise ReadError("unreadable", "不是普通文件", hint="请从语料中移走。")
    report = read_file(file.path, root=file.root, manifest=Manifest({file.name: task.entry}))
    passages = passages_of(report)
    if not passages:
        raise ReadError("empty", "没有读出任何段落", hint="请用 report-search parse 查看该文件。")
    return report, passages


def _failed(task: Task, record: SourceRecord, error: ReadError) -> ReadResult:
    """Why a file was not read, and whose report of which year it is if the manifest says so."""
    agency, year = task.entry.facts.get("agency", ""), task.entry.facts.get("year", "")
    explained = replace(
        record,
        code=error.code,
        message=error.message,
        agency=resolve(agency).name if agency else "",
        year=int(year) if year.isdigit() else None,
    )
    return ReadResult(explained)
