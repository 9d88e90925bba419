"""Searching in titles as well: words that are only in a heading find the passages below it.

A search wants at least one word in the passage's own text; otherwise a word of a report's title would find every
passage of the report. With ``titles``, words of headings, column heads, title and agency count like words of the text,
those of quoted wording too.
"""

from __future__ import annotations

from report_search.query.ast import (
    And,
    AtLeast,
    IncludeContext,
    Or,
    Phrase,
    Query,
    Question,
    Term,
    map_children,
)


def with_titles(tree: Query) -> Query:
    """``tree`` with its words and quoted wording looked for in the text of a passage or in its context."""
    return IncludeContext(_phrases_as_terms(tree))


def _phrases_as_terms(tree: Query) -> Query:
    """``tree`` with terms in place of phrases: a phrase is looked for in the text alone, a term in the context too."""
    if isinstance(tree, Phrase):
        return Term(tree.text, tree.folded, tree.words)
    looked_into = And | Or | AtLeast | Question
    return map_children(tree, _phrases_as_terms) if isinstance(tree, looked_into) else tree
