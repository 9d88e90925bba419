"""The searcher: one request, one generation, one answer, on every engine."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from indexer.run.pipeline import IndexJob, run_job
from report_search.errors import NotFoundError, OperatorError, RequestError
from report_search.fields import FACET_FIELDS
from report_search.generations import PublishedGenerations
from report_search.search.counts.selection import select
from report_search.search.request import SearchRequest
from report_search.search.searcher import Hit, Searcher, SearchPage

TEXTS = {
    2018: ("加强领事保护工作。", "全年发布微博三十条。", "公开规章3件，收到申请13件。"),
    2019: ("领事保护与协助。", "领保中心全天候运行。", "微博微信发布预防提示，另有领事探视与保护站。"),
    2020: ("开通政务微信。", "公开规章7件。"),
}


def write(corpus: Path, agency: str, year: int) -> None:
    title = f"云州市{agency}{year}年政府信息公开工作年度报告"
    body = "\n\n".join(TEXTS[year])
    text = f"{title}\n\n一、总体情况\n\n{body}\n\n二、主动公开政府信息情况\n\n本节为{agency}所写。\n"
    (corpus / f"{agency}{year}.txt").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module", params=["memory", "whoosh"])
def searcher(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    corpus, index = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("index")
    for year in TEXTS:
        write(corpus, "水利局", year)
    write(corpus, "林业局", 2019)
    run_job(IndexJob((corpus,), index, request.param))
    return Searcher(index)


Ask = Callable[..., SearchPage]


@pytest.fixture
def ask(searcher: Searcher) -> Ask:
    def run(text: str, **options: object) -> SearchPage:
        return searcher.search(SearchRequest(text, **options))  # type: ignore[arg-type]

    return run


def texts(page: SearchPage) -> list[str]:
    return [hit.passage.text for hit in page.hits]


def test_an_empty_query_is_everything(ask: Ask, searcher: Searcher) -> None:
    page = ask("", limit=100)
    assert page.total.passages == len(page.hits) == searcher.state().passages == 15
    assert (page.total.reports, page.total.complete) == (4, 15)


def test_hits_are_marked_where_the_words_stand(ask: Ask) -> None:
    def marks(hit: Hit) -> list[str]:
        return [hit.snippet.text[start:end] for start, end in hit.snippet.spans]

    page = ask("“领事保护”")
    assert sorted(texts(page)) == ["加强领事保护工作。", "领事保护与协助。", "领事保护与协助。"]
    assert [marks(hit) for hit in page.hits] == [["领事保护"]] * 3
    assert [marks(hit) for hit in ask("3件").hits] == [["3件"]]


def test_synonyms_can_be_switched_off(ask: Ask) -> None:
    assert "领保中心全天候运行。" in texts(ask("领事保护"))
    assert "领保中心全天候运行。" not in texts(ask("领事保护", expand=False))


def test_each_facet_count_is_what_choosing_that_value_alone_gives(ask: Ask) -> None:
    chosen = (("year", ("2018", "2019")), ("agency", ("云州市水利局",)))
    for filters in ((), chosen):
        page = ask("公开 OR 领事保护 OR 微博", filters=filters)
        assert [facet.field for facet in page.facets] == list(FACET_FIELDS)
        for facet in page.facets:
            others = tuple(pair for pair in filters if pair[0] != facet.field)
            for value in facet.values:
                alone = ask("公开 OR 领事保护 OR 微博", filters=(*others, (facet.field, (value.value,))))
                assert (alone.total.passages, alone.total.reports) == (value.passages, value.reports)
                assert value.chosen is (value.value in dict(filters).get(facet.field, ()))


def test_orders(ask: Ask) -> None:
    newest = [hit.passage.year for hit in ask("公开", sort="newest").hits]
    oldest = [hit.passage.year for hit in ask("公开", sort="oldest").hits]
    assert newest == sorted(newest, reverse=True)
    assert oldest == sorted(oldest)
    assert set(newest) == {2018, 2020}


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
@pytest.mark.parametrize("limit", [1, 2, 7])
def test_cursors_walk_through_every_hit_once_in_order(ask: Ask, sort: str, limit: int) -> None:
    whole = [hit.passage.id for hit in ask("", sort=sort, limit=100).hits]
    walked: list[str] = []
    page = ask("", sort=sort, limit=limit)
    while True:
        walked += [hit.passage.id for hit in page.hits]
        if not page.next:
            break
        page = ask("", sort=sort, limit=limit, cursor=page.next)
    assert walked == whole


@pytest.mark.parametrize("limit", [1, 2, 7])
def test_a_walk_back_meets_the_same_pages(ask: Ask, limit: int) -> None:
    pages = [ask("", limit=limit)]
    while pages[-1].next:
        pages.append(ask("", limit=limit, cursor=pages[-1].next))
    assert [page.first for page in pages] == list(range(1, pages[-1].total.passages + 1, limit))
    page = pages.pop()
    while page.previous:
        page = ask("", limit=limit, cursor=page.previous)
        expected = pages.pop()
        assert (page.first, page.hits, page.next) == (expected.first, expected.hits, expected.next)
    assert not pages


def test_a_question_finds_its_paragraph_and_says_what_it_lacks(ask: Ask) -> None:
    page = ask("微博微信发布预防提示有多少")
    assert page.hits[0].passage.text.startswith("微博微信发布预防提示")
    incomplete = [hit for hit in page.hits if hit.missing]
    assert page.total.complete == page.total.passages - len(incomplete)


@pytest.mark.parametrize("limit", [0, -1, 101])
def test_the_limit_has_bounds(limit: int) -> None:
    with pytest.raises(RequestError, match="1 到 100"):
        SearchRequest("公开", limit=limit)
    assert SearchRequest("公开", limit=1).limit == 1
    assert SearchRequest("公开", limit=100).limit == 100


def test_what_can_not_be_read_is_an_error_or_a_hint(ask: Ask) -> None:
    with pytest.raises(RequestError) as error:
        ask("“领事保护", strict=True)
    assert error.value.code == "unbalanced-quote"
    page = ask("“领事保护", filters=(("section", ("没有这章",)),))
    assert {hint.code for hint in page.hints} >= {"unbalanced-quote", "unknown-value"}
    assert page.total.passages


def test_an_empty_result_suggests_what_finds_something(ask: Ask) -> None:
    page = ask("“领事保护”", filters=(("year", ("2020",)), ("agency", ("云州市水利局",))))
    assert page.total.passages == 0
    ways = {suggestion.message: suggestion for suggestion in page.suggestions}
    assert ways["不限年份（当前：2020）"].passages == 2
    assert ways["不限机关（当前：云州市水利局）"].passages == 0
    assert ways["去掉全部筛选"].passages == 3
    for suggestion in page.suggestions:
        assert (
            ask(suggestion.request.text, filters=suggestion.request.filters).total.passages
            == suggestion.passages
        )
    assert ask("公开").suggestions == ()


def test_passages_and_reports_by_their_addresses(ask: Ask, searcher: Searcher) -> None:
    hit = ask("“开通政务微信”").hits[0]
    assert searcher.passage(hit.passage.id) == hit.passage
    own = searcher.report_passages(hit.passage.report)
    assert [passage.position for passage in own] == list(range(3))
    assert hit.passage in own
    assert searcher.report(hit.passage.report).id == hit.passage.report
    for address in (searcher.passage, searcher.report):
        with pytest.raises(NotFoundError) as error:
            address("nobody-1999")
        assert error.value.status == 404
    assert searcher.report_passages("nobody-1999") == []
    assert [summary.year for summary in searcher.reports()] == [2020, 2019, 2019, 2018]


def test_many_threads_get_the_same_answers(searcher: Searcher) -> None:
    request = SearchRequest("公开 OR 微信", limit=50)
    expected = [hit.passage.id for hit in searcher.search(request).hits]
    fresh = Searcher(searcher.generation().folder.parent.parent)
    found: list[list[str]] = []

    def look() -> None:
        found.append([hit.passage.id for hit in fresh.search(request).hits])

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8


def test_no_index_says_what_to_do(tmp_path: Path) -> None:
    searcher = Searcher(tmp_path / "nothing")
    for question in (lambda: searcher.search(SearchRequest("公开")), searcher.state, searcher.reports):
        with pytest.raises(OperatorError) as error:
            question()
        assert error.value.code == "no-index"
        assert "report-search index" in error.value.hint


def test_a_searcher_waits_for_an_index_and_then_answers(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    searcher = Searcher(index)
    with pytest.raises(OperatorError):
        searcher.search(SearchRequest("公开"))
    write(corpus, "水利局", 2018)
    run_job(IndexJob((corpus,), index, "memory"))
    assert searcher.search(SearchRequest("公开")).total.passages


def test_a_request_is_answered_from_one_generation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    write(corpus, "水利局", 2018)
    run_job(IndexJob((corpus,), index, "memory"))
    searcher = Searcher(index)
    request = SearchRequest("“从未写过的话”", filters=(("year", ("2018", "2020")),))
    first = searcher.search(request)
    usual = PublishedGenerations.current
    looks = 0

    def current(self: PublishedGenerations) -> object:
        nonlocal looks
        looks += 1
        return usual(self)

    monkeypatch.setattr(PublishedGenerations, "current", current)
    again = searcher.search(request)
    assert (again.suggestions, looks) == (first.suggestions, 1)
    assert replace(again, index=first.index) == first


def test_what_was_read_is_not_read_again(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    once = ask("领事保护 公开")

    def packed_passage(self: object, row: int) -> bytes:
        raise AssertionError(f"row {row} was read again")

    monkeypatch.setattr("report_search.engine.whoosh.engine._WhooshStore.packed_passage", packed_passage)
    again = ask("领事保护 公开", sort="newest")
    assert again.interpretation is once.interpretation
    assert {hit.passage.id: hit.passage for hit in again.hits} == {
        hit.passage.id: hit.passage for hit in once.hits
    }


def test_how_a_long_query_was_read_is_not_kept(ask: Ask) -> None:
    long = "领事保护" * 60
    once, again = ask(long).interpretation, ask(long).interpretation
    assert once == again
    assert once is not again


def test_the_reports_that_a_filter_leaves_are_selected_once(ask: Ask) -> None:
    asked = ask("公开", filters=(("year", ("2019",)),))
    again = ask("规章", filters=(("year", ("2019",)),))
    chosen, again_chosen = (
        select(page.held, filters=page.acted_on, tree=page.interpretation.tree) for page in (asked, again)
    )
    assert again_chosen is chosen
    assert {report.year for report in chosen.reports} == {2019}
    assert chosen.by_agency == {"云州市水利局": 1, "云州市林业局": 1}
