"""Search cases from real complaints, at the level of folding, matching and cutting alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from report_search.analysis.fold import fold
from report_search.analysis.matching import occurrences, occurs_in
from report_search.analysis.word_segmenter import query_segmenter

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "quality" / "cases.jsonl").read_text("utf-8").splitlines()
]
LANGUAGE = {"C36", "C37", "C46", "P07"}
"""Cases that the query language decides: several terms, negation, synonyms, a number with its word."""


def test_all_cases_are_there() -> None:
    assert len({case["id"] for case in CASES}) == len(CASES) == 43
    assert {case["id"] for case in CASES} >= LANGUAGE


@pytest.mark.parametrize("case", [c for c in CASES if c["id"] not in LANGUAGE], ids=lambda case: case["id"])
def test_case(case: dict[str, Any]) -> None:
    text, query = fold(case["text"]), case["query"]
    quoted = query[0] in '"“'
    wanted = (
        [fold(query.strip('"“”'))] if quoted else [fold(w) for w in query_segmenter().words(fold(query).text)]
    )
    assert wanted
    assert all(occurs_in(needle, text) for needle in wanted) == case["hit"]
    if case["marked"] and len(wanted) == 1:
        assert [case["text"][start:end] for start, end in occurrences(wanted[0], text)] == case["marked"]
