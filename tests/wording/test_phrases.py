"""New and vanished phrases, against the truth of a demo corpus and against plain substrings of the reports."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from indexer.run.pipeline import IndexJob, run_job
from indexer.synthetic.demo.plan import make_corpus
from indexer.synthetic.demo.write import write_demo
from report_search.analysis.fold import fold
from report_search.cli import main
from report_search.errors import RequestError
from report_search.query.lexicon import listed_stopwords
from report_search.search.searcher import Searcher
from report_search.wording.phrases import YearPhrases, year_phrases
from webui import create_app

pytestmark = pytest.mark.usefixtures("commands_at_localhost")

AGENCY = "shili-waishi"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """An index of a demo corpus in which bodies were merged, and its truth."""
    root = tmp_path_factory.mktemp("phrases")
    write_demo(root / "demo", make_corpus(agencies=8, years=range(2014, 2021), seed=11), formats=("txt",))
    run_job(IndexJob((root / "demo",), root / "index", "memory"))
    return root / "index", json.loads((root / "demo" / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def searcher(made: tuple[Path, dict[str, Any]]) -> Searcher:
    return Searcher(made[0])


@pytest.fixture(scope="module")
def client(searcher: Searcher) -> FlaskClient:
    app = create_app(searcher)
    app.testing = True
    return app.test_client()


def of_year(searcher: Searcher, year: int, key: str = AGENCY, **options: bool) -> YearPhrases:
    return year_phrases(searcher, searcher.agencies().card(key), year=year, **options)


def texts_by_year(searcher: Searcher, *names: str) -> dict[int, str]:
    """All that an agency's reports say, by year, folded."""
    found: dict[int, str] = {}
    for report in searcher.reports():
        if report.agency in names and report.year is not None:
            texts = (fold(passage.text).text for passage in searcher.whole_report(report.id))
            found[report.year] = found.get(report.year, "") + "\n".join(texts) + "\n"
    return found


def years_of(searcher: Searcher) -> tuple[int, ...]:
    return searcher.agencies().card(AGENCY).held


def test_what_is_told_stands_in_no_earlier_or_later_year(searcher: Searcher) -> None:
    texts = texts_by_year(searcher, searcher.agencies().card(AGENCY).name)
    told = 0
    for year in years_of(searcher):
        found = of_year(searcher, year)
        for phrases, end in ((found.first, min), (found.last, max)):
            for phrase in phrases:
                holding = tuple(one for one in sorted(texts) if fold(phrase.text).text in texts[one])
                assert phrase.years == holding
                assert end(holding) == year
                told += 1
    assert told > 30


def truths(made: tuple[Path, dict[str, Any]]) -> Iterator[tuple[int, str, str]]:
    """Year, state and text of every sentence of the agency."""
    for sentence in made[1]["sentences"]:
        for one in sentence["years"]:
            if one["report"].startswith(f"{AGENCY}-"):
                yield from ((one["year"], one["state"], text) for text in one["texts"])


def test_every_new_sentence_is_told_and_none_that_was_there_word_for_word(
    searcher: Searcher, made: tuple[Path, dict[str, Any]]
) -> None:
    texts = texts_by_year(searcher, searcher.agencies().card(AGENCY).name)
    new = kept = 0
    for year in years_of(searcher)[1:]:
        sentences = [fold(one.example.sentence).text for one in of_year(searcher, year).first]
        for at, state, printed in truths(made):
            text = fold(printed).text
            was_there = any(text.strip("。") in told for before, told in texts.items() if before < year)
            if at != year:
                continue
            is_told = any(text in one or one in text for one in sentences)
            if state == "first" and not was_there:
                assert is_told, printed
                new += 1
            if state == "same" and was_there:
                assert not is_told, printed
                kept += 1
    assert new >= 1
    assert kept > 50


def test_a_phrase_is_whole_words_and_no_number_or_date(searcher: Searcher) -> None:
    for year in years_of(searcher):
        found = of_year(searcher, year)
        for phrase in (*found.first, *found.last):
            assert not re.search(r"\d|[，。；：、（）“”]", phrase.text)
            words = searcher.lexicon().segmenter.words(fold(phrase.text).text)
            assert words[0] not in listed_stopwords()
            assert words[-1] not in listed_stopwords()
            start, end = phrase.example.span
            assert phrase.example.sentence[start:end] == phrase.text
            assert phrase.example.sentence in phrase.example.passage.text
            assert phrase.example.passage.year == year


