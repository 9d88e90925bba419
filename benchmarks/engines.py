"""Pages of every engine beside those of its peers: raw tantivy, SQLite FTS5, plain ``in``, tutorial Whoosh.

What: for each engine the time to build, its bytes, the time to take in one changed report, the memory that
answering takes, and the time of a page (ten hits with marked texts, three facets): the first time a query is
asked, and again. Queries: two words, one of two words, two of the commonest words, an exact wording of eight
characters; and, for our engines only, two words as typed, which may stand in the context. Every engine has to
find the same passages for every query, or the run ends there. Each engine builds and answers in processes of
its own. Corpus: ``benchmarks.texts``.

Beware: peers get pairs of characters and no readings, rule of numbers, context, or counts of reports, all of
which ours work out besides; building ours includes folding and cutting words, which peers are spared.

    python -m benchmarks engines --passages 10000 100000 [--texts FILE.jsonl] [--engines whoosh tantivy …]

``--save FILE.json`` keeps the figures for ``python -m benchmarks chart``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from benchmarks.machine import heading
from benchmarks.peers import PEERS, Asked, OwnEngine, peer, tokens, tree_of
from benchmarks.texts import passages
from report_search.engine.registry import open_engine
from report_search.generations.files import link_tree
from report_search.passages import Passage

CLASSES = ("two words", "either word", "common words", "8 characters", "as typed")
EACH = 12
"""Queries of each class."""
AGAIN = 5
SLOW = {"tutorial Whoosh": 10_000, "memory": 10_000}
"""Engines that are left out beyond so many passages: they would take hours."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of one engine: seconds, bytes, seconds, bytes; for each class milliseconds cold and again."""

    name: str
    build: float
    bytes: int
    update: float | None
    memory: int
    pages: dict[str, tuple[float, float, float]]
    """Median of the first time, the longest of it, median of later times."""
    marking: float | None = None
    """Milliseconds of a page that go into marking its ten texts, which peers do by a plain search."""


def draw(corpus: Sequence[Passage]) -> dict[str, list[Asked]]:
    """Queries of each class, always the same for the same corpus."""
    rng = random.Random(5)
    sample = rng.sample(corpus, min(len(corpus), 4000))
    counts = Counter(token for p in sample for token in set(tokens(p.text)) if token.isalpha())
    common = [token for token, count in counts.most_common(40) if count > len(sample) * 0.2]
    rare = [token for token, count in counts.items() if 0.01 < count / len(sample) < 0.1]
    wordings = [piece for p in sample for piece in _pieces(p.text, rng)]
    pairs = [(*rng.sample(sorted(rare), 2),) for _ in range(2 * EACH)]
    return {
        "two words": [Asked("and", pair) for pair in pairs[:EACH]],
        "either word": [Asked("or", pair) for pair in pairs[EACH:]],
        "common words": [Asked("and", (*rng.sample(sorted(common), 2),)) for _ in range(EACH)],
        "8 characters": [Asked("phrase", (piece,)) for piece in rng.sample(wordings, EACH)],
        "as typed": [Asked("typed", pair) for pair in pairs[:EACH]],
    }


def _pieces(text: str, rng: random.Random) -> Iterator[str]:
    start = rng.randrange(max(1, len(text) - 8))
    piece = text[start : start + 8]
    if len(piece) == 8 and all("\u4e00" <= char <= "\u9fff" for char in piece):
        yield piece


def build(name: str, folder: Path, size: int, files: list[Path]) -> float:
    """Build an index; in a process of its own."""
    corpus = passages(size, files)
    start = time.perf_counter()
    peer(name).build(folder, corpus)
    return time.perf_counter() - start


def answer(name: str, folder: Path, asked: dict[str, list[Asked]]) -> tuple[Measured, dict[Asked, str]]:
    """Ask everything; in a process of its own. Besides the figures, for each query a digest of its ids."""
    for query in (query for queries in asked.values() for query in queries):
        tree_of(query)
    before = _resident()
    opened = peer(name).open(folder)
    kinds = [kind for kind in CLASSES if kind != "as typed" or name not in PEERS]
    pages = {}
    for kind in kinds:
        first = [_timed(lambda q=query: opened.page(q)) for query in asked[kind]]
        again = [
            statistics.median(_timed(lambda q=query: opened.page(q)) for _ in range(AGAIN))
            for query in asked[kind]
        ]
        pages[kind] = statistics.median(first), sorted(first)[-1], statistics.median(again)
    memory = _resident() - before
    marking = None
    if isinstance(opened, OwnEngine):
        marking = statistics.median(opened.marking(q) for kind in kinds for q in asked[kind])
    found = {q: _digest(opened.ids(q)) for kind in kinds if kind != "as typed" for q in asked[kind]}
    return Measured(name, 0.0, 0, None, memory, pages, marking), found


def _digest(ids: set[str]) -> str:
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()


