"""Sections of a report whose official table was not read: a picture, an attachment, prose about it, or none printed.

The rule: whoever does not find a number must be told that the table it stands in was not read. What the section says
instead is not judged, since 未收到申请 is no table either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from report_search.analysis.normalise import label_key
from report_search.model import ReportWarning, Section, Table

FIRST_YEAR = 2019
"""The first year whose reports have the six fixed sections with their tables."""
_TABLES = {
    "proactive": ("a", "主动公开情况表"),
    "requests": ("b", "申请办理情况表"),
    "review": ("c", "复议诉讼情况表"),
}
"""The kinds of sections that have a table, with its form and how it is named in a warning."""
_FIXED_TITLES = ("收到和处理政府信息公开申请情况", "其他需要报告的事项", "政府信息公开行政复议行政诉讼情况")
"""Titles that only the fixed form uses; some reports print more before or behind them."""


def missing_tables(sections: Sequence[Section], year: int | None) -> list[ReportWarning]:
    """A warning (``table-missing``) for each section of the fixed form without its official table in the report."""
    if year is None or year < FIRST_YEAR or not any(map(_has_fixed_title, sections)):
        return []
    # A table that a report prints in another section, or behind the last one, is read all the same.
    read = {table.form[:1] for section in sections for table in _tables(section)}
    found: list[ReportWarning] = []
    for section in sections:
        form, name = _TABLES.get(section.kind, ("", ""))
        if form and form not in read:
            read.add(form)
            found.append(ReportWarning("table-missing", f"没有读到官方的{name}", _heading(section)))
    return found


def _has_fixed_title(section: Section) -> bool:
    return any(title in label_key(section.title) for title in _FIXED_TITLES)


def _tables(section: Section) -> Iterator[Table]:
    """The tables of a section and of those below it."""
    yield from (block for block in section.blocks if isinstance(block, Table))
    for below in section.subsections:
        yield from _tables(below)


def _heading(section: Section) -> str:
    return f"{section.number}、{section.title}" if section.number else section.title
