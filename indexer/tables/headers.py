"""What in a laid-out table leads to a value: block titles, head rows, row heads. Of any table, official or not.

The rule: structure decides first (spans, marked heads), content second (a row of numbers is no head), and whatever
is left over stays a cell with its text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection
from itertools import accumulate

from msgspec import Struct, field

from indexer.tables import labels
from indexer.tables.layout import Layout, PlacedCell
from report_search.analysis.cell_values import is_value, read_value
from report_search.analysis.normalise import label_key
from report_search.model import Cell, HeaderPath, Row, Table

_NOTE = re.compile(
    r"^\s*(?:[\[【（(]?(?:注|备注|备註|說明|说明|填表说明)[\]】）)]?\s*[:：\d]|[\[［]\d+[\]］]|[※*＊①-⑳])"
)
_SHORTEST_CLOSING_NOTE = 25
"""A last row of one cell with so many characters is a note whatever it begins with."""
_UNIT_HEADS = frozenset({"单位", "计量单位"})
_ORDINAL_HEADS = frozenset({"序号", "编号", "年份", "年度", "月份"})
_LABEL_UNITS = frozenset({"年", "年度", "月", "月份", "季度", "号"})


class _Block(Struct):
    """What holds for the rows that follow: the block's title and its head rows.

    ``stub`` is the number of columns at the left that hold row heads; ``bottom`` is the first row below the heads.
    ``open`` says that head rows may still come. ``over`` holds the heads over each column, outermost first.
    """

    title: HeaderPath = ()
    heads: list[tuple[PlacedCell, ...]] = field(default_factory=list)
    over: defaultdict[int, list[PlacedCell]] = field(default_factory=lambda: defaultdict(list))
    stub: int = 1
    bottom: int = 0
    open: bool = True

    def add_heads(self, cells: tuple[PlacedCell, ...]) -> None:
        """Append a row of heads."""
        self.heads.append(cells)
        for cell in cells:
            for column in range(cell.column, cell.right):
                self.over[column].append(cell)


class _LastRows(Struct, frozen=True):
    """The last row, by column, that has a text in it, and a number; -1 where none has.

    ``right_of`` is the last row in which a number begins to the right of the column.
    """

    texts: list[int]
    numbers: list[int]
    right_of: list[int]

    @classmethod
    def of(cls, layout: Layout) -> _LastRows:
        """Those of a table, found from its foot up once for all its blocks."""
        columns = [_last_rows(layout, column) for column in range(layout.width)]
        begins = [begin for _, _, begin in columns]
        from_here_on = list(accumulate(reversed(begins), max))[::-1]
        return cls([text for text, _, _ in columns], [row for _, row, _ in columns], [*from_here_on[1:], -1])


def _last_rows(layout: Layout, column: int) -> tuple[int, int, int]:
    """The last row with a text in ``column``, the last with a number, and the row in which that number begins."""
    last_text = -1
    for at in range(len(layout.cover) - 1, -1, -1):
        cell = layout.cover[at][column]
        if cell is None or cell.column != column or not cell.text:
            continue
        last_text = max(last_text, at)
        if _is_counted(cell.text):
            return last_text, at, cell.row
    return last_text, -1, -1


def read_table(layout: Layout, *, caption: str = "", form: str = "") -> Table:
    """The table in ``layout`` with header paths for every value cell."""
    # 申请人情况 spans two columns of the first row, 自然人 and 企业 are below it:
    #
    #   第二十条第（一）项                 a title: a new block begins, the heads above hold no longer
    #   项目   | 申请人情况        | 总计   a head row; 申请人情况 is split below, so the next row is a head row too
    #          | 自然人 | 企业   |
    #   新收   | 3      | 1      | 4      the body: headers (第二十条第（一）项, 新收), and the 1 gets the path
    #   注：含电子申请                     (申请人情况, 企业); the last row is a note
    reader = _TableReader(layout, caption=caption, form=form)
    for at in range(len(layout.rows)):
        reader.read_row(at)
    return Table(tuple(reader.rows), caption=reader.caption, notes=tuple(reader.notes), form=form)


class _TableReader:
    """One walk over the rows of a table from top to bottom."""

    def __init__(self, layout: Layout, *, caption: str, form: str) -> None:
        self._layout = layout
        self._form = form
        self._block = _Block()
        self._last_rows: _LastRows | None = None
        self.caption = caption
        self.rows: list[Row] = []
        self.notes: list[str] = []

    def read_row(self, at: int) -> None:
        """Add row ``at`` to what it is: a note, the caption, a title, a head row or a row of values."""
        lone = _lone_cell(self._layout, at)
        if lone is not None and self._take_lone(at, lone):
            return
        if not any(cell.text for cell in self._layout.rows[at]):
            return
        if self._block.open and _is_head_row(self._layout, at, self._block):
            self._add_heads(at)
        else:
            self._add_values(at)

    def _take_lone(self, at: int, cell: PlacedCell) -> bool:
        """Whether the only cell of its row is a note, the caption or a title; it is entered as that."""
        if _is_note(self._layout, at, cell):
            self.notes.append(cell.text)
        elif self._is_caption(cell):
            self.caption = cell.text
        elif _is_title(self._layout, at, cell):
            self._block = _Block(title=(cell.text,), bottom=at + 1)
            self.rows.append(Row((_head_cell(cell),), is_head=True))
        else:
            return False
        return True

    def _is_caption(self, cell: PlacedCell) -> bool:
        # Official forms have no caption within the table: their first row is a block title or a head.
        can_have_one = not self._form and not labels.block_item(cell.text)
        return can_have_one and not self.caption and not self.rows

    def _add_heads(self, at: int) -> None:
        cells = self._layout.rows[at]
        self._block.add_heads(cells)
        self._block.bottom = max(self._block.bottom, *(_head_bottom(self._layout, cell) for cell in cells))
        self.rows.append(Row(tuple(_head_cell(cell) for cell in cells), is_head=True))

    def _add_values(self, at: int) -> None:
        if self._block.open:
            # The first row of values closes the head, and only now can the columns of row heads be told.
            self._block.open = False
            self._last_rows = self._last_rows or _LastRows.of(self._layout)
            self._block.stub = _stub_width(self._last_rows, at, self._block)
        self.rows.append(_body_row(self._layout, at, self._block))


def _lone_cell(layout: Layout, at: int) -> PlacedCell | None:
    """The one cell with a text in row ``at``, if it takes or could take the full width."""
    texts = [cell for cell in layout.rows[at] if cell.text]
    if len(texts) != 1 or texts[0].column != 0 or layout.width <= 1:
        return None
    # A cell that spans into this row from above is beside it, so the row is not its own.
    covering = {cell for cell in layout.cover[at] if cell is not None and cell.text}
    return texts[0] if len(covering) == 1 else None


def _is_note(layout: Layout, at: int, cell: PlacedCell) -> bool:
    if _NOTE.match(cell.text):
        return True
    is_prose = len(cell.text) >= _SHORTEST_CLOSING_NOTE and not is_value(cell.text)
    return at > 1 and is_prose and _is_last(layout, at)


def _is_last(layout: Layout, at: int) -> bool:
    """Whether no row below ``at`` has any text."""
    return not any(cell.text for row in range(at + 1, len(layout.rows)) for cell in layout.rows[row])


def _is_title(layout: Layout, at: int, cell: PlacedCell) -> bool:
    """Whether the full-width ``cell`` titles the rows below it."""
    if labels.block_item(cell.text):
        return True
    has_rows_below = at + 1 < len(layout.rows)
    return cell.colspan == layout.width and has_rows_below and not labels.is_request_label(cell.text)


def _is_head_row(layout: Layout, at: int, block: _Block) -> bool:
    """Whether row ``at``, directly below the title and the heads of ``block``, holds column heads."""
    texts = [cell.text for cell in layout.rows[at] if cell.text]
    if any(map(_is_number, texts)):
        return False
    is_marked = all(cell.is_header for cell in layout.rows[at])
    if is_marked or not block.heads:
        # One cell alone heads nothing, except where the format marks it as the first head.
        return len(texts) > 1 or (is_marked and not block.heads)
    is_beside_heads = at < block.bottom and not any(map(_is_row_label, texts))
    return is_beside_heads or all(map(labels.is_column_head, texts))


def _is_row_label(text: str) -> bool:
    return bool(labels.disclosure_row(text)) or labels.is_request_label(text)


def _is_number(text: str) -> bool:
    return read_value(text).number is not None


def _head_bottom(layout: Layout, cell: PlacedCell) -> int:
    """The first row below ``cell`` and below the heads that split it, if it has any."""
    # 申请人情况 over 自然人 and 企业 is split; over 3 and 1 it is only a wide head, and a head as wide as the table
    # is a title.
    is_inner_span = 1 < cell.colspan < layout.width
    if not is_inner_span or cell.bottom >= len(layout.rows):
        return cell.bottom
    below = layout.rows[cell.bottom]
    first, behind = (bisect_left(below, edge, key=_column_of) for edge in (cell.column, cell.right))
    is_split = behind - first > 1 and not any(is_value(part.text) for part in below[first:behind])
    return cell.bottom + 1 if is_split else cell.bottom


def _column_of(cell: PlacedCell) -> int:
    return cell.column


def _stub_width(last_rows: _LastRows, first: int, block: _Block) -> int:
    """How many columns at the left hold row heads: those in which no row from ``first`` on has a number."""
    corner = block.heads[0][0] if block.heads else None
    if corner is not None and _is_corner(corner, head_rows=len(block.heads)):
        return corner.right
    width = len(last_rows.texts)
    for column in range(width - 1):
        head = _head_over(block, column)
        # The numbers of 序号 and 年份 label their rows, in the first column only.
        holds_labels = column == 0 and head in _ORDINAL_HEADS
        if not holds_labels and last_rows.numbers[column] >= first:
            return column
        can_be_row_heads = last_rows.texts[column] >= first and head not in _UNIT_HEADS
        # Only where a value is to the right in some row below does the column hold row heads for sure.
        if not can_be_row_heads or last_rows.right_of[column] < first:
            return max(1, column)
    return max(1, width - 1)


def _is_corner(cell: PlacedCell, *, head_rows: int) -> bool:
    """Whether ``cell`` is the corner over several columns of row heads: it is as high as all the head rows."""
    return cell.column == 0 and cell.colspan > 1 and cell.rowspan == head_rows > 1


def _is_counted(text: str) -> bool:
    """Whether ``text`` is a value and not a label that is a number (a year, a month)."""
    return is_value(text) and read_value(text).unit not in _LABEL_UNITS


def _head_over(block: _Block, column: int) -> str:
    """The key of the lowest head over ``column``."""
    return label_key(block.over[column][-1].text) if column in block.over else ""


def _head_cell(cell: PlacedCell) -> Cell:
    return Cell(cell.text, cell.column, cell.rowspan, cell.colspan, is_header=True)


def _body_row(layout: Layout, at: int, block: _Block) -> Row:
    row_heads = _row_heads(layout, at, block)
    headers = (*block.title, *row_heads.values())
    paths = _paths(layout, at, block, row_heads=row_heads)
    cells = []
    for cell in layout.rows[at]:
        if cell in row_heads:
            cells.append(_head_cell(cell))
        elif cell.text or cell.column >= block.stub:
            cells.append(value_cell(cell, paths[cell]))
    return Row(tuple(cells), headers=headers)


def _row_heads(layout: Layout, at: int, block: _Block) -> dict[PlacedCell, str]:
    """The cells that label row ``at`` and their texts, outermost first, those that span into it from above included."""
    covering = layout.cover[at][: block.stub]
    distinct = dict.fromkeys(cell for cell in covering if cell is not None and cell.text)
    return {cell: cell.text for cell in distinct if not _is_shifted_value(cell)}


def _is_shifted_value(cell: PlacedCell) -> bool:
    """Whether ``cell`` is a number among the row heads: a value that a wrong span moved to the left."""
    return cell.column > 0 and _is_number(cell.text)


def _paths(
    layout: Layout, at: int, block: _Block, *, row_heads: Collection[PlacedCell]
) -> dict[PlacedCell, HeaderPath]:
    """The column heads over each value cell of a row: by column, or in order where the spans were moved."""
    values = [cell for cell in layout.rows[at] if cell not in row_heads]
    leaves = [cell for cell in block.heads[-1] if cell.column >= block.stub] if block.heads else []
    # With one head row and as many values as heads, counting is surer than columns: 规章 | 3 | 1 under
    # 信息内容 (colspan 2) | 制发件数 | 废止件数 has its 3 at column 1 and the first head at column 2.
    heads_by_order = len(block.heads) == 1 and len(leaves) == len(values)
    below = leaves if heads_by_order else values
    return {value: _texts_over(block, cell) for value, cell in zip(values, below, strict=True)}


def _texts_over(block: _Block, cell: PlacedCell) -> HeaderPath:
    """The heads over the left edge of ``cell``, outermost first, without those over the row heads alone."""
    heads = block.over.get(cell.column, ())
    return tuple(head.text for head in heads if head.text and head.right > block.stub)


def value_cell(cell: PlacedCell, path: HeaderPath) -> Cell:
    """A value cell under ``path``; its unit is what is printed behind the number, never what a head announces."""
    value = read_value(cell.text)
    return Cell(
        cell.text,
        cell.column,
        cell.rowspan,
        cell.colspan,
        path=path,
        value=value.number,
        unit=value.unit,
    )
