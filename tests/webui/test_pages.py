"""What people read: every page, its links, its marks, its refusals."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from report_search.analysis.fingerprint import fingerprint
from report_search.engine.registry import open_engine
from report_search.generations import BuildOutcome, Generations, SourceRecord
from report_search.model import Evidence, Paragraph, Report, ReportWarning, Script, Section, Source
from report_search.passages import Passage, passages_of
from report_search.search.searcher import Searcher
from webui import create_app
from webui.pages import INDEX_UPDATED

PAGES = (
    "/",
    "/?q=微博",
    "/?q=没有这个词",
    "/reports/waijiaobu-2019?q=国家秘密",
    "/about",
    "/help",
    "/nowhere",
)


def soup(client: FlaskClient, address: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)[:500]
    return BeautifulSoup(answer.get_data(as_text=True), "lxml")


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    found = page.select(selector)
    assert len(found) == 1, f"{selector}: {len(found)}"
    return found[0]


def total(page: BeautifulSoup) -> int:
    return int(one(page, ".total strong:first-of-type").get_text().replace(",", ""))


class _Balance(HTMLParser):
    """Fails on tags that don't close in order."""

    VOID = frozenset(("meta", "link", "input", "br"))

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


@pytest.mark.parametrize("address", PAGES)
def test_markup_is_balanced_and_ids_are_unique(client: FlaskClient, address: str) -> None:
    checker = _Balance()
    checker.feed(client.get(address).get_data(as_text=True))
    assert checker.open == []
    assert len(checker.ids) == len(set(checker.ids))


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_chinese_titled_and_has_one_heading_of_first_rank(
    client: FlaskClient, address: str
) -> None:
    page = BeautifulSoup(client.get(address).get_data(as_text=True), "lxml")
    assert one(page, "html")["lang"] == "zh-CN"
    assert one(page, "title").get_text().endswith("政府信息公开年报检索")
    assert one(page, "h1").get_text(strip=True)
    one(page, "main#main")
    one(page, "a.skip[href='#main']")


@pytest.mark.parametrize("address", PAGES)
def test_nothing_is_fetched_from_elsewhere_and_no_style_or_script_is_inline(
    client: FlaskClient, address: str
) -> None:
    page = BeautifulSoup(client.get(address).get_data(as_text=True), "lxml")
    for tag in page.select("script, link[rel=stylesheet], link[rel=icon], img"):
        assert str(tag.get("src") or tag.get("href")).startswith("/static/")
    assert not page.select("[style], style, [onclick], [onload]")


@pytest.mark.parametrize("address", PAGES)
def test_every_link_within_the_site_leads_somewhere(client: FlaskClient, address: str) -> None:
    page = BeautifulSoup(client.get(address).get_data(as_text=True), "lxml")
    links = {str(a["href"]) for a in page.select("a[href]")}
    for link in sorted(link for link in links if link.startswith("/")):
        assert client.get(link.split("#")[0]).status_code == 200, link
    for anchor in (link[1:] for link in links if link.startswith("#")):
        assert page.find(id=anchor) is not None, anchor


def test_the_front_page_is_a_box_with_a_way_into_the_corpus(client: FlaskClient) -> None:
    page = soup(client, "/")
    form = one(page, "form[role=search]")
    assert (form["action"], form["method"]) == ("/", "get")
    assert one(form, "label")["for"] == one(form, "input[name=q]")["id"]
    assert "收录 2 个机关的 3 份报告（2014—2020年）" in page.get_text()
    assert page.select(".hits") == []
    assert soup(client, "/?q=+&year=").select(".hits") == []


def test_every_example_on_the_front_page_finds_something(client: FlaskClient) -> None:
    links = [str(a["href"]) for a in soup(client, "/").select(".examples a")]
    assert links
    for link in links:
        assert total(soup(client, link)) > 0


def test_the_examples_are_those_of_the_index_that_is_current(
    tmp_path: Path, publish: Callable[[Path], None]
) -> None:
    _made_up_index(tmp_path)
    client = create_app(Searcher(tmp_path)).test_client()
    assert not soup(client, "/").select(".examples a")
    publish(tmp_path)
    assert "领事保护" in [a.get_text() for a in soup(client, "/").select(".examples a")]


