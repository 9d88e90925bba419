"""A concordance as CSV, every line of it, as a spreadsheet opens it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from report_search.export.rows import chunked
from report_search.export.site_address import SiteAddress
from report_search.presentation.csv_table import csv_lines
from report_search.wording.concordance import Concordance, ConcordanceLine


class ConcordanceRow(NamedTuple):
    """A line as texts; the names of the fields are those of the columns."""

    year: str
    agency: str
    left: str
    key: str
    right: str
    group: str
    id: str
    title: str
    section: str
    type: str
    url: str
    generation: str


PROSE = ("left", "key", "right", "group", "title")
"""The columns whose texts are those of a report and not made by the program."""


def concordance_csv(found: Concordance, site: SiteAddress) -> Iterator[bytes]:
    """The table with its head, as bytes."""
    lines = (_row(line, site, generation=found.index.generation) for line in found.lines)
    prose = [ConcordanceRow._fields.index(column) for column in PROSE]
    return chunked(csv_lines(chain((ConcordanceRow._fields,), lines), prose=prose))


def _row(line: ConcordanceLine, site: SiteAddress, *, generation: str) -> ConcordanceRow:
    passage = line.passage
    return ConcordanceRow(
        year="" if passage.year is None else str(passage.year),
        agency=passage.agency,
        left=line.left,
        key=line.key,
        right=line.right,
        group=line.group,
        id=passage.id,
        title=passage.title,
        section=passage.section,
        type=passage.type,
        url=site.passage(passage.id),
        generation=generation,
    )
