"""What is ink in a picture of a page: black and white, set upright, with its rulings and the lines of its cells.

The rule: pixels in, pixels out; what rulings and lines mean is told by ``layout``.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from indexer.readers.scans.recognizer import Picture

Ink = npt.NDArray[np.bool_]
"""Where a picture is black, ``(height, width) bool``."""
_STEEPEST = 3.0
"""Degrees that a page may lie askew on the glass."""
_STRAIGHT = 0.04
"""Degrees below which a page is left as it is: over its width they come to a pixel."""
_SMALL = 800
"""Pixels of the width at which the slant is measured."""
_BLOCK = 0.02
"""The share of the width that is looked at to tell ink from paper: shadows are wider, strokes are narrower."""
_CONTRAST = 18
"""How much darker than the paper around it ink is, of 255."""
_BLANK = 0.0002
"""The share of a page that a dozen small characters blacken; the back of a sheet has less."""


def is_blank(picture: Picture) -> bool:
    """Whether ``picture`` has too little ink for a line of text, whichever way it lies."""
    return float(ink_of(picture).mean()) < _BLANK


def ink_of(picture: Picture) -> Ink:
    """Where ``picture`` is black: darker than the paper around it."""
    import cv2

    block = max(15, int(picture.shape[1] * _BLOCK)) | 1
    smooth: Picture = np.asarray(cv2.medianBlur(picture, 3), dtype=np.uint8)
    paper = cv2.blur(smooth, (block, block)).astype(np.int16)
    local: Ink = smooth.astype(np.int16) < paper - _CONTRAST
    # Inside a bold stroke the paper around is black too: what is dark by itself is ink wherever it is.
    dark: Ink = smooth < _threshold(smooth)
    return np.logical_or(local, dark)


def _threshold(picture: Picture) -> float:
    """The grey that parts ink and paper best over the whole page (Otsu), brought down to what is surely ink."""
    import cv2

    level, _ = cv2.threshold(picture, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return float(level) * 0.8


def upright(picture: Picture) -> Picture:
    """``picture`` turned by the few degrees that it lies askew."""
    import cv2

    angle = slant(picture)
    if abs(angle) < _STRAIGHT:
        return picture
    height, width = picture.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    paper = float(np.percentile(picture, 90))
    turned = cv2.warpAffine(picture, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(paper,))
    return np.asarray(turned, dtype=np.uint8)


def slant(picture: Picture) -> float:
    """The degrees, counterclockwise, by which ``picture`` has to be turned for its lines to be level."""
    import cv2

    scale = min(1.0, _SMALL / picture.shape[1])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = ink_of(np.asarray(small, dtype=np.uint8)).astype(np.uint8) * 255

    def sharpness(angle: float) -> float:
        """How unlike neighbouring rows are: most where lines are level, black rows then being next to white ones."""
        height, width = ink.shape
        turned = cv2.warpAffine(
            ink, cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0), (width, height)
        )
        rows = turned.sum(axis=1, dtype=np.float64)
        return float(np.square(np.diff(rows)).sum())

    best = 0.0
    for reach, step in ((_STEEPEST, 0.5), (0.5, 0.1), (0.1, 0.02)):
        angles = best + np.arange(-reach, reach + step / 2, step)
        best = float(max(angles, key=sharpness))
    # A page without lines is as sharp at any angle; level is what it was meant to be.
    return best if sharpness(best) > 1.02 * sharpness(0.0) else 0.0


def without_strokes(ink: Ink, strokes: Ink) -> Ink:
    """``ink`` without rulings."""
    return ink & ~strokes


def runs(filled: npt.NDArray[np.bool_], *, gap: int) -> Iterator[tuple[int, int]]:
    """The stretches (begin, end) of a row of truths ``(n,) bool``, those less than ``gap`` apart as one."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], filled, [False])).astype(np.int8)))
    begin = end = -1
    for low, high in edges.reshape(-1, 2).tolist():
        if begin >= 0 and low - end < gap:
            end = high
            continue
        if begin >= 0:
            yield begin, end
        begin, end = low, high
    if begin >= 0:
        yield begin, end
