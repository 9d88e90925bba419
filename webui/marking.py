"""Marks on printed text: spans become ``<mark>``, a long paragraph an excerpt, a row its cells.

The rule: text is escaped piece by piece and marks are set around the pieces, so nothing that was printed in a report
can ever be read as markup. Spans are half-open, in code points, in order and apart from each other.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape
from msgspec import Struct

from report_search.fields import BORDER
from report_search.search.highlight import Snippet, Span

WHOLE_TEXT = 260
"""Texts up to this many characters are shown whole; windows of a longer one are added up to this length."""
CONTEXT_BEFORE, CONTEXT_AFTER = 60, 110
"""How many characters an excerpt shows at most before and after a mark."""
MERGE_GAP = 12
"""Windows with a gap up to this many characters between them become one."""
SENTENCE_ENDS, CLAUSE_ENDS = "。！？；\n", "，、：,"


def mark_spans(text: str, spans: Sequence[Span] = ()) -> Markup:
    """``text`` escaped, with ``<mark>`` around each span."""
    if not spans:
        return escape(text)
    pieces, done = [], 0
    for start, end in spans:
        pieces += [escape(text[done:start]), "<mark>", escape(text[start:end]), "</mark>"]
        done = end
    return Markup("".join([*pieces, escape(text[done:])]))


class LinkedSpan(Struct, frozen=True):
    """A stretch of a text that leads somewhere."""

    start: int
    end: int
    link: str


def link_spans(snippet: Snippet, links: Sequence[LinkedSpan] = ()) -> Markup:
    """A text with its marks, and with links around the stretches of ``links``; of two that overlap the first counts."""
    pieces, done = [], 0
    for one in links:
        if one.start >= done:
            before, inside = clip(snippet, (done, one.start)), clip(snippet, (one.start, one.end))
            anchor = Markup('<a class="reference" href="{}">{}</a>').format(
                one.link, mark_spans(inside.text, inside.spans)
            )
            pieces += [mark_spans(before.text, before.spans), anchor]
            done = one.end
    rest = clip(snippet, (done, len(snippet.text)))
    return Markup("").join([*pieces, mark_spans(rest.text, rest.spans)])


def clip_links(links: Sequence[LinkedSpan], span: Span) -> tuple[LinkedSpan, ...]:
    """Those of ``links`` that lie in ``span``, counted from its beginning."""
    start, end = span
    return tuple(
        LinkedSpan(one.start - start, one.end - start, one.link)
        for one in links
        if start <= one.start and one.end <= end
    )


def clip(snippet: Snippet, span: Span) -> Snippet:
    """The part of ``snippet`` in ``span``; its own spans are cut to it and count from its beginning."""
    start, end = span
    spans = snippet.spans and tuple(
        (max(low, start) - start, min(high, end) - start)
        for low, high in snippet.spans
        if low < end and high > start
    )
    return Snippet(snippet.text[start:end], spans)


def cells(snippet: Snippet) -> list[Snippet]:
    """The parts of a row's text between its borders."""
    parts, start = [], 0
    for text in snippet.text.split(BORDER):
        parts.append(clip(snippet, (start, start + len(text))))
        start += len(text) + len(BORDER)
    return parts


def without_borders(snippet: Snippet) -> Snippet:
    """A table's head in one line: an ideographic space for each border, so that spans keep their offsets."""
    return Snippet(snippet.text.replace(BORDER, "\u3000"), snippet.spans)


def excerpt(snippet: Snippet) -> list[Snippet]:
    """The parts of a text to show in a list of hits: around its marks, cut where a sentence or a clause ends.

    A short text comes back whole, as one part; a long one without marks as its beginning.
    """
    if len(snippet.text) <= WHOLE_TEXT:
        return [snippet]
    beginning = (0, _window_end(snippet.text, WHOLE_TEXT - CONTEXT_AFTER))
    return [clip(snippet, window) for window in _windows(snippet) or [beginning]]


def _windows(snippet: Snippet) -> list[Span]:
    """A window around each mark, in order and apart from each other, until there is no room for more."""
    windows: list[Span] = []
    for low, high in snippet.spans:
        start, end = _window_start(snippet.text, low), _window_end(snippet.text, high)
        touches_last = bool(windows) and start <= windows[-1][1] + MERGE_GAP
        if touches_last:
            # Lengthens the last window even when the room is used up: its context already holds most of this one.
            start = windows.pop()[0]
        elif sum(stop - begin for begin, stop in windows) > WHOLE_TEXT:
            break
        windows.append((start, end))
    return windows


def _window_start(text: str, mark: int) -> int:
    """Where a window begins for a mark at offset ``mark``.

    Behind the first sentence end within ``CONTEXT_BEFORE`` characters, else behind the first comma, else that far
    before.
    """
    earliest = max(0, mark - CONTEXT_BEFORE)
    if earliest == 0:
        return 0
    before = text[earliest:mark]
    for ends in (SENTENCE_ENDS, CLAUSE_ENDS):
        offsets = [before.find(char) for char in ends if char in before]
        if offsets:
            return earliest + min(offsets) + 1
    return earliest


def _window_end(text: str, mark: int) -> int:
    """Where a window ends for a mark that ends at offset ``mark``.

    Behind the last sentence end within ``CONTEXT_AFTER`` characters, else before the last comma, else that far behind.
    """
    latest = min(len(text), mark + CONTEXT_AFTER)
    if latest == len(text):
        return latest
    after = text[mark:latest]
    sentence_end = max(after.rfind(char) for char in SENTENCE_ENDS)
    if sentence_end >= 0:
        return mark + sentence_end + 1
    clause_end = max(after.rfind(char) for char in CLAUSE_ENDS)
    # A comma right behind the mark (offset 0) would leave no context at all.
    return mark + clause_end if clause_end > 0 else latest