def _timed(do: object) -> float:
    start = time.perf_counter()
    do()  # type: ignore[operator]
    return 1000 * (time.perf_counter() - start)


def _resident() -> int:
    """Bytes of memory that this process has, pages of mapped files that it touched among them."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) << 10


def update(name: str, folder: Path, one: list[Passage]) -> float:
    """One changed report into a linked copy, as a new generation does; in a process of its own."""
    engine = open_engine(name, folder)
    with engine.writer() as writer:
        writer.add([replace(one[0], id="warm-up", report="warm-up")])
    engine.close()
    with tempfile.TemporaryDirectory(dir=folder.parent) as aside:
        start = time.perf_counter()
        link_tree(folder, Path(aside))
        engine = open_engine(name, Path(aside))
        with engine.writer() as writer:
            writer.remove_report(one[0].report)
            writer.add(one)
        engine.close()
        return time.perf_counter() - start


def measure(
    name: str, size: int, files: list[Path], asked: dict[str, list[Asked]]
) -> tuple[Measured, object]:
    """All figures of one engine."""
    with tempfile.TemporaryDirectory() as folder_name:
        folder = Path(folder_name) / "index"
        folder.mkdir()
        with _alone() as pool:
            seconds = pool.submit(build, name, folder, size, files).result()
        used = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        with _alone() as pool:
            measured, found = pool.submit(answer, name, folder, asked).result()
        updated = None
        if name not in PEERS:
            with _alone() as pool:
                updated = pool.submit(update, name, folder, passages(size, files, first=60)).result()
        return replace(measured, build=seconds, bytes=used, update=updated), found


def _alone() -> ProcessPoolExecutor:
    """A process of its own; one that may start others, as a build does."""
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))


def run(size: int, files: list[Path], names: Sequence[str]) -> list[Measured]:
    """Measure every engine; ends the run if two do not find the same."""
    asked = draw(passages(size, files))
    measured: list[Measured] = []
    wanted: object = None
    for name in names:
        if size > SLOW.get(name, size):
            continue
        figures, found = measure(name, size, files, asked)
        wanted = wanted or found
        if found != wanted:
            sys.exit(f"{name} does not find what {measured[0].name} finds")
        measured.append(figures)
        print(line(figures, size), flush=True)
    return measured


def line(of: Measured, size: int) -> str:
    """The figures of an engine in one line."""
    pages = "".join(
        f"{cold:>9.2f}{worst:>9.2f}{again:>8.2f}"
        for cold, worst, again in (of.pages.get(kind, (float("nan"),) * 3) for kind in CLASSES)
    )
    mark = f"{of.marking:9.2f}" if of.marking is not None else f"{'–':>9}"
    changed = f"{of.update:9.2f}" if of.update is not None else f"{'–':>9}"
    name = of.name.partition("://")[0]
    return f"{name:16}{size / of.build:9.0f}{of.bytes / 1e6:8.1f}{changed}{of.memory / 1e6:8.0f}{mark}{pages}"


def ratios(measured: Sequence[Measured]) -> Iterator[str]:
    """How many times a peer's page our pages take, warm and the first time."""
    peers = {one.name: one for one in measured if one.name in PEERS}
    for one in measured:
        for name, other in peers.items():
            if one.name not in PEERS:
                shares = [
                    f"{kind} {one.pages[kind][2] / theirs[2]:.2f} ({one.pages[kind][0] / theirs[2]:.1f})"
                    for kind, theirs in other.pages.items()
                ]
                yield f"{one.name} / {name}: " + ", ".join(shares)


def main(arguments: list[str]) -> None:
    """Print a table and the ratios for each size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks engines", description=__doc__)
    parser.add_argument("--passages", nargs="+", type=int, default=[10_000])
    parser.add_argument("--texts", nargs="*", type=Path, default=[])
    parser.add_argument("--engines", nargs="+", default=["whoosh", "tantivy", *PEERS])
    parser.add_argument("--save", type=Path)
    chosen = parser.parse_args(arguments)
    print(heading("tantivy", "whoosh", "numpy"), f"SQLite {sqlite3.sqlite_version}", sep=", ")
    kept: dict[str, list[dict[str, object]]] = {}
    for size in chosen.passages:
        print(f"\n{size} passages; a page in milliseconds: first time, worst first time, again")
        head = "".join(f"{kind:>26}" for kind in CLASSES)
        print(f"{'':16}{'build/s':>9}{'MB':>8}{'update s':>9}{'RAM MB':>8}{'marks ms':>9}{head}")
        measured = run(size, chosen.texts, chosen.engines)
        if compared := list(ratios(measured)):
            print("\nOur page as a multiple of the peer's, again (and the first time):")
            print("\n".join(compared), flush=True)
        kept[str(size)] = [asdict(one) for one in measured]
        if chosen.save:
            chosen.save.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
