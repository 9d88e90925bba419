"""From nodes to lines and grids: paragraphs as shown, tables that hold data, layout tables dissolved.

The rule: a line ends where a browser would begin a new one. Every item keeps the element it is in, so that
``main_part`` can tell the report from the page around it.
"""

from __future__ import annotations

import re
from itertools import count

from msgspec import Struct

from indexer.document import Grid, GridCell, Line, Part
from indexer.readers import limits, spacing
from indexer.readers.html import facts as html_facts
from indexer.readers.html.tree import BLOCKS, HtmlNode

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ROWS = ("tr",)
_CELLS = ("td", "th")
_NUMBERED = re.compile(r"^[一二三四五六七八九十]{1,3}、")
_LONG_CELL = 220
"""A cell with more characters than this holds prose."""
_LONG_LINE = 60
"""A line with more characters than this is a sentence, no label."""


class Item(Struct, frozen=True):
    """A part of the page, the element it is in, and the share of its characters that are links."""

    part: Part
    node: HtmlNode
    links: float = 0.0
    link_count: int = 0


class _Stretch(Struct, frozen=True):
    """Text between two tags, with what the elements around it make of it."""

    text: str
    strong: bool
    link: bool


class _Setting(Struct, frozen=True):
    """What the elements around a text make of it."""

    level: int = 0
    strong: bool = False
    link: bool = False
    verbatim: bool = False
    tables: int = 0


