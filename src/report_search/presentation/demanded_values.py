"""The values that every hit of a page must have: those it was narrowed to by filters, else in its query.

What is said of agencies and years that are not held starts from these. The rule: a value that a hit may do without
(under OR, under NOT) is never among them.
"""

from __future__ import annotations

from collections.abc import Iterator

from report_search.query.ast import And, Between, IncludeHeadings, InField, Query
from report_search.search.results import SearchPage


def demanded_values(page: SearchPage, field: str, *, most: int) -> tuple[str, ...]:
    """The values of a field of which every hit must have one: the filter's, else those in the query.

    Of a range of years that was typed at most ``most`` and one more are listed.
    """
    in_query = (value for values in _in_tree(page.interpretation.tree, field, most=most) for value in values)
    return page.request.chosen(field) or tuple(dict.fromkeys(in_query))


def _in_tree(tree: Query, field: str, *, most: int) -> Iterator[tuple[str, ...]]:
    """The values of each condition on ``field`` that no match can do without: not those under OR or NOT."""
    match tree:
        case And(children=children):
            for child in children:
                yield from _in_tree(child, field, most=most)
        case IncludeHeadings(child):
            yield from _in_tree(child, field, most=most)
        case InField(field=name, values=values) if name == field:
            yield values
        case Between(field=name, low=low, high=high) if name == field and low and high:
            # Anybody may type 年份:1..9999; no more years are looked up than notes are shown.
            yield tuple(str(year) for year in range(low, min(high, low + most) + 1))
