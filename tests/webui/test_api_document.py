"""docs/api.md against the real answers: every field that is there is documented, every documented one is there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", DOCUMENT, re.S)]
OPEN = ("query.filters", "more_values")
"""Objects whose keys are names of fields, there or not."""
ONLY_A_SEARCH = {"spans", "missing", "score", "cells", "others", "others_near", "others_at", "alike_agencies"}


def fields(value: Any, at: str = "") -> Iterator[str]:
    """The path of every key in an answer; all items of a list count as one."""
    if isinstance(value, dict) and at not in OPEN:
        for key, inner in value.items():
            yield f"{at}.{key}".strip(".")
            yield from fields(inner, f"{at}.{key}".strip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from fields(inner, at)


def documented(*keys: str, without: str = "") -> set[str]:
    """The fields of the example that has ``keys`` at its top, and not ``without``."""
    [example] = [one for one in EXAMPLES if one.keys() >= set(keys) and without not in one]
    return set(fields(example))


def told(client: FlaskClient, *addresses: str) -> set[str]:
    return {field for address in addresses for field in fields(client.get(address).get_json())}


def sections_once(found: set[str]) -> set[str]:
    """Subsections have the shape of sections: their fields are not documented twice."""
    return {field for field in found if not field.startswith("sections.subsections.")}


def test_a_concordance_answers_as_documented(client: FlaskClient) -> None:
    hints = {"query.hints.code", "query.hints.message"}
    found = told(client, "/api/v1/concordance?q=领事救助")
    assert found | hints == documented("lines")


def test_phrases_answer_as_documented(client: FlaskClient) -> None:
    words = {f"distinctive.{key}" for key in ("word", "count", "rest", "log_likelihood")}
    found = told(client, "/api/v1/agencies/waijiaobu/phrases", "/api/v1/agencies/waijiaobu/phrases?year=2014")
    last = {name.replace("first.", "last.") for name in found if name.startswith("first.")}
    assert last <= found
    assert (found | words) - last == documented("distinctive")


def test_distinctive_words_answer_as_documented(client: FlaskClient) -> None:
    hints = {"query.hints.code", "query.hints.message"}
    found = told(client, "/api/v1/distinctive?q=领事")
    words = {f"words.{key}" for key in ("word", "count", "rest", "log_likelihood")}
    assert found | hints | words == documented("words", "query")


def test_how_much_was_rewritten_is_told_as_documented(client: FlaskClient) -> None:
    assert told(client, "/api/v1/agencies/waijiaobu/rewriting") == documented("agency_key", "years")


def test_a_search_answers_as_documented(client: FlaskClient) -> None:
    answers = (
        "/api/v1/search?q=领事救助&year=2014",
        "/api/v1/search?q=微博",
        "/api/v1/search?q=微博&group=report",
        "/api/v1/search?q=国家秘密",
        "/api/v1/search?q=自然人",
        "/api/v1/search?q=之乎者也",
    )
    hints = {f"query.hints.{key}" for key in ("code", "message", "position", "suggestion")}
    expected = documented("hits")
    found = told(client, *answers)
    facets = {f"facets.{field}.{key}" for field in ("section", "topic", "agency", "type")
              for key in ("value", "label", "passages", "reports", "chosen")}  # fmt: skip
    assert hints <= expected
    assert found | hints == expected | facets


def test_a_passage_answers_as_documented(client: FlaskClient) -> None:
    hit = client.get("/api/v1/search?q=领事救助").get_json()["hits"][0]
    found = told(client, f"/api/v1/passages/{hit['id']}")
    documented_hit = {f.removeprefix("hits.") for f in documented("hits") if f.startswith("hits.")}
    assert found == {field for field in documented_hit if field.split(".")[0] not in ONLY_A_SEARCH}


def test_completions_answer_as_documented(client: FlaskClient) -> None:
    assert told(client, "/api/v1/completions?q=领") == documented("completions")


def test_the_reports_answer_as_documented(client: FlaskClient) -> None:
    assert told(client, "/api/v1/reports") == documented("reports", without="held")


def test_a_report_answers_as_documented(client: FlaskClient) -> None:
    reports = told(client, "/api/v1/reports/waijiaobu-2014", "/api/v1/reports/waijiaobu-2019")
    assert sections_once(reports) == documented("sections", without="rewritten")


def test_health_answers_as_documented(client: FlaskClient) -> None:
    assert told(client, "/healthz") == documented("status")


def test_counts_answer_as_documented(client: FlaskClient) -> None:
    hints = {f"query.hints.{key}" for key in ("code", "message", "position", "suggestion")}
    assert told(client, "/api/v1/trend?q=微博") | hints == documented("years", "total", without="reference")
    gaps = {"missing", "missing.agency", "missing.years"}
    assert told(client, "/api/v1/mentions?q=微博") | hints | gaps == documented("agencies", "query")


@pytest.mark.parametrize(
    "address", ["/api/v1/search?limit=0", "/api/v1/reports/nobody", "/api/v1/search?q=“领事", "/api/nothing"]
)
def test_an_error_answers_as_documented(client: FlaskClient, address: str) -> None:
    assert told(client, address) == documented("error")


def test_every_parameter_is_documented(client: FlaskClient) -> None:
    listed = re.findall(r"^\| ((?:`\w+` ?)+) \|", DOCUMENT, re.M)
    names = {name for line in listed for name in re.findall(r"`(\w+)`", line)}
    hint = client.get("/api/v1/search?nonsense=1").get_json()["error"]["hint"]
    assert names == set(hint.removeprefix("可用的参数：").removesuffix("。").split("、"))


def test_agencies_answer_as_documented(client: FlaskClient) -> None:
    related = {f"agencies.{side}.{key}" for side in ("predecessors", "successors")
               for key in ("key", "name", "year", "reform", "held")}  # fmt: skip
    related |= {f"agencies.absences.{key}" for key in ("year", "reason", "note", "url", "checked")}
    assert told(client, "/api/v1/agencies") | related == documented("agencies", without="query")


def test_an_agency_answers_as_documented(client: FlaskClient) -> None:
    # Its series are told in tests/figures: the reports of this index repeat no number.
    series = {
        field for field in documented("held") if field.startswith(("series.official.", "series.prose."))
    }
    assert told(client, "/api/v1/agencies/waijiaobu") == documented("held") - series
