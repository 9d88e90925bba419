"""Highlighting: where in the printed text a query was found.

The rule: a snippet is a text and its spans, never markup. Whoever shows it escapes the text and sets the marks.
"""

from __future__ import annotations

from report_search.passages import Passage
from report_search.query.ast import And, AtLeast, Between, Everything, InField, Not, Or, Query
from report_search.query.evaluate import marking_view, spans
from report_search.record import Record

Span = tuple[int, int]


class Snippet(Record, frozen=True):
    """A text and the spans to mark: half-open code-point offsets, in order, none touching the next."""

    text: str
    spans: tuple[Span, ...]


def highlight(tree: Query, passage: Passage) -> Snippet:
    """The whole text of a passage, with the spans that ``tree`` found in it."""
    if _marks_nothing(tree):
        # Folding a text costs ten times what the rest of an export of everything does.
        return Snippet(passage.text, ())
    return Snippet(passage.text, tuple(spans(tree, marking_view(tree, passage))))


def _marks_nothing(tree: Query) -> bool:
    """Whether nothing that a tree asks for stands in a text: it has fields and negations only."""
    match tree:
        case Everything() | InField() | Between() | Not():
            return True
        case And(children) | Or(children) | AtLeast(_, children):
            return all(map(_marks_nothing, children))
        case _:
            return False
