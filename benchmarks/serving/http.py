"""How many requests a second the server answers, and how long one waits: page, API, and the bare frame around them.

What:     ``report-search serve`` in a process of its own, asked over kept connections to 127.0.0.1, one client and then
          several at once; different queries in turn, each class ``--requests`` times. ``/healthz`` is the cost of HTTP
          and Flask alone; the other classes are given as multiples of it, and a miss is told from a query asked again.
          Then the same application in this process: what of a core each part of a warm answer takes. With ``--peers``
          also Datasette over the same passages (FTS5, trigrams), each in turn asked for the same words, for a page with
          facets and for JSON, ours without and with facets; what counts are the ratios.
Corpus:   synthetic reports (``--reports``, about 36 passages each), or the index given.
Caveats:  server and clients share the cores, though the clients take little (``load_generator``), so a server with
          cores of its own does better. A bounded number of requests, to 127.0.0.1 only.

    python -m benchmarks http [--reports 270] [--requests 400] [--clients 8 32] [--workers 1 2] [--index DIR] [--peers]
"""

from __future__ import annotations

import argparse
import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import quote

from benchmarks.machine import PROGRAM, heading, median_and_p95, run_timed
from benchmarks.serving import datasette
from benchmarks.serving.load_generator import ask_all
from benchmarks.serving.parts import COLUMNS, parts_of
from indexer.synthetic.corpus import write_corpus
from report_search.process_pool import cores

MAX_REQUESTS = 5000
"""Requests of a class at most."""
WORDS = (
    "主动公开",
    "依申请公开",
    "政府网站",
    "行政复议",
    "规范性文件",
    "政务新媒体",
    "解读",
    "预算",
    "培训",
    "平台",
)
KINDS = {
    "healthz": ["/healthz"],
    "page, the same query": ["/?q=" + quote(WORDS[0])],
    "page, other queries": ["/?q=" + quote(f"{a} {b}") for a in WORDS for b in WORDS],
    "page, a filter": [f"/?q={quote(a)}&year={year}" for a in WORDS for year in range(2008, 2025)],
    "API, the same query": ["/api/v1/search?q=" + quote(WORDS[0])],
    "API, other queries": ["/api/v1/search?q=" + quote(f"{b} {a}") for a in WORDS for b in WORDS],
    "API, exact wording": ["/api/v1/search?q=" + quote(f'"{a}"') for a in WORDS],
    "about page": ["/about"],
}

KEPT_KINDS = {"page, kept": KINDS["page, the same query"], "API, kept": KINDS["API, the same query"]}
"""Asked of a server that keeps answers, as one does by default; in all other classes none is kept."""


def index_of(reports: int, *, folder: Path) -> Path:
    """An index of so many synthetic reports, made in ``folder``."""
    corpus, index = folder / "corpus", folder / "index"
    write_corpus(corpus, number=reports, formats=("html", "md"))
    run_timed([*PROGRAM, "index", str(corpus), "--index", str(index)])
    return index


def serving(index: Path, workers: int) -> AbstractContextManager[int]:
    """A server on the index that keeps no answers; gives its port."""
    return keeping(index, workers, "--keep-answers", "0")


@contextmanager
def keeping(index: Path, workers: int, *options: str) -> Iterator[int]:
    """A server on the index that keeps answers, as by default; gives its port."""
    with running(index, workers, *options) as server:
        yield server.port


class Running(NamedTuple):
    """A server: the port that it listens at, and its process or, of several workers, the one that watches them."""

    port: int
    process: int


