"""Words that stand only in a heading: not found by themselves, named as a way out, found when asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.run.pipeline import IndexJob, run_job
from report_search.errors import RequestError
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
HEADING_ONLY = "依申请公开"
"""Stands in the heading 五、继续做好依申请公开工作 of 2014, and in no passage of either report."""


@pytest.fixture(scope="module", params=["memory", "whoosh"])
def searcher(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    index = tmp_path_factory.mktemp(request.param)
    run_job(IndexJob(paths=(CORPUS,), index=index, engine=request.param))
    return Searcher(index)


@pytest.mark.parametrize("query", [HEADING_ONLY, f"“{HEADING_ONLY}”", f"{HEADING_ONLY} 年份:2014"])
def test_an_empty_result_says_what_titles_would_give(searcher: Searcher, query: str) -> None:
    page = searcher.search(SearchRequest(text=query))
    assert page.total.passages == 0
    (way,) = [way for way in page.suggestions if way.request.titles]
    found = searcher.search(way.request)
    assert found.total.passages == way.passages == 1
    assert "依申请公开" in found.hits[0].passage.headings[0]


def test_titles_only_ever_add(searcher: Searcher) -> None:
    for query in ("领事保护", "微博 微信", "“工作要点”", "规章 类型:表格", "新媒体 -微博"):
        bare = searcher.search(SearchRequest(text=query, limit=100))
        more = searcher.search(SearchRequest(text=query, limit=100, titles=True))
        assert {hit.passage.id for hit in bare.hits} <= {hit.passage.id for hit in more.hits}


def test_a_cursor_of_one_is_not_taken_for_the_other(searcher: Searcher) -> None:
    page = searcher.search(SearchRequest(text="公开", limit=1, titles=True))
    assert page.next
    with pytest.raises(RequestError, match="另一个查询"):
        searcher.search(SearchRequest(text="公开", limit=1, cursor=page.next))
