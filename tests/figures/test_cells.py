"""Every official cell of a report is there as data, as it is printed, under the measure that it is of."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from indexer.read_report import read_bytes, read_file
from indexer.synthetic import forms
from indexer.synthetic.demo.measures import places, status
from indexer.synthetic.pages import write_html
from indexer.synthetic.plaintext import write_markdown
from indexer.synthetic.reports import report, reports
from indexer.synthetic.word import write_docx
from report_search.figures.cells import OfficialCell, status_of
from report_search.figures.extract import figures_of
from report_search.model import Cell, Paragraph, Report, Row, Section, Source, Table
from report_search.passages import passages_of
from report_search.taxonomy.measures import measures, request_row_keys
from report_search.taxonomy.official_forms import DISCLOSURE_BLOCKS, REQUEST_ROWS
from tests.sampling import WHOLE

ROOT = Path(__file__).resolve().parents[2]
FIRST = 5_000
"""So many generated reports are left out before those that are tried, of which two thirds have official forms."""


def truth(made: Report) -> dict[str, list[Any]]:
    """The cells of the official forms by the demo corpus's own list of measures."""
    tables = [block for _, section in made.walk() for block in section.blocks if isinstance(block, Table)]
    return {
        place.measure: [place.cell.text, place.cell.value, status(place.cell)]
        for table in tables
        if not table.form.startswith("stats")
        for place in places(table)
    }


def official(read: Report) -> dict[str, list[Any]]:
    named = figures_of(read).named()
    return {
        key: [cell.text, cell.value, cell.status]
        for key, cell in named.items()
        if not key.startswith("annex.")
    }


def one_table(table: Table, *, year: int = 2022) -> Report:
    section = Section("三", "收到和处理政府信息公开申请情况", "requests", (table,))
    return Report(
        "x-1", "某局", "x", year, "某局年报", "2023-01-31", Source("x", "", "0" * 64, "html"), (section,)
    )


def cells(table: Table) -> tuple[OfficialCell, ...]:
    return figures_of(one_table(table)).cells


def relabelled(table: Table, at: int, label: str) -> Table:
    rows = list(table.rows)
    rows[at] = replace(rows[at], headers=(*rows[at].headers[:-1], label))
    return replace(table, rows=tuple(rows))


@pytest.mark.parametrize("form", ["html", "docx", "md"])
def test_every_cell_of_generated_reports_is_right(form: str) -> None:
    write = {"html": write_html, "docx": write_docx, "md": write_markdown}[form]
    compared = 0
    for made in reports(200 if WHOLE else 40, seed=7, start=FIRST):
        read = read_bytes(write(made), f"r.{form}")
        assert official(read) == truth(made), made.id
        compared += len(truth(made))
    assert compared > 1_000


def test_both_forms_may_be_mixed_in_one_report() -> None:
    new = report("示例甲市教育局", 2023)
    requests = forms.requests(Random(3), form=2019).table
    sections = tuple(
        replace(section, blocks=(requests,)) if section.kind == "requests" else section
        for section in new.sections
    )
    mixed = replace(new, sections=sections)
    read = read_bytes(write_html(mixed), "r.html")
    assert official(read) == truth(mixed)
    by_form = {cell.form for cell in figures_of(read).cells if cell.measure.startswith(("rules", "requests"))}
    assert by_form == {"2019", "2021"}


def test_the_annex_is_told_by_its_rows() -> None:
    old = read_bytes(write_html(report("示例甲市教育局", 2016)), "r.html")
    found = figures_of(old).named()
    assert {"annex.disclosed", "annex.requests.new", "annex.reviews", "annex.trained"} <= set(found)
    assert all(cell.form == "annex" for cell in found.values())
    assert found["annex.fees"].unit == "万元"
    assert not [cell for cell in figures_of(old).cells if not cell.measure]


