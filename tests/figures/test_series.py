"""A series is the same on the page, by address, as CSV, by command and in the files that are taken away."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from flask.testing import FlaskClient

from report_search.cli import cli
from report_search.config import URL_VARIABLE
from report_search.export.data_set import COLUMNS
from report_search.figures.database import FigureRow
from report_search.figures.series import AgencySeries, Series, SeriesPoint, comparable
from tests.figures.figured import Figured
from webui.views.line_chart import line_chart

MEASURES = ("requests.new.total", "documents.made", "reviews.corrected", "fees.amount", "annex.requests.new")


def told(client: FlaskClient, address: str) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    payload = answer.get_json(force=True)
    assert isinstance(payload, dict)
    return payload


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.mark.parametrize("measure", MEASURES)
def test_every_way_gives_the_same_numbers(client: FlaskClient, figured: Figured, measure: str) -> None:
    rows = told(client, f"/api/v1/series?measure={measure}")["rows"]
    lines = table(client.get(f"/api/v1/series.csv?measure={measure}").data)
    assert [[str(one["value"] if one["value"] is not None else ""), one["passage"]] for one in rows] == [
        [line["value"], line["passage"]] for line in lines
    ]
    asked = ["series", measure, "--index", str(figured.index), "--json"]
    printed = CliRunner().invoke(cli, asked, env={URL_VARIABLE: "http://localhost"})
    assert json.loads(printed.output)["rows"] == rows
    total = sum(one["value"] or 0 for one in rows)
    whole = [line for line in table(client.get("/data/cells.csv").data) if line["measure"] == measure]
    assert sum(float(line["value"] or 0) for line in whole) == pytest.approx(total)
    with closing(sqlite3.connect(figured.database.path)) as database:
        statement = "SELECT total(value) FROM cells WHERE measure = ?"
        assert database.execute(statement, [measure]).fetchone()[0] == pytest.approx(total)


def test_the_page_shows_each_number_with_a_way_to_its_row(client: FlaskClient) -> None:
    payload = told(client, "/api/v1/series?measure=requests.new.total")
    page = client.get("/data?measure=requests.new.total").text
    for row in payload["rows"]:
        if not row.get("superseded"):
            assert f'/reports/{row["report"]}#{row["passage"]}">{row["text"]}</a>' in page
    assert "<svg" in page
    assert "polyline" in page


def test_a_ratio_states_its_parts(client: FlaskClient) -> None:
    def values(measure: str) -> dict[tuple[str, int], int]:
        rows = told(client, f"/api/v1/series?measure={measure}")["rows"]
        return {(one["agency"], one["year"]): one["value"] for one in rows if not one.get("superseded")}

    part, whole = values("requests.granted.total"), values("requests.total.total")
    page = client.get("/data?measure=granted_rate").text
    compared = 0
    for key, number in whole.items():
        if number:
            assert f"{100 * part[key] / number:.1f}%（{part[key]}/{number}）" in page
            compared += 1
    assert compared > 20


def test_a_change_of_meaning_is_said_and_breaks_the_line(client: FlaskClient) -> None:
    payload = told(client, "/api/v1/series?measure=documents.made")
    assert [one["year"] for one in payload["breaks"]] == [2021]
    agency = payload["rows"][0]["agency"]
    page = client.get(f"/data?measure=documents.made&agency={agency}").text
    assert "口径变化" in page
    assert 'class="break"' in page
    assert page.count("<polyline") == 2


def test_a_year_that_is_not_held_is_hatched_and_breaks_the_line(client: FlaskClient) -> None:
    def point(year: int) -> SeriesPoint:
        row = FigureRow("m", "甲", "a", year, year, "printed", str(year), "件", "2019", "p", "r", "", False)
        return SeriesPoint(year, float(year), str(year), "printed", (row,))

    held = frozenset((2019, 2020, 2022, 2023, 2024))
    agency = AgencySeries("甲", {year: point(year) for year in held}, held)
    series = Series("m", "某项", "件", "", (), tuple(range(2019, 2025)), (agency,))
    with client.application.test_request_context():
        chart = line_chart(series)
    assert chart is not None
    assert [band.year for band in chart.bands if band.hatched] == [2021]
    assert [len(stretch.split()) for stretch in chart.lines[0].stretches] == [2, 3]


def test_a_doubtful_number_is_marked(client: FlaskClient) -> None:
    check = next(one for one in told(client, "/api/v1/checks?limit=100&kind=row-sum")["checks"])
    page = client.get(f"/data?measure=requests.granted.total&agency={check['agency']}").text
    assert "⚠" in page
    assert check["message"] in page


def test_numbers_are_drawn_in_one_unit() -> None:
    def cell(value: float | None, unit: str) -> FigureRow:
        return FigureRow("m", "a", "a", 2020, value, "printed", "", unit, "2019", "p", "r", "", False)

    assert comparable(cell(66.7, "万件"), "件") == 667_000
    assert comparable(cell(251_000, "元"), "万元") == 25.1
    assert comparable(cell(10_524, "万元"), "元") == 105_240_000
    assert comparable(cell(None, ""), "件") is None


def test_measures_are_listed(client: FlaskClient) -> None:
    payload = told(client, "/api/v1/measures")
    one = next(one for one in payload["measures"] if one["key"] == "documents.made")
    assert one["path"] == {
        "2019": ["规范性文件", "本年新制作数量"],
        "2021": ["行政规范性文件", "本年制发件数"],
    }
    assert {ratio["key"] for ratio in payload["ratios"]} == {"granted_rate", "corrected_rate"}
    printed = CliRunner().invoke(cli, ["measures", "--json"])
    assert json.loads(printed.output) == payload


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/series", 400),
        ("/api/v1/series?measure=x", 400),
        ("/api/v1/series?measure=requests.new.total&measure=fees.amount", 400),
        ("/api/v1/series?measure=requests.new.total&q=1", 400),
        ("/api/v1/series?measure=requests.new.total&year=2020..2019", 400),
        ("/data?measure=x", 400),
        ("/data/cells.csv?q=1", 400),
    ],
)
def test_what_means_nothing_is_an_error(client: FlaskClient, address: str, status: int) -> None:
    assert client.get(address).status_code == status


class TestDownloads:
    def test_the_columns_are_described(self, client: FlaskClient, figured: Figured) -> None:
        assert tuple(COLUMNS) == figured.database.cell_columns()
        package = told(client, "/data/datapackage.json")
        assert [one["name"] for one in package["resources"][0]["schema"]["fields"]] == list(COLUMNS)
        described = told(client, "/data/dataset.jsonld")
        assert [one["name"] for one in described["recordSet"][0]["field"]] == list(COLUMNS)
        page = client.get("/data/download").text
        assert all(f"<code>{name}</code>" in page for name in COLUMNS)

    def test_the_file_is_the_file(self, client: FlaskClient, figured: Figured) -> None:
        assert client.get("/data/data.sqlite").data == figured.database.path.read_bytes()

    def test_a_command_writes_the_same(self, client: FlaskClient, figured: Figured, tmp_path: Path) -> None:
        for name, file, address in (
            ("csv", "cells.csv", "cells.csv"),
            ("sqlite", "data.sqlite", "data.sqlite"),
        ):
            done = CliRunner().invoke(
                cli, ["data", str(tmp_path), "--index", str(figured.index), "--format", name]
            )
            assert done.exit_code == 0, done.output
            assert (tmp_path / file).read_bytes() == client.get(f"/data/{address}").data

    def test_parquet_holds_the_same(self, figured: Figured, tmp_path: Path) -> None:
        duckdb = pytest.importorskip("duckdb", reason="the extra 'data' is not installed")
        done = CliRunner().invoke(
            cli, ["data", str(tmp_path), "--index", str(figured.index), "--format", "parquet"]
        )
        assert done.exit_code == 0, done.output
        found = duckdb.sql(f"SELECT count(*), sum(value) FROM '{tmp_path / 'cells.parquet'}'").fetchall()[0]
        with closing(sqlite3.connect(figured.database.path)) as database:
            wanted = database.execute("SELECT count(*), total(value) FROM cells").fetchone()
        assert found == pytest.approx(wanted)

    def test_page_api_csv_sqlite_and_parquet_give_equal_sums(
        self, client: FlaskClient, figured: Figured, tmp_path: Path
    ) -> None:
        duckdb = pytest.importorskip("duckdb", reason="the extra 'data' is not installed")
        done = CliRunner().invoke(
            cli, ["data", str(tmp_path), "--index", str(figured.index), "--format", "parquet"]
        )
        assert done.exit_code == 0, done.output
        statement = "SELECT sum(value) FROM {} WHERE measure = ? AND superseded = 0"
        for measure in (
            "requests.new.total",
            "requests.granted.natural",
            "reviews.total",
            "documents.in_force",
        ):
            soup = BeautifulSoup(client.get(f"/data?measure={measure}").text, "lxml")
            numbers = [link.text.strip() for link in soup.select("table td a[href*='#']")]
            rows = told(client, f"/api/v1/series?measure={measure}")["rows"]
            lines = table(client.get(f"/api/v1/series.csv?measure={measure}").data)
            with closing(sqlite3.connect(figured.database.path)) as database:
                (in_sqlite,) = database.execute(statement.format("cells"), [measure]).fetchone()
            parquet = statement.format(f"'{tmp_path / 'cells.parquet'}'")
            (in_parquet,) = duckdb.execute(parquet, [measure]).fetchone()
            sums = {
                sum(int(text) for text in numbers if text.isdecimal()),
                sum(one["value"] or 0 for one in rows if not one.get("superseded")),
                sum(int(line["value"] or 0) for line in lines if not int(line["superseded"] or 0)),
                in_sqlite,
                int(in_parquet),
            }
            assert len(sums) == 1, (measure, sums)
            assert sums != {0}
