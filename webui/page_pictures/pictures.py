"""The picture of a page that was recognised, drawn from the kept original when it is asked for.

The indexer's readers draw it, as they drew it to be recognised: ``python -m indexer.page_picture``, which is told what
it needs by an order. The rule: only pages whose text was recognised are drawn, one at a time in a process of its own
with limits, and the last few are kept; so that neither a hostile file nor many askers can take the server along.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Hashable
from pathlib import Path
from threading import BoundedSemaphore

from cachetools import LRUCache

from report_search.bundle import split
from report_search.errors import BusyError, GoneError, NotFoundError
from report_search.generations.page_order import PageOrder
from report_search.model import Paragraph, Report
from report_search.search.searcher import Searcher

MEDIA_TYPE = "image/jpeg"
_PROGRAM = (sys.executable, "-m", "indexer.page_picture")
_SECONDS = 40.0
"""On the clock; the program itself takes at most half of them of a core."""
KEPT = 16
"""So many pictures of about 200 KB are kept."""
WAIT_SECONDS = 8.0
_HINT = "请下载原件核对。"

_drawing = BoundedSemaphore(1)
_kept: LRUCache[Hashable, bytes] = LRUCache(KEPT)


def recognised_pages(report: Report) -> tuple[int, ...]:
    """The pages of ``report`` on which a paragraph or a row begins that was recognised, in order."""
    pages = set()
    for _, section in report.walk():
        for block in section.blocks:
            for part in [block] if isinstance(block, Paragraph) else block.rows:
                if part.recognised is not None:
                    pages.add(part.recognised.page)
    return tuple(sorted(pages))


def has_page_pictures(searcher: Searcher, report_id: str) -> bool:
    """Whether the files are there from which recognised pages of a report are drawn; their bytes are not looked at."""
    root, beside = searcher.pages_beside(report_id)
    return searcher.has_original(report_id) and all(
        split(Path(root), one.path)[0].is_file() for one in beside
    )


def page_picture(searcher: Searcher, report: Report, *, number: int) -> bytes:
    """Page ``number`` of the original of ``report`` as JPG, upright.

    Raises ``NotFoundError`` for a page of which nothing was recognised, ``GoneError`` where the original is gone or
    can't be drawn, ``BusyError`` while others are being drawn.
    """
    if number not in recognised_pages(report):
        raise NotFoundError("no-page", f"这份报告没有编号为 {number} 的识别页。", hint="请从报告全文进入。")
    root, beside = searcher.pages_beside(report.id)
    degrees = next((turned.degrees for turned in report.turned_pages if turned.page == number), 0)
    key = (report.source.sha256, beside, number, degrees)
    if (known := _kept.get(key)) is not None:
        return known
    data = searcher.original(report.id).data
    order = PageOrder(data, report.source.path, number, degrees, root, beside)
    if not _drawing.acquire(timeout=WAIT_SECONDS):
        raise BusyError("busy", "正在绘制别的页面，请稍候再试。", retry_after=2)
    try:
        picture = _drawn(order)
    finally:
        _drawing.release()
    _kept[key] = picture
    return picture


def _drawn(order: PageOrder) -> bytes:
    try:
        done = subprocess.run(
            _PROGRAM, input=order.packed(), capture_output=True, timeout=_SECONDS, check=True
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise GoneError("page-not-drawn", "这一页的图片显示不了。", hint=_HINT) from error
    return done.stdout
