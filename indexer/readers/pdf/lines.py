"""Characters to printed lines, printed lines to paragraphs: by where they stand, never by what they say alone.

A paragraph begins with an indent, behind a line that ends short, or behind a wider gap; where the geometry leaves
it open, the lines go on as they are, for whoever knows reports.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.document import Line
from indexer.readers import spacing
from indexer.readers.pdf.sheet import Glyph

_COLUMN_GAP = 2.2
_FEW = 8
_SHORT = 3
_NEARLY = 2.5
_ENOUGH = 3
"""So many characters short is surely the end of a paragraph, so many is a full line; so many indents are a habit."""
_WORD_GAP = 0.18
_LATIN = re.compile(r"[0-9A-Za-z]")
_ORDINAL = re.compile(
    r"(?:第[一二三四五六七八九十]+部分|[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[、.．](?!\d))"
)
_UNIT = re.compile(r"[0-9A-Za-z.,%+-]+|[“‘「『（《〈【]*[^0-9A-Za-z]?[，。、；：！？）》〉」』”’】…—]*")
_CLOSED = "。！？；：.!?;:”』」）)"


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed line: its text (a tab for a gap as wide as a column), place, type and page."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    baseline: float
    size: float
    strong: bool
    page: int


def printed_lines(glyphs: Iterable[Glyph], page: int) -> list[Printed]:
    """The lines that ``glyphs`` stand in, from top to bottom."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda one: (one.baseline, one.x0)):
        if rows and _shares_line(rows[-1], glyph):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return [line for line in (_printed(row, page) for row in rows) if line.text.strip()]


def _shares_line(row: list[Glyph], glyph: Glyph) -> bool:
    last = row[-1]
    return abs(glyph.baseline - last.baseline) <= 0.45 * min(glyph.size, last.size)


def _printed(row: list[Glyph], page: int) -> Printed:
    row = sorted(row, key=lambda glyph: glyph.x0)
    inked = [glyph for glyph in row if not glyph.text.isspace()] or row
    return Printed(
        text=spacing.strip(_text(row)),
        x0=inked[0].x0,
        x1=inked[-1].x1,
        top=min(glyph.top for glyph in inked),
        bottom=max(glyph.bottom for glyph in inked),
        baseline=inked[0].baseline,
        size=Counter(round(glyph.size, 1) for glyph in inked).most_common(1)[0][0],
        strong=all(glyph.strong for glyph in inked),
        page=page,
    )


def _text(row: Sequence[Glyph]) -> str:
    parts: list[str] = []
    last: Glyph | None = None
    for glyph in row:
        gap = glyph.x0 - last.x1 if last else 0.0
        if last and gap > _COLUMN_GAP * glyph.size:
            parts.append("\t")
        elif last and gap > _WORD_GAP * glyph.size and _LATIN.match(last.text) and _LATIN.match(glyph.text):
            parts.append(" ")
        parts.append(glyph.text)
        last = glyph
    return re.sub(r"[ \u00a0\u3000]*\t[ \u00a0\u3000]*", "\t", "".join(parts))


def cell_text(glyphs: Iterable[Glyph]) -> str:
    """The text of a cell, its lines joined."""
    lines = [line.text.replace("\t", " ") for line in printed_lines(glyphs, 0)]
    return spacing.cell_text("\n".join(lines))


@dataclass(frozen=True, slots=True)
class Measure:
    """The type area of a document: its margins, the usual size of type, the usual pitch of lines.

    ``indents`` says that its paragraphs begin with an indent.
    """

    left: float
    right: float
    size: float
    pitch: float
    indents: bool = False


def measure(lines: Sequence[Printed], width: float) -> Measure:
    """The type area that most of ``lines`` share; too few lines say less of it than a page of ``width``."""
    if not lines:
        return Measure(0.0, 0.0, 12.0, 18.0)
    size = _usual(line.size for line in lines)
    body = [line for line in lines if abs(line.size - size) < 0.1 * size]
    lefts = Counter(round(line.x0) for line in body)
    common = max(lefts.values())
    left = min(x for x, n in lefts.items() if n * 5 >= common)
    pitches = [
        after.baseline - before.baseline
        for before, after in pairwise(lines)
        if before.page == after.page and 0 < after.baseline - before.baseline < 4 * size
    ]
    right = _common_end(body, size)
    right = max(right, width - left) if len(body) < _FEW else right
    pitch = _usual(pitches) if pitches else 1.5 * size
    return Measure(left, right, size, pitch, indents=_uses_indents(body, left, right))


