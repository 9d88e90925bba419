"""What the command line prints of agencies: plain lines, the same facts as the page and the API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from report_search.corpus_coverage import format_years
from report_search.fields import NO_YEAR_LABEL
from report_search.model import ABSENCE_REASONS

if TYPE_CHECKING:
    # Only named in annotations, so that nothing else is loaded for a few lines.
    from report_search.generations import ReportSummary
    from report_search.search.agencies import AgencyCard, TopicYears


def agencies_lines(cards: Sequence[AgencyCard]) -> Iterator[str]:
    """Agencies, one a line: key, name, years held, years missing or doubtful."""
    for card in cards:
        yield f"{card.key}  {card.name}  {'  '.join(_years_said(card))}"
    yield f"共 {len(cards)} 个机关。"


def agency_lines(
    card: AgencyCard, *, topics: Sequence[TopicYears], reports: Sequence[ReportSummary]
) -> Iterator[str]:
    """One agency: names, lineage, years, topics by year, reports."""
    yield f"{card.name}（{card.key}）"
    yield from _name_lines(card)
    yield from _related_lines(card)
    yield from _years_said(card)
    for topic in topics:
        years = "  ".join(f"{year}:{count}" for year, count in sorted(topic.passages.items()))
        yield f"主题 {topic.label} {topic.total} 段：{years}"
    for report in reports:
        year = report.year if report.year is not None else NO_YEAR_LABEL
        mark = f"  ⚠{len(report.warnings)}" if report.warnings else ""
        yield f"{report.id}  {year}  {report.title}  {report.passages} 段{mark}"


def _name_lines(card: AgencyCard) -> Iterator[str]:
    if len(card.names) > 1 or card.names[0].reform:
        for name in card.names:
            reform = f"  {name.reform}" if name.reform else ""
            yield f"名称：{name.name}  {name.start or ''}—{name.end or '今'}{reform}"
    if card.aliases:
        yield f"又称：{'、'.join(card.aliases)}"


def _related_lines(card: AgencyCard) -> Iterator[str]:
    for label, related in (("前身", card.predecessors), ("并入", card.successors)):
        for one in related:
            held = f"收录 {format_years(one.held)}" if one.held else "没有收录"
            yield f"{label}：{one.name}（{one.key}）  {one.reform or f'{one.year}年'}  {held}"


def _years_said(card: AgencyCard) -> Iterator[str]:
    if not card.is_held:
        yield "没有收录报告"
        return
    undated = f"，另有 {card.undated} 份年份不详" if card.undated else ""
    yield f"收录 {format_years(card.held)}{undated}"
    if card.missing:
        yield f"缺 {format_years(card.missing)}"
    if card.doubtful:
        yield f"存疑 {format_years(card.doubtful)}"
    for one in card.absences:
        yield f"{one.year}年{ABSENCE_REASONS[one.reason]}" + (f"（{one.note}）" if one.note else "")
