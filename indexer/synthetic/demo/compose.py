"""Reports of the demo corpus: the sentences of a year set as an agency of that time would set them.

Before 2019 each body chooses its sections; the form of 2019 prescribes six, and most of what was a section becomes an
item of the first. The rule: what a report prints is exactly its placements, among them those of its opening and its
items' leads.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from indexer.synthetic import vocabulary as words
from indexer.synthetic.demo.bodies import Body
from indexer.synthetic.demo.lives import FORM_CHANGE, Placement
from indexer.synthetic.demo.tables import YearTables
from indexer.synthetic.prose import NUMERALS
from indexer.synthetic.titles import Titles, titles_of
from report_search.model import Block, Paragraph, Report, Section, Source

Style = Literal["lead", "heading", "number", "plain"]
_STYLES: tuple[Style, ...] = ("lead", "heading", "number", "plain")
_TITLES = (
    "{agency}{year}年政府信息公开工作年度报告",
    "{agency}{year}年度政府信息公开工作报告",
    "{year}年{agency}政府信息公开工作年度报告",
)
_CLASSIC = (0, 1, 3, 4, 5)
"""Sets of titles before 2019 in which no kind comes twice."""
_INSTEAD = {"organisation": "overview", "fees": "requests", "other": "overview"}
"""Where a sentence goes if its kind has no section."""
_FOLDED = ("proactive", "requests", "organisation", "fees")
"""Kinds that are items of the overview from 2019 on; tables take their sections, or they have none."""
_OPENING = (
    "根据《政府信息公开条例》的要求，现将{agency}{year}年政府信息公开工作情况向社会公布。",
    "所列数据的统计期限自{year}年1月1日起，至{year}年12月31日止。",
)
_ITEM_OF = {
    "proactive": "主动公开情况",
    "requests": "依申请公开情况",
    "fees": "依申请公开情况",
    "organisation": "监督保障情况",
}
_IN_AN_ITEM = 3


class DemoReport(Struct, frozen=True):
    """A report with every sentence that it prints.

    ``name`` is ``key-year``, with ``-2`` for a second edition; ``corrects`` is the name of the edition that it
    replaces, "" if none.
    """

    name: str
    body: Body
    year: int
    report: Report
    placements: tuple[Placement, ...]
    tables: YearTables
    corrects: str = ""
    superseded: bool = False


def compose(body: Body, year: int, *, said: Sequence[Placement], tables: YearTables, seed: int) -> DemoReport:
    """The report of ``body`` about ``year`` that says ``said`` and prints ``tables``."""
    agency = body.name_in(year)
    manner = _Manner.of(body, year, seed=seed)
    filled = [_with_table_numbers(one, tables) for one in said]
    slots = {"agency": agency, "year": str(year)}
    mark = Placement(f"{body.key}/mark", "preamble", "preamble", (words.MARK,))
    opening = Placement(f"{body.key}/opening", "preamble", "preamble", _OPENING, slots)
    sections = [
        Section("", "", "preamble", (Paragraph(words.MARK), Paragraph("".join(opening.texts)))),
    ]
    placements = [mark, opening]
    kinds = {kind for _, kind in manner.titles}
    for at, (title, kind) in enumerate(manner.titles):
        here = [one for one in filled if _place(one.section, kinds, year) == kind]
        setter = _Setter(body, kind, style=manner.style)
        blocks, subsections = setter.set(here, year)
        placements += setter.placements
        table = tables.tables.get(kind)
        if table:
            blocks = (*blocks, table)
        sections.append(Section(NUMERALS[at], title, kind, blocks, subsections))
    rng = Random(zlib.crc32(f"{seed}/{body.key}/{year}/date".encode()))
    report = Report(
        id=f"{body.key}-{year}",
        agency=body.name,
        agency_key=body.key,
        year=year,
        title=manner.title.format(agency=agency, year=year),
        published=(date(year + 1, 1, 8) + timedelta(days=rng.randint(0, 75))).isoformat(),
        source=Source(f"{body.key}/{year}", "", "", "model"),
        sections=tuple(sections),
    )
    return DemoReport(report.id, body, year, report, tuple(placements), tables)


class _Manner(Struct, frozen=True):
    """How a body sets its reports, the same for years."""

    title: str
    titles: Titles
    style: Style

    @classmethod
    def of(cls, body: Body, year: int, *, seed: int) -> _Manner:
        era = "late" if year >= FORM_CHANGE else "early"
        rng = Random(zlib.crc32(f"{seed}/{body.key}/{era}/manner".encode()))
        sets = titles_of(year)
        chosen = rng.randrange(len(sets)) if era == "late" else rng.choice(_CLASSIC)
        return cls(rng.choice(_TITLES), sets[chosen], rng.choice(_STYLES))


def _place(kind: str, kinds: set[str], year: int) -> str:
    """The kind of the section where a sentence stands that belongs to ``kind``."""
    if year >= FORM_CHANGE:
        return "overview" if kind in _FOLDED else kind
    return kind if kind in kinds else _INSTEAD[kind]


def _with_table_numbers(placement: Placement, tables: YearTables) -> Placement:
    """The placement with the numbers that its report's tables give."""
    numbers = {"requests": tables.requests, "cases": tables.cases}
    for figure in placement.figures:
        if figure.slot.slot in numbers:
            placement = placement.with_figure(figure.slot.slot, numbers[figure.slot.slot])
    return placement


