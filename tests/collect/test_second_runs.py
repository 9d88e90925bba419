"""What a later run asks for: lists always, kept files only where a site can say "unchanged", all of it on request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("urllib3", reason="the extra 'collect' is not installed")
pytest.importorskip("protego", reason="the extra 'collect' is not installed")

from tests.collect.runs import QuickClock, collected, kept_bytes, queued
from tests.collect.sites import (
    PLATFORMS,
    YEARS,
    Asked,
    Reply,
    Site,
    seeds_file,
    serving,
    trs_site,
    without_validators,
)

DAY = 24 * 3600.0
START = 1_700_000_000.0


def later(days: float) -> QuickClock:
    return QuickClock(START + days * DAY)


def seeds_of(site: Site, address: str, folder: Path) -> Path:
    return seeds_file(folder, {"one": {"url": address + site.start, "agency": "甲县教育局"}})


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_a_site_without_validators_is_not_asked_for_everything_again(platform: str, tmp_path: Path) -> None:
    make: Callable[[str, Sequence[int]], Site] = PLATFORMS[platform]
    site = without_validators(make("甲县教育局", YEARS))
    with serving(site) as address:
        seeds = seeds_of(site, address, tmp_path)
        collected(seeds, clock=later(0), settled=False)
        kept = kept_bytes(tmp_path / "collected")
        first = site.sent
        for days in (1, 31, 400):
            site.sent = 0
            summary = collected(seeds, clock=later(days), settled=False)
            assert site.sent <= 0.05 * first
            assert kept_bytes(tmp_path / "collected") == kept
        # What could not be checked is said, and how it can be.
        assert summary.counts["unasked"] == len(files_of(tmp_path))
        assert "--refresh" in "\n".join(summary.lines())
        assert summary.as_json()["unasked"] == summary.counts["unasked"]

        site.sent = 0
        summary = collected(seeds, clock=later(401), settled=False, refresh=True)
        told_again = summary.counts.get("unchanged", 0) + summary.counts.get("same", 0)
        assert told_again == len(files_of(tmp_path))
        assert site.sent > 0.9 * first


def files_of(folder: Path) -> list[object]:
    return [page for page in queued(folder / "collected").values() if page.kind != "list"]


def test_a_new_report_is_found_on_a_site_without_validators(tmp_path: Path) -> None:
    site = without_validators(trs_site("甲县教育局", YEARS[1:]))
    newer = without_validators(trs_site("甲县教育局", YEARS))
    with serving(site) as address:
        seeds = seeds_of(site, address, tmp_path)
        collected(seeds, clock=later(0), settled=False)
        site.pages.update(newer.pages)
        summary = collected(seeds, clock=later(40), settled=False)
        assert summary.counts["kept"] == 1
        assert site.asked(newer.years[YEARS[0]]) == 1
        assert site.asked(site.years[YEARS[1]]) == 1


def test_validators_that_change_nothing_are_not_trusted_twice(tmp_path: Path) -> None:
    """Some sites make a new ETag for each answer, and send all of it whatever they are told."""
    site = trs_site("甲县教育局", YEARS[:3])
    address_of_report = site.years[YEARS[0]]
    real = site.pages[address_of_report]
    assert isinstance(real, Reply)

    def restless(asked: Asked) -> Reply:
        return replace(real, etag=False, headers={"ETag": f'"{len(site.log)}"'})

    site.pages[address_of_report] = restless
    with serving(site) as address:
        seeds = seeds_of(site, address, tmp_path)
        for days, asked in ((0, 1), (31, 2), (62, 2), (93, 2)):
            collected(seeds, clock=later(days), settled=False)
            assert site.asked(address_of_report) == asked
        # Those whose validators do their work are checked each month.
        assert site.asked(site.years[YEARS[1]]) == 4


def test_a_page_that_was_corrected_is_seen_where_the_site_can_say_so(tmp_path: Path) -> None:
    site = trs_site("甲县教育局", YEARS[:3])
    path = site.years[YEARS[0]]
    with serving(site) as address:
        seeds = seeds_of(site, address, tmp_path)
        collected(seeds, clock=later(0), settled=False)
        corrected = site.reply_of(path).replace("申请".encode("gb18030"), "請求".encode("gb18030"))
        site.pages[path] = Reply(corrected)
        assert collected(seeds, clock=later(10), settled=False).counts.get("changed", 0) == 0
        assert collected(seeds, clock=later(31), settled=False).counts["changed"] == 1
    assert corrected in kept_bytes(tmp_path / "collected")


def test_a_kept_file_that_is_lost_is_fetched_again(tmp_path: Path) -> None:
    site = without_validators(trs_site("甲县教育局", YEARS[:3]))
    with serving(site) as address:
        seeds = seeds_of(site, address, tmp_path)
        collected(seeds, clock=later(0), settled=False)
        kept = kept_bytes(tmp_path / "collected")
        lost = queued(tmp_path / "collected")[site.years[YEARS[0]][1:]]
        (tmp_path / "collected" / lost.file).unlink()
        collected(seeds, clock=later(1), settled=False)
        assert site.asked(site.years[YEARS[0]]) == 2
        assert site.asked(site.years[YEARS[1]]) == 1
    assert kept_bytes(tmp_path / "collected") == kept
