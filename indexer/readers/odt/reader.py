"""Reads OpenDocument files with lxml: texts by a walk over their body, workbooks as they print.

The rule: a workbook keeps what each cell shows beside its value, and what is shown is read.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from lxml import etree

from indexer.document import Document, Part
from indexer.readers import limits
from indexer.readers.docx.numbering import Numbering
from indexer.readers.foreign import pictures_only
from indexer.readers.kinds import kind_of
from indexer.readers.odt.styles import OpenStyles, attribute, whole
from indexer.readers.odt.walk import OpenWalk, cell_elements, local, row_elements
from indexer.readers.packed import Package
from indexer.readers.sheets.blocks import PrintedSheet, SheetCell, parts_of
from report_search.errors import ReadError
from report_search.model import ReportWarning

_COLUMNS = 20_000
"""More columns than any sheet has."""
_HIDDEN = ("collapse", "filter")
_SKIPPED_IN_CELLS = ("annotation", "shapes", "forms", "frame")
_FACTS = {"title": "title", "subject": "subject", "creation-date": "created", "creator": "creator"}


class OpenDocumentReader:
    """Texts (.odt) and workbooks (.ods)."""

    format = "odt"

    def recognises(self, data: bytes, name: str) -> bool:
        """Whether ``data`` is a package that says it is an OpenDocument text or workbook."""
        return kind_of(data) in ("odt", "ods")

    def read(self, data: bytes, name: str) -> Document:
        """The document in an OpenDocument file. Raises ``ReadError`` for one locked, damaged or without text."""
        limits.check_bytes(data)
        kind = kind_of(data)
        package = Package(data, what="OpenDocument 文件")
        manifest = package.resolved("META-INF/manifest.xml")
        if manifest and b"encryption-data" in package.bytes_of(manifest):
            raise package.locked()
        content = package.xml("content.xml")
        body = next((one for one in content.iter("{*}body")), None) if content is not None else None
        main = (
            next((one for one in body if local(one) in ("text", "spreadsheet")), None)
            if body is not None
            else None
        )
        if main is None:
            raise package.damaged("content.xml")
        styles = OpenStyles()
        styles.add(package.xml("styles.xml"))
        styles.add(content)
        facts = _facts(package.xml("meta.xml"))
        return _workbook(main, styles, facts) if kind == "ods" else _text(main, styles, facts)


def _text(main: etree._Element, styles: OpenStyles, facts: dict[str, str]) -> Document:
    numbering = Numbering(levels={"outline": styles.outline}, lists={"outline": "outline"})
    walk = OpenWalk(styles, numbering)
    parts: list[Part] = list(walk.blocks(main))
    parts += walk.counters.notes
    if not parts and walk.counters.pictures:
        raise pictures_only("OpenDocument 文件", walk.counters.pictures)
    if not parts:
        raise ReadError("no-text", "OpenDocument 文件中没有文字", hint="请找有文字的版本。")
    return Document("odt", tuple(parts), facts.get("title", ""), facts, pictures=walk.counters.pictures)


def _workbook(main: etree._Element, styles: OpenStyles, facts: dict[str, str]) -> Document:
    parts: list[Part] = []
    warnings = []
    for table in main:
        if local(table) != "table":
            continue
        where = f"工作表“{attribute(table, 'name')}”"
        if not styles.is_displayed(attribute(table, "style-name")):
            warnings.append(ReportWarning("sheet-hidden", "隐藏的工作表没有读取", where))
            continue
        parts += parts_of(_printed(table, where))
    if not parts:
        raise ReadError("no-text", "电子表格中没有文字", hint="请找有文字的版本。")
    return Document("ods", tuple(parts), facts.get("title", ""), facts, tuple(warnings))


def _printed(table: etree._Element, where: str) -> PrintedSheet:
    """A sheet as printed, without what is hidden. Raises ``ReadError`` for more cells than a file may have.

    A sheet ends in a row and a column that are repeated to its very edge, so what is empty is only counted.
    """
    hidden = _hidden_columns(table)
    cells: dict[tuple[int, int], SheetCell] = {}
    shown = 0
    for row in row_elements(table):
        if attribute(row, "visibility") in _HIDDEN:
            continue
        times = max(1, whole(row, "number-rows-repeated"))
        found = dict(_filled(row, hidden))
        if len(cells) + times * len(found) > limits.MAX_CELLS:
            raise limits.too_large("表格单元格数", times * len(found), limit=limits.MAX_CELLS, where=where)
        for at in range(shown, shown + times) if found else ():
            cells |= {(at, column): cell for column, cell in found.items()}
        shown += times
    return PrintedSheet(cells, where)


def _filled(row: etree._Element, hidden: set[int]) -> Iterator[tuple[int, SheetCell]]:
    """The cells of a row that hold something or span others, by the shown column they begin in."""
    at = 0
    order = sorted(hidden)
    for cell, _, times in cell_elements(row):
        text = "\n".join(_paragraphs(cell)).strip()
        rows, columns = whole(cell, "number-rows-spanned"), whole(cell, "number-columns-spanned")
        if text or rows > 1 or columns > 1:
            for first in range(at, at + min(times, limits.MAX_CELLS + 1)):
                taken = set(range(first, first + min(columns, _COLUMNS)))
                if first not in hidden:
                    yield first - bisect_left(order, first), SheetCell(text, rows, len(taken - hidden))
        at += times


def _hidden_columns(table: etree._Element) -> set[int]:
    hidden: set[int] = set()
    at = 0
    for column in table.iter("{*}table-column"):
        times = min(whole(column, "number-columns-repeated"), _COLUMNS)
        if attribute(column, "visibility") in _HIDDEN:
            hidden.update(range(at, at + times))
        at += times
    return hidden


def _paragraphs(cell: etree._Element) -> Iterator[str]:
    """The lines that a cell shows; comments and drawings that hang on it are not among them."""
    for child in cell:
        if local(child) == "p":
            yield "".join(_pieces(child))


def _pieces(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        name = local(child)
        if name == "s":
            yield " " * min(whole(child, "c"), 100)
        elif name == "line-break":
            yield "\n"
        elif name and name not in _SKIPPED_IN_CELLS:
            yield from _pieces(child)
        yield child.tail or ""


def _facts(root: etree._Element | None) -> dict[str, str]:
    found = {}
    for element in root.iter() if root is not None else ():
        key = _FACTS.get(local(element))
        if key and (element.text or "").strip():
            found[key] = (element.text or "").strip()
    return found
