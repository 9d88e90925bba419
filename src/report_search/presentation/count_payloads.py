"""The JSON and the tables of counts set against the reports held: ``trend`` and ``mentions``.

The rule: rows of a table and items of the JSON are made from the same counts in the same order, so that a file, the API
and the command say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import UNSET, UnsetType

from report_search.fields import MentionChoice, TrendField
from report_search.presentation.csv_table import TableRow
from report_search.presentation.json_payload import index_payload, query_payload
from report_search.presentation.payloads.counts import (
    AgencyCountsPayload,
    AgencyMentionsPayload,
    MentionsPayload,
    MentionsTotalPayload,
    SectionCountsPayload,
    TrendPayload,
    TrendTotalPayload,
    YearCountsPayload,
)
from report_search.presentation.payloads.parts import AgencyGapsPayload
from report_search.search.counts.mentions import AgencyMentions, mentions_of
from report_search.search.counts.selection import AgencyGaps
from report_search.search.counts.trend import TrendRow, trend_of
from report_search.search.searcher import SearchPage


def trend_payload(page: SearchPage) -> TrendPayload:
    """The trend of a page: by year always, and by agency or section where the request asks for that."""
    trend = trend_of(page)
    agencies: list[AgencyCountsPayload] | UnsetType = UNSET
    sections: list[SectionCountsPayload] | UnsetType = UNSET
    if trend.by == "agency":
        agencies = [
            AgencyCountsPayload(agency=row.value, key=row.key, **_counts(row)) for row in trend.groups
        ]
    elif trend.by == "section":
        sections = [
            SectionCountsPayload(section=row.value, label=row.label, **_counts(row)) for row in trend.groups
        ]
    return TrendPayload(
        query=query_payload(page),
        years=[YearCountsPayload(year=row.year, **_counts(row)) for row in trend.years],
        total=TrendTotalPayload(held=trend.held, reports=trend.reports, passages=trend.passages),
        missing=[_gaps(gaps) for gaps in trend.missing],
        index=index_payload(page.index),
        agencies=agencies,
        sections=sections,
    )


def _counts(row: TrendRow) -> dict[str, Any]:
    return {"held": row.held, "reports": row.reports, "share": row.share, "passages": row.passages}


def _gaps(gaps: AgencyGaps) -> AgencyGapsPayload:
    return AgencyGapsPayload(agency=gaps.agency, years=list(gaps.years))


def mentions_payload(page: SearchPage, *, only: MentionChoice = "") -> MentionsPayload:
    """Who mentions it and who does not; ``only`` leaves out agencies, never from ``total``."""
    mentions = mentions_of(page)
    return MentionsPayload(
        query=query_payload(page),
        agencies=[_agency(agency) for agency in mentions.wanted(only)],
        total=MentionsTotalPayload(mentioned=mentions.mentioned, not_mentioned=mentions.not_mentioned),
        missing=[_gaps(gaps) for gaps in mentions.absent],
        index=index_payload(page.index),
    )


def _agency(agency: AgencyMentions) -> AgencyMentionsPayload:
    return AgencyMentionsPayload(
        agency=agency.agency,
        key=agency.key,
        mentioned=list(agency.years("mentioned")),
        not_mentioned=list(agency.years("not_mentioned")),
        not_held=list(agency.years("not_held")),
    )


def trend_table(page: SearchPage) -> Iterator[TableRow]:
    """The head and the rows of the trend of a page; an unknown year is ``nd``, no share is empty."""
    trend = trend_of(page)
    yield (*_PLACES[trend.by], "held", "reports", "share", "passages", "generation")
    for row in trend.rows:
        place = {"year": (row.value,), "agency": (row.value, row.key), "section": (row.value, row.label)}
        yield (*place[trend.by], row.held, row.reports, row.share, row.passages, page.index.generation)


_PLACES: Mapping[TrendField, tuple[str, ...]] = {
    "year": ("year",),
    "agency": ("agency", "key"),
    "section": ("section", "label"),
}
"""The columns that say what a row is about."""


def mentions_table(page: SearchPage, *, only: MentionChoice = "") -> Iterator[TableRow]:
    """The head and a row for each year of each agency; an unknown year is ``nd``."""
    yield ("agency", "key", "year", "state", "held", "passages", "reports", "generation")
    for agency in mentions_of(page).wanted(only):
        for cell in agency.cells:
            yield (
                agency.agency,
                agency.key,
                "nd" if cell.year is None else cell.year,
                cell.state,
                len(cell.reports),
                cell.passages,
                "；".join(cell.reports),
                page.index.generation,
            )
