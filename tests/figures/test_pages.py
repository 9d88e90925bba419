"""Page, API, CSV, command and file give the same numbers, each with the row that it is printed in."""

from __future__ import annotations

import csv
import io
import json
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from report_search.cli import cli
from report_search.config import URL_VARIABLE
from report_search.figures.checks import KINDS
from report_search.figures.database import FigureDatabase
from report_search.figures.of_agency import figures_of_agency
from report_search.search.searcher import Searcher
from tests.figures.figured import Figured
from tests.webui.test_api_document import documented, fields


def told(client: FlaskClient, address: str) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    payload = answer.get_json()
    assert isinstance(payload, dict)
    return payload


def table(client: FlaskClient, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def run(*arguments: str, code: int = 0) -> str:
    # The address that the application is asked by here, so that both print the same.
    result = CliRunner().invoke(cli, list(arguments), env={URL_VARIABLE: "http://localhost"})
    assert result.exit_code == code, result.output
    return result.output


class TestChecks:
    def test_page_api_csv_and_command_give_the_same(self, client: FlaskClient, figured: Figured) -> None:
        payload = told(client, "/api/v1/checks?limit=100")
        assert payload["total"] == len(payload["checks"]) == len(figured.truth["broken"])
        lines = table(client, "/api/v1/checks.csv")
        assert [line["message"] for line in lines] == [one["message"] for one in payload["checks"]]
        printed = json.loads(run("sums", "--index", str(figured.index), "--json"))
        assert printed["checks"] == payload["checks"]
        page = client.get("/data/checks").text
        for one in payload["checks"]:
            assert one["message"] in page
            assert f"#{one['left']['passage']}" in page
            assert f"#{one['right']['passage']}" in page
        assert f"共 {payload['total']} 处不一致" in page

    def test_they_come_by_the_size_of_the_difference(self, client: FlaskClient) -> None:
        sizes = [abs(one["difference"]) for one in told(client, "/api/v1/checks?limit=100")["checks"]]
        assert sizes == sorted(sizes, reverse=True)

    def test_pages_of_a_list_are_the_list(self, client: FlaskClient) -> None:
        everything = told(client, "/api/v1/checks?limit=100")["checks"]
        found, address = [], "/api/v1/checks?limit=4"
        while True:
            payload = told(client, address)
            found += payload["checks"]
            if payload["next"] is None:
                break
            address = f"/api/v1/checks?limit=4&cursor={payload['next']}"
        assert found == everything

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_kind_is_shown_alone(self, client: FlaskClient, kind: str) -> None:
        everything = told(client, "/api/v1/checks?limit=100")["checks"]
        alone = told(client, f"/api/v1/checks?limit=100&kind={kind}")["checks"]
        assert alone == [one for one in everything if one["kind"] == kind]
        assert alone

    def test_an_agency_and_years_are_shown_alone(self, client: FlaskClient) -> None:
        everything = told(client, "/api/v1/checks?limit=100")["checks"]
        agency = everything[0]["agency"]
        alone = told(client, f"/api/v1/checks?limit=100&agency={agency}&year=2020..2022")["checks"]
        wanted = [one for one in everything if one["agency"] == agency and 2020 <= one["year"] <= 2022]
        assert alone == wanted

    @pytest.mark.parametrize(
        "address",
        [
            "/api/v1/checks?kind=nonsense",
            "/api/v1/checks?q=1",
            "/api/v1/checks?limit=0",
            "/api/v1/checks?agency=没有这个机关",
            "/api/v1/checks?cursor=x",
            "/api/v1/checks.csv?limit=5",
            "/data/checks?kind=nonsense",
        ],
    )
    def test_what_means_nothing_is_an_error_that_says_so(self, client: FlaskClient, address: str) -> None:
        assert client.get(address).status_code == 400

    def test_a_place_in_another_index_is_gone(self, client: FlaskClient) -> None:
        assert client.get("/api/v1/checks?cursor=000000-abcdef.4").status_code == 410

    def test_a_report_says_its_own_apart_from_what_its_reader_doubts(
        self, client: FlaskClient, figured: Figured
    ) -> None:
        checks = figured.database.checks()
        report = checks[0].report
        own = [check for check in checks if check.report == report]
        page = client.get(f"/reports/{report}").text
        assert f"数字核对：{len(own)} 处不一致" in page
        for check in own:
            assert check.message in page
            assert f'id="{check.left.passage}"' in page
            assert f"#{check.left.passage}" in page
        assert "读取提示" not in page
        clean = next(
            one.id for one in figured.generation.reports() if one.id not in {check.report for check in checks}
        )
        assert "数字核对" not in client.get(f"/reports/{clean}").text


class TestSumsOfFiles:
    def test_files_need_no_index(self, figured: Figured) -> None:
        broken = next(one for one in figured.truth["broken"] if one["kind"] == "balance")
        path = figured.files / f"{broken['report']}.html"
        output = run("sums", str(path), "--fail-on", "balance", code=1)
        assert "“本年新收＋上年结转”" in output
        assert "收支平衡" in output
        run("sums", str(path), "--fail-on", "review-sum")

    def test_a_carry_over_is_checked_where_both_years_are_given(self, figured: Figured) -> None:
        broken = next(one for one in figured.truth["broken"] if one["kind"] == "carry-over")
        agency, _, year = broken["report"].rpartition("-")
        pair = [str(figured.files / f"{agency}-{one}.html") for one in (int(year) - 1, int(year))]
        run("sums", *pair, "--fail-on", "carry-over", code=1)
        run("sums", pair[1], "--fail-on", "carry-over")

    def test_all_files_give_what_their_index_gives(self, figured: Figured) -> None:
        by_files = json.loads(run("sums", str(figured.files), "--json"))
        by_index = json.loads(run("sums", "--index", str(figured.index), "--json"))

        def said(payload: dict[str, Any]) -> list[tuple[Any, ...]]:
            return sorted(
                (one["kind"], one["agency"], one["year"], one["message"]) for one in payload["checks"]
            )

        in_files = set(said(by_files))
        assert set(said(by_index)) <= in_files

    def test_a_file_that_cannot_be_read_is_named(self, tmp_path: Path) -> None:
        path = tmp_path / "空.txt"
        path.write_text("", encoding="utf-8")
        assert "读取失败" in run("sums", str(path), code=1)


class TestAgency:
    @pytest.fixture
    def card(self, client: FlaskClient) -> dict[str, Any]:
        listed = told(client, "/api/v1/agencies")["agencies"]
        return told(client, f"/api/v1/agencies/{max(listed, key=lambda one: len(one['held']))['key']}")

    def test_its_series_come_with_every_number_sentence_and_source(
        self, client: FlaskClient, card: dict[str, Any]
    ) -> None:
        official, prose = card["series"]["official"], card["series"]["prose"]
        assert [one["measure"] for one in official][:2] == ["requests.new.total", "requests.granted.total"]
        assert len(prose) == 10 < card["series"]["prose_total"]
        lengths = [len(one["values"]) for one in prose]
        assert lengths == sorted(lengths, reverse=True)
        for value in (value for one in prose for value in one["values"]):
            assert value["text"] == value["sentence"][slice(*value["span"])]
            passage = told(client, f"/api/v1/passages/{value['passage']}")
            assert value["sentence"] in passage["text"]
            assert (passage["year"], passage["agency"]) == (value["year"], value["agency"])

    def test_its_series_answer_as_documented(self, card: dict[str, Any]) -> None:
        wanted = {field for field in documented("held") if field.startswith("series")}
        assert {"series", *fields(card["series"], "series")} == wanted

    def test_the_official_numbers_are_those_of_the_series(
        self, client: FlaskClient, card: dict[str, Any]
    ) -> None:
        for one in card["series"]["official"]:
            if one["unit"] == "%":
                continue
            asked = f"/api/v1/series?measure={one['measure']}&agency={card['name']}"
            rows = {row["year"]: row for row in told(client, asked)["rows"] if not row.get("superseded")}
            assert {value["year"]: value["value"] for value in one["values"]} == {
                year: row["value"] for year, row in rows.items()
            }

    def test_page_csv_and_command_give_the_same(
        self, client: FlaskClient, card: dict[str, Any], figured: Figured
    ) -> None:
        series = card["series"]
        printed = json.loads(run("agencies", card["key"], "--index", str(figured.index), "--json"))
        assert printed["series"] == series
        values = [
            (value["passage"], value["text"])
            for one in (*series["official"], *series["prose"])
            for value in one["values"]
        ]
        lines = table(client, f"/api/v1/agencies/{card['key']}/series.csv")
        assert [(line["passage"], line["text"]) for line in lines] == values
        assert all(line["sentence"] for line in lines if line["kind"] == "prose")
        page = client.get(f"/agencies/{card['key']}").text
        said = run("agencies", card["key"], "--index", str(figured.index))
        for passage, text in values:
            assert f"#{passage}" in page
            assert text in page
            assert text in said
        for one in series["prose"]:
            assert one["values"][-1]["sentence"] in said
        assert f"/api/v1/agencies/{card['key']}/series.csv" in page

    def test_a_name_leads_to_the_key(self, client: FlaskClient, card: dict[str, Any]) -> None:
        answer = client.get(f"/api/v1/agencies/{card['name']}/series.csv")
        assert answer.status_code == 308
        assert answer.headers["Location"].endswith(f"/{card['key']}/series.csv")
        assert client.get("/api/v1/agencies/nobody/series.csv").status_code == 404

    def test_ten_longest_are_worked_out_at_once(self, figured: Figured, card: dict[str, Any]) -> None:
        searcher = Searcher(figured.index).pinned()
        database = FigureDatabase(searcher.generation())
        figures_of_agency(searcher, database, name=card["name"])
        began = time.process_time()
        figures_of_agency(searcher, database, name=card["name"])
        assert time.process_time() - began < 0.2
