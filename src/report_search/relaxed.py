"""Weaker readings of a query that found nothing whole, so that a question in plain Chinese finds its paragraph.

A question names what it asks for (担任什么职务), the passage names the answer: they seldom share every word. So where
no passage has all words of a question, passages with a part of them are looked for; likewise where a run of more
than three words finds nothing even by three quarters of them. That is said in a hint, every hit says what it lacks,
and none counts as complete.

The rule: only unquoted words are ever let off. Exact wording, fields, negations and everything under an operator
stand as typed, and so do up to three words that are no question: there "not found" means not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil

from report_search.engine.boundary import EngineRequest, Matches, Snapshot
from report_search.query.reading import Hint, Reading
from report_search.query.tree import And, AtLeast, Query, Term

CODE = "relaxed"
QUESTION_SHARE = 0.25
"""This share of a question's words has to stand in a passage, two words at least."""
RUN_SHARE = 0.5
"""This share of a run of more than three words that is no question."""
SHORT = 3
"""Of a question with up to so many words a single one suffices in the end."""
_ASKING = re.compile(
    r"[?？]\s*$|[吗嗎呢]\W*$|什么|什麼|甚么|甚麼|哪|谁|誰|多少|多久|多[大长長高远遠]|怎|如何|为何|為何|何[时時地处處人年种種]"
    r"|[是能可]否|是不是|有没有|有沒有|第?[几幾][个個年月日次项項种種件条條位名家类類]"
)
_SPACE = re.compile(r"(?<![A-Za-z0-9])\s+|\s+(?![A-Za-z0-9])")


def find(
    snapshot: Snapshot, request: EngineRequest, *, reading: Reading, text: str
) -> tuple[Reading, Matches]:
    """What a request finds, and the reading that found it: the one given, or a weaker one with its hint.

    ``request`` asks for the tree of ``reading``, which was read from ``text``. Whether a weaker reading is taken is
    decided in the whole index: filters have no part in it, so that what is counted beside a filter is what
    choosing it gives.
    """
    matches = snapshot.find(request)
    trees = [] if matches.total.complete else list(weaker(reading, text))
    if not trees:
        return reading, matches
    whole = EngineRequest(reading.tree, limit=1, facets=())
    total = snapshot.find(whole).total if request.filters else matches.total
    if total.complete or (total.passages and not is_question(reading, text)):
        return reading, matches
    for tree in trees:
        if snapshot.find(replace(whole, tree=tree)).total.passages:
            told = replace(reading, tree=tree, hints=(*reading.hints, hint(reading, text)))
            return told, snapshot.find(replace(request, tree=tree))
    return reading, matches


def weaker(reading: Reading, text: str) -> Iterator[Query]:
    """The trees to try one after another, from stronger to weaker; none if the query has to stand as it is."""
    if is_question(reading, text):
        yield from _pooled(reading.tree)
    else:
        tree = _lowered(reading.tree)
        if tree != reading.tree:
            yield tree


def is_question(reading: Reading, text: str) -> bool:
    """Whether the unquoted part of a query asks something in one sentence; typed spaces make it keywords."""
    rest = text
    for piece in sorted(reading.read_as, key=lambda piece: piece.start, reverse=True):
        if piece.as_ in ("exact", "field", "pattern"):
            rest = rest[: piece.start] + rest[piece.end :]
    return _ASKING.search(rest) is not None and _SPACE.search(rest.strip()) is None


def hint(reading: Reading, text: str) -> Hint:
    """What is to be known of a result by a weaker reading."""
    if is_question(reading, text):
        message = (
            "没有任何段落含有问题中的全部词语。以下段落只含其中一部分，按相关程度排列，缺少的词逐条注明；"
            "如需确认原文有没有某一说法，请给它加上引号。"
        )
    else:
        message = (
            "没有任何段落含有这些词语的四分之三以上。以下段落至少含其中一半，缺少的词逐条注明；"
            "如需确认原文有没有某一说法，请给它加上引号。"
        )
    return Hint(CODE, message, 0, "")


def _pooled(tree: Query) -> Iterator[Query]:
    """All words of a question together, whatever the commas between them; the rest stays required."""
    parts = list(_parts(tree))
    words = tuple(dict.fromkeys(part for part in parts if isinstance(part, Term)))
    required = [part for part in parts if not isinstance(part, Term)]
    most = len(words) - 1
    if most < 1:
        return
    yield _joined(required, AtLeast(min(most, max(2, ceil(QUESTION_SHARE * len(words)))), words))
    if 1 < most < SHORT:
        yield _joined(required, AtLeast(1, words))


def _joined(required: Sequence[Query], words: AtLeast) -> Query:
    return And((*required, words)) if required else words


def _parts(tree: Query) -> Iterator[Query]:
    match tree:
        case And(children) | AtLeast(_, children):
            for child in children:
                yield from _parts(child)
        case _:
            yield tree


def _lowered(tree: Query) -> Query:
    match tree:
        case AtLeast(count, children):
            return AtLeast(min(count, ceil(RUN_SHARE * len(children))), children)
        case And(children):
            return And(tuple(map(_lowered, children)))
        case _:
            return tree
