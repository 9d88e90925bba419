"""Weaker readings of a query that found nothing whole, so that a question in plain Chinese finds its paragraph.

A question names what it asks for (担任什么职务), the passage names the answer: they seldom share every word. So where
no passage has all words of a question, passages with a part of them are looked for; likewise where a run of more
than three words finds nothing even by three quarters of them. That is said in a hint, every hit says what it lacks,
and none counts as complete.

A word of a question weighs the more the fewer passages have it, as in the ranking: a rare name alone may do, where
two common words don't. A word that weighs 3 stands in the tree three times.

The rule: only unquoted words are ever let off. Exact wording, fields, negations and everything under an operator
stand as typed, and so do up to three words that are no question: there "not found" means not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil

from report_search.engine.protocol import EngineRequest, Matches, Snapshot, Total
from report_search.engine.scoring import idf
from report_search.query.ast import And, AtLeast, Everything, Phrase, Query, Term, map_children
from report_search.query.interpret import Hint, Interpretation

CODE = "relaxed"
QUESTION_SHARE = 0.15
"""This share of what a question's words weigh together has to stand in a passage."""
HEAVIEST = 4
"""What the rarest word of a question weighs; the least is 1."""
MOST_WEIGHED = 40
"""So many words of a question are weighed, the first; the others weigh 1."""
SHORT = 3
"""Of a question with up to so many words any one suffices if nothing else is found."""
RUN_SHARE = 0.5
"""This share of a run of more than three words that is no question has to stand in a passage."""
_ASKING = re.compile(
    r"[?？]\s*$|[吗嗎呢]\W*$|什么|什麼|甚么|甚麼|哪|谁|誰|多少|多久|多[大长長高远遠]|怎|如何|为何|為何|何[时時地处處人年种種]"
    r"|[是能可]否|是不是|有没有|有沒有|第?[几幾][个個年月日次项項种種件条條位名家类類]"
)
_SPACE = re.compile(r"(?<![A-Za-z0-9])\s+|\s+(?![A-Za-z0-9])")


def find(
    snapshot: Snapshot, request: EngineRequest, *, reading: Interpretation, text: str
) -> tuple[Interpretation, Matches]:
    """What a request finds, and the reading that found it: the one given, or a weaker one with its hint.

    ``request`` asks for the tree of ``reading``, which was read from ``text``. Whether a weaker reading is taken is
    decided in the whole index: filters have no part in it, so that what is counted beside a filter is what
    choosing it gives.
    """
    matches = snapshot.find(request)
    if matches.total.complete:
        return reading, matches
    asks = is_question(reading, text)
    total = _total(snapshot, reading.tree) if request.filters else matches.total
    if total.complete or (total.passages and not asks):
        return reading, matches
    for tree in weaker(reading.tree, snapshot) if asks else lowered(reading.tree):
        if request.filters and not _total(snapshot, tree).passages:
            continue
        found = snapshot.find(replace(request, tree=tree))
        if request.filters or found.total.passages:
            return replace(reading, tree=tree, hints=(*reading.hints, _hint(asks=asks))), found
    return reading, matches


def _total(snapshot: Snapshot, tree: Query) -> Total:
    return snapshot.find(EngineRequest(tree, limit=1, facets=())).total


def is_question(reading: Interpretation, text: str) -> bool:
    """Whether the unquoted part of a query asks something in one sentence; typed spaces make it keywords."""
    rest = text
    for piece in sorted(reading.read_as, key=lambda piece: piece.start, reverse=True):
        if piece.as_ in ("exact", "field", "pattern"):
            rest = rest[: piece.start] + rest[piece.end :]
    return _ASKING.search(rest) is not None and _SPACE.search(rest.strip()) is None


def weaker(tree: Query, snapshot: Snapshot) -> Iterator[Query]:
    """The trees to try for a question, one after another: its words together, whatever the commas between them.

    Everything else that it has stays required; where that holds exact wording, it suffices in the end.
    """
    parts = list(_parts(tree))
    words = list(dict.fromkeys(part for part in parts if isinstance(part, Term)))
    required = [part for part in parts if not isinstance(part, Term)]
    if len(words) > 1:
        weighed = _weighed(words, snapshot)
        yield _joined(required, AtLeast(ceil(QUESTION_SHARE * len(weighed)), weighed))
        if len(words) <= SHORT:
            yield _joined(required, AtLeast(1, tuple(words)))
    if words and any(isinstance(part, Phrase) for part in required):
        yield _joined(required, AtLeast(0, tuple(words)))


def _weighed(words: Sequence[Query], snapshot: Snapshot) -> tuple[Query, ...]:
    """Each word as often as it weighs."""
    passages = _total(snapshot, Everything()).passages
    said = [idf(_total(snapshot, word).passages, passages) for word in words[:MOST_WEIGHED]]
    weights = [max(1, round(HEAVIEST * share / max(said))) for share in said]
    weights += [1] * (len(words) - len(said))
    return tuple(word for word, weight in zip(words, weights, strict=True) for _ in range(weight))


def _joined(required: Sequence[Query], words: AtLeast) -> Query:
    return And((*required, words)) if required else words


def _parts(tree: Query) -> Iterator[Query]:
    if isinstance(tree, And | AtLeast):
        for child in tree.children:
            yield from _parts(child)
    else:
        yield tree


def lowered(tree: Query) -> Iterator[Query]:
    """The tree to try for a query that is no question: less of each run that needs only a part of its words."""
    lower = _lowered(tree)
    if lower != tree:
        yield lower


def _lowered(tree: Query) -> Query:
    if isinstance(tree, AtLeast):
        return replace(tree, count=min(tree.count, ceil(RUN_SHARE * len(tree.children))))
    return map_children(tree, _lowered) if isinstance(tree, And) else tree


def _hint(*, asks: bool) -> Hint:
    wanted, found = ("问题中的全部词语", "一部分") if asks else ("这些词语的四分之三", "一半或更多")
    message = (
        f"没有任何段落含有{wanted}。以下段落只含其中{found}，缺少的词逐条注明。"
        "要确认原文有没有某一说法，请给它加上引号。"
    )
    return Hint(CODE, message, 0, "")
