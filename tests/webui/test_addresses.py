"""Addresses that were published: on to where the text stands, gone with what stands nearest, or never there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from indexer.run.pipeline import IndexJob, run_job
from report_search.cli import main
from report_search.search.searcher import Searcher
from webui import create_app

FIRST = ("全年公开审计结果十二项。", "受理申请三件。", "不收取费用。", "举办培训两次。")
TABLE = """
| 信息内容 | 本年制发件数 | 本年废止件数 |
|---|---|---|
| 规章 | 3 | 0 |
| 规范性文件 | 17 | 2 |
"""


class Desk:
    """A corpus and what is published of it."""

    def __init__(self, root: Path) -> None:
        self.corpus = root / "corpus"
        self.index = root / "index"
        self.corpus.mkdir()

    def write(self, name: str, *texts: str, table: str = "", date: str = "2020-01-31") -> None:
        title = "某某县审计局2019年政府信息公开工作年度报告"
        body = "\n\n".join(texts)
        opening = f"# {title}\n\n发布日期：{date}\n\n## 一、总体情况\n\n{body}"
        text = f"{opening}\n\n## 二、主动公开政府信息情况\n\n公开文件三件。\n{table}"
        (self.corpus / name).write_text(text, encoding="utf-8")

    def publish(self) -> Searcher:
        run_job(IndexJob((self.corpus,), self.index, "memory", accept_losses=True))
        return Searcher(self.index)

    @property
    def client(self) -> FlaskClient:
        return create_app(Searcher(self.index)).test_client()

    def address(self, text: str) -> str:
        searcher = Searcher(self.index)
        passages = (one for report in searcher.reports() for one in searcher.report_passages(report.id))
        return next(one.id for one in passages if one.text == text)

    @property
    def report(self) -> str:
        return Searcher(self.index).reports()[0].id


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.write("a.md", *FIRST, table=TABLE)
    made.publish()
    return made


def replaced_file(desk: Desk, *texts: str) -> None:
    """The report leaves with its file; another file of the same agency and year comes."""
    (desk.corpus / "a.md").unlink()
    desk.write("b.md", *texts, table=TABLE, date="2020-03-01")
    desk.publish()


class TestMoved:
    def test_page_and_api_lead_on_with_their_parameters(self, desk: Desk) -> None:
        old, text = desk.report, desk.address(FIRST[1])
        row = desk.address("规范性文件\t17\t2")
        replaced_file(desk, *FIRST, "另加一段。")
        new = desk.report
        assert new.startswith(f"{old}-")
        for kind, was, now in (
            ("reports", old, new),
            ("passages", text, desk.address(FIRST[1])),
            ("passages", row, desk.address("规范性文件\t17\t2")),
        ):
            for prefix in ("", "/api/v1"):
                for method in ("GET", "HEAD"):
                    answer = desk.client.open(f"{prefix}/{kind}/{was}", method=method)
                    assert answer.status_code == 308
                    assert answer.headers["Location"] == f"{prefix}/{kind}/{now}"
                    assert answer.headers["Cache-Control"] == "no-cache"
            told = desk.client.get(f"/api/v1/{kind}/{was}").get_json()["error"]
            assert (told["code"], told["suggestion"]) == ("moved", f"/{kind}/{now}")
            assert desk.client.get(f"/{kind}/{was}", follow_redirects=True).status_code == 200
        asked = desk.client.get(f"/reports/{old}?q=申请&expand=0")
        assert asked.headers["Location"].startswith(f"/reports/{new}?q=")
        assert asked.headers["Location"].endswith("&expand=0")

    def test_the_command_shows_it_and_says_so(self, desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
        old, text = desk.report, desk.address(FIRST[1])
        replaced_file(desk, *FIRST, "另加一段。")
        for address, now in ((old, desk.report), (text, desk.address(FIRST[1]))):
            assert run("show", address, "--index", str(desk.index), "--json") == 0
            shown = capsys.readouterr()
            assert json.loads(shown.out)["id"] == now
            assert now in shown.err

    def test_never_to_a_passage_that_merely_holds_the_text(self, desk: Desk) -> None:
        text = desk.address(FIRST[1])
        desk.write("a.md", FIRST[0], FIRST[1] + "均已答复。", *FIRST[2:], table=TABLE)
        desk.publish()
        assert desk.client.get(f"/passages/{text}").status_code == 410


class TestGone:
    def test_a_corrected_text_names_what_stands_there_now(
        self, desk: Desk, capsys: pytest.CaptureFixture[str]
    ) -> None:
        old = desk.address(FIRST[1])
        desk.write("a.md", FIRST[0], "受理申请四件。", *FIRST[2:], table=TABLE)
        desk.publish()
        new = desk.address("受理申请四件。")
        page = desk.client.get(f"/passages/{old}")
        assert page.status_code == 410
        assert f'href="/passages/{new}"' in page.get_data(as_text=True)
        told = desk.client.get(f"/api/v1/passages/{old}")
        assert told.status_code == 410
        assert told.get_json()["error"]["code"] == "corrected"
        assert told.get_json()["error"]["suggestion"] == f"/passages/{new}"
        assert desk.client.head(f"/passages/{old}").status_code == 410
        assert run("show", old, "--index", str(desk.index)) == 2
        assert new in capsys.readouterr().err
        assert desk.client.get(f"/reports/{desk.report}").status_code == 200

    def test_a_corrected_row_names_the_row_of_today(self, desk: Desk) -> None:
        old = desk.address("规范性文件\t17\t2")
        desk.write("a.md", *FIRST, table=TABLE.replace("17", "18"))
        desk.publish()
        told = desk.client.get(f"/api/v1/passages/{old}").get_json()["error"]
        assert (told["code"], told["suggestion"]) == (
            "corrected",
            f"/passages/{desk.address('规范性文件	18	2')}",
        )

    def test_a_superseded_report_names_the_later_one(self, desk: Desk) -> None:
        old, text = desk.report, desk.address(FIRST[1])
        replaced_file(desk, "全文重写了。", "各项数字另有统计。")
        for address in (f"reports/{old}", f"passages/{text}"):
            told = desk.client.get(f"/api/v1/{address}")
            assert (told.status_code, told.get_json()["error"]["code"]) == (410, "superseded")
            assert desk.report in told.get_json()["error"]["suggestion"]

    def test_a_report_that_left_says_so_and_one_that_never_was_is_not_found(self, desk: Desk) -> None:
        old, text = desk.report, desk.address(FIRST[1])
        desk.write("b.md", *FIRST, table=TABLE)
        other = (desk.corpus / "b.md").read_text(encoding="utf-8").replace("2019年", "2021年")
        (desk.corpus / "b.md").write_text(other, encoding="utf-8")
        (desk.corpus / "a.md").unlink()
        desk.publish()
        for address in (f"reports/{old}", f"passages/{text}"):
            told = desk.client.get(f"/api/v1/{address}")
            assert (told.status_code, told.get_json()["error"]["code"]) == (410, "removed")
            assert told.get_json()["error"]["suggestion"] == ""
        for address in (
            "reports/nobody-2019",
            f"passages/{old}-00000000",
            f"passages/{text}-2",
            "passages/x",
        ):
            for prefix in ("", "/api/v1"):
                assert desk.client.get(f"{prefix}/{address}").status_code == 404

    def test_a_withdrawn_report_says_why_whatever_else_there_is(self, desk: Desk) -> None:
        old, corrected, same = desk.report, desk.address(FIRST[1]), desk.address(FIRST[0])
        desk.write("b.md", FIRST[0], "受理申请四件。", *FIRST[2:], table=TABLE, date="2020-03-01")
        (desk.corpus / "manifest.toml").write_text(
            '[[report]]\nfile = "a.md"\nwithdrawn = "数字有误"\n', encoding="utf-8"
        )
        desk.publish()
        told = desk.client.get(f"/api/v1/reports/{old}").get_json()["error"]
        assert (told["code"], told["suggestion"]) == ("withdrawn", f"/reports/{desk.report}")
        assert "数字有误" in told["message"]
        told = desk.client.get(f"/api/v1/passages/{corrected}").get_json()["error"]
        assert (told["code"], told["suggestion"]) == (
            "withdrawn",
            f"/passages/{desk.address('受理申请四件。')}",
        )
        assert (
            desk.client.get(f"/passages/{same}").headers["Location"] == f"/passages/{desk.address(FIRST[0])}"
        )


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_a_star_is_not_modified_only_where_something_is(desk: Desk, prefix: str) -> None:
    old = desk.address(FIRST[1])
    desk.write("a.md", FIRST[0], *FIRST[2:], table=TABLE)
    desk.publish()
    star = {"If-None-Match": "*"}
    expected = ((desk.address(FIRST[0]), 304), (old, 410), (f"{old}-9", 404))
    for address, status in expected:
        assert desk.client.get(f"{prefix}/passages/{address}", headers=star).status_code == status
    assert desk.client.get(f"{prefix}/reports/{desk.report}", headers=star).status_code == 304
    assert desk.client.get(f"{prefix}/reports/nobody-2019", headers=star).status_code == 404


class TestSearching:
    def test_a_report_and_an_agency_that_once_were_find_nothing_and_say_so(self, desk: Desk) -> None:
        old = desk.report
        agency = Searcher(desk.index).reports()[0].agency
        (desk.corpus / "a.md").unlink()
        other = "# 外交部2021年政府信息公开工作年度报告\n\n## 一、总体情况\n\n全年公开信息。\n"
        (desk.corpus / "c.md").write_text(other, encoding="utf-8")
        desk.publish()
        for asked in ({"report": old}, {"agency": agency}, {"q": f"公开 机关:{agency}"}):
            told = desk.client.get("/api/v1/search", query_string=asked)
            assert told.status_code == 200
            assert told.get_json()["total"]["passages"] == 0
            assert [hint["code"] for hint in told.get_json()["query"]["hints"]] == ["once-held"]
            assert "曾经收录" in desk.client.get("/", query_string=asked).get_data(as_text=True)
        assert desk.client.get("/api/v1/search?report=nobody-2019").status_code == 400
        assert desk.client.get("/api/v1/search?agency=从未有过的局").status_code == 400

    def test_a_hit_of_an_edition_that_was_replaced_says_so(
        self, desk: Desk, capsys: pytest.CaptureFixture[str]
    ) -> None:
        old = desk.report
        desk.write("b.md", *FIRST[1:], date="2020-03-01")
        desk.publish()
        hits = desk.client.get("/api/v1/search?q=受理申请三件").get_json()["hits"]
        later = next(one.id for one in Searcher(desk.index).reports() if one.id != old)
        assert {hit["report"]: hit["superseded_by"] for hit in hits} == {old: later, later: None}
        page = desk.client.get("/?q=受理申请三件").get_data(as_text=True)
        assert page.count("已有后出的版本") == 1
        assert f'href="/reports/{later}"' in desk.client.get(f"/reports/{old}").get_data(as_text=True)
        passage = next(hit["id"] for hit in hits if hit["report"] == old)
        assert "已有后出的版本" in desk.client.get(f"/passages/{passage}").get_data(as_text=True)
        assert desk.client.get(f"/api/v1/passages/{passage}").get_json()["superseded_by"] == later
        assert run("show", passage, "--index", str(desk.index)) == 0
        assert later in capsys.readouterr().out


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0)
