"""Distinctive words of any selection: counted by hand, the same on page, API and command, and on every engine."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from indexer.run.pipeline import IndexJob, run_job
from report_search.analysis.fold import fold_text
from report_search.analysis.word_segmenter import query_segmenter
from report_search.cli import main
from report_search.generations.boilerplate_file import CATALOGUE_FILE
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher
from report_search.wording import distinctive
from report_search.wording.distinctive import selection_words
from report_search.wording.log_likelihood import distinctive_words
from webui import create_app

pytestmark = pytest.mark.usefixtures("commands_at_localhost")

BODIES = {
    "水利局": "加强河道管理，巡查河道和水库，公布河道水质监测数据。",
    "林业局": "加强森林防火，巡查林区，公布森林资源调查数据。",
    "教育局": "加强招生信息公开，公布学校招生计划和录取数据。",
}


@pytest.fixture(scope="module", params=["memory", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    corpus, index = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("index")
    for agency, body in BODIES.items():
        for year in (2018, 2019, 2020):
            title = f"某市{agency}{year}年政府信息公开工作年度报告"
            text = f"{title}\n\n一、总体情况\n\n{body}\n\n{body}全年共{year}次。\n"
            (corpus / f"{agency}{year}.txt").write_text(text, encoding="utf-8")
    assert not run_job(IndexJob((corpus,), index, request.param)).failed
    return index


def counted(searcher: Searcher, *, of: str) -> tuple[Counter[str], Counter[str]]:
    """The words of the paragraphs of an agency, and of all others."""
    sides: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    stopwords = searcher.lexicon().stopwords
    for report in searcher.reports():
        for passage in searcher.report_passages(report.id):
            words = query_segmenter().words(fold_text(passage.text))
            kept = [one for one in words if len(one) > 1 and one.isalpha() and one not in stopwords]
            sides[of not in passage.agency].update(kept)
    return sides


def test_counts_are_those_of_the_texts(index: Path) -> None:
    searcher = Searcher(index)
    found = selection_words(searcher, SearchRequest(filters=(("agency", ("某市水利局",)),)))
    selection, rest = counted(searcher, of="水利局")
    assert list(found.distinctive) == distinctive_words(selection, rest)
    assert found.distinctive[0].word == "河道"
    assert (found.distinctive[0].count, found.distinctive[0].rest) == (18, 0)
    assert (found.words, found.rest_words) == (selection.total(), rest.total())
    assert (found.paragraphs, found.rest_paragraphs, found.total) == (6, 12, len(found.distinctive))


def test_the_whole_and_nothing_have_no_distinctive_words(index: Path) -> None:
    searcher = Searcher(index)
    whole, nothing = (selection_words(searcher, SearchRequest(text)) for text in ("", "“并不存在”"))
    assert (whole.distinctive, whole.rest_paragraphs, whole.paragraphs) == ((), 0, 18)
    assert (nothing.distinctive, nothing.rest_paragraphs, nothing.passages) == ((), 18, 0)


def test_page_api_and_command_say_the_same(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    client = create_app(Searcher(index)).test_client()
    answer = client.get("/api/v1/distinctive?q=森林").get_json()
    first = next(one for one in answer["words"] if one["word"] == "森林")
    with pytest.raises(SystemExit):
        main(["distinctive", "森林", "--index", str(index), "--json"])
    assert json.loads(capsys.readouterr().out) == answer
    with pytest.raises(SystemExit):
        main(["distinctive", "森林", "--index", str(index)])
    assert (
        f"森林  {first['count']} / {first['rest']}  {first['log_likelihood']:.1f}" in capsys.readouterr().out
    )
    results = BeautifulSoup(client.get("/?q=森林").text, "lxml")
    link = next(a for a in results.select("a") if a.get_text() == "特征词")
    page = BeautifulSoup(client.get(str(link["href"])).text, "lxml")
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in page.select("tbody tr")]
    assert rows == [
        [one["word"], str(one["count"]), str(one["rest"]), f"{one['log_likelihood']:.1f}"]
        for one in answer["words"]
    ]
    for asked in ("limit=5", "sort=newest", "fold=1", "group=report", "unknown=1"):
        assert client.get(f"/api/v1/distinctive?q=森林&{asked}").status_code == 400


def test_a_word_leads_to_its_passages_among_those_found(index: Path) -> None:
    client = create_app(Searcher(index)).test_client()
    page = BeautifulSoup(client.get("/distinctive?q=数据&agency=某市林业局").text, "lxml")
    link = page.select_one("tbody th a")
    assert link is not None
    found = client.get(str(link["href"]).replace("/?", "/api/v1/search?", 1)).get_json()
    assert found["total"]["passages"] == 6
    assert {hit["agency"] for hit in found["hits"]} == {"某市林业局"}


def test_a_generation_without_its_table_counts_nothing(index: Path) -> None:
    searcher = Searcher(index)
    (searcher.generation().folder / CATALOGUE_FILE).unlink()

    distinctive._table_of.cache_clear()
    found = selection_words(searcher, SearchRequest("森林"))
    assert (found.distinctive, found.paragraphs, found.rest_paragraphs) == ((), 0, 0)
    assert found.passages > 0
