"""Writes a report as an OFD: type set line by line on A4 pages, tables ruled cell by cell, page numbers at the foot.

It is set as agencies set a document: 16-point type, paragraphs indented by two characters, lines justified, tables in
smaller type. A table that does not fit on what is left of a page goes on overleaf.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from msgspec import Struct, field

from indexer.synthetic.formats.flow import FlowItem, flow, full_grid, placed_cells, width_of
from indexer.synthetic.vocabulary import MARK
from report_search.model import Cell, Report, Table

_LEFT, _RIGHT, _TOP, _BOTTOM = 28.0, 184.0, 37.0, 262.0
"""The type area of the page in millimetres."""
_SIZE, _PITCH = 5.6, 9.8
"""Size of the type and distance of the lines."""
_SMALL, _SMALL_PITCH, _PADDING = 3.5, 5.0, 1.2
"""The same inside tables, and the room around the text of a cell."""
_UNIT = re.compile(r"[0-9A-Za-z.,%+-]+|[^0-9A-Za-z][，。、；：！？）》”’—]*")
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def write_ofd(report: Report) -> bytes:
    """The OFD of ``report``."""
    setter = _Setter()
    for item in flow(report):
        setter.item(item)
    return _package(report, [f"{''.join(page)}" for page in setter.finished()])


def package_of(pages: Sequence[str], *, resources: str = "", title: str = "") -> bytes:
    """An OFD whose pages draw these objects, in ``ofd:`` elements; ``resources`` go into its public resources."""
    listed = "".join(
        f'<ofd:Page ID="{at + 1}" BaseLoc="Pages/Page_{at}/Content.xml"/>' for at in range(len(pages))
    )
    parts = {
        "OFD.xml": f'<ofd:OFD {_SPACE} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo>'
        f"<ofd:Title>{escape(title)}</ofd:Title><ofd:Abstract>{MARK}</ofd:Abstract></ofd:DocInfo>"
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {_SPACE}><ofd:CommonData><ofd:MaxUnitID>99</ofd:MaxUnitID>"
        "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
        "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        "Doc_0/PublicRes.xml": f'<ofd:Res {_SPACE} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="1" FontName="宋体"/>'
        f'<ofd:Font ID="2" FontName="黑体" Bold="true"/></ofd:Fonts>{resources}</ofd:Res>',
    }
    for at, page in enumerate(pages):
        parts[f"Doc_0/Pages/Page_{at}/Content.xml"] = (
            f'<ofd:Page {_SPACE}><ofd:Content><ofd:Layer ID="3">{page}</ofd:Layer></ofd:Content></ofd:Page>'
        )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), _HEAD + text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def text_object(
    text: str, place: tuple[float, float], *, size: float = _SIZE, steps: Sequence[float] = ()
) -> str:
    """A line of type whose baseline begins at a place on the page."""
    x, baseline = place
    steps = steps or [size * _breadth(char) for char in text]
    deltas = f' DeltaX="{_repeats(steps[: len(text) - 1])}"' if len(text) > 1 else ""
    box = f"{x:.3f} {baseline - size:.3f} {sum(steps):.3f} {1.2 * size:.3f}"
    return (
        f'<ofd:TextObject ID="9" Boundary="{box}" Font="1" Size="{size}"><ofd:TextCode X="0" Y="{size}"{deltas}>'
        f"{escape(text)}</ofd:TextCode></ofd:TextObject>"
    )


def path_object(start: tuple[float, float], end: tuple[float, float]) -> str:
    """A ruling from one point to another."""
    (x0, y0), (x1, y1) = start, end
    box = f"{x0:.3f} {y0:.3f} {max(x1 - x0, 0.2):.3f} {max(y1 - y0, 0.2):.3f}"
    return (
        f'<ofd:PathObject ID="9" Boundary="{box}" LineWidth="0.2"><ofd:AbbreviatedData>'
        f"M 0 0 L {x1 - x0:.3f} {y1 - y0:.3f}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def _package(report: Report, pages: Sequence[str]) -> bytes:
    numbered = [
        page + text_object(f"— {number} —", (97.0, 280.0), size=4.2)
        for number, page in enumerate(pages, start=1)
    ]
    return package_of(numbered, title=report.title)


def _breadth(char: str) -> float:
    return 0.5 if char.isascii() else 1.0


def _repeats(steps: Sequence[float]) -> str:
    """Steps as OFD writes them, ``g 3 5.6`` for three equal ones."""
    words: list[str] = []
    at = 0
    while at < len(steps):
        same = at
        while same < len(steps) and abs(steps[same] - steps[at]) < 1e-6:
            same += 1
        value = f"{steps[at]:.4f}".rstrip("0").rstrip(".")
        words.append(value if same - at == 1 else f"g {same - at} {value}")
        at = same
    return " ".join(words)


class _Setter(Struct):
    """Sets things down the page, and begins another page where there is no room."""

    pages: list[list[str]] = field(default_factory=lambda: [[]])
    y: float = _TOP
    set_cells: set[int] = field(default_factory=set)
    """The identities of the cells whose text has been set."""

    def item(self, item: FlowItem) -> None:
        """Set one thing."""
        if item.table is not None:
            self._table(item.table)
        elif item.kind == "title":
            self._centred(item.text, size=7.7)
            self.y += _PITCH / 2
        elif item.kind == "date":
            self._centred(item.text, size=_SIZE)
        else:
            self._paragraph(item.text)

    def finished(self) -> list[list[str]]:
        """The objects of all pages."""
        return self.pages

    def _room(self, height: float) -> None:
        if self.y + height > _BOTTOM:
            self.pages.append([])
            self.y = _TOP

    def _line(self, text: str, x: float, *, size: float = _SIZE, steps: Sequence[float] = ()) -> None:
        self._room(_PITCH)
        self.pages[-1].append(text_object(text, (x, self.y + size), size=size, steps=steps))
        self.y += _PITCH

    def _centred(self, text: str, *, size: float) -> None:
        for line in _broken(text, (_RIGHT - _LEFT) / size):
            width = size * sum(map(_breadth, line))
            self._line(line, (_LEFT + _RIGHT - width) / 2, size=size)

    def _paragraph(self, text: str) -> None:
        measure = (_RIGHT - _LEFT) / _SIZE
        lines = list(_broken(text, measure, indent=2))
        for at, line in enumerate(lines):
            indent = 0 if at else 2
            steps = [_SIZE * _breadth(char) for char in line]
            slack = (measure - indent) * _SIZE - sum(steps)
            if at + 1 < len(lines):
                steps = [step + slack / max(1, len(line) - 1) for step in steps]
            self._line(line, _LEFT + indent * _SIZE, steps=steps)

    def _table(self, table: Table) -> None:
        columns = width_of(table)
        edges = [_LEFT + (_RIGHT - _LEFT) * at / columns for at in range(columns + 1)]
        heights = _row_heights(table, edges)
        grid = full_grid(table)
        start = 0
        while start < len(heights):
            end, height = start, 0.0
            while end < len(heights) and self.y + height + heights[end] <= _BOTTOM:
                height += heights[end]
                end += 1
            while end < len(heights) and end > start and table.rows[end - 1].is_head:
                # Head rows stay with the row below them.
                end -= 1
            if end == start:
                # A row that is higher than what is left; higher than a page none is.
                self._room(_BOTTOM)
                continue
            self._rows(grid[start:end], edges, heights[start:end])
            start = end
        self.y += _PITCH / 2

    def _rows(
        self,
        grid: Sequence[Sequence[tuple[Cell | None, int]]],
        edges: Sequence[float],
        heights: Sequence[float],
    ) -> None:
        """The rows of a table that fit on a page: each cell with its four rulings and its text."""
        tops = [self.y]
        for height in heights:
            tops.append(tops[-1] + height)
        done = set()
        for at, row in enumerate(grid):
            for cell, below in row:
                if cell is None or id(cell) in done:
                    continue
                done.add(id(cell))
                last = min(at + cell.rowspan - below, len(grid))
                x0, x1 = edges[cell.column], edges[cell.column + cell.colspan]
                self._box(x0, x1, tops[at], bottom=tops[last])
                self._cell_text(cell, x0, x1, room=(tops[at], tops[last]))
        self.y = tops[-1]

    def _box(self, x0: float, x1: float, top: float, *, bottom: float) -> None:
        self.pages[-1] += [
            path_object((x0, top), (x1, top)),
            path_object((x0, bottom), (x1, bottom)),
            path_object((x0, top), (x0, bottom)),
            path_object((x1, top), (x1, bottom)),
        ]

    def _cell_text(self, cell: Cell, x0: float, x1: float, *, room: tuple[float, float]) -> None:
        """Set the text of a cell in the first of its parts that has room for it: a page border may cut it in two."""
        top, bottom = room
        lines = list(_broken(cell.text, (x1 - x0 - 2 * _PADDING) / _SMALL))
        has_room = len(lines) * _SMALL_PITCH <= bottom - top - 2 * _PADDING + 0.1
        if id(cell) in self.set_cells or not has_room:
            return
        self.set_cells.add(id(cell))
        for number, line in enumerate(lines):
            baseline = top + _PADDING + _SMALL + number * _SMALL_PITCH
            self.pages[-1].append(text_object(line, (x0 + _PADDING, baseline), size=_SMALL))


def _row_heights(table: Table, edges: Sequence[float]) -> list[float]:
    """How high each row is so that the text of every cell has room."""
    heights = [_SMALL_PITCH + 2 * _PADDING] * len(table.rows)
    for row, cell in sorted(placed_cells(table), key=lambda one: one[1].rowspan):
        width = edges[cell.column + cell.colspan] - edges[cell.column] - 2 * _PADDING
        lines = len(list(_broken(cell.text, width / _SMALL)))
        last = min(row + cell.rowspan, len(heights))
        lacking = lines * _SMALL_PITCH + 2 * _PADDING - sum(heights[row:last])
        heights[last - 1] += max(0.0, lacking)
    return heights


def _broken(text: str, measure: float, *, indent: float = 0) -> Iterator[str]:
    """``text`` in lines of at most ``measure`` characters; the first is indented. Words and numbers stay whole."""
    line, room = "", measure - indent
    for unit in _UNIT.findall(text):
        width = sum(map(_breadth, unit))
        if line and width > room:
            yield line
            line, room = "", measure
        line += unit
        room -= width
    if line:
        yield line
