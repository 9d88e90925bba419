"""The neutral query tree: what was asked, in words that every engine understands the same way.

Nodes are immutable and compare by value. Leaves carry their folded readings (and ranking words), so that no engine
ever analyses anything. What each node means for one passage is stated here once and computed in
``query.evaluate``, which every engine has to agree with.

A node *holds* for a passage, and it is *anchored* if a word of it stands in the passage's own text. A passage is
a hit if the tree holds and either something in it is anchored or it holds without any word of the context (a
filter, a negation, everything): ``外交部 2014 领事保护`` may find 外交部 and 2014 in the context, but not all three.
"""

from __future__ import annotations

from dataclasses import dataclass

from report_search.analysis.fold import FoldedText


@dataclass(frozen=True, slots=True)
class Term:
    """A word of an unquoted query: stands as written in the passage's text or in its context.

    ``synonyms`` satisfy it as well. ``words`` are the ranking words it is cut into (search mode).
    """

    text: str
    folded: FoldedText
    words: tuple[str, ...] = ()
    synonyms: tuple[FoldedText, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    """Exact wording: some reading of it stands in some reading of the passage's own text."""

    text: str
    folded: FoldedText
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """A word with ``*`` in it: its parts in this order, with at most ``gap`` characters for each ``*``.

    What a ``*`` stands for holds neither punctuation nor the border of a cell. In the passage's own text only.
    """

    text: str
    parts: tuple[FoldedText, ...]
    gap: int = 10


@dataclass(frozen=True, slots=True)
class Near:
    """Both operands in the passage's own text, in either order, with at most ``distance`` characters between."""

    left: Query
    right: Query
    distance: int


@dataclass(frozen=True, slots=True)
class Within:
    """All operands in one sentence of the passage's own text (同句)."""

    children: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class And:
    """All children hold; anchored if one of them is."""

    children: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One child holds."""

    children: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The child does not hold for the passage's own text. Words of the context never exclude a passage."""

    child: Query


@dataclass(frozen=True, slots=True)
class IncludeContext:
    """The child holds, be it by words of the context alone: a passage below a heading that has them is a hit."""

    child: Query


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least ``count`` of the children hold. A hit for which all of them do is *complete*."""

    count: int
    children: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class InField:
    """``field`` (year, section, topic, agency, type, report) has one of ``values``, canonical keys."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """The year lies in ``low`` … ``high``, both included; None leaves that side open. No year: no hit."""

    field: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Everything:
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
    | IncludeContext
    | AtLeast
    | InField
    | Between
    | Everything
)
Leaf = Term | Phrase | Pattern
