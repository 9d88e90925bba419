"""What in a laid-out table leads to a value: block titles, head rows, row heads. Of any table, official or not.

The rule: structure decides first (spans, marked heads), content second (a row of numbers is no head), and whatever
is left over stays a cell with its text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from indexer.tables import labels
from indexer.tables.layout import Layout, PlacedCell
from report_search.analysis.cell_values import is_value, read_value
from report_search.analysis.normalise import label_key
from report_search.model import Cell, HeaderPath, Row, Table

_NOTE = re.compile(
    r"^\s*(?:[\[【（(]?(?:注|备注|备註|說明|说明|填表说明)[\]】）)]?\s*[:：\d]|[\[［]\d+[\]］]|[※*＊①-⑳])"
)
_UNIT_HEADS = frozenset({"单位", "计量单位"})
_ORDINAL_HEADS = frozenset({"序号", "编号", "年份", "年度", "月份"})
_LABEL_UNITS = frozenset({"年", "年度", "月", "月份", "季度", "号"})


@dataclass(slots=True)
class _Block:
    """What holds for the rows that follow: the block's title and its head rows."""

    title: HeaderPath = ()
    heads: list[tuple[PlacedCell, ...]] = field(default_factory=list)
    stub: int = 1
    bottom: int = 0
    open: bool = True


def read_table(layout: Layout, *, caption: str = "", form: str = "") -> Table:
    """The table in ``layout`` with header paths for every value cell."""
    block = _Block()
    rows: list[Row] = []
    notes: list[str] = []
    for at, cells in enumerate(layout.rows):
        alone = _alone(layout, at)
        if alone is not None and _is_note(layout, at, alone):
            notes.append(alone.text)
        elif (
            alone is not None and not rows and not caption and not labels.block_item(alone.text) and not form
        ):
            caption = alone.text
        elif alone is not None and _is_title(layout, at, alone):
            block = _Block(title=(alone.text,), bottom=at + 1)
            rows.append(Row((_head_cell(alone),), is_head=True))
        elif not any(cell.text for cell in cells):
            continue
        elif block.open and _is_head_row(layout, at, block):
            block.heads.append(cells)
            block.bottom = max(block.bottom, *(_depth(layout, cell) for cell in cells))
            rows.append(Row(tuple(_head_cell(cell) for cell in cells), is_head=True))
        else:
            if block.open:
                block.open = False
                block.stub = _stub(layout, at, block)
            rows.append(_body_row(layout, at, block))
    return Table(tuple(rows), caption=caption, notes=tuple(notes), form=form)


def _alone(layout: Layout, at: int) -> PlacedCell | None:
    """The one cell with a text in row ``at``, if it takes or could take the full width."""
    texts = [cell for cell in layout.rows[at] if cell.text]
    whole = len(texts) == 1 and texts[0].column == 0 and layout.width > 1
    covered = {cell for cell in layout.cover[at] if cell is not None and cell.text}
    return texts[0] if whole and len(covered) == 1 else None


def _is_note(layout: Layout, at: int, cell: PlacedCell) -> bool:
    last = not any(cell.text for row in layout.rows[at + 1 :] for cell in row)
    return bool(_NOTE.match(cell.text)) or (
        last and at > 1 and len(cell.text) > 24 and not is_value(cell.text)
    )


def _is_title(layout: Layout, at: int, cell: PlacedCell) -> bool:
    """Whether the full-width ``cell`` titles the rows below it."""
    if labels.block_item(cell.text):
        return True
    spans = cell.colspan == layout.width
    return spans and at + 1 < len(layout.rows) and not labels.is_request_label(cell.text)


def _is_head_row(layout: Layout, at: int, block: _Block) -> bool:
    cells = [cell for cell in layout.rows[at] if cell.text]
    if any(_is_number(cell.text) for cell in cells):
        return False
    if all(cell.is_header for cell in layout.rows[at]) and cells:
        return not block.heads or len(cells) > 1
    if not block.heads:
        return len(cells) > 1
    if at < block.bottom and not any(_is_row_label(cell.text) for cell in cells):
        return True
    return (
        bool(cells)
        and all(labels.is_column_head(cell.text) for cell in cells)
        and not _splits_nothing(layout, at)
    )


def _splits_nothing(layout: Layout, at: int) -> bool:
    return not layout.rows[at]


