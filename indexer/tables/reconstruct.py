"""Official tables whose cells lost their rows and columns, put together again from their labels in reading order.

A table saved as text keeps its words and loses its spans: tabs, pipes, blanks or line ends are left between the
cells. The official form says which labels there are and how many values follow each. The rule: a row is put together
only where that makes it certain; otherwise its cells keep their text, get no column head, and a warning names them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from indexer.tables import labels
from indexer.tables.headers import value_cell
from indexer.tables.layout import PlacedCell
from report_search.analysis.cell_values import is_value, read_value
from report_search.analysis.normalise import join_text, label_key
from report_search.model import Cell, HeaderPath, ReportWarning, Row, Table
from report_search.taxonomy import official_forms

_Path = tuple[str, ...]
"""Where a row label belongs in the official form: the labels of its groups, then its own."""
_MOST_PIECES = 6
_MOST_HEAD_PIECES = 3
_LABEL_COLUMNS = 3
"""Columns of row labels in the request table."""
_VALUE_COLUMNS = 3
"""Columns of values in the disclosure table."""


@dataclass(frozen=True, slots=True)
class LabelToken:
    """The text of a cell; ``tail`` holds the cells behind it on its line, empty ones included."""

    text: str
    tail: tuple[str, ...] = ()


@dataclass(slots=True)
class Reconstruction:
    """A table put together again, and what is unsure about it."""

    table: Table
    warnings: list[ReportWarning] = field(default_factory=list)


@dataclass(slots=True)
class _Entry:
    """A row of values: its official path, the label as printed, its value texts, and whether they are certain."""

    path: _Path
    printed: str
    values: list[str]
    certain: bool


def tokens_of(rows: Sequence[Sequence[str]]) -> list[LabelToken]:
    """The non-empty cells of ``rows`` in reading order, cells that blanks glued together taken apart."""
    # [["规章 3", "", "1"]] → 规章 (tail 3, "", 1), 3 (tail "", 1), 1: the tail remembers that a cell was empty.
    found: list[LabelToken] = []
    for cells in rows:
        for at, text in enumerate(cells):
            pieces = _unglued(text) if text else []
            for n, piece in enumerate(pieces):
                found.append(LabelToken(piece, (*pieces[n + 1 :], *cells[at + 1 :])))
    return found


def _unglued(text: str) -> list[str]:
    """``text`` as the cells that it glues together: official labels and numbers, or numbers only."""
    is_one_cell = labels.is_official(text) or read_value(text).number is not None
    return [text] if is_one_cell else labels.split_glued_cells(text) or [text]


def _texts_of(tokens: Sequence[LabelToken]) -> list[str]:
    return [token.text for token in tokens]


def _values_at(tokens: Sequence[LabelToken], at: int) -> list[str]:
    """The texts of the values from ``at`` on, up to the next label."""
    end = at
    while end < len(tokens) and is_value(tokens[end].text):
        end += 1
    return _texts_of(tokens[at:end])


def _placed_by_line(values: Sequence[str], tail: Sequence[str], columns: int) -> list[str]:
    """``values`` with the empty cells that the line has between them, [] if it doesn't have one cell a column."""
    # 规章 | 3 | | 1 has two values for three columns, but its line says which of them is empty.
    is_whole_line = len(tail) == columns and [text for text in tail if text] == list(values)
    return list(tail) if is_whole_line else []


