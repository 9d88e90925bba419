"""From the ink of a line to its type: the size, and where each character stands.

Ink tells less than a font does: 一 is as high as a dash, a comma as wide as a hair. The rule: a line is as large as its
width over its characters says, and lines about as large as most are as large as most.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Protocol

from indexer.readers.layout.sheet import Glyph
from indexer.readers.scans.recognizer import RecognisedText, TextBox

_HALF = 0.52
"""The width of a digit or Latin letter in sizes of type."""
_SAME = 0.16
"""Sizes that differ by less than this share are one."""
_FEW = 3
"""A line of fewer characters says too little of its size by its width."""
_CLOSING = frozenset("，。、；：！？）》”’」』】")
_OPENING = frozenset("（《“‘「『【")
_BASELINE = 0.38
"""How far below the middle of a line its baseline is, in sizes."""


class _HasText(Protocol):
    @property
    def box(self) -> TextBox: ...
    @property
    def said(self) -> RecognisedText: ...


def usual_size(lines: Iterable[_HasText], scale: float) -> float:
    """The size of type, in points, of most characters; 0 if there are none."""
    votes: Counter[float] = Counter()
    for line in lines:
        if len(line.said.text) >= 2 * _FEW:
            votes[round(2 * _size(line.box, line.said.text) / scale) / 2] += len(line.said.text)
    if not votes:
        return 0.0
    most = max(votes, key=lambda size: sum(votes[size + step] for step in (-0.5, 0.0, 0.5)))
    near = [most + step for step in (-0.5, 0.0, 0.5)]
    total = sum(votes[size] for size in near)
    return sum(size * votes[size] for size in near) / total


def _weight(char: str) -> float:
    """The width of ``char`` in sizes of type."""
    return 1.0 if unicodedata.east_asian_width(char) in "WFA" else _HALF


def _size(box: TextBox, text: str) -> float:
    """The size of type of a line, in pixels."""
    weights = sum(map(_weight, text))
    # The ink of a mark at either end takes half the room of the mark.
    weights -= 0.5 * (text[-1] in _CLOSING) + 0.5 * (text[0] in _OPENING)
    by_width = (box.x1 - box.x0) / max(_HALF, weights)
    return by_width if len(text) >= _FEW else max(1.1 * (box.bottom - box.top), 0.9 * by_width)


def glyphs_of(box: TextBox, said: RecognisedText, *, scale: float, usual: float) -> Iterator[Glyph]:
    """The characters of a line where they stand, in points; ``usual`` is the size that most lines have."""
    text = said.text
    size = _size(box, text) / scale
    if usual and (abs(size - usual) <= _SAME * usual or len(text) < _FEW):
        size = usual
    x0, x1 = box.x0 / scale, box.x1 / scale
    # A mark at an end is set in a whole em; that the line is full is told by it.
    x0 -= 0.5 * size * (text[0] in _OPENING)
    x1 += 0.5 * size * (text[-1] in _CLOSING)
    middle = (box.top + box.bottom) / 2 / scale
    weights = [_weight(char) for char in text]
    step = (x1 - x0) / sum(weights)
    left = x0
    for char, weight in zip(text, weights, strict=True):
        right = left + weight * step
        yield Glyph(
            text=char,
            x0=left,
            x1=right,
            top=middle - size / 2,
            bottom=middle + size / 2,
            baseline=middle + _BASELINE * size,
            size=round(size, 1),
            score=said.score,
        )
        left = right
