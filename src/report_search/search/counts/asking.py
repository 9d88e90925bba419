"""Asking for counts instead of passages, for ``trend`` and ``mentions``.

The rule: a question about a silence (哪些机关没有提到领事保护) is counted by what it is about. Passages can't answer
it, so it finds nothing; counted like that, every report would be one that does not mention it.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from report_search.errors import RequestError
from report_search.query.interpret import ASKS_ABSENCE, Hint
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher, SearchPage


def count(
    searcher: Searcher,
    request: SearchRequest,
    *,
    tallies: tuple[str, ...],
    facets: tuple[str, ...] = (),
) -> SearchPage:
    """The answer to a request with its complete hits counted by ``tallies``; its order and place don't matter.

    Hints say what is not counted, and what a question about a silence was counted by: the text of the answer's request.
    Raises what ``Searcher.search`` raises, and ``RequestError`` (``asks-absence``) where that can't be told.
    """
    asked = replace(request.every_hit, limit=1, cursor="", sort="relevance", facets=facets, tallies=tallies)
    page = searcher.search(asked, is_helping=False)
    hints: tuple[Hint, ...] = ()
    if silence := absence_hint(page):
        asked = replace(asked, text=_thing_of(silence))
        page = searcher.search(asked, is_helping=False)
        hints = (Hint(ASKS_ABSENCE, f"这句话问的是谁没有写，已改按“{asked.text}”统计。", 0, ""),)
    return replace(page, hints=(*hints, *page.hints, *_partial_hints(page)))


def absence_hint(page: SearchPage) -> Hint | None:
    """The hint of a page that was asked about a silence; None for any other."""
    return next((hint for hint in page.hints if hint.code == ASKS_ABSENCE), None)


def _thing_of(silence: Hint) -> str:
    if not silence.suggestion:
        raise RequestError(
            ASKS_ABSENCE, "看不出要核对的是什么。", hint="请只输入要核对的词语，如：领事保护。"
        )
    return silence.suggestion


def _partial_hints(page: SearchPage) -> Iterator[Hint]:
    """Tells how many hits do not count, since they lack a word."""
    partial = page.total.passages - page.total.complete
    if partial:
        yield Hint("partial-not-counted", f"另有 {partial} 段只含其中一部分词语，不算提到，未计入。", 0, "")
