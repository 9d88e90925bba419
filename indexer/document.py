"""What a reader gives: the lines and tables of a file in reading order, before anyone knows what they mean.

The rule: a reader knows its format and nothing of reports; ``structure`` and ``tables`` know reports and nothing of
formats. A ``Document`` is all that passes between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct, field

from report_search.model import Recognised, ReportWarning, TurnedPage


class Line(Struct, frozen=True):
    """One line or paragraph as the format delimits it; white space inside is kept, tabs between cells too.

    ``level`` is the heading level that markup gives (1 … 6; 0 none); ``strong`` says the whole line is set in bold.
    ``gap`` says that an empty line or the border of a paragraph comes before it; ``page`` counts from 1 (0 unknown).
    ``where`` tells people where it is (``第12行``, ``第3页``). ``recognised`` is set if it was read off a picture.
    """

    text: str
    level: int = 0
    strong: bool = False
    gap: bool = True
    page: int = 0
    where: str = ""
    recognised: Recognised | None = None


class GridCell(Struct, frozen=True):
    """A cell as marked up; ``is_header`` only if the format says so."""

    text: str
    rowspan: int = 1
    colspan: int = 1
    is_header: bool = False
    recognised: Recognised | None = None


class Grid(Struct, frozen=True):
    """A table as marked up: rows of the cells that begin in them.

    ``flattened`` says that cells were told apart by tabs, pipes or blanks only, so spans are unknown.
    """

    rows: tuple[tuple[GridCell, ...], ...]
    caption: str = ""
    page: int = 0
    where: str = ""
    flattened: bool = False


Part = Line | Grid


class Document(Struct, frozen=True):
    """A file as read.

    ``title`` is what the format itself names as title ("" if nothing); ``facts`` are the metadata that it
    carries, under the printed or technical key (``发布日期``, ``ArticleTitle``, ``url``). ``pictures`` counts those
    that can hold text: of a page without text, they are the report; ``shown`` are the bytes of those that the reader
    could get at, in order. ``is_numbered`` says that the pages are files that were put together by their numbers alone.
    ``turned_pages`` are the recognised pages that are not upright in the file.
    """

    format: str
    parts: tuple[Part, ...]
    title: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[ReportWarning, ...] = ()
    pictures: int = 0
    shown: tuple[bytes, ...] = ()
    is_numbered: bool = False
    turned_pages: tuple[TurnedPage, ...] = ()


class Reader(Protocol):
    """One format. ``recognises`` looks at the bytes, never at the suffix alone."""

    format: str

    def recognises(self, data: bytes, name: str) -> bool: ...

    def read(self, data: bytes, name: str) -> Document:
        """The document in ``data``. Raises ``ReadError`` for what can't be read or passes a limit."""
        ...
