"""Wording on the site: the history of a sentence, two reports side by side; page and API give the same."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from report_search.analysis.fingerprint import fingerprint
from report_search.engine.registry import open_engine
from report_search.generations import BuildOutcome, Generations
from report_search.model import Cell, Paragraph, Report, Row, Section, Source, Table
from report_search.passages import count_passages, passages_with_headings
from report_search.search.searcher import Searcher
from tests.webui.test_api_document import documented, fields
from webui import create_app

AGENCY = "甲市财政局"
LEADERS = {
    2014: "主要负责人先后3次听取专题汇报，协调解决公开工作中的难点问题。",
    2015: "主要负责人先后3次听取专题汇报，协调解决公开工作中的难点问题。",
    2017: "主要负责人先后5次听取专题汇报，协调解决公开工作中的难点问题。",
    2018: "",
    2019: "主要负责同志先后5次主持召开会议听取专题汇报，协调解决公开工作中的重点难点问题。",
    2020: "主要负责同志先后5次主持召开会议听取专题汇报，协调解决公开工作中的重点难点问题。",
}


def _table(year: int) -> Table:
    cells = (
        Cell("予以公开", 0, is_header=True),
        Cell(str(year - 2000), 1, path=("总计",), value=year - 2000),
    )
    return Table((Row(cells, headers=("予以公开",)),), form="requests-2019")


def _report(year: int) -> Report:
    text = f"（一）加强领导。{LEADERS[year]}按时公开部门预算、决算和“三公”经费。"
    other = "安排专项经费。" if year % 2 else "设立咨询电话。"
    return Report(
        id=f"jia-{year}",
        agency=AGENCY,
        agency_key="jia",
        year=year,
        title=f"{AGENCY}{year}年年报",
        published=f"{year + 1}-01-20",
        source=Source(f"{year}.txt", "", "0" * 64, "text"),
        sections=(
            Section("一", "总体情况", "overview", (Paragraph(text, "（一）", "加强领导"),)),
            Section("二", "收到和处理申请情况", "requests", (_table(year),)),
            Section("三", "其他", "other", (Paragraph(other),)),
        ),
    )


@pytest.fixture(scope="module")
def wording_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("wording")
    generations = Generations(root)
    with generations.draft(engine="memory", fingerprint=fingerprint()) as draft:
        engine = open_engine("memory", draft.engine_folder)
        with engine.writer() as writer:
            for year in LEADERS:
                passages = passages_with_headings(_report(year))
                writer.add(passages)
                draft.put(_report(year), passages=count_passages(passages))
        info = engine.info()
        engine.close()
        generations.publish(draft, BuildOutcome(info.passages, info.reports))
    return root


@pytest.fixture
def years(wording_index: Path) -> FlaskClient:
    return create_app(Searcher(wording_index)).test_client()


def _passage(client: FlaskClient, year: int, query: str = "加强领导") -> str:
    answer = client.get(f"/api/v1/search?q={query}&year={year}&type=paragraph&type=table").get_json()
    return str(answer["hits"][0]["id"])


def _text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


class TestHistory:
    def test_every_year_has_its_state(self, years: FlaskClient) -> None:
        found = years.get(f"/api/v1/passages/{_passage(years, 2020)}/history").get_json()
        states = {row["year"]: row["state"] for row in found["rows"]}
        assert list(states) == [2020, 2019, 2018, 2017, 2016, 2015, 2014]
        assert list(states.values()) == [
            "same", "same", "absent", "reworded", "not-held", "reworded", "reworded",
        ]  # fmt: skip
        assert (found["sentence"], found["first"], found["last_changed"], found["verbatim"]) == (
            1,
            2014,
            2019,
            2,
        )

    def test_the_changes_turn_the_older_into_the_newer(self, years: FlaskClient) -> None:
        asked = 2017
        found = years.get(f"/api/v1/passages/{_passage(years, asked)}/history").get_json()
        for row in found["rows"]:
            if row["text"]:
                older, newer = sorted([asked, row["year"]])
                kept = {
                    op: "".join(c["text"] for c in row["changes"] if c["op"] != op)
                    for op in ("insert", "delete")
                }
                assert (kept["insert"], kept["delete"]) == (LEADERS[older], LEADERS[newer])
        row = next(row for row in found["rows"] if row["year"] == 2015)
        assert [c for c in row["changes"] if c["op"] != "keep"] == [
            {"op": "delete", "text": "3"},
            {"op": "insert", "text": "5"},
        ]

    def test_the_page_says_what_the_api_says(self, years: FlaskClient) -> None:
        page = _text(years, f"/passages/{_passage(years, 2020)}/history")
        assert "首次出现 2014 / 最近修改 2019 / 逐字沿用 2 年" in page
        assert page.count("无相近表述</span>") == 1
        assert page.count("未收录</span>") == 1
        assert "<del>" in page
        assert "（删：" in page
        assert "2014 年写法与此相同" in page

    def test_another_sentence_can_be_chosen(self, years: FlaskClient) -> None:
        passage = _passage(years, 2020)
        found = years.get(f"/api/v1/passages/{passage}/history?sentence=0").get_json()
        assert {row["state"] for row in found["rows"]} == {"same", "not-held"}
        assert found["sentences"][0] == "加强领导。"
        assert "<strong>加强领导。</strong>" in _text(years, f"/passages/{passage}/history?sentence=0")

    def test_a_row_answers_with_its_series(self, years: FlaskClient) -> None:
        found = years.get(f"/api/v1/passages/{_passage(years, 2020, '予以公开')}/history").get_json()
        texts = [row["text"] for row in found["rows"]]
        assert texts == [
            "予以公开\t20",
            "予以公开\t19",
            "予以公开\t18",
            "予以公开\t17",
            None,
            "予以公开\t15",
            "予以公开\t14",
        ]

    def test_what_can_not_be_asked(self, years: FlaskClient) -> None:
        passage = _passage(years, 2020)
        heading = years.get("/api/v1/search?q=“总体情况”&type=heading").get_json()["hits"][0]["id"]
        assert years.get(f"/api/v1/passages/{heading}/history").status_code == 404
        assert years.get("/passages/nobody-2019-00000000/history").status_code == 404
        for wrong in ("sentence=9", "sentence=x", "sentence=1&sentence=2", "q=a"):
            assert years.get(f"/api/v1/passages/{passage}/history?{wrong}").status_code == 400, wrong

    def test_passages_and_hits_lead_there(self, years: FlaskClient) -> None:
        passage = _passage(years, 2020)
        link = f'href="/passages/{passage}/history"'
        assert link in _text(years, f"/passages/{passage}")
        assert link in _text(years, "/?q=加强领导")


class TestCompare:
    ADDRESS = "compare?a=jia-2017&b=jia-2019"

    def test_changed_numbers_come_first(self, years: FlaskClient) -> None:
        found = years.get("/api/v1/compare?a=jia-2015&b=jia-2017").get_json()
        overview = found["sections"][0]
        assert [(row["state"], row["numbers"]) for row in overview["rows"]] == [
            ("reworded", True), ("same", False), ("same", False),
        ]  # fmt: skip
        assert 0 < overview["rewritten"] < 0.1
        requests = found["sections"][1]
        assert (requests["kind"], requests["rewritten"]) == ("requests", None)
        assert requests["rows"][0]["numbers"] is True

    def test_what_only_one_says(self, years: FlaskClient) -> None:
        found = years.get("/api/v1/compare?a=jia-2018&b=jia-2019").get_json()
        states = [row["state"] for section in found["sections"] for row in section["rows"]]
        assert sorted(states) == ["added", "added", "dropped", "reworded", "same", "same"]
        other = next(one for one in found["sections"] if one["kind"] == "other")
        assert other["rewritten"] == 1

    def test_the_page_has_an_anchor_for_every_change(self, years: FlaskClient) -> None:
        page = _text(years, f"/{self.ADDRESS}")
        found = years.get(f"/api/v1/{self.ADDRESS}").get_json()
        rows = [row for section in found["sections"] for row in section["rows"]]
        anchors = re.findall(r'<tr id="([a-z]+-\d+)"', page)
        assert len(anchors) == len(set(anchors)) == len(rows)
        assert page.count("处变化") == len(found["sections"])

    def test_what_can_not_be_compared(self, years: FlaskClient) -> None:
        for wrong in ("", "?a=jia-2017", "?a=jia-2017&b=jia-2017", "?a=jia-2017&b=jia-2018&c=1"):
            assert years.get(f"/compare{wrong}").status_code == 400, wrong
        assert years.get("/compare?a=jia-2017&b=jia-1999").status_code == 404

    def test_a_report_leads_to_the_comparison_with_the_year_before(self, years: FlaskClient) -> None:
        assert "/compare?a=jia-2015&amp;b=jia-2017" in _text(years, "/reports/jia-2017")
        assert "与上一年比较" not in _text(years, "/reports/jia-2014")


class TestMatch:
    TEXT = f"{LEADERS[2017]}从来没有人说过的一句话。按时公开部门预算、决算和“三公”经费。"

    def test_every_report_is_answered_for(self, years: FlaskClient) -> None:
        found = years.post("/api/v1/match", json={"text": self.TEXT}).get_json()
        states = [[(row["year"], row["state"]) for row in piece["rows"]] for piece in found["pieces"]]
        assert states == [
            [
                (2020, "near"),
                (2019, "near"),
                (2018, "none"),
                (2017, "verbatim"),
                (2015, "near"),
                (2014, "near"),
            ],
            [(year, "none") for year in sorted(LEADERS, reverse=True)],
            [(year, "verbatim") for year in sorted(LEADERS, reverse=True)],
        ]
        near = found["pieces"][0]["rows"][4]
        assert [c for c in near["changes"] if c["op"] != "keep"] == [
            {"op": "delete", "text": "3"},
            {"op": "insert", "text": "5"},
        ]

    def test_a_number_is_never_cut(self, years: FlaskClient) -> None:
        found = years.post(
            "/api/v1/match", json={"text": "予以公开\t2\n予以公开\t20", "mode": "lines"}
        ).get_json()
        verbatim = [[r["year"] for r in p["rows"] if r["state"] == "verbatim"] for p in found["pieces"]]
        assert verbatim == [[], [2020]]

    def test_a_line_that_can_not_be_read_stops_nothing(self, years: FlaskClient) -> None:
        lines = "\n".join(("。。。", "坏\ufffd字", "甲" * 1001, LEADERS[2014]))
        found = years.post("/api/v1/match", json={"text": lines, "mode": "lines"}).get_json()
        assert [piece["error"] and piece["error"]["code"] for piece in found["pieces"]] == [
            "no-words", "unreadable", "too-long", None,
        ]  # fmt: skip
        assert [piece["rows"] == [] for piece in found["pieces"]] == [True, True, True, False]

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"text": " "}, "no-text"),
            ({"text": "甲" * 8001}, "too-long"),
            ({"text": "甲\n" * 501, "mode": "lines"}, "too-many-lines"),
            ({"text": "甲", "mode": "words"}, "bad-mode"),
            ({"text": "甲", "limit": "1"}, "unknown-parameter"),
            ({"text": 1}, "bad-body"),
            (["甲"], "bad-body"),
        ],
    )
    def test_what_can_not_be_answered(self, years: FlaskClient, body: object, code: str) -> None:
        answer = years.post("/api/v1/match", json=body)
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, code)
        assert years.post("/api/v1/match", data="{", content_type="application/json").status_code == 400

    def test_the_page_says_what_the_api_says(self, years: FlaskClient) -> None:
        assert "<textarea" in _text(years, "/match")
        page = years.post("/match", data={"text": self.TEXT, "mode": "sentences"})
        assert page.headers["Cache-Control"] == "no-store"
        text = page.get_data(as_text=True)
        assert "逐字 1 份，相近 4 份，没有 1 份" in text
        assert "逐字 0 份，相近 0 份，没有 6 份" in text
        refused = years.post("/match", data={"text": "甲\n" * 501, "mode": "lines"})
        assert refused.status_code == 400
        assert "一次最多 500 行" in refused.get_data(as_text=True)

    def test_a_table_can_be_taken_out(self, years: FlaskClient) -> None:
        answer = years.post("/api/v1/match.csv", data={"text": f"=1+1。\n{LEADERS[2014]}", "mode": "lines"})
        rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
        assert len(rows) == 2 * len(LEADERS)
        assert rows[0]["text"] == "'=1+1。"
        verbatim = [row for row in rows if row["state"] == "verbatim"]
        assert [row["year"] for row in verbatim] == ["2015", "2014"]
        assert verbatim[0]["link"].endswith(f"/passages/{verbatim[0]['passage']}")


class TestDocument:
    def test_the_answers_are_as_documented(self, years: FlaskClient) -> None:
        history = years.get(f"/api/v1/passages/{_passage(years, 2020)}/history").get_json()
        compared = years.get("/api/v1/compare?a=jia-2015&b=jia-2017").get_json()
        assert set(fields(history)) == documented("last_changed")
        assert set(fields(compared)) == documented("rewritten")
        told = years.post(
            "/api/v1/match", json={"text": f"。。。\n{LEADERS[2017]}", "mode": "lines"}
        ).get_json()
        assert set(fields(told)) == documented("pieces")
