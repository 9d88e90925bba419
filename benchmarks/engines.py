"""Pages of every engine beside those of its peers: raw tantivy, SQLite FTS5, plain ``in``, tutorial Whoosh.

What: for each engine the time to build, its bytes, the time to take in one changed report, the memory that
answering takes, and the time of a page (ten hits with marked texts, three facets): the first time a query is
asked, and again. Queries: two words, one of two words, two of the commonest words, an exact wording of eight
characters; and, for our engines only, two words as typed, which may stand in the context. Every engine has to
find the same passages for every query, or the run ends there. Each engine builds and answers in processes of
its own. Corpus: ``benchmarks.texts``.

Beware: peers get pairs of characters and no variants of a text, rule of numbers, context, or counts of reports, all
of which ours compute besides; building ours includes folding and splitting into words, which peers are spared.

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
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict, replace

from benchmarks.machine import heading
from benchmarks.peers import PEERS, Asked, Opened, OwnEngine, peer, tokens, tree_of
from benchmarks.texts import PASSAGES_PER_REPORT, passages
from report_search.engine.registry import open_engine
from report_search.generations.files import link_tree
from report_search.passages import Passage

CLASSES = ("two words", "either word", "common words", "8 characters", "as typed")
OWN_CLASSES = ("as typed",)
"""Classes that peers can't answer."""
PER_CLASS = 12
"""Queries of each class."""
REPEATS = 5
"""How often a query is asked again, after the first time."""
SAMPLED = 4000
"""Passages that queries are drawn from, at most."""
WORDING_LENGTH = 8
MAX_PASSAGES = {"tutorial Whoosh": 10_000, "memory": 10_000}
"""Engines that are left out beyond so many passages: they would take hours."""

Queries = dict[str, list[Asked]]
"""Queries by class."""


class EngineFigures(Struct, frozen=True):
    """Figures of one engine: ``build`` and ``update`` in seconds, ``bytes`` on the disk, ``memory`` in bytes."""

    name: str
    build: float
    bytes: int
    update: float | None
    memory: int
    pages: dict[str, tuple[float, float, float]]
    """Milliseconds of a page by class: median of the first time, longest first time, median of later times."""
    marking: float | None = None
    """Milliseconds of a page that go into marking its ten texts, which peers do by a plain search."""


def draw(corpus: Sequence[Passage]) -> Queries:
    """Queries of each class, always the same for the same corpus."""
    rng = random.Random(5)
    sample = rng.sample(corpus, min(len(corpus), SAMPLED))
    common, rare = _common_and_rare(sample)
    wordings = _wordings(sample, rng)
    pairs = _pairs(rare, 2 * PER_CLASS, rng)
    common_pairs = _pairs(common, PER_CLASS, rng)
    return {
        "two words": [Asked("and", pair) for pair in pairs[:PER_CLASS]],
        "either word": [Asked("or", pair) for pair in pairs[PER_CLASS:]],
        "common words": [Asked("and", pair) for pair in common_pairs],
        "8 characters": [Asked("phrase", (wording,)) for wording in rng.sample(wordings, PER_CLASS)],
        "as typed": [Asked("typed", pair) for pair in pairs[:PER_CLASS]],
    }


def _common_and_rare(sample: Sequence[Passage]) -> tuple[list[str], list[str]]:
    """Words of two characters, sorted: the commonest in more than a fifth of the passages; those in 1 to 10 percent."""
    counts: Counter[str] = Counter()
    for passage in sample:
        counts.update({token for token in tokens(passage.text) if token.isalpha()})
    common = [token for token, count in counts.most_common(40) if count > len(sample) * 0.2]
    rare = [token for token, count in counts.items() if 0.01 < count / len(sample) < 0.1]
    return sorted(common), sorted(rare)


def _pairs(words: Sequence[str], number: int, rng: random.Random) -> list[tuple[str, ...]]:
    """Pairs of different words."""
    return [tuple(rng.sample(words, 2)) for _ in range(number)]


def _wordings(sample: Sequence[Passage], rng: random.Random) -> list[str]:
    """A wording of eight characters from each passage, where the one drawn is Chinese throughout."""
    drawn = [_piece(passage.text, rng) for passage in sample]
    return [piece for piece in drawn if len(piece) == WORDING_LENGTH and all(map(_is_chinese, piece))]


def _piece(text: str, rng: random.Random) -> str:
    start = rng.randrange(max(1, len(text) - WORDING_LENGTH))
    return text[start : start + WORDING_LENGTH]


