"""What the processes of a server hold beside the index: at the start, after searches, after what is asked seldom.

What:     ``report-search serve`` in processes of its own, asked by eight clients for what ``http`` asks for, twice;
          then for words that stand nowhere, whose pinyin is looked up, and for every hit as a workbook and as CSV.
          After each, the anonymous memory of each process (``RssAnon``): what is mapped from the disk is one for all
          and is not in it. What is freed is given back every ten seconds, so each figure is from eleven seconds later.
Corpus:   synthetic reports (``--reports``, about 36 passages each), or the index given.
Caveats:  Linux only. The libraries that are installed count: an extra is loaded by every worker.

    python -m benchmarks memory [--reports 270] [--workers 1 2] [--index DIR] [--keep-answers 0]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from benchmarks.machine import heading, private_memory
from benchmarks.serving.http import KINDS, index_of, running
from benchmarks.serving.load_generator import ask_all
from report_search.process_pool import cores
from webui.serving.worker import RELEASE_SECONDS

CLIENTS = 8
MISSPELT = ("领事宝护", "主动公幵", "zhengfu")
SEARCHES = [address for addresses in KINDS.values() for address in addresses]
STAGES = {
    "searches": SEARCHES,
    "the same again": SEARCHES,
    "words that stand nowhere": [f"/?q={quote(word)}" for word in MISSPELT],
    "all hits as a workbook": [f"/api/v1/search.xlsx?q={quote('公开')}"],
    "all hits as CSV": [f"/api/v1/search.csv?q={quote('公开')}"],
}
"""What is asked for, in this order, of one server."""


def below(process: int) -> list[int]:
    """The processes that a process has started, its workers among them."""
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def measure(index: Path, workers: int, *options: str) -> None:
    """Print a table for so many workers."""
    with running(index, workers, *options) as server:
        processes = [server.process, *below(server.process)]
        print(
            f"\nworkers: {workers}{'' if workers == 1 else '; MB of what watches, of its helper, of each worker'}"
        )
        _tell("start", processes)
        for stage, addresses in STAGES.items():
            # Each worker is to be asked for everything.
            clients = CLIENTS if len(addresses) > CLIENTS else workers
            ask_all(server.port, [addresses[at:] + addresses[:at] for at in range(clients)])
            _tell(stage, processes)


def _tell(stage: str, processes: Sequence[int]) -> None:
    time.sleep(RELEASE_SECONDS + 1)
    print(
        f"{stage:26}" + "".join(f"{private_memory(process) / 2**20:8.1f}" for process in processes),
        flush=True,
    )


def main(arguments: Sequence[str]) -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks memory")
    parser.add_argument("--reports", type=int, default=270)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, cores()])
    parser.add_argument("--index", type=Path)
    parser.add_argument(
        "--keep-answers", default="4", help="MB of answers that a worker keeps (4, as by default)"
    )
    options = parser.parse_args(arguments)
    print(heading("flask", "waitress", "numpy"))
    with TemporaryDirectory() as name:
        index = options.index or index_of(options.reports, folder=Path(name))
        for workers in options.workers:
            measure(index, workers, "--keep-answers", options.keep_answers)
