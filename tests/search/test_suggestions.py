"""Suggestions for an empty result: each is tried before it is made."""

from __future__ import annotations

from report_search.query.interpret import read
from report_search.search.corpus_lexicon import lexicon_of
from report_search.search.request import SearchRequest
from report_search.search.suggest.suggestions import MAX_TRIED, Suggestion, suggest

LEXICON = lexicon_of(())


def ways(text: str, **options: object) -> tuple[Suggestion, ...]:
    request = SearchRequest(text, cursor="x", **options)  # type: ignore[arg-type]
    reading = read(text, LEXICON, strict=False)
    found = suggest(request, reading, count=lambda asked: len(asked.text) + len(asked.filters))
    return tuple(way for way in found if not way.request.titles)


def test_titles_are_offered_where_the_query_did_not_look_in_them() -> None:
    only_headings = (("type", ("heading",)),)
    for text, filters, offered in (
        ("预算", (), True),
        ("预算 -“公开”", (), True),
        ("“预算”", (), False),
        ("预*算", (), False),
        ("", (), False),
        ("", only_headings, True),
        ("类型:标题", (), True),
    ):
        request = SearchRequest(text, filters=filters)
        found = suggest(request, read(text, LEXICON, strict=False), count=lambda _: 0)
        assert any(way.request.titles for way in found) == offered


def test_each_filter_can_go_and_all_of_them() -> None:
    filters = (("year", ("2019", "nd")), ("section", ("overview",)), ("topic", ()))
    found = {way.message: way.request for way in ways("预算", filters=filters)}
    assert found["不限年份（当前：2019、年份不详）"].filters == (("section", ("overview",)),)
    assert found["不限章节（当前：总体情况）"].filters == (("year", ("2019", "nd")),)
    assert found["去掉全部筛选"].filters == ()


def test_each_word_can_go_but_not_the_only_one() -> None:
    found = {way.message: way.request.text for way in ways("预算 -公司 年份:2019")}
    assert found == {
        "去掉“预算”": "-公司 年份:2019",
        "去掉“-公司”": "预算 年份:2019",
        "去掉“年份:2019”": "预算 -公司",
    }
    assert ways("预算") == ()


def test_exact_wording_can_be_read_as_words() -> None:
    [way] = ways("“预算公开”")
    assert (way.message, way.request.text) == ("不加引号，按词查找", "预算公开")


def test_counts_come_from_trying_and_no_cursor_stays() -> None:
    for way in ways("预算 公开", filters=(("year", ("2019",)),)):
        assert way.passages == len(way.request.text) + len(way.request.filters)
        assert way.request.cursor == ""


def test_a_long_query_is_not_tried_for_ever() -> None:
    assert ways(" ".join(f"词{n}" for n in range(40))) == ()
    assert len(ways(" ".join(f"词{n}" for n in range(MAX_TRIED)))) == MAX_TRIED - 1
