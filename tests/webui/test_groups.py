"""Hits put together and hits chosen: page, API and command say the same, and counts and exports hide nothing."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from indexer.run.pipeline import IndexJob, run_job
from report_search.cli import main
from report_search.search.searcher import Searcher
from webui import create_app
from webui.picks import MOST_PICKED

COPIED = "加强信息公开培训，提高工作人员能力。"
PRINTED = ("加强信息公开培训，提高工作人员能力。", "加強信息公開培訓， 提高工作人員能力。")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three agencies with three reports each; all copy one sentence, one of them twice in each report."""
    corpus, index = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("index")
    manifest = []
    for number in range(9):
        agency, year = f"某市{'甲乙丙'[number % 3]}局", 2018 + number // 3
        sections = [
            f"一、总体情况\n\n全年公开信息{number + 10}条。\n\n{PRINTED[number % 2]}",
            f"二、主动公开政府信息情况\n\n通过微博公开{number}条。",
            "三、存在的主要问题及改进情况\n\n公开的内容不够丰富。",
        ]
        if number % 3 == 2:
            sections[1] += f"\n\n{COPIED}"
        text = f"{agency}政府信息公开工作{year}年度报告\n\n" + "\n\n".join(sections) + "\n"
        (corpus / f"{number}.txt").write_text(text, encoding="utf-8")
        manifest.append(f'[[report]]\nfile = "{number}.txt"\nagency = "{agency}"\nyear = {year}\n')
    (corpus / "manifest.toml").write_text("\n".join(manifest), encoding="utf-8")
    assert not run_job(IndexJob((corpus,), index, "whoosh")).failed
    return index


@pytest.fixture(scope="module")
def client(index: Path) -> FlaskClient:
    return create_app(Searcher(index)).test_client()


