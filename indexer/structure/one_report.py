"""Whether pages that were put together by the numbers in their names are one report.

The rule: a later page that opens with another report's title than the first is the beginning of another report, and
then nothing is read: whoever keeps the files has to say which belong together.
"""

from __future__ import annotations

from collections import defaultdict

from indexer.document import Document, Line
from indexer.structure.report_titles import is_report_title
from report_search.analysis.fold import fold_text
from report_search.errors import ReadError

_OPENING = 4
"""So many lines of a page can be its title."""


def check_is_one(document: Document) -> None:
    """Raise ``ReadError`` (``several-reports``) for pages with different titles, if their numbers alone joined them."""
    if not document.is_numbered:
        return
    openings: defaultdict[int, list[str]] = defaultdict(list)
    for part in document.parts:
        if isinstance(part, Line) and part.page and len(openings[part.page]) < _OPENING:
            openings[part.page].append(part.text)
    first = {fold_text(text) for text in openings[1]}
    for page in sorted(set(openings) - {1}):
        for text in openings[page]:
            if is_report_title(text) and fold_text(text) not in first:
                raise ReadError(
                    "several-reports",
                    f"按编号合在一起的图片像是几份报告：第 {page} 张另有标题“{text[:40]}”",
                    hint="请把各份放进各自的目录，或在 manifest.toml 里用 pages 写明哪些图片是一份。",
                )
