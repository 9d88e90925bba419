"""Writes a report as a Word file, in the ways that agencies set one: typed or generated numbers, styles or bold.

Only what the report needs is in the package; the same report gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Literal
from xml.sax.saxutils import escape

from indexer.synthetic.vocabulary import MARK
from report_search.model import Cell, Paragraph, Report, Row, Section, Table
from report_search.passages import heading

Setting = Literal["styles", "bold", "numbered"]
SETTINGS: tuple[Setting, ...] = ("styles", "bold", "numbered")

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OPEN = "http://schemas.openxmlformats.org"
_TYPES = (
    f'<Types xmlns="{_OPEN}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>'
    '<Override PartName="/word/numbering.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/>'
    '<Override PartName="/word/footer1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>'
    '<Override PartName="/docProps/core.xml" ContentType='
    '"application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)
_RELATIONS = f"{_OPEN}/officeDocument/2006/relationships"
_TOP = (
    f'<Relationships xmlns="{_OPEN}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_OPEN}/package/2006/relationships/metadata/core-properties" '
    'Target="docProps/core.xml"/></Relationships>'
)
_BESIDE = (
    f'<Relationships xmlns="{_OPEN}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{_RELATIONS}/numbering" Target="numbering.xml"/>'
    f'<Relationship Id="rId3" Type="{_RELATIONS}/footer" Target="footer1.xml"/></Relationships>'
)
_STYLES = (
    f'<w:styles xmlns:w="{_W}"><w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/>'
    '</w:style><w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/>'
    '<w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 2"/><w:basedOn w:val="1"/>'
    '<w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style><w:style w:type="paragraph" w:styleId="t">'
    '<w:name w:val="Title"/><w:basedOn w:val="a"/></w:style></w:styles>'
)
_NUMBERING = (
    f'<w:numbering xmlns:w="{_W}"><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:suff w:val="nothing"/>'
    '<w:lvlText w:val="%1、"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
    '<w:suff w:val="nothing"/><w:lvlText w:val="（%2）"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)
_FOOTER = f'<w:ftr xmlns:w="{_W}"><w:p><w:r><w:t>第1页</w:t></w:r></w:p></w:ftr>'


def write_docx(report: Report, *, setting: Setting | None = None) -> bytes:
    """The Word file of ``report``; how it is set follows from its id unless given."""
    chosen = setting or SETTINGS[zlib.crc32(report.id.encode()) % len(SETTINGS)]
    body = "".join(_body(report, chosen))
    document = (
        f'<w:document xmlns:w="{_W}" xmlns:r="{_RELATIONS}"><w:body>{body}'
        '<w:sectPr><w:footerReference w:type="default" r:id="rId3"/></w:sectPr></w:body></w:document>'
    )
    core = (
        f'<cp:coreProperties xmlns:cp="{_OPEN}/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(report.title)}</dc:title><dc:description>{MARK}</dc:description></cp:coreProperties>"
    )
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _TOP,
        "word/document.xml": document,
        "word/_rels/document.xml.rels": _BESIDE,
        "word/styles.xml": _STYLES,
        "word/numbering.xml": _NUMBERING,
        "word/footer1.xml": _FOOTER,
        "docProps/core.xml": core,
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), _HEAD + text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _body(report: Report, setting: Setting) -> Iterator[str]:
    yield _paragraph(report.title, properties='<w:pStyle w:val="t"/><w:jc w:val="center"/>', strong=True)
    yield _paragraph(f"发布日期：{report.published}", properties='<w:jc w:val="center"/>')
    for path, section in report.walk():
        if heading(section):
            yield _heading(section, len(path) - 1, setting)
        for block in section.blocks:
            if isinstance(block, Paragraph):
                yield _paragraph(block.text, properties='<w:ind w:firstLineChars="200"/>')
            else:
                yield _table(block)


def _heading(section: Section, depth: int, setting: Setting) -> str:
    if setting == "bold":
        return _paragraph(heading(section), strong=True)
    style = f'<w:pStyle w:val="{depth + 1}"/>'
    if setting == "numbered" and (depth == 0 or section.number.startswith("（")):
        return _paragraph(
            section.title,
            properties=f'{style}<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="1"/></w:numPr>',
        )
    return _paragraph(heading(section), properties=style)


def _paragraph(text: str, *, properties: str = "", strong: bool = False) -> str:
    look = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    bold = "<w:rPr><w:b/></w:rPr>" if strong else ""
    middle = len(text) // 3
    runs = "".join(
        f'<w:r>{bold}<w:t xml:space="preserve">{escape(part)}</w:t></w:r>'
        for part in (text[:middle], text[middle:])
        if part
    )
    return f"<w:p>{look}{runs}</w:p>"


def _table(table: Table) -> str:
    width = max(cell.column + cell.colspan for row in table.rows for cell in row.cells)
    columns = "<w:gridCol/>" * width
    open_cells: dict[int, tuple[Cell, int]] = {}
    rows = "".join(f"<w:tr>{''.join(_row(row, open_cells))}</w:tr>" for row in table.rows)
    return f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>'


def _row(row: Row, open_cells: dict[int, tuple[Cell, int]]) -> Iterator[str]:
    """The cells of a row, those that span down into it from above set as merged."""
    printed = {cell.column: _cell(cell) for cell in row.cells}
    for column, (cell, left) in list(open_cells.items()):
        printed[column] = _cell(cell, merge="<w:vMerge/>")
        if left > 1:
            open_cells[column] = (cell, left - 1)
        else:
            del open_cells[column]
    for cell in row.cells:
        if cell.rowspan > 1:
            open_cells[cell.column] = (cell, cell.rowspan - 1)
            printed[cell.column] = _cell(cell, merge='<w:vMerge w:val="restart"/>')
    for column in sorted(printed):
        yield printed[column]


def _cell(cell: Cell, *, merge: str = "") -> str:
    span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
    text = "" if merge == "<w:vMerge/>" else cell.text
    return f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{_paragraph(text)}</w:tc>"
