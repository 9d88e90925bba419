"""Marks on printed text: spans become ``<mark>``, a long paragraph an excerpt, a row its cells.

Text is escaped piece by piece and marks are set around the pieces, so nothing that was printed in a report
can ever be read as markup. Spans are code-point offsets, in order, apart from each other.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from report_search.fields import BORDER
from report_search.search.highlight import Snippet, Span

LONG = 260
"""Texts up to this many characters are shown whole."""
BEFORE, AFTER = 60, 110
STOPS, PAUSES = "。！？；\n", "，、：,"


def marked(text: str, spans: Sequence[Span] = ()) -> Markup:
    """``text`` escaped, with ``<mark>`` around each span."""
    if not spans:
        return escape(text)
    done, at = [], 0
    for start, end in spans:
        done += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    return Markup("".join([*done, escape(text[at:])]))


def clip(snippet: Snippet, span: Span) -> Snippet:
    """The part of ``snippet`` in ``span``, its own spans cut to it and counted from its beginning."""
    start, end = span
    spans = snippet.spans and tuple(
        (max(low, start) - start, min(high, end) - start)
        for low, high in snippet.spans
        if low < end and high > start
    )
    return Snippet(snippet.text[start:end], spans)


def cells(snippet: Snippet) -> list[Snippet]:
    """The parts of a row's text between its borders."""
    found, at = [], 0
    for part in snippet.text.split(BORDER):
        found.append(clip(snippet, (at, at + len(part))))
        at += len(part) + len(BORDER)
    return found


def without_borders(snippet: Snippet) -> Snippet:
    """A table's head in one line: an ideographic space for each border, so that spans stay."""
    return Snippet(snippet.text.replace(BORDER, "\u3000"), snippet.spans)


def excerpt(snippet: Snippet) -> list[Snippet]:
    """The stretches of a text that are worth showing in a list: around its marks, cut where a clause ends.

    A short text comes back whole, as one stretch; a text without marks as its beginning.
    """
    if len(snippet.text) <= LONG:
        return [snippet]
    windows = _windows(snippet) or [(0, _end(snippet.text, LONG - AFTER))]
    return [clip(snippet, window) for window in windows]


def _windows(snippet: Snippet) -> list[tuple[int, int]]:
    windows: list[tuple[int, int]] = []
    for low, high in snippet.spans:
        start, end = _start(snippet.text, low), _end(snippet.text, high)
        if windows and start <= windows[-1][1] + 12:
            start, end = windows.pop()[0], end
        elif sum(stop - begin for begin, stop in windows) > LONG:
            break
        windows.append((start, end))
    return windows


def _start(text: str, at: int) -> int:
    """Where a stretch around position ``at`` begins: behind a full stop, else a comma, else a bit before."""
    low = max(0, at - BEFORE)
    if low == 0:
        return 0
    before = text[low:at]
    for marks in (STOPS, PAUSES):
        found = [before.find(mark) for mark in marks if mark in before]
        if found:
            return low + min(found) + 1
    return low


def _end(text: str, at: int) -> int:
    """Where a stretch around position ``at`` ends: with a full stop, else before a comma, else further."""
    high = min(len(text), at + AFTER)
    if high == len(text):
        return high
    after = text[at:high]
    stop = max(after.rfind(mark) for mark in STOPS)
    if stop >= 0:
        return at + stop + 1
    pause = max(after.rfind(mark) for mark in PAUSES)
    return at + pause if pause > 0 else high
