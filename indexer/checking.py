"""Looking a corpus over without indexing it: every warning with its place, every failure, the coverage."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.corpus import load_manifest
from indexer.discover import discover
from indexer.identity import settle
from indexer.summary import Failure
from indexer.workers import read_all
from report_search.coverage import MARKS, Coverage, coverage
from report_search.errors import OperatorError
from report_search.generations import ReportSummary
from report_search.generations.run import summary_of
from report_search.passages import passages_of


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found: the reports in short, the files that could not be read, the matrix."""

    reports: tuple[ReportSummary, ...]
    failed: tuple[Failure, ...]
    coverage: Coverage

    @property
    def anything_read(self) -> bool:
        """Whether any file became a report."""
        return bool(self.reports)

    def lines(self) -> Iterator[str]:
        """For people: file by file, then the matrix and the sum."""
        for report in self.reports:
            yield f"{report.path}  {report.id}  {report.agency}  {report.passages} 段"
            for warning in report.warnings:
                where = f"  〔{warning.where}〕" if warning.where else ""
                yield f"    警告 {warning.code}：{warning.message}{where}"
            for fact in report.unsure:
                yield f"    存疑 {fact.field} = {fact.value}（依据：{fact.found_in}）"
        for failure in self.failed:
            yield f"{failure.path}  未能读入（{failure.code}）：{failure.message}"
        yield ""
        yield from self.coverage.lines()
        warnings = sum(len(report.warnings) for report in self.reports)
        yield f"读到 {len(self.reports)} 份报告，失败 {len(self.failed)} 个文件，警告 {warnings} 条。"

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "reports": [_report(report) for report in self.reports],
            "failed": [{"path": f.path, "code": f.code, "message": f.message} for f in self.failed],
            "coverage": {
                "years": list(self.coverage.years),
                "rows": [
                    {
                        "agency": row.agency,
                        "undated": list(row.undated),
                        "years": {
                            str(p.year): {"state": p.state, "reports": list(p.reports)} for p in row.places
                        },
                    }
                    for row in self.coverage.rows
                ],
                "marks": dict(MARKS),
            },
        }


def check_paths(paths: Sequence[Path], *, progress: Callable[[str, int, int], None]) -> Checked:
    """Read every file below ``paths``. Raises ``OperatorError`` for a path that is not there or holds no file."""
    found = discover(paths)
    if not found:
        raise OperatorError("corpus-empty", "没有报告文件。", hint="请给出报告所在的目录或文件。")
    manifests = {root: load_manifest(root) for root in {one.root for one in found}}
    light, counts, failed = [], [], []
    with tempfile.TemporaryDirectory(prefix="report-search-") as spool:
        readings = read_all(found, manifests=manifests, spool=Path(spool))
        for done, reading in enumerate(readings, 1):
            progress("读取", done, len(found))
            if reading.light is None:
                failed.append(Failure(reading.file.name, reading.code, reading.message))
                continue
            light.append(reading.light)
            counts.append(len(passages_of(reading.load())))
    settled = settle(light)
    summaries = tuple(
        summary_of(report, passages=count) for report, count in zip(settled, counts, strict=True)
    )
    return Checked(summaries, tuple(failed), coverage(summaries))


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
