"""Coverage: what the corpus holds, what it lacks, and what nobody can know."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from report_search.corpus_coverage import INCOMPLETE, LABELS, MARKS, coverage
from report_search.generations import ReportSummary, SourceRecord
from report_search.model import Evidence, MissingReport, ReportWarning


def summary(
    agency: str, year: int | None, *, path: str = "", unsure: tuple[str, ...] = (), key: str = ""
) -> ReportSummary:
    facts = tuple(Evidence(field, "x", "title", sure=False) for field in unsure)
    return ReportSummary(
        id=f"{agency}-{year}",
        agency=agency,
        agency_key=key or agency,
        year=year,
        title="",
        published="",
        path=path or f"{agency}{year}.txt",
        url="",
        format="text",
        passages=1,
        unsure=facts,
    )


def lost(report: str = "", *, agency: str = "", year: int | None = None) -> SourceRecord:
    return SourceRecord("a.pdf", "", 1, 1, report, "encrypted", "加密", agency=agency, year=year)


def states(*summaries: ReportSummary, sources: tuple[SourceRecord, ...] = ()) -> dict[str, list[str]]:
    found = coverage(summaries, sources)
    return {row.agency: [cell.state for cell in row.cells] for row in found.rows}


def test_a_gap_between_two_reports_is_missing_and_the_rest_is_not_known() -> None:
    found = coverage([summary("甲", 2014), summary("甲", 2017), summary("乙", 2015), summary("乙", 2018)])
    assert found.years == (2014, 2015, 2016, 2017, 2018)
    assert states(summary("甲", 2014), summary("甲", 2017), summary("乙", 2015), summary("乙", 2018)) == {
        "甲": ["in", "missing", "missing", "in", "none"],
        "乙": ["none", "in", "missing", "missing", "in"],
    }


def test_of_metadata_only_doubt_about_agency_or_year_makes_a_cell_unsure() -> None:
    assert states(summary("甲", 2019, unsure=("year",))) == {"甲": ["unsure"]}
    assert states(summary("甲", 2019, unsure=("published",))) == {"甲": ["in"]}


@pytest.mark.parametrize("code", sorted(INCOMPLETE))
def test_a_report_that_was_not_read_in_full_makes_a_cell_unsure(code: str) -> None:
    incomplete = replace(summary("甲", 2019), warnings=(ReportWarning(code, "没有读全", "三"),))
    assert states(incomplete) == {"甲": ["unsure"]}
    printed_so = replace(summary("甲", 2019), warnings=(ReportWarning("total-mismatch", "总计不符", "三"),))
    assert states(printed_so) == {"甲": ["in"]}


def test_a_report_whose_file_can_not_be_read_now_is_failed() -> None:
    found = states(summary("甲", 2019), summary("甲", 2020), sources=(lost("甲-2019"), lost()))
    assert found == {"甲": ["failed", "in"]}


def test_a_file_that_the_manifest_names_fails_in_its_cell() -> None:
    found = states(
        summary("甲", 2019),
        summary("甲", 2022),
        sources=(lost(agency="甲", year=2021), lost(agency="乙", year=2020), lost(agency="甲", year=2022)),
    )
    assert found == {"甲": ["in", "missing", "failed", "in"], "乙": ["none", "failed", "none", "none"]}
    read = SourceRecord("a.pdf", "", 1, 1, "甲-2019", agency="甲", year=2018)
    assert states(summary("甲", 2019), sources=(read,)) == {"甲": ["in"]}


def test_rows_are_sorted_by_slug_and_know_their_years() -> None:
    found = coverage(
        [summary("甲", 2014, key="jia"), summary("乙", 2015, key="yi"), summary("甲", 2016, key="jia")]
    )
    assert [row.agency for row in found.rows] == ["甲", "乙"]
    assert (found.rows[0].held, found.rows[0].missing) == ((2014, 2016), (2015,))
    assert [found.rows[0].cell(year).state for year in (1999, 2014, 2015)] == ["none", "in", "missing"]


def test_two_reports_of_a_year_and_one_without_are_all_named() -> None:
    found = coverage([summary("甲", 2019), summary("甲", 2019, path="b"), summary("甲", None)])
    [row] = found.rows
    assert [len(cell.reports) for cell in row.cells] == [2]
    assert row.undated == ("甲-None",)
    assert "另有 1 份年份不详" in "\n".join(found.lines())


def test_nothing_at_all_and_nothing_dated() -> None:
    assert coverage([]).rows == ()
    assert list(coverage([]).lines())
    assert coverage([summary("甲", None)]).years == ()


def test_every_state_has_a_mark_and_a_label_and_the_lines_line_up() -> None:
    assert set(MARKS) == set(LABELS)
    _, years, row = coverage([summary("甲", 2018), summary("甲", 2020)]).lines()
    assert [row[years.index(str(year))] for year in (2018, 2019, 2020)] == [
        MARKS["in"],
        MARKS["missing"],
        MARKS["in"],
    ]


def test_a_manifest_says_why_a_report_is_not_here() -> None:
    reasons = (
        MissingReport("甲", 2012, "not-published", "网站的列表里没有"),
        MissingReport("甲", 2015, "refused"),
        # Held after all: what was missing is not any more.
        MissingReport("甲", 2016, "not-collected"),
        MissingReport("乙", 2016, "scan"),
    )
    found = coverage([summary("甲", 2014), summary("甲", 2016)], missing=reasons)
    rows = {row.agency: row for row in found.rows}
    assert [cell.state for cell in rows["甲"].cells] == ["missing", "none", "in", "missing", "in"]
    assert [cell.reason for cell in rows["甲"].cells] == [
        "未发布（网站的列表里没有）",
        "",
        "",
        "网站拒绝",
        "",
    ]
    assert rows["甲"].missing == (2012, 2015)
    assert rows["甲"].held == (2014, 2016)
    # An agency of which nothing is held stands there because of what is known of it.
    assert rows["乙"].held == ()
    assert rows["乙"].cell(2016).reason == "扫描件"
    printed = list(found.lines())
    assert "  甲 2012年没有收录：未发布（网站的列表里没有）" in printed
    assert "  乙 2016年没有收录：扫描件" in printed


def test_a_picture_of_a_report_says_so_itself() -> None:
    picture = replace(lost(agency="甲", year=2015), code="picture", message="这是 PNG 图片，没有文字")
    [row] = coverage([summary("甲", 2014)], [picture]).rows
    assert (row.cell(2015).state, row.cell(2015).reason) == ("failed", "扫描件（这是 PNG 图片，没有文字）")
