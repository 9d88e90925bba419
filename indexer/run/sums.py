"""The sums of files that are in no index: what an agency looks at before it publishes its report.

The rule: files are read, and their numbers checked, exactly as for an index of them all; a carry-over is checked where
the report of the year before is among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct
from msgspec.structs import replace

from indexer.run.discover import discover
from indexer.run.summary import FileFailure
from indexer.run.work_plan import manifests_of, tasks_of
from indexer.run.worker_pool import ReadResult, read_all
from indexer.structure.report_ids import assign_ids
from report_search.errors import OperatorError, naming_machine_faults
from report_search.figures.checks import Check, check_carry_over
from report_search.figures.extract import ReportFigures, figures_of, of_report
from report_search.generations.build_record import summary_of
from report_search.model import ReportHeader
from report_search.search.addresses.editions import superseded_by


class Sums(Struct, frozen=True):
    """What was found: the checks, how many reports were read, the files that could not be."""

    checks: tuple[Check, ...]
    reports: tuple[ReportHeader, ...]
    failed: tuple[FileFailure, ...]


def sums_of(paths: Sequence[Path], *, progress: Callable[[str, int, int], None]) -> Sums:
    """The sums that do not hold in the files below ``paths``.

    Raises ``OperatorError`` for a path that is not there or holds no file.
    """
    files = discover(paths)
    if not files:
        raise OperatorError("corpus-empty", "没有报告文件。", hint="请给出报告所在的目录或文件。")
    tasks = [task for task in tasks_of(files, manifests_of(files, paths)) if not task.entry.is_left_out]
    with TemporaryDirectory() as spool, naming_machine_faults():
        results: list[ReadResult] = []
        with closing(read_all(tasks, spool=Path(spool))) as answers:
            for done, result in enumerate(answers, 1):
                results.append(result)
                progress("读取", done, len(tasks))
        figures = list(_figures(results))
    failed = tuple(FileFailure.of(result.record) for result in results if not result.header)
    return Sums(tuple(_checks(figures)), tuple(one.report for one in figures), failed)


def _figures(results: Iterable[ReadResult]) -> Iterator[ReportFigures]:
    """The figures of what was read, under the ids that an index of it all would give."""
    read = [(result.header, result.spooled) for result in results if result.header and result.spooled]
    settled = assign_ids([header for header, _ in read])
    for header, (_, spooled) in zip(settled, read, strict=True):
        yield figures_of(replace(spooled.report(), id=header.id))


def _checks(figures: Sequence[ReportFigures]) -> Iterator[Check]:
    """All checks, those from year to year included, the largest difference first."""
    found = [check for one in figures for check in one.checks]
    summaries = [summary_of(one.report, passages=0) for one in figures]
    replaced = superseded_by(summaries, {})
    by_year = {
        (one.report.agency_key, one.report.year): one
        for one in figures
        if one.report.year is not None and one.report.id not in replaced
    }
    for (key, year), one in by_year.items():
        before = by_year.get((key, year - 1)) if year is not None else None
        if before is not None and year is not None:
            found += _carried_over(before, one, year)
    yield from sorted(found, key=lambda check: (-abs(check.difference), check.report, check.measure))


def _carried_over(before: ReportFigures, now: ReportFigures, year: int) -> Iterator[Check]:
    for check in check_carry_over(before.named(), now.named(), years=(year - 1, year)):
        right = replace(check.right, report=before.report.id)
        yield of_report(replace(check, right=right), now.report)