class Walker:
    """Walks a page once, in reading order. ``facts`` collects the key and value tables it meets."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.facts: dict[str, str] = {}
        # The line that is being collected: its text, the links in it, and whether a gap comes before it.
        self._line: list[_Stretch] = []
        self._links = 0
        self._gap = True
        # Cells of the full grids so far, against the limit for the file.
        self._area = 0
        self._paragraphs = count(1)
        self._tables = count(1)

    def walk(self, root: HtmlNode) -> None:
        """Append the items of ``root`` and all below it, however deep that goes."""
        # A stack of its own, since old pages nest deeper than Python calls may.
        stack = [(root, _Setting(), iter(root.children))]
        while stack:
            node, setting, children = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                self._edge(node, setting)
            elif isinstance(child, str):
                self._text(child, node, setting)
            elif child.name == "br":
                self._flush(node, setting)
            elif not (child.name == "table" and self._table(child, setting.tables)):
                inner = _within(child, setting)
                self._enter(child, inner)
                stack.append((child, inner, iter(child.children)))

    def _enter(self, node: HtmlNode, setting: _Setting) -> None:
        self._edge(node, setting)
        self._links += node.name == "a"
        if node.name == "ol":
            _number_items(node)

    def _edge(self, node: HtmlNode, setting: _Setting) -> None:
        if node.name in BLOCKS:
            self._border(node, setting)

    def _text(self, text: str, node: HtmlNode, setting: _Setting) -> None:
        if setting.verbatim:
            self._verbatim(text, node, setting)
        else:
            self._line.append(_Stretch(text, setting.strong, setting.link))

    def _border(self, node: HtmlNode, setting: _Setting) -> None:
        """The border of a block: it ends a line, and the next one has a gap before it."""
        if any(spacing.strip(stretch.text) for stretch in self._line):
            self._flush(node, setting)
        self._line.clear()
        self._gap = True

    def _verbatim(self, text: str, node: HtmlNode, setting: _Setting) -> None:
        """The lines of preformatted text, with the tabs and blanks that may part cells."""
        first, *others = text.split("\n")
        self._line.append(_Stretch(first, setting.strong, setting.link))
        for line in others:
            self._flush(node, setting)
            self._line.append(_Stretch(line, setting.strong, setting.link))

    def _flush(self, node: HtmlNode, setting: _Setting) -> None:
        """End the line that is being collected; an empty one is a gap."""
        raw = "".join(stretch.text for stretch in self._line)
        text = spacing.without_zero_width(raw.rstrip()) if setting.verbatim else spacing.collapse(raw)
        bare = spacing.strip(text)
        if bare:
            printed = [stretch for stretch in self._line if spacing.strip(stretch.text)]
            line = Line(
                # Tabs part cells, and one at the edge means an empty cell.
                text=text.strip("\r\n") if "\t" in bare else bare,
                level=setting.level,
                strong=all(stretch.strong for stretch in printed),
                gap=self._gap or spacing.is_indented(text),
                where=f"第{next(self._paragraphs)}段",
            )
            self.items.append(Item(line, node, _link_share(printed), self._links))
        self._gap = not bare
        self._links = 0
        self._line.clear()

    def _table(self, node: HtmlNode, around: int) -> bool:
        """Take ``node`` as a table of data or of metadata; False if it only lays out the page.

        ``around`` counts the tables it is in: each of them has been looked through down to its innermost cell.
        """
        if around >= limits.MAX_NESTED_TABLES:
            raise limits.too_large("表格嵌套层数", around + 1, limit=limits.MAX_NESTED_TABLES)
        rows = [row.inner(*_CELLS) for row in node.inner(*_ROWS)]
        texts = [[spacing.cell_text(cell.text()) for cell in row] for row in rows]
        facts = html_facts.from_rows(texts)
        if not facts and _is_layout(node, rows, texts):
            return False
        self._border(node, _Setting())
        if facts:
            self.facts = {**facts, **self.facts}
        elif any(text for row in texts for text in row):
            self._grid(node, rows, texts)
        return True

    def _grid(self, node: HtmlNode, rows: list[list[HtmlNode]], texts: list[list[str]]) -> None:
        where = f"第{next(self._tables)}个表格"
        spans = [[(_rowspan(cell, len(rows)), cell.number("colspan")) for cell in row] for row in rows]
        self._area = limits.check_area(spans, where=where, before=self._area)
        grid = tuple(
            tuple(
                GridCell(text, rowspan, colspan, cell.name == "th")
                for cell, text, (rowspan, colspan) in zip(row, texts[at], spans[at], strict=True)
            )
            for at, row in enumerate(rows)
            if row
        )
        captions = node.inner("caption")
        caption = spacing.cell_text(captions[0].text()) if captions else ""
        self.items.append(Item(Grid(grid, caption=caption, where=where), node))
        self._gap = True


def _link_share(printed: list[_Stretch]) -> float:
    """The share of the characters that are links."""
    sizes = [(len(spacing.strip(stretch.text)), stretch.link) for stretch in printed]
    return sum(size for size, link in sizes if link) / max(1, sum(size for size, _ in sizes))


def _within(node: HtmlNode, setting: _Setting) -> _Setting:
    """What ``node`` makes of the text in it, given what the elements around it do."""
    weight = node.weight
    return _Setting(
        level=_HEADINGS.get(node.name, setting.level),
        strong=setting.strong if weight is None else weight,
        link=setting.link or node.name == "a",
        verbatim=setting.verbatim or node.name == "pre",
        tables=setting.tables + (node.name == "table"),
    )


def _rowspan(cell: HtmlNode, rows: int) -> int:
    """The rows that a cell spans; ``rowspan="0"`` means all down to the end of the table."""
    return rows if cell.attributes.get("rowspan", "").strip() == "0" else cell.number("rowspan")


def _is_layout(node: HtmlNode, rows: list[list[HtmlNode]], texts: list[list[str]]) -> bool:
    """Whether a table only puts parts of the page beside each other: what is in its cells is read as if it were not."""
    sizes = [len(text) for row in texts for text in row]
    if node.attributes.get("role") == "presentation" or len(sizes) < 2:
        return True
    cells = [cell for row in rows for cell in row]
    if any(map(_holds_a_table, cells)):
        return True
    if max(map(len, rows)) < 2:
        return True
    if any(map(_holds_prose, cells)):
        return True
    return 2 * sum(size for size in sizes if size > _LONG_CELL) > sum(sizes)


def _holds_a_table(cell: HtmlNode) -> bool:
    """Whether there is a table in a cell; one of a single cell is a frame, and tables of data have those."""
    return any(len(table.inner(*_CELLS)) > 1 for table in cell.inner("table"))


def _holds_prose(cell: HtmlNode) -> bool:
    """Whether a cell holds a part of the report itself: a numbered heading with paragraphs below it."""
    lines = [spacing.strip(line) for line in cell.text().split("\n")]
    lines = [line for line in lines if line]
    has_heading = any(map(_NUMBERED.match, lines))
    return len(lines) > 3 and has_heading and any(len(line) > _LONG_LINE for line in lines)


def _number_items(node: HtmlNode) -> None:
    """Print the numbers that a browser gives the items of an ordered list."""
    style = node.attributes.get("style", "") + node.attributes.get("class", "")
    if "none" in style or node.attributes.get("type", "1") != "1":
        return
    number = node.number("start")
    for child in node.children:
        if isinstance(child, HtmlNode) and child.name == "li":
            child.children.insert(0, f"{number}.")
            number += 1
