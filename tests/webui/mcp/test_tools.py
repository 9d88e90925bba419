"""What the tools answer: the numbers of the API, addresses that are whole, what is not held, never too long."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from report_search.passages import Passage
from report_search.presentation.mcp.bounds import FEWEST_TOKENS, MOST_TOKENS, Listing, fitted
from report_search.presentation.mcp.catalogue import TOOLS
from report_search.presentation.mcp.setting import Setting
from report_search.presentation.mcp.tokens import as_text, parts_of, shortened, tokens_of
from report_search.presentation.mcp.wording import written
from tests.sampling import sampled
from tests.webui.conftest import LONG
from tests.webui.mcp.conftest import ROOT, Calling

EVERY_TOOL: tuple[tuple[str, dict[str, Any]], ...] = (
    ("search", {"query": "微博"}),
    ("search", {"query": ""}),
    ("read", {"id": "shanghai-2020"}),
    ("outline", {"report": "waijiaobu-2014"}),
    ("compare", {"a": "waijiaobu-2014", "b": "shanghai-2020"}),
    ("series", {}),
    ("series", {"measure": "requests.granted.total"}),
    ("checks", {}),
    ("mentions", {"query": "微博"}),
    ("coverage", {}),
)


def api(client: FlaskClient, address: str, **parameters: Any) -> dict[str, Any]:
    response = client.get(f"/api/v1/{address}", query_string=parameters)
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json
    return told


def items_of(tool: str, answer: dict[str, Any]) -> list[dict[str, Any]]:
    (name,) = [name for name in TOOLS[tool].listed if isinstance(answer.get(name), list)]
    items: list[dict[str, Any]] = answer[name]
    return items


def walked(call: Calling, tool: str, **arguments: Any) -> list[dict[str, Any]]:
    """All items of a tool, from one cursor to the next."""
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = call(tool, **arguments, **({"cursor": cursor} if cursor else {}))
        items = items_of(tool, answer)
        assert items or not cursor
        found += items
        cursor = answer["next"]
    return found


def test_a_token_is_a_chinese_character_or_four_latin_ones() -> None:
    assert [tokens_of(text) for text in ("", "领事保护", "abcd", "abcde", "领a")] == [0, 4, 1, 2, 2]
    assert tokens_of("。") == tokens_of("“") == tokens_of("𠀀") == 1


@pytest.mark.parametrize("most", [FEWEST_TOKENS, 700, 2_000, 8_000])
@pytest.mark.parametrize(("tool", "arguments"), EVERY_TOOL, ids=str)
def test_no_answer_is_longer_than_was_asked_for(
    result_of: Calling, tool: str, arguments: dict[str, Any], most: int
) -> None:
    (content,) = result_of(tool, **arguments, max_tokens=most)["content"]
    assert tokens_of(content["text"]) <= most


@pytest.mark.parametrize(
    ("given_", "most"), [(None, 2_000), (0, 500), (-5, 500), ("900", 900), (90_000, MOST_TOKENS)]
)
def test_answers_have_two_thousand_tokens_by_default_and_eight_thousand_at_most(
    result_of: Calling, given_: Any, most: int
) -> None:
    (content,) = result_of("series", max_tokens=given_)["content"]
    assert most * 0.9 < tokens_of(content["text"]) <= most


@pytest.mark.parametrize(("tool", "arguments"), EVERY_TOOL, ids=str)
def test_a_walk_through_short_answers_meets_what_a_long_one_has(
    call: Calling, tool: str, arguments: dict[str, Any]
) -> None:
    # Where a report is read, how long a part is follows from how long an answer may be; no text here has two.
    short = walked(call, tool, **arguments, max_tokens=700)
    long = walked(call, tool, **arguments, max_tokens=8_000)
    assert short == long


def test_what_is_left_out_is_told_with_how_to_go_on(call: Calling) -> None:
    first = call("search", query="微博", max_tokens=500)
    assert first["truncated"] is True
    assert "cursor" in first["to_continue"]
    second = call("search", query="微博", max_tokens=500, cursor=first["next"])
    assert not {hit["id"] for hit in first["hits"]} & {hit["id"] for hit in second["hits"]}
    whole = call("search", query="领事救助")
    assert (whole["truncated"], whole["next"]) == (False, None)
    assert "to_continue" not in whole


def test_every_item_has_its_whole_address(call: Calling) -> None:
    for tool, arguments in EVERY_TOOL:
        for item in items_of(tool, call(tool, **arguments)):
            assert item["link"].startswith(f"{ROOT}/"), (tool, item)


def test_addresses_lead_to_pages(call: Calling, client: FlaskClient) -> None:
    links = {
        item["link"] for tool, arguments in EVERY_TOOL for item in items_of(tool, call(tool, **arguments))[:3]
    }
    assert len(links) > 10
    for link in links:
        assert client.get(link.removeprefix(ROOT)).status_code == 200, link


def test_a_local_address_says_so(call: Calling, client: FlaskClient) -> None:
    assert "address_note" not in call("coverage")
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "coverage"}}
    told = client.post("/mcp", json=message).json["result"]["structuredContent"]
    assert "others may not" in told["address_note"]
    assert told["coverage"][0]["link"].startswith("http://localhost/agencies/")


def test_search_gives_what_the_api_gives(call: Calling, client: FlaskClient) -> None:
    for query in ("微博", "“领事保护”", "微博 -微信", "年份:2014", "信息公开申请", "记者会 OR 呼叫中心"):
        told = api(client, "search", q=query, limit=100)
        answer = call("search", query=query, limit=100, max_tokens=8_000)
        assert answer["total"] == told["total"]
        hits = walked(call, "search", query=query)
        assert [hit["id"] for hit in hits] == [hit["id"] for hit in told["hits"]]
        for hit, expected in zip(hits, told["hits"], strict=True):
            assert hit["link"] == f"{ROOT}{expected['url']}"
            assert hit.get("missing", []) == expected["missing"]
            if not hit.get("cut"):
                assert hit["text"] == expected["text"]


def test_a_long_text_is_cut_around_what_was_found(call: Calling) -> None:
    (hit,) = [hit for hit in call("search", query="应急呼叫中心")["hits"] if hit.get("cut")]
    assert "应急呼叫中心" in hit["text"]
    assert hit["text"].startswith("…")
    assert call("read", id=hit["id"])["passages"][0]["text"] == LONG


def test_search_takes_filters_as_a_model_writes_them(call: Calling) -> None:
    expected = [hit["id"] for hit in call("search", query="微博", year=["2019"])["hits"]]
    assert expected
    for years in (2019, "2019", [2019], ["2019", "2019"], "2015..2019"):
        assert [hit["id"] for hit in call("search", query="微博", year=years)["hits"]] == expected
    by_report = call("search", query="微博", group="report", limit="5", sort="newest")
    assert [hit["report"] for hit in by_report["hits"]] == [
        "shanghai-2020",
        "waijiaobu-2019",
        "waijiaobu-2014",
    ]
    assert call("search", query="微博", limit=1)["truncated"] is True


def test_who_takes_the_argument_of_another_tool_is_told_its_name(fault: Calling) -> None:
    told = fault("history", id="waijiaobu-2014")
    assert told["error"]["hint"] == "Call history with passage. It does not know id."


def test_unknown_arguments_are_ignored_and_named(call: Calling) -> None:
    plain = call("search", query="微博")
    told = call("search", query="微博", q="别的", limit=None, thought="…")
    assert told.pop("ignored_arguments") == ["q", "thought"]
    assert told == plain


@pytest.mark.parametrize(
    ("tool", "arguments", "code"),
    [
        ("search", {}, "missing-argument"),
        ("search", {"q": "微博"}, "missing-argument"),
        ("search", {"query": '"微博'}, "unbalanced-quote"),
        ("search", {"query": ["微博"]}, "bad-query"),
        ("search", {"query": {"a": 1}}, "bad-query"),
        ("search", {"query": "微" * 20_000}, "too-long"),
        ("search", {"query": "微博", "year": "去年"}, "bad-year"),
        ("search", {"query": "微博", "section": ["nowhere"]}, "unknown-value"),
        ("search", {"query": "微博", "agency": ["部"] * 60}, "too-many-values"),
        ("search", {"query": "微博", "sort": "best"}, "bad-sort"),
        ("search", {"query": "微博", "limit": "many"}, "bad-limit"),
        ("search", {"query": "微博", "max_tokens": True}, "bad-max_tokens"),
        ("search", {"query": "微博", "titles": "perhaps"}, "bad-titles"),
        ("search", {"query": "微博", "cursor": "x"}, "bad-cursor"),
        ("read", {}, "missing-argument"),
        ("read", {"id": ""}, "missing-argument"),
        ("read", {"id": "waijiaobu-2014", "cursor": "a.b.c"}, "bad-cursor"),
        ("read", {"id": "waijiaobu-2014", "cursor": "000001-aaaaaa.abcdefgh.3"}, "cursor-gone"),
        ("history", {"passage": "waijiaobu-2014"}, "no-passage"),
        ("compare", {"a": "waijiaobu-2014"}, "missing-argument"),
        ("compare", {"a": "waijiaobu-2014", "b": "waijiaobu-2014"}, "same-report"),
        ("series", {"measure": "requests.nothing"}, "unknown-measure"),
        ("checks", {"kind": ["guess"]}, "bad-kind"),
        ("mentions", {"query": "微博", "only": "often"}, "bad-only"),
        ("coverage", {"year": "some"}, "bad-year"),
    ],
    ids=str,
)
def test_what_a_tool_cannot_answer_is_a_result_that_says_why(
    fault: Calling, tool: str, arguments: dict[str, Any], code: str
) -> None:
    error = fault(tool, **arguments)["error"]
    assert error["code"] == code
    assert error["message"]
    assert error["hint"]


def test_a_cursor_belongs_to_its_question(call: Calling, fault: Calling) -> None:
    cursor = call("read", id="shanghai-2020", max_tokens=500)["next"]
    assert (
        fault("read", id="waijiaobu-2014", max_tokens=500, cursor=cursor)["error"]["code"] == "cursor-foreign"
    )
    of_search = call("search", query="微博", max_tokens=500)["next"]
    assert fault("search", query="微信", cursor=of_search)["error"]["code"] == "cursor-foreign"
    # How long an answer may be is no part of the question.
    assert call("search", query="微博", max_tokens=900, cursor=of_search)["hits"]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("search", {"query": "微博", "agency": "没有这个部"}),
        ("mentions", {"query": "微博", "agency": ["没有这个部"]}),
        ("series", {"measure": "requests.granted.total", "agency": ["没有这个部"]}),
        ("checks", {"agency": ["没有这个部"]}),
        ("search", {"query": "微博", "report": "waijiaobu-2016"}),
        ("read", {"id": "waijiaobu-2016"}),
        ("read", {"id": "waijiaobu-2014-00000000"}),
        ("outline", {"report": "waijiaobu-2016"}),
        ("history", {"passage": "waijiaobu-2014-00000000"}),
        ("compare", {"a": "waijiaobu-2014", "b": "waijiaobu-2016"}),
    ],
    ids=str,
)
def test_what_is_not_held_is_told_in_these_words(
    fault: Calling, tool: str, arguments: dict[str, Any]
) -> None:
    assert "not held" in fault(tool, **arguments)["note"]


@pytest.mark.parametrize(
    ("tool", "arguments", "note"),
    [
        ("search", {"query": "微博", "agency": "外交部"}, "not held: 外交部 2015—2018"),
        ("search", {"query": "微博", "agency": "外交部", "year": "2014..2016"}, "not held: 外交部 2015—2016"),
        ("search", {"query": "微博 机关:外交部 年份:2016"}, "not held: 外交部 2016"),
        ("search", {"query": "微博", "agency": "商务部"}, "not held: 商务部 (no report of this agency)"),
        ("search", {"query": "微博", "year": ["2009"]}, "not held: 2009 (no report of any agency)"),
        ("mentions", {"query": "微博", "agency": "外交部"}, "not held: 外交部 2015—2018"),
        (
            "series",
            {"measure": "requests.granted.total", "year": "2019..2021", "agency": "外交部"},
            "not held: 外交部 2020—2021",
        ),
        ("checks", {"agency": ["外交部"], "year": ["2016"]}, "not held: 外交部 2016"),
        ("coverage", {"agency": "从未有过的局"}, "not held: 从未有过的局 (no report of this agency)"),
    ],
    ids=str,
)
def test_notes_say_what_is_not_held(call: Calling, tool: str, arguments: dict[str, Any], note: str) -> None:
    assert note in call(tool, **arguments)["notes"]


def test_read_gives_a_passage_in_its_place(call: Calling) -> None:
    (hit,) = call("search", query="领事救助")["hits"]
    asked, before, behind = call("read", id=hit["link"])["passages"]
    assert (asked["id"], asked["place"], asked["position"]) == (hit["id"], "asked", 1)
    assert asked["headings"] == ["一、加强主动公开工作", "（一）做好新闻发布工作"]
    assert (before["place"], before["position"]) == ("before", 0)
    assert (behind["place"], behind["position"], behind["cut"]) == ("behind", 2, True)
    alone = call("read", id=hit["id"], before=0, after=0)
    assert [one["id"] for one in alone["passages"]] == [hit["id"]]
    assert alone["report"] == {
        "id": "waijiaobu-2014",
        "link": f"{ROOT}/reports/waijiaobu-2014",
        "title": "外交部2014年政府信息公开工作情况",
        "agency": "外交部",
        "year": 2014,
        "published": "2014-12-19",
        "source": "https://www.example.org/2014.html",
        "sha256": "0" * 64,
    }


def test_a_long_text_is_read_whole_in_parts(call: Calling) -> None:
    (hit,) = [hit for hit in call("search", query="应急呼叫中心")["hits"] if hit.get("cut")]
    parts = walked(call, "read", id=hit["id"], before=0, after=0, max_tokens=500)
    assert len(parts) > 1
    assert parts[0]["part"] == f"1 of {len(parts)}"
    assert "".join(part["text"] for part in parts) == LONG
    assert not any(part.get("cut") for part in parts)


@pytest.fixture
def wordy(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> Passage:
    """A passage that has everything at great length: text, headings, title, source."""
    report = setting.searcher.report("waijiaobu-2014")
    source = replace(report.source, url="https://www.example.org/" + "path/" * 100)
    (first, *others) = setting.searcher.report_passages(report.id)
    long = replace(
        first,
        text="第一句，领事保护。" * 900 + "abcdefgh" * 700,
        headings=("标题" * 200,) * 4,
        path=("表头" * 90,) * 12,
    )
    searcher = type(setting.searcher)
    monkeypatch.setattr(searcher, "report", lambda *_: replace(report, source=source, title="名" * 900))
    monkeypatch.setattr(searcher, "report_passages", lambda *_: [long, *others])
    monkeypatch.setattr(searcher, "passage", lambda *_: long)
    return long


@pytest.mark.parametrize("most", [500, 700, 2_000, 8_000])
def test_a_text_of_any_length_is_read_whole(call: Calling, wordy: Passage, most: int) -> None:
    parts = walked(call, "read", id=wordy.id, before=0, after=0, max_tokens=most, **{"x" * 90: 1})
    assert "".join(part["text"] for part in parts) == wordy.text
    assert not any(part.get("cut") for part in parts)


def test_a_report_is_read_from_its_beginning_and_a_heading_with_what_is_under_it(
    call: Calling, client: FlaskClient
) -> None:
    texts = [one["text"] for one in walked(call, "read", id="waijiaobu-2014", max_tokens=8_000)]
    assert texts[0] == "2014年，我部扎实推进政府信息公开工作。"
    summaries = {one["id"]: one["passages"] for one in api(client, "reports")["reports"]}
    assert len(texts) == summaries["waijiaobu-2014"]
    sections = call("outline", report="waijiaobu-2014")["sections"]
    (heading,) = [one for one in sections if one.get("heading") == "五、继续做好依申请公开工作"]
    under = call("read", id=heading["link"])["passages"]
    assert [one["text"] for one in under] == ["五、继续做好依申请公开工作", "收到信息公开申请45起。"]


def test_outline_has_every_section_with_its_passages(call: Calling) -> None:
    answer = call("outline", report=f"{ROOT}/reports/waijiaobu-2019?q=x")
    assert [(one["heading"], one["passages"], one["tables"]) for one in answer["sections"]] == [
        ("一、总体情况", 1, 0),
        ("三、收到和处理申请情况", 3, 1),
    ]
    assert sum(one["passages"] for one in answer["sections"]) == answer["passages"]
    assert answer["warnings"][0]["code"] == "section-missing"


def test_history_gives_what_the_api_gives_and_the_words_not_held(call: Calling, client: FlaskClient) -> None:
    (hit,) = call("search", query="领事救助")["hits"]
    told = api(client, f"passages/{hit['id']}/history")
    answer = call("history", passage=hit["id"])
    rows = answer["rows"]
    for name in ("first", "last_changed", "verbatim", "sentence"):
        assert answer[name] == told[name]
    assert [(row["year"], row["state"]) for row in rows] == [
        (row["year"], row["state"]) for row in told["rows"]
    ]
    for row in rows:
        assert ("note" in row) is (row["state"] == "not-held")
    (missing,) = [row for row in rows if row["year"] == 2016]
    assert missing["note"] == "not held: 外交部 2016"


def test_changes_are_written_into_one_text() -> None:
    changes = [
        {"op": "keep", "text": "举办"},
        {"op": "delete", "text": "3"},
        {"op": "insert", "text": "5{}"},
        {"op": "keep", "text": "场。"},
    ]
    assert written(changes) == "举办[-3-]{+5{}+}场。"


def test_compare_gives_what_the_api_gives(call: Calling, client: FlaskClient) -> None:
    told = api(client, "compare", a="waijiaobu-2014", b="waijiaobu-2019")
    answer = call("compare", a="waijiaobu-2014", b="waijiaobu-2019", max_tokens=8_000)
    assert answer["rewritten"] == told["rewritten"]
    expected = [row for section in told["sections"] for row in section["rows"] if row["state"] != "same"]
    rows = walked(call, "compare", a="waijiaobu-2014", b="waijiaobu-2019")
    assert [row["state"] for row in rows] == [row["state"] for row in expected]
    assert sum(answer["rows_by_state"].values()) == sum(len(section["rows"]) for section in told["sections"])


def test_measures_are_listed_as_the_api_lists_them(call: Calling, client: FlaskClient) -> None:
    listed = walked(call, "series")
    assert [one["key"] for one in listed] == [one["key"] for one in api(client, "measures")["measures"]]


def test_mentions_gives_what_the_api_gives(call: Calling, client: FlaskClient) -> None:
    told = api(client, "mentions", q="领事保护")
    answer = call("mentions", query="领事保护")
    assert answer["total"] == told["total"]
    for agency, expected in zip(answer["agencies"], told["agencies"], strict=True):
        assert {**agency, **expected} == agency
        assert ("not held" in agency.get("note", "")) is bool(agency["not_held"])
    never = call("mentions", query="领事保护", only="never")
    assert [one["agency"] for one in never["agencies"]] == ["上海市人民政府"]


def test_coverage_says_what_is_held_and_what_is_not(call: Calling, client: FlaskClient) -> None:
    answer = call("coverage")
    told = {one["key"]: one for one in api(client, "agencies")["agencies"]}
    assert {one["key"] for one in answer["coverage"]} == told.keys()
    for one in answer["coverage"]:
        assert (one["held"], one["not_held"]) == (told[one["key"]]["held"], told[one["key"]]["missing"])
    assert answer["reports"] == 3
    (ministry,) = call("coverage", agency="中华人民共和国外交部", year=["2014..2016"])["coverage"]
    assert (ministry["held"], ministry["not_held"]) == ([2014], [2015, 2016])
    assert ministry["note"] == "not held: 2015—2016"


def test_nothing_that_reports_say_is_markup_or_escapes(result_of: Calling) -> None:
    text = result_of("search", query="市民")["content"][0]["text"]
    assert '<script>alert(\\"微博\\")</script>' in text
    assert json.loads(text)
    assert not re.search(r"[\x00-\x1f]", text)


TEXTS = st.text(st.sampled_from("领事保护，。a b1“”\n"), max_size=400)


@settings(max_examples=sampled(200), deadline=None)
@given(TEXTS, st.integers(8, 120))
def test_parts_are_short_and_together_the_text(text: str, most: int) -> None:
    parts = parts_of(text, most)
    assert "".join(parts) == text
    assert all(tokens_of(part) <= most for part in parts)
    assert parts == [""] or all(parts)


@settings(max_examples=sampled(200), deadline=None)
@given(
    st.lists(st.fixed_dictionaries({"text": TEXTS, "list": st.lists(TEXTS, max_size=9)}), max_size=8), TEXTS
)
def test_a_listing_of_whatever_size_fits(items: list[dict[str, Any]], said: str) -> None:
    listing = Listing({"said": said * 3}, "items", items, lambda number: f"place-{number}")
    answer = fitted(listing, FEWEST_TOKENS)
    assert tokens_of(as_text(answer)) <= FEWEST_TOKENS
    assert bool(answer["items"]) is bool(items)
    assert answer["truncated"] is (len(answer["items"]) < len(items))
    for shown, item in zip(answer["items"], items, strict=False):
        assert shown.get("cut") or shown == item
    assert tokens_of(as_text(shortened({"a": said * 50}, 60))) <= 60
