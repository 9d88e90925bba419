"""One Word file as another office program saved it in its other formats: each reads as the original does.

``sample.docx`` was written by hand and has what files of agencies have: generated numbers, a footnote, a running head,
tracked changes, hidden text, a field, merged cells, a table in a table. LibreOffice saved it as the others.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.document import Grid, Line
from indexer.read_report import read_document

SAMPLES = Path(__file__).parent / "samples"


def content(name: str) -> list[object]:
    """Lines as level and text, tables as rows of texts with spans."""
    parts = read_document((SAMPLES / name).read_bytes(), "x.txt").parts
    return [
        (part.level, part.text)
        if isinstance(part, Line)
        else [[(cell.text, cell.rowspan, cell.colspan) for cell in row] for row in part.rows]
        for part in parts
    ]


def test_the_original() -> None:
    found = content("sample.docx")
    assert (1, "一、总体情况") in found
    assert (0, "全年收到申请四件，均已答复[1]。") in found
    assert (0, "[1]含上年结转一件。") in found
    parts = read_document((SAMPLES / "sample.docx").read_bytes(), "x").parts
    assert sum(isinstance(part, Grid) for part in parts) == 2


@pytest.mark.parametrize("name", ["sample.doc", "sample.odt"])
def test_it_reads_the_same_however_it_is_saved(name: str) -> None:
    if name.endswith(".doc"):
        pytest.importorskip("olefile", reason="the extra office is not installed")
    assert content(name) == content("sample.docx")


def test_an_rtf_keeps_the_text_of_headings() -> None:
    """It names their levels in its style sheet alone, which is not read: numbers tell them."""
    assert [one[1] if isinstance(one, tuple) else one for one in content("sample.rtf")] == [
        one[1] if isinstance(one, tuple) else one for one in content("sample.docx")
    ]
