"""Feeds of searches: valid whatever a report prints, newest first, silent while texts stay the same."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from flask.testing import FlaskClient
from lxml import etree

from indexer.run.pipeline import IndexJob, run_job
from report_search.export.feeds import ENTRIES, entry_id
from report_search.export.xml_text import xml_text
from report_search.model import Paragraph, Report, Section, Source
from report_search.passages import passages_of
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher
from webui import create_app

ATOM = "{http://www.w3.org/2005/Atom}"
SCHEMA = """
<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="http://www.w3.org/2005/Atom"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start><element name="feed">
    <attribute name="xml:lang"/>
    <interleave>
      <ref name="id"/><ref name="title"/><ref name="updated"/>
      <optional><element name="subtitle"><text/></element></optional>
      <optional><element name="generator"><text/></element></optional>
      <oneOrMore><ref name="link"/></oneOrMore>
      <zeroOrMore><ref name="entry"/></zeroOrMore>
    </interleave>
  </element></start>
  <define name="entry"><element name="entry"><interleave>
    <ref name="id"/><ref name="title"/><ref name="updated"/>
    <optional><element name="published"><data type="dateTime"/></element></optional>
    <oneOrMore><element name="author"><element name="name"><ref name="words"/></element></element></oneOrMore>
    <oneOrMore><ref name="link"/></oneOrMore>
    <zeroOrMore><element name="category"><attribute name="term"/></element></zeroOrMore>
    <element name="content"><attribute name="type"><value>text</value></attribute><text/></element>
  </interleave></element></define>
  <define name="id"><element name="id"><data type="anyURI"><param name="minLength">8</param></data></element></define>
  <define name="title"><element name="title"><ref name="words"/></element></define>
  <define name="words"><data type="string"><param name="minLength">1</param></data></define>
  <define name="updated"><element name="updated"><data type="dateTime"/></element></define>
  <define name="link"><element name="link">
    <attribute name="rel"/><attribute name="href"><data type="anyURI"/></attribute>
    <optional><attribute name="type"/></optional>
  </element></define>
