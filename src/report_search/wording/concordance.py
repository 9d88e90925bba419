"""Concordance: every place that a query marks, one a line, the keyword in the middle (KWIC).

The places are those that a search marks in its hits, headings included where a search includes them, so the number of
lines is the number of marks. The rule: lines are sorted and grouped by what stands beside the keyword, as it is
compared (folded) and not as it was printed; left contexts are compared from the keyword outwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args, overload

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from report_search.config import DEFAULT_LIMIT
from report_search.engine.cache import LruCache
from report_search.errors import RequestError
from report_search.passages import Passage
from report_search.query.interpret import Hint
from report_search.search import cursors
from report_search.search.cursors import Position
from report_search.search.request import SearchRequest
from report_search.search.results import IndexState
from report_search.search.searcher import Searcher
from report_search.wording.concordance_layout import (
    SENTENCE,
    ConcordanceLayout,
    LineOrder,
    Places,
    beside,
    lay_out,
    one_line,
)

__all__ = [
    "DEFAULT_LINES",
    "DEFAULT_WIDTH",
    "LINE_ORDERS",
    "MAX_WIDTH",
    "SENTENCE",
    "Concordance",
    "ConcordanceLine",
    "ConcordanceLines",
    "ConcordancePage",
    "ConcordanceRequest",
    "ContextGroup",
    "LineOrder",
    "concordance",
    "concordance_page",
]

LINE_ORDERS: tuple[LineOrder, ...] = get_args(LineOrder)
"""The orders of lines; the first is the default."""
DEFAULT_WIDTH, MAX_WIDTH = 30, 200
"""Characters of context on each side."""
DEFAULT_LINES = 50
"""Lines on a page."""
_KEPT_BYTES = 64 << 20
_LAYOUTS = LruCache(_KEPT_BYTES, size_of=lambda layout: layout.size)
"""Layouts by the folder of their generation and what was asked: the next page and the file need no other."""
_BATCH_LINES = 1000
_OF_NO_MATTER: Mapping[str, Any] = {
    "cursor": "",
    "limit": DEFAULT_LIMIT,
    "strict": False,
    "sort": "newest",
    "facets": (),
    "tallies": (),
    "whole": (),
    "by": "year",
}
"""What changes no line: page, API and file share a layout, however they ask for it."""


class ConcordanceRequest(Struct, frozen=True):
    """A search, and how its marks are laid out.

    ``width`` is the number of characters on each side, ``SENTENCE`` for the sentence. Raises ``RequestError`` for
    another width or order.
    """

    search: SearchRequest
    width: int = DEFAULT_WIDTH
    order: LineOrder = "right"

    def __post_init__(self) -> None:
        if not 0 <= self.width <= MAX_WIDTH:
            raise RequestError(
                "bad-width",
                f"上下文的宽度不能是 {self.width}。",
                hint=f"请给出 1 到 {MAX_WIDTH} 之间的字数，或 sentence（整句）。",
            )
        if self.order not in LINE_ORDERS:
            raise RequestError(
                "bad-sort", f"不认识的排序“{self.order}”。", hint=f"可用：{'、'.join(LINE_ORDERS)}。"
            )


class ConcordanceLine(Struct, frozen=True):
    """A marked place: what is printed to its left, in it, and to its right, cut to the width that was asked for.

    ``group`` is what the line is grouped by: the word next to the keyword ("" at the edge of its text), or the year.
    """

    passage: Passage
    left: str
    key: str
    right: str
    group: str = ""


class ContextGroup(Struct, frozen=True):
    """Lines with equal context: the text that they share ("" for the edge of a text) and their number."""

    text: str
    count: int


class Concordance(Struct, frozen=True):
    """All lines of a request in their order; ``request`` has its filters in canonical values.

    ``passages`` and ``reports`` count those that have a line. ``groups`` are by count, largest first, and add up to
    the number of lines; groups of years stand newest first.
    """

    request: ConcordanceRequest
    lines: Sequence[ConcordanceLine]
    groups: tuple[ContextGroup, ...]
    passages: int
    reports: int
    hints: tuple[Hint, ...]
    index: IndexState


class ConcordancePage(Struct, frozen=True):
    """Some lines of a concordance. ``first`` counts from 1; cursors are "" where there is no such page."""

    whole: Concordance
    lines: tuple[ConcordanceLine, ...]
    first: int
    next: str = ""
    previous: str = ""


def concordance(searcher: Searcher, asked: ConcordanceRequest) -> Concordance:
    """Every line of a request. Raises what a search raises."""
    pinned, search = searcher.pinned(), asked.search
    if search.strict:
        # What can't be understood raises here; whatever else is found and laid out is the same.
        pinned.search(replace(search.every_hit, limit=1, cursor="", facets=(), tallies=()), is_helping=False)
    plain = replace(search.every_hit, **_OF_NO_MATTER)
    found: ConcordanceLayout = _LAYOUTS.get(
        (pinned.generation().folder, plain, asked.order, asked.width),
        lambda: lay_out(pinned, plain, order=asked.order, width=asked.width),
    )
    kept = {name: getattr(search, name) for name in ("cursor", "limit", "strict", "whole", "by")}
    canonical = replace(found.request, **kept)
    return Concordance(
        request=replace(asked, search=canonical),
        lines=ConcordanceLines(found, pinned, width=asked.width),
        groups=tuple(ContextGroup(text, count) for text, count in found.groups),
        passages=len(found.passages),
        reports=found.reports,
        hints=found.hints,
        index=found.index,
    )


class ConcordanceLines(Sequence[ConcordanceLine]):
    """The lines of a layout. What is printed on them is read when they are asked for: a page costs its own lines."""

    def __init__(self, layout: ConcordanceLayout, searcher: Searcher, *, width: int) -> None:
        self._layout, self._width, self._searcher = layout, width, searcher

    def __len__(self) -> int:
        return len(self._layout.places)

    @overload
    def __getitem__(self, at: int) -> ConcordanceLine: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[ConcordanceLine, ...]: ...

    def __getitem__(self, at: int | slice) -> ConcordanceLine | tuple[ConcordanceLine, ...]:
        if isinstance(at, slice):
            return tuple(self._lines(self._layout.places[at]))
        return next(self._lines(self._layout.places[at][np.newaxis]))

    def __iter__(self) -> Iterator[ConcordanceLine]:
        for start in range(0, len(self), _BATCH_LINES):
            yield from self[start : start + _BATCH_LINES]

    def _lines(self, places: Places) -> Iterator[ConcordanceLine]:
        ids = [self._layout.passages[at] for at in np.unique(places[:, 0]).tolist()]
        read = {passage.id: passage for passage in self._searcher.passages(ids)}
        for at, start, end, group in places.tolist():
            passage = read[self._layout.passages[at]]
            left, right = beside(passage.text, (start, end), width=self._width)
            yield ConcordanceLine(
                passage,
                one_line(left),
                one_line(passage.text[start:end]),
                one_line(right),
                self._layout.names[group],
            )


def concordance_page(searcher: Searcher, asked: ConcordanceRequest) -> ConcordancePage:
    """The page of lines that the cursor of the request leads to.

    Raises ``RequestError`` for a cursor of another request, ``GoneError`` for one of another generation.
    """
    whole = concordance(searcher, asked)
    request = whole.request.search
    bound = _bound_request(whole.request)
    start = cursors.decode(bound, whole.index.generation).before
    stop = start + request.limit
    return ConcordancePage(
        whole,
        tuple(whole.lines[start:stop]),
        start + 1,
        next=_cursor(whole, bound, stop) if stop < len(whole.lines) else "",
        previous=_cursor(whole, bound, max(0, start - request.limit)) if start else "",
    )


def _cursor(whole: Concordance, bound: SearchRequest, before: int) -> str:
    return cursors.encode(bound, whole.index.generation, position=Position(before))


def _bound_request(asked: ConcordanceRequest) -> SearchRequest:
    """What a cursor is bound to: the search together with the layout, told apart from a search for the same words."""
    layout = f"concordance\0{asked.order}\0{asked.width}\0{asked.search.text}"
    return replace(asked.search, text=layout)
