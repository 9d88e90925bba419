"""What is held, in words."""

from __future__ import annotations

import pytest

from report_search.corpus_coverage import coverage
from report_search.generations import ReportSummary
from webui.holdings import runs, shelf


def held(agency: str, year: int | None) -> ReportSummary:
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


HELD = (held("甲部", 2014), held("甲部", 2015), held("甲部", 2019), held("乙局", None))


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
    assert runs(years) == shown


def test_the_shelf_in_a_sentence() -> None:
    sentence = shelf(coverage(HELD).rows, HELD)
    assert (sentence.reports, sentence.passages, sentence.agencies, sentence.span) == (4, 40, 2, "2014—2019")
    assert [(h.agency, h.years) for h in sentence.holdings] == [("甲部", "2014—2015、2019"), ("乙局", "")]
    assert shelf((), ()).span == ""
