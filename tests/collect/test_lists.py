"""List pages, one platform's way at a time: where the pages stand, what is a report, how addresses are read."""

from __future__ import annotations

import json
import time

import pytest

pytest.importorskip("urllib3", reason="the extra 'collect' is not installed")
pytest.importorskip("protego", reason="the extra 'collect' is not installed")

from indexer.collect.addresses import file_name, normal_address
from indexer.collect.kept_files import suffix_of
from indexer.collect.links import FoundLink, links_of, text_of
from indexer.collect.lists.found import ListPage
from indexer.collect.lists.gkmlpt import attachments_in_script, read_gkmlpt
from indexer.collect.lists.hanweb import read_hanweb
from indexer.collect.lists.jpaas import read_jpaas
from indexer.collect.lists.reading import platform_of, read_list, reports_among
from indexer.collect.lists.trs import read_trs
from indexer.collect.seeds import Seed
from indexer.collect.verdicts import retry_after

AT = "https://www.example.gov.cn/zwgk/index.html"


def pages(text: str) -> list[str]:
    found = read_trs(ListPage(AT, text), 100)
    return [one.url.rpartition("/")[2] for one in found.more]


@pytest.mark.parametrize(
    ("call", "further"),
    [
        ('createPageHTML(3, 0, "index", "html");', ["index_1.html", "index_2.html"]),
        ("createPageHTML(1, 0, 'index', 'html');", []),
        ("createPageHTML(2,0,'list','shtml',30)", ["list_1.shtml"]),
        ("createPageHTML('page_div',3, 1,'fdzdgknr','shtml',41)", ["fdzdgknr_2.shtml", "fdzdgknr_3.shtml"]),
        ("function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){", []),
    ],
)
def test_the_pages_of_trs_are_counted_as_its_script_counts(call: str, further: list[str]) -> None:
    assert pages(f"<html><script>{call}</script>") == further


def test_hanweb_asks_for_three_pages_at_a_time_by_post() -> None:
    text = (
        "<script type='text/xml'><datastore><nextgroup><![CDATA[<a href='/module/jpage/dataproxy.jsp?page=1"
        "&amp;webid=67&amp;columnid=5&amp;unitid=9'></a>]]></nextgroup><recordset><record><![CDATA[<li>"
        "<a href='/art/1.html'>甲</a></li>]]></record></recordset></datastore></script>"
        "$('#9').jpage({totalRecord:100,perPage:15})"
    )
    found = read_hanweb(ListPage(AT, text), 50, method="post")
    assert [link.url for link in found.links] == ["https://www.example.gov.cn/art/1.html"]
    bounds = [one.url.partition("?")[2] for one in found.more]
    assert bounds == [
        "startrecord=1&endrecord=45&perpage=15",
        "startrecord=46&endrecord=90&perpage=15",
        "startrecord=91&endrecord=100&perpage=15",
    ]
    assert {one.form for one in found.more} == {"webid=67&columnid=5&unitid=9"}
    by_get = read_hanweb(ListPage(AT, text), 50, method="get")
    assert by_get.more[0].form == ""
    assert by_get.more[0].url.endswith("&webid=67&columnid=5&unitid=9")


