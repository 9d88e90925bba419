"""How long a user waits before anything happens: commands, the first search, a second start to a served page.

What:     each command in a process of its own, several times over; median seconds on the clock and of all cores, and
          the clock as a multiple of a Python that does nothing. The second start is what ``start.py`` runs once it is
          set up: ``index`` with nothing to do, ``serve``, and the first page of results fetched from 127.0.0.1. The
          segmenter's ways are loaded and asked for one word, each in a fresh process.
Corpus:   the reports in ``corpus/``, or those in the folder given.
Caveats:  files are in the system's cache; the user's cache folder is filled by a first run that is not counted.

    python -m benchmarks startup [--corpus corpus] [--times 7]
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote
from urllib.request import urlopen

from benchmarks.machine import PROGRAM, Spent, heading, spent

IMPORTS = ("report_search.cli", "report_search.search.searcher", "indexer.run.pipeline", "webui.serving")
WAYS = ("jieba", "rjieba", "mapped")


def cut(way: str) -> list[str]:
    """A program that cuts one word in one way."""
    code = "from report_search.analysis.word_segmenter import Segmenter, bundled_dictionary as d"
    return [sys.executable, "-c", f"{code}; Segmenter(d(), by={way!r}).words('领事保护')"]


def second_start(corpus: Path, index: Path) -> dict[str, float]:
    """Seconds from the command to the index being found up to date, the address, the first and second page."""
    start = time.perf_counter()
    spent([*PROGRAM, "index", str(corpus), "--index", str(index)])
    passed = {"index with nothing to do": time.perf_counter() - start}
    server = subprocess.Popen(
        [*PROGRAM, "serve", "--index", str(index), "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        found = re.search(r"http://[^ ]+/", server.stdout.readline())
        assert found, "the server said no address"
        passed["… and served"] = time.perf_counter() - start
        before = time.perf_counter()
        with urlopen(f"{found[0]}?q={quote('领事保护')}", timeout=60) as page:
            page.read()
        passed["… and the first page"] = time.perf_counter() - start
        passed["first page alone"] = time.perf_counter() - before
        before = time.perf_counter()
        with urlopen(f"{found[0]}?q={quote('依申请公开')}", timeout=60) as page:
            page.read()
        passed["second page alone"] = time.perf_counter() - before
    finally:
        server.terminate()
        server.wait(30)
        if server.stdout is not None:
            server.stdout.close()
    return passed


def commands(index: Path) -> dict[str, list[str]]:
    """What is started, by its name in the table."""
    found = {"python that does nothing": [sys.executable, "-c", "pass"]}
    found |= {f"import {name}": [sys.executable, "-c", f"import {name}"] for name in IMPORTS}
    where = ["--index", str(index)]
    found["report-search --help"] = [*PROGRAM, "--help"]
    found["report-search info"] = [*PROGRAM, "info", *where]
    found["report-search search 领事保护"] = [*PROGRAM, "search", "领事保护", *where]
    found["report-search search '\"领事保护\"'"] = [*PROGRAM, "search", '"领事保护"', *where]
    return found | {f"cut a word by {way}": cut(way) for way in WAYS}


def repeated(run: Callable[[], Spent], times: int) -> tuple[float, float]:
    """The medians of clock and cores."""
    measured = [run() for _ in range(times)]
    return statistics.median(one.wall for one in measured), statistics.median(one.cpu for one in measured)


def main(arguments: list[str]) -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks startup")
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--times", type=int, default=7)
    options = parser.parse_args(arguments)
    print(heading("jieba", "rjieba", "Whoosh", "numpy", "flask", "waitress"))
    with TemporaryDirectory() as name:
        index = Path(name) / "index"
        spent([*PROGRAM, "index", str(options.corpus), "--index", str(index)])
        spent(cut("mapped"))
        print(f"{'':40}{'clock s':>9}{'cores s':>9}{'× nothing':>11}")
        nothing = 0.0
        for what, command in commands(index).items():
            wall, cpu = repeated(partial(spent, command), options.times)
            nothing = nothing or wall
            print(f"{what:40}{wall:9.3f}{cpu:9.3f}{wall / nothing:11.1f}", flush=True)
        starts = [second_start(options.corpus, index) for _ in range(options.times)]
        for what in starts[0]:
            wall = statistics.median(one[what] for one in starts)
            print(f"{what:40}{wall:9.3f}{'':9}{wall / nothing:11.1f}")
