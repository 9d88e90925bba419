"""Which words a number of a query has to stand beside: 新闻发布会 数:>100 wants both in one sentence.

They are the positive words and quotes of the And that the number is in, whatever the other operators between; a
number in an And without any takes those of the And around it, and alone it may stand in any sentence. A question with
what it demands is such an And. The rule: once it is written into its node, a number means the same wherever the tree
is taken apart.
"""

from __future__ import annotations

from report_search.query.ast import (
    And,
    HasNumber,
    InReport,
    Leaf,
    Near,
    Query,
    Question,
    Within,
    children,
    leaves,
    map_children,
)


def with_neighbours(tree: Query, beside: tuple[Leaf, ...] = ()) -> Query:
    """``tree`` with what each of its numbers has to stand beside; ``beside`` are the leaves of the And around it."""
    match tree:
        case HasNumber():
            return HasNumber(tree.range, beside)
        case InReport(child):
            return InReport(with_neighbours(child))
        case And(below):
            words = [tuple(leaves(child, negated=False)) for child in below]
            return And(
                tuple(with_neighbours(child, _others(words, at) or beside) for at, child in enumerate(below))
            )
        case Question(terms, grams, demanded):
            others = with_neighbours(And((*demanded, *terms)), beside)
            return Question(terms, grams, children(others)[: len(demanded)])
        case Near() | Within():
            return tree
        case _:
            return map_children(tree, lambda child: with_neighbours(child, beside))


def _others(words: list[tuple[Leaf, ...]], at: int) -> tuple[Leaf, ...]:
    """The leaves of all children but that at ``at``, each once."""
    return tuple(dict.fromkeys(leaf for number, own in enumerate(words) if number != at for leaf in own))
