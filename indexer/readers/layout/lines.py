"""Characters to printed lines, printed lines to paragraphs: by where they are on the page, not by what they say.

The rule: a paragraph begins with an indent, after a line that ends short, or after a wider gap. Where the geometry
leaves it open the lines stay apart, for ``structure.reflow``, which knows reports.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from msgspec import Struct

from indexer.document import Line
from indexer.readers import spacing
from indexer.readers.layout.sheet import Glyph
from report_search.model import Recognised, recognised_of

# Widths are in sizes of type: a Chinese character is as wide as its size.
_COLUMN_GAP = 2.2
"""A gap wider than this is one between two columns."""
_WORD_GAP = 0.18
"""A gap wider than this parts two Latin words."""
_FEW = 8
"""So few lines need not fill the type area."""
_SHORT = 3
"""A line that ends so far before the right margin surely ends its paragraph."""
_NEARLY = 2.5
"""A line that ends no farther than this before the right margin is a full one."""
_ENOUGH = 3
"""So many indents are a habit."""
_LATIN = re.compile(r"[0-9A-Za-z]")
_BLANKS_AT_TAB = re.compile(r"(?:(?<![ \u00a0\u3000])[ \u00a0\u3000]++)?\t[ \u00a0\u3000]*")
_ORDINAL = re.compile(
    r"(?:第[一二三四五六七八九十]+部分|[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[、.．](?!\d))"
)
_UNIT = re.compile(r"[0-9A-Za-z.,%+-]+|[“‘「『（《〈【]*[^0-9A-Za-z]?[，。、；：！？）》〉」』”’】…—]*")
"""What no line end parts: a Latin word, or a character with the marks that open before and close after it."""
_CLOSED = "。！？；：.!?;:”』」）)"
"""What a paragraph may end with."""


class PrintedLine(Struct, frozen=True):
    """A printed line: its text (a tab for a gap as wide as a column), its box, size of type and page.

    ``score`` is the least one of its characters that were recognised, 0 if none was.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    baseline: float
    size: float
    strong: bool
    page: int
    score: float = 0.0

    @property
    def recognised(self) -> Recognised | None:
        """How surely it was recognised; None for printed text."""
        return Recognised(self.page, self.score) if self.score else None

    @property
    def ends_closed(self) -> bool:
        """Whether the last character may end a paragraph."""
        return self.text[-1] in _CLOSED

    @property
    def opens_an_item(self) -> bool:
        """Whether the line begins with an ordinal."""
        return bool(_ORDINAL.match(self.text))


