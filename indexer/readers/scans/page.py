"""The picture of a page to a sheet: rulings, then the text of each cell, then the lines around the tables.

Cells are read one by one: the detector of lines passes over a lone digit, a cell of a ruled table can't be missed. The
rule: every character stands where its line is, evenly spread over it, so that ``layout`` reads a scan by the geometry
of any other fixed page; and each carries the score of its line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from indexer.readers.layout.rulings import Box, boxes_of, merge_strokes, touching_groups
from indexer.readers.layout.sheet import Sheet, Stroke
from indexer.readers.scans import recognizer
from indexer.readers.scans.direction import quarter_turns, reads_well
from indexer.readers.scans.ink import Ink, ink_of, is_blank, runs, upright, without_strokes
from indexer.readers.scans.recognizer import Picture, RecognisedText, TextBox
from indexer.readers.scans.rulings import rulings_of
from indexer.readers.scans.spelling import has_chinese, is_number, spell, spell_cell
from indexer.readers.scans.type_size import glyphs_of, usual_size

_LEAST_SCALE = 2.0
"""Pixels a point to which smaller pictures are drawn larger: at 100 dots an inch the stroke of a 一 is one pixel."""
_LEAST_SIDE = 16
"""A picture of fewer pixels on a side holds no line of text."""
_MOST_PIXELS = 12_000_000
"""Pixels that no picture is drawn larger to: a narrow strip is no page."""
_PADDING = 0.22
"""Paper around a line that is read, as a share of its height."""
_MORE_PADDING = 0.5
_SURE = 0.9
"""The score from which a number is not read again."""
_LONGEST_NUMBER = 12
_USUAL = 75
"""The percentile of the heights of stretches of ink that is the height of a line: most are lines, some are parts."""
_WHOLE = 1.15
"""Stretches that are together no higher than so many lines are one line."""
_SPECK = 0.9
"""Points below which a cluster of ink is dirt."""
_LINE_GAP = 1.0
"""Points of paper between two lines of a cell."""
_RIM = 2.0
"""Points of the widest rest of a ruling."""
_EDGE = 1.2
"""Points inside a cell that belong to its rulings."""


class PicturedLine(Struct, frozen=True):
    """A line of text in a picture: its ink, and what it says."""

    box: TextBox
    said: RecognisedText


class PictureReading(Struct, frozen=True):
    """What was seen in the picture of a page: its size and rulings in points, its lines in pixels.

    The page is upright; ``turned`` is by how many degrees clockwise the picture had to be turned for that.
    """

    width: float
    height: float
    scale: float
    strokes: list[Stroke]
    lines: list[PicturedLine]
    turned: int = 0

    def sheet(self, number: int) -> Sheet:
        """The reading as page ``number``."""
        size = usual_size(self.lines, self.scale)
        glyphs = [
            glyph
            for line in self.lines
            for glyph in glyphs_of(line.box, line.said, scale=self.scale, usual=size)
        ]
        return Sheet(number, self.width, self.height, glyphs, self.strokes, images=True, turned=self.turned)


def read_picture(picture: Picture, *, scale: float) -> PictureReading:
    """What the picture of a page shows, whichever way up it is; ``scale`` is pixels a point."""
    import cv2

    height, width = picture.shape
    if min(height, width) < _LEAST_SIDE:
        return PictureReading(width / scale, height / scale, scale, [], [])
    factor = _LEAST_SCALE / scale
    if factor > 1 and picture.size * factor * factor <= _MOST_PIXELS:
        larger = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
        return read_picture(np.asarray(larger, dtype=np.uint8), scale=_LEAST_SCALE)
    reading = _read_as_it_lies(picture, scale=scale)
    if reads_well([line.said for line in reading.lines]) or (not reading.lines and is_blank(picture)):
        return reading
    turns = quarter_turns(picture, scale=scale)
    if not turns:
        return reading
    turned = _read_as_it_lies(np.ascontiguousarray(np.rot90(picture, turns)), scale=scale)
    return replace(turned, turned=360 - 90 * turns)


def _read_as_it_lies(picture: Picture, *, scale: float) -> PictureReading:
    page = upright(picture)
    ink = ink_of(page)
    ruled = rulings_of(ink, scale)
    text_ink = without_strokes(ink, ruled.ink)
    tables = list(_tables(ruled.strokes))
    lines = _lines_of_cells(page, text_ink, [box for boxes in tables for box in boxes], scale=scale)
    lines += _lines_around(page, text_ink, tables, scale=scale)
    height, width = picture.shape
    return PictureReading(width / scale, height / scale, scale, ruled.strokes if tables else [], lines)


def _tables(strokes: Iterable[Stroke]) -> Iterator[list[Box]]:
    """The cells of each ruled table; a frame around text is none."""
    for group in touching_groups(merge_strokes(strokes)):
        boxes = boxes_of(group)
        if len(boxes) > 1:
            yield boxes


def _lines_of_cells(page: Picture, ink: Ink, boxes: Sequence[Box], *, scale: float) -> list[PicturedLine]:
    """The lines in every cell."""
    insides = [inside for cell in boxes if (inside := _inside(ink, cell, scale=scale)) is not None]
    heights = [end - begin for inside in insides for begin, end in inside.rows]
    usual = float(np.percentile(heights, _USUAL)) if heights else 0.0
    found = [box for inside in insides for box in inside.lines(usual)]
    lines = _read(page, found, spell=spell_cell)
    return _looked_at_again(page, lines)


def _looked_at_again(page: Picture, lines: list[PicturedLine]) -> list[PicturedLine]:
    """``lines`` of cells, those that hold a doubtful number read again with more paper around: a digit is small."""
    doubtful = [at for at, line in enumerate(lines) if _is_doubtful(line)]
    boxes = [lines[at].box for at in doubtful]
    again = recognizer.read_lines(_cut_out(page, boxes, padding=_MORE_PADDING))
    for at, said in zip(doubtful, again, strict=True):
        text = spell_cell(said.text)
        if is_number(text) and (said.score > lines[at].said.score or not is_number(lines[at].said.text)):
            lines[at] = replace(lines[at], said=replace(said, text=text))
    return lines


def _is_doubtful(line: PicturedLine) -> bool:
    if is_number(line.said.text):
        return line.said.score < _SURE
    return len(line.said.text) <= _LONGEST_NUMBER and not has_chinese(line.said.text)


class _Inside(Struct, frozen=True):
    """The ink inside a cell whose corner is at (``left``, ``top``), and the stretches of ``rows`` with some."""

    left: int
    top: int
    ink: Ink
    rows: list[tuple[int, int]]

    def lines(self, usual: float) -> Iterator[TextBox]:
        """The lines, from top to bottom; ``usual`` is how high lines of cells are on this page."""
        tallest = max(usual, *(end - begin for begin, end in self.rows))
        for begin, end in _joined_rows(self.rows, tallest):
            columns = np.flatnonzero(self.ink[begin:end].any(axis=0))
            left, top = self.left, self.top
            yield TextBox(left + int(columns[0]), left + int(columns[-1]) + 1, top + begin, top + end)


def _inside(ink: Ink, cell: Box, *, scale: float) -> _Inside | None:
    """What is inside a cell; None if it is empty."""
    inset = _EDGE * scale
    top, bottom = max(0, round(cell.top * scale + inset)), round(cell.bottom * scale - inset)
    left, right = max(0, round(cell.x0 * scale + inset)), round(cell.x1 * scale - inset)
    if bottom <= top or right <= left:
        return None
    inside = _without_marks(ink[top:bottom, left:right], scale)
    rows = list(runs(np.asarray(inside.any(axis=1)), gap=max(1, round(_LINE_GAP * scale))))
    return _Inside(left, top, inside, rows) if rows else None


def _joined_rows(rows: Sequence[tuple[int, int]], tallest: float) -> list[tuple[int, int]]:
    """Stretches of rows with those of parts of characters joined: 二 is two, and a 5 whose bar stands off is too."""
    joined: list[tuple[int, int]] = []
    for begin, end in rows:
        if joined and end - joined[-1][0] <= _WHOLE * tallest:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined


def _without_marks(ink: Ink, scale: float) -> Ink:
    """``ink`` of a cell without dirt, smaller than any mark of print, and without what rulings left at its edges."""
    import cv2

    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    x, y = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    at_side = ((x == 0) | (x + width == ink.shape[1])) & (width < _RIM * scale)
    at_end = ((y == 0) | (y + height == ink.shape[0])) & (height < _RIM * scale)
    kept = (stats[:, cv2.CC_STAT_AREA] >= (_SPECK * scale) ** 2) & ~at_side & ~at_end
    kept[0] = False
    cleaned: Ink = kept[labels] if count > 1 else np.zeros_like(ink)
    return cleaned


def _lines_around(
    page: Picture, ink: Ink, tables: Sequence[Sequence[Box]], *, scale: float
) -> list[PicturedLine]:
    """The lines outside of tables."""
    rest, rest_ink = page.copy(), ink.copy()
    paper = _paper(page)
    for boxes in tables:
        top, bottom = min(box.top for box in boxes), max(box.bottom for box in boxes)
        left, right = min(box.x0 for box in boxes), max(box.x1 for box in boxes)
        margin = round(_EDGE * scale)
        area = np.s_[
            max(0, round(top * scale) - margin) : round(bottom * scale) + margin,
            max(0, round(left * scale) - margin) : round(right * scale) + margin,
        ]
        rest[area], rest_ink[area] = paper, False
    found = recognizer.find_lines(rest, scale=scale)
    tight = [_tightened(rest_ink, box) for box in found]
    return _read(page, [box for box in tight if box is not None])


def _tightened(ink: Ink, box: TextBox) -> TextBox | None:
    """``box`` drawn in to its ink; None if it has none."""
    inside = ink[box.top : box.bottom, box.x0 : box.x1]
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not len(rows):
        return None
    return TextBox(
        box.x0 + int(columns[0]),
        box.x0 + int(columns[-1]) + 1,
        box.top + int(rows[0]),
        box.top + int(rows[-1]) + 1,
    )


def _read(
    page: Picture, boxes: Sequence[TextBox], *, spell: Callable[[str], str] = spell
) -> list[PicturedLine]:
    said = recognizer.read_lines(_cut_out(page, boxes))
    spelled = [replace(one, text=spell(one.text)) for one in said]
    return [PicturedLine(box, one) for box, one in zip(boxes, spelled, strict=True) if one.text]


def _cut_out(page: Picture, boxes: Sequence[TextBox], *, padding: float = _PADDING) -> list[Picture]:
    """The pictures of lines, each with some paper around it."""
    paper = _paper(page)
    cuts = []
    for box in boxes:
        margin = max(3, round(padding * (box.bottom - box.top)))
        cut = page[box.top : box.bottom, box.x0 : box.x1]
        cuts.append(np.pad(cut, margin, constant_values=paper))
    return cuts


def _paper(page: Picture) -> int:
    """The grey of the paper."""
    return int(np.percentile(page, 90))
