"""Where the lines of a concordance stand, in their order: numbers alone, so that a whole one can be kept.

A frequent word has a line in every second passage; what is printed on a line is read when its page is shown. The rule:
lines are ordered and grouped by folded text, left contexts from the keyword outwards.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from report_search.analysis.fold import fold, fold_text
from report_search.fields import BORDER, NO_YEAR
from report_search.passages import Passage
from report_search.query.interpret import Hint
from report_search.query.lexicon import TextSegmenter
from report_search.query.positions import sentences
from report_search.search.highlight import Snippet
from report_search.search.request import SearchRequest
from report_search.search.results import IndexState
from report_search.search.searcher import Searcher

LineOrder = Literal["right", "left", "year"]
SENTENCE = 0
"""The width that stands for the rest of the sentence on both sides."""
NEIGHBOUR = 12
"""So many characters beside the keyword are looked at for the word that is next to it."""
_CELL_GAP = "\u3000"
"""What stands in a line for the border of a cell or a line break."""
_ONE_LINE = str.maketrans(dict.fromkeys((BORDER, "\r", "\n"), _CELL_GAP))
_FIELDS = 4
_BYTES_OF_ID = 100
"""Of the id of a passage, about."""

Places = npt.NDArray[np.int32]


class ConcordanceLayout(Struct, frozen=True):
    """The lines of a search. ``request`` has its filters in canonical values.

    ``places``, ``(n_lines, 4) int32``, are in the order of the lines: which of ``passages`` (ids) a line is of, where
    its keyword begins and ends in the printed text, and which of ``names`` is its group. ``groups`` are the names with
    their numbers of lines, the largest first, years the newest first; ``reports`` are those with a line.
    """

    request: SearchRequest
    passages: tuple[str, ...]
    places: Places
    names: tuple[str, ...]
    groups: tuple[tuple[str, int], ...]
    reports: int
    hints: tuple[Hint, ...]
    index: IndexState

    @property
    def size(self) -> int:
        """The bytes that it takes, about."""
        return self.places.nbytes + _BYTES_OF_ID * (len(self.passages) + len(self.names))


class _Mark(Struct, frozen=True):
    """A keyword in a text: its ends, the word beside it that it is grouped by, and what sorts it within the group."""

    start: int
    end: int
    group: str
    key: str


def lay_out(searcher: Searcher, search: SearchRequest, *, order: LineOrder, width: int) -> ConcordanceLayout:
    """The lines of ``search``. Raises what a search raises."""
    page, found = searcher.walk_marks(replace(search, sort="newest"))
    marks_of = _marks_by(searcher.lexicon().segmenter, order, width)
    passages: list[str] = []
    reports: set[str] = set()
    numbers: dict[str, int] = {}
    places, keys = array("i"), list[tuple[str, str]]()
    for passage, snippet in found:
        if not snippet.spans:
            continue
        for mark in marks_of(snippet):
            group = _year_of(passage) if order == "year" else mark.group
            places.extend((len(passages), mark.start, mark.end, numbers.setdefault(group, len(numbers))))
            keys.append((group[::-1] if order == "left" else group, mark.key))
        passages.append(passage.id)
        reports.add(passage.report)
    lines: Places = np.array(places, dtype=np.int32).reshape(-1, _FIELDS)
    if order != "year":
        # Hits come newest first, and sorting keeps that among equal contexts.
        lines = lines[sorted(range(len(keys)), key=keys.__getitem__)]
    names = tuple(numbers)
    return ConcordanceLayout(
        page.request,
        tuple(passages),
        lines,
        names,
        _groups(lines, names, order),
        len(reports),
        page.hints,
        page.index,
    )


def beside(text: str, span: tuple[int, int], *, width: int) -> tuple[str, str]:
    """What is printed before and behind a keyword, cut to ``width``."""
    start, end = span
    first, last = max(0, start - width), end + width
    if width == SENTENCE:
        borders = _sentence_borders(text)
        first = max(border for border in borders if border <= start)
        last = min(border for border in borders if border >= end)
    return text[first:start], text[end:last]


@lru_cache(maxsize=256)
def _sentence_borders(text: str) -> tuple[int, ...]:
    """The offsets at which sentences of a printed text begin and end; both ends of the text are among them."""
    folded = fold(text)
    inner = (folded.span(*found)[0] for found in sentences(folded) if found[0])
    return (0, *inner, len(text))


def _marks_by(
    segmenter: TextSegmenter, order: LineOrder, width: int
) -> Callable[[Snippet], tuple[_Mark, ...]]:
    """What lays out the marks of a snippet; that of one text is worked out once."""
    words = lru_cache(maxsize=4096)(lambda text: _first_and_last_word(text, segmenter))

    def marks(snippet: Snippet) -> Iterator[_Mark]:
        text = snippet.text
        for start, end in snippet.spans:
            left, right = beside(text, (start, end), width=width)
            # The group is looked for in the text, not in what is shown of it: the width changes none.
            if order == "left":
                group = words(text[max(0, start - NEIGHBOUR) : start])[1]
                yield _Mark(start, end, group, fold_text(one_line(left))[::-1])
            elif order == "right":
                group = words(text[end : end + NEIGHBOUR])[0]
                yield _Mark(start, end, group, fold_text(one_line(right)))
            else:
                yield _Mark(start, end, "", "")

    # Equal texts come as one snippet, which the cache knows by its identity.
    known: dict[int, tuple[Snippet, tuple[_Mark, ...]]] = {}

    def marks_once(snippet: Snippet) -> tuple[_Mark, ...]:
        if id(snippet) not in known:
            known[id(snippet)] = snippet, tuple(marks(snippet))
        return known[id(snippet)][1]

    return marks_once


def _year_of(passage: Passage) -> str:
    return NO_YEAR if passage.year is None else str(passage.year)


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


def one_line(text: str) -> str:
    """``text`` without line breaks and borders of cells: a line is one line."""
    return text.translate(_ONE_LINE)


def _groups(lines: Places, names: tuple[str, ...], order: LineOrder) -> tuple[tuple[str, int], ...]:
    counts = Counter(lines[:, _FIELDS - 1].tolist())
    groups = ((names[group], count) for group, count in counts.items())
    # Lines of years are in their order already: newest first, undated last.
    return tuple(groups if order == "year" else sorted(groups, key=lambda one: (-one[1], one[0])))