def test_a_label_in_the_annex_is_told_by_its_group() -> None:
    head = Row((Cell("统计指标", 0, is_header=True),), is_head=True)

    def row(number: int, *labels: str) -> Row:
        return Row((Cell(str(number), 2, path=("统计数",), value=number),), labels)

    table = Table(
        (
            head,
            row(7, "四、行政复议数量"),
            row(2, "四、行政复议数量", "（二）被依法纠错数"),
            row(9, "五、行政诉讼数量"),
            row(3, "五、行政诉讼数量", "（二）被依法纠错数"),
            row(4, "（三）通过不知道什么公开的数"),
        ),
        form="stats-2014",
    )
    found = cells(table)
    assert {one.measure: one.value for one in found if one.measure} == {
        "annex.reviews": 7,
        "annex.reviews.corrected": 2,
        "annex.suits": 9,
        "annex.suits.corrected": 3,
    }
    assert [(one.value, bool(one.note)) for one in found if not one.measure] == [(4, True)]


def test_what_the_real_reports_print() -> None:
    found = figures_of(read_file(ROOT / "corpus" / "mfa-2019.md")).named()
    assert len(found) == 113  # 13 rows of requests that are there, 22 cells of disclosure
    wanted = {
        "rules.made": (1, ""),
        "documents.disclosed_total": (3, ""),
        "services.decisions": (66.7, "万件"),
        "fees.items": (1, ""),
        "procurement.items": (41, ""),
        "procurement.amount": (10524, "万元"),
        "requests.new.natural": (13, ""),
        "requests.new.total": (13, ""),
        "requests.granted.total": (2, ""),
        "requests.partly.total": (3, ""),
        "requests.unavailable.not_held.natural": (3, ""),
        "requests.refused.secret.total": (0, ""),
    }
    assert {key: (found[key].value, found[key].unit) for key in wanted} == wanted
    others = [key for key in found if key not in wanted and found[key].value]
    assert sorted(others) == [
        "documents.disclosed",
        "documents.made",
        "requests.granted.natural",
        "requests.partly.natural",
        "requests.unavailable.not_held.total",
        "rules.disclosed",
        "rules.disclosed_total",
        "services.items",
    ]


def test_a_report_that_prints_no_table_has_no_cells_and_the_other_keeps_its_sums() -> None:
    assert figures_of(read_file(ROOT / "corpus" / "mfa-2014.txt")).cells == ()
    real = figures_of(read_file(ROOT / "corpus" / "mfa-2019.md"))
    assert real.checks == ()
    assert {cell.form for cell in real.cells} == {"2019"}
    assert {cell.status for cell in real.cells} == {"printed", "zero"}


def test_a_cell_leads_to_the_passage_of_its_row() -> None:
    made = report("示例甲市教育局", 2022)
    passages = {one.id: one for one in passages_of(made)}
    figures = figures_of(made)
    assert len(figures.cells) == 25 * 7 + 15 + 10
    for cell in figures.cells:
        text = passages[cell.passage].text.split("\t")
        assert cell.text in text
        assert cell.measure.startswith(("reviews", "suits")) or cell.path[0] in text


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("12", 12, "printed"),
        ("-183", -183, "printed"),
        ("0", 0, "zero"),
        ("", None, "empty"),
        (" \u3000", None, "empty"),
        ("—", None, "dash"),
        ("/", None, "dash"),
        ("无", None, "text"),
        ("+(0) -(0)", None, "text"),
    ],
)
def test_an_empty_cell_is_not_zero(text: str, value: int | None, expected: str) -> None:
    assert status_of(Cell(text, 0, value=value)) == expected


def test_what_was_recognised_says_so() -> None:
    assert status_of(Cell("0", 0, value=0), recognised=True) == "recognised"
    assert status_of(Cell("", 0), recognised=True) == "empty"


