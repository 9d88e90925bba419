"""Relaxation: less is asked for where no passage has all words of a query.

A question names what it asks for (担任什么职务), the passage names the answer: they seldom share every word. So where
no passage has all words of a question, passages with a part of them are looked for. The same is done where more than
three words typed without a space find nothing even by three quarters of them. A hint says so, every hit says which
words it lacks, and no hit counts as complete.

The rarer a word of a question is in the corpus, the more it weighs, as in the ranking: a rare name alone may suffice
where two common words don't. A tree has no weights; a word that weighs 3 is in it three times.

The rule: only unquoted words are ever left out. Exact wording, fields, negations and everything under an operator stay
as typed, and so do up to three words that are no question: there "not found" means not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import ceil

from report_search.engine.protocol import EngineRequest, Matches, Snapshot, Total
from report_search.engine.scoring import idf
from report_search.query.ast import And, AtLeast, Everything, Phrase, Query, Term, leaves, map_children
from report_search.query.interpret import Hint, Interpretation
from report_search.query.questions import asks

CODE = "relaxed"
QUESTION_SHARE = 0.15
"""A passage has to contain at least this share of what the words of a question weigh together."""
MAX_WEIGHT = 4
"""The weight of the rarest word of a question; the smallest weight is 1."""
MAX_WEIGHED = 40
"""Only so many words of a question are weighed, the first; each costs a search. The others weigh 1."""
SHORT_QUESTION = 3
"""Of a question with up to so many words any one suffices if nothing else is found."""
KEYWORD_SHARE = 0.5
"""Of words typed without a space that are no question, this share has to be in a passage."""
_SPACE = re.compile(r"(?<![A-Za-z0-9])\s+|\s+(?![A-Za-z0-9])")


def find(
    snapshot: Snapshot, request: EngineRequest, *, interpretation: Interpretation, text: str
) -> tuple[Interpretation, Matches]:
    """What a request finds, and the interpretation that found it: the one given, or a weaker one with its hint.

    ``request`` asks for the tree of ``interpretation``, which was read from ``text``.
    """
    matches = snapshot.find(request)
    if matches.total.complete:
        return interpretation, matches
    is_asking = is_question(interpretation, text)
    # Whether to relax is decided without filters, so that the count beside a filter is what choosing it gives.
    total = _total(snapshot, interpretation.tree) if request.filters else matches.total
    is_answered = total.complete or (total.passages and not is_asking)
    if is_answered:
        return interpretation, matches

    tree = interpretation.tree
    trees = relax_question(tree, snapshot) if is_asking else relax_keywords(tree)
    relaxed = _first_found(snapshot, request, trees)
    if relaxed is None:
        return interpretation, matches
    weaker, matches = relaxed
    hints = (*interpretation.hints, _hint(is_asking=is_asking))
    return replace(interpretation, tree=weaker, hints=hints), matches


def _first_found(
    snapshot: Snapshot, request: EngineRequest, trees: Iterable[Query]
) -> tuple[Query, Matches] | None:
    """The first of ``trees`` that finds anything in the whole index, and what ``request`` finds by it."""
    for tree in trees:
        if request.filters and not _total(snapshot, tree).passages:
            continue
        matches = snapshot.find(replace(request, tree=tree))
        # With filters the whole index was asked above: the filters may leave nothing of what was found there.
        if request.filters or matches.total.passages:
            return tree, matches
    return None


def _total(snapshot: Snapshot, tree: Query) -> Total:
    return snapshot.find(EngineRequest(tree, limit=1, facets=())).total


def is_question(interpretation: Interpretation, text: str) -> bool:
    """Whether the unquoted part of a query asks something in one sentence; typed spaces make it keywords."""
    unquoted = text
    # From the last to the first, so that the positions of the parts before stay right.
    for part in sorted(interpretation.read_as, key=lambda part: part.start, reverse=True):
        if part.as_ in ("exact", "field", "pattern"):
            unquoted = unquoted[: part.start] + unquoted[part.end :]
    return asks(unquoted) and _SPACE.search(unquoted.strip()) is None


def relax_question(tree: Query, snapshot: Snapshot) -> Iterator[Query]:
    """The trees to try for a question, one after another: a part of its words, whatever the commas between them.

    Everything but the words stays required. Where that holds exact wording, the wording alone suffices in the end.
    """
    operands = list(_operands(tree))
    words = list(dict.fromkeys(operand for operand in operands if isinstance(operand, Term)))
    required = [operand for operand in operands if not isinstance(operand, Term)]
    if len(words) > 1:
        weighed = _weighed(words, snapshot)
        yield _with_required(required, AtLeast(ceil(QUESTION_SHARE * len(weighed)), weighed))
        if len(words) <= SHORT_QUESTION:
            yield _with_required(required, AtLeast(1, tuple(words)))
    if words and any(map(_has_wording, required)):
        # No word has to match, but those that do not are still named as missing.
        yield _with_required(required, AtLeast(0, tuple(words)))


def _has_wording(tree: Query) -> bool:
    return any(isinstance(leaf, Phrase) for leaf in leaves(tree, negated=False))


def _weighed(words: Sequence[Query], snapshot: Snapshot) -> tuple[Query, ...]:
    """Each word as often as it weighs."""
    passages = _total(snapshot, Everything()).passages
    rarities = [idf(_total(snapshot, word).passages, passages) for word in words[:MAX_WEIGHED]]
    weights = [max(1, round(MAX_WEIGHT * rarity / max(rarities))) for rarity in rarities]
    weights += [1] * (len(words) - len(rarities))
    return tuple(word for word, weight in zip(words, weights, strict=True) for _ in range(weight))


def _with_required(required: Sequence[Query], words: AtLeast) -> Query:
    return And((*required, words)) if required else words


def _operands(tree: Query) -> Iterator[Query]:
    """What a tree asks for together: the operands of its And and AtLeast, else the tree itself."""
    if isinstance(tree, And | AtLeast):
        for child in tree.children:
            yield from _operands(child)
    else:
        yield tree


def relax_keywords(tree: Query) -> Iterator[Query]:
    """The tree to try for a query that is no question: half of the words where three quarters were asked for."""
    lowered = _lower_counts(tree)
    if lowered != tree:
        yield lowered


def _lower_counts(tree: Query) -> Query:
    if isinstance(tree, AtLeast):
        return replace(tree, count=min(tree.count, ceil(KEYWORD_SHARE * len(tree.children))))
    return map_children(tree, _lower_counts) if isinstance(tree, And) else tree


def _hint(*, is_asking: bool) -> Hint:
    wanted, found = ("问题中的全部词语", "一部分") if is_asking else ("这些词语的四分之三", "一半或更多")
    message = (
        f"没有任何段落含有{wanted}。以下段落只含其中{found}，缺少的词逐条注明。"
        "要确认原文有没有某一说法，请给它加上引号。"
    )
    return Hint(CODE, message, 0, "")