</grammar>
"""
"""What RFC 4287 demands of the elements that are used here."""
HOSTILE = (
    '<script>alert("公开")</script> & ]]> &amp; \x00\x01\x08\x0b\x0c\x1b[31m\x7f\x85\ufffe 公开 \u202e反\u202c',
    "公开\ttable\tcells\r\nand a line",
    "𠮷公开𝒳 🎉",
)


def atom_of(client: FlaskClient, **asked: str) -> etree._Element:
    answer = client.get("/feed.atom", query_string=asked)
    assert answer.status_code == 200
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    root = etree.fromstring(answer.get_data())
    schema = etree.RelaxNG(etree.fromstring(SCHEMA))
    schema.assertValid(root)
    ids = [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))
    times = [entry.findtext(f"{ATOM}updated") for entry in root.iter(f"{ATOM}entry")]
    assert times == sorted(times, reverse=True)
    assert not times or root.findtext(f"{ATOM}updated") == times[0]
    return root


def entries(root: etree._Element) -> dict[str, str]:
    """The content of each entry by its id, in their order."""
    found = root.iter(f"{ATOM}entry")
    return {str(one.findtext(f"{ATOM}id")): str(one.findtext(f"{ATOM}content")) for one in found}


def json_of(client: FlaskClient, **asked: str) -> dict[str, Any]:
    answer = client.get("/feed.json", query_string=asked)
    assert answer.content_type == "application/feed+json; charset=utf-8"
    told: dict[str, Any] = answer.get_json(force=True)
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert told["title"]
    for item in told["items"]:
        assert item["id"]
        assert item["content_text"]
        assert item["url"].startswith("http")
        assert datetime.fromisoformat(item["date_published"]).tzinfo
        assert set(item) <= {
            *("id", "url", "external_url", "title", "content_text", "date_published", "authors", "tags"),
            "_report_search",
        }
    return told


def write(corpus: Path, year: int, *texts: str) -> None:
    corpus.mkdir(exist_ok=True)
    title = f"云州市水利局{year}年政府信息公开工作年度报告"
    body = "\n\n".join(texts)
    (corpus / f"{year}.txt").write_text(f"{title}\n\n一、总体情况\n\n{body}\n", encoding="utf-8")


def index(root: Path) -> FlaskClient:
    run_job(IndexJob((root / "corpus",), root / "index", "memory", accept_losses=True))
    return create_app(Searcher(root / "index")).test_client()


def test_hostile_texts_are_text(client: FlaskClient) -> None:
    root = atom_of(client, q="微博")
    titles = [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry")]
    assert any('<script>alert("微博")' in str(title) for title in titles)
    assert b"<script" not in client.get("/feed.atom?q=微博").get_data()
    assert json_of(client, q="微博")["items"]


def test_a_query_with_control_characters_makes_a_valid_feed(client: FlaskClient) -> None:
    for text in ("\x01微博\x1b", "a\x00b", "\ufffe", "<&\"'>"):
        atom_of(client, q=text, strict="0")
        json_of(client, q=text, strict="0")


@pytest.mark.parametrize("text", [*HOSTILE, "\ud800公开"])
def test_what_xml_cannot_hold_is_replaced_and_not_dropped(text: str) -> None:
    shown = xml_text(text)
    assert len(shown) == len(text.replace("\r\n", "\n"))
    read_back = etree.fromstring(f"<a>{escape(shown)}</a>".encode()).text
    assert read_back == shown.replace("\r\n", "\n")
    assert "公开" in shown


def test_an_entry_is_its_content() -> None:
    def passage(text: str) -> Any:
        section = Section("一", "总体情况", "overview", (Paragraph(text),))
        source = Source("a.txt", "", "0" * 64, "text")
        [found] = passages_of(Report("a-2019", "甲", "a", 2019, "甲报告", "", source, (section,)))
        return found

    assert (
        entry_id(passage("公开 12 件。"))
        == entry_id(passage("公开12件。"))
        == entry_id(passage("公开\n12件。"))
    )
    assert entry_id(passage("公开13件。")) != entry_id(passage("公开12件。"))


def test_indexing_anew_is_silent_and_a_correction_is_one_new_entry(tmp_path: Path) -> None:
    texts = tuple(f"第{number}区公开信息{number}条。" for number in range(1, 8))
    write(tmp_path / "corpus", 2018, *texts)
    write(tmp_path / "corpus", 2019, "公开规章三件。")
    client = index(tmp_path)
    before, etag = atom_of(client, q="公开"), client.get("/feed.atom?q=公开").headers["ETag"]
    write(tmp_path / "corpus", 2017, "与此无关。")
    client = index(tmp_path)
    again = client.get("/feed.atom?q=公开", headers={"If-None-Match": etag})
    assert (again.status_code, again.get_data()) == (304, b"")
    assert entries(atom_of(client, q="公开")) == entries(before)
    write(tmp_path / "corpus", 2018, *texts[:3], "第4区公开信息九十条。", *texts[4:])
    client = index(tmp_path)
    after = entries(atom_of(client, q="公开"))
    new = [content for entry, content in after.items() if entry not in entries(before)]
    assert new == ["第4区公开信息九十条。"] == list(after.values())[:1]
    assert len(after) == len(entries(before))
    assert json_of(client, q="公开")["items"][0]["content_text"] == "第4区公开信息九十条。"
    assert [item["id"] for item in json_of(client, q="公开")["items"]] == list(after)


def test_a_feed_has_what_its_page_has(client: FlaskClient, app: Any) -> None:
    with app.app_context():
        hits = app.extensions["report_search"].searcher.search(SearchRequest("微博", limit=100)).hits
    wanted = {hit.passage.id for hit in hits}
    assert {item["_report_search"]["passage"] for item in json_of(client, q="微博")["items"]} == wanted
    root = atom_of(client, q="微博", year="2020", agency="上海市人民政府")
    assert len(entries(root)) == 31
    assert root.findtext(f"{ATOM}title") == "微博 · 2020年 · 上海市人民政府 · 政府信息公开年报检索"


def test_the_newest_are_kept_of_many_and_come_first(tmp_path: Path) -> None:
    write(tmp_path / "corpus", 2015, *(f"公开事项{number}。" for number in range(1, 101)))
    client = index(tmp_path)
    for year in (2014, 2013):
        write(tmp_path / "corpus", year, *(f"{year}公开要点{number}。" for number in range(1, 21)))
        client = index(tmp_path)
    contents = list(entries(atom_of(client, q="公开")).values())
    assert len(contents) == ENTRIES
    assert [content[:4] for content in contents[:40]] == ["2013"] * 20 + ["2014"] * 20
    assert contents[40:] == [f"公开事项{number}。" for number in range(1, 11)]
    since = json_of(client, q="公开")["items"][0]["date_published"]
    assert len(json_of(client, q="公开", since=since)["items"]) == 20


def test_conditional_requests_and_nothing_found(client: FlaskClient) -> None:
    first = client.get("/feed.json?q=微博")
    assert (
        client.get("/feed.json?q=微博", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    )
    changed = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert client.get("/feed.json?q=微博", headers=changed).status_code == 304
    assert (
        client.get("/feed.json?q=微信", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    )
    assert client.head("/feed.json?q=微博").get_data() == b""
    assert first.headers["Cache-Control"] == "no-cache"
    assert entries(atom_of(client, q='"没有这回事"')) == {}
    assert json_of(client, q='"没有这回事"')["items"] == []


@pytest.mark.parametrize(
    "wrong", ["limit=5", "cursor=x", "group=report", "pick=a", "nonsense=1", "q=a&q=b", 'q="a']
)
def test_what_a_feed_cannot_take_is_refused(client: FlaskClient, wrong: str) -> None:
    answer = client.get(f"/feed.atom?{wrong}")
    assert answer.status_code == 400
    assert json.loads(answer.get_data())["error"]["hint"]


def test_addresses_are_those_that_the_site_is_known_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "corpus", 2019, "公开规章三件。")
    index(tmp_path)
    monkeypatch.setenv("REPORT_SEARCH_URL", "https://example.org/reports")
    client = create_app(Searcher(tmp_path / "index")).test_client()
    told = client.get("/reports/feed.json?q=公开", base_url="https://example.org").get_json(force=True)
    assert told["feed_url"] == "https://example.org/reports/feed.json?q=%E5%85%AC%E5%BC%80"
    assert told["home_page_url"] == "https://example.org/reports/?q=%E5%85%AC%E5%BC%80"
    assert told["items"][0]["url"].startswith("https://example.org/reports/passages/")
    assert "本机地址" not in told["description"]
    described = client.get("/reports/opensearch.xml", base_url="https://example.org").get_data(as_text=True)
    assert 'template="https://example.org/reports/?q={searchTerms}"' in described


def test_a_page_of_results_leads_to_its_feeds(client: FlaskClient) -> None:
    page = etree.HTML(client.get("/?q=微博&year=2020&sort=oldest&limit=5").get_data(as_text=True))
    for media_type, suffix in (("application/atom+xml", "atom"), ("application/feed+json", "json")):
        [link] = page.xpath(f"//link[@rel='alternate'][@type='{media_type}']/@href")
        assert link == f"/feed.{suffix}?q=%E5%BE%AE%E5%8D%9A&year=2020"
        assert client.get(link).status_code == 200
    assert page.xpath("//a[text()='订阅']/@href") == ["/feed.atom?q=%E5%BE%AE%E5%8D%9A&year=2020"]
    # A query that a program may not ask for is read by the feed as by the page.
    lenient = etree.HTML(client.get('/?q="微博').get_data(as_text=True))
    [link] = lenient.xpath("//link[@type='application/atom+xml']/@href")
    assert link.endswith("strict=0")
    assert client.get(link).status_code == 200
