"""The table of an export: its columns, and a row for each hit.

The rule: an export is exactly what was found, every hit in its order, and its texts are those that were printed. What a
format can't hold as it is (a formula in CSV, 40,000 characters in one cell) is that format's to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from msgspec import Struct

from report_search.export.site_address import SiteAddress
from report_search.fields import FILTER_FIELDS, SORTS
from report_search.search.request import SearchRequest
from report_search.search.searcher import Hit, ResultWalk

HEADING_SEPARATOR = " › "
MARK_SEPARATOR = "；"
FIRST_BYTES, CHUNK_BYTES = 1 << 10, 1 << 15
"""Pieces of an export are handed on once they are so many bytes together; the first ones sooner, so that it starts."""


class Export(Struct, frozen=True):
    """What is taken out: the hits of ``walk``.

    ``site`` is where their addresses lead, ``address`` the page that shows the same search, ``made`` the time.
    """

    walk: ResultWalk
    site: SiteAddress
    address: str
    made: datetime

    @property
    def generation(self) -> str:
        """The generation of the index that every hit comes from."""
        return self.walk.page.index.generation

    def sha256(self, hit: Hit) -> str:
        """The SHA-256 of the file that the report of ``hit`` was read from."""
        return self.walk.reports[hit.passage.report].sha256


class ExportRow(NamedTuple):
    """A hit as texts; the names of the fields are those of the columns.

    ``recognised`` is the score of a text that was read off a picture, "" for any other.
    """

    id: str
    agency: str
    year: str
    title: str
    section: str
    section_title: str
    headings: str
    type: str
    text: str
    marked: str
    url: str
    source: str
    sha256: str
    generation: str
    recognised: str


COLUMNS = ExportRow._fields
PROSE = frozenset({"title", "section_title", "headings", "text", "marked"})
"""The columns whose texts are those of a report and not made by the program."""


def search_address(request: SearchRequest, site: SiteAddress, *, picks: Sequence[str] = ()) -> str:
    """The address of the page that shows ``request``, with the passages that were chosen, if any."""
    filters = dict(request.filters)
    given = [("q", request.text)]
    given += [(field, value) for field in FILTER_FIELDS for value in sorted(set(filters.get(field, ())))]
    given.append(("sort", "" if request.sort == SORTS[0] else request.sort))
    given.append(("expand", "" if request.expand else "0"))
    given.append(("titles", "1" if request.titles else ""))
    given.append(("lineage", "1" if request.lineage else ""))
    given.append(("since", request.since))
    given += [("pick", pick) for pick in picks]
    query = urlencode([pair for pair in given if pair[1]], safe="!$'()*,/:;?@")
    page = f"{site.root}/selection" if picks else f"{site.root}/"
    return f"{page}?{query}" if query else page


def rows(export: Export) -> Iterator[ExportRow]:
    """A row for each hit."""
    for hit in export.walk.hits:
        yield row_of(hit, export)


def row_of(hit: Hit, export: Export) -> ExportRow:
    """The row of one hit."""
    passage = hit.passage
    return ExportRow(
        id=passage.id,
        agency=passage.agency,
        year="" if passage.year is None else str(passage.year),
        title=passage.title,
        section=passage.section,
        section_title=passage.section_title,
        headings=HEADING_SEPARATOR.join(passage.headings),
        type=passage.type,
        text=passage.text,
        marked=MARK_SEPARATOR.join(passage.text[start:end] for start, end in hit.snippet.spans),
        url=export.site.passage(passage.id),
        source=passage.source,
        sha256=export.sha256(hit),
        generation=export.generation,
        recognised=f"{passage.recognised.score:.2f}" if passage.recognised else "",
    )


def chunked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """``pieces`` put together to chunks of about ``CHUNK_BYTES``, the first one smaller; none is empty."""
    waiting: list[bytes] = []
    size, enough = 0, FIRST_BYTES
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= enough:
            yield b"".join(waiting)
            waiting, size, enough = [], 0, CHUNK_BYTES
    if size:
        yield b"".join(waiting)
