"""Collecting from made-up sites of every platform: each report once, what a second run moves, kills that lose nothing.

    python -m benchmarks collecting --kills 50 --save benchmarks/results/collecting.md

The sites are those of the tests, on this machine. What is written down: reports and attachments published and kept,
requests, the shortest pause between two of them, the share of the bytes that later runs move, and what is left after
so many kills at random moments. Later runs are one of the next day, one of 31 days later, when kept files are checked
again, and one by ``--refresh``; each on sites that answer conditional requests, and on ones that send all anew.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.machine import heading
from tests.collect.runs import QuickClock, collected, kept_bytes
from tests.collect.sites import PLATFORMS, Site, hanweb_site, seeds_file, serving, without_validators
from tests.collect.test_kills import check_nothing_is_lost, killed_runs

YEARS = tuple(range(2024, 2007, -1))
PAUSE = 0.1
SLOW_PAUSE = 0.6
_DAY = 24 * 3600.0


def main(arguments: list[str]) -> None:
    """Measure, print, and keep the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--save", type=Path, default=None, help="where to keep the result")
    options = parser.parse_args(arguments)
    lines = [
        "# Collecting",
        "",
        "`python -m benchmarks collecting`",
        "",
        "- **What:** made-up sites of each platform on this machine, "
        f"{len(YEARS)} reports each with their attachments, a pause of {PAUSE:g} seconds.",
        f"- **Machine:** {heading('urllib3', 'protego')}.",
        "",
        "| platform | published | kept | asked for twice | requests | shortest pause |",
        "|---|---:|---:|---:|---:|---:|",
        *(_row(platform) for platform in sorted(PLATFORMS)),
        "",
        "What later runs move, as a share of the bytes of the first:",
        "",
        "| platform | validators | next day | 31 days later | not checked, and said | `--refresh` |",
        "|---|---|---:|---:|---:|---:|",
        *(_later_row(platform, has) for platform in sorted(PLATFORMS) for has in (True, False)),
        "",
        *_kills(options.kills),
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    if options.save:
        options.save.write_text(text, encoding="utf-8")


def _row(platform: str) -> str:
    site = PLATFORMS[platform]("示例县教育局", YEARS)
    with tempfile.TemporaryDirectory() as folder, serving(site) as address:
        seed = {"url": address + site.start, "agency": "示例县教育局"}
        seeds = seeds_file(Path(folder), {"one": seed}, pause=PAUSE)
        collected(seeds)
        kept = kept_bytes(Path(folder) / "collected")
        requests, pause = len(site.log), min(site.gaps())
        twice = _asked_twice(site)
    published = {site.reply_of(path) for path in site.reports}
    assert set(kept) == published
    return f"| {platform} | {len(published)} | {sum(kept.values())} | {twice} | {requests} | {pause:.3f} s |"


def _later_row(platform: str, has_validators: bool) -> str:
    """What later runs move of a site with validators or without."""
    site = PLATFORMS[platform]("示例县教育局", YEARS)
    if not has_validators:
        site = without_validators(site)
    shares, unasked = [], 0
    with tempfile.TemporaryDirectory() as folder, serving(site) as address:
        seed = {"url": address + site.start, "agency": "示例县教育局"}
        seeds = seeds_file(Path(folder), {"one": seed})
        clock = QuickClock()
        collected(seeds, clock=clock, settled=False)
        first = site.sent
        for days, refresh in ((1, False), (30, False), (1, True)):
            site.sent = 0
            clock.now += days * _DAY
            summary = collected(seeds, clock=clock, settled=False, refresh=refresh)
            shares.append(site.sent / first)
            unasked = max(unasked, summary.counts.get("unasked", 0))
    told = "ETag" if has_validators else "none"
    return f"| {platform} | {told} | {shares[0]:.2%} | {shares[1]:.2%} | {unasked} | {shares[2]:.2%} |"


def _asked_twice(site: Site) -> int:
    asked = [one.path for one in site.log if one.path in site.reports]
    return len(asked) - len(set(asked))


def _kills(number: int) -> Iterator[str]:
    site = hanweb_site("示例县民政局", YEARS)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, serving(site) as address:
        seed = {"url": address + site.start, "agency": "示例县民政局"}
        seeds = seeds_file(Path(folder), {"one": seed}, pause=SLOW_PAUSE)
        code = killed_runs(seeds, number)
        assert code == 0, code
        check_nothing_is_lost(site, Path(folder) / "collected", pause=SLOW_PAUSE)
    seconds = time.monotonic() - began
    yield (
        f"{number} kills (SIGKILL at random moments, {seconds:.0f} s in all, a pause of {SLOW_PAUSE:g} seconds so that "
        f"they come in the middle): all {len(site.reports)} files kept once, the manifest names each, "
        f"{_asked_twice(site)} asked for a second time, the shortest pause {min(site.gaps()):.3f} s."
    )