def _uses_indents(body: Sequence[Printed], left: float, right: float) -> bool:
    """Whether the lines behind those that surely end a paragraph begin with an indent."""
    first = [
        after
        for before, after in pairwise(body)
        if before.text[-1] in _CLOSED and right - before.x1 > _SHORT * before.size
    ]
    deep = [line for line in first if 1.2 * line.size < line.x0 - left < 4 * line.size]
    plain = [line for line in first if line not in deep and not _ORDINAL.match(line.text)]
    return len(deep) >= _ENOUGH and len(deep) >= 4 * len(plain)


def _common_end(body: Sequence[Printed], size: float) -> float:
    """Where the longest lines end, but for one or two that reach out of the type area."""
    ends = sorted((line.x1 for line in body), reverse=True)
    few = min(len(ends), 1 + len(ends) // 40)
    for at in range(few):
        if sum(end > ends[at] - 0.6 * size for end in ends) > few:
            return ends[at]
    return ends[0]


def _usual(values: Iterable[float]) -> float:
    return Counter(round(value, 1) for value in values).most_common(1)[0][0]


def paragraphs(lines: Sequence[Printed], area: Measure, *, continues: bool = False) -> list[Line]:
    """The paragraphs of consecutive ``lines``; ``continues`` says that no table stands before the first."""
    groups: list[list[Printed]] = []
    for line in lines:
        if groups and _belongs(groups[-1], line, area):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_line(group, area, gap=at > 0 or not continues) for at, group in enumerate(groups)]


def _line(group: Sequence[Printed], area: Measure, *, gap: bool) -> Line:
    page = group[0].page
    return Line(
        text=spacing.join(line.text for line in group),
        strong=all(line.strong for line in group),
        gap=gap,
        page=page,
        where=f"第{page}页",
    )


def _belongs(group: Sequence[Printed], line: Printed, area: Measure) -> bool:
    """Whether ``line`` goes on with the paragraph that ``group`` has begun."""
    last = group[-1]
    if "\t" in line.text or "\t" in last.text or abs(line.size - last.size) > 0.12 * area.size:
        return False
    doubt = 0.02 if last.text[-1] in _CLOSED else 0.5
    would_fit = area.right - last.x1 > _first_unit(line) + (doubt - 0.04) * last.size
    if _is_title(last, area) and line.page == last.page:
        near = line.baseline - last.baseline < 2.2 * line.size
        return near and _ends_open(last) and (_is_centred(line, area) or not would_fit)
    if line.page == last.page and line.baseline - last.baseline > 1.2 * max(area.pitch, 1.2 * line.size):
        return False
    indented = line.x0 > area.left + 0.8 * line.size
    if area.indents and _runs_on(last, line, area):
        return True
    if would_fit or indented:
        return False
    return not (last.text[-1] in _CLOSED and _ORDINAL.match(line.text))


def _runs_on(last: Printed, line: Printed, area: Measure) -> bool:
    """Whether a full line is followed by one that lacks the indent which every paragraph here begins with."""
    full = area.right - last.x1 < _NEARLY * last.size
    flush = abs(line.x0 - area.left) < 0.8 * line.size
    return full and flush and last.strong == line.strong and not _ORDINAL.match(line.text)


def _first_unit(line: Printed) -> float:
    """The width of what a line end can't part from the first character: a word, a mark before or behind it."""
    word = _UNIT.match(line.text)
    length = len(word[0]) if word else 1
    return line.size * (0.55 * length if word and word[0][0].isascii() else length)


def _is_centred(line: Printed, area: Measure) -> bool:
    before, after = line.x0 - area.left, area.right - line.x1
    return before > 3 * line.size and abs(before - after) < 2 * line.size


def _is_title(line: Printed, area: Measure) -> bool:
    """Whether a line is set larger than the text, as titles are."""
    return line.size > 1.15 * area.size


def _ends_open(line: Printed) -> bool:
    return line.text[-1] not in _CLOSED
