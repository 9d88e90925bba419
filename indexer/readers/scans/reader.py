"""Reads a picture of a report, or several in one TIFF or in files that are one report, each of them a page.

The rule: the bytes decide what is a picture; a page is taken to be as wide as A4, or as high if it lies on its side,
since the resolution that a file names is often not that of the scan.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial

import numpy as np

from indexer.document import Document, Part
from indexer.readers import limits
from indexer.readers.kinds import kind_of
from indexer.readers.layout.pages import parts_of
from indexer.readers.layout.sheet import Sheet
from indexer.readers.packed import is_package, opening_of
from indexer.readers.scans import recognition, recognizer
from indexer.readers.scans.recognition import PagePicture, recognition_warnings, turned_pages
from report_search.bundle.pages import NUMBERED, PAGES, pictures_in
from report_search.errors import ReadError

try:
    from PIL import Image, ImageOps
except ImportError:  # pragma: no cover - without the extra `scan`
    Image = None  # type: ignore[assignment]

PAGES_KIND = "pages"
KINDS = (
    (b"\x89PNG\r\n\x1a\n", "png", "PNG 图片"),
    (b"\xff\xd8\xff", "jpeg", "JPG 图片"),
    (b"II*\0", "tiff", "TIFF 图片"),
    (b"MM\0*", "tiff", "TIFF 图片"),
    # Several pictures that were put together; the package says so, and is looked into before it is believed.
    (b"PK\x03\x04", "pages", "几张图片合成的报告"),
)
"""How pictures begin, what their format is called, and what people call it."""
FORMATS = ["PNG", "JPEG", "TIFF"]
FAULTS: tuple[type[Exception], ...] = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    struct.error,
    zlib.error,
)
"""What Pillow raises over a damaged picture, by its documentation and by a thousand of each kind."""
if Image is not None:
    FAULTS = (*FAULTS, Image.DecompressionBombError)
MAX_PIXELS = 60_000_000
"""Pixels of one picture; an A3 page at 600 dots an inch has 70 million, at 500 it has 48."""
_A4 = (595.3, 841.9)
_LARGEST = 3_400
"""Pixels of the longer side of a page that is recognised: more cost time and add nothing."""


class PictureReader:
    """PNG, JPG and TIFF, and packages of them that are one report."""

    format = "picture"

    def recognises(self, data: bytes, name: str) -> bool:
        """Whether ``data`` begins as a picture does, or is a package of pages."""
        if is_package(data):
            return kind_of(data) == PAGES_KIND
        return data.startswith(tuple(opening for opening, _, _ in KINDS))

    def read(self, data: bytes, name: str) -> Document:
        """What the picture shows. Raises ``ReadError`` for one that is damaged, beyond a limit, or without text."""
        format_, called = next((kind, called) for opening, kind, called in KINDS if data.startswith(opening))
        if not recognition.is_possible() or Image is None:
            raise _not_read(called)
        limits.check_bytes(data)
        files = list(pictures_in(data)) if format_ == PAGES_KIND else [data]
        formats = FORMATS if format_ == PAGES_KIND else [format_.upper()]
        with ExitStack() as opened:
            sheets = _sheets([opened.enter_context(_opened(one, formats, called)) for one in files], called)
        if not any(sheet.glyphs for sheet in sheets):
            raise ReadError("no-text", "图片里没有识别出文字", hint="请核对扫描是否清晰")
        parts: tuple[Part, ...] = tuple(parts_of(sheets))
        is_numbered = format_ == PAGES_KIND and opening_of(data, PAGES, count=len(NUMBERED)) == NUMBERED
        told = tuple(recognition_warnings(sheets))
        return Document(
            format_, parts, warnings=told, is_numbered=is_numbered, turned_pages=turned_pages(sheets)
        )


def _not_read(called: str) -> ReadError:
    return ReadError(
        "picture",
        f"这是 {called}，没有文字",
        hint=f"请安装文字识别组件（pip install {recognizer.EXTRA}），"
        "或用文字识别（OCR）软件转成文本或可检索的 PDF，再放入语料目录。",
    )


@contextmanager
def decoding(called: str) -> Iterator[None]:
    """Whatever a damaged picture does to its decoder meanwhile is a ``ReadError`` that names the file as ``called``."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except FAULTS as error:
        raise ReadError("damaged", f"{called}已损坏或不完整", hint="请重新下载") from error


def _opened(data: bytes, formats: list[str], called: str) -> Image.Image:
    with decoding(called):
        return Image.open(io.BytesIO(data), formats=formats)


def _sheets(images: Sequence[Image.Image], called: str) -> list[Sheet]:
    with decoding(called):
        frames = [(image, at) for image in images for at in range(getattr(image, "n_frames", 1))]
    recognition.check_is_allowed(len(frames))
    pages = ((number, partial(_page, called, number, frame)) for number, frame in enumerate(frames, 1))
    return list(recognition.recognised_sheets(pages, len(frames)))


def _page(called: str, number: int, frame: tuple[Image.Image, int]) -> PagePicture:
    """The page that a frame of an image is; ``number`` is its number in the report. Raises ``ReadError``."""
    image, at = frame
    with decoding(called):
        image.seek(at)
        size = image.width * image.height
        page = page_of(image) if size <= MAX_PIXELS else None
    if page is None:
        raise limits.too_large("图片像素数", size, limit=MAX_PIXELS, where=f"第{number}页")
    return page


def page_of(image: Image.Image) -> PagePicture:
    """``image`` as a page: in grey, on white where it is see-through, the way up that its camera noted."""
    turned = ImageOps.exif_transpose(image)
    if turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info:
        paper = Image.new("RGBA", turned.size, "white")
        paper.alpha_composite(turned.convert("RGBA"))
        turned = paper
    grey = turned.convert("L")
    grey.thumbnail((_LARGEST, _LARGEST))
    width, height = grey.size
    scale = width / (_A4[0] if height >= width else _A4[1])
    return PagePicture(np.asarray(grey, dtype=np.uint8), scale)
