"""Killed at any moment, collecting goes on where it stopped: nothing is lost, nothing is there twice."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

pytest.importorskip("urllib3", reason="the extra 'collect' is not installed")
pytest.importorskip("protego", reason="the extra 'collect' is not installed")

from tests.collect.runs import kept_bytes, manifest
from tests.collect.sites import YEARS, Site, hanweb_site, seeds_file, serving

ROOT = Path(__file__).resolve().parents[2]
PAUSE = 0.05


def killed_runs(seeds: Path, kills: int, *, seed: int = 1) -> int:
    """Run the command and kill it ``kills`` times, each at a random moment; then let it end. Its exit code."""
    rng = Random(seed)
    command = [sys.executable, "-m", "report_search", "collect", str(seeds)]
    for _ in range(kills):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(rng.uniform(0.4, 2.5))
        process.kill()
        process.wait()
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False).returncode


def check_nothing_is_lost(site: Site, folder: Path, *, pause: float = PAUSE) -> None:
    """Every report and attachment is kept once, and the manifest names each."""
    kept = kept_bytes(folder)
    assert kept == {site.reply_of(path): 1 for path in site.reports}
    names = {one["file"] for one in manifest(folder)["report"]}
    assert len(names) == len(kept)
    assert all((folder / name).is_file() for name in names)
    # Whoever starts anew keeps the pause of the one that was killed.
    assert min(site.gaps()) >= 0.9 * pause


def test_kills_lose_nothing(tmp_path: Path) -> None:
    site = hanweb_site("丁县民政局", YEARS)
    with serving(site) as address:
        seeds = seeds_file(
            tmp_path, {"one": {"url": address + site.start, "agency": "丁县民政局"}}, pause=PAUSE
        )
        assert killed_runs(seeds, 5) == 0
    check_nothing_is_lost(site, tmp_path / "collected")
    # Asked again was, each time, only the one address that was on its way.
    asked = [one.path for one in site.log if one.path in site.reports]
    assert len(asked) - len(set(asked)) <= 5
