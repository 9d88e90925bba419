"""A page of an OFD as a picture, for those whose text is one: the images that it draws, where it draws them.

An image fills the unit square of its object's space, which the matrix of the object takes to the page. The rule: only
images are drawn, since of a page that draws anything else with a meaning the text is read.
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Sequence

import numpy as np

from indexer.readers.ofd.drawn_page import MILLIMETRE
from indexer.readers.ofd.values import Matrix
from indexer.readers.scans.reader import FAULTS, FORMATS, MAX_PIXELS, page_of
from indexer.readers.scans.recognition import PagePicture

try:
    from PIL import Image, ImageChops
except ImportError:  # pragma: no cover - without the extra `scan`
    Image = None  # type: ignore[assignment]

_DPI = 200
_MOST_PIXELS = 12_000_000
_FORMATS = [*FORMATS, "BMP", "JPEG2000"]
_LEAST = 1e-9


def page_picture(images: Sequence[tuple[bytes, Matrix]], *, size: tuple[float, float]) -> PagePicture | None:
    """The page of ``size``, in points, on which ``images`` are placed by their matrices, in millimetres.

    None if there is none that can be drawn.
    """
    width, height = size
    scale = min(_DPI / 72, math.sqrt(_MOST_PIXELS / max(1.0, width * height)))
    canvas = Image.new("L", (max(1, round(width * scale)), max(1, round(height * scale))), 255)
    drawn = 0
    for data, placing in images:
        layer = _layer(data, placing, size=canvas.size, scale=scale * MILLIMETRE)
        if layer is not None:
            canvas, drawn = ImageChops.darker(canvas, layer), drawn + 1
    return PagePicture(np.asarray(canvas, dtype=np.uint8), scale) if drawn else None


def _layer(data: bytes, placing: Matrix, *, size: tuple[int, int], scale: float) -> Image.Image | None:
    """An image where it stands on a page of ``size``; ``scale`` is pixels a millimetre."""
    a, b, c, d, e, f = (value * scale for value in placing)
    area = a * d - b * c
    if abs(area) < _LEAST:
        return None
    grey = _grey(data, wide=math.hypot(a, b), high=math.hypot(c, d))
    if grey is None:
        return None
    # From a pixel of the page back to one of the image: the inverse of the matrix, times the sides of the image.
    u, v = grey.width / area, grey.height / area
    back = (d * u, -c * u, (c * f - d * e) * u, -b * v, a * v, (b * e - a * f) * v)
    return grey.transform(size, Image.Transform.AFFINE, back, Image.Resampling.BILINEAR, fillcolor=255)


def _grey(data: bytes, *, wide: float, high: float) -> Image.Image | None:
    """The image in ``data``, no larger than it is drawn; None if it can't be opened."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    return None
                grey = Image.fromarray(page_of(image).pixels)
    except FAULTS:
        return None
    smaller = min(grey.width, max(1, round(wide))), min(grey.height, max(1, round(high)))
    return grey if smaller == grey.size else grey.resize(smaller, Image.Resampling.BOX)
