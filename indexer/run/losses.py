"""Reports that a run would lose: the corpus may have shrunk by mistake, or a disk may be gone.

Lost are reports of the present index whose file is gone, was not given, or can't be read any more (of the last, the
reading before stays, but nobody may notice that it grows old). A file that was never read loses nothing, and neither
does a report that was moved to another file, replaced by another of its agency and year, or left out by the manifest.
The rule: a few are lost without a question, many only if the operator has said so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from indexer.run.work_plan import WorkPlan, source_key
from indexer.run.worker_pool import ReadResult
from report_search.errors import OperatorError
from report_search.generations import Generation, ReportSummary, SourceRecord
from report_search.presentation.file_names import printable_name

FEW = 3
"""So many reports may always be lost."""
SHARE = 10
"""A tenth of the present reports may always be lost."""
LISTED = 50
"""How many lost reports are listed."""


class _Loss(Struct, frozen=True):
    """The id of a report, the path of its file, and why it would be lost."""

    report: str
    path: str
    why: str


def refuse_losses(before: Generation | None, todo: WorkPlan, *, results: Sequence[ReadResult]) -> None:
    """Raise ``OperatorError`` (``many-losses``) if the run would lose too many of the reports in ``before``."""
    if before is None:
        return
    lost = [*_gone(before, todo, results), *_unreadable(todo, results)]
    present = len(before.reports())
    if len(lost) <= FEW or len(lost) * SHARE <= present:
        return
    lines = [f"  {loss.report}（{printable_name(loss.path)}）：{loss.why}" for loss in lost[:LISTED]]
    if len(lost) > LISTED:
        lines.append(f"  另有 {len(lost) - LISTED} 份。")
    listed = "\n".join(lines)
    raise OperatorError(
        "many-losses",
        f"现有 {present} 份报告中，有 {len(lost)} 份的文件不见了或读不出来；没有更新，原来的索引没有变。\n{listed}",
        hint="请先核对语料目录和磁盘。确实要这样更新，请加 --accept-losses；只想增补、保留这些报告，请加 --add。",
    )


def _gone(before: Generation, todo: WorkPlan, results: Sequence[ReadResult]) -> Iterator[_Loss]:
    """The reports whose file is not among the paths and which were not read from another one."""
    summaries = {summary.id: summary for summary in before.reports()}
    new = [result.header for result in results if result.header and not _was_read(todo, result)]
    hashes = {header.source.sha256 for header in new}
    free = Counter((header.agency_key, header.year) for header in new)
    for record in todo.gone:
        summary = summaries.get(record.report)
        if summary is None or summary.sha256 in hashes:
            continue
        if free[_place(summary)]:
            free[_place(summary)] -= 1
            continue
        yield _Loss(record.report, record.path, "文件没有给出" if _is_there(record) else "文件不存在了")


def _unreadable(todo: WorkPlan, results: Sequence[ReadResult]) -> Iterator[_Loss]:
    """The reports whose file could be read before and can't be now."""
    for result in results:
        former = todo.former.get(source_key(result.record.root, result.record.path))
        if result.header is None and former and former.report and not former.code:
            yield _Loss(former.report, result.record.path, f"读不出来：{result.record.message}")


def _was_read(todo: WorkPlan, result: ReadResult) -> bool:
    """Whether a file had a report before, so that the one it has now replaces that one."""
    former = todo.former.get(source_key(result.record.root, result.record.path))
    return bool(former and former.report)


def _place(summary: ReportSummary) -> tuple[str, int | None]:
    return summary.agency_key, summary.year


def _is_there(record: SourceRecord) -> bool:
    return (Path(record.root) / record.path).exists()
