"""Draws one page of a file as a JPG: ``python -m webui.page_pictures.child FORMAT NUMBER``, the file on standard input.

A process of its own, since a file from elsewhere may bring down the library that draws it. The rule: it takes no more
time and memory than it is given, and draws no page larger than ``WIDTH``.
"""

from __future__ import annotations

import io
import sys
from contextlib import suppress
from typing import Any

from report_search.bundle.pages import pictures_in

try:
    import pypdfium2 as pdfium
    from PIL import Image, ImageOps
except ImportError:  # pragma: no cover - without the extra `scan`
    pdfium = None

if sys.platform != "win32":
    import resource

WIDTH = 1_240
"""Pixels of the width of a page, 150 dots an inch of A4: what is printed small can be read."""
MAX_HEIGHT = 4 * WIDTH
SECONDS = 20
MEMORY = 2 * 1024**3
QUALITY = 80
_FORMATS = ["PNG", "JPEG", "TIFF"]
_MAX_PIXELS = 60_000_000


def drawn(data: bytes, format_: str, *, number: int) -> bytes:
    """Page ``number``, counted from 1, as JPG. Raises whatever the library raises."""
    if format_ == "pages":
        picture = _page_of_several(data, number)
    else:
        picture = _page_of_pdf(data, number) if format_ == "pdf" else _page_of_picture(data, number)
    picture = picture.convert("L")
    picture.thumbnail((WIDTH, MAX_HEIGHT))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _page_of_pdf(data: bytes, number: int) -> Any:
    page = pdfium.PdfDocument(data)[number - 1]
    width, height = page.get_size()
    scale = min(WIDTH / width, MAX_HEIGHT / height)
    return page.render(scale=scale, grayscale=True).to_pil()


def _page_of_picture(data: bytes, number: int) -> Any:
    Image.MAX_IMAGE_PIXELS = _MAX_PIXELS
    picture = Image.open(io.BytesIO(data), formats=_FORMATS)
    picture.seek(number - 1)
    return ImageOps.exif_transpose(picture)


def _page_of_several(data: bytes, number: int) -> Any:
    """Page ``number`` of a package of pictures, each of which has one frame or more."""
    for picture in pictures_in(data):
        frames = getattr(Image.open(io.BytesIO(picture), formats=_FORMATS), "n_frames", 1)
        if number <= frames:
            return _page_of_picture(picture, number)
        number -= frames
    raise IndexError(number)


def _confine() -> None:
    if sys.platform == "win32":
        return
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Draw what the arguments name."""
    _confine()
    format_, number = sys.argv[1], int(sys.argv[2])
    sys.stdout.buffer.write(drawn(sys.stdin.buffer.read(), format_, number=number))


if __name__ == "__main__":
    main()
