"""The four platforms and plain lists: every report and every attachment once, from whatever list names them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("urllib3", reason="the extra 'collect' is not installed")
pytest.importorskip("protego", reason="the extra 'collect' is not installed")

from tests.collect.runs import collected, kept_bytes, manifest
from tests.collect.sites import PLATFORMS, YEARS, Site, seeds_file, serving


def published_bytes(site: Site) -> Counter[bytes]:
    return Counter(site.reply_of(path) for path in site.reports)


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_every_report_and_attachment_is_kept_once_byte_for_byte(platform: str, tmp_path: Path) -> None:
    site = PLATFORMS[platform]("甲县教育局", YEARS)
    with serving(site) as address:
        seed = {"url": address + site.start, "agency": "甲县教育局", "years": "2014..2024"}
        seeds = seeds_file(tmp_path, {"one": seed})
        summary = collected(seeds)
        folder = tmp_path / "collected"
        assert summary.refused == summary.failed == ()
        assert kept_bytes(folder) == published_bytes(site)
        for path in site.reports:
            assert site.asked(path) == 1
        assert site.log[0].path == "/robots.txt"
        assert not [one for one in site.log if "tester@example.org" not in one.headers["User-Agent"]]

        # A second run asks whether anything changed, and moves next to nothing.
        first, site.sent = site.sent, 0
        again = collected(seeds, refresh=True)
        assert kept_bytes(folder) == published_bytes(site)
        assert again.counts.get("kept", 0) == 0
        assert site.sent <= 0.05 * first
    written = manifest(folder)
    taken = [one for one in written["report"] if not one.get("skip")]
    # A report that is there twice (page and attachment) is taken once, and a stub is none.
    assert len(taken) == len(YEARS)
    assert {one["agency"] for one in taken} == {"甲县教育局"}
    assert all(one["url"].startswith(address) and one["fetched"] for one in written["report"])
    # The list was read to its end, and two years are not on it.
    missing = {one["year"]: one["reason"] for one in written["missing"]}
    assert missing == {2014: "not-published", 2015: "not-published"}
