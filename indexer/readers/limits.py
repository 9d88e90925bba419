"""How much of a file a reader takes on before it says so: bytes, pages, cells, nesting and time.

A report of the largest agency stays below a tenth of each limit. The rule: what passes one is a ``ReadError`` that
names the limit; nothing is cut off silently.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterable

from report_search.errors import ReadError

MAX_BYTES = 50_000_000
"""Bytes of a file on the disk."""
MAX_UNPACKED = 200_000_000
"""Bytes of all parts of a packed file that a reader opens."""
MAX_STREAM = 32_000_000
"""Bytes that a stream of a PDF unpacks to, unless it is an image: the text of a page, or a font."""
MAX_DRAWN = 16_000_000
"""Bytes that draw one page of a PDF, each counted as often as it is drawn."""
MAX_STREAMS = 1_000_000_000
"""Bytes that all long streams of a PDF unpack to, images included."""
MAX_CELLS = 100_000
"""Cells of the full grids of one file: a cell that spans others counts as many."""
MAX_TAGS = 400_000
"""Elements of a page or of a document part."""
MAX_DEEP_TAGS = 20_000
"""Elements of a page nested so deep that it takes the slow parser."""
MAX_DEPTH = 2_000
"""Levels of nesting in a page; old pages that close nothing reach hundreds."""
MAX_NESTED_TABLES = 50
"""Tables inside each other; a page laid out with tables has ten."""
MAX_COMBINING = 1_000
"""Combining marks (accents) in one long line: sorting them takes time that grows with their square."""
MAX_PARTS = 50_000
"""Lines and tables of a file together."""
MAX_PAGES = 500
"""Pages of a PDF."""
MAX_MARKS = 200_000
"""Characters or drawn things on one page of a PDF."""
MAX_RULINGS = 3_000
"""Rulings on one page of a PDF; a page with more is a drawing, and its tables are read as lines."""
MAX_SECONDS = 60.0
"""Time spent on one file."""


def too_large(what: str, count: int, *, limit: int, where: str = "") -> ReadError:
    """The error for ``count`` of something that passes its ``limit``."""
    return ReadError(
        "limit",
        f"文件超出读取上限：{what}为 {count:,}，上限为 {limit:,}",
        hint="请确认文件没有损坏；确属报告的，请拆分后再放入语料目录",
        where=where,
    )


def check_bytes(data: bytes) -> None:
    """Raise ``ReadError`` for an empty file and for one of more than ``MAX_BYTES``."""
    if not data.strip(b"\x00 \t\r\n"):
        raise ReadError("empty", "文件是空的", hint="请重新下载")
    if len(data) > MAX_BYTES:
        raise too_large("字节数", len(data), limit=MAX_BYTES)


def check_parts(count: int) -> None:
    """Raise ``ReadError`` for a file of more than ``MAX_PARTS`` lines and tables."""
    if count > MAX_PARTS:
        raise too_large("行数", count, limit=MAX_PARTS)


def check_texts(texts: Iterable[str]) -> None:
    """Raise ``ReadError`` for a text that takes too long to normalise, whatever format it comes from."""
    for text in texts:
        if len(text) > MAX_COMBINING and not text.isascii():
            marks = sum(map(bool, map(unicodedata.combining, text)))
            if marks > MAX_COMBINING:
                raise too_large("一行中的组合字符数", marks, limit=MAX_COMBINING)


class Clock:
    """The time spent on one file, against ``MAX_SECONDS``."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def check(self, where: str = "") -> None:
        """Raise ``ReadError`` if the time is up."""
        if time.monotonic() - self._start > MAX_SECONDS:
            raise ReadError(
                "limit",
                f"读取超过 {MAX_SECONDS:.0f} 秒，已停止",
                hint="文件过于复杂，请另存为网页或文本后再放入语料目录",
                where=where,
            )


def check_area(rows: list[list[tuple[int, int]]], *, where: str = "", before: int = 0) -> int:
    """The cells that ``rows`` of (rowspan, colspan) take in their full grid, plus ``before``.

    A rowspan counts only down to the last row. Raises ``ReadError`` beyond ``MAX_CELLS``.
    """
    area = before
    for at, row in enumerate(rows):
        left = len(rows) - at
        area += sum(min(rowspan, left) * colspan for rowspan, colspan in row)
    if area > MAX_CELLS:
        raise too_large("表格单元格数", area, limit=MAX_CELLS, where=where)
    return area
