"""Which sections a report should have and has not: a warning for each, so that no gap passes in silence.

The rule: a number that is missing among the printed ones is told first (``outline``); the six sections that the form
asks for since the reports of 2019 are sought by what their titles say, whatever their numbers are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indexer.structure.headings import kind_of
from indexer.structure.outline import OutlineNode
from report_search.model import ReportWarning

_FORM_SINCE = 2019
_OFFICIAL = (
    ("一", "overview", "总体情况"),
    ("二", "proactive", "主动公开政府信息情况"),
    ("三", "requests", "收到和处理政府信息公开申请情况"),
    ("四", "review", "政府信息公开行政复议、行政诉讼情况"),
    ("五", "problems", "存在的主要问题及改进情况"),
    ("六", "other", "其他需要报告的事项"),
)
"""The numeral, the kind and the title of each section of the form."""


def missing_sections(
    nodes: Sequence[OutlineNode], *, year: int | None, told: Sequence[ReportWarning]
) -> list[ReportWarning]:
    """A warning for every section that is not there; ``year`` is None if the form doesn't bind this report.

    ``told`` are the warnings about printed numbers: a section that one of them names is not named again.
    """
    headed = [node for node in nodes if node.heading]
    if not headed:
        return [ReportWarning("section-missing", "没有找到任何章节标题，全文未分章节", "全文")]
    if year is None or year < _FORM_SINCE:
        return []
    return list(_official_ones_missing(headed, told))


def _official_ones_missing(
    headed: Sequence[OutlineNode], told: Sequence[ReportWarning]
) -> Iterator[ReportWarning]:
    kinds = {kind_of(node.title) for node in headed}
    named = {warning.where for warning in told if warning.code == "section-missing"}
    for numeral, kind, title in _OFFICIAL:
        if kind not in kinds and numeral not in named:
            yield ReportWarning("section-missing", f"没有找到“{title}”部分", numeral)
