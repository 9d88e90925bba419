"""What ``trend`` and ``mentions`` print for people: bars and marks in plain characters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width

from report_search.fields import MENTION_LABELS, MENTION_MARKS, MentionChoice
from report_search.presentation.terminal import read_lines
from report_search.search.counts.mentions import Mentions, years_of
from report_search.search.counts.selection import AgencyGaps
from report_search.search.counts.trend import Trend, TrendRow
from report_search.search.searcher import SearchPage

BAR = 20
"""How many characters wide the bar of a share of 1 is."""


def trend_lines(page: SearchPage, trend: Trend) -> Iterator[str]:
    """A bar for each year, agency or section, its counts beside it, and what is not held."""
    yield from read_lines(page)
    if not trend.held:
        yield "没有收录所选年份、机关的报告。"
    rows = trend.rows
    labels = [f"{row.label}年" if trend.by == "year" and row.value.isdigit() else row.label for row in rows]
    widest = max(map(_width, labels), default=0)
    for row, label in zip(rows, labels, strict=True):
        yield f"{label}{' ' * (widest - _width(label))}  {_bar(row)}"
    yield f"共 {trend.passages} 段 / {trend.reports} 份，收录 {trend.held} 份。"
    yield from _gap_lines(trend.missing)


def _width(text: str) -> int:
    """The columns of a terminal that a text takes: two for a Chinese character."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _bar(row: TrendRow) -> str:
    if row.share is None:
        return "未收录"
    filled = round(BAR * row.share)
    if row.reports:
        # The smallest share that is not nothing still shows.
        filled = max(1, filled)
    return (
        f"{'█' * filled:░<{BAR}} {row.share:>4.0%}  {row.passages} 段 / {row.reports} 份，收录 {row.held} 份"
    )


def mentions_lines(page: SearchPage, mentions: Mentions, *, only: MentionChoice) -> Iterator[str]:
    """A line of marks for each agency, one for each year, and how many agencies mention it."""
    yield from read_lines(page)
    agencies = mentions.wanted(only)
    yield "机关×年份：" + "  ".join(
        f"{MENTION_MARKS[state]} {label}" for state, label in MENTION_LABELS.items()
    )
    years = years_of(agencies)
    if years:
        yield "  " + " ".join("不详" if year is None else str(year) for year in years)
    for agency in agencies:
        marks = {cell.year: MENTION_MARKS[cell.state] for cell in agency.cells}
        # Four blanks between the marks: one mark and four blanks are as wide as a year and one blank above.
        yield "  " + "    ".join(marks.get(year, " ") for year in years) + f"    {agency.agency}"
    yield f"提到过的机关 {mentions.mentioned} 个，从未提到的 {mentions.not_mentioned} 个。"
    yield from _gap_lines(mentions.absent)


def _gap_lines(gaps: Sequence[AgencyGaps]) -> Iterator[str]:
    for gap in gaps:
        yield f"未收录：{gap.agency} {'、'.join(map(str, gap.years))}年"
