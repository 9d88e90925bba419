"""The picture of a page that was recognised, drawn from the kept original when it is asked for.

The rule: only pages whose text was recognised are drawn, one at a time in a process of its own with limits, and the
last few are kept; so that neither a hostile file nor many askers can take the server along.
"""

from __future__ import annotations

import subprocess
import sys
from threading import BoundedSemaphore

from cachetools import LRUCache

from report_search.errors import BusyError, GoneError, NotFoundError
from report_search.model import Paragraph, Report
from report_search.search.searcher import Searcher
from webui.page_pictures.child import SECONDS

MEDIA_TYPE = "image/jpeg"
_DRAWN = frozenset({"pdf", "png", "jpeg", "tiff", "pages"})
"""The formats whose pages are drawn."""
KEPT = 16
"""So many pictures of about 200 KB are kept."""
WAIT_SECONDS = 8.0
_HINT = "请下载原件核对。"

_drawing = BoundedSemaphore(1)
_kept: LRUCache[tuple[str, int], bytes] = LRUCache(KEPT)


def recognised_pages(report: Report) -> tuple[int, ...]:
    """The pages of ``report`` on which a paragraph or a row begins that was recognised, in order."""
    pages = set()
    for _, section in report.walk():
        for block in section.blocks:
            for part in [block] if isinstance(block, Paragraph) else block.rows:
                if part.recognised is not None:
                    pages.add(part.recognised.page)
    return tuple(sorted(pages))


def drawable_pages(report: Report) -> tuple[int, ...]:
    """The recognised pages of ``report`` that its original can be drawn from: a web page or an office file shows its
    pictures itself."""
    return recognised_pages(report) if report.source.format in _DRAWN else ()


def page_picture(searcher: Searcher, report: Report, *, number: int) -> bytes:
    """Page ``number`` of the original of ``report`` as JPG.

    Raises ``NotFoundError`` for a page of which nothing was recognised, ``GoneError`` where the original is gone or
    can't be drawn, ``BusyError`` while others are being drawn.
    """
    if number not in drawable_pages(report):
        raise NotFoundError("no-page", f"这份报告没有编号为 {number} 的识别页。", hint="请从报告全文进入。")
    key = (report.source.sha256, number)
    if (known := _kept.get(key)) is not None:
        return known
    data = searcher.original(report.id).data
    if not _drawing.acquire(timeout=WAIT_SECONDS):
        raise BusyError("busy", "正在绘制别的页面，请稍候再试。", retry_after=2)
    try:
        picture = _drawn(data, report.source.format, number)
    finally:
        _drawing.release()
    _kept[key] = picture
    return picture


def _drawn(data: bytes, format_: str, number: int) -> bytes:
    command = [sys.executable, "-m", "webui.page_pictures.child", format_, str(number)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=2 * SECONDS, check=True)
    except (subprocess.SubprocessError, OSError) as error:
        raise GoneError("page-not-drawn", "这一页的图片显示不了。", hint=_HINT) from error
    return done.stdout
