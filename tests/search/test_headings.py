"""Headings and titles as hits: found by exact wording, and by words where a request asks for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.run.pipeline import IndexJob, run_job
from indexer.synthetic.pages import write_html
from indexer.synthetic.reports import report
from report_search.errors import RequestError
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher, SearchPage

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
HEADING_ONLY = "依申请公开"
"""Stands in the heading 五、继续做好依申请公开工作 of 2014, and in no other passage of either report."""


@pytest.fixture(scope="module", params=["memory", "whoosh"])
def searcher(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    index = tmp_path_factory.mktemp(request.param)
    run_job(IndexJob(paths=(CORPUS,), index=index, engine=request.param))
    return Searcher(index)


def types(page: SearchPage) -> dict[str, int]:
    [facet] = [facet for facet in page.facets if facet.field == "type"]
    return {value.label: value.passages for value in facet.values}


def test_exact_wording_finds_a_heading_with_its_marks(searcher: Searcher) -> None:
    page = searcher.search(SearchRequest(f"“{HEADING_ONLY}”"))
    [hit] = page.hits
    assert (hit.passage.type, hit.passage.text) == ("heading", "五、继续做好依申请公开工作")
    assert [hit.snippet.text[start:end] for start, end in hit.snippet.spans] == [HEADING_ONLY]
    assert (types(page), page.total.passages) == ({"标题": 1}, 1)
    assert searcher.passage(hit.passage.id) == hit.passage


@pytest.mark.parametrize("query", [HEADING_ONLY, f"{HEADING_ONLY} 年份:2014"])
def test_an_empty_result_says_what_titles_would_give(searcher: Searcher, query: str) -> None:
    page = searcher.search(SearchRequest(query))
    assert page.total.passages == 0
    (way,) = [way for way in page.suggestions if way.request.titles]
    found = searcher.search(way.request)
    assert found.total.passages == way.passages == 1
    assert found.hits[0].passage.is_heading


@pytest.mark.parametrize("query", ["", "领事保护", "类型:标题", "机关:外交部 -“公开”"])
def test_without_exact_wording_no_heading_is_in_any_count(searcher: Searcher, query: str) -> None:
    page = searcher.search(SearchRequest(query))
    assert "标题" not in types(page)
    narrowed = searcher.search(SearchRequest(query, filters=(("type", ("标题",)),)))
    assert narrowed.total.passages == 0


def test_headings_come_last_and_the_click_on_their_type_gives_their_count(searcher: Searcher) -> None:
    page = searcher.search(SearchRequest("“公开”", limit=100))
    order = [hit.passage.is_heading for hit in page.hits]
    assert 0 < types(page)["标题"] == sum(order)
    assert order == sorted(order)
    clicked = searcher.search(SearchRequest("“公开”", filters=(("type", ("heading",)),)))
    assert clicked.total.passages == types(page)["标题"]


def test_they_count_in_no_report(searcher: Searcher) -> None:
    for summary in searcher.reports():
        own = searcher.report_passages(summary.id)
        assert summary.passages == len(own)
        assert [p.position for p in own] == list(range(len(own)))
        assert searcher.whole_report(summary.id)[len(own)].text == searcher.report(summary.id).title
    assert searcher.state().passages == sum(summary.passages for summary in searcher.reports())


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


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """Two reports with the official tables of 2021."""
    corpus, index = tmp_path_factory.mktemp("tables"), tmp_path_factory.mktemp("index")
    for year in (2021, 2022):
        made = report("示例癸区人民政府", year, style="heading")
        (corpus / f"{year}.html").write_bytes(write_html(made))
    run_job(IndexJob(paths=(corpus,), index=index, engine="whoosh"))
    return Searcher(index)


class TestHeadsOfTables:
    def test_they_show_the_cells_under_the_heads_found(self, tables: Searcher) -> None:
        for hit in tables.search(SearchRequest("结果纠正")).hits:
            assert hit.passage.is_head
            row = next(p for p in tables.report_passages(hit.passage.report) if "结果纠正" in p.path)
            values = row.text.split("\t")
            assert [(cell.passage, cell.path, cell.text) for cell in hit.cells] == [
                (row.id, ("行政复议", "结果纠正"), values[1]),
                (row.id, ("行政诉讼", "未经复议直接起诉", "结果纠正"), values[6]),
                (row.id, ("行政诉讼", "复议后起诉", "结果纠正"), values[11]),
            ]
            assert [cell.value for cell in hit.cells] == [int(cell.text) for cell in hit.cells]

    @pytest.mark.parametrize(
        ("query", "last_heads"),
        [
            ("复议后起诉 结果纠正", ["结果纠正"]),
            ("结果维持 结果纠正", ["结果维持", "结果纠正"] * 3),
            ("“结果维持 结果纠正”", ["结果维持", "结果纠正"] * 3),
            ("结果纠正 -护照", ["结果纠正"] * 3),
            ("“总计 未经复议直接起诉”", ["总计"]),
        ],
    )
    def test_of_several_heads_those_with_most_of_the_query(
        self, tables: Searcher, query: str, last_heads: list[str]
    ) -> None:
        hit = tables.search(SearchRequest(query)).hits[0]
        assert [cell.path[-1] for cell in hit.cells][: len(last_heads)] == last_heads

    def test_rows_with_their_numbers_come_before_heads(self, tables: Searcher) -> None:
        page = tables.search(SearchRequest("类型:表格 总计", limit=100))
        order = [hit.passage.is_head for hit in page.hits]
        assert order == [False, False, True, True, True, True]
        assert all(cell.path[-1] == "总计" for hit in page.hits for cell in hit.cells)

    def test_no_other_hit_has_cells(self, tables: Searcher) -> None:
        page = tables.search(SearchRequest("“规章”", limit=100))
        assert page.hits
        assert all(not hit.cells for hit in page.hits if not hit.passage.is_head)