def _is_row_label(text: str) -> bool:
    return bool(labels.disclosure_row(text)) or labels.is_request_label(text)


def _is_number(text: str) -> bool:
    return read_value(text).number is not None


def _depth(layout: Layout, cell: PlacedCell) -> int:
    """The row below ``cell`` and the heads that split it, if it has any."""
    below = layout.rows[cell.bottom] if cell.bottom < len(layout.rows) else ()
    parts = [part for part in below if cell.column <= part.column < cell.right]
    if 1 < cell.colspan < layout.width and len(parts) > 1 and not any(is_value(part.text) for part in parts):
        return cell.bottom + 1
    return cell.bottom


def _stub(layout: Layout, first: int, block: _Block) -> int:
    """How many columns at the left hold row heads: those in which no row below has a number."""
    corner = block.heads[0][0] if block.heads else None
    if (
        corner is not None
        and corner.column == 0
        and corner.colspan > 1
        and corner.rowspan == len(block.heads) > 1
    ):
        return corner.right
    for column in range(layout.width - 1):
        places = (row[column] for row in layout.cover[first:])
        texts = [cell.text for cell in places if cell is not None and cell.column == column and cell.text]
        name = _head_over(block, column)
        if any(map(_is_counted, texts)) and not (column == 0 and name in _ORDINAL_HEADS):
            return column
        if not texts or name in _UNIT_HEADS or not _numbers_right_of(layout, first, column):
            return max(1, column)
    return max(1, layout.width - 1)


def _is_counted(text: str) -> bool:
    """Whether ``text`` is a value and not a label that is a number (a year, a month)."""
    return is_value(text) and read_value(text).unit not in _LABEL_UNITS


def _numbers_right_of(layout: Layout, first: int, column: int) -> bool:
    """Whether a number stands right of ``column`` in some row below: only then is it a row head for sure."""
    rows = layout.rows[first:]
    return any(cell.column > column and _is_counted(cell.text) for row in rows for cell in row)


def _head_over(block: _Block, column: int) -> str:
    heads = [cell for row in block.heads for cell in row if cell.column <= column < cell.right]
    return label_key(heads[-1].text) if heads else ""


def _head_cell(cell: PlacedCell, *, path: HeaderPath = ()) -> Cell:
    return Cell(cell.text, cell.column, cell.rowspan, cell.colspan, is_header=True, path=path)


def _body_row(layout: Layout, at: int, block: _Block) -> Row:
    covering = dict.fromkeys(
        cell for cell in layout.cover[at][: block.stub] if cell is not None and cell.text
    )
    stubs = tuple(cell for cell in covering if not _is_shifted_value(cell, block))
    headers = (*block.title, *(cell.text for cell in stubs))
    paths = _paths(layout, at, block, stubs=stubs)
    cells = []
    for cell in layout.rows[at]:
        if cell in covering and cell in stubs:
            cells.append(_head_cell(cell))
        elif cell.text or cell.column >= block.stub:
            cells.append(value_cell(cell, paths.get(cell, ())))
    return Row(tuple(cells), headers=headers)


def _is_shifted_value(cell: PlacedCell, block: _Block) -> bool:
    return cell.column > 0 and _is_number(cell.text)


def _paths(
    layout: Layout, at: int, block: _Block, *, stubs: Sequence[PlacedCell]
) -> dict[PlacedCell, HeaderPath]:
    """The column heads over each value cell of a row: by place, or in order where the spans were moved."""
    values = [cell for cell in layout.rows[at] if cell not in stubs]
    leaves = _leaves(block)
    if len(block.heads) == 1 and len(leaves) == len(values):
        return {cell: _texts_over(block, leaf) for cell, leaf in zip(values, leaves, strict=True)}
    return {cell: _texts_over(block, cell) for cell in values}


def _leaves(block: _Block) -> list[PlacedCell]:
    return [cell for cell in block.heads[-1] if cell.column >= block.stub] if block.heads else []


def _texts_over(block: _Block, cell: PlacedCell) -> HeaderPath:
    """The heads that stand over the left edge of ``cell``, outermost first."""
    over = (
        head for row in block.heads for head in row if head.column <= cell.column < head.right and head.text
    )
    return tuple(head.text for head in over if head.column >= block.stub or head.right > block.stub)


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
