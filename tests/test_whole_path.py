"""The whole path on the two real reports: from the file to the page, the API and the command line alike."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from indexer.run.pipeline import IndexJob, run_job
from report_search.cli import main
from report_search.search.searcher import Searcher
from webui import create_app

pytestmark = pytest.mark.usefixtures("commands_at_localhost")

CORPUS = Path(__file__).parent.parent / "corpus"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def index(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    run_job(IndexJob((CORPUS,), folder, engine_name))
    return folder


@pytest.fixture
def client(index: Path) -> FlaskClient:
    return create_app(Searcher(index)).test_client()


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., Json]:
    def run(*arguments: str | Path) -> Json:
        with pytest.raises(SystemExit) as exited:
            main([*map(str, arguments), "--json"])
        assert exited.value.code == 0
        payload: Json = json.loads(capsys.readouterr().out)
        return payload

    return run


@pytest.fixture
def old(command: Callable[..., Json]) -> Json:
    """The report of 2014, as ``parse`` gives it."""
    return command("parse", CORPUS / "mfa-2014.txt")


@pytest.fixture
def new(command: Callable[..., Json]) -> Json:
    """The report of 2019, as ``parse`` gives it."""
    return command("parse", CORPUS / "mfa-2019.md")


def blocks(sections: list[Json]) -> Iterator[Json]:
    for section in sections:
        yield from section["blocks"]
        yield from blocks(section["subsections"])


def sections(report: Json) -> Iterator[Json]:
    def walk(found: list[Json]) -> Iterator[Json]:
        for section in found:
            yield section
            yield from walk(section["subsections"])

    return walk(report["sections"])


def texts(report: Json) -> list[str]:
    return [block["text"] for block in blocks(report["sections"]) if block["type"] == "paragraph"]


def cells(report: Json) -> Iterator[tuple[tuple[str, ...], Json]]:
    """Every value cell with the whole path to it, its row's headers first."""
    for block in blocks(report["sections"]):
        if block["type"] == "table":
            for row in block["rows"]:
                for cell in row["cells"]:
                    yield (*row["headers"], *cell["path"]), cell


def cell(report: Json, *path: str) -> Json:
    """The one cell whose path holds these heads, in this order."""

    def bare(text: str) -> str:
        return "".join(text.split()).replace("（", "(").replace("）", ")")

    def holds(found: tuple[str, ...]) -> bool:
        rest = iter([bare(head) for head in found])
        return all(any(bare(wanted) in head for head in rest) for wanted in path)

    [one] = [cell for found, cell in cells(report) if holds(found)]
    return one


class TestReport2014:
    def test_what_it_is(self, old: Json) -> None:
        assert (old["id"], old["agency"], old["year"]) == ("waijiaobu-2014", "外交部", 2014)
        assert old["published"] == "2014-12-19"
        assert old["title"] in (CORPUS / "mfa-2014.txt").read_text(encoding="utf-8")

    def test_an_introduction_and_six_sections(self, old: Json) -> None:
        assert [section["number"] for section in old["sections"]] == ["", "一", "二", "三", "四", "五", "六"]
        assert old["sections"][0]["kind"] == "preamble"
        printed = (CORPUS / "mfa-2014.txt").read_text(encoding="utf-8")
        titles = [section["title"] for section in old["sections"][1:]]
        assert titles[0] == "加强主动公开工作"
        assert all(title and title in printed for title in titles)

    def test_items_have_ordinal_and_lead(self, old: Json) -> None:
        items = [b for b in blocks(old["sections"]) if b["type"] == "paragraph" and b["ordinal"]]
        assert len(items) >= 6
        assert {item["ordinal"] for item in items} >= {"(一)", "(二)"}
        leads = [item["lead"] for item in items]
        assert "推出领事工作政务信息公开的新举措" in leads
        for item in items:
            assert item["text"].startswith(item["ordinal"] + item["lead"])

    def test_nothing_of_the_boilerplate_of_its_web_page(self, old: Json) -> None:
        for boilerplate in ("返回顶部", "您即将离开", "首页", "打印", "字体"):
            assert not [text for text in texts(old) if boilerplate in text], boilerplate


