"""The table of proactive disclosure put together from its labels: blocks, each with heads and rows of its own.

The rule: a row has one value for each head of its block; one that the agency added counts only if it has as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from itertools import pairwise

from indexer.tables import labels
from indexer.tables.headers import value_cell
from indexer.tables.layout import PlacedCell
from indexer.tables.reconstruct.label_tokens import (
    LabelToken,
    Reconstruction,
    column_head_at,
    head_cell,
    placed_by_line,
    unsure_row,
    values_at,
)
from report_search.analysis.cell_values import is_value
from report_search.analysis.normalise import join_text
from report_search.model import Cell, HeaderPath, ReportWarning, Row, Table

_MOST_HEAD_PIECES = 3
_MOST_DEFINITION_LINES = 30
"""So many lines a definition may take."""
_RISE, _FALL = re.compile(r"\s*(?:[+＋]|增)"), re.compile(r"\s*(?:[-－−–—]\s*[\d(（]|减)")
_VALUE_COLUMNS = 3


def reconstruct_disclosure(tokens: Sequence[LabelToken], *, form: str, section: str) -> Reconstruction:
    """The table of proactive disclosure from ``tokens``: blocks, each with heads and rows of its own."""
    reader = _DisclosureReader(tokens, section)
    return Reconstruction(Table(tuple(reader.rows()), notes=tuple(reader.notes), form=form), reader.warnings)


class _DisclosureReader:
    """Reads the rows of a disclosure table from its tokens."""

    def __init__(self, tokens: Sequence[LabelToken], section: str) -> None:
        self._tokens = tokens
        self._section = section
        self._at = 0
        self.notes: list[str] = []
        self.warnings: list[ReportWarning] = []

    def rows(self) -> list[Row]:
        """The rows as printed: block titles, head rows, rows of values."""
        # 第二十条第（一）项 / 信息内容 / 本年制发件数 / 本年废止件数 / 规章 / 3 / 1 / 第二十条第（五）项 / …
        # A title begins a block, a head begins its head row, any other label a row with one value a column.
        found: list[Row] = []
        title: HeaderPath = ()
        heads: list[str] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if labels.block_item(token.text):
                title, heads = (token.text,), []
                found.append(Row((head_cell(token.text, 0, colspan=1 + _VALUE_COLUMNS),), is_head=True))
            elif labels.is_column_head(token.text):
                heads = self._heads(token)
                found.append(Row(_disclosure_heads(heads), is_head=True))
            elif labels.disclosure_row(token.text) or self._is_added_row(columns=len(heads) - 1):
                found.append(self._row(self._whole(token), title, heads[1:]))
            else:
                self.notes.append(token.text)
        return found

    def _heads(self, first: LabelToken) -> list[str]:
        heads = [first.text]
        while self._at < len(self._tokens):
            text, used = self._head()
            if not used:
                break
            heads.append(text)
            self._at += used
        return heads

    def _head(self) -> tuple[str, int]:
        """The column head here and how many tokens it takes: whole, torn in pieces, or with its end cut off."""
        text, used = column_head_at(self._tokens, self._at, most=_MOST_HEAD_PIECES)
        if used:
            return text, used
        first = self._tokens[self._at].text
        return (first, 1) if labels.begins_column_head(first) else ("", 0)

    def _is_added_row(self, *, columns: int) -> bool:
        """Whether the token just passed labels a row that the agency added: one value a column follows it."""
        return len(values_at(self._tokens, self._at, most=columns + 1)) == columns > 0

    def _whole(self, label: LabelToken) -> LabelToken:
        """``label`` with the lines that its definition goes on in."""
        # 规章:地方政府规章指由设区的市 / 的人民政府制定的规范性文件。 / 1 / 0 / 4
        if not labels.begins_definition(label.text):
            return label
        end = self._at
        last = min(len(self._tokens), self._at + _MOST_DEFINITION_LINES)
        while end < last and not _is_cell_of_form(self._tokens[end].text):
            end += 1
        rest = self._tokens[self._at : end]
        if not rest or not values_at(self._tokens, end, most=1):
            return label
        self._at = end
        return LabelToken(reduce(join_text, (token.text for token in rest), label.text), rest[-1].tail)

    def _row(self, label: LabelToken, title: HeaderPath, heads: Sequence[str]) -> Row:
        values = values_at(self._tokens, self._at)
        self._at += len(values)
        if len(values) == len(heads) + 1:
            values = _with_one_change(values)
        certain = len(values) == len(heads)
        if not certain and (placed := placed_by_line(values, label.tail[: len(heads)], columns=len(heads))):
            values, certain = placed, True
        if not certain:
            where = " › ".join((self._section, *title, label.text))
            self.warnings.append(unsure_row(where, wanted=len(heads), found=len(values)))
        cells = [head_cell(label.text, 0)]
        for at, text in enumerate(values):
            cell = PlacedCell(text, 0, at + 1, colspan=_disclosure_colspan(at, len(values)))
            cells.append(value_cell(cell, (heads[at],) if certain else ()))
        return Row(tuple(cells), headers=(*title, label.text))


def _is_cell_of_form(text: str) -> bool:
    return is_value(text) or labels.is_official(text)


def _with_one_change(values: list[str]) -> list[str]:
    """``values`` with a rise and the fall right behind it as the one cell that they are printed in."""
    # 43 / +(0) / -(0) / 66: the change of 本年增/减 is on two lines.
    for at, (rise, fall) in enumerate(pairwise(values)):
        if _RISE.match(rise) and _FALL.match(fall):
            return [*values[:at], f"{rise} {fall}", *values[at + 2 :]]
    return values


def _disclosure_heads(heads: Sequence[str]) -> tuple[Cell, ...]:
    label, *values = heads
    cells = [head_cell(label, 0)]
    for at, text in enumerate(values):
        cells.append(head_cell(text, at + 1, colspan=_disclosure_colspan(at, len(values))))
    return tuple(cells)


def _disclosure_colspan(at: int, count: int) -> int:
    """How many of the three value columns the value ``at`` of ``count`` takes: the last one what is left."""
    return max(1, _VALUE_COLUMNS - at) if at == count - 1 else 1
