"""What was matched as CSV: a line for each piece and report, opened by a spreadsheet as it is.

The rule: a piece that could not be read has a line of its own that says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from report_search.presentation.csv_table import TableRow, csv_lines
from report_search.presentation.wording_lines import marked_text
from report_search.wording.matching import Matching

MATCH_COLUMNS = (
    "number",
    "text",
    "agency",
    "year",
    "state",
    "similarity",
    "passage",
    "link",
    "changes",
    "error",
)
_PROSE = (1, 8)


def match_csv(found: Matching, link: Callable[[str], str]) -> Iterator[bytes]:
    """The table with its head, line by line; ``link`` gives the address of a passage."""
    return csv_lines(_rows(found, link), prose=_PROSE)


def _rows(found: Matching, link: Callable[[str], str]) -> Iterator[TableRow]:
    yield MATCH_COLUMNS
    for number, piece in enumerate(found.pieces, 1):
        if piece.code:
            yield (number, piece.text, *[None] * (len(MATCH_COLUMNS) - 3), piece.message)
        for row in piece.rows:
            similarity = None if row.similarity is None else round(row.similarity, 4)
            address = link(row.passage) if row.passage else ""
            place = (row.agency, row.year, row.state, similarity, row.passage, address)
            yield (number, piece.text, *place, marked_text(row.changes or ()), "")
