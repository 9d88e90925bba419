"""Exact wording: pairs of characters in Whoosh's postings, a scan, or the positions of pairs in arrays.

What: for each way the time to build, its bytes, and the time to find all passages that hold a wording.
Wordings are of 1, 2, 4, 8 and 12 characters drawn from the passages, and common ones (the commonest pairs and
characters). Corpus: ``benchmarks.texts``. Every way has to give the same passages, or the run ends there.
Beware: texts without their variants, no rule of numbers, so that all three do the same work; Whoosh's postings are
read whole, block by block, as its engine does, which is faster than its own matchers are.

    python -m benchmarks exact --passages 10000 100000 --texts FILE.jsonl
"""

from __future__ import annotations

import argparse
import bisect
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import analysis, fields, formats, index
from whoosh.reading import TermNotFound

from benchmarks.machine import median_and_p95
from benchmarks.texts import passages
from report_search.analysis.fold import FoldedText, fold
from report_search.engine.columnar import text_index
from report_search.engine.columnar.bigram_index import BigramIndex
from report_search.engine.columnar.indexed_text import IndexedText

Finder = Callable[[str], set[int]]
DRAWN = 40
"""Wordings of each length."""


def scan(texts: list[FoldedText]) -> tuple[Finder, int]:
    """One string of all texts, searched from front to back."""
    whole = "\0".join(text.text for text in texts)
    starts = [0, *accumulate(len(text.text) + 1 for text in texts)]

    def find(wording: str) -> set[int]:
        found = set()
        at = whole.find(wording)
        while at >= 0:
            text = bisect.bisect_right(starts, at) - 1
            found.add(text)
            at = whole.find(wording, starts[text + 1])
        return found

    return find, len(whole.encode("utf-16-le"))


def positions(texts: list[FoldedText]) -> tuple[Finder, int]:
    """The positions of every pair of characters in arrays, as the engine keeps them."""
    arrays = text_index.build([IndexedText(text.text, (), ()) for text in texts])
    bigrams = BigramIndex(arrays)

    def find(wording: str) -> set[int]:
        return set(
            np.unique(bigrams.texts_at(bigrams.find(wording, cut_before=True, cut_after=True))).tolist()
        )

    return find, sum(array.nbytes for array in arrays.values())


def postings(texts: list[FoldedText]) -> tuple[Finder, int]:
    """Characters and pairs as terms of a Whoosh index; texts that hold them all are candidates, and verified."""
    folder = Path(tempfile.mkdtemp())
    field = fields.FieldType(formats.Existence(), analysis.NgramTokenizer(1, 2))
    created = index.create_in(str(folder), fields.Schema(grams=field))
    writer = created.writer(limitmb=1024)
    for text in texts:
        writer.add_document(grams=text.text)
    writer.commit()
    segment = created._segments()[0]
    terms = segment.codec().terms_reader(segment.open_compound_file(created.storage), segment)

    def rows(gram: str) -> Any:
        try:
            matcher = terms.matcher("grams", gram.encode(), formats.Existence())
        except TermNotFound:
            return np.zeros(0, dtype=np.int64)
        blocks = []
        while matcher.is_active():
            matcher._read_data()
            blocks.append(
                np.cumsum(matcher._data[0])
            )  # a block keeps the differences of its document numbers
            matcher._next_block()
        return np.concatenate(blocks)

    def find(wording: str) -> set[int]:
        grams = [wording[at : at + 2] for at in range(len(wording) - 1)] or [wording]
        # The rarest first, so that what is intersected is small from the beginning.
        rarest_first = sorted(map(rows, grams), key=len)
        candidates = reduce(lambda a, b: np.intersect1d(a, b, assume_unique=True), rarest_first)
        return {int(row) for row in candidates if wording in texts[int(row)].text}

    return find, sum(path.stat().st_size for path in folder.iterdir())


WAYS: dict[str, Callable[[list[FoldedText]], tuple[Finder, int]]] = {
    "postings": postings,
    "scan": scan,
    "positions": positions,
}


def wordings(texts: list[FoldedText]) -> dict[str, list[str]]:
    """Wordings by kind."""
    rng = random.Random(1)
    kinds: dict[str, list[str]] = {}
    for length in (1, 2, 4, 8, 12):
        drawn = [rng.choice(texts).text for _ in range(DRAWN)]
        starts = [rng.randrange(max(1, len(text) - length)) for text in drawn]
        pieces = [text[start : start + length] for text, start in zip(drawn, starts, strict=True)]
        kinds[f"{length} drawn"] = pieces
    sample = "".join(text.text for text in texts[:2000])
    pairs = Counter(map(str.__add__, sample, sample[1:]))
    kinds["commonest pairs"] = [pair for pair, _ in pairs.most_common(10)]
    kinds["commonest characters"] = [char for char, _ in Counter(sample).most_common(10)]
    return kinds


def measure(count: int, files: Sequence[Path], ways: Iterable[str]) -> None:
    """Print a table for ``count`` passages."""
    texts = [fold(passage.text) for passage in passages(count, files)]
    kinds = wordings(texts)
    characters = sum(len(text.text) for text in texts)
    print(f"\n{count} passages, {characters} characters; milliseconds, median / 95th percentile")
    print(f"{'':10}{'build s':>9}{'MB':>8}" + "".join(f"{kind:>22}" for kind in kinds))
    expected: dict[str, set[int]] = {}
    for name in ways:
        start = time.perf_counter()
        find, size = WAYS[name](texts)
        line = f"{name:10}{time.perf_counter() - start:9.1f}{size / 1e6:8.1f}"
        for asked in kinds.values():
            median, p95 = median_and_p95([_timed(name, find, wording, expected) for wording in asked])
            line += f"{f'{median:.2f} / {p95:.2f}':>22}"
        print(line, flush=True)


def _timed(name: str, find: Finder, wording: str, expected: dict[str, set[int]]) -> float:
    """Milliseconds to find a wording. Ends the run if the first way that was asked has found other passages."""
    start = time.perf_counter()
    found = find(wording)
    milliseconds = (time.perf_counter() - start) * 1e3
    if expected.setdefault(wording, found) != found:
        raise SystemExit(f"{name} finds other passages for {wording!r}")
    return milliseconds


def main(arguments: list[str]) -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks exact", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--passages", type=int, nargs="+", default=[10_000])
    parser.add_argument("--texts", type=Path, nargs="*", default=[], help="JSON lines with a text each")
    parser.add_argument("--ways", nargs="+", choices=list(WAYS), default=list(WAYS))
    options = parser.parse_args(arguments)
    for count in options.passages:
        measure(count, options.texts, options.ways)
