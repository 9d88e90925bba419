"""The query tree: what was asked, in nodes that every engine understands the same way.

Nodes are immutable and compare by value. Leaves carry their folded text (and ranking words), so that no engine
analyses anything. What each node means for one passage is described here once and computed by ``query.evaluate``,
with which every engine has to agree.

A node *holds* for a passage. It holds *in text* if one of its words occurs in the passage's own text, and it holds
as *filter only* if it needs no word at all (a field, a negation, everything). A passage is a hit if the tree holds in
one of these two ways; words of the context (headings, title, agency) help, but are not enough by themselves:
``外交部 2014 领事保护`` may find 外交部 and 2014 in the context, but not all three.

A passage that is a heading or a title is only asked if the whole tree asks for exact wording somewhere outside of a
Not (Phrase, Pattern, Near, Within), or has an IncludeHeadings there; otherwise no heading is a hit.

Nodes are Structs of msgspec: a class takes a tenth of the time to make that a dataclass takes, and every search waits
for these.

The functions at the end give the children of a node of any kind, so that code which only passes through a tree need
not know all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
from msgspec.structs import replace

from report_search.analysis.char_folding import is_latin
from report_search.analysis.fold import FoldedText

MAX_BORDERS = 40
"""So many borders of cells in a row, empty cells between them, may stand where white space was typed."""


class Term(msgspec.Struct, frozen=True):
    """A word of an unquoted query: occurs as typed in the passage's text or in its context.

    ``synonyms`` satisfy it as well. ``words`` are the ranking words that it is segmented into (search mode).
    """

    text: str
    folded: FoldedText
    words: tuple[str, ...] = ()
    synonyms: tuple[FoldedText, ...] = ()


class Phrase(msgspec.Struct, frozen=True):
    """Exact wording: some reading of it occurs in some reading of the passage's own text."""

    text: str
    folded: FoldedText
    words: tuple[str, ...] = ()


class Gap(msgspec.Struct, frozen=True):
    """What may stand between two parts of a pattern: ``low`` … ``high`` characters, both included.

    They are neither punctuation (but a printed ``*`` is let through) nor the border of a cell; with ``cells`` they
    are one space or a run of borders and nothing else.
    """

    low: int
    high: int
    cells: bool = False


class Pattern(msgspec.Struct, frozen=True):
    """A word with wildcards in it: its parts in this order, with what each wildcard allows between them.

    ``wildcards`` has one character for each place between two parts, ``*`` for all if it is empty: ``*`` is at most
    ``gap`` characters, ``?`` exactly one, and a blank is white space typed inside exact wording, which stands for
    nothing or for the borders between cells, in a text that has any. In the passage's own text only.
    """

    text: str
    parts: tuple[FoldedText, ...]
    gap: int = 10
    wildcards: str = ""

    def steps(self) -> tuple[tuple[FoldedText, Gap], ...]:
        """Each part that is not empty, with the gap before it; the first one's gap is empty.

        领*?护 has the parts 领, an empty one and 护: at most ``gap`` characters and exactly one are between them.
        """
        found: list[tuple[FoldedText, Gap]] = []
        wildcards = self.wildcards or "*" * (len(self.parts) - 1)
        since = ""
        for part, wildcard in zip(self.parts, ("", *wildcards), strict=True):
            since += wildcard
            if not part.is_empty:
                found.append((part, self._gap(since, found[-1][0], part) if found else Gap(0, 0)))
                since = ""
        return tuple(found)

    def _gap(self, wildcards: str, left: FoldedText, right: FoldedText) -> Gap:
        if wildcards.strip():
            single = wildcards.count("?")
            return Gap(single, single + self.gap * wildcards.count("*"))
        # Two Latin letters or digits never join: 3 1 is not 31.
        stay_apart = is_latin(left.text[-1]) and is_latin(right.text[0])
        return Gap(int(stay_apart), MAX_BORDERS, cells=True)


class Near(msgspec.Struct, frozen=True):
    """Both operands in the passage's own text, in either order, with at most ``distance`` characters between."""

    left: Query
    right: Query
    distance: int


class Within(msgspec.Struct, frozen=True):
    """All operands in one sentence of the passage's own text (同句)."""

    children: tuple[Query, ...]


class And(msgspec.Struct, frozen=True):
    """All children hold; in text if one of them holds in text."""

    children: tuple[Query, ...]


class Or(msgspec.Struct, frozen=True):
    """At least one child holds."""

    children: tuple[Query, ...]


class Not(msgspec.Struct, frozen=True):
    """The child does not hold for the passage's own text. Words of the context never exclude a passage."""

    child: Query


class IncludeHeadings(msgspec.Struct, frozen=True):
    """The child, asked of headings and titles as well, though it may have no exact wording."""

    child: Query


class AtLeast(msgspec.Struct, frozen=True):
    """At least ``count`` of the children hold. A hit for which all of them hold is *complete*."""

    count: int
    children: tuple[Query, ...]


