"""Official tables whose cells lost their places, put together again from their labels in reading order.

A table saved as text keeps its words and loses its spans: tabs, pipes, blanks or line ends stand for cells. The
official form says which labels there are, in which order, and how many values follow each. The rule: a row is
rebuilt only where that makes it certain; otherwise its cells keep their text, get no column head, and are warned of.
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

_MOST_PIECES = 6
_MOST_HEAD_PIECES = 3


@dataclass(frozen=True, slots=True)
class LabelToken:
    """A text with the place it was found at: line and position in the line; ``tail`` holds the cells behind it."""

    text: str
    line: int
    tail: tuple[str, ...] = ()


@dataclass(slots=True)
class Reconstruction:
    """A table put together again, and what is unsure about it."""

    table: Table
    warnings: list[ReportWarning] = field(default_factory=list)


@dataclass(slots=True)
class _Entry:
    """A row of values: its official path, the label as printed, its value texts, and whether they are certain."""

    path: tuple[str, ...]
    printed: str
    values: list[str]
    certain: bool


def tokens_of(rows: Sequence[Sequence[str]]) -> list[LabelToken]:
    """The non-empty cells of ``rows`` in reading order, cells that blanks glued together taken apart."""
    found: list[LabelToken] = []
    for line, cells in enumerate(rows):
        for at, text in enumerate(cells):
            pieces = _pieces(text) if text else []
            for n, piece in enumerate(pieces):
                found.append(LabelToken(piece, line, (*pieces[n + 1 :], *cells[at + 1 :])))
    return found


def _pieces(text: str) -> list[str]:
    """``text`` as the cells that it glues together: official labels and numbers, or numbers only."""
    whole = labels.is_official(text) or read_value(text).number is not None
    return [text] if whole else labels.split_glued_cells(text) or [text]


def reconstruct_requests(tokens: Sequence[LabelToken], *, form: str, place: str) -> Reconstruction:
    """The request table from ``tokens``; ``form`` is ``b-2019`` or ``b-2021``."""
    tokens = _mended(tokens)
    first = next((at for at in range(len(tokens)) if _begins_label(tokens[at:])), len(tokens))
    heads, stray = _heads_of(tokens[:first])
    walk = _RequestWalk(tokens, first)
    entries = walk.entries()
    warnings = [
        _unsure(f"{place} › {entry.printed}", len(official_forms.REQUEST_COLUMNS), len(entry.values))
        for entry in entries
        if not entry.certain
    ]
    paths = [_printed_path(column, heads) for column in official_forms.REQUEST_COLUMNS]
    missing = [
        name for column in official_forms.REQUEST_COLUMNS for name in column if label_key(name) not in heads
    ]
    if missing and entries:
        warnings.append(
            ReportWarning("table-head-missing", f"表头缺少“{missing[0]}”等，已按官方格式补出列名", place)
        )
    rows = (*_request_heads(heads), *_request_rows(entries, walk.printed, paths))
    return Reconstruction(Table(rows, notes=(*stray, *walk.notes), form=form), warnings)


def _begins_label(tokens: Sequence[LabelToken]) -> bool:
    """Whether a row label stands at the head of ``tokens``, whole or torn in pieces."""
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
        text = ""
        for used, token in enumerate(tokens[at : at + _MOST_PIECES], start=1):
            text = join_text(text, token.text)
            if labels.is_column_head(text):
                heads[label_key(text)] = text
                at += used
                break
        else:
            stray.append(tokens[at].text)
            at += 1
    return heads, stray


def _mended(tokens: Sequence[LabelToken]) -> list[LabelToken]:
    """``tokens`` with labels made whole that a page break split around the values of their row."""
    whole = list(tokens)
    at = 0
    while at < len(whole):
        end = at + 1
        while end < len(whole) and is_value(whole[end].text):
            end += 1
        if end > at + 1 and end < len(whole) and not labels.is_official(whole[at].text):
            text = join_text(whole[at].text, whole[end].text)
            if labels.is_request_label(text):
                whole[at] = LabelToken(text, whole[at].line, whole[at].tail)
                del whole[end]
        at += 1
    return whole


class _RequestWalk:
    """One walk over the tokens of a request table, in the order of the official form."""

    def __init__(self, tokens: Sequence[LabelToken], start: int) -> None:
        self._tokens = tokens
        self._at = start
        self._position = -1
        self.printed: dict[tuple[str, ...], str] = {}
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
            if values or (path in _LEAVES and not self._has_children(path)):
                found.append(_Entry(path, text, values, certain))
        return found

    def _has_children(self, path: tuple[str, ...]) -> bool:
        return path[-1] == official_forms.OTHERWISE and self._at < len(self._tokens)

    def _label(self) -> tuple[tuple[str, ...], str, int]:
        """The official path that the tokens from here on print, its text, and how many tokens that takes."""
        text = ""
        for used, token in enumerate(self._tokens[self._at : self._at + _MOST_PIECES], start=1):
            if is_value(token.text) and text:
                break
            text = join_text(text, token.text)
            paths = labels.request_labels().get(label_key(text), ())
            path = next(
                (path for path in paths if official_order(path) > self._position), paths[-1] if paths else ()
            )
            if path:
                self._position = official_order(path)
                return path, text, used
        return (), "", 0

    def _values(self, label: LabelToken) -> tuple[list[str], bool]:
        """The values behind ``label``, and whether there are exactly as many as the form has columns."""
        values = []
        while self._at < len(self._tokens) and is_value(self._tokens[self._at].text):
            values.append(self._tokens[self._at].text)
            self._at += 1
        wanted = len(official_forms.REQUEST_COLUMNS)
        if len(values) == wanted:
            return values, True
        tail = list(label.tail)
        if values and [text for text in tail if text] == values:
            if len(tail) == wanted:
                return tail, True
            between = _without_empty_ends(tail)
            if len(between) == wanted:
                return between, True
        return values, False


_OFFICIAL_ORDER: dict[tuple[str, ...], int] = {}
for _row in official_forms.REQUEST_ROWS["b-2021"]:
    for _depth in range(1, len(_row) + 1):
        _OFFICIAL_ORDER.setdefault(_row[:_depth], len(_OFFICIAL_ORDER))
_LEAVES = frozenset(row for rows in official_forms.REQUEST_ROWS.values() for row in rows)


def official_order(path: tuple[str, ...]) -> int:
    """The position of a label, by its official path, in reading order."""
    return _OFFICIAL_ORDER[path]


def _without_empty_ends(texts: list[str]) -> list[str]:
    filled = [at for at, text in enumerate(texts) if text]
    return texts[filled[0] : filled[-1] + 1] if filled else []


def _printed_path(column: HeaderPath, heads: dict[str, str]) -> HeaderPath:
    return tuple(heads.get(label_key(name), name) for name in column)


def _request_heads(heads: dict[str, str]) -> list[Row]:
    """The three official head rows, with the heads that are printed."""
    corner = next(
        (text for name, text in heads.items() if label_key(official_forms.RULE_OF_SUMS) in name), ""
    )
    rows = [
        [(corner, 0, 3, 3), (heads.get("申请人情况", ""), 3, 1, 7)],
        [
            (heads.get("自然人", ""), 3, 2, 1),
            (heads.get("法人或其他组织", ""), 4, 1, 5),
            (heads.get("总计", ""), 9, 2, 1),
        ],
        [
            (heads.get(label_key(path[-1]), ""), at, 1, 1)
            for at, path in enumerate(official_forms.REQUEST_COLUMNS[1:6], start=4)
        ],
    ]
    made = [tuple(Cell(t, c, r, s, is_header=True) for t, c, r, s in row if t) for row in rows]
    return [Row(cells, is_head=True) for cells in made if cells]


def _request_rows(
    entries: Sequence[_Entry], printed: dict[tuple[str, ...], str], paths: Sequence[HeaderPath]
) -> list[Row]:
    rows = []
    begun: set[tuple[str, ...]] = set()
    for entry in entries:
        levels = [entry.path[: depth + 1] for depth in range(len(entry.path))]
        headers = tuple(printed.get(level, "") for level in levels)
        cells = [
            _label_cell(
                printed[level],
                depth=depth,
                path=entry.path,
                rows=sum(_is_under(other.path, level) for other in entries),
            )
            for depth, level in enumerate(levels)
            if level in printed and (level not in begun or level == entry.path)
        ]
        begun.update(levels)
        cells += _value_cells(entry, paths)
        rows.append(Row(tuple(cells), headers=tuple(text for text in headers if text)))
    return rows


def _is_under(path: tuple[str, ...], level: tuple[str, ...]) -> bool:
    return path[: len(level)] == level


def _label_cell(text: str, *, depth: int, path: tuple[str, ...], rows: int) -> Cell:
    """A row head at its official column: the last label takes what is left of the three label columns."""
    colspan = 3 - depth if depth == len(path) - 1 else 1
    return Cell(text, depth, max(1, rows), colspan, is_header=True)


def _value_cells(entry: _Entry, paths: Sequence[HeaderPath]) -> list[Cell]:
    return [
        value_cell(PlacedCell(text, 0, 3 + at), paths[at] if entry.certain else ())
        for at, text in enumerate(entry.values)
    ]


def reconstruct_reviews(tokens: Sequence[LabelToken], *, form: str, place: str) -> Reconstruction:
    """The table of reviews and lawsuits from ``tokens``: heads, then one row of fifteen values."""
    heads = [token for token in tokens if labels.is_column_head(token.text)]
    values = [
        token.text for token in tokens if not labels.is_column_head(token.text) and is_value(token.text)
    ]
    notes = [
        token.text for token in tokens if not labels.is_column_head(token.text) and not is_value(token.text)
    ]
    certain = len(values) == len(official_forms.REVIEW_COLUMNS)
    names = {label_key(token.text): token.text for token in heads}
    paths = [_printed_path(column, names) if certain else () for column in official_forms.REVIEW_COLUMNS]
    paths += [()] * max(0, len(values) - len(paths))
    cells = tuple(value_cell(PlacedCell(text, 0, at), paths[at]) for at, text in enumerate(values))
    warnings = [] if certain else [_unsure(place, len(official_forms.REVIEW_COLUMNS), len(values))]
    rows = [Row(cells)] if cells else []
    return Reconstruction(Table((*_review_heads(names), *rows), notes=tuple(notes), form=form), warnings)


def _review_heads(names: dict[str, str]) -> list[Row]:
    outcomes = [path[-1] for path in official_forms.REVIEW_COLUMNS[:5]]
    rows = [
        [("行政复议", 0, 1, 5), ("行政诉讼", 5, 1, 10)],
        [
            *((one, at, 2, 1) for at, one in enumerate(outcomes)),
            ("未经复议直接起诉", 5, 1, 5),
            ("复议后起诉", 10, 1, 5),
        ],
        [(path[-1], at, 1, 1) for at, path in enumerate(official_forms.REVIEW_COLUMNS[5:], start=5)],
    ]
    made = [
        tuple(
            Cell(names[label_key(t)], c, r, s, is_header=True) for t, c, r, s in row if label_key(t) in names
        )
        for row in rows
    ]
    return [Row(cells, is_head=True) for cells in made if cells]


def reconstruct_disclosure(tokens: Sequence[LabelToken], *, form: str, place: str) -> Reconstruction:
    """The table of proactive disclosure from ``tokens``: blocks, each with heads and rows of its own."""
    walk = _DisclosureWalk(tokens, place)
    return Reconstruction(Table(tuple(walk.rows()), notes=tuple(walk.notes), form=form), walk.warnings)


class _DisclosureWalk:
    """One walk over the tokens of a disclosure table."""

    def __init__(self, tokens: Sequence[LabelToken], place: str) -> None:
        self._tokens = tokens
        self._place = place
        self._at = 0
        self.notes: list[str] = []
        self.warnings: list[ReportWarning] = []

    def rows(self) -> list[Row]:
        """The rows as printed: block titles, head rows, rows of values."""
        found: list[Row] = []
        title: HeaderPath = ()
        heads: list[str] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if labels.block_item(token.text):
                title, heads = (token.text,), []
                found.append(Row((Cell(token.text, 0, colspan=4, is_header=True),), is_head=True))
            elif labels.is_column_head(token.text):
                heads = self._heads(token)
                found.append(Row(_head_cells(heads), is_head=True))
            elif labels.disclosure_row(token.text) or self._is_own_row(len(heads) - 1):
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
        text = ""
        for used, token in enumerate(self._tokens[self._at : self._at + _MOST_HEAD_PIECES], start=1):
            text = join_text(text, token.text)
            if labels.is_column_head(text):
                return text, used
        first = self._tokens[self._at].text
        return (first, 1) if labels.begins_column_head(first) else ("", 0)

    def _is_own_row(self, columns: int) -> bool:
        """Whether the token just passed labels a row that the agency added: one value a column follows it."""
        values = 0
        while self._at + values < len(self._tokens) and is_value(self._tokens[self._at + values].text):
            values += 1
        return values == columns > 0

    def _row(self, label: LabelToken, title: HeaderPath, heads: Sequence[str]) -> Row:
        values = []
        while self._at < len(self._tokens) and is_value(self._tokens[self._at].text):
            values.append(self._tokens[self._at].text)
            self._at += 1
        certain = len(values) == len(heads)
        tail = label.tail[: len(heads)]
        if not certain and heads and len(tail) == len(heads) and [text for text in tail if text] == values:
            values, certain = list(tail), True
        if not certain:
            self.warnings.append(
                _unsure(" › ".join((self._place, *title, label.text)), len(heads), len(values))
            )
        cells = [Cell(label.text, 0, is_header=True)]
        cells += [
            value_cell(
                PlacedCell(text, 0, at + 1, colspan=_fill(at, len(values))), (heads[at],) if certain else ()
            )
            for at, text in enumerate(values)
        ]
        return Row(tuple(cells), headers=(*title, label.text))


def _head_cells(heads: Sequence[str]) -> tuple[Cell, ...]:
    return tuple(
        Cell(text, at, colspan=_fill(at - 1, len(heads) - 1), is_header=True) for at, text in enumerate(heads)
    )


def _fill(at: int, count: int) -> int:
    """How many of the three value columns the value ``at`` of ``count`` takes: the last one what is left."""
    return max(1, 3 - at) if at == count - 1 and at >= 0 else 1


def _unsure(where: str, wanted: int, found: int) -> ReportWarning:
    return ReportWarning(
        "table-row-unsure",
        f"这一行应有 {wanted} 格，只认出 {found} 格，无法确定各数属于哪一列",
        where.strip(" ›"),
    )
