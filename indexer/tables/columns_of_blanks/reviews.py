"""The table of reviews and lawsuits where only its look is left: heads torn over lines, then a row of fifteen values.

The rule: fifteen values below pieces of its heads are the row of the form; heads that the pieces don't spell out stay
pieces, for ``tables.build`` to warn of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from indexer.document import Grid, GridCell, Line, Part
from indexer.tables import labels
from indexer.tables.columns_of_blanks.lines import pieces_of, row_at
from report_search.analysis.normalise import label_key
from report_search.taxonomy import official_forms

_MOST_PIECES = 40
"""Lines that the torn heads of the table may take."""
_REVIEW_HEADS = tuple(dict.fromkeys(head for column in official_forms.REVIEW_COLUMNS for head in column))


def reviews_at(parts: Sequence[Part], start: int) -> tuple[list[Part], int]:
    """The table of reviews from ``start`` on and the position behind it; [] and where looking stopped if none."""
    at = start
    while at < len(parts) and at - start < _MOST_PIECES and _is_review_line(parts[at]):
        at += 1
    heads = [part for part in parts[start:at] if isinstance(part, Line)]
    values: list[str] = []
    while at < len(parts) and len(values) < len(official_forms.REVIEW_COLUMNS):
        found = row_at(parts, at)
        if found is None or found.pieces:
            break
        values += found.values
        at += 1
    if not heads or len(values) != len(official_forms.REVIEW_COLUMNS):
        return [], at
    return [_review_grid(heads, values)], at


def _is_review_line(part: Part) -> bool:
    if not isinstance(part, Line) or part.level:
        return False
    return bool(pieces_of(part.text)) and labels.is_review_piece(part.text)


def _review_grid(heads: Sequence[Line], values: Iterable[str]) -> Grid:
    """The table of reviews; its heads are those of the form if the pieces spell all of them, else the pieces."""
    spelled = Counter(label_key("".join(line.text for line in heads)))
    rows: list[Sequence[str]] = [[piece for line in heads for piece in pieces_of(line.text)]]
    if Counter(_all_review_heads()) <= spelled:
        rows = [_REVIEW_HEADS]
    rows.append(tuple(values))
    cells = tuple(tuple(GridCell(text) for text in row) for row in rows)
    return Grid(cells, page=heads[0].page, where=heads[0].where, flattened=True)


def _all_review_heads() -> str:
    """Every head of the table of reviews as often as it is printed."""
    groups = dict.fromkeys(column[:depth] for column in official_forms.REVIEW_COLUMNS for depth in (1, 2))
    printed = dict.fromkeys([*groups, *official_forms.REVIEW_COLUMNS])
    return "".join(label_key(path[-1]) for path in printed)
