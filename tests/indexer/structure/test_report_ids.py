"""Ids are addresses: slugs, years, and what happens when two reports share both."""

from __future__ import annotations

import hashlib

import pytest
from msgspec.structs import replace

from indexer.structure.report_ids import assign_ids, report_id, slug_of
from report_search.generations import PublishedReport
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


def test_of_reports_that_share_agency_and_year_only_the_later_carries_digits() -> None:
    first, second = report("bbbb1111" * 8, path="a.txt"), report("aaaa2222" * 8, path="b.html")
    first, second = replace(first, published="2020-01-31"), replace(second, published="2020-03-01")
    alone = report("cccc3333" * 8, year=2020)
    named = assign_ids([second, first, alone])
    assert [one.id for one in named] == ["waijiaobu-2019-aaaa", "waijiaobu-2019", "waijiaobu-2020"]
    assert [one.code for one in named[0].warnings] == ["report-shared"]
    assert "a.txt" in named[0].warnings[0].message
    assert "b.html" in named[1].warnings[0].message
    assert named[2].warnings == ()


def test_without_a_date_the_smallest_hash_comes_first_and_behind_any_date() -> None:
    low, high = report("aaaa1111" * 8, path="a"), report("bbbb2222" * 8, path="b")
    assert [one.id for one in assign_ids([high, low])] == ["waijiaobu-2019-bbbb", "waijiaobu-2019"]
    dated = replace(high, published="2023-01-01")
    assert [one.id for one in assign_ids([dated, low])] == ["waijiaobu-2019", "waijiaobu-2019-aaaa"]


def test_settling_does_not_depend_on_order_or_on_being_done_twice() -> None:
    reports = [
        report("aaaa1111" * 8, path="a"),
        report("aaaa2222" * 8, path="b"),
        report("aaaa3333" * 8, path="c"),
    ]
    once = assign_ids(reports)
    assert [one.id for one in once] == ["waijiaobu-2019", "waijiaobu-2019-aaaa", "waijiaobu-2019-aaaa3333"]
    assert {one.source.path: one.id for one in assign_ids(reports[::-1])} == {
        one.source.path: one.id for one in once
    }
    assert assign_ids(once) == once


class TestWhatWasPublished:
    def published(self, one: ReportHeader, name: str) -> PublishedReport:
        source = one.source
        return PublishedReport(
            name,
            one.agency,
            one.agency_key,
            one.year,
            one.title,
            "",
            source.path,
            source.sha256,
            one.published,
            0,
        )

    def test_stays_whoever_comes_with_an_earlier_date_or_hash(self) -> None:
        old = report("bbbb1111" * 8, path="old.txt")
        new = replace(report("aaaa2222" * 8, path="new.txt"), published="2019-01-01")
        known = [self.published(old, "waijiaobu-2019")]
        named = assign_ids([new, old], published=known)
        assert [one.id for one in named] == ["waijiaobu-2019-aaaa", "waijiaobu-2019"]

    def test_an_address_is_never_given_to_another_report(self) -> None:
        gone = report("bbbb1111" * 8, path="gone.txt")
        new = report("aaaa2222" * 8, path="new.txt")
        known = [self.published(gone, "waijiaobu-2019"), self.published(gone, "waijiaobu-2019-aaaa")]
        assert assign_ids([new], published=known)[0].id == "waijiaobu-2019-aaaa2222"

    def test_goes_with_its_bytes_first_and_then_with_its_file(self) -> None:
        old = report("bbbb1111" * 8, path="a.txt")
        known = [self.published(old, "waijiaobu-2019-77ff")]
        moved = report("bbbb1111" * 8, path="moved.txt")
        corrected = report("cccc2222" * 8, path="a.txt")
        assert assign_ids([moved], published=known)[0].id == "waijiaobu-2019-77ff"
        assert assign_ids([corrected], published=known)[0].id == "waijiaobu-2019-77ff"
        both = assign_ids([corrected, moved], published=known)
        assert [one.id for one in both] == ["waijiaobu-2019", "waijiaobu-2019-77ff"]


def test_two_copies_of_one_file_still_differ() -> None:
    named = assign_ids([report("aaaa1111" * 8, path="a"), report("aaaa1111" * 8, path="b")])
    assert len({one.id for one in named}) == 2
