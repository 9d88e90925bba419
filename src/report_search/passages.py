"""From a report to its passages: the unit that is indexed, found, linked and cited.

A passage is a paragraph, a table row, or a table's head (caption, head rows and notes). Its id is an address that
lasts: the report's id and eight hex digits of the SHA-256 of its text with white space removed, with an ordinal
among equals; no change of folding or outline moves it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from report_search.model import Block, HeaderPath, Paragraph, Report, Row, Section, Table

PassageType = Literal["paragraph", "table"]
BORDER = "\t"
"""What stands between two cells, and between two parts of a context: nothing ever matches across it."""


@dataclass(frozen=True, slots=True)
class Locator:
    """A place in a report: section path, block in the section, row of a table.

    ``row`` counts the rows of ``Table.rows`` from 0; it is None for a paragraph and -1 for a table's head.
    """

    report: str
    section: tuple[int, ...]
    block: int
    row: int | None = None


@dataclass(frozen=True, slots=True)
class TopicReason:
    """A topic of a passage and the printed words that gave it."""

    key: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage with everything that finds, sorts, counts and shows it.

    ``position`` counts the passages of a report from 0. ``headings`` are the printed titles that lead to it,
    outermost first, a lead sentence last; ``path`` the column heads over a table row. ``section`` is the
    canonical kind of the top section and ``section_title`` its printed title.
    """

    id: str
    report: str
    type: PassageType
    text: str
    locator: Locator
    position: int
    agency: str
    agency_key: str
    year: int | None
    published: str
    title: str
    section: str
    section_title: str
    headings: tuple[str, ...] = ()
    path: HeaderPath = ()
    topics: tuple[TopicReason, ...] = ()
    source: str = ""

    @property
    def context(self) -> str:
        """What a word of an unquoted query may also stand in: headings, column heads, title, agency, year."""
        year = f"{self.year}年" if self.year is not None else ""
        parts = (*self.headings, *self.path, self.title, self.agency, year)
        return BORDER.join(part.replace(BORDER, " ") for part in parts if part)


def passages_of(report: Report) -> list[Passage]:
    """All passages of ``report`` in reading order, without topics (``topics.assign`` gives those)."""
    seen: Counter[str] = Counter()
    found: list[Passage] = []
    for path, section in report.walk():
        trail = _trail(report, path)
        for at, block in enumerate(section.blocks):
            for row, text, heads, extra in _texts(block):
                if not text.strip():
                    continue
                found.append(
                    Passage(
                        id=_identify(report.id, text, seen),
                        report=report.id,
                        type="paragraph" if isinstance(block, Paragraph) else "table",
                        text=text,
                        locator=Locator(report.id, path, at, row),
                        position=len(found),
                        agency=report.agency,
                        agency_key=report.agency_key,
                        year=report.year,
                        published=report.published,
                        title=report.title,
                        section=trail[0].kind,
                        section_title=heading(trail[0]),
                        headings=(*(h for h in map(heading, trail) if h), *extra),
                        path=heads,
                        source=report.source.url or report.source.path,
                    )
                )
    return found


def with_report_id(passages: Iterable[Passage], report_id: str) -> list[Passage]:
    """The passages of a report as they are once the report's id is ``report_id``.

    Equal to ``passages_of`` that report: an id only opens with the report's, and what follows is of the text alone.
    """
    return [
        replace(
            passage,
            id=report_id + passage.id.removeprefix(passage.report),
            report=report_id,
            locator=replace(passage.locator, report=report_id),
        )
        for passage in passages
    ]


def heading(section: Section) -> str:
    """The printed heading of ``section``: number and title as they stand in the report."""
    number = section.number
    if number and section.title and number[-1] not in "）).．、":
        number += " " if number.startswith("第") else "、"
    return number + section.title


def _trail(report: Report, path: tuple[int, ...]) -> list[Section]:
    sections = report.sections
    trail = []
    for at in path:
        trail.append(sections[at])
        sections = sections[at].subsections
    return trail


def _texts(block: Block) -> Iterator[tuple[int | None, str, HeaderPath, tuple[str, ...]]]:
    """Each passage of a block: row, text, column heads, further headings."""
    if isinstance(block, Paragraph):
        yield None, block.text, (), (block.ordinal + block.lead,) if block.lead else ()
        return
    caption = (block.caption,) if block.caption else ()
    head = _head_text(block)
    if head:
        yield -1, head, (), ()
    for at, row in enumerate(block.rows):
        if not row.is_head:
            yield at, row_text(row), _column_heads(row), caption


def row_text(row: Row) -> str:
    """The text of a row's passage: its own headers and its cells as printed, with a border between them."""
    parts = (*row.headers, *(cell.text for cell in row.values))
    return BORDER.join(part.replace(BORDER, " ") for part in parts)


def _column_heads(row: Row) -> HeaderPath:
    return tuple(dict.fromkeys(head for cell in row.values for head in cell.path))


def _head_text(table: Table) -> str:
    heads = [cell.text for row in table.rows if row.is_head for cell in row.cells if cell.text]
    return BORDER.join(part.replace(BORDER, " ") for part in (table.caption, *heads, *table.notes) if part)


def _identify(report_id: str, text: str, seen: Counter[str]) -> str:
    bare = "".join(text.split())
    stem = f"{report_id}-{hashlib.sha256(bare.encode()).hexdigest()[:8]}"
    seen[stem] += 1
    return stem if seen[stem] == 1 else f"{stem}-{seen[stem]}"