@contextmanager
def running(index: Path, workers: int, *options: str) -> Iterator[Running]:
    """A server on the index with options of ``serve``."""
    server = subprocess.Popen(
        [*PROGRAM, "serve", "--index", str(index), "--workers", str(workers), "--port", "0", *options],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        found = re.search(r":([0-9]+)/", server.stdout.readline())
        assert found, "the server said no address"
        yield Running(int(found[1]), server.pid)
    finally:
        server.terminate()
        server.wait(30)
        if server.stdout is not None:
            server.stdout.close()


def measure(port: int, addresses: Sequence[str], clients: int) -> tuple[list[float], float, float]:
    """The seconds of each request, requests a second, mean KB of an answer."""
    start = time.perf_counter()
    times, size = ask_all(port, [addresses[at::clients] for at in range(clients)])
    wall = time.perf_counter() - start
    return times, len(times) / wall, size / len(times) / 1024


def table(port: int, keeping_port: int, requests: int, clients: int) -> None:
    """Print a table for so many clients; what is kept is asked of the server at ``keeping_port``."""
    print(f"\nclients at once: {clients}")
    print(f"{'':24}{'requests/s':>11}{'median ms':>11}{'p95 ms':>9}{'KB':>7}{'× healthz':>11}")
    bare = 0.0
    for kind, addresses in {**KINDS, **KEPT_KINDS}.items():
        asked = [addresses[at % len(addresses)] for at in range(requests)]
        times, rate, size = measure(keeping_port if kind in KEPT_KINDS else port, asked, clients)
        median, p95 = median_and_p95(times)
        bare = bare or median  # the first class is /healthz
        figures = f"{rate:11.0f}{median * 1e3:11.2f}{p95 * 1e3:9.2f}{size:7.1f}{median / bare:11.1f}"
        print(f"{kind:24}{figures}", flush=True)


def peers_table(index: Path, folder: Path, *, requests: int, clients: Sequence[int], workers: int) -> None:
    """Print what Datasette answers beside what ours does, and how many times as much that is."""
    datasette.make_environment()
    database = folder / f"peer-{workers}.db"
    passages = datasette.write_database(index, database)
    words = [word for word in WORDS if len(word) >= datasette.SHORTEST_WORD]
    theirs = {
        True: datasette.addresses(words, database=database.stem, is_page=True),
        False: datasette.addresses(words, database=database.stem, is_page=False),
    }
    print(f"\nbeside Datasette, {passages} passages, workers of ours: {workers} (Datasette is one process)")
    print(f"{'':24}{'clients':>8}{'ours/s':>9}{'KB':>7}{'Datasette/s':>13}{'KB':>7}{'times':>8}")
    with (
        serving(index, workers) as port,
        keeping(index, workers) as keeping_port,
        datasette.serving(database) as their_port,
    ):
        for kind, (is_page, ours) in _compared(words).items():
            our_port = keeping_port if kind.endswith("kept") else port
            for at_once in clients:
                # A few first, so that neither is asked for the first time.
                measure(our_port, ours, at_once), measure(their_port, theirs[is_page], at_once)
                rates = []
                for where, addresses in ((our_port, ours), (their_port, theirs[is_page])):
                    asked = [addresses[at % len(addresses)] for at in range(requests)]
                    _, rate, size = measure(where, asked, at_once)
                    rates.append((rate, size))
                (rate, size), (other, other_size) = rates
                figures = f"{rate:9.0f}{size:7.1f}{other:13.0f}{other_size:7.1f}{rate / other:8.2f}"
                print(f"{kind:24}{at_once:8}{figures}", flush=True)


def _compared(words: Sequence[str]) -> dict[str, tuple[bool, list[str]]]:
    """What is compared: whether with a page of theirs, and our addresses."""
    quoted = [quote(f'"{word}"') for word in words]
    return {
        "page": (True, [f"/?q={word}" for word in quoted]),
        "API": (False, [f"/api/v1/search?q={word}" for word in quoted]),
        "API, a few fields": (
            False,
            [f"/api/v1/search?q={word}&fields=id,agency,year,section,text" for word in quoted],
        ),
        "page, kept": (True, [f"/?q={word}" for word in quoted]),
        "API, kept": (False, [f"/api/v1/search?q={word}" for word in quoted]),
    }


def parts_table(index: Path, requests: int) -> None:
    """Print what of a core each part of a search takes."""
    print("\nms of a core, warm, without a server (medians)")
    print(f"{'':24}{''.join(f'{column:>9}' for column in COLUMNS)}")
    for kind, addresses in KINDS.items():
        if kind.startswith(("page", "API")):
            asked = [addresses[at % len(addresses)] for at in range(requests)]
            figures = "".join(f"{seconds * 1e3:9.2f}" for seconds in parts_of(index, asked).values())
            print(f"{kind:24}{figures}", flush=True)


def main(arguments: list[str]) -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks http")
    parser.add_argument("--reports", type=int, default=270)
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--clients", type=int, nargs="+", default=[8, 32])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, cores()])
    parser.add_argument("--index", type=Path)
    parser.add_argument("--peers", action="store_true", help="beside Datasette, and nothing else")
    options = parser.parse_args(arguments)
    print(heading("flask", "waitress", "Whoosh", "numpy"))
    with TemporaryDirectory() as name:
        index = options.index or index_of(options.reports, folder=Path(name))
        print(run_timed([*PROGRAM, "info", "--index", str(index)]).output.strip().splitlines()[0])
        requests = min(options.requests, MAX_REQUESTS)
        if options.peers:
            for workers in options.workers:
                peers_table(
                    index, Path(name), requests=requests, clients=(1, *options.clients), workers=workers
                )
            return
        for workers in options.workers:
            with serving(index, workers) as port, keeping(index, workers) as keeping_port:
                print(f"\nworkers: {workers}")
                # Two connections, so that the first answers of two workers are behind them.
                measure(port, [addresses[0] for addresses in KINDS.values()] * 2, 2)
                for clients in (1, *options.clients):
                    table(port, keeping_port, requests, clients)
        parts_table(index, requests)
