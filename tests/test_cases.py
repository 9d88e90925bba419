"""Search cases: what people typed, and whether a text has to be found by it.

``cases.jsonl`` and ``complaints.jsonl`` come from real complaints that somebody filed against a search product, each
with its source; ``typed.jsonl`` is what clerks, journalists and programs type, each with its kind. Every text is the
body of a report file of its own, which goes the whole way: read, indexed, and asked through the searcher on every
engine; the first file through the API and the command line too. That these three agree is held by ``test_agreement``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from indexer.run.pipeline import IndexJob, run_job
from report_search.cli import main
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher
from webui import create_app

FILES = {"cases.jsonl": 43, "complaints.jsonl": 191, "typed.jsonl": 344}
"""How many cases each file has to hold at least."""


def listed(name: str) -> list[dict[str, Any]]:
    lines = (Path(__file__).parent / "quality" / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


CASES = [case for name in FILES for case in listed(name)]
TITLE = "某某局政府信息公开工作2020年度报告"

BODY = ("paragraph", "table")
"""What a case asks about; the title and the heading above it may have the same words."""


@dataclass(frozen=True)
class Shelf:
    """An index of all cases: where it is, who answers from it, and the report of each case."""

    index: Path
    searcher: Searcher
    client: FlaskClient
    reports: dict[str, str]


@pytest.fixture(scope="module")
def shelf(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    corpus = tmp_path_factory.mktemp("corpus")
    index = tmp_path_factory.mktemp("index")
    manifest = []
    for at, case in enumerate(CASES):
        name = f"{case['id']}.txt"
        text = f"{TITLE}\n\n一、总体情况\n\n{case['text']}\n"
        (corpus / name).write_text(text, encoding="utf-8")
        manifest.append(f'[[report]]\nfile = "{name}"\nagency = "某某局{at:03}"\nyear = 2020\n')
    (corpus / "manifest.toml").write_text("\n".join(manifest), encoding="utf-8")
    summary = run_job(IndexJob((corpus,), index, engine_name))
    assert not summary.failed
    searcher = Searcher(index)
    reports = {summary.path.removesuffix(".txt"): summary.id for summary in searcher.reports()}
    assert len(reports) == len(CASES)
    return Shelf(index, searcher, create_app(searcher).test_client(), reports)


def marked(hits: list[dict[str, Any]]) -> list[str]:
    return [hit["text"][start:end] for hit in hits for start, end in hit["spans"]]


def holds(case: dict[str, Any], hits: list[dict[str, Any]]) -> None:
    """What a case asks of the hits in its own report."""
    assert bool(hits) is case["hit"]
    if case["hit"]:
        assert ["".join(hit["text"].split()) for hit in hits] == ["".join(case["text"].split())]
        assert marked(hits), "a hit without a mark"
    if case["marked"]:
        assert marked(hits) == case["marked"]


def test_no_case_was_lost() -> None:
    assert all(len(listed(name)) >= least for name, least in FILES.items())
    assert len({case["id"] for case in CASES}) == len(CASES)
    assert all(case.keys() >= {"id", "text", "query", "hit", "marked", "source"} for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_through_the_searcher(shelf: Shelf, case: dict[str, Any]) -> None:
    own = (("report", (shelf.reports[case["id"]],)), ("type", BODY))
    page = shelf.searcher.search(SearchRequest(text=case["query"], filters=own, strict=True))
    hits = [{"text": hit.snippet.text, "spans": hit.snippet.spans} for hit in page.hits]
    holds(case, hits)
    assert page.total.passages == len(hits)


@pytest.mark.parametrize("case", listed("cases.jsonl"), ids=lambda case: case["id"])
def test_through_the_command_line(
    shelf: Shelf, case: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    own = shelf.reports[case["id"]]
    arguments = ["search", case["query"], "--index", str(shelf.index), "--report", own, "--json"]
    arguments += [argument for type_ in BODY for argument in ("--type", type_)]
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 0
    holds(case, json.loads(capsys.readouterr().out)["hits"])


@pytest.mark.parametrize("case", listed("cases.jsonl"), ids=lambda case: case["id"])
def test_through_the_api(shelf: Shelf, case: dict[str, Any]) -> None:
    own = shelf.reports[case["id"]]
    answer = shelf.client.get(
        "/api/v1/search", query_string={"q": case["query"], "report": own, "type": BODY}
    )
    assert answer.status_code == 200
    holds(case, answer.get_json()["hits"])
