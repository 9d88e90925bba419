"""Highlighting: where in the printed text a query was found.

The rule: a snippet is a text and its spans, never markup. Whoever shows it escapes the text and sets the marks.
"""

from __future__ import annotations

from dataclasses import dataclass

from report_search.passages import Passage
from report_search.query.ast import Query
from report_search.query.evaluate import spans, view

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text and the spans to mark: half-open code-point offsets, in order, none touching the next."""

    text: str
    spans: tuple[Span, ...]


def highlight(tree: Query, passage: Passage) -> Snippet:
    """The whole text of a passage, with the spans that ``tree`` found in it."""
    return Snippet(passage.text, tuple(spans(tree, view(passage))))
