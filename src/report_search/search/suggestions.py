"""Help for a result with nothing in it: which filter or which word left nothing, and what each way out would find.

"Not found" has to be trusted, so a remedy is only named after it has been tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from report_search.fields import FIELD_LABELS
from report_search.query.interpret import QueryPart
from report_search.search.facets import label_of
from report_search.search.request import SearchRequest

MOST = 8
"""How many ways out are tried at the most."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A way out: what it does, the request that does it, and how many passages that finds (0: tried in vain)."""

    message: str
    request: SearchRequest
    passages: int


def remedies(
    request: SearchRequest, read_as: tuple[QueryPart, ...], *, count: Callable[[SearchRequest], int]
) -> tuple[Suggestion, ...]:
    """Ways out of an empty result; ``count`` says how many passages a request finds."""
    tried: list[Suggestion] = []
    for message, other in _ways(request, read_as):
        if len(tried) == MOST:
            break
        tried.append(Suggestion(message, other, count(other)))
    return tuple(tried)


def _ways(request: SearchRequest, read_as: tuple[QueryPart, ...]) -> Iterator[tuple[str, SearchRequest]]:
    bare = replace(request, cursor="")
    chosen = [(field, values) for field, values in request.filters if values]
    for field, values in chosen:
        others = tuple(pair for pair in chosen if pair[0] != field)
        names = "、".join(label_of(field, value) for value in values)
        yield f"不限{FIELD_LABELS[field]}（现为{names}）", replace(bare, filters=others)
    if len(chosen) > 1:
        yield "去掉全部筛选", replace(bare, filters=())
    if request.text.strip() and not request.titles:
        yield "也到标题里找（章节标题、表格栏头、报告名称）", replace(bare, titles=True)
    removable = [piece for piece in read_as if piece.as_ not in ("dropped", "synonym")]
    if 1 < len(removable) <= MOST:
        for piece in removable:
            yield f"去掉“{piece.text}”", replace(bare, text=piece.without)
    loose = "".join(mark for mark in request.text if mark not in '"“”「」『』＂')
    if loose != request.text and loose.strip():
        yield "不加引号，按词查找", replace(bare, text=loose)