def test_pages_that_are_made_to_take_long_take_no_longer_than_others() -> None:
    for piece in (
        "<record><![CDATA[",
        "dataStore = ['",
        'queryData="{',
        "<nextgroup><![CDATA[<a ",
        "createPageHTML(",
    ):
        page = ListPage(AT, piece * (2_000_000 // len(piece)))
        began = time.process_time()
        read_list(Seed("a", AT), page, number=0, most=10)
        read_hanweb(page, 10, method="post")
        read_jpaas(page, 0)
        assert time.process_time() - began < 10


def test_an_old_answer_of_hanweb_is_an_array_in_a_script() -> None:
    text = (
        "var totalRecord=2; dataStore = ['<li><a href=\"/art/1.html\">一</a></li>',"
        " '<a href=\"/art/2.html\">二</a>']; // dataproxy.jsp"
    )
    proxy = "https://www.example.gov.cn/module/jslib/jquery/jpage/dataproxy.jsp?startrecord=1"
    found = read_hanweb(ListPage(proxy, text), 50, method="get")
    assert [link.url[-11:] for link in found.links] == ["/art/1.html", "/art/2.html"]
    assert found.more == ()


def test_gkmlpt_counts_its_pages_by_the_first() -> None:
    api = "https://www.example.gov.cn/gkmlpt/api/all/5?page=1&sid=2"
    articles = [{"title": "甲", "url": f"https://www.example.gov.cn/{n}.html"} for n in range(100)]
    found = read_gkmlpt(ListPage(api, json.dumps({"articles": articles, "total": 220})), "5")
    assert [one.url.partition("?")[2] for one in found.more] == ["page=2&sid=2", "page=3&sid=2"]
    assert len(found.links) == 100
    last = api.replace("page=1", "page=3")
    assert read_gkmlpt(ListPage(last, json.dumps({"articles": articles[:20], "total": 220})), "5").more == ()
    assert read_gkmlpt(ListPage(api, "<html>no JSON"), "5").links == ()


def test_attachments_that_stand_in_the_script_of_an_article_are_found() -> None:
    detail = '{"content": "<p>}</p>", "attachments": [{"url": "/a/1.pdf", "name": "附件"}]}'
    script = f"window._CONFIG = {{ DETAIL: {detail}, TREE: [] }};"
    assert attachments_in_script(f"<script>{script}</script>", AT) == [
        FoundLink("https://www.example.gov.cn/a/1.pdf", "附件")
    ]


def test_jpaas_goes_on_until_a_page_is_empty() -> None:
    page = ListPage(AT, "<div queryData=\"{'webId':'1','pageId':'2','tagId':'列表','tplSetId':'3'}\"></div>")
    [first] = read_jpaas(page, 0).more
    assert "parseType=bulidstatic" in first.url
    assert "paramJson=%7B%22pageNo%22%3A1%2C%22pageSize%22%3A50%7D" in first.url
    answer = json.dumps({"data": {"html": "<a href='/art/1.html'>甲</a>"}})
    [second] = read_jpaas(ListPage(first.url, answer), 1).more
    assert "pageNo%22%3A2" in second.url
    assert read_jpaas(ListPage(second.url, json.dumps({"data": {"html": "<p></p>"}})), 2).more == ()


def test_of_a_list_only_titles_of_reports_are_followed() -> None:
    titles = {
        "外交部2019年政府信息公开工作年度报告": True,
        "2019年政府信息公开工作年度报告 [2020-01-12]": True,
        "2019年": True,
        "2019年年报": True,
        "关于做好2019年政府信息公开工作年度报告编制工作的通知": False,
        "政府信息公开指南": False,
        "2019年上半年政府信息公开统计": False,
        "更多": False,
    }
    links = tuple(FoundLink(f"https://a.gov.cn/{at}", title) for at, title in enumerate(titles))
    found = {link.text for link in reports_among(Seed("a", "https://a.gov.cn/"), links)}
    assert found == {title for title, is_report in titles.items() if is_report}
    own = Seed("a", "https://a.gov.cn/", titles="^工作总结")
    assert reports_among(own, (FoundLink("https://a.gov.cn/x", "工作总结2019"), links[0])) == [
        FoundLink("https://a.gov.cn/x", "工作总结2019")
    ]


def test_a_seed_may_name_the_platform() -> None:
    page = ListPage(AT, '<script>createPageHTML(3, 0, "index", "html");</script>')
    assert platform_of(Seed("a", AT), page) == "trs"
    assert platform_of(Seed("a", AT, platform="links"), page) == "links"


def test_links_are_read_as_a_browser_reads_them() -> None:
    page = (
        "<html><head><base href='/deep/'></head><body><a href='1.html'> 甲 <b>乙</b></a>"
        "<a href='1.html' title='甲乙丙丁的全名'>甲…</a><a href='javascript:void(0)'>no</a>"
        "<a href='mailto:a@b.c'>no</a>"
        "<iframe src='/web/viewer.html?file=%2Ffiles%2F1.pdf#page=1'></iframe>"
        "<object data='/files/2.pdf'></object><a href='/down.jsp?filename=3.docx'>附件</a></body></html>"
    )
    found = {link.url.removeprefix("https://www.example.gov.cn"): link for link in links_of(page, AT)}
    assert found["/deep/1.html"].text == "甲乙丙丁的全名"
    assert found["/files/1.pdf"].is_document
    assert found["/files/1.pdf"].embedded
    assert found["/files/2.pdf"].embedded
    assert found["/down.jsp?filename=3.docx"].is_document
    assert len(found) == 4
    assert links_of("", AT) == links_of("no page", AT) == []
    gbk = "<html><meta charset=gb2312><a href='/1.html'>年度报告</a>".encode("gb18030")
    assert links_of(text_of(gbk), AT)[0].text == "年度报告"


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("HTTP://WWW.A.gov.cn:80/b/../c.html#top", "http://www.a.gov.cn/c.html"),
        ("/年报 1.pdf", "https://www.example.gov.cn/%E5%B9%B4%E6%8A%A5%201.pdf"),
        ("./1.html;jsessionid=AB12?x=1", "https://www.example.gov.cn/zwgk/1.html?x=1"),
        ("//b.gov.cn", "https://b.gov.cn/"),
        ("https://user@a.gov.cn/", ""),
        ("ftp://a.gov.cn/", ""),
        ("http://[::1", ""),
        ("x" * 3000, ""),
    ],
)
def test_an_address_has_one_spelling(typed: str, normal: str) -> None:
    assert normal_address(typed, AT) == normal


def test_a_file_is_called_after_its_address() -> None:
    name = file_name("https://www.a.gov.cn:8443/zw/t2019_1.html?x=../../y", suffix=".html")
    assert name.startswith("www.a.gov.cn-8443/t2019_1-")
    assert ".." not in name
    assert name != file_name("https://www.a.gov.cn:8443/zw/t2019_1.html", suffix=".html")


@pytest.mark.parametrize(
    ("body", "address", "suffix"),
    [
        (b"%PDF-1.7", "http://a/x.html", ".pdf"),
        (b"PK\x03\x04", "http://a/x.docx", ".docx"),
        (b"PK\x03\x04", "http://a/down?id=1", ".zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "http://a/x.wps", ".wps"),
        (b"<html>", "http://a/x.pdf", ".html"),
        (b"plain", "http://a/x.txt", ".txt"),
        (b"# head", "x.md", ".md"),
        (b"<html>", "http://a/x.txt", ".html"),
        (b"From: x\r\nMIME-Version: 1.0\r\n", "a.mht", ".mhtml"),
    ],
)
def test_the_bytes_name_the_kind_of_a_file(body: bytes, address: str, suffix: str) -> None:
    assert suffix_of(body, address) == suffix


def test_retry_after_is_seconds_or_a_date() -> None:
    assert retry_after("120", now=0) == 120
    assert retry_after("Thu, 01 Jan 1970 00:05:00 GMT", now=60) == 240
    assert retry_after("999999999999", now=0) == 24 * 3600
    assert retry_after("soon", now=0) == retry_after("", now=0) == 0
