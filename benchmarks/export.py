"""How long an export of very many hits takes to start and to end, and how much memory it adds, format by format.

What:     an index of made passages, and in a process of its own for each format: the index opened, a page searched,
          then every hit written to nowhere. Seconds to the first chunk and to the last, megabytes written, and by how
          many megabytes at most the process grew, files that are mapped into it left out. ``--query`` is searched for;
          an empty one finds every passage and marks nothing.
Corpus:   made passages of 150 characters (``--passages``).
Caveats:  ``hits alone`` walks the hits and writes nothing: what is above it is the format's own. Linux only.

    python -m benchmarks export [--passages 100000] [--query 公开]
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from benchmarks.machine import heading, run_timed
from benchmarks.texts import passages
from report_search.analysis.fingerprint import fingerprint
from report_search.engine.registry import open_engine
from report_search.export.citations import STYLES, citation_chunks
from report_search.export.formats import FORMATS
from report_search.export.rows import Export
from report_search.export.site_address import SiteAddress
from report_search.generations import BuildOutcome, Generations
from report_search.model import Report, Source
from report_search.passages import Passage
from report_search.search.request import SearchRequest
from report_search.search.searcher import ResultWalk, Searcher

WALKED = "hits alone"
KINDS = (WALKED, *FORMATS, "citations")


def build(root: Path, made: list[Passage]) -> None:
    """An index of passages, with a report for each report that they name."""
    generations = Generations(root)
    with generations.draft(engine="whoosh", fingerprint=fingerprint()) as draft:
        engine = open_engine("whoosh", draft.engine_folder)
        with engine.writer() as writer:
            writer.add(made)
        for report_id, group in groupby(made, key=lambda passage: passage.report):
            of_report = list(group)
            draft.put(_report(report_id, of_report[0]), passages=len(of_report))
        info = engine.info()
        engine.close()
        generations.publish(draft, BuildOutcome(info.passages, info.reports))


def _report(report_id: str, passage: Passage) -> Report:
    source = Source(f"{report_id}.txt", "", "a" * 64, "text")
    return Report(
        report_id,
        passage.agency,
        passage.agency_key,
        passage.year,
        passage.title,
        passage.published,
        source,
        (),
    )


def _written(kind: str, walk: ResultWalk) -> Iterator[bytes]:
    export = Export(walk, SiteAddress("http://127.0.0.1:8000"), "", datetime.now().astimezone())
    if kind == WALKED:
        return (b"" for _ in walk.hits)
    return citation_chunks(export, STYLES[0]) if kind == "citations" else FORMATS[kind].write(export)


def measure(index: Path, query: str, kind: str) -> dict[str, float]:
    """Write one format in this process, which has done nothing yet."""
    searcher = Searcher(index)
    request = SearchRequest(query)
    total = searcher.search(request).total.passages
    searcher.search(replace(request, sort="newest"))
    before, start, size, first = _memory(), time.perf_counter(), 0, 0.0
    most = before
    for number, chunk in enumerate(_written(kind, searcher.walk(request))):
        first = first or time.perf_counter() - start
        size += len(chunk)
        if number % 16 == 0:
            most = max(most, _memory())
    wall = time.perf_counter() - start
    return {"hits": total, "first": first, "wall": wall, "mb": size / 1e6, "grown": most - before}


def _memory() -> float:
    """The memory that this process has now and shares with no file, in MB (Linux)."""
    resident, shared = Path("/proc/self/statm").read_text().split()[1:3]
    return (int(resident) - int(shared)) * resource.getpagesize() / 1e6


def main(arguments: list[str]) -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks export")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--query", default="")
    parser.add_argument("--index", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--kind", choices=KINDS, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.kind:
        print(json.dumps(measure(options.index, options.query, options.kind)))
        return
    print(heading("XlsxWriter", "Whoosh", "numpy"))
    with TemporaryDirectory() as name:
        build(Path(name), passages(options.passages))
        print(f"{'':12}{'hits':>9}{'first s':>9}{'all s':>8}{'MB':>8}{'MB more':>9}")
        for kind in KINDS:
            command = [sys.executable, "-m", "benchmarks", "export", "--kind", kind, "--index", name]
            told = json.loads(run_timed([*command, "--query", options.query]).output)
            figures = f"{told['hits']:9}{told['first']:9.2f}{told['wall']:8.1f}{told['mb']:8.1f}{told['grown']:9.1f}"
            print(f"{kind:12}{figures}", flush=True)
