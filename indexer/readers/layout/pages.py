"""Sheets to parts: lines and tables in reading order, without running heads and page numbers.

The rule: what a page border parted is joined before anyone else sees it, and only what the margins repeat is dropped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from indexer.document import Grid, Part
from indexer.readers.layout import tables as ruled
from indexer.readers.layout.lines import PrintedLine, TypeArea, measure, paragraphs, printed_lines
from indexer.readers.layout.sheet import Sheet
from indexer.readers.layout.tables import Frame, PageContent, RuledTable

_PAGE_NUMBER = re.compile(
    r"[\s—–\-－_·~～]*(?:第\s*)?[0-9０-９ivxIVX]{1,4}(?:\s*页)?(?:\s*[/／,，]?\s*共?\s*\d{1,4}\s*页?)?[\s—–\-－_·~～]*"
)
_MARGIN = 0.11
"""The share of a page's height that is its head, and its foot."""
_SMALL = 0.8
"""A line in the head that is smaller than this share of the usual type is a running head."""
_DIGITS = re.compile(r"\d+")


def parts_of(sheets: Sequence[Sheet]) -> list[Part]:
    """The parts of all pages in reading order."""
    pages = _tables_and_lines(sheets)
    running = _running(sheets, [lines for _, lines in pages])
    size = measure([line for _, lines in pages for line in lines], 0.0).size
    kept = [
        (tables, [line for line in lines if not _is_running(sheet, line, running, size=size)])
        for sheet, (tables, lines) in zip(sheets, pages, strict=True)
    ]
    # Measured once more: running heads may reach farther left or right than the text.
    area = measure([line for _, lines in kept for line in lines], max(sheet.width for sheet in sheets))
    return _parts([_ordered(tables, lines) for tables, lines in kept], area)


def _tables_and_lines(sheets: Sequence[Sheet]) -> list[tuple[list[RuledTable], list[PrintedLine]]]:
    """The tables and the lines of each page."""
    contents = [ruled.ruled_tables(sheet) for sheet in sheets]
    next_tables = [content.tables[:1] for content in contents[1:]] + [[]]
    pages = []
    for sheet, content, below in zip(sheets, contents, next_tables, strict=True):
        tables, free = list(content.tables), list(content.free)
        for frame in content.frames:
            # One box at the foot of a page is the first row of the table that goes on overleaf; else it is a frame,
            # and what is in it is text.
            if below and ruled.continues(frame.table, below[0]) and _is_last(sheet, content, frame):
                tables.append(frame.table)
            else:
                free.extend(frame.glyphs)
        pages.append((tables, printed_lines(free, sheet.number)))
    return pages


def _is_last(sheet: Sheet, content: PageContent, frame: Frame) -> bool:
    """Whether nothing but the foot of the page is below a frame."""
    bottom = frame.table.edges[3]
    foot = (1 - _MARGIN) * sheet.height
    return not any(bottom < glyph.top < foot for glyph in content.free)


Mark = tuple[str, str, int]
"""What a running line has in common with those of other pages: its zone, its text with # for digits, its height."""


def _zone(sheet: Sheet, line: PrintedLine) -> str:
    """``head`` or ``foot`` for a line in the margin of its page, else "" ."""
    if line.bottom < _MARGIN * sheet.height:
        return "head"
    return "foot" if line.top > (1 - _MARGIN) * sheet.height else ""


def _mark(sheet: Sheet, line: PrintedLine) -> Mark:
    # Heights within four points are the same: a page number moves a little with its digits.
    return _zone(sheet, line), _DIGITS.sub("#", line.text), round(line.top / 4)


def _running(sheets: Sequence[Sheet], pages: Sequence[Sequence[PrintedLine]]) -> set[Mark]:
    """What is in the margin of at least two pages and of a third of them, digits aside."""
    seen: Counter[Mark] = Counter()
    for sheet, lines in zip(sheets, pages, strict=True):
        seen.update({_mark(sheet, line) for line in lines if _zone(sheet, line)})
    return {mark for mark, times in seen.items() if times >= max(2, len(sheets) / 3)}


def _is_running(sheet: Sheet, line: PrintedLine, running: set[Mark], *, size: float) -> bool:
    """Whether a line is a running head or foot or a page number; ``size`` is the usual size of type."""
    zone = _zone(sheet, line)
    if not zone:
        return False
    is_small_head = zone == "head" and line.size < _SMALL * size
    return is_small_head or _mark(sheet, line) in running or bool(_PAGE_NUMBER.fullmatch(line.text))


def _ordered(tables: Sequence[RuledTable], lines: Sequence[PrintedLine]) -> list[RuledTable | PrintedLine]:
    return sorted([*tables, *lines], key=_height)


def _height(item: RuledTable | PrintedLine) -> float:
    return item.edges[2] if isinstance(item, RuledTable) else item.top


def _parts(pages: Sequence[Sequence[RuledTable | PrintedLine]], area: TypeArea) -> list[Part]:
    """Lines as paragraphs and tables as grids.

    Lines are collected until a table comes, a table until something else does: either may go on over a page border.
    """
    parts: list[Part] = []
    lines: list[PrintedLine] = []
    table: RuledTable | None = None
    last_page = 0
    for page in pages:
        for at, item in enumerate(page):
            if isinstance(item, PrintedLine):
                parts += _finished(table, last_page)
                table = None
                lines.append(item)
                continue
            parts += paragraphs(lines, area)
            lines = []
            is_first_on_page = at == 0
            if table and is_first_on_page and ruled.continues(table, item):
                table = ruled.joined(table, item)
            else:
                parts += _finished(table, last_page)
                table = item
            last_page = item.page
    return [*parts, *_finished(table, last_page), *paragraphs(lines, area)]


def _finished(table: RuledTable | None, last_page: int) -> list[Grid]:
    """A table that nothing joins any more, as a grid; ``last_page`` is the page it ends on."""
    return [ruled.grid_of(table, pages=last_page - table.page + 1)] if table else []