def reconstruct_requests(tokens: Sequence[LabelToken], *, form: str, place: str) -> Reconstruction:
    """The request table from ``tokens``; ``form`` is ``b-2019`` or ``b-2021``."""
    # 本列数据的勾稽关系… / 申请人情况 / 自然人 / … / 总计 / 一、本年新收… / 40 / 21 / 0 / 0 / 0 / 0 / 61 / …
    # Up to the first row label everything is a column head; behind each label are the seven values of its row, or
    # the label of the first row in its group.
    tokens = _with_whole_labels(tokens)
    first = next((at for at in range(len(tokens)) if _begins_label(tokens[at:])), len(tokens))
    heads, stray = _heads_of(tokens[:first])
    reader = _RequestReader(tokens, first)
    entries = reader.entries()
    columns = official_forms.REQUEST_COLUMNS
    warnings = [
        _unsure(f"{place} › {entry.printed}", len(columns), len(entry.values))
        for entry in entries
        if not entry.certain
    ]
    missing = [name for column in columns for name in column if label_key(name) not in heads]
    if missing and entries:
        message = f"表头缺少“{missing[0]}”等，已按官方格式补出列名"
        warnings.append(ReportWarning("table-head-missing", message, place))
    paths = [_printed_path(column, heads) for column in columns]
    rows = (*_request_heads(heads), *_request_rows(entries, reader.printed, paths))
    return Reconstruction(Table(rows, notes=(*stray, *reader.notes), form=form), warnings)


def _begins_label(tokens: Sequence[LabelToken]) -> bool:
    """Whether ``tokens`` begin with a row label, whole or torn in pieces."""
    text = ""
    for token in tokens[:_MOST_HEAD_PIECES]:
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
        text, used = _head_at(tokens, at, most=_MOST_PIECES)
        if used:
            heads[label_key(text)] = text
        else:
            stray.append(tokens[at].text)
        at += max(1, used)
    return heads, stray


def _head_at(tokens: Sequence[LabelToken], at: int, *, most: int) -> tuple[str, int]:
    """The column head that up to ``most`` tokens from ``at`` on print, and how many they are; ("", 0) if it is none."""
    text = ""
    for used, token in enumerate(tokens[at : at + most], start=1):
        text = join_text(text, token.text)
        if labels.is_column_head(text):
            return text, used
    return "", 0


def _with_whole_labels(tokens: Sequence[LabelToken]) -> list[LabelToken]:
    """``tokens`` with labels made whole that a page break split around the values of their row."""
    # 2.其他法律行政 / 1 / 0 / … / 法规禁止公开 → 2.其他法律行政法规禁止公开 / 1 / 0 / …
    whole = list(tokens)
    at = 0
    while at < len(whole):
        end = at + 1 + len(_values_at(whole, at + 1))
        surrounds_values = at + 1 < end < len(whole)
        if surrounds_values and not labels.is_official(whole[at].text):
            text = join_text(whole[at].text, whole[end].text)
            if labels.is_request_label(text):
                whole[at] = LabelToken(text, whole[at].tail)
                del whole[end]
        at += 1
    return whole


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
        values = _values_at(self._tokens, self._at)
        self._at += len(values)
        columns = len(official_forms.REQUEST_COLUMNS)
        if len(values) == columns:
            return values, True
        # Empty cells at the edges of a line may be its frame, or label columns that the label does not fill.
        tails = (label.tail, _without_empty_ends(label.tail)) if values else ()
        placed = next((placed for tail in tails if (placed := _placed_by_line(values, tail, columns))), [])
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


def _printed_path(column: HeaderPath, heads: dict[str, str]) -> HeaderPath:
    """The official heads of a column as this table prints them."""
    return tuple(heads.get(label_key(name), name) for name in column)


def _head_rows(rows: Sequence[Sequence[Cell]]) -> list[Row]:
    """Head rows of the cells that are printed at all; a row without any is left out."""
    printed = [tuple(cell for cell in cells if cell.text) for cells in rows]
    return [Row(cells, is_head=True) for cells in printed if cells]


def _head_cell(text: str, column: int, *, rowspan: int = 1, colspan: int = 1) -> Cell:
    return Cell(text, column, rowspan, colspan, is_header=True)


