"""The table of proactive disclosure where only its look is left: blocks with heads and labels torn over lines.

     信息内容        本年制发件        本年废止件        现行有效件
                       数               数               数
     行政规范性文
                       3                1                12          one row: 行政规范性文件
        件

The rule: a block is read only if it has as many rows of as many values as the official form; else the table is left
to those who read whole cells.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from indexer.document import Grid, GridCell, Line, Part
from indexer.tables import labels
from indexer.tables.columns_of_blanks.lines import (
    PrintedRow,
    is_line_of,
    is_piece_of,
    pieces_of,
    row_at,
    spelled,
)
from report_search.analysis.normalise import label_key
from report_search.taxonomy.official_forms import DISCLOSURE_BLOCKS, DisclosureBlock

_UNIT = "（单位：万元）"
_WITH_UNIT = ("本年收费金额", "采购总金额")


class _PrintedBlock(Struct):
    """A block as printed: its title, the pieces of heads and labels, the rows of values."""

    title: str
    pieces: list[str] = field(default_factory=list)
    rows: list[PrintedRow] = field(default_factory=list)


def disclosure_at(parts: Sequence[Part], start: int) -> tuple[list[Part], int]:
    """The disclosure table from ``start`` on and the position behind it; [] and where looking stopped if none."""
    blocks, end = _blocks_at(parts, start)
    official = [(block, _official(block)) for block in blocks]
    first = parts[start]
    if len(blocks) < 2 or not isinstance(first, Line):
        return [], end
    made: list[tuple[str, ...]] = []
    for block, form in official:
        if form is None:
            return [], end
        made += _rows_of(block, form)
    cells = tuple(tuple(map(GridCell, texts)) for texts in made)
    return [Grid(cells, page=first.page, where=first.where, flattened=True)], end


def _blocks_at(parts: Sequence[Part], start: int) -> tuple[list[_PrintedBlock], int]:
    """The blocks from ``start`` on and the position behind them; [] if no block title stands there."""
    blocks: list[_PrintedBlock] = []
    for at in range(start, len(parts)):
        part = parts[at]
        pieces = pieces_of(part.text) if isinstance(part, Line) and not part.level else []
        row = row_at(parts, at, least=1)
        if len(pieces) == 1 and labels.block_item(pieces[0]):
            blocks.append(_PrintedBlock(pieces[0]))
        elif not blocks:
            return [], start
        elif row is not None and all(is_piece_of(piece, _TEXT) for piece in row.pieces):
            blocks[-1].rows.append(row)
            blocks[-1].pieces += row.pieces
        elif is_line_of(part, _TEXT):
            blocks[-1].pieces += pieces
        else:
            return blocks, at
    return blocks, len(parts)


_TEXT = "".join(
    label_key(text)
    for blocks in DISCLOSURE_BLOCKS.values()
    for block in blocks
    for text in (*block.heads, _UNIT, *block.rows)
)


def _official(block: _PrintedBlock) -> DisclosureBlock | None:
    """The block of the official forms that ``block`` surely is."""
    item = labels.block_item(block.title)
    candidates = (one for blocks in DISCLOSURE_BLOCKS.values() for one in blocks if one.item == item)
    return next((one for one in candidates if _is(block, one)), None)


def _is(block: _PrintedBlock, official: DisclosureBlock) -> bool:
    """Whether all heads are spelled, and every row has its values and nothing of another label beside them."""
    if len(block.rows) != len(official.rows) or not all(
        spelled(head, block.pieces) for head in official.heads
    ):
        return False
    return all(_is_row(row, label, official) for row, label in zip(block.rows, official.rows, strict=True))


def _is_row(row: PrintedRow, label: str, official: DisclosureBlock) -> bool:
    is_whole = len(row.values) == len(official.heads) - 1
    return is_whole and all(label_key(piece) in label_key(label) for piece in row.pieces)


def _heads(block: _PrintedBlock, official: DisclosureBlock) -> list[str]:
    """The heads of a block as printed: with the unit behind one that has it, "" for one that is not spelled."""
    found = []
    for head in official.heads:
        with_unit = spelled(head + _UNIT, block.pieces) if head in _WITH_UNIT else ""
        found.append(with_unit or spelled(head, block.pieces))
    return found


def _rows_of(block: _PrintedBlock, official: DisclosureBlock) -> list[tuple[str, ...]]:
    """The cells of a block row by row: title, heads, and each label with its values."""
    rows = [
        (spelled(label, block.pieces) or label, *row.values)
        for row, label in zip(block.rows, official.rows, strict=True)
    ]
    return [(block.title,), tuple(_heads(block, official)), *rows]