class _Setter:
    """Sets the sentences of one section as paragraphs and items, and notes where each came to stand."""

    def __init__(self, body: Body, kind: str, *, style: Style) -> None:
        self._body = body
        self._kind = kind
        self._style = style
        self.placements: list[Placement] = []

    def set(self, said: Sequence[Placement], year: int) -> tuple[tuple[Block, ...], tuple[Section, ...]]:
        """The blocks and the subsections of the section."""
        blocks: list[Block] = []
        below: list[Section] = []
        at = 0
        for lead, group in self._items(said, year):
            if not lead:
                blocks.append(Paragraph(self._text(group)))
                continue
            if self._style == "heading":
                below.append(self._subsection(at, lead, group=group))
            else:
                blocks.append(self._item(at, lead, group=group))
            at += 1
        return tuple(blocks), tuple(below)

    def _items(self, said: Sequence[Placement], year: int) -> list[tuple[str, list[Placement]]]:
        """The sentences in groups, each with its lead, "" for none; those without come first."""
        if year >= FORM_CHANGE and self._kind == "overview":
            items = list(_by_subject(said))
        else:
            items = list(_by_number(said, words.ITEM_LEADS.get(self._kind, ())))
        has_leads = self._style != "plain" and len(items) > 1
        return items if has_leads else [("", group) for _, group in items]

    def _subsection(self, at: int, lead: str, *, group: Sequence[Placement]) -> Section:
        return Section(f"（{NUMERALS[at]}）", lead, self._kind, (Paragraph(self._text(group)),))

    def _item(self, at: int, lead: str, *, group: Sequence[Placement]) -> Paragraph:
        ordinal = f"{at + 1}." if self._style == "number" else f"（{NUMERALS[at]}）"
        thread = f"{self._body.key}/lead-{self._kind}-{lead}"
        self.placements.append(Placement(thread, self._kind, self._kind, (f"{lead}。",)))
        return Paragraph(f"{ordinal}{lead}。{self._text(group)}", ordinal, lead)

    def _text(self, group: Sequence[Placement]) -> str:
        here = [replace(one, section=self._kind) for one in group]
        self.placements += here
        return "".join(text for one in here for text in one.texts)


def _by_subject(said: Sequence[Placement]) -> Iterator[tuple[str, list[Placement]]]:
    """The sentences of the overview by what they are about, each group with its lead, "" for none."""
    groups: dict[str, list[Placement]] = {"": []}
    for one in said:
        groups.setdefault(_ITEM_OF.get(one.section, ""), []).append(one)
    yield from ((lead, group) for lead, group in groups.items() if group)


def _by_number(said: Sequence[Placement], leads: Sequence[str]) -> Iterator[tuple[str, list[Placement]]]:
    """The sentences in groups, each with a lead of the section's kind."""
    size = max(_IN_AN_ITEM, -(-len(said) // max(1, len(leads))))
    for at in range(0, len(said), size):
        yield leads[at // size], list(said[at : at + size])


def earlier_edition(made: DemoReport, *, amount: int) -> DemoReport:
    """An edition of a report that was published before it, with a number in a sentence that was wrong."""
    at, wrong = next(
        (at, one) for at, one in enumerate(made.placements) if one.figures and one.figures[0].slot.high
    )
    figure = wrong.figures[0]
    number = figure.value // figure.slot.scale + amount
    placements = list(made.placements)
    placements[at] = wrong.with_figure(figure.slot.slot, number)
    swap: Mapping[str, str] = dict(zip(wrong.texts, placements[at].texts, strict=True))
    published = (date.fromisoformat(made.report.published) - timedelta(days=5)).isoformat()
    report = replace(
        made.report,
        published=published,
        sections=tuple(_swapped(section, swap) for section in made.report.sections),
    )
    return replace(made, report=report, placements=tuple(placements), superseded=True)


def _swapped(section: Section, swap: Mapping[str, str]) -> Section:
    """The section with some of its sentences replaced."""
    blocks = tuple(_swapped_block(block, swap) for block in section.blocks)
    below = tuple(_swapped(one, swap) for one in section.subsections)
    return replace(section, blocks=blocks, subsections=below)


def _swapped_block(block: Block, swap: Mapping[str, str]) -> Block:
    if not isinstance(block, Paragraph):
        return block
    text = block.text
    for old, new in swap.items():
        text = text.replace(old, new)
    return replace(block, text=text)