def _request_heads(heads: dict[str, str]) -> list[Row]:
    """The three official head rows, with the heads that are printed."""
    # rule of sums (3 × 3) | 申请人情况                                             (1 × 7)
    #                      | 自然人 (2 × 1) | 法人或其他组织 (1 × 5)        | 总计 (2 × 1)
    #                      |                | 商业企业 | 科研机构 | … | 其他 |
    rule_key = label_key(official_forms.RULE_OF_SUMS)
    rule = next((text for name, text in heads.items() if rule_key in name), "")
    kinds = [path[-1] for path in official_forms.REQUEST_COLUMNS[1:6]]
    return _head_rows(
        [
            [
                _head_cell(rule, 0, rowspan=3, colspan=3),
                _head_cell(heads.get("申请人情况", ""), 3, colspan=7),
            ],
            [
                _head_cell(heads.get("自然人", ""), 3, rowspan=2),
                _head_cell(heads.get("法人或其他组织", ""), 4, colspan=5),
                _head_cell(heads.get("总计", ""), 9, rowspan=2),
            ],
            [_head_cell(heads.get(label_key(kind), ""), at) for at, kind in enumerate(kinds, start=4)],
        ]
    )


def _request_rows(
    entries: Sequence[_Entry], printed: dict[_Path, str], paths: Sequence[HeaderPath]
) -> list[Row]:
    rows = []
    begun: set[_Path] = set()
    for entry in entries:
        levels = [entry.path[:depth] for depth in range(1, len(entry.path) + 1)]
        headers = tuple(printed[level] for level in levels if level in printed)
        # The cell of a group belongs to the first row of the group; its own label every row has, even one read twice.
        cells = [
            _row_head(printed[level], level, path=entry.path, entries=entries)
            for level in levels
            if level in printed and (level not in begun or level == entry.path)
        ]
        begun.update(levels)
        cells += _value_cells(entry, paths)
        rows.append(Row(tuple(cells), headers=headers))
    return rows


def _row_head(text: str, level: _Path, *, path: _Path, entries: Sequence[_Entry]) -> Cell:
    """The cell of a label in its official column, as high as the rows of its group."""
    # （三）不予公开 is in the second label column and spans 8 rows; 一、本年新收… is alone and spans all three columns.
    column = len(level) - 1
    rows = sum(entry.path[: len(level)] == level for entry in entries)
    colspan = _LABEL_COLUMNS - column if level == path else 1
    return _head_cell(text, column, rowspan=max(1, rows), colspan=colspan)


def _value_cells(entry: _Entry, paths: Sequence[HeaderPath]) -> list[Cell]:
    return [
        value_cell(PlacedCell(text, 0, _LABEL_COLUMNS + at), paths[at] if entry.certain else ())
        for at, text in enumerate(entry.values)
    ]


def reconstruct_reviews(tokens: Sequence[LabelToken], *, form: str, place: str) -> Reconstruction:
    """The table of reviews and lawsuits from ``tokens``: heads, then one row of fifteen values."""
    # 行政复议 / 行政诉讼 / 结果维持 / … / 总计 / 1 / 0 / … : the order of the heads differs between copies, that of the
    # values does not, so their number alone decides.
    texts = _texts_of(tokens)
    heads = {label_key(text): text for text in texts if labels.is_column_head(text)}
    others = [text for text in texts if not labels.is_column_head(text)]
    values = [text for text in others if is_value(text)]
    notes = [text for text in others if not is_value(text)]
    rows = _review_heads(heads)
    if values:
        rows.append(_review_row(values, heads))
    wanted = len(official_forms.REVIEW_COLUMNS)
    warnings = [] if len(values) == wanted else [_unsure(place, wanted, len(values))]
    return Reconstruction(Table(tuple(rows), notes=tuple(notes), form=form), warnings)


def _review_row(values: Sequence[str], heads: dict[str, str]) -> Row:
    paths: list[HeaderPath] = [_printed_path(column, heads) for column in official_forms.REVIEW_COLUMNS]
    if len(values) != len(paths):
        paths = [()] * len(values)
    cells = (PlacedCell(text, 0, at) for at, text in enumerate(values))
    return Row(tuple(value_cell(cell, path) for cell, path in zip(cells, paths, strict=True)))


