"""Ids are addresses: slugs, years, and what happens when two reports share both."""

from __future__ import annotations

import hashlib

import pytest

from indexer.structure.report_ids import assign_ids, report_id, slug_of
from report_search.model import ReportHeader, Source


def report(
    sha256: str, *, key: str = "waijiaobu", year: int | None = 2019, path: str = "a.txt"
) -> ReportHeader:
    source = Source(path, "", sha256, "text")
    return ReportHeader(report_id(key, year), "外交部", key, year, "题", "", source)


@pytest.mark.parametrize(
    ("agency", "slug"),
    [
        ("外交部", "waijiaobu"),
        ("中华人民共和国外交部", "waijiaobu"),
        ("环境保护部", "shengtaihuanjingbu"),
        ("上海市", "shanghaishi"),
    ],
)
def test_slugs_of_the_table(agency: str, slug: str) -> None:
    assert slug_of(agency) == slug


def test_a_slug_of_pinyin_and_hash() -> None:
    digits = hashlib.sha256("示例县民政局".encode()).hexdigest()[:4]
    assert slug_of("示例县民政局") == f"shilixianminzhengju-{digits}"


def test_ids_without_a_year() -> None:
    assert report_id("waijiaobu", None) == "waijiaobu-nd"
    assert report_id("waijiaobu", 2019) == "waijiaobu-2019"


def test_reports_that_share_agency_and_year_carry_their_hash_and_name_each_other() -> None:
    first, second = report("aaaa1111" * 8, path="a.txt"), report("bbbb2222" * 8, path="b.html")
    alone = report("cccc3333" * 8, year=2020)
    named = assign_ids([first, second, alone])
    assert [one.id for one in named] == ["waijiaobu-2019-aaaa", "waijiaobu-2019-bbbb", "waijiaobu-2020"]
    assert [one.code for one in named[0].warnings] == ["report-shared"]
    assert "a.txt" in named[0].warnings[0].message
    assert "b.html" in named[0].warnings[0].message
    assert named[2].warnings == ()


def test_settling_does_not_depend_on_order_or_on_being_done_twice() -> None:
    reports = [
        report("aaaa1111" * 8, path="a"),
        report("aaaa2222" * 8, path="b"),
        report("dddd" * 16, path="c"),
    ]
    once = assign_ids(reports)
    assert len({one.id for one in once}) == 3
    assert {one.source.path: one.id for one in assign_ids(reports[::-1])} == {
        one.source.path: one.id for one in once
    }
    assert assign_ids(once) == once


def test_one_that_is_left_alone_gets_its_plain_id_back() -> None:
    both = assign_ids([report("aaaa1111" * 8, path="a"), report("bbbb2222" * 8, path="b")])
    assert [(one.id, one.warnings) for one in assign_ids(both[:1])] == [("waijiaobu-2019", ())]


def test_two_copies_of_one_file_still_differ() -> None:
    named = assign_ids([report("aaaa1111" * 8, path="a"), report("aaaa1111" * 8, path="b")])
    assert len({one.id for one in named}) == 2
