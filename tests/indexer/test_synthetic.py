"""The generator: plainly synthetic, the same for the same seed, its numbers in agreement, its sections official."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from indexer.synthetic import forms, reports
from indexer.synthetic.corpus import write_corpus
from indexer.synthetic.pages import LAYOUTS, write_html
from indexer.synthetic.plaintext import write_markdown, write_text
from indexer.synthetic.prose import STYLES
from indexer.synthetic.vocabulary import MARK
from indexer.synthetic.word import write_docx
from report_search.errors import OperatorError
from report_search.model import Paragraph, Report, Table
from report_search.taxonomy.sections import kind_of


def tables(report: Report) -> dict[str, Table]:
    return {
        block.form: block
        for _, section in report.walk()
        for block in section.blocks
        if isinstance(block, Table)
    }


@pytest.fixture(scope="module")
def many() -> list[Report]:
    return list(reports.reports(340))


def test_same_seed_same_reports() -> None:
    assert list(reports.reports(5, seed=7)) == list(reports.reports(5, seed=7))
    assert list(reports.reports(5, seed=7)) != list(reports.reports(5, seed=8))


def test_every_report_says_that_it_is_synthetic(many: list[Report]) -> None:
    for report in many:
        assert report.agency.startswith("示例")
        first = report.sections[0].blocks[0]
        assert isinstance(first, Paragraph)
        assert first.text == MARK


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_page_says_that_it_is_synthetic(layout: str, many: list[Report]) -> None:
    page = write_html(many[0], layout=layout)
    assert MARK in page.decode("gb18030" if layout == "cells" else "utf-8")


def test_ids_never_repeat() -> None:
    ids = [report.id for report in itertools.islice(reports.reports(), 300)]
    assert len(set(ids)) == len(ids)


def test_beyond_every_agency_and_year_further_agencies_join() -> None:
    whole = len(reports.agencies()) * (reports.LAST_YEAR - reports.FIRST_YEAR + 1)
    late = next(reports.reports(start=whole))
    assert "第2分局" in late.agency


def test_years_and_item_styles_are_all_there(many: list[Report]) -> None:
    assert {report.year for report in many} == set(range(2008, 2025))
    for style in STYLES:
        made = reports.report("示例甲市教育局", 2012, style=style)
        assert made.sections[1].blocks or made.sections[1].subsections


def test_kinds_are_what_the_library_gives_the_titles(many: list[Report]) -> None:
    for report in many:
        for section in report.sections[1:]:
            assert section.kind == kind_of(section.title), section.title


def test_request_table_keeps_its_identities(many: list[Report]) -> None:
    seen = Counter[str]()
    for report in many:
        for form, table in tables(report).items():
            if not form.startswith("b-"):
                continue
            seen[form] += 1
            rows = [[cell.value for cell in row.values] for row in table.body]
            assert len(rows) == {"b-2019": 23, "b-2021": 25}[form]
            for row in rows:
                assert sum(row[:6]) == row[6]
            for column in zip(*rows, strict=True):
                new, carried, *outcomes, total, left = column
                assert sum(outcomes) == total
                assert new + carried == total + left
                assert min(column) >= 0
    assert min(seen["b-2019"], seen["b-2021"]) > 10


def test_review_table_keeps_its_sums(many: list[Report]) -> None:
    for report in many:
        table = tables(report).get("c")
        if table:
            (row,) = table.body
            values = [cell.value for cell in row.values]
            assert [sum(values[at : at + 4]) for at in (0, 5, 10)] == [values[at] for at in (4, 9, 14)]


def test_prose_speaks_of_the_numbers_in_the_table(many: list[Report]) -> None:
    spoken = 0
    for report in many:
        for form, table in tables(report).items():
            asked = table.body[0].values[-1].text if form.startswith("b-") else ""
            texts = [b.text for _, s in report.walk() for b in s.blocks if isinstance(b, Paragraph)]
            for text in texts:
                if asked and "全年共收到政府信息公开申请" in text:
                    assert f"申请{asked}件" in text
                    spoken += 1
    assert spoken > 5


def test_disclosure_tables_print_signs_units_fractions_and_blanks(many: list[Report]) -> None:
    cells = [
        cell
        for report in many
        for form, table in tables(report).items()
        if form.startswith("a-")
        for row in table.body
        for cell in row.values
    ]
    texts = {cell.text for cell in cells}
    assert {"-183", "+174", ""} <= texts
    assert any(cell.unit == "万件" for cell in cells)
    assert any(isinstance(cell.value, float) for cell in cells)
    assert all(cell.value is None for cell in cells if not cell.text)


def test_full_grids_have_no_holes(many: list[Report]) -> None:
    for report in many[:60]:
        for table in tables(report).values():
            area = sum(cell.rowspan * cell.colspan for row in table.rows for cell in row.cells)
            width = max(cell.column + cell.colspan for row in table.rows for cell in row.cells)
            assert area == width * len(table.rows)


def test_passages_come_without_files_and_in_number() -> None:
    made = list(reports.passages(3000))
    assert len(made) == 3000
    assert len({passage.id for passage in made}) == 3000


def test_form_2021_has_three_rows_of_other_outcomes() -> None:
    headers = [row.headers for row in forms.requests(Random(1), form=2021).table.body]
    assert sum("（六）其他处理" in header for header in headers) == 3


def test_writers_are_deterministic(many: list[Report]) -> None:
    for write in (write_html, write_markdown, write_text, write_docx):
        assert write(many[3]) == write(many[3])


def test_corpus_is_written_once_and_never_over_anything(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    counts = write_corpus(folder, number=8, formats=("html", "docx", "md", "txt"))
    assert counts == {"html": 2, "docx": 2, "md": 2, "txt": 2}
    assert len(list(folder.iterdir())) == 9
    assert MARK in (folder / "README.md").read_text(encoding="utf-8")
    with pytest.raises(OperatorError) as caught:
        write_corpus(folder)
    assert caught.value.code == "folder-not-empty"


def test_corpus_refuses_a_format_it_does_not_know(tmp_path: Path) -> None:
    with pytest.raises(OperatorError) as caught:
        write_corpus(tmp_path / "demo", formats=("odt",))
    assert caught.value.code == "unknown-format"
