"""What the measurements share: the line that says where a result was measured, and how a program is timed."""

from __future__ import annotations

import os
import platform
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from msgspec import Struct

PROGRAM = (sys.executable, "-m", "report_search")


def heading(*packages: str) -> str:
    """Date, cores, Python and the versions of ``packages``, and how busy the machine is with other things."""
    python = platform.python_version()
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "?"
    return f"{date.today()}; {os.cpu_count()} cores, load {load} before; Python {python}, {versions}"


class Cost(Struct, frozen=True):
    """Seconds on the clock, seconds of all cores, and what was written to standard output."""

    wall: float
    cpu: float
    output: str


def run_timed(
    arguments: Sequence[str], *, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Cost:
    """Run a program to its end. Raises ``CalledProcessError`` if it fails."""
    before, start = os.times(), time.perf_counter()
    settings = {**os.environ, **(env or {})}
    done = subprocess.run(arguments, env=settings, cwd=cwd, check=True, capture_output=True, text=True)
    wall, after = time.perf_counter() - start, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(wall, cpu, done.stdout)


def private_memory(process: int) -> int:
    """Bytes that a process holds beside what is mapped from the disk; 0 for one that is gone, and not on Linux."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"^RssAnon:\s+(\d+) kB", status, re.M)
    return int(found[1]) * 1024 if found else 0


def median_and_p95(values: Sequence[float]) -> tuple[float, float]:
    """The median and the 95th percentile."""
    p95 = min(len(values) - 1, int(len(values) * 0.95))
    return statistics.median(values), sorted(values)[p95]