class TestMisprints:
    table = forms.requests(Random(1), form=2021).table

    @pytest.mark.parametrize(
        ("official", "printed"),
        [
            ("2.其他法律行政法规禁止公开", "2.其他法律行政止公开"),
            ("4.保护第三方合法权益", "4.保护笫三方合法权宜"),
            ("（七）总计", "总计"),
            ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "（二）部分公开"),
            ("1.信访举报投诉类申请", "1.信访、举报、投诉类申情"),
            ("四、结转下年度继续办理", "四、结转下年度继续办里"),
        ],
    )
    def test_a_misprinted_label_is_told_and_says_so(self, official: str, printed: str) -> None:
        at = next(at for at, row in enumerate(self.table.rows) if row.headers[-1:] == (official,))
        right, read = cells(self.table), cells(relabelled(self.table, at, printed))
        assert [one.measure for one in read] == [one.measure for one in right]
        noted = [one for one in read if one.note]
        assert {one.row for one in noted} == {at}
        assert all(printed in one.note and official in one.note for one in noted)

    def test_a_label_that_cannot_be_told_is_kept_under_no_measure(self) -> None:
        read = cells(relabelled(self.table, 9, "本栏由填报单位自行增设"))
        lost = [one for one in read if not one.measure]
        assert {one.row for one in lost} == {9}
        assert all(one.note for one in lost)
        assert len(lost) == 7

    def test_a_row_printed_twice_counts_once(self) -> None:
        twice = replace(self.table, rows=(*self.table.rows, self.table.rows[4]))
        read = cells(twice)
        assert len([one for one in read if not one.measure]) == 7
        assert len({one.measure for one in read if one.measure}) == 25 * 7

    def test_a_second_table_of_a_form_does_not_count_again(self) -> None:
        other = forms.requests(Random(2), form=2021).table
        made = one_table(self.table)
        section = replace(made.sections[0], blocks=(self.table, other))
        both = figures_of(replace(made, sections=(section,)))
        first = figures_of(made).named()
        assert {key: cell.value for key, cell in both.named().items()} == {
            k: c.value for k, c in first.items()
        }
        assert len(both.cells) == 2 * 25 * 7

    def test_a_row_that_lost_a_value_keeps_the_others_under_no_measure(self) -> None:
        row = self.table.rows[5]
        torn = replace(
            row,
            cells=tuple(replace(cell, path=()) for cell in row.cells if cell.is_header or cell.column > 3),
        )
        read = cells(replace(self.table, rows=tuple(torn if one is row else one for one in self.table.rows)))
        assert [one.measure for one in read if one.row == 5] == [""] * 6


class TestMeasures:
    def test_every_official_row_has_a_measure(self) -> None:
        for form, rows in REQUEST_ROWS.items():
            assert len(request_row_keys(form)) == len(rows)
        printed = {path for one in measures().values() for path in one.paths.values()}
        for form, blocks in DISCLOSURE_BLOCKS.items():
            for block in blocks:
                for label in block.rows:
                    assert {(label, head) for head in block.heads[1:]} <= printed, (form, label)

    def test_keys_and_paths_are_each_of_one_measure(self) -> None:
        listed = list(measures().values())
        assert len(listed) == 26 * 7 + 15 + 27 + 58
        for form in ("2019", "2021", "annex"):
            paths = [one.paths[form] for one in listed if form in one.paths]
            assert len(paths) == len(set(paths))
        assert sum("2021" in one.paths for one in listed) == 25 * 7 + 15 + 10
        assert sum("2019" in one.paths for one in listed) == 23 * 7 + 15 + 22

    def test_a_measure_that_changed_its_meaning_says_when(self) -> None:
        assert [one.year for one in measures()["documents.made"].breaks] == [2021]
        assert [one.year for one in measures()["requests.other.natural"].breaks] == [2021]
        assert not measures()["requests.granted.total"].breaks

    def test_a_report_without_tables_has_none(self) -> None:
        section = Section("一", "概述", "overview", (Paragraph("全年收到申请三件。"),))
        empty = replace(one_table(self.some_table()), sections=(section,))
        assert figures_of(empty).cells == ()

    def some_table(self) -> Table:
        return forms.review(Random(1))[0]
