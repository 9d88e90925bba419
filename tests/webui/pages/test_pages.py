"""What holds on every page: its markup, its links, its refusals; and the front page and the help."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from report_search.passages import Passage
from report_search.search.searcher import Searcher
from tests.webui.pages.made_up import made_up_index
from tests.webui.pages.soup import one, soup, total
from webui import create_app

PAGES = (
    "/",
    "/?q=微博",
    "/?q=没有这个词",
    "/reports/waijiaobu-2019?q=国家秘密",
    "/about",
    "/help",
    "/nowhere",
)


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
    assert "收录 2 个机关的 3 份年报（2014—2020年）" in page.get_text()
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
    made_up_index(tmp_path)
    client = create_app(Searcher(tmp_path)).test_client()
    assert not soup(client, "/").select(".examples a")
    publish(tmp_path)
    assert "领事保护" in [a.get_text() for a in soup(client, "/").select(".examples a")]


def test_every_sample_of_the_help_is_taken_as_typed_even_by_the_strict_reader(client: FlaskClient) -> None:
    samples = [str(a["href"]) for a in soup(client, "/help").select("a.sample")]
    assert len(samples) >= 11
    for sample in samples:
        assert client.get(f"/api/v1/search{sample[1:]}").status_code == 200, sample
        hints = [hint.get_text() for hint in soup(client, sample).select(".hint")]
        assert all(hint.startswith("按问句检索") for hint in hints), sample


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


@pytest.mark.parametrize(
    ("address", "status", "word"),
    [
        ("/nowhere", 404, "没有这个地址"),
        ("/reports/nobody-1999", 404, "nobody-1999"),
        ("/passages/waijiaobu-2014-ffffffff", 404, "waijiaobu-2014-ffffffff"),
        ("/?limit=0", 400, "limit"),
        ("/?q=微博&sort=upwards", 400, "sort"),
        ("/?q=微博&cursor=nonsense", 400, "cursor"),
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