def test_the_corpus_page_and_the_reports_are_those_of_the_index_that_is_current(
    tmp_path: Path, publish: Callable[[Path], None]
) -> None:
    made_up, _ = _made_up_index(tmp_path)
    client = create_app(Searcher(tmp_path)).test_client()
    assert "外交部" not in soup(client, "/about").get_text()
    soup(client, f"/reports/{made_up}")
    publish(tmp_path)
    assert "外交部" in soup(client, "/about").get_text()
    soup(client, "/reports/waijiaobu-2014")


def test_every_sample_of_the_help_is_taken_as_typed_even_by_the_strict_reader(client: FlaskClient) -> None:
    samples = [str(a["href"]) for a in soup(client, "/help").select("a.sample")]
    assert len(samples) >= 11
    for sample in samples:
        assert client.get(f"/api/v1/search{sample[1:]}").status_code == 200, sample
        hints = [hint.get_text() for hint in soup(client, sample).select(".hint")]
        assert all(hint.startswith("按问句检索") for hint in hints), sample


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


def sent(form: Tag, *, tick: Tag | None = None, **typed: str) -> str:
    """The address that a form leads to, with one of its boxes ticked or unticked, and what is typed in others."""
    pairs = []
    for box in form.select("input"):
        is_box = box.get("type") == "checkbox"
        if is_box and box.has_attr("checked") == (box is tick):
            continue
        pairs.append((str(box["name"]), typed.get(str(box["name"]), str(box.get("value", "")))))
    return f"{form['action']}?{urlencode(pairs)}"


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
    assert first.get_text(" ", strip=True) == "不限年份（当前：2014） 1 段"
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


def test_a_report_is_shown_whole_with_an_anchor_for_every_passage(
    client: FlaskClient, passages_by_report: dict[str, list[Passage]]
) -> None:
    for report, passages in passages_by_report.items():
        page = soup(client, f"/reports/{report}")
        for passage in passages:
            there = one(page, f"[id='{passage.id}']").get_text()
            assert passage.text.split("\t")[-1] in there
            one(page, f"a.anchor[href='/passages/{passage.id}']")
        assert not page.select("mark")


def test_a_report_has_an_outline_of_its_printed_headings(client: FlaskClient) -> None:
    page = soup(client, "/reports/waijiaobu-2014")
    outline = [a.get_text() for a in page.select(".outline nav a")]
    assert outline == ["引言", "一、加强主动公开工作", "五、继续做好依申请公开工作"]
    headings = page.select(".chapter h2")
    for anchor in page.select(".chapter h2 .anchor"):
        anchor.decompose()
    assert [h.get_text() for h in headings] == outline[1:]
    assert one(page, "strong.lead").get_text() == "（一）做好新闻发布工作"


def test_a_table_keeps_its_spans_and_the_scopes_of_its_heads(client: FlaskClient) -> None:
    table = one(soup(client, "/reports/waijiaobu-2019"), "table")
    head = one(table, "th[scope=rowgroup]")
    assert (head["rowspan"], head.get_text()) == ("2", "三、本年度办理结果")
    assert one(table, "th[colspan='2'][rowspan='2']")["scope"] == "colgroup"
    assert [td.get_text() for td in table.select("tr:last-child td.num")] == ["0引"]


def test_a_report_marks_the_words_it_was_opened_with_where_they_are_printed(client: FlaskClient) -> None:
    page = soup(client, "/reports/waijiaobu-2019?q=本年度办理结果")
    assert one(page, "th mark").get_text() == "本年度办理结果"
    assert len(page.select(".in-place ol a")) == 2
    note = soup(client, "/reports/waijiaobu-2019?q=截至年底")
    assert one(note, "figcaption mark").get_text() == "截至年底"
    lead = soup(client, "/reports/waijiaobu-2014?q=“新闻发布工作。全年”")
    assert [m.get_text() for m in lead.select("p.passage mark")] == ["新闻发布工作", "。全年"]
    none = soup(client, "/reports/waijiaobu-2014?q=国家秘密")
    assert "不见于本报告" in one(none, ".in-place").get_text()


def test_a_report_shows_its_warnings(client: FlaskClient) -> None:
    assert "没有第四节。" in one(soup(client, "/reports/waijiaobu-2019"), ".warnings").get_text()


