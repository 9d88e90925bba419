"""Help for a result with nothing in it: which filter or which word left nothing, and what would be found without it.

The rule: "not found" has to be trusted, so a suggestion is only made after it has been tried, with its count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from msgspec.structs import replace

from report_search.fields import FIELD_LABELS
from report_search.query.algebra import asks_headings
from report_search.query.interpret import Interpretation, QueryPart
from report_search.record import Record
from report_search.search.facets import label_of
from report_search.search.request import SearchRequest

MAX_TRIED = 8
"""At most so many suggestions are tried."""
HEADING = "heading"
QUOTES = '"“”「」『』＂'
Count = Callable[[SearchRequest], int]
"""From a request to the number of passages that it finds."""


class Suggestion(Record, frozen=True):
    """A request that asks for less: what it leaves out, and how many passages it finds (0: tried in vain)."""

    message: str
    request: SearchRequest
    passages: int


def suggest(
    request: SearchRequest,
    reading: Interpretation,
    *,
    count: Count,
    topic_labels: Mapping[str, str] | None = None,
) -> tuple[Suggestion, ...]:
    """Suggestions for a ``request`` that found nothing; ``reading`` is how its query was read.

    ``topic_labels`` are the topics of the index; None for those of the library alone.
    """
    first = islice(_candidates(request, reading, topic_labels), MAX_TRIED)
    return tuple(Suggestion(message, other, count(other)) for message, other in first)


def _candidates(
    request: SearchRequest, reading: Interpretation, topic_labels: Mapping[str, str] | None
) -> Iterator[tuple[str, SearchRequest]]:
    """What a request leaves out, and the request itself, in the order in which they are tried."""
    # A cursor belongs to the request that it came from; every other one begins at its first page.
    request = replace(request, cursor="")
    yield from _with_fewer_filters(request, topic_labels)
    could_ask_headings = bool(request.text.strip()) or HEADING in request.chosen("type")
    if could_ask_headings and not request.titles and not asks_headings(reading.tree):
        yield "同时在标题中查找（报告名称、章节标题）", replace(request, titles=True)
    yield from _with_fewer_parts(request, reading.read_as)
    unquoted = "".join(char for char in request.text if char not in QUOTES)
    if unquoted != request.text and unquoted.strip():
        yield "不加引号，按词查找", replace(request, text=unquoted)


def _with_fewer_filters(
    request: SearchRequest, topic_labels: Mapping[str, str] | None
) -> Iterator[tuple[str, SearchRequest]]:
    chosen = [(field, values) for field, values in request.filters if values]
    for field, values in chosen:
        others = tuple(pair for pair in chosen if pair[0] != field)
        names = "、".join(label_of(field, value, topic_labels=topic_labels) for value in values)
        yield f"不限{FIELD_LABELS[field]}（当前：{names}）", replace(request, filters=others)
    if len(chosen) > 1:
        yield "去掉全部筛选", replace(request, filters=())
    if request.since:
        yield "不限首次收录的时间", replace(request, since="")


def _with_fewer_parts(
    request: SearchRequest, parts: Sequence[QueryPart]
) -> Iterator[tuple[str, SearchRequest]]:
    # Nothing has to match a dropped word, and a synonym only adds hits: leaving them out finds no more.
    removable = [part for part in parts if part.as_ not in ("dropped", "synonym")]
    # Where there are many parts, one of them is seldom the reason, and all could not be tried.
    if 1 < len(removable) <= MAX_TRIED:
        for part in removable:
            yield f"去掉“{part.text}”", replace(request, text=part.without)
