"""The page of what is held: years and agencies, doubts, made-up reports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from report_search.search.searcher import Searcher
from tests.webui.pages.made_up import doubtful_index, made_up_index
from tests.webui.pages.soup import one, soup
from webui import create_app


def test_the_corpus_page_and_the_reports_are_those_of_the_index_that_is_current(
    tmp_path: Path, publish: Callable[[Path], None]
) -> None:
    made_up, _ = made_up_index(tmp_path)
    client = create_app(Searcher(tmp_path)).test_client()
    assert "外交部" not in soup(client, "/about").get_text()
    soup(client, f"/reports/{made_up}")
    publish(tmp_path)
    assert "外交部" in soup(client, "/about").get_text()
    soup(client, "/reports/waijiaobu-2014")


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
    links = {a.get_text(): str(a["href"]) for a in page.select(".pages")[0].select("a")}
    assert links == {"第 1 页，上海市人民政府": "/about", "第 2 页，外交部": "/about?page=2"}
    second = soup(client, links["第 2 页，外交部"])
    assert [th.get_text() for th in second.select(".matrix tbody th")] == ["外交部"]
    assert one(second.select(".pages")[0], "[aria-current]").get_text() == "第 2 页，外交部"
    assert "没有这么多页" in soup(client, "/about?page=3", 404).get_text()


def test_made_up_reports_say_so_wherever_they_are_shown(client: FlaskClient, tmp_path: Path) -> None:
    report, passage = made_up_index(tmp_path)
    made_up = create_app(Searcher(tmp_path)).test_client()
    for address in ("/", "/about", f"/reports/{report}", f"/passages/{passage}"):
        assert "合成数据" in one(soup(made_up, address), ".fiction").get_text()
    assert one(soup(made_up, "/?q=培训"), ".hit .kind-fiction").get_text() == "合成数据"
    assert one(soup(made_up, "/about"), ".matrix .kind-fiction").get_text() == "合成"
    for address in ("/about", "/?q=微博", "/reports/waijiaobu-2014"):
        assert not soup(client, address).select(".fiction, .kind-fiction")


def test_a_file_that_cannot_be_read_now_and_a_doubtful_year_are_told_apart(tmp_path: Path) -> None:
    client = create_app(Searcher(doubtful_index(tmp_path))).test_client()
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
        "✕丁.pdf：没有文字。（未收录）",
    ]
    nothing = soup(client, "/?q=没有这个词&year=2019&agency=甲局&agency=乙局&agency=丙局&agency=丁局")
    assert [li.get_text() for li in nothing.select(".known li")] == [
        "✕丁局 2019年：文件读取失败，未收录：扫描件（没有文字）",
        "·丙局 2019年：未收录；这个机关的报告一份也没有收录",
        "✕乙局 2019年：文件读取失败，仍可检索上次读取的内容",
        "◐甲局 2019年：已收录，但年份“2019”取自网址，不能确定；内容没有读全：“三”没有读到官方的表",
    ]
