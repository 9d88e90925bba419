"""Reading many files at once, each in a process of its own where that pays.

A worker leaves the report it read in a spool folder and hands back only what the run needs to know about it, so that
a thousand reports never stand in memory together. The rule: no file stops the run. What a file does to its reader,
an error that nobody foresaw or the end of its process, is noted like any other failure.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from indexer.manifest import Manifest
from indexer.read_report import read_file
from indexer.run.work_plan import Task, record_of
from report_search import process_pool
from report_search.errors import ReadError, ReportSearchError
from report_search.generations import SourceRecord
from report_search.generations.report_json import decode_report, encode_report
from report_search.model import Report
from report_search.passages import Passage, TopicReason, passages_of
from report_search.taxonomy.agencies import resolve
from report_search.taxonomy.topics import assign

TOPICS = ".topics"
FEW = 8
"""So many files are read in this process: starting others would cost more."""


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What came of one file: its record, which says why it was not read if it was not; else ``light``, the report
    without its sections, ``spool``, the file that holds it whole, and how many ``passages`` it has.
    """

    record: SourceRecord
    light: Report | None = None
    spool: str = ""
    passages: int = 0

    def load(self) -> Report:
        """The report, whole."""
        return decode_report(Path(self.spool).read_bytes())

    def assign(self, report: Report, passages: Sequence[Passage]) -> list[Passage]:
        """As ``topics.assign`` does; if the topics were looked for when the file was read, they are not again."""
        path = Path(self.spool + TOPICS)
        if not path.exists():
            return assign(report, passages)
        found = msgspec.msgpack.decode(path.read_bytes(), type=list[tuple[TopicReason, ...]])
        return [
            replace(passage, topics=topics) if topics else passage
            for passage, topics in zip(passages, found, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class _Job:
    task: Task
    spool: Path
    topics: bool


def read_all(tasks: Sequence[Task], *, spool: Path, topics: bool = False) -> Iterator[ReadResult]:
    """Read the files of ``tasks``, in their order, into the folder ``spool``; with ``topics`` look for those too."""
    jobs = [_Job(task, spool / f"{number}.json", topics) for number, task in enumerate(tasks)]
    useful = process_pool.useful()
    if len(jobs) <= FEW or useful == 1:
        with ThreadPoolExecutor(1) as own:
            yield from (_outcome(job, own.submit(_read, job)) for job in jobs)
        return
    while jobs:
        with process_pool.pool(useful) as pool:
            done = yield from _until_broken(jobs, pool)
        suspects, jobs = jobs[done : done + 2 * useful], jobs[done + 2 * useful :]
        yield from map(_alone, suspects)


def _until_broken(jobs: Sequence[_Job], pool: Executor) -> Generator[ReadResult, None, int]:
    """Readings up to the first that is lost with its process; returns how many there were."""
    futures = [pool.submit(_read, job) for job in jobs]
    for done, (job, future) in enumerate(zip(jobs, futures, strict=True)):
        if isinstance(future.exception(), BrokenProcessPool):
            return done
        yield _outcome(job, future)
    return len(jobs)


def _alone(job: _Job) -> ReadResult:
    """The reading of a file that may have taken its process with it, in a process where it can do no harm."""
    with process_pool.pool(1) as pool:
        return _outcome(job, pool.submit(_read, job))


def _outcome(job: _Job, future: Future[ReadResult]) -> ReadResult:
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, ReportSearchError):
        raise error
    what = "读取进程意外中止" if isinstance(error, BrokenProcessPool) else f"{type(error).__name__}：{error}"
    message = f"读取程序出错（{what}），请报告此问题"
    return _failed(job.task, record_of(job.task), ReadError("reader-failed", message))


def _read(job: _Job) -> ReadResult:
    file, record = job.task.file, record_of(job.task)
    try:
        if file.path.exists() and not file.path.is_file():
            raise ReadError("unreadable", "不是普通文件", hint="请从语料中移走。")
        report = read_file(file.path, root=file.root, manifest=Manifest({file.name: job.task.entry}))
        passages = passages_of(report)
        if not passages:
            raise ReadError("empty", "没有读出任何段落", hint="请用 report-search parse 查看该文件。")
    except ReadError as error:
        return _failed(job.task, record, error)
    job.spool.write_bytes(encode_report(report))
    if job.topics:
        found = [passage.topics for passage in assign(report, passages)]
        Path(f"{job.spool}{TOPICS}").write_bytes(msgspec.msgpack.encode(found))
    return ReadResult(record, replace(report, sections=()), str(job.spool), len(passages))


def _failed(task: Task, record: SourceRecord, error: ReadError) -> ReadResult:
    """Why a file was not read, and whose report of which year it is if the manifest says so."""
    agency, year = task.entry.facts.get("agency", ""), task.entry.facts.get("year", "")
    known = replace(
        record,
        agency=resolve(agency).name if agency else "",
        year=int(year) if year.isdigit() else None,
    )
    return ReadResult(replace(known, code=error.code, message=error.message))
