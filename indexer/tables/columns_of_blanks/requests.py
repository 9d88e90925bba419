"""The request table where only its look is left: labels and heads torn over lines, values of a row on one.

                                            47         1       0    …      the values of a row stand on one line,
             （二）部分公开（区分处理的                                     its label around them; 本 of the vertical
     本       ，只计这一情形，不计其他情形）                                  三、本年度办理结果 happens to be beside it

The rule: rows are told by their values and put in the order of the official form; a row is taken only where what is
printed of labels leaves no choice which one it is. Any other line of values stays a line; its row is missing.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from indexer.document import Grid, GridCell, Line, Part
from indexer.tables.columns_of_blanks.lines import (
    PrintedRow,
    is_line_of,
    is_piece_of,
    pieces_of,
    row_at,
    spelled,
)
from report_search.analysis.normalise import label_key
from report_search.taxonomy import official_forms

Path = tuple[str, ...]
_LEAST_ROWS = 3
_MOST_ROWS = len(official_forms.REQUEST_ROWS["b-2021"])
_MOST_LINES_BETWEEN = 30
"""So many lines of torn heads or labels may stand before a row of values; empty lines are no parts, so don't count."""
_HEADS = tuple(dict.fromkeys(head for column in official_forms.REQUEST_COLUMNS for head in column))
_TEXT = "".join(
    label_key(text)
    for text in (
        "本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和",
        *_HEADS,
        *(label for row in official_forms.REQUEST_ROWS["b-2021"] for label in row),
    )
)
_ONLY_2021 = "不再处理"
"""What only the labels of the form of 2021 have, torn or not."""


def requests_at(parts: Sequence[Part], start: int) -> tuple[list[Part], int]:
    """The request table from ``start`` on and the position behind it; [] and where looking stopped if there is none."""
    if not _opens_requests(parts[start]):
        return [], start
    rows, end = _request_region(parts, start)
    lines = [part for part in parts[start:end] if isinstance(part, Line)]
    order = _order_of_rows(rows, _form_of(lines, rows))
    if sum(path is not None for path in order) < _LEAST_ROWS:
        return [], end
    table = _RequestLines(lines, [replace(row, at=row.at - start) for row in rows])
    return [table.grid(order), *table.lines_of_no_row(order)], end


def _opens_requests(part: Part) -> bool:
    """Whether a line can begin the request table: pieces of its heads, or its first row where those are lost."""
    if is_line_of(part, _TEXT):
        return True
    key = label_key(part.text) if isinstance(part, Line) else ""
    return key.startswith(label_key(official_forms.REQUEST_ROWS["b-2021"][0][0]))


def _request_region(parts: Sequence[Part], start: int) -> tuple[list[PrintedRow], int]:
    """The rows of values from ``start`` on and the position behind the last line that belongs to the table."""
    rows: list[PrintedRow] = []
    end = at = start
    for at in range(start, len(parts)):
        row = row_at(parts, at)
        if row is not None and all(is_piece_of(piece, _TEXT) for piece in row.pieces):
            rows.append(row)
            end = at + 1
            if len(rows) > _MOST_ROWS:
                break
        elif not is_line_of(parts[at], _TEXT) or at - end > _MOST_LINES_BETWEEN:
            break
    return rows, _with_rest_of_label(parts, end) if rows else at


def _with_rest_of_label(parts: Sequence[Part], end: int) -> int:
    """``end`` moved behind the lines that are only a piece of the last label."""
    last = label_key(official_forms.REQUEST_ROWS["b-2021"][-1][-1])
    while end < len(parts) and isinstance(line := parts[end], Line) and _is_piece_of_label(line.text, last):
        end += 1
    return end


def _is_piece_of_label(text: str, label: str) -> bool:
    key = label_key(text)
    return bool(key) and key in label and key != label


def _form_of(lines: Sequence[Line], rows: Sequence[PrintedRow]) -> str:
    texts = "".join(label_key(line.text) for line in lines)
    if _ONLY_2021 in texts or len(rows) == len(official_forms.REQUEST_ROWS["b-2021"]):
        return "b-2021"
    return "b-2019"


def _order_of_rows(rows: Sequence[PrintedRow], form: str) -> list[Path | None]:
    """The official row that each of ``rows`` is, None where there is more than one way to tell.

    Rows come in the order of the form. Each is put at the first place that it can have and at the last one; it is
    certain where both are the same.
    """
    # With all 25 rows there is one way. If one is missing behind 5.属于三类…, the row without a piece of its label
    # could be either neighbour, unless the labels around it are printed.
    official = official_forms.REQUEST_ROWS[form]
    first = _places(rows, official)
    last = _places(rows[::-1], official[::-1])
    if not first or not last:
        return [None] * len(rows)
    mirrored = [len(official) - 1 - place for place in reversed(last)]
    return [official[one] if one == other else None for one, other in zip(first, mirrored, strict=True)]


def _places(rows: Sequence[PrintedRow], official: Sequence[Path]) -> list[int]:
    """The first place in ``official`` that each row can have behind the row before it, [] if one has none."""
    places: list[int] = []
    place = -1
    for row in rows:
        place += 1
        while place < len(official) and not _can_be(row, official[place]):
            place += 1
        if place == len(official):
            return []
        places.append(place)
    return places


def _can_be(row: PrintedRow, path: Path) -> bool:
    """Whether what is printed beside the values can be of the label that ``path`` ends with."""
    if not row.pieces:
        return True
    piece, label = label_key(row.pieces[-1]), label_key(path[-1])
    # A letter of a vertical label may be all that is printed beside the values.
    return piece in label or piece in "".join(map(label_key, path[:-1]))


class _RequestLines(Struct, frozen=True):
    """The lines of a request table; ``rows`` are those with values, ``at`` their places among ``lines``."""

    lines: Sequence[Line]
    rows: Sequence[PrintedRow]

    def grid(self, order: Sequence[Path | None]) -> Grid:
        """The table with its heads and the rows of which ``order`` is certain, groups before their first row."""
        everywhere = self._pieces(0, len(self.lines))
        heads = [text for head in (_RULE, *_HEADS) if (text := spelled(head, everywhere))]
        made = [heads] if heads else []
        begun: set[Path] = set()
        for at, (row, path) in enumerate(zip(self.rows, order, strict=True)):
            if path is None:
                continue
            groups = [path[:depth] for depth in range(1, len(path)) if path[:depth] not in begun]
            begun.update(groups)
            printed = [text for group in groups if (text := spelled(group[-1], everywhere))]
            made.append([*printed, self._label(at, path[-1]), *row.values])
        cells = tuple(tuple(map(GridCell, texts)) for texts in made)
        return Grid(cells, page=self.lines[0].page, where=self.lines[0].where, flattened=True)

    def lines_of_no_row(self, order: Sequence[Path | None]) -> list[Line]:
        """The lines of values that could be of several rows."""
        return [self.lines[row.at] for row, path in zip(self.rows, order, strict=True) if path is None]

    def _label(self, at: int, official: str) -> str:
        """The label of row ``at`` as its pieces spell it, on its line and up to the rows around it."""
        before = self.rows[at - 1].at + 1 if at else 0
        after = self.rows[at + 1].at if at + 1 < len(self.rows) else len(self.lines)
        return spelled(official, self._pieces(before, after)) or official

    def _pieces(self, start: int, end: int) -> list[str]:
        """The pieces of heads and labels on these lines."""
        values = {row.at: row.pieces for row in self.rows}
        return [piece for at in range(start, end) for piece in values.get(at, pieces_of(self.lines[at].text))]


_RULE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
