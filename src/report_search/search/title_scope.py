"""Looking in titles as well: what is said in a heading, and not below it, is found by its heading.

By itself a search wants a word of the passage's own text, or every passage of a report would be about what its title
says. Asked to, it takes headings, column heads, title and agency as good as text, quoted wording included.
"""

from __future__ import annotations

from report_search.query.ast import And, AtLeast, IncludeContext, Or, Phrase, Query, Term, map_children


def with_titles(tree: Query) -> Query:
    """``tree`` with its words and quoted wordings wanted anywhere: in a passage or in what stands above it."""
    return IncludeContext(_as_words(tree))


def _as_words(tree: Query) -> Query:
    if isinstance(tree, Phrase):
        return Term(tree.text, tree.folded, tree.words)
    return map_children(tree, _as_words) if isinstance(tree, And | Or | AtLeast) else tree
