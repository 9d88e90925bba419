"""Numbers that agree: a facet's count is what the click gives; page, API and command line give the same results.

Queries of every kind are asked of the real reports and a few made ones, some drawn at random from what the passages
say. Every value of every facet is clicked, alone and with another one chosen before.
"""

from __future__ import annotations

import html
import json
import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from indexer.run.pipeline import IndexJob, run_job
from report_search.cli import main
from report_search.fields import FACET_FIELDS, PART_LABELS
from report_search.search.searcher import Searcher
from webui import create_app

CORPUS = Path(__file__).parent.parent / "corpus"
SENTENCES = (
    "全年主动公开政府信息1,234条，制发规范性文件12件。",
    "收到依申请公开十三件，均按期答复。",
    "微博、微信发布领事保护信息56条，举办新闻发布会3场。",
    "“三公”经费比上年下降百分之五，预算决算全部公开。",
    "被申请行政复议2件，行政诉讼1件，結果維持。",
    "加强政策解读，回应关切，办理建议提案7件。",
)
QUERIES = (
    *("", "领事保护", "“领事保护”", "外交部 2014 领事保护", "领保", "的", "“。”", "12件", "2019年", "5%"),
    *(
        "政府信息公开",
        "主动公开政府信息了多少条？",
        "微博 OR 微信",
        "公开 -微博",
        "-公开",
        "-的",
        "（微博 OR 预算） 公开",
    ),
    *(
        "年份:2014",
        "year:2018..2020 公开",
        "章节:总体情况",
        "类型:表格",
        "机关:外交部 微信",
        "主题:政务新媒体",
        "year:none",
    ),
    *(
        "领事 NEAR/10 保护",
        "同句(微博 微信)",
        "领*护",
        "公开*情况",
        "行政复议，行政诉讼",
        "查无此词",
        "“查无此词” OR 公开",
    ),
    *(
        "2014年外交部办理了多少领事保护案件？",
        "公开 年份:2014 OR 年份:2019",
        "答复",
        "維持",
        "NOT 公开 微博",
        "0",
    ),
)
DRAWN = 20
COMMANDS = 12


@dataclass(frozen=True)
class Desk:
    """One index, asked through the page and the API (``client``) or the command line (``index``)."""

    index: Path
    client: FlaskClient

    def api(self, **asked: Any) -> dict[str, Any]:
        answer = self.client.get("/api/v1/search", query_string=asked)
        assert answer.status_code == 200, answer.get_json()
        found: dict[str, Any] = answer.get_json()
        return found


# That every engine finds what memory finds is the engines' contract; here it is what the ways in make of it.
@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    corpus, index = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("index")
    for name in ("mfa-2014.txt", "mfa-2019.md"):
        shutil.copy(CORPUS / name, corpus / name)
    chance = random.Random(60)
    manifest = []
    for number in range(8):
        agency, year = f"某市{'甲乙丙'[number % 3]}局", 2018 + number // 2
        heads = ("一、总体情况", "二、主动公开政府信息情况", "五、存在的主要问题及改进情况")
        sections = [f"{head}\n\n" + "\n\n".join(chance.sample(SENTENCES, 3)) for head in heads]
        text = f"{agency}政府信息公开工作{year}年度报告\n\n" + "\n\n".join(sections) + "\n"
        (corpus / f"{number}.txt").write_text(text, encoding="utf-8")
        manifest.append(f'[[report]]\nfile = "{number}.txt"\nagency = "{agency}"\nyear = {year}\n')
    (corpus / "manifest.toml").write_text("\n".join(manifest), encoding="utf-8")
    summary = run_job(IndexJob((corpus,), index, "whoosh"))
    assert not summary.failed
    return Desk(index, create_app(Searcher(index)).test_client())


@pytest.fixture(scope="module")
def queries(desk: Desk) -> list[str]:
    """The listed queries, and stretches of what the passages say: in quotes, as they stand, and one excluded."""
    chance = random.Random(49)
    texts = [hit["text"] for hit in desk.api(q="", limit=100)["hits"]]
    found = list(QUERIES)
    for _ in range(DRAWN):
        text = chance.choice(texts)
        start = chance.randrange(len(text))
        bare = re.sub(r"[\W_]+", "", text[start : start + chance.randint(2, 12)]) or "公开"
        found.append(chance.choice((f"“{bare}”", bare, f"公开 -{bare}", f"{bare} OR 微博")))
    return found


def reached(desk: Desk, **asked: Any) -> list[str]:
    """The ids of all hits, page after page."""
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = desk.api(**asked, limit=45, **({"cursor": cursor} if cursor else {}))
        found += [hit["id"] for hit in page["hits"]]
        cursor = page["next"]
    return found


