"""Cited documents, and the passages that cite one, as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from report_search.export.site_address import SiteAddress
from report_search.presentation.csv_table import TableRow, csv_lines
from report_search.references.database import CitedDocument, CitingPassage

DOCUMENT_COLUMNS = (
    *("key", "title", "number", "passages", "reports", "agencies", "first_year", "last_year", "url"),
)
CITING_COLUMNS = (
    *("reference", "agency", "agency_key", "year", "texts", "short", "sentence", "passage", "report", "url"),
)
_PROSE = (4, 6)
"""The columns of ``CITING_COLUMNS`` that are texts of reports."""
_LINES_AT_ONCE = 512


def documents_csv(documents: Iterable[CitedDocument], *, site: SiteAddress) -> Iterator[bytes]:
    """Cited documents; ``site`` is where it stands."""
    rows: Iterable[TableRow] = (
        [
            *(one.key, one.title, one.number, one.passages, one.reports, one.agencies),
            *(one.first_year, one.last_year, site.reference(one.key)),
        ]
        for one in documents
    )
    return _chunks(csv_lines(chain([DOCUMENT_COLUMNS], rows), prose=(1, 2)))


def citing_csv(
    document: CitedDocument, citing: Iterable[CitingPassage], *, site: SiteAddress
) -> Iterator[bytes]:
    """The passages that cite ``document``."""
    rows: Iterable[TableRow] = (
        [
            *(document.key, one.agency, one.agency_key, one.year, "；".join(one.texts), int(one.is_short)),
            *(one.sentence, one.passage, one.report, site.passage(one.passage)),
        ]
        for one in citing
    )
    return _chunks(csv_lines(chain([CITING_COLUMNS], rows), prose=_PROSE))


def _chunks(lines: Iterator[bytes]) -> Iterator[bytes]:
    while chunk := b"".join(islice(lines, _LINES_AT_ONCE)):
        yield chunk
