"""A page of a PDF as a picture, for those that have no text.

The rule: the resolution is that of the recogniser's training, about 150 dots an inch for ordinary type; a page of odd
size is drawn no larger than ``MAX_PIXELS``.
"""

from __future__ import annotations

import math

import numpy as np

from indexer.readers.scans.recognition import PagePicture
from report_search.errors import ReadError

try:
    import pypdfium2 as pdfium
except ImportError:  # pragma: no cover - without the extra `pdf`
    pdfium = None

DPI = 200
POINTS = 72.0
MAX_PIXELS = 12_000_000
"""An A3 page at 200 dots an inch has 7.7 million."""


def rendered(document: pdfium.PdfDocument, number: int) -> PagePicture:
    """Page ``number``, counted from 1, in grey. Raises ``ReadError``."""
    try:
        page = document[number - 1]
        width, height = page.get_size()
        scale = min(DPI / POINTS, math.sqrt(MAX_PIXELS / max(1.0, width * height)))
        bitmap = page.render(scale=scale, grayscale=True)
        picture = np.array(bitmap.to_numpy(), dtype=np.uint8).reshape(bitmap.height, bitmap.width)
        page.close()
    except pdfium.PdfiumError as error:
        raise ReadError("damaged", "PDF 有一页无法显示", where=f"第{number}页", hint="请重新下载") from error
    return PagePicture(picture, scale)
