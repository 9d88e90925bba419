"""Agencies of a corpus that may be one: 乙区人民政府 in the report of one year, 甲市乙区人民政府 in that of another.

The rule: they are not made one, since there may be a 乙区 in two cities and addresses last; whoever keeps the corpus is
told, and says in the manifest whether they are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from msgspec.structs import replace

from report_search.model import ReportHeader, ReportWarning
from report_search.taxonomy.agencies import resolve

CODE = "agency-perhaps-same"
_PLACE = re.compile(r"(?:[\u4e00-\u9fff]{1,8}?(?:省|自治区|市|自治州|州|盟|地区|区|县|旗)){1,3}")
_MOST_NAMES = 10
"""So many names are told of one agency at most."""


def with_name_doubts(reports: Sequence[ReportHeader]) -> list[ReportHeader]:
    """``reports`` in order, each with a warning if its agency may be that of another one under its full name."""
    agencies = {report.agency for report in reports}
    longer: dict[str, list[str]] = {}
    for name in sorted(agencies):
        for shorter in _shorter_names(name, agencies):
            longer.setdefault(shorter, []).append(name)
    return [_with_doubt(report, longer.get(report.agency, [])) for report in reports]


def _shorter_names(name: str, agencies: Collection[str]) -> Iterator[str]:
    """The names among ``agencies`` that ``name`` is with a city or county before it; those of the table are known."""
    for at in range(2, len(name) - 1):
        shorter = name[at:]
        if shorter in agencies and _PLACE.fullmatch(name[:at]) and not resolve(shorter).key:
            yield shorter


def _with_doubt(report: ReportHeader, names: Sequence[str]) -> ReportHeader:
    kept = tuple(warning for warning in report.warnings if warning.code != CODE)
    if not names:
        return report if kept == report.warnings else replace(report, warnings=kept)
    listed = "、".join(f"“{name}”" for name in names[:_MOST_NAMES])
    message = f"“{report.agency}”与{listed}可能是同一机关；如是，请在清单中为此文件写明 agency 的全称"
    return replace(report, warnings=(*kept, ReportWarning(CODE, message, "元数据")))