class Question(msgspec.Struct, frozen=True):
    """A question in plain Chinese: a passage holds if it scores well enough, or lacks none of the ``terms``.

    Well enough is a stated share of the best score of any passage of the whole generation in which all that is
    ``demanded`` holds (``engine.question_scoring`` has the formula and the share). Filters and fields beside the
    question have no say in that. ``grams`` are the pairs of neighbouring characters of all that is unquoted, words
    that do not count included; a character that stands alone is one by itself.
    """

    terms: tuple[Term, ...]
    grams: tuple[str, ...]
    demanded: tuple[Query, ...] = ()


class InField(msgspec.Struct, frozen=True):
    """``field`` (year, section, topic, agency, type, report) has one of ``values``, canonical keys."""

    field: str
    values: tuple[str, ...]


class Between(msgspec.Struct, frozen=True):
    """The year is in ``low`` … ``high``, both included; None leaves that side open. No year: no hit."""

    field: str
    low: int | None
    high: int | None


class NumberRange(msgspec.Struct, frozen=True):
    """``low`` … ``high``, None where that side is open; ``includes`` says whether the bounds themselves count.

    A range of percentages has no number in it that is not one, and the other way round.
    """

    low: float | None
    high: float | None
    includes: tuple[bool, bool] = (True, True)
    is_percent: bool = False

    def has(self, value: float, *, is_percent: bool) -> bool:
        """Whether a number is in the range."""
        above = self.low is None or value > self.low or (self.includes[0] and value == self.low)
        below = self.high is None or value < self.high or (self.includes[1] and value == self.high)
        return above and below and is_percent == self.is_percent


class HasNumber(msgspec.Struct, frozen=True):
    """A number of the passage's own text is in ``range`` (数:>100).

    Of a table row, the number of a value cell. Of a paragraph, a number that stands for a quantity, in one sentence
    with one of ``beside``: the positive words and quotes of the same And; in any sentence if there are none. The
    heads of tables have no numbers.
    """

    range: NumberRange
    beside: tuple[Leaf, ...] = ()


class InReport(msgspec.Struct, frozen=True):
    """``child`` holds for the passage's report as a whole (整份:…).

    Each leaf of ``child`` is asked of the report: it holds if some passage of it holds. And, Or, AtLeast and Not join
    these answers. It is a filter, the same for every passage of a report; nothing of it is marked, scored or let off,
    so for code that passes through a tree it is a leaf.
    """

    child: Query


class Everything(msgspec.Struct, frozen=True):
    """Every passage: the empty query."""


Query = (
    Term
    | Phrase
    | Pattern
    | Near
    | Within
    | And
    | Or
    | Not
    | IncludeHeadings
    | AtLeast
    | Question
    | InField
    | Between
    | HasNumber
    | InReport
    | Everything
)
Leaf = Term | Phrase | Pattern


def children(node: Query) -> tuple[Query, ...]:
    """The nodes directly below ``node``, in the order of the query; () for a leaf, a filter and Everything."""
    match node:
        case And(below) | Or(below) | AtLeast(_, below) | Within(below):
            return below
        case Near(left, right):
            return (left, right)
        case Question(terms, _, demanded):
            return (*demanded, *terms)
        case Not(child) | IncludeHeadings(child):
            return (child,)
        case _:
            return ()


def map_children(node: Query, function: Callable[[Query], Query]) -> Query:
    """``node`` with ``function`` applied to each node directly below it; itself if there is none."""
    match node:
        case And() | Or() | AtLeast() | Within():
            return replace(node, children=tuple(map(function, node.children)))
        case Near(left, right):
            return replace(node, left=function(left), right=function(right))
        case Question(terms, _, demanded):
            below = [*map(function, demanded), *map(function, terms)]
            # A word that was made something else is no word to weigh any more: it is demanded.
            weighed = tuple(child for child in below[len(demanded) :] if isinstance(child, Term))
            others = tuple(child for child in below[len(demanded) :] if not isinstance(child, Term))
            return replace(node, terms=weighed, demanded=(*below[: len(demanded)], *others))
        case Not(child) | IncludeHeadings(child):
            return replace(node, child=function(child))
        case _:
            return node


def question_of(tree: Query) -> Question | None:
    """The question that ranks the hits of ``tree``: it is the tree, or stands in it beside what is required."""
    match tree:
        case Question():
            return tree
        case IncludeHeadings(child):
            return question_of(child)
        case And(below):
            return next((child for child in below if isinstance(child, Question)), None)
        case _:
            return None


def leaves(node: Query, *, negated: bool) -> Iterator[Leaf]:
    """Every Term, Phrase and Pattern of a tree in order; those under a Not only if ``negated``."""
    if isinstance(node, Leaf):
        yield node
    elif negated or not isinstance(node, Not):
        for child in children(node):
            yield from leaves(child, negated=negated)
