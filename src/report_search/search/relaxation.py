"""Relaxation: less is asked for where no passage has what a query asks for, and a hint says so.

Keywords: where more than three words typed without a space find nothing even by three quarters of them, passages with
half of them are looked for. Up to three words stand as they are: there "not found" means not found.

A question needs no second attempt: every passage is scored for it on one scale (``engine.question_scoring``), and the
hits are those near the best. A hint tells how it was read, and whether any passage has all of its words.

The rule: only unquoted words are ever left out. Exact wording, fields, negations and everything under an operator stay
as typed; of a question also what stands in straight quotes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil

from msgspec.structs import replace

from report_search.engine.protocol import EngineRequest, Matches, Snapshot, Total
from report_search.engine.question_scoring import SHARE
from report_search.query.ast import And, AtLeast, Query, map_children, question_of
from report_search.query.interpret import Hint, Interpretation

CODE = "relaxed"
QUESTION = "question"
KEYWORD_SHARE = 0.5
"""Of words typed without a space that are no question, this share has to be in a passage."""


def find(
    snapshot: Snapshot, request: EngineRequest, *, interpretation: Interpretation
) -> tuple[Interpretation, Matches]:
    """What a request finds, and the interpretation that found it: the one given, or a weaker one with its hint.

    ``request`` asks for the tree of ``interpretation``.
    """
    matches = snapshot.find(request)
    is_question = question_of(interpretation.tree) is not None
    if matches.total.complete and not is_question:
        return interpretation, matches
    # What is said of a query is decided without filters, so that the count beside one is what choosing it gives.
    total = _total(snapshot, interpretation.tree) if _is_narrowed(request) else matches.total
    if is_question:
        return _with_hints(interpretation, _question_hints(total)), matches
    if total.passages:
        return interpretation, matches
    relaxed = _first_found(snapshot, request, relax_keywords(interpretation.tree))
    if relaxed is None:
        return interpretation, matches
    weaker, matches = relaxed
    return replace(_with_hints(interpretation, [_half()]), tree=weaker), matches


def _with_hints(interpretation: Interpretation, hints: Iterable[Hint]) -> Interpretation:
    return replace(interpretation, hints=(*interpretation.hints, *hints))


def _first_found(
    snapshot: Snapshot, request: EngineRequest, trees: Iterable[Query]
) -> tuple[Query, Matches] | None:
    """The first of ``trees`` that finds anything in the whole index, and what ``request`` finds by it."""
    for tree in trees:
        if _is_narrowed(request) and not _total(snapshot, tree).passages:
            continue
        matches = snapshot.find(replace(request, tree=tree))
        # With filters the whole index was asked above: the filters may leave nothing of what was found there.
        if _is_narrowed(request) or matches.total.passages:
            return tree, matches
    return None


def _is_narrowed(request: EngineRequest) -> bool:
    """Whether a request asks for less than the whole index."""
    return bool(request.filters) or request.among is not None


def _total(snapshot: Snapshot, tree: Query) -> Total:
    return snapshot.find(EngineRequest(tree, limit=1, facets=())).total


def relax_keywords(tree: Query) -> Iterator[Query]:
    """The tree to try for a query that is no question: half of the words where three quarters were asked for."""
    lowered = _lower_counts(tree)
    if lowered != tree:
        yield lowered


def _lower_counts(tree: Query) -> Query:
    if isinstance(tree, AtLeast):
        return AtLeast(min(tree.count, ceil(KEYWORD_SHARE * len(tree.children))), tree.children)
    return map_children(tree, _lower_counts) if isinstance(tree, And) else tree


_EXACTLY = '要确认原文有没有某一说法，请给它加上直引号 "…"。'


def _half() -> Hint:
    message = (
        "没有任何段落含有这些词语的四分之三。以下段落只含其中一半或更多，缺少的词逐条注明。"
        "要确认原文有没有某一说法，请给它加上引号。"
    )
    return Hint(CODE, message, 0, "")


def _question_hints(total: Total) -> Iterator[Hint]:
    """How a question was answered, by what it finds in the whole index; nothing where every hit has all words."""
    share = f"{SHARE:.0%}"
    if total.passages and not total.complete:
        message = (
            f"没有任何段落含有问题中的全部词语。以下按与问题的接近程度排列，只列得分不低于最高分 {share} 的段落，"
            f"缺少的词逐条注明。{_EXACTLY}"
        )
        yield Hint(CODE, message, 0, "")
    elif total.passages > total.complete:
        message = (
            f"按问句检索：段落按与问题的接近程度排列，只列得分不低于最高分 {share} 的；"
            "不含全部词语的，逐条注明缺少的词。只要词语齐全的段落，请改用空格隔开的关键词。"
        )
        yield Hint(QUESTION, message, 0, "")