def _review_heads(heads: dict[str, str]) -> list[Row]:
    # 行政复议 (1 × 5)                 | 行政诉讼                                                   (1 × 10)
    # 结果维持 (2 × 1) | … | 总计 (2 × 1) | 未经复议直接起诉 (1 × 5)     | 复议后起诉 (1 × 5)
    #                                  | 结果维持 | 结果纠正 | … | 总计 | 结果维持 | 结果纠正 | … | 总计
    columns = official_forms.REVIEW_COLUMNS
    outcomes = enumerate(path[-1] for path in columns[:5])
    rows = [
        [("行政复议", 0, 1, 5), ("行政诉讼", 5, 1, 10)],
        [
            *((outcome, at, 2, 1) for at, outcome in outcomes),
            ("未经复议直接起诉", 5, 1, 5),
            ("复议后起诉", 10, 1, 5),
        ],
        [(path[-1], at, 1, 1) for at, path in enumerate(columns[5:], start=5)],
    ]
    return _head_rows(
        [
            [
                _head_cell(heads.get(label_key(name), ""), column, rowspan=rowspan, colspan=colspan)
                for name, column, rowspan, colspan in cells
            ]
            for cells in rows
        ]
    )


def reconstruct_disclosure(tokens: Sequence[LabelToken], *, form: str, place: str) -> Reconstruction:
    """The table of proactive disclosure from ``tokens``: blocks, each with heads and rows of its own."""
    reader = _DisclosureReader(tokens, place)
    return Reconstruction(Table(tuple(reader.rows()), notes=tuple(reader.notes), form=form), reader.warnings)


class _DisclosureReader:
    """Reads the rows of a disclosure table from its tokens."""

    def __init__(self, tokens: Sequence[LabelToken], place: str) -> None:
        self._tokens = tokens
        self._place = place
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
                found.append(Row((_head_cell(token.text, 0, colspan=1 + _VALUE_COLUMNS),), is_head=True))
            elif labels.is_column_head(token.text):
                heads = self._heads(token)
                found.append(Row(_disclosure_heads(heads), is_head=True))
            elif labels.disclosure_row(token.text) or self._is_added_row(columns=len(heads) - 1):
                found.append(self._row(token, title, heads[1:]))
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
        text, used = _head_at(self._tokens, self._at, most=_MOST_HEAD_PIECES)
        if used:
            return text, used
        first = self._tokens[self._at].text
        return (first, 1) if labels.begins_column_head(first) else ("", 0)

    def _is_added_row(self, *, columns: int) -> bool:
        """Whether the token just passed labels a row that the agency added: one value a column follows it."""
        return len(_values_at(self._tokens, self._at)) == columns > 0

    def _row(self, label: LabelToken, title: HeaderPath, heads: Sequence[str]) -> Row:
        values = _values_at(self._tokens, self._at)
        self._at += len(values)
        certain = len(values) == len(heads)
        if not certain and (placed := _placed_by_line(values, label.tail[: len(heads)], len(heads))):
            values, certain = placed, True
        if not certain:
            where = " › ".join((self._place, *title, label.text))
            self.warnings.append(_unsure(where, len(heads), len(values)))
        cells = [_head_cell(label.text, 0)]
        for at, text in enumerate(values):
            place = PlacedCell(text, 0, at + 1, colspan=_disclosure_colspan(at, len(values)))
            cells.append(value_cell(place, (heads[at],) if certain else ()))
        return Row(tuple(cells), headers=(*title, label.text))


def _disclosure_heads(heads: Sequence[str]) -> tuple[Cell, ...]:
    label, *values = heads
    cells = [_head_cell(label, 0)]
    for at, text in enumerate(values):
        cells.append(_head_cell(text, at + 1, colspan=_disclosure_colspan(at, len(values))))
    return tuple(cells)


def _disclosure_colspan(at: int, count: int) -> int:
    """How many of the three value columns the value ``at`` of ``count`` takes: the last one what is left."""
    return max(1, _VALUE_COLUMNS - at) if at == count - 1 else 1


def _unsure(where: str, wanted: int, found: int) -> ReportWarning:
    return ReportWarning(
        "table-row-unsure",
        f"这一行应有 {wanted} 格，只认出 {found} 格，无法确定各数属于哪一列",
        where.strip(" ›"),
    )
