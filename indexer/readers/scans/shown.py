"""Pages that another file shows as pictures: of a Word file or a web page without a text of its own, they are the
report.

The rule: a text that is there goes before any picture; a picture smaller than a page is decoration; what can't be
recognised here leaves the file what it was, one of pictures only.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace

from indexer.document import Document, Line, Part
from indexer.readers.foreign import pictures_only
from indexer.readers.layout.pages import parts_of
from indexer.readers.scans import recognition, recognizer
from indexer.readers.scans.reader import FAULTS, FORMATS, page_of
from indexer.readers.scans.recognition import PagePicture, recognition_warnings

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
    pages = list(_pages(document.shown)) if recognizer.is_available() and Image is not None else []
    if not pages:
        return _as_it_is(document)
    recognition.check_is_allowed(len(pages))
    sheets = list(recognition.recognised_sheets(enumerate(pages, 1), len(pages)))
    if not any(sheet.glyphs for sheet in sheets):
        return _as_it_is(document)
    own = [part for part in document.parts if isinstance(part, Line)]
    told = (*document.warnings, *recognition_warnings(sheets))
    return replace(document, parts=(*own, *parts_of(sheets)), warnings=told, pictures=0, shown=())


def _as_it_is(document: Document) -> Document:
    if not document.parts:
        raise pictures_only("文件", document.pictures or len(document.shown))
    return document


def _pages(pictures: Sequence[bytes]) -> Iterator[PagePicture]:
    """Those of ``pictures`` that can be pages; what can't be opened is none."""
    for data in pictures:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                    if _is_page(image.width, image.height):
                        yield page_of(image)
        except FAULTS:
            continue


def _is_page(width: int, height: int) -> bool:
    is_large = height >= LEAST_HEIGHT and width >= _LEAST_WIDTH and width * height <= _MOST_PIXELS
    return is_large and width <= _FLATTEST * height
