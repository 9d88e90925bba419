"""What is copied from a PDF viewer and pasted between quotation marks is found: text, headings, titles, rows of tables.

Synthetic reports are printed by Chromium in every layout for the printer, read back and indexed. Quotes of up to 30
characters are taken from the text that PDFium gives for a page, which is what Chrome copies: with its line breaks, and
with the blanks or line breaks that it puts between the cells of a row. Where a quote may begin and end is drawn from
the report that was printed: within its title, a heading, a paragraph, a row, or the heads of a table. The rule: a quote
that goes over the border between two of these, or over a page mark, stands in no single passage and is not asked for.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import pytest

from indexer.run.pipeline import IndexJob, run_job
from indexer.synthetic import printing
from indexer.synthetic.pages import PRINTS, write_html
from indexer.synthetic.reports import reports
from report_search.model import Report
from report_search.passages import passages_with_headings
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher
from tests.sampling import WHOLE, sampled

pypdfium2 = pytest.importorskip("pypdfium2", reason="the extra 'pdf' is not installed")
pytestmark = pytest.mark.skipif(not printing.is_available(), reason="no Chromium here to print PDF")

PRINTED = 24 if WHOLE else 9
QUOTES = sampled(200)
LONGEST = 30
KINDS = ("heading", "paragraph", "row")


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of a page as a viewer copies it; ``kind`` is what was printed there."""

    report: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Printed:
    """A folder of PDFs: the reports that were printed, and the text of each page by report."""

    folder: Path
    reports: Mapping[str, Report]
    pages: Mapping[str, tuple[str, ...]]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    folder = tmp_path_factory.mktemp("printed")
    made = list(reports(PRINTED, seed=7))
    html = (write_html(report, layout=layout) for report, layout in zip(made, cycle(PRINTS), strict=False))
    pages = {}
    for report, pdf in zip(made, printing.print_pages(html), strict=True):
        (folder / f"{report.id}.pdf").write_bytes(pdf)
        pages[report.id] = tuple(_copied_pages(pdf))
    return Printed(folder, {report.id: report for report in made}, pages)


def _copied_pages(pdf: bytes) -> Iterator[str]:
    """The text of each page, as marking all of it and copying gives it."""
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        yield page.get_textpage().get_text_range()
    document.close()


@pytest.fixture(scope="module")
def searcher(printed: Printed, tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    index = tmp_path_factory.mktemp("index")
    run_job(IndexJob(paths=(printed.folder,), index=index, engine="whoosh"))
    return Searcher(index)


def _stretches(report: Report) -> Iterator[tuple[str, str]]:
    """Everything of a report that is one passage, with its kind."""
    for passage in passages_with_headings(report):
        kind = "row" if passage.type == "table" else passage.type
        yield kind, passage.text


def _quotes(printed: Printed, count: int) -> Iterator[Quote]:
    """``count`` quotes, of each kind as many."""
    source = random.Random(11)
    stretches = [
        (report.id, kind, text) for report in printed.reports.values() for kind, text in _stretches(report)
    ]
    by_kind = {kind: [one for one in stretches if one[1] == kind] for kind in KINDS}
    kinds = cycle(KINDS)
    while count:
        report, kind, text = source.choice(by_kind[next(kinds)])
        copied = _copied(printed.pages[report], _part(text, source))
        if copied and len(copied) <= LONGEST:
            yield Quote(report, kind, copied)
            count -= 1


def _part(text: str, source: random.Random) -> str:
    """A part of a text that begins and ends with a printed character and cuts no number in two."""
    while True:
        length = source.randint(2, LONGEST)
        start = source.randint(0, max(0, len(text) - length))
        part = text[start : start + length].strip()
        before, behind = text[:start][-1:], text[start + length :][:1]
        cuts = any(re.fullmatch(r"[\d.,]{2}", pair) for pair in (before + part[:1], part[-1:] + behind))
        if part and not cuts:
            return part


def _copied(pages: tuple[str, ...], part: str) -> str:
    """``part`` as a page has it, "" where it goes over the edge of a page or is not printed in one piece.

    Not in one piece is a row below a cell that spans down to it: what that cell says is printed rows above.
    """
    cells = (r"\s*".join(map(re.escape, "".join(cell.split()))) for cell in part.split("\t"))
    wanted = re.compile(rf"(?<![\d.,]){_between_cells(cells)}(?![\d.,])")
    return next((match[0] for match in map(wanted.search, pages) if match), "")


def _between_cells(cells: Iterable[str]) -> str:
    return r"\s+".join(filter(None, cells))


def test_whatever_is_copied_from_a_pdf_is_found(printed: Printed, searcher: Searcher) -> None:
    lost = []
    for quote in _quotes(printed, QUOTES):
        asked = SearchRequest(
            f"“{quote.text}”", limit=100, filters=(("report", (_id(printed, searcher, quote),)),)
        )
        page = searcher.search(asked)
        if not page.total.passages:
            lost.append(quote)
    assert lost == []


def _id(printed: Printed, searcher: Searcher, quote: Quote) -> str:
    """The id under which a printed report was indexed."""
    return next(one.id for one in searcher.reports() if one.path == f"{quote.report}.pdf")