def _is_chinese(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def build(name: str, folder: Path, size: int, files: list[Path]) -> float:
    """Build an index; in a process of its own."""
    corpus = passages(size, files)
    start = time.perf_counter()
    peer(name).build(folder, corpus)
    return time.perf_counter() - start


def answer(name: str, folder: Path, queries: Queries) -> tuple[EngineFigures, dict[Asked, str]]:
    """Ask everything; in a process of its own. Besides the figures, for each query a digest of its ids."""
    for of_class in queries.values():
        for asked in of_class:
            tree_of(asked)  # made once and kept, so that loading the segmenter counts for no engine
    before = _resident()
    opened = peer(name).open(folder)
    answered = {kind: asked for kind, asked in queries.items() if _is_answered(name, kind)}
    pages = {kind: _page_times(opened, asked) for kind, asked in answered.items()}
    memory = _resident() - before
    figures = EngineFigures(name, 0.0, 0, None, memory, pages, _marking_time(opened, answered))
    compared = [asked for kind, of_class in answered.items() if kind not in OWN_CLASSES for asked in of_class]
    return figures, {asked: _digest(opened.ids(asked)) for asked in compared}


def _is_answered(name: str, kind: str) -> bool:
    return name not in PEERS or kind not in OWN_CLASSES


def _page_times(opened: Opened, queries: Sequence[Asked]) -> tuple[float, float, float]:
    """Milliseconds: the median first time, the longest first time, the median of later times."""
    first = [_milliseconds(opened, asked) for asked in queries]
    again = [statistics.median(_milliseconds(opened, asked) for _ in range(REPEATS)) for asked in queries]
    return statistics.median(first), max(first), statistics.median(again)


def _marking_time(opened: Opened, queries: Queries) -> float | None:
    """Median milliseconds that marking takes of a page; None for peers."""
    if not isinstance(opened, OwnEngine):
        return None
    return statistics.median(opened.marking(asked) for of_class in queries.values() for asked in of_class)


def _milliseconds(opened: Opened, asked: Asked) -> float:
    start = time.perf_counter()
    opened.page(asked)
    return 1000 * (time.perf_counter() - start)


def _digest(ids: set[str]) -> str:
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()


def _resident() -> int:
    """Bytes of memory that this process has, pages of mapped files that it touched among them."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) << 10


def update(name: str, folder: Path, report: list[Passage]) -> float:
    """Seconds to put one changed report into a linked copy, as a new generation does; in a process of its own."""
    engine = open_engine(name, folder)
    # What a process does only once (loading dictionaries, starting others) is done before the clock starts.
    with engine.writer() as writer:
        writer.add([replace(report[0], id="warm-up", report="warm-up")])
    engine.close()
    with tempfile.TemporaryDirectory(dir=folder.parent) as copy:
        start = time.perf_counter()
        link_tree(folder, Path(copy))
        engine = open_engine(name, Path(copy))
        with engine.writer() as writer:
            writer.remove_report(report[0].report)
            writer.add(report)
        engine.close()
        return time.perf_counter() - start


def measure(
    name: str, size: int, files: list[Path], queries: Queries
) -> tuple[EngineFigures, dict[Asked, str]]:
    """All figures of one engine, and a digest of what it finds for each query."""
    with tempfile.TemporaryDirectory() as folder_name:
        folder = Path(folder_name) / "index"
        folder.mkdir()
        with _fresh_process() as pool:
            build_seconds = pool.submit(build, name, folder, size, files).result()
        on_disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        with _fresh_process() as pool:
            figures, found = pool.submit(answer, name, folder, queries).result()
        update_seconds = None
        if name not in PEERS:
            with _fresh_process() as pool:
                report = passages(size, files, first=PASSAGES_PER_REPORT)
                update_seconds = pool.submit(update, name, folder, report).result()
        return replace(figures, build=build_seconds, bytes=on_disk, update=update_seconds), found


def _fresh_process() -> ProcessPoolExecutor:
    """One process; started anew and not forked, so that it may start others, as a build does."""
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))


def run(size: int, files: list[Path], names: Sequence[str]) -> list[EngineFigures]:
    """Measure every engine; ends the run if two do not find the same."""
    queries = draw(passages(size, files))
    measured: list[EngineFigures] = []
    expected: dict[Asked, str] | None = None
    for name in names:
        if size > MAX_PASSAGES.get(name, size):
            continue
        figures, found = measure(name, size, files, queries)
        expected = expected or found
        if found != expected:
            sys.exit(f"{name} does not find what {measured[0].name} finds")
        measured.append(figures)
        print(line(figures, size), flush=True)
    return measured


def line(figures: EngineFigures, size: int) -> str:
    """The figures of an engine in one line; a dash for what it does not do."""
    not_asked = (float("nan"),) * 3
    pages = [figures.pages.get(kind, not_asked) for kind in CLASSES]
    columns = [
        f"{figures.name.partition('://')[0]:16}",
        f"{size / figures.build:9.0f}",
        f"{figures.bytes / 1e6:8.1f}",
        _optional(figures.update),
        f"{figures.memory / 1e6:8.0f}",
        _optional(figures.marking),
        *(f"{first:>9.2f}{worst:>9.2f}{again:>8.2f}" for first, worst, again in pages),
    ]
    return "".join(columns)


def _optional(value: float | None) -> str:
    return f"{'–':>9}" if value is None else f"{value:9.2f}"


def ratios(measured: Sequence[EngineFigures]) -> Iterator[str]:
    """How many times a peer's page our pages take, warm and the first time."""
    for own in (figures for figures in measured if figures.name not in PEERS):
        for peer_figures in (figures for figures in measured if figures.name in PEERS):
            shares = []
            for kind, (_, _, peer_again) in peer_figures.pages.items():
                first, _, again = own.pages[kind]
                shares.append(f"{kind} {again / peer_again:.2f} ({first / peer_again:.1f})")
            yield f"{own.name} / {peer_figures.name}: " + ", ".join(shares)


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
        kept[str(size)] = [asdict(figures) for figures in measured]
        if chosen.save:
            chosen.save.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
