"""Writes a report as Markdown, as a converter leaves it: headings marked, tables as lines with tabs.

The rule: a column that a span covers is an empty cell, so spans can be told where the form of the table is known.
"""

from __future__ import annotations

from collections.abc import Iterator

from report_search.model import Paragraph, Report, Section, Table
from report_search.passages import heading


def write_markdown(report: Report) -> bytes:
    """``report`` as UTF-8 Markdown."""
    return "\n\n".join(_blocks(report, marks=True)).encode() + b"\n"


def write_text(report: Report) -> bytes:
    """``report`` as UTF-8 text without any marks, paragraphs indented by two ideographic spaces."""
    return "\n\n".join(_blocks(report, marks=False)).encode() + b"\n"


def _blocks(report: Report, *, marks: bool) -> Iterator[str]:
    yield ("# " if marks else "") + report.title
    yield f"发布日期：{report.published}"
    for path, section in report.walk():
        if heading(section):
            yield _heading(section, len(path) + 1, marks=marks)
        for block in section.blocks:
            if isinstance(block, Paragraph):
                yield block.text if marks else "　　" + block.text
            else:
                yield "\n".join(_lines(block))


def _heading(section: Section, level: int, *, marks: bool) -> str:
    return f"{'#' * level} {heading(section)}" if marks else "　　" + heading(section)


def _lines(table: Table) -> Iterator[str]:
    width = max(cell.column + cell.colspan for row in table.rows for cell in row.cells)
    for row in table.rows:
        texts = [""] * width
        for cell in row.cells:
            texts[cell.column] = cell.text
        yield "\t".join(texts)
