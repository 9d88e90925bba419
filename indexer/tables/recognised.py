"""Tables that were read off pictures: labels put right by the official form, and rows that say they were recognised.

A character that was mistaken in a label loses the whole row. The rule: only a label of the form that the other labels
of the same table prove is put in its place, only if it is much nearer than any other, and never a number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from msgspec.structs import replace

from indexer.document import Grid, GridCell
from indexer.tables import labels
from report_search.analysis.cell_values import is_value
from report_search.analysis.normalise import label_key
from report_search.analysis.similarity import similarities
from report_search.model import Recognised, Row, Table, recognised_of
from report_search.taxonomy.official_forms import (
    DISCLOSURE_BLOCKS,
    REQUEST_COLUMNS,
    REQUEST_ROWS,
    REVIEW_COLUMNS,
)

_PROVEN = 3
"""So many whole labels prove a form."""
_NEAR = 0.72
_NEARER = 0.08
"""By how much the nearest label has to be nearer than the next."""
_LOST_ORDINAL = re.compile(r"[、.．,，·・)）_—-]|[（(][·・_—-]?[)）]")
"""What a label begins with whose ordinal was not seen, or taken for a mark: a 一 is a single stroke."""


def snap_labels(grid: Grid) -> Grid:
    """``grid`` with labels that were recognised nearly right as the official form prints them."""
    if not any(cell.recognised for row in grid.rows for cell in row):
        return grid
    families = Counter(labels.table_family(cell.text) for row in grid.rows for cell in row if cell.text)
    del families[""]
    if not families:
        return grid
    family, proofs = families.most_common(1)[0]
    if proofs < _PROVEN:
        return grid
    return replace(grid, rows=tuple(tuple(_snapped(cell, family) for cell in row) for row in grid.rows))


def _snapped(cell: GridCell, family: str) -> GridCell:
    text = cell.text
    if not cell.recognised or len(text) < 2 or is_value(text) or _is_whole_label(text):
        return cell
    keys, printed = _labels_of(family)
    wanted = label_key(text)
    near = similarities(wanted, keys, at_least=0.0)
    best = max(range(len(keys)), key=near.__getitem__)
    next_best = max((near[at] for at in range(len(keys)) if keys[at] != keys[best]), default=0.0)
    is_surely_it = near[best] >= _threshold(wanted) and near[best] - next_best >= _NEARER
    return replace(cell, text=printed[best]) if is_surely_it else cell


def _is_whole_label(text: str) -> bool:
    return labels.is_official(text) and not _LOST_ORDINAL.match(text)


def _threshold(key: str) -> float:
    """How near a label has to be: of a short one, one character in three or four may be wrong."""
    return 0.66 if len(key) <= 4 else _NEAR


@cache
def _labels_of(family: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The labels of a table by their keys, and as they are printed."""
    printed = tuple(dict.fromkeys(_printed(family)))
    return tuple(map(label_key, printed)), printed


def _printed(family: str) -> Iterable[str]:
    if family == "a":
        for blocks in DISCLOSURE_BLOCKS.values():
            for block in blocks:
                yield f"第二十条第（{block.item}）项"
                yield from (*block.heads, *block.rows)
    elif family == "b":
        yield from (label for rows in REQUEST_ROWS.values() for row in rows for label in row)
        yield from (head for column in REQUEST_COLUMNS for head in column)
    else:
        yield from (head for column in REVIEW_COLUMNS for head in column)


def mark_recognised(table: Table, grid: Grid) -> Table:
    """``table``, made of ``grid``, with rows that say how surely they were recognised.

    A row of the grid is a row of the table where both have as many; else every row is as sure as the least sure cell.
    """
    known = [recognised_of(cell.recognised for cell in row) for row in grid.rows]
    whole = recognised_of(known)
    if whole is None:
        return table
    rows = table.rows
    if len(rows) != len(known):
        known = [whole] * len(rows)
    return replace(
        table, rows=tuple(_marked(row, one or whole) for row, one in zip(rows, known, strict=True))
    )


def _marked(row: Row, recognised: Recognised) -> Row:
    return replace(row, recognised=recognised)
