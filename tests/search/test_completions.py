"""Completions: which piece is completed, what is offered for it, and that its number is what choosing it gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from indexer.run.pipeline import IndexJob, run_job
from report_search.query.ast import Phrase
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher
from report_search.search.suggest.completions import Completion, Name, Piece, complete, last_piece, name_of

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
NAMES = (
    name_of("agency", "外交部", others=("wjb", "中华人民共和国外交部")),
    name_of("agency", "对外贸易部"),
    name_of("topic", "预算决算与“三公”"),
    name_of("topic", "领事保护与服务"),
    name_of("section", "主动公开"),
    name_of("word", "领事保护"),
    name_of("word", "公共外交"),
)


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("领事", Piece("", "领事")),
        ("年份:2014 领事", Piece("年份:2014 ", "领事")),
        ("微博，领事", Piece("微博，", "领事")),
        ("微博 整份:领事", Piece("微博 整份:", "领事")),
        ("-document：-领事", Piece("-document：-", "领事")),
        ("(微博 OR 领", Piece("(微博 OR ", "领")),
        ("微博 -领事", Piece("微博 -", "领事")),
        ("微博 “依法 依规", Piece("微博 ", "依法 依规", quote="“")),
        ('"依法', Piece("", "依法", quote='"')),
        ("“依法”领事", Piece("“依法”", "领事")),
        ("机关:外", Piece("", "外", field="agency")),
        ("微博 topic：", Piece("微博 ", "", field="topic")),
        ("", None),
        ("领事 ", None),
        ("a", None),
        ("“依", None),
        ("领" * 65, None),
    ],
)
def test_the_piece_at_the_end_is_completed(text: str, piece: Piece | None) -> None:
    assert last_piece(text) == piece


def offered(
    text: str, *, following: Sequence[tuple[str, ...]] = (), names: Sequence[Name] = NAMES
) -> list[tuple[str, str, str]]:
    def continuations(_: Phrase) -> Iterable[tuple[str, ...]]:
        return following

    found = complete(text, names, count=len, continuations=continuations, stopwords=("与",))
    assert all(one.passages == len(one.query) for one in found)
    return [(one.kind, one.text, one.query) for one in found]


@pytest.mark.parametrize("typed", ["外", "外交", "wjb", "waij", "waijiaobu", "中华人民"])
def test_an_agency_is_found_by_its_names_and_by_pinyin(typed: str) -> None:
    assert ("agency", "外交部", "机关:外交部") in offered(typed)


def test_what_begins_so_comes_before_what_holds_it() -> None:
    assert [text for _, text, _ in offered("外交")] == ["外交部", "公共外交"]


def test_the_rest_of_the_query_stays() -> None:
    assert offered("年份:2014 lsbh") == [
        ("topic", "领事保护与服务", "年份:2014 主题:领事保护与服务"),
        ("word", "领事保护", "年份:2014 领事保护"),
    ]
    assert ("word", "领事保护", "微博 -领事保护") in offered("微博 -领事")


def test_within_a_field_only_its_values_are_offered() -> None:
    assert offered("机关：外") == [("agency", "外交部", "机关:外交部")]
    assert offered("topic:") == [
        ("topic", "领事保护与服务", "主题:领事保护与服务"),
        ("topic", "预算决算与“三公”", "主题:预算决算与三公"),
    ]
    assert offered("年份:20") == []


def test_a_phrase_goes_on_as_the_passages_do() -> None:
    following = [("保护", "与", "服务"), ("保护", "与", "服务"), ("保护", "热线"), ("救助",)]
    assert [pair for pair in offered("领事", following=following, names=()) if pair[0] == "phrase"] == [
        ("phrase", "领事保护与服务", "“领事保护与服务”"),
        ("phrase", "领事保护", "“领事保护”"),
    ], "领事保护与 ends with a word that does not count, 救助 follows only once"


def test_an_open_quote_is_closed_and_asks_for_phrases_only() -> None:
    following = [("依规",), ("依规",)]
    assert offered('"依法', following=following) == [("phrase", "依法依规", '"依法依规"')]
    assert offered("「依法", following=following) == [("phrase", "依法依规", "「依法依规」")]


def test_what_finds_nothing_is_not_offered() -> None:
    assert complete("外", NAMES, count=lambda _: 0, continuations=lambda _: ()) == []


def test_what_is_typed_already_is_not_offered() -> None:
    assert ("word", "领事保护", "领事保护") not in offered("领事保护")


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    folder = tmp_path_factory.mktemp("completed")
    run_job(IndexJob((CORPUS,), folder, "memory"))
    return Searcher(folder)


@pytest.mark.parametrize(
    "text", ["领事", "主动公开", "年份:2014 新闻", "“依法", "-领事", "政府信息", "yusuan", "外"]
)
@pytest.mark.parametrize("filters", [(), (("year", ("2019",)),)])
def test_the_number_is_what_choosing_it_gives(
    searcher: Searcher, text: str, filters: tuple[tuple[str, tuple[str, ...]], ...]
) -> None:
    found = searcher.completions(SearchRequest(text, filters=filters))
    for one in found:
        page = searcher.search(SearchRequest(one.query, filters=filters, strict=True))
        assert page.total.passages == one.passages > 0
        assert page.total.complete
    assert found or filters


def test_phrases_are_those_of_the_corpus(searcher: Searcher) -> None:
    phrases = [one for one in searcher.completions(SearchRequest("“依法")) if one.kind == "phrase"]
    assert Completion("依法依规", "phrase", "“依法依规”", 2) in phrases