def printed_lines(glyphs: Iterable[Glyph], page: int) -> list[PrintedLine]:
    """The lines that ``glyphs`` are set in, from top to bottom."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda one: (one.baseline, one.x0)):
        if rows and _shares_line(rows[-1], glyph):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return [line for line in (_printed_line(row, page) for row in rows) if line.text.strip()]


def _shares_line(row: list[Glyph], glyph: Glyph) -> bool:
    # Nearly the same baseline: a raised note mark or a larger digit in a line shifts it by less than half its size.
    last = row[-1]
    return abs(glyph.baseline - last.baseline) <= 0.45 * min(glyph.size, last.size)


def _printed_line(row: list[Glyph], page: int) -> PrintedLine:
    row = sorted(row, key=lambda glyph: glyph.x0)
    # Blanks have boxes too; the line begins and ends where there is ink.
    inked = [glyph for glyph in row if not glyph.text.isspace()] or row
    return PrintedLine(
        text=spacing.strip(_text(row)),
        x0=inked[0].x0,
        x1=inked[-1].x1,
        top=min(glyph.top for glyph in inked),
        bottom=max(glyph.bottom for glyph in inked),
        baseline=inked[0].baseline,
        size=Counter(round(glyph.size, 1) for glyph in inked).most_common(1)[0][0],
        strong=all(glyph.strong for glyph in inked),
        page=page,
        score=least_score(inked),
    )


def least_score(glyphs: Iterable[Glyph]) -> float:
    """The least score of the ``glyphs`` that were recognised, 0 if none was."""
    return min((glyph.score for glyph in glyphs if glyph.score), default=0.0)


def _text(row: Sequence[Glyph]) -> str:
    """The characters of a line from left to right, with a tab or a blank where there is a gap."""
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
    return _BLANKS_AT_TAB.sub("\t", "".join(parts))


def cell_text(glyphs: Iterable[Glyph]) -> str:
    """The text of a cell, its lines joined."""
    glyphs = list(glyphs)
    if text := _vertical_text([glyph for glyph in glyphs if not glyph.text.isspace()]):
        return text
    lines = [line.text.replace("\t", " ") for line in printed_lines(glyphs, 0)]
    return spacing.cell_text("\n".join(lines))


def _vertical_text(glyphs: Sequence[Glyph]) -> str:
    """The text of characters that stand one above the other, in columns; "" if they don't.

    办 三      a label in two columns, read from the right one: taken as lines it would be 办三理、结本果年
    理 、      and one that is turned by a quarter and runs upward would be read from its end
    结 本
    果 年
    """
    steps = [_vertical_step(before, after) for before, after in pairwise(glyphs)]
    direction = next(filter(None, steps), 0)
    columns: list[list[Glyph]] = [list(glyphs[:1])]
    for (before, after), step in zip(pairwise(glyphs), steps, strict=True):
        if step != direction and not _begins_column(before, after, direction):
            return ""
        if step != direction:
            columns.append([])
        columns[-1].append(after)
    if len(columns) > len(glyphs) / 2:
        return ""
    # Columns follow each other to the left; those of text that a quarter turn makes run upward, to the right.
    columns.sort(key=lambda column: -direction * column[0].middle[0])
    return "".join(glyph.text for column in columns for glyph in column)


def _vertical_step(before: Glyph, after: Glyph) -> int:
    """1 if ``after`` is right below ``before``, -1 if right above, 0 if neither."""
    (x, y), (next_x, next_y) = before.middle, after.middle
    is_near = 0.4 * after.size < abs(next_y - y) < _COLUMN_GAP * after.size
    if abs(next_x - x) > 0.5 * after.size or not is_near:
        return 0
    return 1 if next_y > y else -1


def _begins_column(before: Glyph, after: Glyph, direction: int) -> bool:
    """Whether ``after`` begins another column than ``before``, back where columns of this direction begin."""
    (x, y), (next_x, next_y) = before.middle, after.middle
    return abs(next_x - x) > 0.5 * after.size and (y - next_y) * direction > 0.4 * after.size


class TypeArea(Struct, frozen=True):
    """What the lines of a document have in common: its margins, the usual size of type, the usual pitch of lines.

    ``left`` and ``right`` are x coordinates, ``pitch`` is the distance of two baselines, all in points. ``indents``
    says that paragraphs begin with an indent.
    """

    left: float
    right: float
    size: float
    pitch: float
    indents: bool = False


def measure(lines: Sequence[PrintedLine], width: float) -> TypeArea:
    """The type area that most of ``lines`` share; if they are few, one of a page of this ``width``."""
    if not lines:
        return TypeArea(0.0, 0.0, 12.0, 18.0)
    size = _most_common(line.size for line in lines)
    body = [line for line in lines if abs(line.size - size) < 0.1 * size]
    left = _common_start(body)
    right = _common_end(body, size)
    if len(body) < _FEW:
        # They may all be short: then the right margin is taken to be as wide as the left one.
        right = max(right, width - left)
    return TypeArea(left, right, size, _common_pitch(lines, size), indents=_uses_indents(body, left, right))


def _common_start(body: Sequence[PrintedLine]) -> int:
    """The left margin: the leftmost x that is no exception.

    Indented first lines may be more than full ones, so the commonest x can be that of the indent; a fifth as many
    lines are enough for another one.
    """
    starts = Counter(round(line.x0) for line in body)
    most = max(starts.values())
    return min(x for x, count in starts.items() if count * 5 >= most)


def _common_end(body: Sequence[PrintedLine], size: float) -> float:
    """The right margin: where the longest lines end, apart from one or two that hang out of the type area."""
    ends = sorted((line.x1 for line in body), reverse=True)
    few = min(len(ends), 1 + len(ends) // 40)
    # Of the farthest ends, the first that more than a few others come near: full lines end within a character.
    for end in ends[:few]:
        if sum(other > end - 0.6 * size for other in ends) > few:
            return end
    return ends[0]


def _common_pitch(lines: Sequence[PrintedLine], size: float) -> float:
    """The usual distance of two baselines; columns beside each other and gaps between blocks are left out."""
    pitches = [
        after.baseline - before.baseline
        for before, after in pairwise(lines)
        if before.page == after.page and 0 < after.baseline - before.baseline < 4 * size
    ]
    return _most_common(pitches) if pitches else 1.5 * size


def _uses_indents(body: Sequence[PrintedLine], left: float, right: float) -> bool:
    """Whether the lines after those that surely end a paragraph begin with an indent."""
    first_lines = [
        after
        for before, after in pairwise(body)
        if before.ends_closed and right - before.x1 > _SHORT * before.size
    ]
    indented = [line for line in first_lines if 1.2 * line.size < line.x0 - left < 4 * line.size]
    # Items may begin at the margin where all else is indented, so they say nothing.
    flush = [line for line in first_lines if line not in indented and not line.opens_an_item]
    return len(indented) >= _ENOUGH and len(indented) >= 4 * len(flush)


def _most_common(values: Iterable[float]) -> float:
    return Counter(round(value, 1) for value in values).most_common(1)[0][0]


def paragraphs(lines: Sequence[PrintedLine], area: TypeArea, *, continues: bool = False) -> list[Line]:
    """The paragraphs of consecutive ``lines``; ``continues`` says that no table comes before the first."""
    groups: list[list[PrintedLine]] = []
    for line in lines:
        if groups and _goes_on(groups[-1][-1], line, area):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_paragraph(group, gap=at > 0 or not continues) for at, group in enumerate(groups)]


def _paragraph(group: Sequence[PrintedLine], *, gap: bool) -> Line:
    page = group[0].page
    return Line(
        text=spacing.join(line.text for line in group),
        strong=all(line.strong for line in group),
        gap=gap,
        page=page,
        where=f"第{page}页",
        recognised=recognised_of(line.recognised for line in group),
    )


def _goes_on(last: PrintedLine, line: PrintedLine, area: TypeArea) -> bool:
    """Whether ``line`` goes on with the paragraph that ``last`` is in.

    A line is full if what comes next did not fit on it; only then was it broken by the margin and not by the author:

        left                                right
        │　　各部门认真落实条例，及时公布信息，并│   no room for 对: goes on
        │对申请逐件答复。　　　　　　　　　　　　│   room for 二: a paragraph ends
        │　　二是……                              │
    """
    if _is_set_otherwise(last, line, area):
        return False
    if _is_title(last, area) and line.page == last.page:
        return _title_goes_on(last, line, area)
    if _is_set_apart(last, line, area):
        return False
    if area.indents and _lacks_indent(last, line, area):
        return True
    is_indented = line.x0 > area.left + 0.8 * line.size
    is_next_item = last.ends_closed and line.opens_an_item
    return not (is_indented or is_next_item or _had_room(last, line, area))


def _is_set_otherwise(last: PrintedLine, line: PrintedLine, area: TypeArea) -> bool:
    """Whether two lines can't be of one paragraph: one has columns, or they are of different sizes."""
    has_columns = "\t" in line.text or "\t" in last.text
    return has_columns or abs(line.size - last.size) > 0.12 * area.size


