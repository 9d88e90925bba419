"""Reading files in child processes, several at once where that pays.

A child leaves the report it read in a spool folder and hands back only what the run needs to know about it, so that
a thousand reports are never in memory together. The rule: no file stops the run, and none is blamed for what the
machine did. Whatever a file does to its reader, be it an unforeseen error, endless computing or the end of the process,
is noted like any other failure; a full disk or a lack of memory stops the run, and nothing is noted.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from multiprocessing import current_process
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from indexer.manifest import Manifest
from indexer.read_report import read_bytes, read_file
from indexer.readers.beside import reading_with
from indexer.readers.scans.recognition import NEEDED, is_recognised, recognising
from indexer.run import sandbox
from indexer.run.discover import DiscoveredFile
from indexer.run.process_limits import MEGABYTE, Limits
from indexer.run.spool import SpooledReport
from indexer.run.work_plan import Task, pictures_beside, record_of
from report_search import process_pool
from report_search.bundle import read_member_of_run
from report_search.errors import OperatorError, ReadError, machine_fault
from report_search.generations import SourceRecord
from report_search.model import Report, ReportHeader
from report_search.passages import Passage, count_passages, passages_with_headings
from report_search.taxonomy.additions import applying
from report_search.taxonomy.agencies import agency_table
from report_search.taxonomy.topics import assign

Work = TypeVar("Work")
Outcome = TypeVar("Outcome")

FILES_A_PROCESS = 4
"""Another child process is started for each so many files: for fewer it would take longer than it saves."""

RECOGNITION_LIMITS = Limits(cpu_seconds=90, wall_seconds=600.0, memory=2048 * MEGABYTE)
"""What recognising one page may take. The largest table takes eight seconds of a core and 700 MB."""


class ReadResult(Struct, frozen=True):
    """What came of one file.

    ``record`` says why it was not read if it was not. Else ``header`` is that of its report, ``passages`` the number
    of its passages, and ``spooled`` where both are kept, None where no spool was asked for.
    """

    record: SourceRecord
    header: ReportHeader | None = None
    passages: int = 0
    spooled: SpooledReport | None = None


class _Job(Struct, frozen=True):
    """A file to read, and where its report goes (None: nowhere, it is only looked over)."""

    task: Task
    target: SpooledReport | None
    cache: Path | None = None


class Recognition(Struct, frozen=True):
    """How pages that are pictures are read: ``cache`` is the folder of those that were read before, None for none.

    ``on_page`` is told the name of the file, how many of its pages are done and how many there are.
    """

    cache: Path | None = None
    on_page: Callable[[str, int, int], None] = lambda name, done, total: None


def read_all(
    tasks: Sequence[Task], *, spool: Path | None = None, recognition: Recognition | None = None
) -> Generator[ReadResult, None, None]:
    """Read the files of ``tasks``, in their order. Their reports and passages are left in the folder ``spool``.

    Raises ``OperatorError`` for a fault of the machine. Closing the iterator ends the child processes.
    """
    how = recognition or Recognition()
    jobs = [
        _Job(task, SpooledReport.numbered(spool, number) if spool else None, how.cache)
        for number, task in enumerate(tasks)
    ]
    outcomes = _outcomes(jobs, how)
    try:
        for job, outcome in zip(jobs, outcomes, strict=True):
            yield outcome if isinstance(outcome, ReadResult) else _unforeseen(job.task, outcome)
    finally:
        outcomes.close()


def _outcomes(jobs: Sequence[_Job], how: Recognition) -> Generator[ReadResult | ReadError, None, None]:
    """What comes of each file, which is read in a child process wherever this process may have one.

    A file whose pages are pictures is read by another child, one file at a time, while the others go on.
    """
    if current_process().daemon:
        yield from (sandbox.answer(recognise_job, job) for job in jobs)
        return
    processes = min(process_pool.useful(), max(1, len(jobs) // FILES_A_PROCESS))
    outcomes = sandbox.Sandbox(READ, processes=processes).run(jobs)
    with closing(outcomes):
        for job, outcome in zip(jobs, outcomes, strict=True):
            is_needed = isinstance(outcome, ReadResult) and outcome.record.code == NEEDED
            yield _recognised(job, how) if is_needed else outcome


def _recognised(job: _Job, how: Recognition) -> ReadResult | ReadError:
    """What comes of a file once its pictures are read."""

    def on_step(done: int, total: int) -> None:
        how.on_page(job.task.file.name, done, total)

    return recognise(recognise_job, job, on_step=on_step)


def recognise(
    work: Callable[[Work], Outcome], job: Work, *, on_step: Callable[[int, int], None] | None = None
) -> Outcome | ReadError:
    """What ``work``, which recognises pages, makes of ``job``: in a child of its own, with the limits for that.

    ``on_step`` is told how many pages of how many are done.
    """
    child = sandbox.Sandbox(work, processes=1, limits=RECOGNITION_LIMITS, on_step=on_step)
    with closing(child.run([job])) as outcomes:
        return next(outcomes)


def read_alone(task: Task) -> Report:
    """The report in one file, read in a child process. Raises ``ReadError``, ``OperatorError``."""
    [outcome] = sandbox.Sandbox(read_report_alone, processes=1).run([task])
    if isinstance(outcome, ReadError) and outcome.code == NEEDED:
        outcome = recognise(recognise_report_alone, task)
    if isinstance(outcome, ReadError):
        raise outcome
    return outcome


def _unforeseen(task: Task, error: ReadError) -> ReadResult:
    """The failure of a file whose reader did not live to tell of it."""
    record = record_of(task)
    # How long a file takes on the clock depends on what else the machine does: without a hash, it is tried again.
    return _failed(task, replace(record, sha256="") if error.code == "timed-out" else record, error)


def read_job(job: _Job) -> ReadResult:
    """Read one file, in whatever process this is called in; pages that are pictures are left to another."""
    with applying([job.task.additions]), recognising(allowed=False):
        return _read_job(job)


def recognise_job(job: _Job) -> ReadResult:
    """Read one file with its pages that are pictures."""
    with applying([job.task.additions]), recognising(allowed=True, cache=job.cache, on_page=sandbox.tell):
        return _read_job(job)


def _read_job(job: _Job) -> ReadResult:
    record, beside = record_of(job.task), pictures_beside(job.task.file)
    try:
        report, passages = _report_and_passages(job.task)
    except ReadError as error:
        return _failed(job.task, record, error)
    if is_recognised(report):
        record = replace(record, beside=beside)
    if job.target:
        _keep(job.target, report, passages)
    return ReadResult(record, report.header, count_passages(passages), job.target)


def _keep(target: SpooledReport, report: Report, passages: list[Passage]) -> None:
    """Leave a report for the run. Raises ``OperatorError``: what can't be written is no fault of the file read."""
    passages = assign(report, passages)
    try:
        target.write(report, passages)
    except OSError as error:
        raise machine_fault(error) or OperatorError(
            "spool", f"读到的内容写不进索引目录（{error.strerror}）。", hint="请核对索引目录的权限和磁盘。"
        ) from error


