"""The chart above the hits, the page on who mentions something, and their addresses for programs."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html

from report_search.cli import main
from report_search.presentation.csv_table import csv_lines
from report_search.search.searcher import Searcher
from tests.counting.corpus import publish, reports
from webui import create_app


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("counted")
    publish(folder, list(reports()), engine="whoosh")
    return folder


@pytest.fixture
def client(folder: Path) -> FlaskClient:
    return create_app(Searcher(folder)).test_client()


def page(client: FlaskClient, address: str) -> html.HtmlElement:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def bars(tree: html.HtmlElement) -> dict[str, str]:
    """What each place of the drawing says, and where it leads ("" for nowhere)."""
    found = tree.xpath("//svg[contains(@class, 'trend-years')]/*[@aria-label]")
    return {element.get("aria-label"): element.get("href", "") for element in found}


def said(row: dict[str, Any]) -> str:
    name = f"{row['year']}年" if row["year"] else "年份不详"
    if not row["held"]:
        return f"{name}：未收录"
    return f"{name}：{row['passages']} 段 / {row['reports']} 份，收录 {row['held']} 份"


@pytest.mark.parametrize(
    "query",
    [
        "q=领事保护",
        "q=“微博”",
        "q=行政复议&agency=示例丁县审计局",
        "q=没有这种说法",
        "q=微博&section=overview",
    ],
)
def test_the_chart_says_what_the_api_says(client: FlaskClient, query: str) -> None:
    told = client.get(f"/api/v1/trend?{query}").get_json()
    shown = bars(page(client, f"/?{query}"))
    assert list(shown) == [said(row) for row in told["years"]]
    for row in told["years"]:
        assert bool(shown[said(row)]) == bool(row["held"])


def test_a_bar_leads_to_what_it_counts(client: FlaskClient) -> None:
    for label, link in bars(page(client, "/?q=微博")).items():
        if not link:
            continue
        passages = int(label.partition("：")[2].split()[0])
        total = client.get(link.replace("/?", "/api/v1/search?")).get_json()["total"]
        assert total["passages"] == passages, label


def test_a_year_that_is_not_held_is_hatched_and_no_bar(client: FlaskClient) -> None:
    tree = page(client, "/?q=微博&agency=示例丁县审计局")
    missing = tree.xpath("//svg//g[contains(@aria-label, '未收录')]")
    assert missing
    for place in missing:
        assert place.xpath(".//rect[@fill='url(#trend-hatch)']")
        assert not place.xpath(".//rect[contains(@class, 'trend-bar')]")
    assert "不是零" in tree.text_content()


def test_the_height_is_the_share(client: FlaskClient) -> None:
    tree, told = page(client, "/?q=微博"), client.get("/api/v1/trend?q=微博").get_json()
    heights = [int(bar.get("height")) for bar in tree.xpath("//svg//a/rect[contains(@class, 'trend-bar')]")]
    assert heights == [round(84 * row["share"]) for row in told["years"] if row["held"]]


def test_changes_of_the_form_are_marked(client: FlaskClient) -> None:
    assert len(page(client, "/?q=微博").xpath("//line[@class='trend-form']")) == 2
    assert not page(client, "/?q=微博&year=2013").xpath("//line[@class='trend-form']")


@pytest.mark.parametrize(
    ("by", "key", "name"), [("agency", "agencies", "agency"), ("section", "sections", "label")]
)
def test_by_agency_and_section(client: FlaskClient, by: str, key: str, name: str) -> None:
    told = client.get(f"/api/v1/trend?q=微博&by={by}").get_json()[key]
    shown = page(client, f"/?q=微博&by={by}").xpath("//ul[@class='trend-groups']/li")
    assert [item.xpath("string(a)") for item in shown] == [row[name] for row in told]
    assert [item.xpath("string(span)") for item in shown] == [
        f"{row['passages']} 段 / {row['reports']} 份，收录 {row['held']} 份" for row in told
    ]


def test_the_way_to_count_stays_when_a_filter_is_ticked(client: FlaskClient) -> None:
    form = page(client, "/?q=微博&by=agency").xpath("//form[@class='filters']")[0]
    assert form.xpath("input[@name='by']/@value") == ["agency"]


def test_later_pages_have_no_chart(client: FlaskClient) -> None:
    following = page(client, "/?q=微博&limit=2").xpath("//a[contains(@rel, 'next')]/@href")[0]
    assert not bars(page(client, following))


def test_partial_hits_are_no_mention(client: FlaskClient) -> None:
    query = "微博领事保护预算绩效信息公开"
    told = client.get(f"/api/v1/trend?q={query}").get_json()
    searched = client.get(f"/api/v1/search?q={query}").get_json()["total"]
    assert searched["passages"] > searched["complete"] == told["total"]["passages"] == 0
    assert "partial-not-counted" in [hint["code"] for hint in told["query"]["hints"]]
    agencies = client.get(f"/api/v1/mentions?q={query}").get_json()
    assert agencies["total"]["mentioned"] == 0


def cells(tree: html.HtmlElement) -> Iterator[tuple[str, str, str]]:
    years = [head.text_content() for head in tree.xpath("//table//thead//th")[1:]]
    for row in tree.xpath("//table//tbody/tr"):
        agency = row.xpath("string(th/a)")
        for year, cell in zip(years, row.xpath("td"), strict=True):
            yield agency, year, cell.get("class", "")


def test_the_matrix_says_what_the_api_says(client: FlaskClient) -> None:
    told = client.get("/api/v1/mentions?q=“行政复议”&section=overview").get_json()
    shown = {
        (a, y): state
        for a, y, state in cells(page(client, "/mentions?q=“行政复议”&section=overview"))
        if state
    }
    expected = {
        (row["agency"], "不详" if year is None else str(year)): state.replace("_", "-")
        for row in told["agencies"]
        for state in ("mentioned", "not_mentioned", "not_held")
        for year in row[state]
    }
    assert shown == expected
    assert {"mentioned", "not-mentioned", "not-held"} == set(shown.values())


def test_cells_lead_to_the_passages_or_to_the_report(client: FlaskClient) -> None:
    tree = page(client, "/mentions?q=“行政复议”")
    for link in tree.xpath("//td[@class='mentioned']/a")[:6]:
        passages = int(re.search(r"([0-9]+) 段", link.text_content())[1])  # type: ignore[index]
        total = client.get(link.get("href").replace("/?", "/api/v1/search?")).get_json()["total"]
        assert total["passages"] == passages
    for link in tree.xpath("//td[@class='not-mentioned']/a/@href")[:3]:
        assert not page(client, link).xpath("//main//mark")


def test_only_those_that_never_say_it(client: FlaskClient) -> None:
    query = "q=“行政复议”&section=overview&year=2012..2015"
    every = client.get(f"/api/v1/mentions?{query}").get_json()
    never = client.get(f"/api/v1/mentions?{query}&only=never").get_json()
    said = client.get(f"/api/v1/mentions?{query}&only=mentioned").get_json()
    assert never["total"] == said["total"] == every["total"]
    assert [row["agency"] for row in never["agencies"]] == [
        r["agency"] for r in every["agencies"] if not r["mentioned"]
    ]
    assert len(never["agencies"]) + len(said["agencies"]) == len(every["agencies"])
    assert len(never["agencies"]) == every["total"]["not_mentioned"] > 0
    shown = page(client, f"/mentions?{query}&only=never")
    assert [row.xpath("string(th/a)") for row in shown.xpath("//tbody/tr")] == [
        r["agency"] for r in never["agencies"]
    ]
    form = shown.xpath("//form[@class='filters']")[0]
    assert (form.get("action"), form.xpath("input[@name='only']/@value")) == ("/mentions", ["never"])


def test_years_that_were_not_asked_for_are_no_column(client: FlaskClient) -> None:
    heads = page(client, "/mentions?q=微博&year=2013&year=2018").xpath("//thead//th")
    assert {head.text_content() for head in heads[1:]} <= {"2013", "2018"}


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("哪些机关没有提到领事保护", "领事保护"),
        ("谁从未提及“微博”？", "“微博”"),
        ("没有提到护照的部门", "护照"),
    ],
)
def test_a_question_about_a_silence_is_led_to_the_matrix(
    client: FlaskClient, question: str, thing: str
) -> None:
    tree = page(client, f"/?q={question}")
    links = {unescape(link) for link in tree.xpath("//main//a[starts-with(@href, '/mentions')]/@href")}
    assert len(links) == 1
    assert client.get(links.pop()).status_code == 200
    assert not bars(tree)
    assert not tree.xpath("//ul[@class='ways']")
    hints = client.get(f"/api/v1/search?q={question}").get_json()["query"]["hints"]
    assert [(hint["code"], hint["suggestion"]) for hint in hints] == [("asks-absence", thing)]
    told, asked = (client.get(f"/api/v1/mentions?q={text}").get_json() for text in (question, thing))
    assert told["query"]["text"] == thing
    assert told["agencies"] == asked["agencies"]


def test_a_silence_about_nothing_is_an_error_and_never_a_table(client: FlaskClient) -> None:
    for address in ("/api/v1/mentions?q=哪些机关没有", "/api/v1/trend?q=哪些机关没有"):
        answer = client.get(address)
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "asks-absence")
    assert client.get("/mentions?q=哪些机关没有").status_code == 400


def test_the_files_hold_what_the_api_says(client: FlaskClient) -> None:
    answer = client.get("/api/v1/mentions.csv?q=微博&only=mentioned")
    assert answer.mimetype == "text/csv"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    told = client.get("/api/v1/mentions?q=微博&only=mentioned").get_json()
    said = [(r["agency"], r["year"]) for r in rows if r["state"] == "mentioned"]
    assert said == [(a["agency"], str(y or "nd")) for a in told["agencies"] for y in a["mentioned"]]
    answer = client.get("/api/v1/trend.csv?q=微博&by=section")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    told = client.get("/api/v1/trend?q=微博&by=section").get_json()
    assert [(r["section"], int(r["reports"])) for r in rows] == [
        (s["section"], s["reports"]) for s in told["sections"]
    ]


def test_no_cell_of_a_file_is_run_as_a_formula() -> None:
    row = ("=1+1", "@x", "-2", -2, 0.5, None, "+", "\tx", "-2x")
    text = b"".join(csv_lines([row])).decode("utf-8-sig")
    assert text == "'=1+1,'@x,-2,-2,0.5,,'+,'\tx,'-2x\r\n"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("/api/v1/trend?q=微博&by=topic", "bad-by"),
        ("/api/v1/trend?q=微博&only=never", "unknown-parameter"),
        ("/api/v1/mentions?q=微博&only=some", "bad-only"),
        ("/api/v1/mentions?q=微博&page=2", "unknown-parameter"),
        ("/api/v1/mentions?q=微博&agency=没有这个局", "unknown-value"),
    ],
)
def test_what_can_t_be_asked_is_said(client: FlaskClient, address: str, code: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, code)


def test_the_page_asks_while_nothing_is_asked(client: FlaskClient) -> None:
    tree = page(client, "/mentions")
    assert tree.xpath("//form[@action='/mentions']//input[@name='q']")
    assert not tree.xpath("//table")
    assert client.get("/mentions?q=微博&page=99").status_code == 404


@pytest.mark.parametrize("command", ["trend", "mentions"])
def test_the_commands_print_what_the_api_answers(
    command: str, client: FlaskClient, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [command, "微博", "--year", "2013..2016", "--index", str(folder)]
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--json"])
    assert ended.value.code == 0
    told = client.get(f"/api/v1/{command}?q=微博&year=2013..2016")
    assert json.loads(capsys.readouterr().out) == told.get_json()
    with pytest.raises(SystemExit):
        main(arguments)
    lines = capsys.readouterr().out
    assert "2013" in lines
    assert "收录" in lines


def test_who_goes_on_from_the_matrix_gets_whole_pages(client: FlaskClient) -> None:
    """Counting asks for one hit, and so did every link of the page: limit=1."""
    for address in ("/mentions?q=微博", "/mentions?q=微博&only=mentioned&year=2014"):
        assert "limit=1" not in client.get(address).text
    assert "limit=50" in client.get("/mentions?q=微博&limit=50").text
