"""A report that was withdrawn: 410 on its addresses, with the reason, and a word on the page of the corpus."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from indexer.run.pipeline import IndexJob, run_job
from report_search.search.searcher import Searcher
from webui import create_app

REASON = "数字有误，另发更正版"


@pytest.fixture
def client_and_ids(tmp_path: Path) -> tuple[FlaskClient, str, str]:
    """A client, and the ids of a report that was withdrawn and of one of its passages."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for year in (2018, 2019, 2020):
        title = f"某某县审计局{year}年政府信息公开工作年度报告"
        body = (
            f"{title}\n\n一、总体情况\n\n全年公开审计结果。\n\n二、主动公开政府信息情况\n\n公开文件三件。\n"
        )
        (corpus / f"{year}.txt").write_text(body, encoding="utf-8")
    job = IndexJob((corpus,), tmp_path / "index", "memory")
    run_job(job)
    searcher = Searcher(tmp_path / "index")
    [report] = [one.id for one in searcher.reports() if one.year == 2019]
    passage = searcher.report_passages(report)[0].id
    entry = f'[[report]]\nfile = "2019.txt"\nwithdrawn = "{REASON}"\n'
    (corpus / "manifest.toml").write_text(entry, encoding="utf-8")
    run_job(job)
    return create_app(Searcher(tmp_path / "index")).test_client(), report, passage


def test_its_addresses_are_gone_and_say_why(client_and_ids: tuple[FlaskClient, str, str]) -> None:
    client, report, passage = client_and_ids
    for address in (f"/reports/{report}", f"/passages/{passage}"):
        page = client.get(address)
        assert page.status_code == 410
        assert "这份报告已经撤下" in page.get_data(as_text=True)
        assert REASON in page.get_data(as_text=True)
    for address in (f"/api/v1/reports/{report}", f"/api/v1/passages/{passage}"):
        answer = client.get(address)
        assert answer.status_code == 410
        assert answer.get_json()["error"]["code"] == "withdrawn"
        assert REASON in answer.get_json()["error"]["message"]


def test_what_never_was_is_not_found(client_and_ids: tuple[FlaskClient, str, str]) -> None:
    client, report, _ = client_and_ids
    for name in (f"reports/{report}0", f"passages/{report}", "passages/-12345678", "passages/x-12345678"):
        assert client.get(f"/{name}").status_code == 404


def test_the_page_of_the_corpus_says_so(client_and_ids: tuple[FlaskClient, str, str]) -> None:
    client, _, _ = client_and_ids
    page = client.get("/about").get_data(as_text=True)
    assert '<td class="withdrawn-year">撤</td>' in page
    assert "已撤下的报告" in page
    assert REASON in page
    found = client.get("/?q=公开&agency=某某县审计局&year=2019").get_data(as_text=True)
    assert "已撤下" in found
