"""Recognising the pages of one file: whether this process may, what it tells meanwhile, and what was recognised before.

Recognition takes a hundred times as long as reading, so it has limits of its own and is done by one process at a time.
A process that reads files says no until it is told otherwise. Every page that is recognised, of whatever format, comes
by here, so whoever wants its picture alone has it from here too. The rule: a page that was recognised once is never
recognised again as long as its picture and what recognises it are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from indexer.readers.layout.sheet import Sheet
from indexer.readers.scans import page_cache, recognizer
from indexer.readers.scans.page import PictureReading, read_picture
from indexer.readers.scans.recognizer import Picture
from report_search.errors import ReadError
from report_search.model import Report, ReportWarning, TurnedPage

MAX_PAGES = 100
"""Pages of one file that are recognised."""
CODE = "recognised-text"
"""The code of the warning that text was recognised."""
NEEDED = "recognition-needed"

OnPage = Callable[[int, int], None]
"""Told how many pages of how many are recognised."""


class PagePicture(Struct, frozen=True):
    """A page in grey; ``scale`` is pixels a point."""

    pixels: Picture
    scale: float


DrawPage = Callable[[], PagePicture | None]
"""Gives the picture of a page when it is asked for; None if it turns out that there is none."""


class _Wanted(Struct):
    """The number of the page of which the picture is wanted, and the picture, once it is found."""

    number: int
    picture: PagePicture | None = None


class _Setting(Struct, frozen=True):
    """What holds for this process; ``wanted`` says that nothing is recognised, since a picture alone is wanted."""

    is_allowed: bool = True
    cache: Path | None = None
    on_page: OnPage = lambda done, total: None
    wanted: _Wanted | None = None


_setting = _Setting()


@contextmanager
def recognising(*, allowed: bool, cache: Path | None = None, on_page: OnPage | None = None) -> Iterator[None]:
    """Whether files may be recognised meanwhile, the folder of what was before, and who is told of each page."""
    with _holding(_Setting(allowed, cache, on_page or _setting.on_page)):
        yield


def picture_of_page(number: int, read: Callable[[], object]) -> PagePicture | None:
    """The picture of page ``number`` of the file that ``read`` reads, as it lies; None if it is not recognised.

    ``read`` comes to nothing: no page is recognised meanwhile.
    """
    wanted = _Wanted(number)
    with _holding(_Setting(wanted=wanted)), suppress(ReadError):
        read()
    return wanted.picture


@contextmanager
def _holding(setting: _Setting) -> Iterator[None]:
    global _setting
    before, _setting = _setting, setting
    try:
        yield
    finally:
        _setting = before


def is_possible() -> bool:
    """Whether pictures of pages are of use: they can be recognised here, or one of them is wanted as it is."""
    return _setting.wanted is not None or recognizer.is_available()


def check_is_allowed(pages: int) -> None:
    """Raise ``ReadError`` (``recognition-needed``) where another process has to do it, or for too many ``pages``."""
    if pages > MAX_PAGES:
        raise ReadError(
            "limit",
            f"文件有 {pages} 页没有文字，超过识别上限 {MAX_PAGES} 页",
            hint="请用文字识别（OCR）软件转换后再放入语料目录",
        )
    if not _setting.is_allowed:
        raise ReadError(NEEDED, f"有 {pages} 页要用文字识别", hint="由建立索引的程序安排")


def recognised_sheets(pages: Iterable[tuple[int, DrawPage]], total: int) -> Iterator[Sheet]:
    """What each of ``pages``, with their numbers, shows; ``total`` is how many there are."""
    setting = _setting
    if setting.wanted:
        _find(setting.wanted, pages)
        return
    for done, (number, draw) in enumerate(pages):
        setting.on_page(done, total)
        if (picture := draw()) is not None:
            yield _recognised(picture, setting.cache).sheet(number)
    setting.on_page(total, total)


def _find(wanted: _Wanted, pages: Iterable[tuple[int, DrawPage]]) -> None:
    draw = next((draw for number, draw in pages if number == wanted.number), None)
    if draw is not None:
        wanted.picture = draw()


def _recognised(picture: PagePicture, cache: Path | None) -> PictureReading:
    if cache is None:
        return read_picture(picture.pixels, scale=picture.scale)
    key = page_cache.key_of(picture.pixels, picture.scale)
    known = page_cache.load(cache, key)
    if known is None:
        known = read_picture(picture.pixels, scale=picture.scale)
        page_cache.keep(cache, key, reading=known)
    return known


def recognition_warnings(sheets: Iterable[Sheet]) -> Iterator[ReportWarning]:
    """One warning for all pages that were recognised: which, how surely on the whole, and how surely at least."""
    given = list(sheets)
    scores = [glyph.score for sheet in given for glyph in sheet.glyphs]
    if not scores:
        return
    mean, least = sum(scores) / len(scores), min(scores)
    pages = "、".join(_spans([sheet.number for sheet in given]))
    yield ReportWarning(
        CODE,
        f"扫描件，文字由机器识别（把握平均 {mean:.1%}，最低的一行 {least:.0%}），引用前请与原件核对",
        f"第{pages}页",
    )


def is_recognised(report: Report) -> bool:
    """Whether text of a report was recognised."""
    return any(warning.code == CODE for warning in report.warnings)


def turned_pages(sheets: Iterable[Sheet]) -> tuple[TurnedPage, ...]:
    """Those of the recognised pages that had to be turned."""
    return tuple(TurnedPage(sheet.number, sheet.turned) for sheet in sheets if sheet.turned)


def _spans(numbers: list[int]) -> Iterator[str]:
    """``numbers`` in order with those that follow each other as one span: 1—3, 5."""
    begin = end = numbers[0]
    for number in [*numbers[1:], 0]:
        if number == end + 1:
            end = number
            continue
        yield str(begin) if begin == end else f"{begin}—{end}"
        begin = end = number
