"""What a corpus costs as it grows: time to build, bytes on the disk, memory to serve, an update of one report.

What:     ``report-search index`` whole, in a process of its own, from files to a published generation: passages a
          second on the clock and a second of cores, its peak memory; bytes of the generation; resident memory of a
          process before it opens the index, when it has answered one search, and after a hundred different ones; then
          one report is changed and ``index`` run again, and once more with nothing to do.
Corpus:   the generator of ``indexer/synthetic``, seed 1, HTML and Markdown in turn, about 36 passages of 60 characters
          a report (much of it table rows).
Caveats:  real paragraphs are longer: time and bytes go by characters more than by passages. Peak memory is that of the
          largest process. The figures hold for files in the system's cache.

    python -m benchmarks growth [--reports 30 270 2750] [--engine whoosh]
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from benchmarks.machine import PROGRAM, Cost, heading, run_timed
from indexer.synthetic.corpus import write_corpus

FORMATS = ("html", "md")
SERVING = """
import json, sys
from pathlib import Path
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher

def resident():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

before = resident()
searcher = Searcher(Path(sys.argv[1]))
searcher.search(SearchRequest("公开"))
opened = resident()
for summary in searcher.reports()[:100]:
    searcher.search(SearchRequest(summary.agency[-3:] + " " + str(summary.year)))
print(json.dumps([before, opened, resident()]))
"""
"""A program that prints how much memory a searcher takes, in KB."""


class Growth(Struct, frozen=True):
    """What a corpus of one size costs: ``peak`` in MB, ``disk`` in bytes, ``memory`` in KB at the three moments."""

    passages: int
    reports: int
    build: Cost
    peak: float
    disk: int
    memory: list[int]
    update: Cost
    nothing: Cost


def index(corpus: Path, folder: Path, engine: str) -> Cost:
    """One run of the index command."""
    return run_timed([*PROGRAM, "index", str(corpus), "--index", str(folder), "--engine", engine, "--json"])


def change(corpus: Path) -> None:
    """Change a sentence of one report."""
    for path in sorted(corpus.glob("*.html")):
        data = path.read_bytes()
        if "工作".encode() in data:
            path.write_bytes(data.replace("工作".encode(), "各项工作".encode(), 1))
            return
    raise SystemExit("no report to change")


def measure(reports: int, engine: str) -> Growth:
    """Build, serve, update."""
    with TemporaryDirectory() as name:
        corpus, folder = Path(name) / "corpus", Path(name) / "index"
        write_corpus(corpus, number=reports, formats=FORMATS)
        build = index(corpus, folder, engine)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        disk = sum(path.stat().st_size for path in (folder / "generations").rglob("*") if path.is_file())
        memory = json.loads(run_timed([sys.executable, "-c", SERVING, str(folder)]).output)
        change(corpus)
        update = index(corpus, folder, engine)
        summary = json.loads(update.output)
        assert len(summary["read"]) == 1, "one report was to be read"
        nothing = index(corpus, folder, engine)
        return Growth(summary["passages"], summary["reports"], build, peak, disk, memory, update, nothing)


def line(growth: Growth) -> str:
    """A row of the table."""
    before, opened, used = (kilobytes / 1024 for kilobytes in growth.memory)
    return (
        f"{growth.passages:9}{growth.reports:9}{growth.build.wall:9.1f}{growth.passages / growth.build.wall:9.0f}"
        f"{growth.passages / growth.build.cpu:9.0f}{growth.peak:9.0f}{growth.disk / growth.passages:9.0f}"
        f"{before:8.0f}{opened:8.0f}{used:8.0f}{growth.update.wall:9.2f}{growth.update.cpu:9.2f}{growth.nothing.wall:9.2f}"
    )


def main(arguments: list[str]) -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks growth")
    parser.add_argument("--reports", type=int, nargs="+", default=[30, 270, 2750])
    parser.add_argument("--engine", default="whoosh")
    options = parser.parse_args(arguments)
    print(heading("jieba", "rjieba", "Whoosh", "numpy"))
    print(f"engine {options.engine}; MB resident: bare, one search, a hundred; update is one report changed")
    print(
        f"{'passages':>9}{'reports':>9}{'build s':>9}{'/s clock':>9}{'/s cores':>9}{'peak MB':>9}{'B each':>9}"
        f"{'bare':>8}{'opened':>8}{'used':>8}{'update s':>9}{'cores s':>9}{'none s':>9}"
    )
    for reports in options.reports:
        print(line(measure(reports, options.engine)), flush=True)