def test_a_passage_has_a_permanent_page_with_headings_neighbours_and_citation(
    client: FlaskClient, passages_by_report: dict[str, list[Passage]]
) -> None:
    before, passage, after = passages_by_report["waijiaobu-2014"][:3]
    page = soup(client, f"/passages/{passage.id}")
    assert one(page, ".quoted").get_text(strip=True) == passage.text
    assert str(one(page, "a[rel=prev]")["href"]) == f"/passages/{before.id}"
    assert str(one(page, "a[rel=next]")["href"]) == f"/passages/{after.id}"
    assert str(page.select(".actions a")[0]["href"]) == f"/reports/waijiaobu-2014#{passage.id}"
    standard, sentence, *others = (c.get_text() for c in page.select("[data-copy]"))
    address, today = f"http://localhost/passages/{passage.id}", date.today()
    local = " （本机地址，他人未必能打开）"
    assert sentence == (
        "外交部《外交部2014年政府信息公开工作情况》（2014年12月19日发布），“一、加强主动公开工作”，"
        f"{today.year}年{today.month}月{today.day}日查阅，{address}{local}"
    )
    assert standard == (
        "外交部. 外交部2014年政府信息公开工作情况[R/OL]. 外交部，2014-12-19：一、加强主动公开工作"
        f"[{today.isoformat()}]. {address}{local}"
    )
    assert [one.split()[0] for one in others] == [">", f"@techreport{{{passage.id},", "TY"]


def test_what_was_printed_is_never_read_as_markup(
    client: FlaskClient, passages_by_report: dict[str, list[Passage]]
) -> None:
    passage = passages_by_report["shanghai-2020"][0]
    for address in (
        "/?q=微博 市民",
        "/reports/shanghai-2020?q=微博",
        f"/passages/{passage.id}",
        '/?q="><script>alert(1)</script>',
        "/?agency=<script>&year='><b>",
        "/reports/<script>",
    ):
        page = BeautifulSoup(client.get(address).get_data(as_text=True), "lxml")
        scripts = [str(script.get("src")).split("?")[0] for script in page.select("script")]
        assert scripts == [
            f"/static/{name}.js" for name in ("copy", "completions", "filters", "hits", "picks")
        ]
        assert not page.select("main b")
    marked = soup(client, "/?q=微博 市民")
    assert passage.text in [p.get_text(strip=True) for p in marked.select(".fragments")]


def test_only_addresses_on_the_web_are_linked_as_sources(client: FlaskClient) -> None:
    for address in ("/reports/shanghai-2020", "/about", "/?q=市民"):
        assert "javascript:" not in {str(a["href"])[:11] for a in soup(client, address).select("a[href]")}


def test_the_corpus_page_shows_for_every_agency_and_year_what_is_held(client: FlaskClient) -> None:
    page = soup(client, "/about")
    head = [th.get_text() for th in page.select(".matrix thead th")]
    assert head == ["机关", *map(str, range(2014, 2021))]
    assert {th["scope"] for th in page.select(".matrix th")} == {"col", "row"}
    assert one(page, ".matrix caption")
    rows = {
        one(tr, "th").get_text(): [" ".join(td["class"]) for td in tr.select("td")]
        for tr in page.select(".matrix tbody tr")
    }
    gap, beside = "missing-year", "none"
    assert rows == {
        "上海市人民政府": [*[beside] * 6, "in"],
        # The report of 2019 goes from 三 to 五 and its table breaks off: it is doubtful.
        "外交部": ["in", gap, gap, gap, gap, "unsure", beside],
    }
    assert {td.get_text() for td in page.select(".missing-year")} == {"缺"}
    assert [li.get_text().split("（")[0] for li in page.select(".legend li")] == [
        "●已收录",
        "◐已收录，机关、年份或内容存疑",
        "✕文件读取失败",
        "⊘已撤下",
        "○缺",
        "·收录起止年份以外",
        "⚠有缺漏或疑点",
    ]


def test_the_corpus_page_says_what_is_wrong_and_where(client: FlaskClient) -> None:
    page = soup(client, "/about")
    assert "没有第四节。第三节之后" in one(page, ".warned").get_text()
    assert one(page, ".failed li").get_text() == "✕scan.pdf：扫描件，没有文字。（未收录）"


