"""Concordance: every place that a query marks, one a line, the keyword in the middle (KWIC).

The places are those that a search marks in its hits, headings included where a search includes them, so the number of
lines is the number of marks. The rule: lines are sorted and grouped by what stands beside the keyword, as it is
compared (folded) and not as it was printed; left contexts are compared from the keyword outwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import Literal, get_args

from report_search.analysis.fold import fold, fold_text
from report_search.errors import RequestError
from report_search.fields import BORDER, NO_YEAR
from report_search.passages import Passage
from report_search.query.interpret import Hint
from report_search.query.lexicon import TextSegmenter
from report_search.query.positions import sentences
from report_search.search import cursors
from report_search.search.cursors import Position
from report_search.search.request import SearchRequest
from report_search.search.results import Hit, IndexState
from report_search.search.searcher import Searcher

LineOrder = Literal["right", "left", "year"]
LINE_ORDERS: tuple[LineOrder, ...] = get_args(LineOrder)
"""The orders of lines; the first is the default."""
DEFAULT_WIDTH, MAX_WIDTH = 30, 200
"""Characters of context on each side."""
DEFAULT_LINES = 50
"""Lines on a page."""
SENTENCE = 0
"""The width that stands for the rest of the sentence on both sides."""
NEIGHBOUR = 12
"""So many characters beside the keyword are looked at for the word that is next to it."""
_CELL_GAP = "\u3000"
"""What stands in a line for the border of a cell or a line break: a line is one line."""
_ONE_LINE = str.maketrans(dict.fromkeys((BORDER, "\r", "\n"), _CELL_GAP))


@dataclass(frozen=True, slots=True)
class ConcordanceRequest:
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


@dataclass(frozen=True, slots=True)
class ConcordanceLine:
    """A marked place: what is printed to its left, in it, and to its right, cut to the width that was asked for.

    ``group`` is what the line is grouped by: the word next to the keyword ("" at the edge of its text), or the year.
    """

    passage: Passage
    left: str
    key: str
    right: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class ContextGroup:
    """Lines with equal context: the text that they share ("" for the edge of a text) and their number."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Concordance:
    """All lines of a request in their order; ``request`` has its filters in canonical values.

    ``passages`` and ``reports`` count those that have a line. ``groups`` are by count, largest first, and add up to
    the number of lines; groups of years stand newest first.
    """

    request: ConcordanceRequest
    lines: tuple[ConcordanceLine, ...]
    groups: tuple[ContextGroup, ...]
    passages: int
    reports: int
    hints: tuple[Hint, ...]
    index: IndexState


@dataclass(frozen=True, slots=True)
class ConcordancePage:
    """Some lines of a concordance. ``first`` counts from 1; cursors are "" where there is no such page."""

    whole: Concordance
    lines: tuple[ConcordanceLine, ...]
    first: int
    next: str = ""
    previous: str = ""


def concordance(searcher: Searcher, asked: ConcordanceRequest) -> Concordance:
    """Every line of a request. Raises what a search raises."""
    walk = searcher.walk(replace(asked.search, facets=(), sort="newest"))
    canonical = replace(walk.page.request, cursor=asked.search.cursor, limit=asked.search.limit)
    neighbour = _neighbour_by(searcher.lexicon().segmenter, asked.order)
    lines = list(chain.from_iterable(_lines(hit, asked, neighbour=neighbour) for hit in walk.hits))
    if asked.order != "year":
        # Hits come newest first, and sorting keeps that among equal contexts.
        lines.sort(key=_sort_key(asked.order))
    return Concordance(
        request=replace(asked, search=canonical),
        lines=tuple(lines),
        groups=_groups(lines, asked.order),
        passages=len({line.passage.id for line in lines}),
        reports=len({line.passage.report for line in lines}),
        hints=walk.page.hints,
        index=walk.page.index,
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
        whole.lines[start:stop],
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


def _lines(
    hit: Hit, asked: ConcordanceRequest, *, neighbour: Callable[[Passage, str, str], str]
) -> Iterator[ConcordanceLine]:
    passage, text = hit.passage, hit.snippet.text
    borders = _sentence_borders(text) if asked.width == SENTENCE and hit.snippet.spans else ()
    for start, end in hit.snippet.spans:
        first, last = start - asked.width, end + asked.width
        if borders:
            first = max(border for border in borders if border <= start)
            last = min(border for border in borders if border >= end)
        left, right = text[max(0, first) : start], text[end:last]
        yield ConcordanceLine(
            passage,
            _one_line(left),
            _one_line(text[start:end]),
            _one_line(right),
            # Looked for in the text, not in what is shown of it: the width changes no group.
            neighbour(passage, text[max(0, start - NEIGHBOUR) : start], text[end : end + NEIGHBOUR]),
        )


def _sentence_borders(text: str) -> tuple[int, ...]:
    """The offsets at which sentences of a printed text begin and end; both ends of the text are among them."""
    folded = fold(text)
    inner = (folded.span(*found)[0] for found in sentences(folded) if found[0])
    return (0, *inner, len(text))


def _one_line(text: str) -> str:
    return text.translate(_ONE_LINE)


def _neighbour_by(segmenter: TextSegmenter, order: LineOrder) -> Callable[[Passage, str, str], str]:
    """What tells the group of a line from its passage, the text before the keyword and the text behind it."""
    words = lru_cache(maxsize=4096)(lambda text: _first_and_last_word(text, segmenter))
    match order:
        case "year":
            return lambda passage, left, right: NO_YEAR if passage.year is None else str(passage.year)
        case "left":
            return lambda passage, left, right: words(left)[1]
        case "right":
            return lambda passage, left, right: words(right)[0]


def _first_and_last_word(text: str, segmenter: TextSegmenter) -> tuple[str, str]:
    """The words, or marks of punctuation, with which a text begins and ends; "" for both of an empty text."""
    folded = fold_text(text).strip()
    if not folded:
        return "", ""
    words = list(segmenter.words(folded)) or [""]
    first = words[0] if words[0] and folded.startswith(words[0]) else folded[0]
    last = words[-1] if words[-1] and folded.endswith(words[-1]) else folded[-1]
    return _mark_free(first), _mark_free(last)


def _mark_free(word: str) -> str:
    """``word``, or "" for the border of a cell, which is an edge like that of a text."""
    return "" if word == BORDER else word


def _sort_key(order: LineOrder) -> Callable[[ConcordanceLine], tuple[str, str]]:
    """Lines of one group stand together, within it they are sorted by the rest of their context."""
    if order == "left":
        return lambda line: (line.group[::-1], fold_text(line.left)[::-1])
    return lambda line: (line.group, fold_text(line.right))


def _groups(lines: Iterable[ConcordanceLine], order: LineOrder) -> tuple[ContextGroup, ...]:
    counts = Counter(line.group for line in lines)
    groups = (ContextGroup(text, count) for text, count in counts.items())
    # Lines of years are in their order already: newest first, undated last.
    return tuple(groups if order == "year" else sorted(groups, key=lambda one: (-one.count, one.text)))
