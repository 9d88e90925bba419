"""Asking for counts instead of passages, for ``trend`` and ``mentions``.

The rule: a question about a silence (哪些机关没有提到领事保护) is counted by what it is about. Passages can't answer it,
so it finds nothing; counted like that, every report would be one that does not mention it.
"""

from __future__ import annotations

from dataclasses import replace

from report_search.errors import RequestError
from report_search.query.interpret import ASKS_ABSENCE
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

    The hint on a question about a silence stays, the text of the answer's request is what it is about. Raises what
    ``Searcher.search`` raises, and ``RequestError`` (``asks-absence``) where that can't be told.
    """
    asked = replace(request, limit=1, cursor="", sort="relevance", facets=facets)
    page = searcher.search(asked, tallies=tallies, is_helping=False)
    hint = next((hint for hint in page.hints if hint.code == ASKS_ABSENCE), None)
    if hint is None:
        return page
    if not hint.suggestion:
        raise RequestError(
            ASKS_ABSENCE, "没有读懂要核对的是什么。", hint="请只输入要核对的词语，如：领事保护。"
        )
    counted = searcher.search(replace(asked, text=hint.suggestion), tallies=tallies, is_helping=False)
    return replace(counted, hints=(hint, *counted.hints))
