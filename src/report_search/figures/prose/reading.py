"""Figures in running text: “举办例行记者会 225 场” is 225 场 of 举办例行记者会.

The rule: a number is never without the sentence that it stands in, and never more exact than it was printed: 近30 has
the value 30 and says 近. What can't be told apart from a date, a rank or a name is no figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from report_search.analysis.fold import fold
from report_search.analysis.sentences import sentences
from report_search.figures.prose.counted import counted
from report_search.figures.prose.labels import labels

_MAY_COUNT = re.compile("[0-9０-９一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾兩萬億]")


class ProseFigure(Struct, frozen=True):
    """A figure of a sentence.

    ``label`` says what is counted in the sentence's own words, "" where it does not; ``whole`` is the label of what it
    is a part of (其中), "" for none. ``value`` is in units of one, in per cent where ``unit`` is ``%``; ``high`` is the
    other end of a range, None for none; ``about`` are the words that make it inexact (近, 余, 以上). ``text`` is the
    number as printed, with all of that, and begins at ``start`` of ``sentence``. ``is_change`` for how much something
    changed or what share it is; ``is_earlier`` for a number of another time than the report's year.
    """

    label: str
    value: float
    unit: str
    text: str
    sentence: str
    start: int
    whole: str = ""
    high: float | None = None
    about: str = ""
    is_change: bool = False
    is_earlier: bool = False
    passage: str = ""


def figures_of_text(text: str, *, passage: str = "", year: int | None = None) -> list[ProseFigure]:
    """The figures of a paragraph in order; ``passage`` is its id, ``year`` that of its report."""
    return [
        figure
        for sentence in sentences(text)
        if _MAY_COUNT.search(sentence)
        for figure in _figures_of(sentence, passage, year=year)
    ]


def _figures_of(sentence: str, passage: str, *, year: int | None) -> Iterator[ProseFigure]:
    folded = fold(sentence)
    found = counted(folded)
    if not found:
        return
    for one, label in zip(found, labels(folded, found, year=year), strict=True):
        start, end = folded.span(one.start, one.end)
        yield ProseFigure(
            label=label.text,
            value=one.value,
            unit=one.unit,
            text=sentence[start:end],
            sentence=sentence,
            start=start,
            whole=label.whole,
            high=one.high,
            about=one.about,
            is_change=label.is_change,
            is_earlier=label.is_earlier,
            passage=passage,
        )
