"""How fast reports are read, how much memory that takes, and how many come back whole, for each format.

What:     every synthetic report is written in each format, read back, and its whole model compared with the
one it
          was written from (but for source and evidence); reports a second, peak memory, share of equal
          models.
Corpus:   the generator of ``indexer/synthetic``, seed 1; years 2008 to 2024, every item style, every table
form. Caveats:  synthetic pages are tidier than real ones; damage is tried in
``tests/indexer/test_damage.py``. PDF is printed
          by Chromium, whose files hold more objects than those of word processors. One process, one core.

    python -m benchmarks.reading [--reports 500] [--formats html docx md txt pdf]
"""

from __future__ import annotations

import argparse
import multiprocessing
import platform
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from indexer.read_report import read_file
from indexer.synthetic import printing
from indexer.synthetic.pages import write_html
from indexer.synthetic.plaintext import write_markdown, write_text
from indexer.synthetic.reports import reports
from indexer.synthetic.word import write_docx
from report_search.model import Report, Source

NOWHERE = Source("", "", "", "")
FORMATS = ("html", "docx", "md", "txt", "pdf")


@dataclass(frozen=True, slots=True)
class Measured:
    """One format: files read, seconds, mean bytes of a file, peak resident memory in MB, models equal,
    warnings."""

    format: str
    files: int
    seconds: float
    mean: float
    peak: float
    equal: int
    warnings: int


def written(format_: str, number: int) -> Iterator[bytes]:
    """The first ``number`` reports in a format."""
    made = reports(number)
    if format_ == "pdf":
        yield from printing.print_pages(write_html(report, layout="print") for report in made)
        return
    writer = {"html": write_html, "docx": write_docx, "md": write_markdown, "txt": write_text}[format_]
    yield from map(writer, made)


def same(read: Report, made: Report) -> bool:
    """Whether the whole model came back, where and how it was found aside."""
    return replace(read, source=NOWHERE, evidence=(), warnings=()) == replace(made, source=NOWHERE)


def measure(folder: Path, format_: str, number: int) -> Measured:
    """Read all files of one format; run in a process of its own, so that its peak memory is its own."""
    paths = [folder / f"{at}.{format_}" for at in range(number)]
    seconds = 0.0
    equal = warnings = size = 0
    for path, made in zip(paths, reports(number), strict=True):
        size += path.stat().st_size
        start = time.perf_counter()
        read = read_file(path)
        seconds += time.perf_counter() - start
        equal += same(read, made)
        warnings += len(read.warnings)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(format_, number, seconds, size / number, peak, equal, warnings)


def run(number: int, formats: Iterable[str]) -> Iterator[Measured]:
    """Measure each format in turn."""
    spawn = multiprocessing.get_context("spawn")
    for format_ in formats:
        with TemporaryDirectory() as name:
            for at, data in enumerate(written(format_, number)):
                (Path(name) / f"{at}.{format_}").write_bytes(data)
            with spawn.Pool(1) as pool:
                yield pool.apply(measure, (Path(name), format_, number))


def main() -> None:
    """Print a table, and fail if a model did not come back whole."""
    parser = argparse.ArgumentParser(description="Read synthetic reports in every format.")
    parser.add_argument("--reports", type=int, default=500)
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=list(FORMATS))
    chosen = parser.parse_args()
    formats = [one for one in chosen.formats if one != "pdf" or printing.is_available()]
    print(
        f"Python {platform.python_version()}, {platform.machine()}, {chosen.reports} reports a format, one process"
    )
    print(
        f"{'format':8}{'reports/s':>10}{'ms each':>9}{'KB each':>9}{'peak MB':>9}{'equal':>12}{'warnings':>10}"
    )
    whole = True
    for one in run(chosen.reports, formats):
        whole = whole and one.equal == one.files
        print(
            f"{one.format:8}{one.files / one.seconds:10.1f}{1000 * one.seconds / one.files:9.1f}"
            f"{one.mean / 1024:9.0f}{one.peak:9.0f}{f'{one.equal}/{one.files}':>12}{one.warnings:10}",
            flush=True,
        )
    if "pdf" not in formats:
        print("pdf      left out: not asked for, or no Chromium to print it")
    sys.exit(0 if whole else 1)


if __name__ == "__main__":
    main()
