"""How long a user waits before anything happens: commands, the first search, a second start to a served page.

What:     each command in a process of its own, several times over; median seconds on the clock and of all cores, and
          the clock as a multiple of a Python that does nothing. The second start is what ``start.py`` runs once it is
          set up: ``index`` with nothing to do, ``serve``, and the first page of results fetched from 127.0.0.1. Each of
          the ways to split into words is loaded and asked for one word, in a fresh process.
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

from benchmarks.machine import PROGRAM, Cost, heading, run_timed

IMPORTS = ("report_search.cli", "report_search.search.searcher", "indexer.run.pipeline", "webui.serving")
SEGMENTERS = ("jieba", "rjieba", "mapped")
FIRST_QUERY, SECOND_QUERY = "领事保护", "依申请公开"


def segmenting(by: str) -> list[str]:
    """A program that splits one word in one way."""
    code = "from report_search.analysis.word_segmenter import Segmenter, bundled_dictionary as d"
    return [sys.executable, "-c", f"{code}; Segmenter(d(), by={by!r}).words('领事保护')"]


def second_start(corpus: Path, index: Path) -> dict[str, float]:
    """Seconds from the command to the index being found up to date, the address, the first and second page."""
    start = time.perf_counter()
    run_timed([*PROGRAM, "index", str(corpus), "--index", str(index)])
    passed = {"index with nothing to do": time.perf_counter() - start}
    server = subprocess.Popen(
        [*PROGRAM, "serve", "--index", str(index), "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        found = re.search(r"http://[^ ]+/", server.stdout.readline())
        assert found, "the server said no address"
        passed["… and served"] = time.perf_counter() - start
        first_page = _fetch(found[0], FIRST_QUERY)
        passed["… and the first page"] = time.perf_counter() - start
        passed["first page alone"] = first_page
        passed["second page alone"] = _fetch(found[0], SECOND_QUERY)
    finally:
        server.terminate()
        server.wait(30)
        if server.stdout is not None:
            server.stdout.close()
    return passed


def _fetch(site: str, query: str) -> float:
    """Seconds to fetch a page of results."""
    start = time.perf_counter()
    with urlopen(f"{site}?q={quote(query)}", timeout=60) as page:
        page.read()
    return time.perf_counter() - start


def commands(index: Path) -> dict[str, list[str]]:
    """What is started, by its name in the table."""
    found = {"python that does nothing": [sys.executable, "-c", "pass"]}
    found |= {f"import {name}": [sys.executable, "-c", f"import {name}"] for name in IMPORTS}
    where = ["--index", str(index)]
    found["report-search --version"] = [*PROGRAM, "--version"]
    found["report-search --help"] = [*PROGRAM, "--help"]
    found["report-search info"] = [*PROGRAM, "info", *where]
    found["report-search search 领事保护"] = [*PROGRAM, "search", "领事保护", *where]
    found["report-search search '\"领事保护\"'"] = [*PROGRAM, "search", '"领事保护"', *where]
    return found | {f"cut a word by {name}": segmenting(name) for name in SEGMENTERS}


def repeated(run: Callable[[], Cost], times: int) -> tuple[float, float]:
    """The medians of clock and cores."""
    costs = [run() for _ in range(times)]
    return statistics.median(cost.wall for cost in costs), statistics.median(cost.cpu for cost in costs)


def main(arguments: list[str]) -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks startup")
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--times", type=int, default=7)
    options = parser.parse_args(arguments)
    print(heading("jieba", "rjieba", "Whoosh", "numpy", "flask", "waitress"))
    with TemporaryDirectory() as name:
        index = Path(name) / "index"
        run_timed([*PROGRAM, "index", str(options.corpus), "--index", str(index)])
        run_timed(segmenting("mapped"))
        print(f"{'':40}{'clock s':>9}{'cores s':>9}{'× nothing':>11}")
        nothing = 0.0
        for what, command in commands(index).items():
            wall, cpu = repeated(partial(run_timed, command), options.times)
            nothing = nothing or wall
            print(f"{what:40}{wall:9.3f}{cpu:9.3f}{wall / nothing:11.1f}", flush=True)
        starts = [second_start(options.corpus, index) for _ in range(options.times)]
        for what in starts[0]:
            wall = statistics.median(passed[what] for passed in starts)
            print(f"{what:40}{wall:9.3f}{'':9}{wall / nothing:11.1f}")
