"""What programs get beside the hits: chosen fields, cells of rows, whole addresses, the next page, ids in a report."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from report_search.cli import cli
from report_search.config import URL_VARIABLE
from report_search.passages import Passage
from report_search.presentation.payloads.hits import HIT_FIELDS
from report_search.search.searcher import Searcher
from webui import create_app

SITE = "https://example.org/reports"


def told(client: FlaskClient, address: str) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return dict(answer.get_json())


def test_chosen_fields_are_all_that_a_hit_has(client: FlaskClient) -> None:
    whole = told(client, "/api/v1/search?q=微博&limit=3")
    some = told(client, "/api/v1/search?q=微博&limit=3&fields=text,id&fields=link")
    assert [list(hit) for hit in some["hits"]] == [["id", "text", "link"]] * 3
    assert some["hits"] == [{name: hit[name] for name in ("id", "text", "link")} for hit in whole["hits"]]
    assert {key: value for key, value in some.items() if key != "hits"} == {
        key: value for key, value in whole.items() if key != "hits"
    }
    assert list(whole["hits"][0]) == list(HIT_FIELDS)
    assert told(client, "/api/v1/search?q=微博&limit=3&fields=")["hits"] == whole["hits"]


def test_an_unknown_field_names_the_known_ones(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?q=微博&fields=id,txt")
    assert answer.status_code == 400
    error = answer.get_json()["error"]
    assert error["code"] == "bad-fields"
    assert "txt" in error["message"]
    assert all(name in error["hint"] for name in HIT_FIELDS)


def test_rows_have_their_cells_where_they_are_asked_for(client: FlaskClient) -> None:
    [plain] = told(client, "/api/v1/search?q=予以公开")["hits"]
    [hit] = told(client, "/api/v1/search?q=予以公开&cells=1")["hits"]
    assert plain["cells"] == []
    assert hit["cells"] == [
        {
            "passage": hit["id"],
            "headers": ["三、本年度办理结果", "（一）予以公开"],
            "path": ["申请人情况", head],
            "text": str(value),
            "value": value,
        }
        for head, value in (("自然人", 41), ("总计", 42))
    ]
    # A head goes on having those under what was found, and no other key changes.
    assert told(client, "/api/v1/search?q=自然人&cells=1") == told(client, "/api/v1/search?q=自然人")
    assert {**hit, "cells": []} == plain


def test_the_command_gives_the_same(client: FlaskClient, index: Path) -> None:
    asked = ["search", "予以公开", "--index", str(index), "--json", "--cells", "--fields", "id,cells,link"]
    printed = CliRunner().invoke(cli, asked, env={URL_VARIABLE: "http://localhost"})
    assert json.loads(printed.output) == told(
        client, "/api/v1/search?q=予以公开&cells=1&fields=id,cells,link"
    )
    assert CliRunner().invoke(cli, ["search", "微博", "--index", str(index), "--cells"]).exit_code == 2


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/search?q=微博&limit=7&year=2020&year=2014",
        "/api/v1/concordance?q=微博&limit=7",
        "/api/v1/references?limit=1",
    ],
)
def test_the_next_page_is_in_the_header(client: FlaskClient, address: str) -> None:
    seen, followed, answer = set(), 0, client.get(address)
    while True:
        cursor = answer.get_json()["next"]
        links = {rel: target for target, rel in re.findall(r'<([^>]+)>; rel="(\w+)"', str(answer.headers))}
        assert ("next" in links) == bool(cursor)
        assert ("prev" in links) == bool(answer.get_json().get("previous"))
        if not cursor:
            break
        assert quote(cursor, safe="") in links["next"]
        assert links["next"].startswith("http://localhost/api/v1/")
        assert links["next"] not in seen
        seen.add(links["next"])
        answer = client.get(links["next"])
        followed += 1
    assert followed or address.startswith("/api/v1/references")


def linked(value: Any) -> list[tuple[str, str]]:
    """Every pair of ``url`` and ``link`` in an answer; a ``url`` without a ``link`` is a failure."""
    if isinstance(value, dict):
        own = [(value["url"], value["link"])] if "url" in value and "sha256" not in value else []
        return own + [pair for inner in value.values() for pair in linked(inner)]
    return [pair for inner in value for pair in linked(inner)] if isinstance(value, list) else []


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/search?q=微博&fold=1",
        "/api/v1/search?q=微博&group=report",
        "/api/v1/reports",
        "/api/v1/reports/waijiaobu-2019",
        "/api/v1/agencies/waijiaobu",
        "/api/v1/agencies/waijiaobu/phrases",
        "/api/v1/concordance?q=微博",
    ],
)
def test_a_whole_address_stands_beside_every_path(
    index: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv(URL_VARIABLE, SITE)
    client = create_app(Searcher(index)).test_client()
    answer = client.get(address, base_url="https://example.org")
    pairs = linked(answer.get_json())
    assert pairs
    for url, link in pairs:
        assert link == f"https://example.org{url}"
        assert url.startswith("/reports/")
        assert client.get(link, base_url="https://example.org").status_code == 200


def parts(section: dict[str, Any]) -> list[tuple[str | None, str]]:
    """The id and text of everything in a section that can be a passage, in reading order."""
    found: list[tuple[str | None, str]] = []
    for block in section["blocks"]:
        if block["type"] == "paragraph":
            found.append((block["passage"], block["text"]))
        else:
            found.append((block["passage"], "head"))
            found += [
                (row["passage"], "\t".join([*row["headers"], *(cell["text"] for cell in row["cells"])]))
                for row in block["rows"]
            ]
    return found + [part for below in section["subsections"] for part in parts(below)]


@pytest.mark.parametrize("report", ["waijiaobu-2014", "waijiaobu-2019", "shanghai-2020"])
def test_a_report_names_the_passages_that_stand_in_it(
    client: FlaskClient, passages_by_report: dict[str, list[Passage]], report: str
) -> None:
    whole = told(client, f"/api/v1/reports/{report}")
    found = [part for section in whole["sections"] for part in parts(section)]
    passages = passages_by_report[report]
    assert [one for one, _ in found] == [passage.id for passage in passages]
    assert [text for _, text in found if text != "head"] == [p.text for p in passages if not p.is_head]
    for section in whole["sections"]:
        if section["title"]:
            assert told(client, f"/api/v1/passages/{section['passage']}")["type"] == "heading"
        else:
            assert section["passage"] is None


def test_a_file_that_is_parsed_has_the_ids_that_it_will_have(tmp_path: Path) -> None:
    corpus = Path(__file__).resolve().parents[3] / "corpus"
    parsed = json.loads(CliRunner().invoke(cli, ["parse", str(corpus / "mfa-2019.md"), "--json"]).output)
    assert (parsed["url"], parsed["link"]) == (None, None)
    built = CliRunner().invoke(cli, ["index", str(corpus), "--index", str(tmp_path), "--json"])
    assert built.exit_code == 0, built.output
    shown = CliRunner().invoke(cli, ["show", parsed["id"], "--index", str(tmp_path), "--json"])
    indexed = json.loads(shown.output)
    assert indexed["sections"] == parsed["sections"]
    assert indexed["url"] == f"/reports/{parsed['id']}"
