"""The page of results: hits, facets, how the query was read, paging, and what is said when nothing is found."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from report_search.passages import Passage
from report_search.search.searcher import Searcher
from tests.webui.pages.soup import one, sent, soup, total
from webui import create_app
from webui.pages import INDEX_UPDATED


def test_hits_show_their_report_and_headings_and_mark_what_was_found(
    client: FlaskClient, passages_by_report: dict[str, list[Passage]]
) -> None:
    page = soup(client, "/?q=领事救助")
    hit = one(page, ".hit")
    assert "外交部" in one(hit, ".hit-title").get_text()
    assert "2014年" in one(hit, ".hit-title").get_text()
    assert one(hit, ".trail li").get_text() == "一、加强主动公开工作"
    assert {mark.get_text() for mark in hit.select("mark")} == {"领事救助"}
    passage = next(p for p in passages_by_report["waijiaobu-2014"] if "领事救助" in p.text)
    links = [str(a["href"]) for a in hit.select(".hit-links a")]
    assert links[0].endswith(f"#{passage.id}")
    assert links[0].startswith("/reports/waijiaobu-2014?q=")
    assert links[1] == f"/passages/{passage.id}"
    assert links[-1] == "https://www.example.org/2014.html"


def test_a_topic_says_which_printed_words_gave_it(client: FlaskClient) -> None:
    page = soup(client, "/?q=领事救助")
    reasons = {a.get_text(): str(a["title"]) for a in page.select(".topics a")}
    assert "领事救助" in reasons["领事保护与服务"]


def test_totals_count_passages_reports_and_complete_hits(client: FlaskClient) -> None:
    page = soup(client, "/?q=微博")
    assert one(page, ".total").get_text(" ", strip=True).startswith("共 33 段，见于 3 份报告")
    partial = soup(client, "/?q=如何在微博上申请领事保护宣传咨询")
    assert partial.select(".missing") or partial.select(".nothing")


def test_a_facet_gives_what_its_count_promises(client: FlaskClient) -> None:
    page = soup(client, "/?q=微博&sort=newest")
    form = one(page, "form.filters")
    ticks = form.select(".facet .tick")
    assert len(ticks) > 8
    for tick in ticks:
        count = int(re.sub(r"\D", "", one(tick, ".count").get_text()))
        found = soup(client, sent(form, tick=one(tick, "input")))
        assert total(found) == count, tick.get_text()
        assert one(found, "header input[name=sort]")["value"] == "newest"
        chosen = one(found, ".facet .ticked")
        assert total(soup(client, sent(one(found, "form.filters"), tick=one(chosen, "input")))) == total(page)


def test_a_facet_that_was_cut_links_to_all_its_values(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("report_search.search.facets.AGENCY_LIMIT", 1)
    page = soup(client, "/?q=微博")
    more = one(page, ".facet a.more")
    assert more.get_text() == "显示全部 2 个机关"
    labels = [t.get_text() for t in page.select("[data-field=agency] .tick-label")]
    whole = soup(client, str(more["href"]).split("#")[0])
    assert [t.get_text() for t in whole.select("[data-field=agency] .tick-label")] == [*labels, "外交部"]
    assert not whole.select(".facet a.more")


def test_several_values_of_a_facet_widen_it_and_each_can_be_taken_away(client: FlaskClient) -> None:
    both = soup(client, "/?q=微博&year=2014&year=2019")
    assert total(both) == 2
    labels = [t.get_text() for t in both.select("[data-field=year] .tick-label")]
    assert labels == ["2019", "2014", "2020"], "chosen values stand first"
    ticked = both.select("[data-field=year] .ticked")
    assert [one(tick, ".tick-label").get_text() for tick in ticked] == ["2019", "2014"]
    chips = both.select(".chip-filter .chip-off")
    assert [str(chip["href"]) for chip in chips] == [
        "/?q=%E5%BE%AE%E5%8D%9A&year=2019",
        "/?q=%E5%BE%AE%E5%8D%9A&year=2014",
    ]
    hidden = {(str(i["name"]), str(i["value"])) for i in both.select("header form input[type=hidden]")}
    assert hidden == {("year", "2014"), ("year", "2019")}


def test_a_range_of_years_is_typed_into_two_boxes(client: FlaskClient) -> None:
    page = soup(client, "/?q=微博&year=2020")
    found = soup(client, sent(one(page, "form.filters"), **{"from": "2015", "to": "2020"}))
    assert [c.get_text() for c in found.select(".chip-filter .chip-text")] == ["2019", "2020"]
    assert total(found) == total(soup(client, "/?q=微博&year=2015..2020"))
    assert page.select("input[name=from]")


@pytest.mark.parametrize(
    ("address", "title", "heading"),
    [
        ("/?q=微博", "微博", "“微博”的检索结果"),
        ("/?agency=外交部", "外交部", "外交部的段落"),
        (
            "/?q=微博&agency=外交部&year=2014&year=2019",
            "微博 · 2014、2019年 · 外交部",
            "“微博”的检索结果（2014、2019年、外交部）",
        ),
        ("/?year=2018..2020", "2019—2020年", "2019—2020年的段落"),
        ("/?sort=newest", "全部段落", "全部段落"),
    ],
)
def test_a_page_is_named_after_what_it_shows(
    client: FlaskClient, address: str, title: str, heading: str
) -> None:
    page = soup(client, address)
    assert one(page, "title").get_text().split(" · 政府")[0] == title
    assert one(page, "h1").get_text() == heading


def test_a_range_of_years_is_read_as_the_years_that_are_held(client: FlaskClient) -> None:
    page = soup(client, "/?q=微博&year=2014..2019")
    assert total(page) == 2
    assert [c.get_text() for c in page.select(".chip-filter .chip-text")] == ["2014", "2019"]


def test_the_query_as_read_is_shown_as_chips_that_can_be_removed(client: FlaskClient) -> None:
    page = soup(client, "/?q=微博 “领事救助”")
    chips = {one(c, ".chip-text").get_text(): one(c, ".chip-kind").get_text() for c in page.select(".chip")}
    assert chips == {"微博": "词", "领事救助": "原文"}
    link = next(str(c.select_one(".chip-off")["href"]) for c in page.select(".chip-exact"))  # type: ignore[index]
    assert total(soup(client, link)) == 33


def test_a_synonym_is_shown_and_can_be_switched_off(client: FlaskClient) -> None:
    page = soup(client, "/?q=领保")
    chip = one(page, ".chip-synonym")
    assert total(page) == 2
    plain = soup(client, str(one(chip, ".chip-off")["href"]))
    assert plain.select(".nothing")
    back = next(c for c in plain.select(".chip-filter") if "同义词" in c.get_text())
    assert total(soup(client, str(one(back, ".chip-off")["href"]))) == 2


def test_a_query_that_was_repaired_says_so_and_offers_the_repair(client: FlaskClient) -> None:
    page = soup(client, "/?q=“领事救助")
    hint = one(page, ".hint")
    repaired = soup(client, str(one(hint, "a")["href"]))
    assert total(repaired) == 1
    assert not repaired.select(".hint")


def test_a_value_that_names_nothing_is_said_not_dropped(client: FlaskClient) -> None:
    assert "不是年份" in one(soup(client, "/?q=微博&year=abc"), ".hint").get_text()


def test_the_next_page_goes_on_where_this_one_ends(client: FlaskClient) -> None:
    seen: list[str] = []
    address = "/?q=微博"
    while address:
        page = soup(client, address)
        seen += [str(h["aria-labelledby"]) for h in page.select(".hit")]
        following = page.select_one(".pager-next")
        address = str(following["href"]) if following else ""
    assert len(seen) == len(set(seen)) == 33
    assert one(page, ".pager-place").get_text() == "21–33 / 33"
    assert "第 2 页" in one(page, "title").get_text()
    assert str(one(page, ".pager a")["href"]) == "/?q=%E5%BE%AE%E5%8D%9A"


def test_a_page_of_an_index_that_is_gone_starts_again(
    tmp_path: Path, publish: Callable[[Path], None]
) -> None:
    publish(tmp_path)
    client = create_app(Searcher(tmp_path)).test_client()
    following = str(one(soup(client, "/?q=微博"), ".pager-next")["href"])
    publish(tmp_path)
    page = soup(client, following)
    assert one(page, ".notice").get_text() == INDEX_UPDATED
    assert len(page.select(".hit")) == 20
    assert client.get("/api/v1/search?" + following.split("?", 1)[1]).status_code == 410


def test_a_row_of_a_table_is_shown_as_its_cells_under_their_heads(client: FlaskClient) -> None:
    hit = one(soup(client, "/?q=国家秘密"), ".hit")
    assert [h.get_text() for h in hit.select(".row-head > span:not(.row-over)")] == [
        "三、本年度办理结果",
        "1.属于国家秘密",
    ]
    assert one(hit, ".row-over").get_text() == "申请人情况"
    cells = {one(c, "dt").get_text(): one(c, "dd").get_text() for c in hit.select(".row-cells > div")}
    assert cells == {"自然人": "（空）", "总计": "0"}
    assert one(hit, "mark").get_text() == "国家秘密"


def test_a_long_paragraph_is_cut_around_what_was_found_and_can_be_opened_whole(client: FlaskClient) -> None:
    hit = next(h for h in soup(client, "/?q=“领事保护与服务”").select(".hit"))
    shown = one(hit, ".fragments").get_text()
    assert "设立应急呼叫中心，为境外公民提供领事保护与服务。" in shown
    assert len(shown) < 320
    whole = one(hit, "details p")
    assert len(whole.get_text()) > 270
    assert one(whole, "mark").get_text() == "领事保护与服务"


def test_nothing_found_says_what_would_find_something(client: FlaskClient) -> None:
    page = soup(client, "/?q=国家秘密&year=2014")
    first, *others = page.select(".ways li")
    assert first.get_text(" ", strip=True) == "不限年份（现为2014） 得 1 段"
    assert total(soup(client, str(one(first, "a")["href"]))) == 1
    assert all("仍无结果" in other.get_text() and not other.select("a") for other in others)


def test_not_held_never_looks_like_not_mentioned(client: FlaskClient) -> None:
    page = soup(client, "/?q=微博&year=2016&agency=外交部&agency=财政部")
    assert [li.get_text() for li in page.select(".known li")] == [
        "○外交部 2016年：未收录（缺）；已收录 2014、2019年",
        "·财政部 2016年：未收录；这个机关的报告一份也没有收录",
    ]
    assert "外交部：2014、2019年" in one(page, ".coverage").get_text()
    assert one(page, ".coverage a[href='/about#failed']")
    held = soup(client, "/?q=微博&year=2014&agency=上海市人民政府")
    assert [li.get_text() for li in held.select(".known li")] == [
        "·上海市人民政府 2014年：未收录；已收录 2020年"
    ]


def test_fields_typed_into_the_query_get_availability_notes_like_filters(client: FlaskClient) -> None:
    page = soup(client, "/?q=机关:外交部 年份:2015..2016 微博")
    assert [li.get_text()[:17] for li in page.select(".known li")] == [
        "○外交部 2015年：未收录（缺）",
        "○外交部 2016年：未收录（缺）",
    ]


def test_hits_say_which_chosen_agency_years_are_not_held(client: FlaskClient) -> None:
    page = soup(client, "/?q=微博&year=2014&year=2017&agency=外交部")
    assert [li.get_text() for li in page.select(".absent li")] == [
        "○外交部 2017年：未收录（缺）；已收录 2014、2019年"
    ]
    assert not soup(client, "/?q=微博&year=2014").select(".absent, .known")
