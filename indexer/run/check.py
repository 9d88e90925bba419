"""Checking a corpus without indexing it: every warning and where it was found, every failure, the coverage.

The rule: files are read and ids are given exactly as ``pipeline`` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from indexer.run.discover import discover
from indexer.run.summary import FileFailure
from indexer.run.withdrawals import KnownReports, withdrawals_in, withdrawn_reports
from indexer.run.work_plan import Task, manifests_of, missing_in, tasks_of
from indexer.run.worker_pool import ReadResult, read_all, read_alone
from indexer.structure.report_ids import assign_ids
from report_search.corpus_coverage import MARKS, Coverage, coverage
from report_search.errors import OperatorError, ReadError, naming_machine_faults
from report_search.generations import ReportSummary, WithdrawnReport
from report_search.generations.build_record import summary_of
from report_search.model import Report
from report_search.presentation.file_names import printable_name
from report_search.taxonomy.additions import applying


class Checked(Struct, frozen=True):
    """What was found: the reports in short, the files that could not be read or are left out by the manifest, the
    matrix; ``withdrawn`` are the reports that the manifest takes back, where it names their agency and year.
    """

    reports: tuple[ReportSummary, ...]
    failed: tuple[FileFailure, ...]
    skipped: tuple[str, ...]
    coverage: Coverage
    withdrawn: tuple[WithdrawnReport, ...] = ()

    @property
    def anything_read(self) -> bool:
        """Whether any file became a report."""
        return bool(self.reports)

    def lines(self) -> Iterator[str]:
        """For people: file by file, then the matrix and the sum."""
        for report in self.reports:
            yield f"{printable_name(report.path)}  {report.id}  {report.agency}  {report.passages} 段"
            for warning in report.warnings:
                where = f"  〔{warning.where}〕" if warning.where else ""
                yield f"    警告 {warning.code}：{warning.message}{where}"
            for fact in report.unsure:
                yield f"    存疑 {fact.field} = {fact.value}（依据：{fact.found_in}）"
        for failure in self.failed:
            yield f"{printable_name(failure.path)}  读取失败（{failure.code}）：{failure.message}"
        for path in self.skipped:
            yield f"{printable_name(path)}  按清单略过"
        for taken in self.withdrawn:
            yield f"{printable_name(taken.path)}  按清单撤下：{taken.reason}"
        yield ""
        yield from self.coverage.lines()
        warnings = sum(len(report.warnings) for report in self.reports)
        yield f"读到 {len(self.reports)} 份报告，失败 {len(self.failed)} 个文件，警告 {warnings} 条。"

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "reports": [_report(report) for report in self.reports],
            "failed": [{"path": f.path, "code": f.code, "message": f.message} for f in self.failed],
            "skipped": list(self.skipped),
            "withdrawn": [{"path": one.path, "id": one.id, "reason": one.reason} for one in self.withdrawn],
            "coverage": {
                "years": list(self.coverage.years),
                "rows": [
                    {
                        "agency": row.agency,
                        "undated": list(row.undated),
                        "years": {
                            str(p.year): {"state": p.state, "reports": list(p.reports), "reason": p.reason}
                            for p in row.cells
                        },
                    }
                    for row in self.coverage.rows
                ],
                "marks": dict(MARKS),
            },
        }


def check_paths(paths: Sequence[Path], *, progress: Callable[[str, int, int], None]) -> Checked:
    """Read every file below ``paths``. Raises ``OperatorError`` for a path that is not there or holds no file."""
    files = discover(paths)
    if not files:
        raise OperatorError("corpus-empty", "没有报告文件。", hint="请给出报告所在的目录或文件。")
    manifests = manifests_of(files, paths)
    tasks = tasks_of(files, manifests)
    skipped = tuple(task.file.name for task in tasks if task.entry.skip)
    with naming_machine_faults():
        results = list(_read([task for task in tasks if not task.entry.is_left_out], progress))
    summaries = _summaries(results)
    failed = [result.record for result in results if not result.header]
    failures = tuple(map(FileFailure.of, failed))
    held = [summary.id for summary in summaries]
    withdrawn = withdrawn_reports(KnownReports(), withdrawals_in(manifests).values(), held=held)
    with applying(manifest.additions for manifest in manifests.values()):
        matrix = coverage(summaries, failed, withdrawn=withdrawn, missing=missing_in(manifests))
    return Checked(summaries, failures, skipped, matrix, withdrawn)


def _read(tasks: Sequence[Task], progress: Callable[[str, int, int], None]) -> Iterator[ReadResult]:
    """What comes of each file; no report is kept."""
    with closing(read_all(tasks)) as results:
        for done, result in enumerate(results, 1):
            yield result
            progress("读取", done, len(tasks))


def _summaries(results: Sequence[ReadResult]) -> tuple[ReportSummary, ...]:
    """The reports that were read, under the ids that an index of them all would give."""
    good = [(result.header, result.passages) for result in results if result.header]
    settled = assign_ids([header for header, _ in good])
    return tuple(summary_of(header, passages=count) for header, (_, count) in zip(settled, good, strict=True))


def parse_file(path: Path) -> Report:
    """The report in one file, read as a run would read it: with what the manifest of its corpus says.

    Raises ``ReadError`` if it can't be read or is no report, ``OperatorError`` if there is no such file.
    """
    if path.is_dir():
        raise ReadError("unreadable", f"{path} 是目录，不是文件", hint="目录请用 report-search check。")
    tasks = tasks_of(discover([path]))
    if len(tasks) > 1:
        hint = "请用 report-search check 查看其中的每一个。"
        raise ReadError("archive", f"压缩包里有 {len(tasks)} 个文件", hint=hint)
    [task] = tasks
    return read_alone(replace(task, entry=replace(task.entry, skip=False, withdrawn="")))


def _report(report: ReportSummary) -> dict[str, Any]:
    return {
        "path": report.path,
        "id": report.id,
        "agency": report.agency,
        "year": report.year,
        "published": report.published or None,
        "passages": report.passages,
        "warnings": [{"code": w.code, "message": w.message, "where": w.where} for w in report.warnings],
        "unsure": [{"field": e.field, "value": e.value, "found_in": e.found_in} for e in report.unsure],
    }
