"""Sheets to parts: running heads and page numbers dropped, lines and tables in reading order, page borders healed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from indexer.document import Grid, Part
from indexer.readers.pdf import tables as pdf_tables
from indexer.readers.pdf.lines import Measure, Printed, measure, paragraphs, printed_lines
from indexer.readers.pdf.sheet import Sheet
from indexer.readers.pdf.tables import DetectedTable, Frame, Ruled

_PAGE_NUMBER = re.compile(
    r"[\s—–\-－_·~～]*(?:第\s*)?[0-9０-９ivxIVX]{1,4}(?:\s*页)?(?:\s*[/／,，]?\s*共?\s*\d{1,4}\s*页?)?[\s—–\-－_·~～]*"
)
_MARGIN = 0.11
_SMALL = 0.8
_DIGITS = re.compile(r"\d+")


def parts_of(sheets: Sequence[Sheet]) -> list[Part]:
    """The parts of all pages in reading order."""
    pages = _read(sheets)
    running = _running(sheets, [lines for _, lines in pages])
    size = measure([line for _, lines in pages for line in lines], 0.0).size
    kept = [
        (tables, [line for line in lines if not _is_margin(sheet, line, running, size=size)])
        for sheet, (tables, lines) in zip(sheets, pages, strict=True)
    ]
    area = measure([line for _, lines in kept for line in lines], max(sheet.width for sheet in sheets))
    return _parts([_ordered(tables, lines) for tables, lines in kept], area)


def _read(sheets: Sequence[Sheet]) -> list[tuple[list[Ruled], list[Printed]]]:
    """The tables and the lines of each page."""
    found = [pdf_tables.ruled_tables(sheet) for sheet in sheets]
    pages = []
    for at, (sheet, page) in enumerate(zip(sheets, found, strict=True)):
        below = found[at + 1].tables[:1] if at + 1 < len(found) else []
        tables, free = list(page.tables), list(page.free)
        for frame in page.frames:
            if below and pdf_tables.continues(frame.table, below[0]) and _is_last(sheet, page, frame):
                tables.append(frame.table)
            else:
                free.extend(frame.glyphs)
        pages.append((tables, printed_lines(free, sheet.number)))
    return pages


def _is_last(sheet: Sheet, page: DetectedTable, frame: Frame) -> bool:
    """Whether nothing but the foot of the page stands below a frame."""
    bottom = frame.table.edges[3]
    foot = (1 - _MARGIN) * sheet.height
    return not any(bottom < glyph.top < foot for glyph in page.free)


def _zone(sheet: Sheet, line: Printed) -> str:
    """``head`` or ``foot`` for a line in the margin of its page, else "" ."""
    if line.bottom < _MARGIN * sheet.height:
        return "head"
    return "foot" if line.top > (1 - _MARGIN) * sheet.height else ""


def _mark(sheet: Sheet, line: Printed) -> tuple[str, str, int]:
    return _zone(sheet, line), _DIGITS.sub("#", line.text), round(line.top / 4)


def _running(sheets: Sequence[Sheet], pages: Sequence[Sequence[Printed]]) -> set[tuple[str, str, int]]:
    """What stands in the margin of at least two pages and of a third of them, its digits aside."""
    seen: Counter[tuple[str, str, int]] = Counter()
    for sheet, lines in zip(sheets, pages, strict=True):
        seen.update({_mark(sheet, line) for line in lines if _zone(sheet, line)})
    return {mark for mark, times in seen.items() if times >= max(2, len(sheets) / 3)}


def _is_margin(sheet: Sheet, line: Printed, running: set[tuple[str, str, int]], *, size: float) -> bool:
    """Whether a line is a running head or foot or a page number; ``size`` is the usual size of type."""
    zone = _zone(sheet, line)
    small = zone == "head" and line.size < _SMALL * size
    return bool(zone) and (small or _mark(sheet, line) in running or bool(_PAGE_NUMBER.fullmatch(line.text)))


def _ordered(tables: Sequence[Ruled], lines: Sequence[Printed]) -> list[Ruled | Printed]:
    return sorted([*tables, *lines], key=_height)


def _height(item: Ruled | Printed) -> float:
    return item.edges[2] if isinstance(item, Ruled) else item.top


def _parts(pages: Sequence[Sequence[Ruled | Printed]], area: Measure) -> list[Part]:
    parts: list[Part] = []
    lines: list[Printed] = []
    table: Ruled | None = None
    last = 0
    for page in pages:
        for at, item in enumerate(page):
            if isinstance(item, Printed):
                parts += _closed(table, last)
                table = None
                lines.append(item)
                continue
            parts += paragraphs(lines, area)
            lines = []
            if table and at == 0 and pdf_tables.continues(table, item):
                table = pdf_tables.joined(table, item)
            else:
                parts += _closed(table, last)
                table = item
            last = item.page
    return [*parts, *_closed(table, last), *paragraphs(lines, area)]


def _closed(table: Ruled | None, last: int) -> list[Grid]:
    """A table that nothing joins any more; ``last`` is the page it ends on."""
    return [pdf_tables.grid_of(table, pages=last - table.page + 1)] if table else []
