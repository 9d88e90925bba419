"""Which way up the picture of a page is: as it lies, or turned by a quarter, a half or three quarters.

The recogniser's own classifier of direction loses lines, so the lines themselves are asked: of type that lies on its
side or head nothing comes back but single characters and guesses. The rule: a page whose lines read well costs nothing
more, and one is turned only for lines that read clearly better.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from indexer.readers.scans import recognizer
from indexer.readers.scans.recognizer import Picture, RecognisedText, TextBox
from indexer.readers.scans.spelling import has_chinese

_LONG = 4
"""A line of so many characters says which way up it is; numbers look well upside down."""
_SURE = 0.8
"""The score that lines the right way up have, all but the poorest."""
_BETTER = 0.15
"""How much more surely lines have to read for the page to be turned."""
_SAMPLE = 6
"""So many of the widest lines are read in each direction."""
_WIDE = 3
"""A line that is looked at is so many times wider than high."""
_MARGIN = 3
"""Pixels around a line that is looked at."""


def reads_well(said: Sequence[RecognisedText]) -> bool:
    """Whether ``said``, all lines of a page, are those of one that is the right way up.

    Few lines say nothing for it: on a page that lies on its side and has no table hardly one is found.
    """
    return sureness(said) >= _SURE


def sureness(said: Iterable[RecognisedText]) -> float:
    """How surely the long lines among ``said`` are read: the mean score of their characters, 0 if there are none."""
    long = [one for one in said if len(one.text) >= _LONG and has_chinese(one.text)]
    return sum(one.score * len(one.text) for one in long) / max(1, sum(len(one.text) for one in long))


def quarter_turns(picture: Picture, *, scale: float) -> int:
    """How many quarters ``picture`` has to be turned counterclockwise for its lines to be upright, 0 to 3.

    Lines are looked for twice, level and upright ones; those of a page on its head are level too.
    """
    found = {}
    for turns in (0, 1):
        turned = np.ascontiguousarray(np.rot90(picture, turns))
        lines = _sample(turned, recognizer.find_lines(turned, scale=scale))
        found[turns] = sureness(recognizer.read_lines(lines))
        over = [np.ascontiguousarray(np.rot90(line, 2)) for line in lines]
        found[turns + 2] = sureness(recognizer.read_lines(over))
    best = max(found, key=lambda turns: found[turns])
    return best if found[best] >= max(_SURE, found[0] + _BETTER) else 0


def _sample(picture: Picture, boxes: Iterable[TextBox]) -> list[Picture]:
    """The widest lines of ``picture``."""
    wide = [box for box in boxes if box.x1 - box.x0 >= _WIDE * (box.bottom - box.top)]
    wide.sort(key=lambda box: box.x0 - box.x1)
    return [
        picture[max(0, box.top - _MARGIN) : box.bottom + _MARGIN, max(0, box.x0 - _MARGIN) : box.x1 + _MARGIN]
        for box in wide[:_SAMPLE]
    ]
