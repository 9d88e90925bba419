"""How much an agency rewrote: the shares of comparisons, year after year, on page, API and command alike."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from indexer.run.pipeline import IndexJob, run_job
from report_search.cli import main
from report_search.search.searcher import Searcher
from report_search.wording.comparison import compare
from report_search.wording.rewriting import rewriting
from webui import create_app

pytestmark = pytest.mark.usefixtures("commands_at_localhost")

FIRST = "全年主动公开政府信息若干条，着力提升政务公开工作水平。"
SECOND = "公开的内容还不够丰富，解读的形式比较单一。"
OTHER = "围绕群众关切举办开放日活动，邀请代表走进机关。"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    corpus, index = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("index")
    for year, first, second in ((2016, FIRST, SECOND), (2017, FIRST, SECOND), (2019, FIRST, OTHER)):
        title = f"某市水务局{year}年政府信息公开工作年度报告"
        text = f"{title}\n\n一、总体情况\n\n{first}\n\n二、存在的主要问题及改进情况\n\n{second}\n"
        (corpus / f"{year}.txt").write_text(text, encoding="utf-8")
    assert not run_job(IndexJob((corpus,), index, "memory")).failed
    return index


def test_shares_are_those_of_comparisons(index: Path) -> None:
    searcher = Searcher(index)
    [card] = searcher.agencies().cards("")
    found = rewriting(searcher, card)
    assert [(one.year, one.before_year) for one in found.years] == [(2019, 2017), (2017, 2016)]
    for one in found.years:
        compared = compare(searcher, (one.before, one.report))
        assert one.share == compared.rewritten
        shares = {section.kind: section.rewritten for section in compared.sections}
        assert {part.kind: part.share for part in one.sections} == shares
    newest, oldest = found.years
    assert (oldest.share, oldest.share_of("overview"), newest.share_of("overview")) == (0.0, 0.0, 0.0)
    rewritten = newest.share_of("problems")
    assert rewritten is not None
    assert rewritten > 0.9
    assert found.kinds == ("overview", "problems")
    assert newest.share_of("fees") is None
    assert rewriting(searcher, card) == found


def test_page_api_and_command_say_the_same(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    client = create_app(Searcher(index)).test_client()
    [card] = Searcher(index).agencies().cards("")
    answer = client.get(f"/api/v1/agencies/{card.key}/rewriting").get_json()
    with pytest.raises(SystemExit):
        main(["rewriting", "某市水务局", "--index", str(index), "--json"])
    assert json.loads(capsys.readouterr().out) == answer
    page = BeautifulSoup(client.get(f"/agencies/{card.key}/rewriting").text, "lxml")
    rows = [[cell.get_text() for cell in row.select("td")] for row in page.select("tbody tr")]
    shares = [
        [f"{share:.0%}" for share in (one["rewritten"], *(part["rewritten"] for part in one["sections"]))]
        for one in answer["years"]
    ]
    assert rows == shares
    assert "同 2017 年比，其间没有收录" in page.get_text()
    for one, link in zip(answer["years"], page.select("tbody th a"), strict=True):
        assert link["href"] == f"/compare?a={one['before']}&b={one['report']}"
    with pytest.raises(SystemExit):
        main(["rewriting", card.key, "--index", str(index)])
    printed = capsys.readouterr().out
    assert "2019（同2017年比）  全文 " in printed
    assert f"/agencies/{card.key}/rewriting" in client.get(f"/agencies/{card.key}").text
    assert client.get(f"/api/v1/agencies/{card.key}/rewriting?year=2019").status_code == 400
    assert client.get("/api/v1/agencies/nobody/rewriting").status_code == 404
    assert client.get("/agencies/某市水务局/rewriting").status_code == 308