def _report_and_passages(task: Task) -> tuple[Report, list[Passage]]:
    """The report in a file, its passages, at least one, and its headings. Raises ``ReadError``."""
    report = read_report(task)
    passages = passages_with_headings(report)
    if not count_passages(passages):
        raise ReadError("empty", "没有读出任何段落", hint="请用 report-search parse 查看该文件。")
    return report, passages


def read_report_alone(task: Task) -> Report:
    """The report in a file, read with what its corpus adds to the tables. Raises ``ReadError``."""
    with applying([task.additions]), recognising(allowed=False):
        return read_report(task)


def recognise_report_alone(task: Task) -> Report:
    """The same for a file with pages that are pictures. Raises ``ReadError``."""
    with applying([task.additions]), recognising(allowed=True, on_page=sandbox.tell):
        return read_report(task)


def read_report(task: Task) -> Report:
    """The report in a file. Raises ``ReadError``."""
    file = task.file
    if file.refusal:
        raise file.refusal
    if file.path.exists() and not file.path.is_file():
        raise ReadError("unreadable", "不是普通文件", hint="请从语料中移走。")
    with reading_with(dict(file.shown)):
        if file.member or file.pages:
            return read_bytes(_put_together(file), file.name, entry=task.entry)
        return read_file(file.path, root=file.root, manifest=Manifest({file.name: task.entry}))


def _put_together(file: DiscoveredFile) -> bytes:
    """The bytes of a report in a bundle, or of one in several pictures. Raises ``ReadError``."""
    try:
        return file.packed() if file.pages else read_member_of_run(file.path, file.member)
    except OSError as error:
        if fault := machine_fault(error):
            raise fault from error
        raise ReadError("unreadable", f"文件打不开：{error.strerror}", hint="请核对路径和权限。") from error


def _failed(task: Task, record: SourceRecord, error: ReadError) -> ReadResult:
    """Why a file was not read, and whose report of which year it is if the manifest says so."""
    agency, year = task.entry.facts.get("agency", ""), task.entry.facts.get("year", "")
    table = agency_table([task.additions])
    explained = replace(
        record,
        code=error.code,
        message=error.message,
        agency=table.resolve(agency).name if agency else "",
        year=int(year) if year.isdigit() else None,
    )
    return ReadResult(explained)


READ: Callable[[_Job], ReadResult] = read_job
"""What a child process does with each file."""
