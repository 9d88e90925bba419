"""What was matched as CSV: a line for each piece and report, opened by a spreadsheet as it is.

The rule: a piece that could not be read has a line of its own that says why.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator

from report_search.export.csv_table import safe_cell
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


def match_csv(found: Matching, link: Callable[[str], str]) -> bytes:
    """The table with its head; ``link`` gives the address of a passage."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(MATCH_COLUMNS)
    writer.writerows([safe_cell(cell) for cell in row] for row in _rows(found, link))
    return codecs.BOM_UTF8 + buffer.getvalue().encode()


def _rows(found: Matching, link: Callable[[str], str]) -> Iterator[tuple[str, ...]]:
    for number, piece in enumerate(found.pieces, 1):
        if piece.code:
            yield (str(number), piece.text, *[""] * (len(MATCH_COLUMNS) - 3), piece.message)
        for row in piece.rows:
            similarity = "" if row.similarity is None else f"{row.similarity:.4f}"
            address = link(row.passage) if row.passage else ""
            year = "" if row.year is None else str(row.year)
            place = (row.agency, year, row.state, similarity, row.passage, address)
            yield (str(number), piece.text, *place, marked_text(row.changes), "")
