"""Editions: of the reports that share agency and year, which one a later one has replaced.

The rule: later is the one published later by its own date; where a date is missing or both are the same, the one that
was first published here later. Of two that nothing tells apart neither replaces the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from report_search.generations import PublishedReport, ReportSummary


def superseded_reports(
    summaries: Iterable[ReportSummary], published: Iterable[PublishedReport]
) -> dict[str, str]:
    """From the id of each report that was replaced to the id of the latest of its agency and year."""
    return superseded_by(summaries, {report.id: report.came for report in published})


def superseded_by(summaries: Iterable[ReportSummary], came: dict[str, int]) -> dict[str, str]:
    """The same by the numbers of the builds that first held each report, 0 for none."""
    groups: dict[tuple[str, int | None], list[ReportSummary]] = defaultdict(list)
    for summary in summaries:
        # Without a year nothing says that two reports are of the same one.
        if summary.year is not None:
            groups[summary.agency_key, summary.year].append(summary)
    return {
        summary.id: later.id
        for group in groups.values()
        if len(group) > 1
        for summary in group
        if (later := _latest_after(summary, group, came))
    }


def _latest_after(
    summary: ReportSummary, group: Iterable[ReportSummary], came: dict[str, int]
) -> ReportSummary | None:
    later = [one for one in group if _is_later(one, summary, came)]
    return max(later, key=lambda one: (one.published, came.get(one.id, 0), one.id), default=None)


def _is_later(summary: ReportSummary, other: ReportSummary, came: dict[str, int]) -> bool:
    if summary.published and other.published and summary.published != other.published:
        return summary.published > other.published
    return came.get(summary.id, 0) > came.get(other.id, 0)
