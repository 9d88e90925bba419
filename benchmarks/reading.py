"""How fast reports are read, how much memory that takes, and how many come back whole, for each format.

What:     every synthetic report is written in each format, read back, and its whole model compared with the one it was
          written from (but for source and evidence); reports a second, peak memory, share of equal models.
Corpus:   the generator of ``indexer/synthetic``, seed 1; years 2008 to 2024, every item style, every table form.
Caveats:  synthetic pages are tidier than real ones; damage is tried in ``tests/indexer/test_damage.py``. PDF is printed
          by Chromium, whose files hold more objects than those of word processors. One process; times are seconds of
          a core, beside those of HTML in the same run, since a shared machine is now quick and now slow.

    python -m benchmarks reading [--reports 500] [--formats html docx ofd doc …]
"""

from __future__ import annotations

import argparse
import multiprocessing
import platform
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct
from msgspec.structs import replace

from indexer.read_report import read_file
from indexer.synthetic import printing
from indexer.synthetic.formats.doc import write_doc
from indexer.synthetic.formats.odt import write_odt
from indexer.synthetic.formats.ofd import write_ofd
from indexer.synthetic.formats.rtf import write_rtf
from indexer.synthetic.formats.xls import write_xls
from indexer.synthetic.formats.xlsx import write_xlsx
from indexer.synthetic.pages import write_html
from indexer.synthetic.plaintext import write_markdown, write_text
from indexer.synthetic.reports import reports
from indexer.synthetic.word import write_docx
from report_search.model import Report, Source

NO_SOURCE = Source("", "", "", "")
WRITERS: dict[str, Callable[[Report], bytes]] = {
    "html": write_html,
    "docx": write_docx,
    "md": write_markdown,
    "txt": write_text,
    "ofd": write_ofd,
    "doc": write_doc,
    "xls": write_xls,
    "xlsx": write_xlsx,
    "odt": write_odt,
    "rtf": write_rtf,
}
FORMATS = (*WRITERS, "pdf")


class FormatFigures(Struct, frozen=True):
    """One format: files read, seconds of a core, mean bytes of a file, peak resident memory in MB, equal models,
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
    for report in made:
        yield WRITERS[format_](report)


def is_same(read: Report, made: Report) -> bool:
    """Whether the whole model came back, but for where and how it was found."""
    return replace(read, source=NO_SOURCE, evidence=(), warnings=()) == replace(made, source=NO_SOURCE)


def measure(folder: Path, format_: str, number: int) -> FormatFigures:
    """Read all files of one format; run in a process of its own, so that its peak memory is its own."""
    paths = [folder / f"{at}.{format_}" for at in range(number)]
    seconds = 0.0
    equal = warnings = size = 0
    for path, made in zip(paths, reports(number), strict=True):
        size += path.stat().st_size
        # Of a core: the clock would measure what else the machine does.
        start = time.process_time()
        read = read_file(path)
        seconds += time.process_time() - start
        equal += is_same(read, made)
        warnings += len(read.warnings)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return FormatFigures(format_, number, seconds, size / number, peak, equal, warnings)


def run(number: int, formats: Iterable[str]) -> Iterator[FormatFigures]:
    """Measure each format in turn."""
    spawn = multiprocessing.get_context("spawn")
    for format_ in formats:
        with TemporaryDirectory() as name:
            for at, data in enumerate(written(format_, number)):
                (Path(name) / f"{at}.{format_}").write_bytes(data)
            with spawn.Pool(1) as pool:
                yield pool.apply(measure, (Path(name), format_, number))


def main(arguments: list[str]) -> None:
    """Print a table, and fail if a model did not come back whole."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks reading")
    parser.add_argument("--reports", type=int, default=500)
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=list(FORMATS))
    options = parser.parse_args(arguments)
    formats = [name for name in options.formats if name != "pdf" or printing.is_available()]
    python, machine = platform.python_version(), platform.machine()
    print(f"Python {python}, {machine}, {options.reports} reports a format, one process")
    columns = (
        ("reports/s", 10),
        ("ms each", 9),
        ("to html", 9),
        ("KB each", 9),
        ("peak MB", 9),
        ("equal", 12),
    )
    heads = "".join(f"{name:>{width}}" for name, width in (*columns, ("warnings", 10)))
    print(f"{'format':8}{heads}")
    all_equal = True
    html: FormatFigures | None = None
    for figures in run(options.reports, formats):
        all_equal = all_equal and figures.equal == figures.files
        html = figures if figures.format == "html" else html
        print(line(figures, html), flush=True)
    if "pdf" not in formats:
        print("pdf      left out: not asked for, or no Chromium to print it")
    sys.exit(0 if all_equal else 1)


def line(figures: FormatFigures, html: FormatFigures | None = None) -> str:
    """A row of the table; ``html`` are the figures that its time is compared with, None for none."""
    ratio = f"{figures.seconds / html.seconds:.2f}" if html else "-"
    each = 1000 * figures.seconds / figures.files
    return (
        f"{figures.format:8}{figures.files / figures.seconds:10.1f}{each:9.1f}{ratio:>9}"
        f"{figures.mean / 1024:9.0f}{figures.peak:9.0f}{f'{figures.equal}/{figures.files}':>12}{figures.warnings:10}"
    )