def _title_goes_on(last: PrintedLine, line: PrintedLine, area: TypeArea) -> bool:
    """Whether a title goes on in ``line``. Titles are centred, so that a line is short does not end one."""
    is_near = line.baseline - last.baseline < 2.2 * line.size
    if not is_near or last.ends_closed:
        return False
    return _is_centred(line, area) or not _had_room(last, line, area)


def _had_room(last: PrintedLine, line: PrintedLine, area: TypeArea) -> bool:
    """Whether the first word of ``line`` would have fitted at the end of ``last``."""
    # Justified lines are squeezed and margins measured, so half a character more than needed is asked for; after a
    # full stop a break is what one expects, and any room will do.
    tolerance = 0.02 if last.ends_closed else 0.5
    return area.right - last.x1 > _first_unit(line) + (tolerance - 0.04) * last.size


def _is_set_apart(last: PrintedLine, line: PrintedLine, area: TypeArea) -> bool:
    """Whether the gap between two lines of a page is wider than that between lines of a paragraph."""
    pitch = max(area.pitch, 1.2 * line.size)
    return line.page == last.page and line.baseline - last.baseline > 1.2 * pitch


def _lacks_indent(last: PrintedLine, line: PrintedLine, area: TypeArea) -> bool:
    """Whether a full line is followed by one that lacks the indent which every paragraph here begins with."""
    is_full = area.right - last.x1 < _NEARLY * last.size
    is_flush = abs(line.x0 - area.left) < 0.8 * line.size
    return is_full and is_flush and last.strong == line.strong and not line.opens_an_item


def _first_unit(line: PrintedLine) -> float:
    """The width in points of what a line end can't part from the first character."""
    unit = _UNIT.match(line.text)
    length = len(unit[0]) if unit else 1
    is_latin = bool(unit and unit[0][0].isascii())
    # Latin letters and digits are about half as wide as their size.
    return line.size * (0.55 * length if is_latin else length)


def _is_centred(line: PrintedLine, area: TypeArea) -> bool:
    before, after = line.x0 - area.left, area.right - line.x1
    return before > 3 * line.size and abs(before - after) < 2 * line.size


def _is_title(line: PrintedLine, area: TypeArea) -> bool:
    """Whether a line is set larger than the text, as titles are."""
    return line.size > 1.15 * area.size