def api(client: FlaskClient, **asked: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.get("/api/v1/search", query_string=asked).get_json()
    assert "error" not in answer, answer
    return answer


def page_of(client: FlaskClient, address: str, **asked: Any) -> BeautifulSoup:
    answer = client.get(address, query_string=asked or None)
    assert answer.status_code == 200
    return BeautifulSoup(answer.get_data(as_text=True), "lxml")


def test_a_sentence_that_all_copy_is_shown_once_with_who_and_when(client: FlaskClient) -> None:
    plain, folded = api(client, q="培训"), api(client, q="培训", fold=1)
    assert (plain["total"], plain["facets"]) == (folded["total"], folded["facets"])
    assert (plain["total"]["passages"], plain["groups"], folded["groups"]) == (12, 12, 1)
    [hit] = folded["hits"]
    assert hit["others"] == len(hit["others_at"]) == 11
    assert {hit["id"], *(other["id"] for other in hit["others_at"])} == {one["id"] for one in plain["hits"]}
    page = page_of(client, "/", q="培训", fold=1)
    assert page.select_one("details.others summary").get_text() == "同文 12 段，见于 9 份"  # type: ignore[union-attr]
    said = {item.get_text(strip=True).partition("：")[0]: item for item in page.select(".others li")}
    assert list(said) == ["某市丙局", "某市乙局", "某市甲局"]
    assert [a.get_text() for a in said["某市甲局"].select("a")][:2] == ["2018年", "2019年"]
    for other in hit["others_at"]:
        assert page.select(f'.others a[href="/passages/{other["id"]}"]')


def test_a_text_once_a_report_says_in_how_many(client: FlaskClient) -> None:
    page = page_of(client, "/", q="不够丰富", fold=1)
    assert [summary.get_text() for summary in page.select(".others summary")] == ["同文 9 份"]


def test_a_report_is_one_block_and_its_link_gives_the_others(client: FlaskClient) -> None:
    answer = api(client, q="公开", group="report", type="paragraph")
    assert answer["groups"] == len(answer["hits"]) == answer["total"]["reports"] == 9
    assert answer["total"] == api(client, q="公开", type="paragraph")["total"]
    page = page_of(client, "/", q="公开", group="report", type="paragraph")
    for hit, shown in zip(answer["hits"], page.select("article.hit"), strict=True):
        link = shown.select_one(".others a")
        assert link is not None
        assert link.get_text() == f"本报告另有 {hit['others']} 段"
        asked = {name: values[0] for name, values in parse_qs(urlsplit(str(link["href"])).query).items()}
        assert asked == {"q": "公开", "type": "paragraph", "report": hit["report"]}
        assert api(client, **asked)["total"]["passages"] == hit["others"] + 1


@pytest.mark.parametrize("way", [{"group": "report"}, {"fold": "1"}])
@pytest.mark.parametrize("sort", ["relevance", "oldest"])
def test_pages_of_groups_are_walked_forth_and_back(
    client: FlaskClient, way: dict[str, str], sort: str
) -> None:
    asked = {"q": "公开", "sort": sort, "limit": 2, **way}
    whole = api(client, **{**asked, "limit": 100})
    walked, cursor, number = [], "", 1
    while True:
        answer = api(client, **asked, cursor=cursor)
        assert (answer["first"], answer["groups"]) == (number, whole["groups"])
        page = page_of(client, "/", **asked, cursor=cursor)
        last = number + len(answer["hits"]) - 1
        assert page.select_one(".pager-place").get_text() == f"{number}–{last} / {whole['groups']} 组"  # type: ignore[union-attr]
        walked += answer["hits"]
        if answer["next"] is None:
            break
        cursor, number = answer["next"], last + 1
    assert walked == whole["hits"]
    back = api(client, **asked, cursor=answer["previous"])
    assert back["hits"] == whole["hits"][number - 3 : number - 1]


def test_a_cursor_belongs_to_its_way(client: FlaskClient) -> None:
    cursor = api(client, q="公开", limit=2, fold=1)["next"]
    answer = client.get("/api/v1/search", query_string={"q": "公开", "limit": 2, "cursor": cursor})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "cursor-foreign")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("group=agency", "bad-group"),
        ("fold=yes", "bad-fold"),
        ("group=report&fold=1", "group-and-fold"),
        ("fold=1&fold=1", "repeated-parameter"),
    ],
)
def test_ways_that_there_are_not(client: FlaskClient, asked: str, code: str) -> None:
    for address in ("/api/v1/search", "/") if code != "repeated-parameter" else ("/api/v1/search",):
        answer = client.get(f"{address}?q=公开&{asked}")
        assert answer.status_code == 400
    assert client.get(f"/api/v1/search?q=公开&{asked}").get_json()["error"]["code"] == code


def test_nothing_is_hidden_from_an_export(client: FlaskClient) -> None:
    page = page_of(client, "/", q="培训", fold=1)
    link = page.select_one(".export-menu a[href*='.json']")
    assert link is not None
    assert len(client.get(str(link["href"])).get_json()["hits"]) == 12
    for parameter in ("group=report", "fold=1"):
        answer = client.get(f"/api/v1/search.csv?q=培训&{parameter}")
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "unknown-parameter")


@pytest.mark.parametrize(
    ("option", "way"), [(["--group", "report"], {"group": "report"}), (["--fold"], {"fold": 1})]
)
def test_the_command_says_what_the_api_says(
    client: FlaskClient,
    index: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    option: list[str],
    way: dict[str, Any],
) -> None:
    monkeypatch.setenv("REPORT_SEARCH_URL", "http://localhost")
    with pytest.raises(SystemExit) as left:
        main(["search", "公开", "--index", str(index), "--json", *option])
    assert left.value.code == 0
    assert json.loads(capsys.readouterr().out) == api(client, q="公开", **way)
    with pytest.raises(SystemExit):
        main(["search", "不够丰富 OR 培训", "--index", str(index), *option])
    printed = capsys.readouterr().out
    if option == ["--fold"]:
        assert "归并为 2 组，以下是第 1–2 组。" in printed
        assert "同文 9 份，另见：某市丙局 2018、2019" in printed
        assert "同文 12 段，见于 9 份，另见：" in printed
    else:
        assert "归并为 9 组" in printed
        assert "本报告另有 1 段：--report " in printed


