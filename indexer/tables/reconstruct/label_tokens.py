"""The cells of a table without rows and columns as tokens, and what the three official tables share.

A table saved as text keeps its words and loses its spans: tabs, pipes, blanks or line ends are left between the
cells. The official form says which labels there are and how many values follow each. The rule: a row is put together
only where that makes it certain; otherwise its cells keep their text, get no column head, and a warning names them.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from indexer.tables import labels
from report_search.analysis.cell_values import is_value, read_value
from report_search.analysis.normalise import join_text, label_key
from report_search.model import Cell, HeaderPath, ReportWarning, Row, Table

_LONGEST_TAIL = 40
"""So many cells behind a label are remembered: more than a row of any form has."""


class LabelToken(Struct, frozen=True):
    """The text of a cell; ``tail`` holds the first cells behind it on its line, empty ones included."""

    text: str
    tail: tuple[str, ...] = ()


class Reconstruction(Struct):
    """A table put together again, and what is unsure about it."""

    table: Table
    warnings: list[ReportWarning] = field(default_factory=list)


def tokens_of(rows: Sequence[Sequence[str]]) -> list[LabelToken]:
    """The non-empty cells of ``rows`` in reading order, cells that blanks glued together taken apart."""
    # [["规章 3", "", "1"]] → 规章 (tail 3, "", 1), 3 (tail "", 1), 1: the tail remembers that a cell was empty.
    found: list[LabelToken] = []
    for cells in rows:
        for at, text in enumerate(cells):
            pieces = _unglued(text) if text else []
            for n, piece in enumerate(pieces):
                glued = pieces[n + 1 : n + 1 + _LONGEST_TAIL]
                behind = cells[at + 1 : at + 1 + _LONGEST_TAIL - len(glued)]
                found.append(LabelToken(piece, (*glued, *behind)))
    return found


def _unglued(text: str) -> list[str]:
    """``text`` as the cells that it glues together: official labels and numbers, or numbers only."""
    is_one_cell = labels.is_official(text) or read_value(text).number is not None
    return [text] if is_one_cell else labels.split_glued_cells(text) or [text]


def texts_of(tokens: Sequence[LabelToken]) -> list[str]:
    """The texts of ``tokens`` in order."""
    return [token.text for token in tokens]


def values_at(tokens: Sequence[LabelToken], at: int, *, most: int | None = None) -> list[str]:
    """The texts of the values from ``at`` on, up to the next label, or the first ``most`` of them."""
    end = at
    last = len(tokens) if most is None else min(len(tokens), at + most)
    while end < last and is_value(tokens[end].text):
        end += 1
    return texts_of(tokens[at:end])


def placed_by_line(values: Sequence[str], tail: Sequence[str], *, columns: int) -> list[str]:
    """``values`` with the empty cells that the line has between them, [] if it doesn't have one cell a column."""
    # 规章 | 3 | | 1 has two values for three columns, but its line says which of them is empty.
    is_whole_line = len(tail) == columns and [text for text in tail if text] == list(values)
    return list(tail) if is_whole_line else []


def column_head_at(tokens: Sequence[LabelToken], at: int, *, most: int) -> tuple[str, int]:
    """The column head that up to ``most`` tokens from ``at`` on print, and how many they are; ("", 0) if none."""
    text = ""
    for used, token in enumerate(tokens[at : at + most], start=1):
        text = join_text(text, token.text)
        if labels.is_column_head(text):
            return text, used
    return "", 0


def printed_path(column: HeaderPath, heads: dict[str, str]) -> HeaderPath:
    """The official heads of a column as this table prints them."""
    return tuple(heads.get(label_key(name), name) for name in column)


def head_rows(rows: Sequence[Sequence[Cell]]) -> list[Row]:
    """Head rows of the cells that are printed at all; a row without any is left out."""
    printed = [tuple(cell for cell in cells if cell.text) for cells in rows]
    return [Row(cells, is_head=True) for cells in printed if cells]


def head_cell(text: str, column: int, *, rowspan: int = 1, colspan: int = 1) -> Cell:
    """A head that begins in ``column``."""
    return Cell(text, column, rowspan, colspan, is_header=True)


def unsure_row(where: str, *, wanted: int, found: int) -> ReportWarning:
    """The warning that a row has ``found`` values for ``wanted`` columns."""
    return ReportWarning(
        "table-row-unsure",
        f"这一行应有 {wanted} 格，只认出 {found} 格，无法确定各数属于哪一列",
        where.strip(" ›"),
    )


def missing_heads(first: str, section: str) -> ReportWarning:
    """The warning that heads, ``first`` and maybe others, are not printed and were taken from the form."""
    return ReportWarning("table-head-missing", f"表头缺少“{first}”等，已按官方格式补出列名", section)
