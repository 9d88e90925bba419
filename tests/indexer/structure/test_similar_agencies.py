"""Agencies under their full name in one report and without their city in another: told, never made one in silence."""

from __future__ import annotations

import pytest

from indexer.structure.report_ids import assign_ids, slug_of
from indexer.structure.similar_agencies import CODE
from report_search.model import ReportHeader, Source


def report(agency: str, year: int) -> ReportHeader:
    key = slug_of(agency)
    source = Source(f"{agency}{year}.txt", "", f"{hash((agency, year)):064x}"[-64:], "text")
    return ReportHeader("", agency, key, year, "题", "", source)


def doubts(*agencies: str) -> list[str]:
    headers = assign_ids([report(agency, 2019 + at) for at, agency in enumerate(agencies)])
    return [one.agency for one in headers if any(warning.code == CODE for warning in one.warnings)]


@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("甲市乙区人民政府", "乙区人民政府"),
        ("甲省乙市丙县教育局", "丙县教育局"),
        ("甲市乙区丙街道办事处", "丙街道办事处"),
    ],
)
def test_the_shorter_name_is_warned_of(full: str, short: str) -> None:
    assert doubts(full, short) == [short]
    assert doubts(short, full) == [short]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("甲市乙区人民政府", "丙区人民政府"),
        ("甲市教育局", "甲市教育局"),
        ("国家教育局", "教育局"),
        ("甲学院", "院"),
    ],
)
def test_other_names_are_not(one: str, other: str) -> None:
    assert doubts(one, other) == []


def test_the_message_says_what_to_do_and_goes_when_the_other_report_goes() -> None:
    short, full = report("乙区人民政府", 2019), report("甲市乙区人民政府", 2020)
    warned, _ = assign_ids([short, full])
    [warning] = [one for one in warned.warnings if one.code == CODE]
    assert "甲市乙区人民政府" in warning.message
    assert "清单" in warning.message
    assert assign_ids([warned, full])[0].warnings == warned.warnings
    assert assign_ids([warned])[0].warnings == ()
