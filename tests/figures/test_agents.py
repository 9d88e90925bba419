"""Agents get the numbers of the official tables as the API gives them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from report_search.export.site_address import SiteAddress
from report_search.presentation.mcp.calls import call
from report_search.presentation.mcp.catalogue import TOOLS
from report_search.presentation.mcp.setting import Setting
from report_search.search.searcher import Searcher
from tests.figures.figured import Figured

ROOT = "https://example.org"
LONG = 8_000


@pytest.fixture(scope="module")
def setting(figured: Figured) -> Setting:
    return Setting(Searcher(figured.index).pinned(), lambda: figured.database, SiteAddress(ROOT))


def walked(setting: Setting, tool: str, *, listed: str, **arguments: Any) -> list[dict[str, Any]]:
    """All items of a tool, from one cursor to the next."""
    found: list[dict[str, Any]] = []
    asked: dict[str, Any] = {**arguments, "max_tokens": LONG}
    while True:
        answer = call(TOOLS[tool], asked, setting=lambda: setting)["structuredContent"]
        found += answer[listed]
        if answer["next"] is None:
            return found
        asked["cursor"] = answer["next"]


def told(client: FlaskClient, address: str) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(client.get(address).data)
    return payload


@pytest.mark.parametrize(
    "measure", ["requests.new.total", "requests.refused.secret.natural", "reviews.corrected"]
)
def test_series_has_every_cell_of_the_api_with_its_row(
    setting: Setting, client: FlaskClient, measure: str
) -> None:
    expected = told(client, f"/api/v1/series?measure={measure}")["rows"]
    assert len(expected) > 10
    rows = walked(setting, "series", listed="rows", measure=measure)
    assert len(rows) == len(expected)
    for row, other in zip(rows, expected, strict=True):
        # An empty cell is null, and never left out.
        assert (row["year"], row["value"], row["status"]) == (other["year"], other["value"], other["status"])
        assert (row["id"], row["link"]) == (other["passage"], f"{ROOT}{other['url']}")


def test_series_is_narrowed_by_agency_and_year_as_the_api_narrows_it(
    setting: Setting, client: FlaskClient
) -> None:
    name = told(client, "/api/v1/agencies")["agencies"][0]["name"]
    expected = told(client, f"/api/v1/series?measure=requests.new.total&agency={name}&year=2020..2022")[
        "rows"
    ]
    rows = walked(
        setting, "series", listed="rows", measure="requests.new.total", agency=name, year="2020..2022"
    )
    assert [row["value"] for row in rows] == [row["value"] for row in expected]
    assert {row["year"] for row in rows} == {2020, 2021, 2022}


def test_checks_are_those_of_the_api_with_both_rows(setting: Setting, client: FlaskClient) -> None:
    expected = told(client, "/api/v1/checks?limit=100")["checks"]
    assert expected
    found = walked(setting, "checks", listed="checks")
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert (one["kind"], one["difference"], one["message"]) == (
            other["kind"],
            other["difference"],
            other["message"],
        )
        for side in ("left", "right"):
            assert {**one[side], **other[side]} == one[side]
            assert one[side]["link"] == f"{ROOT}/passages/{other[side]['passage']}"
    kind = expected[0]["kind"]
    some = walked(setting, "checks", listed="checks", kind=[kind])
    assert [one["report"] for one in some] == [one["report"] for one in expected if one["kind"] == kind]
