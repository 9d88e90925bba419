"""Marking: where the words of a query stand in what was printed.

A snippet is the text and its marked spans, never markup: whoever shows it escapes the text and sets the marks.
"""

from __future__ import annotations

from dataclasses import dataclass

from report_search.passages import Passage
from report_search.query.ast import Query
from report_search.query.evaluate import spans, view

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text with its marked stretches: code-point offsets, in order, apart from each other."""

    text: str
    spans: tuple[Span, ...]


def highlight(tree: Query, passage: Passage) -> Snippet:
    """The passage's whole text with everything marked that ``tree`` found in it."""
    return Snippet(passage.text, tuple(spans(tree, view(passage))))
