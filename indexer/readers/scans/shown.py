"""Pages that another file shows as pictures: of a Word file or a web page without a text of its own, they are the
report.

The rule: a text that is there goes before any picture; a picture smaller than a page is decoration; what can't be
recognised here leaves the file what it was, one of pictures only.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from msgspec.structs import replace

from indexer.document import Document, Line, Part
from indexer.readers.foreign import pictures_only
from indexer.readers.layout.pages import parts_of
from indexer.readers.scans import recognition
from indexer.readers.scans.reader import FAULTS, FORMATS, page_of
from indexer.readers.scans.recognition import PagePicture, recognition_warnings, turned_pages

try:
    from PIL import Image
except ImportError:  # pragma: no cover - without the extra `scan`
    Image = None  # type: ignore[assignment]

LEAST_HEIGHT = 600
"""Pixels of the height of a page that a document shows: web pages print theirs smaller than scanners give them."""
_LEAST_WIDTH = 400
_FLATTEST = 2.0
"""A page is at most so many times wider than high; a banner is wider."""
_OWN_TEXT = 200
"""Characters of sentences and cells from which a document has a text of its own."""
_MOST_PIXELS = 60_000_000


def has_own_text(parts: Sequence[Part]) -> bool:
    """Whether ``parts`` say more than a title, dates and what a page prints around a report."""
    characters = 0
    for part in parts:
        if isinstance(part, Line):
            characters += len(part.text) * ("。" in part.text)
        else:
            characters += sum(len(cell.text) for row in part.rows for cell in row)
    return characters >= _OWN_TEXT


def with_pages_shown(document: Document) -> Document:
    """``document`` with the pages that it shows read, where it has no text of its own.

    Raises ``ReadError``: ``pictures-only`` for one without any text, ``recognition-needed`` where recognising is left
    to another process.
    """
    if not document.shown or has_own_text(document.parts):
        return document
    pictures = _pages_among(document.shown)
    if not pictures:
        return _as_it_is(document)
    recognition.check_is_allowed(len(pictures))
    pages = ((number, partial(_page, data)) for number, data in enumerate(pictures, 1))
    sheets = list(recognition.recognised_sheets(pages, len(pictures)))
    if not any(sheet.glyphs for sheet in sheets):
        return _as_it_is(document)
    own = [part for part in document.parts if isinstance(part, Line)]
    return replace(
        document,
        parts=(*own, *parts_of(sheets)),
        warnings=(*document.warnings, *recognition_warnings(sheets)),
        pictures=0,
        shown=(),
        turned_pages=turned_pages(sheets),
    )


def _as_it_is(document: Document) -> Document:
    if not document.parts:
        raise pictures_only("文件", document.pictures or len(document.shown))
    return document


def _pages_among(pictures: Sequence[bytes]) -> list[bytes]:
    """Those of ``pictures`` that can be pages; none where nothing can be done with them."""
    if not recognition.is_possible() or Image is None:
        return []
    return [data for data in pictures if _is_page(data)]


def _is_page(data: bytes) -> bool:
    """Whether a picture is as large as a page, by what it says of itself; what can't be opened is none."""
    try:
        with _opened(data) as image:
            width, height = image.size
    except FAULTS:
        return False
    is_large = height >= LEAST_HEIGHT and width >= _LEAST_WIDTH and width * height <= _MOST_PIXELS
    return is_large and width <= _FLATTEST * height


def _page(data: bytes) -> PagePicture | None:
    """The page that a picture is; None for one that is damaged."""
    try:
        with _opened(data) as image:
            return page_of(image)
    except FAULTS:
        return None


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            yield image
