"""The same report in four formats gives the same ``Report``: whole models, whatever layout it was set in.

``benchmarks/reading.py`` runs the same comparison over hundreds of reports.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from indexer.read_report import read_bytes
from indexer.synthetic import printing
from indexer.synthetic.pages import LAYOUTS, PRINTS, Layout, write_html
from indexer.synthetic.plaintext import write_markdown, write_text
from indexer.synthetic.prose import STYLES
from indexer.synthetic.reports import report, reports
from indexer.synthetic.word import SETTINGS, Setting, write_docx
from report_search.model import Report, Source

NOWHERE = Source("", "", "", "")


def chosen() -> Iterator[Report]:
    """Every item style in a year before the fixed sections, and one report of each later form and of others."""
    for at, style in enumerate(STYLES):
        yield report(f"示例{'甲乙丙丁戊己庚辛'[at]}市教育局", 2009 + at % 10, style=style)
    for year in (2019, 2020, 2021, 2024):
        yield report("示例癸区人民政府", year, style="heading")
    yield from reports(8, seed=3)


REPORTS = list(chosen())
PRINTED = pytest.mark.skipif(not printing.is_available(), reason="no Chromium here to print PDF")


def bare(made: Report) -> Report:
    """``made`` without what only a reader can know: where things were found."""
    return replace(made, source=NOWHERE, evidence=())


def assert_same(read: Report, made: Report) -> None:
    assert not read.warnings
    assert bare(read) == bare(made)


@pytest.mark.parametrize("made", REPORTS, ids=lambda made: made.id)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_web_page(layout: Layout, made: Report) -> None:
    assert_same(read_bytes(write_html(made, layout=layout), "report.html"), made)


@pytest.mark.parametrize("made", REPORTS, ids=lambda made: made.id)
def test_markdown(made: Report) -> None:
    assert_same(read_bytes(write_markdown(made), "report.md"), made)


@pytest.mark.parametrize("made", REPORTS, ids=lambda made: made.id)
def test_text(made: Report) -> None:
    assert_same(read_bytes(write_text(made), "report.txt"), made)


@pytest.mark.parametrize("made", REPORTS, ids=lambda made: made.id)
@pytest.mark.parametrize("setting", SETTINGS)
def test_word_file(setting: Setting, made: Report) -> None:
    assert_same(read_bytes(write_docx(made, setting=setting), "report.docx"), made)


@PRINTED
@pytest.mark.parametrize("layout", PRINTS)
def test_pdf(layout: Layout) -> None:
    chosen = REPORTS if layout == "print" else REPORTS[1::2]
    pages = printing.print_pages(write_html(made, layout=layout) for made in chosen)
    for made, page in zip(chosen, pages, strict=True):
        assert_same(read_bytes(page, "report.pdf"), made)


def test_the_suffix_says_nothing() -> None:
    made = REPORTS[0]
    for data in (write_html(made), write_docx(made)):
        assert_same(read_bytes(data, "report.txt"), made)