def test_only_numbers_changed_is_nothing_new(tmp_path: Path) -> None:
    lines = {
        2017: "全年公开信息157条，召开会议三次，3月5日印发第12号文件，同比增长百分之五。",
        2018: "全年公开信息225条，召开会议十二次，11月20日印发第9号文件，同比增长百分之十二。",
        2020: "全年公开信息8.5万条，推进政务新媒体建设，办好政务新媒体。",
    }
    for year, line in lines.items():
        text = f"云州市水利局{year}年政府信息公开工作年度报告\n\n一、总体情况\n\n{line}\n"
        (tmp_path / f"{year}.txt").write_text(text, encoding="utf-8")
    run_job(IndexJob((tmp_path,), tmp_path / "index", "memory"))
    searcher = Searcher(tmp_path / "index")
    [card] = searcher.agencies().cards()
    second = year_phrases(searcher, card, year=2018)
    assert second.first == ()
    assert {one.text for one in second.last} == {"召开会议", "印发", "文件", "同比增长"}
    third = year_phrases(searcher, card)
    assert third.year == 2020
    assert "政务新媒体" in {one.text for one in third.first}
    assert third.missing == (2019,)
    assert (third.earlier, third.later, third.last) == ((2017, 2018), (), ())
    assert year_phrases(searcher, card, year=2017).first == ()
    with pytest.raises(RequestError, match="没有收录"):
        year_phrases(searcher, card, year=2019)


def test_predecessors_come_along_when_asked(searcher: Searcher, made: tuple[Path, dict[str, Any]]) -> None:
    merged = [one for one in made[1]["agencies"] if one["predecessors"]]
    assert merged
    card = searcher.agencies().card(merged[0]["key"])
    year = next(one for one in card.held if one >= 2018)
    alone = year_phrases(searcher, card, year=year)
    joined = year_phrases(searcher, card, year=year, lineage=True)
    assert joined.predecessors
    assert not alone.predecessors
    texts = texts_by_year(searcher, card.name, *joined.predecessors)
    assert set(joined.earlier) == {one for one in texts if one < year}
    for phrase in joined.first:
        assert not any(fold(phrase.text).text in text for one, text in texts.items() if one < year)


def test_page_api_and_command_say_the_same(
    client: FlaskClient, made: tuple[Path, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    api = client.get(f"/api/v1/agencies/{AGENCY}/phrases?year=2018").get_json()
    assert api["first"] or api["last"]
    page = BeautifulSoup(client.get(f"/agencies/{AGENCY}/phrases?year=2018").text, "lxml")
    shown = [item.a.text for item in page.select("ul.phrases > li") if item.a]
    assert shown == [one["text"] for one in (*api["first"], *api["last"])]
    with pytest.raises(SystemExit):
        main(["phrases", AGENCY, "--year", "2018", "--index", str(made[0]), "--json"])
    assert json.loads(capsys.readouterr().out) == api
    with pytest.raises(SystemExit):
        main(["phrases", AGENCY, "--year", "2018", "--index", str(made[0])])
    lines = capsys.readouterr().out
    assert all(one["text"] in lines for one in api["first"][:40])
    assert f"/agencies/{AGENCY}/phrases" in client.get(f"/agencies/{AGENCY}").text


def test_a_phrase_leads_to_the_search_that_finds_it(client: FlaskClient, searcher: Searcher) -> None:
    followed = 0
    for year in years_of(searcher):
        api = client.get(f"/api/v1/agencies/{AGENCY}/phrases?year={year}").get_json()
        for one in api["first"][:10]:
            asked = f"q=“{one['text']}”&agency={api['agency']}&sort=oldest&limit=100"
            hits = client.get(f"/api/v1/search?{asked}").get_json()["hits"]
            assert hits[0]["year"] == year
            assert one["passage"] in {hit["id"] for hit in hits}
            followed += 1
    assert followed > 10


@pytest.mark.parametrize("wrong", ["year=19", "year=1999", "years=2017", "lineage=2", "year=2017&year=2018"])
def test_programs_are_told_what_is_wrong(client: FlaskClient, wrong: str) -> None:
    answer = client.get(f"/api/v1/agencies/{AGENCY}/phrases?{wrong}")
    assert answer.status_code == 400
    assert answer.get_json()["error"]["hint"]


def test_an_unknown_agency_is_not_found_and_a_name_leads_to_its_page(client: FlaskClient) -> None:
    assert client.get("/api/v1/agencies/nowhere/phrases").status_code == 404
    name = client.get(f"/api/v1/agencies/{AGENCY}").get_json()["name"]
    assert client.get(f"/agencies/{name}/phrases?year=2017").status_code == 308
