"""Synthetic reports as models: which agencies there are, which sections a year has, what goes into each.

The rule: reading a file that was written from a report must give that report back, apart from what only a reader can
know: the source, the evidence, the warnings.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import count, islice
from random import Random

from pypinyin import Style, lazy_pinyin

from indexer.synthetic import forms
from indexer.synthetic import vocabulary as words
from indexer.synthetic.prose import NUMERALS, STYLES, ItemStyle, ProseWriter
from indexer.synthetic.titles import titles_of
from report_search.analysis.pinyin import prepare_to_read_all
from report_search.model import Block, Paragraph, Report, Section, Source, Table
from report_search.passages import Passage, passages_of

FIRST_YEAR = 2008
LAST_YEAR = 2024
_TITLES = (
    "{agency}{year}年政府信息公开工作年度报告",
    "{agency}政府信息公开工作{year}年度报告",
    "{year}年{agency}政府信息公开工作年度报告",
    "{agency}{year}年度政府信息公开工作报告",
)
_PROSE_BEFORE_TABLE = 0.4
_TABLE_KINDS = ("proactive", "requests", "review")


def agencies() -> list[str]:
    """Every invented agency: a fixed list of 840 names."""
    regions = [(f"示例{stem}{level}", suffix) for stem in words.STEMS for level, suffix in words.REGIONS]
    return [
        *(f"{region}人民政府" for region, _ in regions),
        *(f"{region}{office}{suffix}" for office in words.OFFICES for region, suffix in regions),
    ]


def reports(number: int | None = None, *, seed: int = 1, start: int = 0) -> Iterator[Report]:
    """``number`` reports (None: without end), lazily; ``start`` are left out.

    No agency and year comes twice: after the first 14,280 there are further agencies (示例甲市教育局第2分局).
    """
    pairs = [(name, year) for name in agencies() for year in range(FIRST_YEAR, LAST_YEAR + 1)]
    Random(seed).shuffle(pairs)
    for at in count(start) if number is None else range(start, start + number):
        branch, index = divmod(at, len(pairs))
        agency, year = pairs[index]
        yield report(agency + (f"第{branch + 1}分局" if branch else ""), year, seed=seed)


def passages(number: int, *, seed: int = 1) -> Iterator[Passage]:
    """``number`` passages of as many reports as that takes, lazily and without files."""
    return islice((passage for one in reports(seed=seed) for passage in passages_of(one)), number)


def report(agency: str, year: int, *, seed: int = 1, style: ItemStyle | None = None) -> Report:
    """The report of one agency and year. ``style`` sets the items of every section, else each has its own."""
    rng = Random(zlib.crc32(f"{seed}/{agency}/{year}".encode()))
    tables, figures = _tables(rng, year)
    writer = ProseWriter(rng, agency, year=year, figures=figures)
    sections = [Section("", "", "preamble", (Paragraph(words.MARK), Paragraph(writer.opening())))]
    for at, (title, kind) in enumerate(rng.choice(titles_of(year))):
        table = tables.get(kind)
        blocks: tuple[Block, ...] = (table,) if table else ()
        subsections: tuple[Section, ...] = ()
        if not blocks:
            chosen: ItemStyle = rng.choice(STYLES) if style is None else style
            blocks, subsections = writer.items(kind, chosen)
        elif rng.random() < _PROSE_BEFORE_TABLE and kind in words.SENTENCES:
            blocks = (Paragraph(writer.paragraph(kind, 2)), *blocks)
        sections.append(Section(NUMERALS[at], title, kind, blocks, subsections))
    slug = slug_of(agency)
    return Report(
        id=f"{slug}-{year}",
        agency=agency,
        agency_key=slug,
        year=year,
        title=rng.choice(_TITLES).format(agency=agency, year=year),
        published=(date(year + 1, 1, 5) + timedelta(days=rng.randint(0, 80))).isoformat(),
        source=Source(f"{slug}-{year}", "", "", "model"),
        sections=tuple(sections),
    )


@lru_cache(maxsize=4096)
def slug_of(agency: str) -> str:
    """The slug of an agency that no table names: pinyin and four hex digits of its name's hash."""
    prepare_to_read_all()
    pinyin = "".join(lazy_pinyin(agency, style=Style.NORMAL, errors="ignore"))
    return f"{pinyin}-{hashlib.sha256(agency.encode()).hexdigest()[:4]}"


def _tables(rng: Random, year: int) -> tuple[dict[str, Table], dict[str, int]]:
    """The tables of a report by the kind of their section, and the figures that prose takes from them."""
    if year < 2019:
        figures = {"requests": rng.randint(0, 400), "cases": rng.randint(0, 9)}
        return ({"statistics": forms.annex(rng, figures)} if year >= 2014 else {}), figures
    form = 2019 if year < 2021 else 2021
    proactive = forms.proactive_2019(rng) if form == 2019 else forms.proactive_2021(rng)
    asked = forms.requests(rng, form=form)
    review, cases = forms.review(rng)
    tables = dict(zip(_TABLE_KINDS, (proactive, asked.table, review), strict=True))
    return tables, {"requests": asked.received, "cases": cases}
