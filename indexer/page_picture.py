"""Draws one page of a file as a JPG: ``python -m indexer.page_picture``, the order for it on standard input.

The readers decide what a page is, for every format; a process of its own, since a file from elsewhere may bring down
what reads it. The rule: what is drawn is what was recognised, turned upright; it takes no more time and memory than it
is given, and is no larger than ``WIDTH``.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np

from indexer.read_report import read_document
from indexer.readers.beside import as_recorded, reading_with
from indexer.readers.scans.recognition import picture_of_page
from indexer.run import process_limits
from indexer.run.process_limits import MEGABYTE, Limits
from report_search.generations.page_order import PageOrder, unpacked

try:
    from PIL import Image
except ImportError:  # pragma: no cover - without the extra `scan`
    Image = None  # type: ignore[assignment]

WIDTH = 1_240
"""Pixels of the width of a page, 150 dots an inch of A4: what is printed small can be read."""
MAX_HEIGHT = 4 * WIDTH
LIMITS = Limits(cpu_seconds=20, memory=1024 * MEGABYTE)
QUALITY = 80


class NoSuchPageError(Exception):
    """The file has no such page to be recognised."""


def drawn(order: PageOrder) -> bytes:
    """The page as JPG, in grey. Raises ``NoSuchPageError``, and whatever reading the file raises."""
    with reading_with(as_recorded(Path(order.root), order.beside)):
        page = picture_of_page(order.number, lambda: read_document(order.data, order.name))
    if page is None:
        raise NoSuchPageError(order.number)
    # Quarters of a turn clockwise; NumPy counts them the other way.
    picture = Image.fromarray(np.rot90(page.pixels, -order.degrees // 90))
    picture.thumbnail((WIDTH, MAX_HEIGHT))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def main() -> None:
    """Draw what is ordered."""
    process_limits.confine(LIMITS)
    process_limits.grant_cpu(LIMITS)
    sys.stdout.buffer.write(drawn(unpacked(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
