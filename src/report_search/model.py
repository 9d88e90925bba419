"""What a report is: plain, frozen data that every other part reads and none changes.

The rule: texts are kept as printed, and nothing here knows how a report was read, folded or stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from report_search.record import Record

HeaderPath = tuple[str, ...]
"""Header texts that lead to a cell, outermost first."""


class ReportWarning(Record, frozen=True):
    """Something the reader is unsure of or found broken.

    ``code`` is stable English (``section-missing``), ``message`` Chinese for people, ``where`` the position in the
    source as precisely as it is known (a line, a section, a cell); "" for the report as a whole.
    """

    code: str
    message: str
    where: str = ""


class Source(Record, frozen=True):
    """Where a report came from. ``path`` is relative to the corpus folder, with forward slashes.

    ``fetched`` is the day or ISO time at which the file was fetched from ``url``, "" if no manifest says it.
    """

    path: str
    url: str
    sha256: str
    format: str
    fetched: str = ""


class Evidence(Record, frozen=True):
    """Where one piece of metadata was found (``title``, ``manifest``, ``url`` …) and whether that is sure."""

    field: str
    value: str
    found_in: str
    sure: bool = True


class Recognised(Struct, frozen=True):
    """That a text was read off a picture by machine: on which page it begins, counted from 1, and how surely.

    ``score`` is that of its least sure line, above 0 to 1.
    """

    page: int
    score: float


class TurnedPage(Struct, frozen=True):
    """A recognised page that lies on its side or its head in the original, counted from 1.

    ``degrees`` clockwise (90, 180 or 270) make it upright.
    """

    page: int
    degrees: int


def recognised_of(parts: Iterable[Recognised | None]) -> Recognised | None:
    """What holds for a text of ``parts``: the page of the first that was recognised, the score of the least sure."""
    found = [part for part in parts if part is not None]
    return Recognised(found[0].page, min(part.score for part in found)) if found else None


class Paragraph(Record, frozen=True):
    """A whole paragraph, ordinal and lead sentence included in ``text``.

    ``ordinal`` is as printed, ``（一）`` or ``(一)`` or ``1.``; ``lead`` the sentence behind it that serves as the
    item's heading, without its full stop. Both are "" where there is none. ``recognised`` is None for a text that the
    file has as text.
    """

    text: str
    ordinal: str = ""
    lead: str = ""
    recognised: Recognised | None = None


class Cell(Record, frozen=True):
    """A cell in the full grid; ``column`` counts from 0, the columns of spanning cells included.

    ``path`` holds the column heads of a value cell. ``value`` is the number as printed in ``text`` (66.7 of
    "66.7 万件", the sign kept), None where there is none; ``unit`` what is printed behind it, "" for none.
    """

    text: str
    column: int
    rowspan: int = 1
    colspan: int = 1
    is_header: bool = False
    path: HeaderPath = ()
    value: int | float | None = None
    unit: str = ""


class Row(Record, frozen=True):
    """One printed row: the cells that begin in it, in order of their columns.

    ``headers`` are the row's own headers, outermost first, block titles and row heads of cells that span down
    from above included. ``is_head`` marks a row that only holds heads. ``recognised`` is None for a row that the file
    has as text.
    """

    cells: tuple[Cell, ...]
    headers: HeaderPath = ()
    is_head: bool = False
    recognised: Recognised | None = None

    @property
    def values(self) -> tuple[Cell, ...]:
        """The cells that are not headers."""
        return tuple(cell for cell in self.cells if not cell.is_header)


class Table(Record, frozen=True):
    """A table with its rows as printed, head rows included. ``form`` names an official form, else ""."""

    rows: tuple[Row, ...]
    caption: str = ""
    notes: tuple[str, ...] = ()
    form: str = ""

    @property
    def body(self) -> tuple[Row, ...]:
        """The rows that hold values."""
        return tuple(row for row in self.rows if not row.is_head)


Block = Paragraph | Table


class Section(Record, frozen=True):
    """A section as printed; ``kind`` is its canonical key (see ``sections``).

    ``number`` is the bare printed numeral (``一``) or, for a numbered subsection, its printed form
    (``（一）``); "" where none is printed. What comes before the first heading is a section of kind
    ``preamble`` without number and title. ``mark`` is what is printed between a number that is complete without it and
    the title: 、 in （一）、规章, else "".
    """

    number: str
    title: str
    kind: str
    blocks: tuple[Block, ...] = ()
    subsections: tuple[Section, ...] = ()
    mark: str = ""

    def walk(self, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Section]]:
        """This section and all below it in reading order, each with its path of positions below ``path``."""
        yield path, self
        for at, section in enumerate(self.subsections):
            yield from section.walk((*path, at))


Script = Literal["simplified", "traditional"]


class ReportHeader(Struct, frozen=True):
    """Everything that a ``Report`` says of itself but its sections: enough to name, list and compare it.

    The fields are those of ``Report``. A thousand headers fit in memory where a thousand reports do not.
    """

    id: str
    agency: str
    agency_key: str
    year: int | None
    title: str
    published: str
    source: Source
    warnings: tuple[ReportWarning, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    period: str = ""
    number: str = ""
    script: Script = "simplified"


class Report(Record, frozen=True):
    """One disclosed document.

    ``agency`` is the canonical name, ``agency_key`` its slug, ``year`` the covered year (None if unknown),
    ``period`` what is printed where the report does not cover a calendar year, ``published`` an ISO date or "",
    ``number`` its document number or "", ``turned_pages`` the recognised pages that are not upright in the original.
    """

    id: str
    agency: str
    agency_key: str
    year: int | None
    title: str
    published: str
    source: Source
    sections: tuple[Section, ...]
    warnings: tuple[ReportWarning, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    period: str = ""
    number: str = ""
    script: Script = "simplified"
    turned_pages: tuple[TurnedPage, ...] = ()

    def section_at(self, path: Sequence[int]) -> Section:
        """The section at a path of positions, the top one first. Raises ``IndexError`` where there is none."""
        top, *below = path
        section = self.sections[top]
        for at in below:
            section = section.subsections[at]
        return section

    @property
    def header(self) -> ReportHeader:
        """The report without its sections."""
        return ReportHeader(
            id=self.id,
            agency=self.agency,
            agency_key=self.agency_key,
            year=self.year,
            title=self.title,
            published=self.published,
            source=self.source,
            warnings=self.warnings,
            evidence=self.evidence,
            period=self.period,
            number=self.number,
            script=self.script,
        )

    def walk(self) -> Iterator[tuple[tuple[int, ...], Section]]:
        """Every section in reading order with its path, e.g. ``(2,)`` or ``(2, 0)``."""
        for at, section in enumerate(self.sections):
            yield from section.walk((at,))


AbsenceReason = Literal["not-published", "not-collected", "refused", "scan"]
ABSENCE_REASONS: Mapping[AbsenceReason, str] = {
    "not-published": "未发布",
    "not-collected": "未收",
    "refused": "网站拒绝",
    "scan": "扫描件",
}
"""Why a report is not here, in a word."""


class MissingReport(Struct, frozen=True):
    """A report that is known not to be in the corpus, and why, as a manifest says it.

    ``url`` is where it was looked for, ``checked`` when; "" for what is not said.
    """

    agency: str
    year: int
    reason: AbsenceReason
    note: str = ""
    url: str = ""
    checked: str = ""
