"""The request table put together from its labels: three head rows, then a row of seven values for each label.

The rule: the official form says which labels group rows and which have values; the order is that of the print.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from indexer.tables import labels
from indexer.tables.headers import value_cell
from indexer.tables.layout import PlacedCell
from indexer.tables.reconstruct.label_tokens import (
    LabelToken,
    Reconstruction,
    column_head_at,
    head_cell,
    head_rows,
    missing_heads,
    placed_by_line,
    printed_path,
    unsure_row,
    values_at,
)
from report_search.analysis.cell_values import is_value
from report_search.analysis.normalise import join_text, label_key
from report_search.model import Cell, HeaderPath, Row, Table
from report_search.taxonomy import official_forms

_Path = tuple[str, ...]
"""Where a row label belongs in the official form: the labels of its groups, then its own."""
_MOST_PIECES = 6
_LABEL_PIECES = 3
"""So many tokens may print the first row label, which ends the head."""
_LABEL_COLUMNS = 3


class _Entry(Struct):
    """A row of values: its official path, the label as printed, its value texts, and whether they are certain."""

    path: _Path
    printed: str
    values: list[str]
    certain: bool


def reconstruct_requests(tokens: Sequence[LabelToken], *, form: str, section: str) -> Reconstruction:
    """The request table from ``tokens``; ``form`` is ``b-2019`` or ``b-2021``."""
    # 本列数据的勾稽关系… / 申请人情况 / 自然人 / … / 总计 / 一、本年新收… / 40 / 21 / 0 / 0 / 0 / 0 / 61 / …
    # Up to the first row label everything is a column head; behind each label are the seven values of its row, or
    # the label of the first row in its group.
    tokens = _with_whole_labels(tokens)
    first = next((at for at in range(len(tokens)) if _begins_label(tokens, at)), len(tokens))
    heads, stray = _heads_of(tokens[:first])
    reader = _RequestReader(tokens, first)
    entries = reader.entries()
    columns = official_forms.REQUEST_COLUMNS
    warnings = [
        unsure_row(f"{section} › {entry.printed}", wanted=len(columns), found=len(entry.values))
        for entry in entries
        if not entry.certain
    ]
    missing = [name for column in columns for name in column if label_key(name) not in heads]
    if missing and entries:
        warnings.append(missing_heads(missing[0], section))
    paths = [printed_path(column, heads) for column in columns]
    rows = (*_request_heads(heads), *_request_rows(entries, reader.printed, paths))
    return Reconstruction(Table(rows, notes=(*stray, *reader.notes), form=form), warnings)


def _begins_label(tokens: Sequence[LabelToken], at: int) -> bool:
    """Whether a row label begins at ``at``, whole or torn in pieces."""
    text = ""
    for token in tokens[at : at + _LABEL_PIECES]:
        text = join_text(text, token.text)
        if labels.is_request_label(text):
            return True
    return False


def _heads_of(tokens: Sequence[LabelToken]) -> tuple[dict[str, str], list[str]]:
    """The column heads by key, torn ones made whole, and the texts that are none."""
    heads: dict[str, str] = {}
    stray: list[str] = []
    at = 0
    while at < len(tokens):
        text, used = column_head_at(tokens, at, most=_MOST_PIECES)
        if used:
            heads[label_key(text)] = text
        else:
            stray.append(tokens[at].text)
        at += max(1, used)
    return heads, stray


def _with_whole_labels(tokens: Sequence[LabelToken]) -> list[LabelToken]:
    """``tokens`` with labels made whole that a page break split around the values of their row."""
    # 2.其他法律行政 / 1 / 0 / … / 法规禁止公开 → 2.其他法律行政法规禁止公开 / 1 / 0 / …
    whole: list[LabelToken] = []
    # The place of the last token that is no value, while only values have come behind it.
    label: int | None = None
    for token in tokens:
        if is_value(token.text):
            whole.append(token)
            continue
        made = _label_around(whole, label, token)
        if made is None:
            label = len(whole)
            whole.append(token)
        elif label is not None:
            # Its two halves are one now, and a third is none of it.
            whole[label] = made
            label = None
    return whole


def _label_around(tokens: Sequence[LabelToken], label: int | None, rest: LabelToken) -> LabelToken | None:
    """The row label that the token at ``label`` begins and ``rest`` ends behind values; None if they make none."""
    surrounds_values = label is not None and label + 1 < len(tokens)
    if label is None or not surrounds_values or labels.is_official(tokens[label].text):
        return None
    text = join_text(tokens[label].text, rest.text)
    return LabelToken(text, tokens[label].tail) if labels.is_request_label(text) else None


class _RequestReader:
    """Reads the rows of a request table from its tokens, from position ``start`` on."""

    def __init__(self, tokens: Sequence[LabelToken], start: int) -> None:
        self._tokens = tokens
        self._at = start
        self.printed: dict[_Path, str] = {}
        self.notes: list[str] = []

    def entries(self) -> list[_Entry]:
        """The rows of values in order; labels that only group them go to ``printed``."""
        found = []
        while self._at < len(self._tokens):
            path, text, used = self._label()
            if not path:
                self.notes.append(self._tokens[self._at].text)
                self._at += 1
                continue
            self.printed.setdefault(path, text)
            last = self._tokens[self._at + used - 1]
            self._at += used
            values, certain = self._values(last)
            if values or self._is_empty_row(path):
                found.append(_Entry(path, text, values, certain))
        return found

    def _is_empty_row(self, path: _Path) -> bool:
        """Whether a label without values is that of a row, and not of a group."""
        # （六）其他处理 is a row in the form of 2019 and a group in that of 2021; with tokens behind it, it is a group.
        may_group = path[-1] == official_forms.OTHERWISE and self._at < len(self._tokens)
        return path in _VALUE_ROWS and not may_group

    def _label(self) -> tuple[_Path, str, int]:
        """The official path that the tokens from here on print, its text, and how many tokens that takes."""
        text = ""
        for used, token in enumerate(self._tokens[self._at : self._at + _MOST_PIECES], start=1):
            if is_value(token.text) and text:
                break
            text = join_text(text, token.text)
            path = labels.request_labels().get(label_key(text))
            if path:
                return path, text, used
        return (), "", 0

    def _values(self, label: LabelToken) -> tuple[list[str], bool]:
        """The values behind ``label``, and whether their columns are certain."""
        values = values_at(self._tokens, self._at)
        self._at += len(values)
        columns = len(official_forms.REQUEST_COLUMNS)
        if len(values) == columns:
            return values, True
        # Empty cells at the edges of a line may be its frame, or label columns that the label does not fill.
        tails = (label.tail, _without_empty_ends(label.tail)) if values else ()
        placed = next(
            (placed for tail in tails if (placed := placed_by_line(values, tail, columns=columns))), []
        )
        return (placed, True) if placed else (values, False)


def _without_empty_ends(texts: Sequence[str]) -> Sequence[str]:
    filled = [at for at, text in enumerate(texts) if text]
    return texts[filled[0] : filled[-1] + 1] if filled else ()


_VALUE_ROWS = frozenset(row for rows in official_forms.REQUEST_ROWS.values() for row in rows)
_LEVELS = dict.fromkeys(
    row[:depth] for row in official_forms.REQUEST_ROWS["b-2021"] for depth in range(1, len(row) + 1)
)
"""The paths of all labels in reading order, groups before their rows; the form of 2021 includes that of 2019."""
_OFFICIAL_ORDER: dict[_Path, int] = {path: at for at, path in enumerate(_LEVELS)}


def official_order(path: tuple[str, ...]) -> int:
    """The position of a label, given by its official path, in reading order."""
    return _OFFICIAL_ORDER[path]


def _request_heads(heads: dict[str, str]) -> list[Row]:
    """The three official head rows, with the heads that are printed."""
    # rule of sums (3 × 3) | 申请人情况                                             (1 × 7)
    #                      | 自然人 (2 × 1) | 法人或其他组织 (1 × 5)        | 总计 (2 × 1)
    #                      |                | 商业企业 | 科研机构 | … | 其他 |
    rule_key = label_key(official_forms.RULE_OF_SUMS)
    rule = next((text for name, text in heads.items() if rule_key in name), "")
    kinds = [path[-1] for path in official_forms.REQUEST_COLUMNS[1:6]]
    return head_rows(
        [
            [
                head_cell(rule, 0, rowspan=3, colspan=3),
                head_cell(heads.get("申请人情况", ""), 3, colspan=7),
            ],
            [
                head_cell(heads.get("自然人", ""), 3, rowspan=2),
                head_cell(heads.get("法人或其他组织", ""), 4, colspan=5),
                head_cell(heads.get("总计", ""), 9, rowspan=2),
            ],
            [head_cell(heads.get(label_key(kind), ""), at) for at, kind in enumerate(kinds, start=4)],
        ]
    )


def _request_rows(
    entries: Sequence[_Entry], printed: dict[_Path, str], paths: Sequence[HeaderPath]
) -> list[Row]:
    rows = []
    begun: set[_Path] = set()
    heights = Counter(entry.path[:depth] for entry in entries for depth in range(1, len(entry.path) + 1))
    for entry in entries:
        levels = [entry.path[:depth] for depth in range(1, len(entry.path) + 1)]
        headers = tuple(printed[level] for level in levels if level in printed)
        # The cell of a group belongs to the first row of the group; its own label every row has, even one read twice.
        cells = [
            _row_head(printed[level], level, path=entry.path, rows=heights[level])
            for level in levels
            if level in printed and (level not in begun or level == entry.path)
        ]
        begun.update(levels)
        cells += _value_cells(entry, paths)
        rows.append(Row(tuple(cells), headers=headers))
    return rows


def _row_head(text: str, level: _Path, *, path: _Path, rows: int) -> Cell:
    """The cell of a label in its official column, as high as the ``rows`` of its group."""
    # （三）不予公开 is in the second label column and spans 8 rows; 一、本年新收… is alone and spans all three columns.
    column = len(level) - 1
    colspan = _LABEL_COLUMNS - column if level == path else 1
    return head_cell(text, column, rowspan=max(1, rows), colspan=colspan)


def _value_cells(entry: _Entry, paths: Sequence[HeaderPath]) -> list[Cell]:
    return [
        value_cell(PlacedCell(text, 0, _LABEL_COLUMNS + at), paths[at] if entry.certain else ())
        for at, text in enumerate(entry.values)
    ]