def chosen_ids(client: FlaskClient) -> list[str]:
    return [hit["id"] for hit in api(client, q="培训", limit=3)["hits"]]


def test_every_link_of_a_page_keeps_what_is_chosen(client: FlaskClient) -> None:
    ids = chosen_ids(client)
    page = page_of(client, "/", q="公开", limit=4, pick=ids)
    kept = 0
    for link in page.select("main a[href]"):
        address = urlsplit(str(link["href"]))
        if address.path in ("/", "/selection") and "picked-clear" not in link.get("class", []):
            assert parse_qs(address.query).get("pick") == ids, link
            kept += 1
    assert kept > 10
    for form in page.select("form.search, form.filters"):
        assert [str(field["value"]) for field in form.select("input[name=pick]")] == ids
    clear = page.select_one(".picked-clear")
    assert clear is not None
    assert "pick" not in parse_qs(urlsplit(str(clear["href"])).query)
    assert not page.select("link[rel=alternate][href*=pick], .export-menu a[href*=pick]")


def test_a_tick_is_checked_where_its_hit_is_shown_and_sent_along_where_not(client: FlaskClient) -> None:
    ids = chosen_ids(client)
    page = page_of(client, "/", q="培训", pick=[*ids, "elsewhere-2019-00000000"])
    assert [str(box["value"]) for box in page.select(".hits input[checked]")] == ids
    assert [str(field["value"]) for field in page.select("input[type=hidden][form=picked][name=pick]")] == [
        "elsewhere-2019-00000000"
    ]


def test_the_page_of_a_selection_cites_and_exports_just_that(client: FlaskClient) -> None:
    ids = chosen_ids(client)[::-1]
    page = page_of(client, "/selection", q="培训", pick=ids)
    assert [str(hit["aria-labelledby"]) for hit in page.select("article.hit")] == [f"in-{one}" for one in ids]
    assert page.select(".chosen mark")
    lists = page.select("section.cite .citation-text")
    assert len(lists) == 5
    for link in page.select(".take a"):
        answer = client.get(str(link["href"]))
        assert answer.status_code == 200
        if "citations" in str(link["href"]):
            assert answer.get_data(as_text=True).strip() in [one.get_text().strip() for one in lists]
        elif ".json" in str(link["href"]):
            assert [hit["id"] for hit in answer.get_json()["hits"]] == ids
    for one in ids:
        assert page.select(f'.chosen-address a[href="/passages/{one}"]')
    assert [len(hit.select(".citation-text")) for hit in page.select("article.hit")] == [5, 5, 5]
    without = page.select_one("article.hit .hit-links a[aria-label^=移出]")
    assert without is not None
    assert parse_qs(urlsplit(str(without["href"])).query)["pick"] == ids[1:]


def test_an_export_of_a_selection_names_its_page(client: FlaskClient) -> None:
    ids = chosen_ids(client)
    file = client.get("/api/v1/search.xlsx", query_string={"q": "培训", "pick": ids}).get_data()
    first = openpyxl.load_workbook(BytesIO(file)).worksheets[0]
    texts = [str(cell.value) for row in first.iter_rows() for cell in row]
    [address] = [text for text in texts if "/selection?" in text]
    page = page_of(client, address.removeprefix("http://localhost"))
    assert [str(hit["aria-labelledby"]) for hit in page.select("article.hit")] == [f"in-{one}" for one in ids]


def test_a_selection_survives_what_is_not_there(client: FlaskClient) -> None:
    [one, *_] = chosen_ids(client)
    page = page_of(client, "/selection", pick=["<b>-2019-00000000", one, one, ""])
    assert len(page.select("article.hit")) == 1
    assert "有 1 段现已不在索引中" in page.get_text()
    assert not page.select("main b")
    assert not page_of(client, "/selection").select("article, .take")
    many = [f"x-2019-{number:08x}" for number in range(MOST_PICKED + 1)]
    for address in ("/", "/selection"):
        assert (
            client.get(address, query_string={"q": "培训", "pick": many}, follow_redirects=True).status_code
            == 400
        )
    assert client.get("/api/v1/search?q=培训&pick=a").status_code == 400
