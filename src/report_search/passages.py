"""From a report to its passages: the unit that is indexed, found, linked and cited.

A passage is a paragraph, a table row, or a table's head (caption, head rows and notes). The rule: its id is an address
that lasts, made of its report's id and its text (see ``passage_ids``); no change of folding or outline changes it.

Headings and the title are passages too, of a type of their own (``headings_of``), so that exact wording finds them.
They stand apart from all others: their ids have an opening of their own, and they are behind all others in every order
and in no count of a report's passages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from msgspec.structs import replace

from report_search.fields import BORDER, NO_YEAR
from report_search.model import (
    Block,
    HeaderPath,
    Paragraph,
    Recognised,
    Report,
    Row,
    Section,
    Table,
    recognised_of,
)
from report_search.passage_ids import new_ids, places_of
from report_search.record import Record

PassageType = Literal["paragraph", "table", "heading"]


class Locator(Record, frozen=True):
    """Where a passage is in its report: section path, block in the section, row of a table.

    ``row`` counts the rows of ``Table.rows`` from 0; it is None for a paragraph and -1 for a table's head. A heading
    is at the section that it opens, with the block -1; the section of the title is ().
    """

    report: str
    section: tuple[int, ...]
    block: int
    row: int | None = None


class TopicReason(Record, frozen=True):
    """A topic of a passage and the printed words that gave it."""

    key: str
    because: tuple[str, ...]


class Passage(Record, frozen=True):
    """A passage with everything by which it is found, sorted, counted and shown.

    ``position`` counts the passages of a report from 0, and behind all of them its headings. ``headings`` are the
    printed titles that lead to it, outermost first, a lead sentence last; ``path`` the column heads over a table row.
    ``section`` is the canonical kind of the top section and ``section_title`` its printed title. ``source`` is the
    report's address, or the path of its file where it has none. ``value_cells`` are the parts of a row's text, counted
    from 0 between its borders, that are value cells with a number. ``recognised`` is set if it was read off a picture;
    a heading is as recognised as what follows it.
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
    value_cells: tuple[int, ...] = ()
    recognised: Recognised | None = None

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading or the title of its report."""
        return self.type == "heading"

    @property
    def is_head(self) -> bool:
        """Whether it is the head of a table."""
        return self.locator.row == -1

    @property
    def context(self) -> str:
        """Where a word of an unquoted query may also occur: headings, column heads, title, agency, year."""
        year = f"{self.year}年" if self.year is not None else ""
        return _bordered(filter(None, (*self.headings, *self.path, self.title, self.agency, year)))


class _BlockText(NamedTuple):
    """The text of one passage, with what only its block knows of it."""

    text: str
    row: int | None
    column_heads: HeaderPath = ()
    headings: tuple[str, ...] = ()
    value_cells: tuple[int, ...] = ()
    recognised: Recognised | None = None


def values_of(passage: Passage, field: str) -> tuple[str, ...]:
    """The values of ``passage`` in one of ``FILTER_FIELDS``: several topics or none, one value of any other field."""
    if field == "year":
        return (NO_YEAR if passage.year is None else str(passage.year),)
    if field == "topic":
        return tuple(dict.fromkeys(topic.key for topic in passage.topics))
    if field == "agency":
        return (passage.agency,)
    if field == "section":
        return (passage.section,)
    if field == "type":
        return (passage.type,)
    if field == "report":
        return (passage.report,)
    raise ValueError(f"no field is called {field}")


def passages_of(report: Report) -> list[Passage]:
    """All passages of ``report`` in reading order, without topics (``topics.assign`` gives those)."""
    passages: list[Passage] = []
    ids = _ids(report)
    for path, section in report.walk():
        trail = _trail(report, path)
        titles = tuple(filter(None, map(heading, trail)))
        for at, block in enumerate(section.blocks):
            for part in _texts(block):
                # An empty paragraph is kept in the report, where locators count it, but can't be found.
                if not part.text.strip():
                    continue
                passages.append(
                    Passage(
                        id=ids[len(passages)],
                        report=report.id,
                        type="paragraph" if isinstance(block, Paragraph) else "table",
                        text=part.text,
                        locator=Locator(report.id, path, at, part.row),
                        position=len(passages),
                        agency=report.agency,
                        agency_key=report.agency_key,
                        year=report.year,
                        published=report.published,
                        title=report.title,
                        section=trail[0].kind,
                        section_title=heading(trail[0]),
                        headings=titles + part.headings,
                        path=part.column_heads,
                        source=report.source.url or report.source.path,
                        value_cells=part.value_cells,
                        recognised=part.recognised,
                    )
                )
    return passages


def headings_of(report: Report, *, position: int) -> list[Passage]:
    """The title of ``report`` and its headings in reading order, counted from ``position``; topics are not for them.

    A heading's section is the one it opens, its ``headings`` are those above it. Their ids are numbered apart from
    those of all other passages, after an ``h``: waijiaobu-2019-h0a1b2c3d.
    """
    printed: list[tuple[tuple[int, ...], str]] = [((), report.title)]
    printed += [(path, heading(section)) for path, section in report.walk()]
    found: list[Passage] = []
    for path, text in printed:
        if text.strip():
            made = _heading_passage(report, path, text=text, position=position + len(found))
            if made.recognised is None and not _has_blocks(report, path) and found:
                # Nothing follows that could tell: it is as recognised as the heading before.
                made = replace(made, recognised=found[-1].recognised)
            found.append(made)
    ids = new_ids(f"{report.id}-h", places_of([(passage.section, passage.text) for passage in found]))
    return [replace(passage, id=id_) for passage, id_ in zip(found, ids, strict=True)]


def _ids(report: Report) -> list[str]:
    """The ids of all passages of ``report``, headings left out, as they are if none was ever published."""
    # Before any passage is made: what tells equal texts apart is known only when all of them are.
    parts = [
        (report.sections[path[0]].kind, part.text)
        for path, section in report.walk()
        for block in section.blocks
        for part in _texts(block)
        if part.text.strip()
    ]
    return new_ids(f"{report.id}-", places_of(parts))


def _heading_passage(report: Report, path: tuple[int, ...], *, text: str, position: int) -> Passage:
    trail = _trail(report, path)
    return Passage(
        id="",
        report=report.id,
        type="heading",
        text=text,
        locator=Locator(report.id, path, -1),
        position=position,
        agency=report.agency,
        agency_key=report.agency_key,
        year=report.year,
        published=report.published,
        title=report.title,
        section=trail[0].kind if trail else "preamble",
        section_title=heading(trail[0]) if trail else "",
        headings=tuple(filter(None, map(heading, trail[:-1]))),
        source=report.source.url or report.source.path,
        recognised=_recognised_below(trail[-1:] or report.sections),
    )


def _has_blocks(report: Report, path: tuple[int, ...]) -> bool:
    tops = _trail(report, path)[-1:] or report.sections
    return any(section.blocks for top in tops for _, section in top.walk())


def _recognised_below(sections: Sequence[Section]) -> Recognised | None:
    """How surely the first block of ``sections``, or of what is below them, was recognised."""
    blocks = (block for top in sections for _, section in top.walk() for block in section.blocks)
    first = next(blocks, None)
    if isinstance(first, Table):
        return recognised_of(row.recognised for row in first.rows[:1])
    return first.recognised if first else None


def passages_with_headings(report: Report) -> list[Passage]:
    """All passages of ``report`` and behind them its title and headings: what an index holds of it."""
    passages = passages_of(report)
    return [*passages, *headings_of(report, position=len(passages))]


def count_passages(passages: Iterable[Passage]) -> int:
    """How many of ``passages`` count as passages of their report: headings and titles do not."""
    return sum(not passage.is_heading for passage in passages)


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
    """The printed heading of ``section``: 一、总体情况, （一）规章, 第一章 总则."""
    number = section.number + section.mark
    has_own_mark = number[-1:] in ("）", ")", ".", "．", "、", ":", "：")
    if number and section.title and not has_own_mark:
        number += " " if number.startswith("第") else "、"
    return number + section.title


def _trail(report: Report, path: tuple[int, ...]) -> list[Section]:
    """The sections on the way to the one at ``path``, outermost first, itself last."""
    sections = report.sections
    trail = []
    for at in path:
        trail.append(sections[at])
        sections = sections[at].subsections
    return trail


def _texts(block: Block) -> Iterator[_BlockText]:
    """The text of each passage of a block, in reading order."""
    if isinstance(block, Paragraph):
        lead = (block.ordinal + block.lead,) if block.lead else ()
        yield _BlockText(block.text, None, headings=lead, recognised=block.recognised)
        return
    head = _head_text(block)
    if head:
        heads = (row.recognised for row in block.rows if row.is_head)
        yield _BlockText(head, -1, recognised=recognised_of(heads))
    caption = (block.caption,) if block.caption else ()
    for at, row in enumerate(block.rows):
        if not row.is_head:
            texts = row_text(row), at, _column_heads(row), caption, _value_cells(row)
            yield _BlockText(*texts, row.recognised)


def row_text(row: Row) -> str:
    """The text of a row's passage: its own headers and its cells as printed, with a border between them."""
    return _bordered((*row.headers, *(cell.text for cell in row.values)))


def _value_cells(row: Row) -> tuple[int, ...]:
    """The parts of a row's text that are cells with a number; its headers come before them."""
    first = len(row.headers)
    return tuple(first + at for at, cell in enumerate(row.values) if cell.value is not None)


def _column_heads(row: Row) -> HeaderPath:
    return tuple(dict.fromkeys(head for cell in row.values for head in cell.path))


def _head_text(table: Table) -> str:
    heads = (cell.text for row in table.rows if row.is_head for cell in row.cells)
    return _bordered(filter(None, (table.caption, *heads, *table.notes)))


def _bordered(parts: Iterable[str]) -> str:
    """``parts`` with a border between them; a tab inside one is no border."""
    return BORDER.join(part.replace(BORDER, " ") for part in parts)


def row_at(report: Report, locator: Locator) -> Row | None:
    """The row at a locator; None where there is none (the report may be of a newer index than the locator)."""
    try:
        block = report.section_at(locator.section).blocks[locator.block]
    except IndexError:
        return None
    if not isinstance(block, Table) or locator.row is None:
        return None
    return block.rows[locator.row] if 0 <= locator.row < len(block.rows) else None
