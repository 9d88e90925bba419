"""What is held, in words."""

from __future__ import annotations

import pytest

from report_search.corpus_coverage import coverage
from report_search.generations import ReportSummary
from webui.holdings import format_years, summarize


def report(agency: str, year: int | None) -> ReportSummary:
    return ReportSummary(
        id=f"{agency}-{year or 'nd'}",
        agency=agency,
        agency_key=agency,
        year=year,
        title="年报",
        published="",
        path="a.txt",
        url="",
        format="text",
        passages=10,
    )


REPORTS = (report("甲部", 2014), report("甲部", 2015), report("甲部", 2019), report("乙局", None))


@pytest.mark.parametrize(
    ("years", "shown"),
    [
        ([], ""),
        ([2014], "2014"),
        ([2016, 2014, 2015, 2014], "2014—2016"),
        ([2019, 2014, 2015], "2014—2015、2019"),
    ],
)
def test_years_are_named_in_runs(years: list[int], shown: str) -> None:
    assert format_years(years) == shown


def test_the_corpus_in_numbers() -> None:
    summary = summarize(coverage(REPORTS).rows, REPORTS)
    assert (summary.reports, summary.passages, summary.agencies, summary.span) == (4, 40, 2, "2014—2019")
    assert [(h.agency, h.years) for h in summary.named] == [("甲部", "2014—2015、2019"), ("乙局", "")]
    assert summarize((), ()).span == ""