class TestReport2019:
    def test_what_it_is(self, new: Json) -> None:
        assert (new["id"], new["agency"], new["year"]) == ("waijiaobu-2019", "外交部", 2019)

    def test_its_sections_and_the_one_that_is_missing(self, new: Json) -> None:
        assert [s["number"] for s in new["sections"] if s["number"]] == ["一", "二", "三", "五", "六"]
        assert [w for w in new["warnings"] if w["code"] == "section-missing" and "四" in w["message"]]

    def test_paragraphs_split_by_a_page_break_are_joined(self, new: Json) -> None:
        for whole in (
            "司局负责人出席国务院新闻办公室发布会",
            "微博微信平台介绍领保工作",
            "政协平时建议答复 1 件",
        ):
            assert [text for text in texts(new) if whole in text], whole

    @pytest.mark.parametrize(
        ("path", "value", "unit"),
        [
            (("第二十条第（一）项", "规章", "对外公开总数量"), 3, ""),
            (("三、本年度办理结果", "(三)不予公开", "1. 属于国家秘密", "自然人"), 0, ""),
            (("其他对外管理服务事项", "处理决定数量"), 66.7, "万件"),
        ],
    )
    def test_cells_under_their_heads(self, new: Json, path: tuple[str, ...], value: float, unit: str) -> None:
        found = cell(new, *path)
        assert (found["value"], found["unit"]) == (value, unit)

    def test_an_empty_cell_is_not_a_zero(self, new: Json) -> None:
        assert {cell["value"] for _, cell in cells(new) if not cell["text"].strip()} <= {None}
        zeros = [cell for _, cell in cells(new) if cell["text"].strip() == "0"]
        assert zeros
        assert {cell["value"] for cell in zeros} == {0}

    def test_a_warning_names_the_table_that_ends_early(self, new: Json) -> None:
        assert [w for w in new["warnings"] if w["code"].startswith("table-") and "中断" in w["message"]]


QUERIES = (
    "领事保护",
    "“领事保护”",
    "新闻发布会 -国务院",
    "微博 OR 微信",
    "“司局负责人出席国务院新闻办公室发布会”",
    "“微博微信平台介绍领保工作”",
    "“政协平时建议答复 1 件”",
    "属于国家秘密",
    "其他对外管理服务事项 66.7",
    "规章 类型:表格",
    "2014 外交部 信息公开",
    "返回顶部",
)


Counts = dict[tuple[str, str], tuple[int, int]]


def shown(page: str) -> tuple[list[str], tuple[int, int], Counts]:
    """What a results page shows: the passages in order, the totals, passages and reports of each facet value."""
    soup = BeautifulSoup(page, "lxml")
    ids = [str(title["id"]).removeprefix("in-") for title in soup.select("ol.hits .hit-title")]
    totals = [int(number.get_text()) for number in soup.select(".total strong")] or [0, 0]
    counts: Counts = {}
    for tick in soup.select(".facet label[title*='见于']"):
        passages, reports = map(int, re.findall(r"\d+", str(tick["title"])))
        [box] = tick.select("input")
        counts[str(box["name"]), str(box["value"])] = (passages, reports)
    return ids, (totals[0], totals[1]), counts


@pytest.mark.parametrize("query", QUERIES)
def test_page_api_and_command_line_agree(
    index: Path, client: FlaskClient, command: Callable[..., Json], query: str
) -> None:
    by_api = client.get("/api/v1/search", query_string={"q": query, "limit": 50}).get_json()
    by_command = command("search", query, "--index", index, "--limit", "50")
    assert by_command == by_api
    page = client.get("/", query_string={"q": query, "limit": 50, "sort": "relevance"})
    ids, totals, counts = shown(page.get_data(as_text=True))
    assert ids == [hit["id"] for hit in by_api["hits"]]
    assert totals == (by_api["total"]["passages"], by_api["total"]["reports"])
    assert counts == {
        (field, value["value"]): (value["passages"], value["reports"])
        for field, values in by_api["facets"].items()
        for value in values
    }
    assert len(ids) == min(50, totals[0])


def test_consular_protection_is_found_in_both_years_with_true_facets(
    index: Path, command: Callable[..., Json]
) -> None:
    page = command("search", "领事保护", "--index", index)
    assert {hit["year"] for hit in page["hits"]} == {2014, 2019}
    for field, values in page["facets"].items():
        for value in values:
            alone = command("search", "领事保护", "--index", index, f"--{field}", value["value"])
            assert (alone["total"]["passages"], alone["total"]["reports"]) == (
                value["passages"],
                value["reports"],
            )
            assert [v["value"] for v in alone["facets"][field] if v["chosen"]] == [value["value"]]
    assert any(
        topic["key"] == "consular-protection" and topic["because"]
        for hit in page["hits"]
        for topic in hit["topics"]
    )


def test_every_passage_is_found_by_its_own_words_and_has_an_address(index: Path, client: FlaskClient) -> None:
    everything = client.get("/api/v1/search", query_string={"limit": 100}).get_json()
    assert len(everything["hits"]) == everything["total"]["passages"] > 40
    for hit in everything["hits"]:
        piece = max(hit["text"].split("\t"), key=len)[:30].replace('"', "").strip("“”‘’ ")
        answer = client.get("/api/v1/search", query_string={"q": f"「{piece}」", "limit": 100})
        if not any(mark in piece for mark in "「」"):
            assert hit["id"] in {found["id"] for found in answer.get_json()["hits"]}, piece
        assert client.get(hit["url"]).status_code == 200
        one = client.get(f"/api/v1/passages/{hit['id']}").get_json()
        assert {key: hit[key] for key in one} == one


def test_a_report_is_the_same_from_the_file_and_from_the_index(
    index: Path, client: FlaskClient, old: Json, new: Json
) -> None:
    for parsed in (old, new):
        indexed = client.get(f"/api/v1/reports/{parsed['id']}").get_json()
        # A file that is in no index has no address yet.
        assert {**indexed, "url": None, "link": None} == parsed