def test_the_corpus_page_has_a_view_for_every_agency(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webui.views.corpus.MAX_LISTED", 2)
    page = soup(client, "/about")
    assert not page.select(".listing, .warned")
    links = {a.get_text(): str(a["href"]) for a in page.select(".matrix tbody th a")}
    agency = soup(client, links["外交部"])
    assert [a.get_text() for a in agency.select(".listing li > a")] == [
        "外交部政府信息公开工作2019年度报告",
        "外交部2014年政府信息公开工作情况",
    ]
    assert one(agency, ".warned")
    assert not agency.select(".failed")
    assert "还没有收录任何报告" in soup(client, "/about?agency=财政部").get_text()


def test_many_agencies_are_on_pages_labelled_by_their_first_and_last(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not soup(client, "/about").select(".pages")
    monkeypatch.setattr("webui.views.corpus.ROWS_PER_PAGE", 1)
    page = soup(client, "/about")
    links = {a.get_text().split("，")[1]: str(a["href"]) for a in page.select(".pages")[0].select("a")}
    assert links == {"上海市人民政府": "/about", "外交部": "/about?page=2"}
    second = soup(client, links["外交部"])
    assert [th.get_text() for th in second.select(".matrix tbody th")] == ["外交部"]
    assert one(second.select(".pages")[0], "[aria-current]").get_text() == "第 2 页，外交部"
    assert "没有这么多页" in soup(client, "/about?page=3", 404).get_text()


def test_made_up_reports_say_so_wherever_they_are_shown(client: FlaskClient, tmp_path: Path) -> None:
    report, passage = _made_up_index(tmp_path)
    made_up = create_app(Searcher(tmp_path)).test_client()
    for address in ("/", "/about", f"/reports/{report}", f"/passages/{passage}"):
        assert "合成数据" in one(soup(made_up, address), ".fiction").get_text()
    assert one(soup(made_up, "/?q=培训"), ".hit .kind-fiction").get_text() == "合成数据"
    assert one(soup(made_up, "/about"), ".matrix .kind-fiction").get_text() == "合成"
    for address in ("/about", "/?q=微博", "/reports/waijiaobu-2014"):
        assert not soup(client, address).select(".fiction, .kind-fiction")


def test_traditional_text_is_marked_as_such(client: FlaskClient, tmp_path: Path) -> None:
    """Without it a browser draws traditional characters in the shapes of the mainland."""
    report, passage = _made_up_index(tmp_path, script="traditional")
    traditional = create_app(Searcher(tmp_path)).test_client()
    assert one(soup(traditional, "/?q=培训"), ".hit-text")["lang"] == "zh-Hant"
    assert one(soup(traditional, f"/passages/{passage}"), ".quoted")["lang"] == "zh-Hant"
    assert {s["lang"] for s in soup(traditional, f"/reports/{report}").select(".chapter")} == {"zh-Hant"}
    assert not soup(client, "/?q=微博").select("main [lang]")


def test_a_long_outline_folds_deep_sections_but_not_those_with_hits(tmp_path: Path) -> None:
    report, _ = _made_up_index(tmp_path)
    client = create_app(Searcher(tmp_path)).test_client()
    outline = one(soup(client, f"/reports/{report}"), ".outline nav")
    shown = [a.get_text() for a in outline.select("nav > ol > li > a")]
    assert shown == ["一、总体情况", "（一）培训", "（二）公开"]
    folded = outline.select("li details")
    assert [one(fold, "summary").get_text() for fold in folded] == ["24 个小节"]
    assert len(folded[0].select("a")) == 24
    assert not folded[0].has_attr("open")
    assert one(soup(client, f"/reports/{report}?q=第7项"), ".outline li details").has_attr("open")


def _made_up_index(root: Path, script: Script = "simplified") -> tuple[str, str]:
    """An index of one report of the kind that ``report-search demo`` writes; ids of it and of a passage."""
    deep = tuple(
        Section(f"{n}.", f"事项{n}", "overview", (Paragraph(f"完成第{n}项。"),)) for n in range(1, 25)
    )
    items = (
        Section("（一）", "培训", "overview", (Paragraph("举办培训三次。"),), deep),
        Section("（二）", "公开", "overview", (Paragraph("公开三件。"),)),
    )
    report = Report(
        "shili-2020",
        "示例甲市教育局",
        "shili",
        2020,
        "示例甲市教育局2020年政府信息公开工作年度报告",
        "",
        Source("a.md", "", "0" * 64, "markdown"),
        (Section("一", "总体情况", "overview", (), items),),
        script=script,
    )
    found = passages_of(report)
    generations = Generations(root)
    with generations.draft(engine="memory", fingerprint=fingerprint()) as draft:
        engine = open_engine("memory", draft.engine_folder)
        with engine.writer() as writer:
            writer.add(found)
            draft.put(report, passages=len(found))
        engine.close()
        generations.publish(draft, BuildOutcome(len(found), 1))
    return report.id, found[0].id


def test_a_file_that_cannot_be_read_now_and_a_doubtful_year_are_told_apart(tmp_path: Path) -> None:
    client = create_app(Searcher(_doubtful_index(tmp_path))).test_client()
    page = soup(client, "/about")
    cells = {tr.th.get_text(): tr.td for tr in page.select(".matrix tbody tr") if tr.th and tr.td}
    assert {name: td["class"] for name, td in cells.items()} == {
        "丁局": ["failed-year"],
        "乙局": ["failed"],
        "甲局": ["unsure"],
    }
    assert "◐已收录，机关、年份或内容存疑" in cells["甲局"].get_text()
    assert "年份“2019”取自网址，不能确定" in one(page, ".warned").get_text()
    assert "收录 2 个机关" in one(page, ".standfirst").get_text()
    assert [li.get_text() for li in page.select(".failed li")] == [
        "✕乙局.pdf：加密了。（上次读取的内容仍可检索）",
        "✕丁.pdf：扫描件。（未收录）",
    ]
    nothing = soup(client, "/?q=没有这个词&year=2019&agency=甲局&agency=乙局&agency=丙局&agency=丁局")
    assert [li.get_text() for li in nothing.select(".known li")] == [
        "✕丁局 2019年：文件读取失败，未收录",
        "·丙局 2019年：未收录；这个机关的报告一份也没有收录",
        "✕乙局 2019年：文件读取失败，仍可检索上次读取的内容",
        "◐甲局 2019年：已收录，但年份“2019”取自网址，不能确定；内容没有读全：“三”没有读到官方的表",
    ]


def _doubtful_index(root: Path) -> Path:
    """An index of two reports: the year of one is a guess, the file of the other can't be read any more."""
    generations = Generations(root)
    with generations.draft(engine="memory", fingerprint=fingerprint()) as draft:
        engine = open_engine("memory", draft.engine_folder)
        with engine.writer() as writer:
            for agency in ("甲局", "乙局"):
                report = Report(
                    agency,
                    agency,
                    agency,
                    2019,
                    f"{agency}年报",
                    "",
                    Source(f"{agency}.pdf", "", "0" * 64, "pdf"),
                    (Section("一", "概述", "overview", (Paragraph(f"{agency}的工作。"),)),),
                    warnings=(ReportWarning("table-missing", "没有读到官方的表", "三"),)
                    if agency == "甲局"
                    else (),
                    evidence=(Evidence("year", "2019", "网址", sure=agency == "乙局"),),
                )
                writer.add(passages_of(report))
                draft.put(report, passages=1)
        engine.close()
        kept = SourceRecord("乙局.pdf", "0" * 64, 1, 1, report="乙局", code="encrypted", message="加密了。")
        lost = SourceRecord("丁.pdf", "", 1, 1, code="no-text", message="扫描件。", agency="丁局", year=2019)
        generations.publish(draft, BuildOutcome(2, 2, sources=(kept, lost)))
    return root


@pytest.mark.parametrize(
    ("address", "status", "word"),
    [
        ("/nowhere", 404, "没有这个地址"),
        ("/reports/nobody-1999", 404, "nobody-1999"),
        ("/passages/waijiaobu-2014-ffffffff", 404, "waijiaobu-2014-ffffffff"),
        ("/?limit=0", 400, "网址中的每页条数无效"),
        ("/?q=微博&sort=upwards", 400, "网址中的排序方式无效"),
        ("/?q=微博&cursor=nonsense", 400, "翻页位置已失效"),
    ],
)
def test_what_cannot_be_answered_says_why_in_chinese(
    client: FlaskClient, address: str, status: int, word: str
) -> None:
    page = soup(client, address, status)
    assert one(page, ".fault-status").get_text() == str(status)
    assert word in one(page, ".fault").get_text()


def test_without_an_index_every_page_says_how_to_make_one(tmp_path: Path) -> None:
    client = create_app(Searcher(tmp_path / "none")).test_client()
    for address in ("/", "/?q=微博", "/reports/waijiaobu-2014", "/about"):
        assert "report-search index" in one(soup(client, address, 503), ".fault").get_text()