def clicks(answer: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for field, values in answer["facets"].items():
        for value in values:
            yield field, value


def test_the_total_is_what_the_pages_hold(desk: Desk, queries: list[str]) -> None:
    for query in queries:
        total = desk.api(q=query)["total"]
        for sort in ("relevance", "oldest"):
            ids = reached(desk, q=query, sort=sort)
            assert len(ids) == len(set(ids)) == total["passages"], (query, sort)
            assert len({one.rpartition("-")[0] for one in ids}) >= total["reports"], (query, sort)


def test_the_count_of_a_facet_is_what_the_click_gives(desk: Desk, queries: list[str]) -> None:
    clicked = 0
    for query in queries:
        for field, value in clicks(desk.api(q=query)):
            total = desk.api(q=query, limit=1, **{field: value["value"]})["total"]
            assert (total["passages"], total["reports"]) == (value["passages"], value["reports"]), (
                query,
                field,
                value,
            )
            assert value["passages"] > 0
            clicked += 1
    assert clicked > 300


def test_it_is_so_with_another_value_chosen_before(desk: Desk) -> None:
    for query in ("微博 OR 预算", "公开 -微博"):
        for field, first in clicks(desk.api(q=query)):
            chosen = desk.api(q=query, **{field: first["value"]})
            assert [v["value"] for v in chosen["facets"][field] if v["chosen"]] == [first["value"]]
            for other, value in clicks(chosen):
                asked = {field: first["value"], other: value["value"]}
                total = desk.api(q=query, limit=1, **asked)["total"]
                assert total["passages"] == value["passages"], (query, field, first, other, value)


def test_several_values_of_a_facet_are_any_of_them(desk: Desk, queries: list[str]) -> None:
    for query in queries[:12]:
        for field in ("year", "section", "agency", "type"):
            values = [value["value"] for value in desk.api(q=query)["facets"][field]]
            together = reached(desk, q=query, **{field: values[:2]})
            apart = {one for value in values[:2] for one in reached(desk, q=query, **{field: value})}
            if values:
                assert set(together) == apart, (query, field)


def test_a_filter_is_what_the_field_in_the_query_is(desk: Desk) -> None:
    for query in ("公开", "微博 OR 微信", "“。”"):
        for field, value in clicks(desk.api(q=query)):
            typed = f"{query} {field}:“{value['value']}”"
            assert sorted(reached(desk, q=typed)) == sorted(reached(desk, q=query, **{field: value["value"]}))


def shown(page: str) -> dict[str, Any]:
    """What a page says: totals, the hits in order, and the counts of each facet by label."""
    found = re.search(r"共 <strong>([\d,]+)</strong> 段，见于 <strong>([\d,]+)</strong> 份报告", page)
    facets = {}
    for name, body in re.findall(r'aria-labelledby="facet-(\w+)">(.*?)</section>', page, re.DOTALL):
        ticks = re.findall(r'class="tick-label">(.*?)</span><span class="count">([\d,]+)</span>', body)
        facets[name] = {html.unescape(label): int(count.replace(",", "")) for label, count in ticks}
    return {
        "total": tuple(int(number.replace(",", "")) for number in found.groups()) if found else (0, 0),
        "hits": re.findall(r'aria-labelledby="in-([^"]+)"', page),
        "facets": facets,
        "marked": [html.unescape(mark) for mark in re.findall(r"<mark>(.*?)</mark>", page, re.DOTALL)],
    }


def test_the_page_says_what_the_api_says(desk: Desk, queries: list[str]) -> None:
    for query in filter(None, queries):
        answer = desk.api(q=query)
        page = shown(desk.client.get("/", query_string={"q": query}).get_data(as_text=True))
        assert page["total"] == (answer["total"]["passages"], answer["total"]["reports"]), query
        assert page["hits"] == [hit["id"] for hit in answer["hits"]], query
        for field in FACET_FIELDS:
            counts = {value["label"]: value["passages"] for value in answer["facets"][field]}
            assert page["facets"].get(field, {}) == counts, (query, field)
        marks = {hit["text"][start:end] for hit in answer["hits"] for start, end in hit["spans"]}
        assert set(page["marked"]) <= marks | {""}, query


def test_the_command_line_says_what_the_api_says(
    desk: Desk, queries: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[str, list[str]]] = [(query, []) for query in queries[:: len(queries) // COMMANDS]]
    asked += [("公开", ["--year", "2018..2019", "--section", "overview", "--sort", "oldest", "--limit", "3"])]
    for query, options in asked:
        with pytest.raises(SystemExit) as left:
            main(["search", "--index", str(desk.index), "--json", *options, "--", query])
        assert left.value.code == 0
        said = json.loads(capsys.readouterr().out)
        names = {
            name.removeprefix("--"): value for name, value in zip(options[::2], options[1::2], strict=True)
        }
        answer = desk.api(q=query, **names)
        for both in (said, answer):
            for hit in both["hits"]:
                del hit["url"], hit["link"]
        assert said == answer, query


def test_page_and_command_line_give_a_part_of_the_query_the_same_label(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """A field typed in the query was 筛选 on the command line and 限定 on the page."""
    query = "领事保护 “公开” 13件 领*护 年份:2019 的"
    parts = {part["text"]: part["as"] for part in desk.api(q=query)["query"]["read_as"]}
    assert set(parts.values()) == set(PART_LABELS), "the query has a part of every kind"

    page = desk.client.get("/", query_string={"q": query}).get_data(as_text=True)
    chips = re.findall(r'class="chip-kind">(.*?)</span><span class="chip-text">(.*?)</span>', page)
    with pytest.raises(SystemExit):
        main(["search", "--index", str(desk.index), "--", query])
    printed = re.findall(
        r"(\S+)〔(.+?)〕", capsys.readouterr().out.splitlines()[0].removeprefix("检索式理解为：")
    )

    labels = {text: PART_LABELS[kind] for text, kind in parts.items()}
    assert {html.unescape(text): label for label, text in chips} == labels
    assert dict(printed) == labels
