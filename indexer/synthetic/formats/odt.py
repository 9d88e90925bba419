"""Writes a report as an OpenDocument text: headings with levels, tables with covered cells, generated numbers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.sax.saxutils import escape

from indexer.synthetic.formats.flow import FlowItem, flow, full_grid
from indexer.synthetic.vocabulary import MARK
from report_search.model import Report, Table

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{path}:1.0"'
    for name, path in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("style", "style"),
        ("fo", "xsl-fo-compatible"),
        ("meta", "meta"),
    )
)
_STYLES = (
    '<style:style style:name="Title" style:family="paragraph"><style:text-properties fo:font-weight="bold"/>'
    '</style:style><style:style style:name="Draft" style:family="text"><style:text-properties text:display="none"/>'
    "</style:style>"
)
_TYPE = "application/vnd.oasis.opendocument.text"


def write_odt(report: Report) -> bytes:
    """The OpenDocument text of ``report``."""
    body = "".join(_item(item) for item in flow(report))
    return package_of(body, title=report.title, styles=_STYLES)


def package_of(body: str, *, title: str = "", styles: str = "", kind: str = "text") -> bytes:
    """An OpenDocument file with this body; ``kind`` is ``text`` or ``spreadsheet``."""
    media_type = _TYPE.removesuffix("text") + kind
    content = (
        f"<office:document-content {_NAMES}><office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f"<office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    meta = (
        f'<office:document-meta {_NAMES} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>'
        f"<dc:title>{escape(title)}</dc:title><dc:description>{MARK}</dc:description></office:meta>"
        "</office:document-meta>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        # The first entry is the media type as it is, so that a file can be told by its first bytes.
        package.writestr(zipfile.ZipInfo("mimetype", (2020, 1, 1, 0, 0, 0)), media_type)
        for name, text in (("content.xml", content), ("meta.xml", meta)):
            package.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), _HEAD + text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _item(item: FlowItem) -> str:
    if item.table is not None:
        return _table(item.table)
    if item.kind == "heading":
        return f'<text:h text:outline-level="{item.depth + 1}">{escape(item.text)}</text:h>'
    style = ' text:style-name="Title"' if item.kind == "title" else ""
    middle = len(item.text) // 2
    first, second = escape(item.text[:middle]), escape(item.text[middle:])
    draft = '<text:span text:style-name="Draft">草稿</text:span>' if item.kind == "paragraph" else ""
    return f"<text:p{style}><text:span>{first}</text:span>{draft}{second}</text:p>"


def _table(table: Table) -> str:
    rows = "".join(f"<table:table-row>{''.join(_row(row))}</table:table-row>" for row in _rows(table))
    return f"<table:table>{rows}</table:table>"


def _rows(table: Table) -> Iterator[list[str]]:
    done = set()
    for row in full_grid(table):
        cells = []
        for cell, _ in row:
            if cell is None:
                cells.append("<table:table-cell/>")
            elif id(cell) in done:
                cells.append("<table:covered-table-cell/>")
            else:
                done.add(id(cell))
                spans = f' table:number-rows-spanned="{cell.rowspan}" table:number-columns-spanned="{cell.colspan}"'
                cells.append(
                    f"<table:table-cell{spans}><text:p>{escape(cell.text)}</text:p></table:table-cell>"
                )
        yield cells


def _row(cells: list[str]) -> Iterator[str]:
    """The cells of a row, those that are empty and stand together written once."""
    at = 0
    while at < len(cells):
        last = at
        while last < len(cells) and cells[last] == cells[at] and cells[at].endswith("cell/>"):
            last += 1
        times = max(1, last - at)
        repeated = f' table:number-columns-repeated="{times}"/>' if times > 1 else "/>"
        yield cells[at].removesuffix("/>") + repeated if cells[at].endswith("cell/>") else cells[at]
        at += times
