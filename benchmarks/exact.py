"""Exact wording: pairs of characters in Whoosh's postings, a scan, or the places of pairs in arrays.

What: for each way the time to build, its bytes, and the time to find all passages that hold a wording.
Wordings are of 1, 2, 4, 8 and 12 characters drawn from the passages, and common ones (the commonest pairs and
characters). Corpus: ``benchmarks.texts``. Every way has to give the same passages, or the run ends there.
Beware: base readings only, no rule of numbers, so that all three do the same work; Whoosh's postings are read
whole, block by block, as its engine does, which is kinder to it than its own matchers are.

    python -m benchmarks exact --passages 10000 100000 --texts FILE.jsonl
"""

from __future__ import annotations

import argparse
import bisect
import random
import statistics
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

from benchmarks.texts import passages
from report_search.analysis.fold import FoldedText, fold
from report_search.engine.columnar import text_index as texts_
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


def places(texts: list[FoldedText]) -> tuple[Finder, int]:
    """The places of every pair of characters in arrays, as the engine keeps them."""
    arrays = texts_.build([IndexedText(text.text, (), ()) for text in texts])
    held = BigramIndex(arrays)

    def find(wording: str) -> set[int]:
        return set(np.unique(held.texts_at(held.find(wording, cut_before=True, cut_after=True))).tolist())

    return find, sum(array.nbytes for array in arrays.values())


def postings(texts: list[FoldedText]) -> tuple[Finder, int]:
    """Characters and pairs as terms of a Whoosh index; what holds them all is looked at."""
    folder = Path(tempfile.mkdtemp())
    field = fields.FieldType(formats.Existence(), analysis.NgramTokenizer(1, 2))
    found = index.create_in(str(folder), fields.Schema(grams=field))
    writer = found.writer(limitmb=1024)
    for text in texts:
        writer.add_document(grams=text.text)
    writer.commit()
    segment = found._segments()[0]
    terms = segment.codec().terms_reader(segment.open_compound_file(found.storage), segment)

    def rows(gram: str) -> Any:
        try:
            matcher = terms.matcher("grams", gram.encode(), formats.Existence())
        except TermNotFound:
            return np.zeros(0, dtype=np.int64)
        blocks = []
        while matcher.is_active():
            matcher._read_data()
            blocks.append(np.cumsum(matcher._data[0]))
            matcher._next_block()
        return np.concatenate(blocks)

    def find(wording: str) -> set[int]:
        wanted = [wording[at : at + 2] for at in range(len(wording) - 1)] or [wording]
        both = reduce(
            lambda a, b: np.intersect1d(a, b, assume_unique=True), sorted(map(rows, wanted), key=len)
        )
        return {int(row) for row in both if wording in texts[int(row)].text}

    return find, sum(path.stat().st_size for path in folder.iterdir())


WAYS: dict[str, Callable[[list[FoldedText]], tuple[Finder, int]]] = {
    "postings": postings,
    "scan": scan,
    "places": places,
}


def wordings(texts: list[FoldedText]) -> dict[str, list[str]]:
    """Wordings by kind."""
    rng = random.Random(1)
    kinds: dict[str, list[str]] = {}
    for length in (1, 2, 4, 8, 12):
        drawn = [rng.choice(texts).text for _ in range(DRAWN)]
        at = [rng.randrange(max(1, len(text) - length)) for text in drawn]
        kinds[f"{length} drawn"] = [text[a : a + length] for text, a in zip(drawn, at, strict=True)]
    some = "".join(text.text for text in texts[:2000])
    pairs = Counter(map(str.__add__, some, some[1:]))
    kinds["commonest pairs"] = [pair for pair, _ in pairs.most_common(10)]
    kinds["commonest characters"] = [char for char, _ in Counter(some).most_common(10)]
    return kinds


def measure(count: int, files: Sequence[Path], ways: Iterable[str]) -> None:
    """Print a table for ``count`` passages."""
    texts = [fold(passage.text) for passage in passages(count, files)]
    asked = wordings(texts)
    answers: dict[str, set[int]] = {}
    characters = sum(len(text.text) for text in texts)
    print(f"\n{count} passages, {characters} characters; milliseconds, median / 95th percentile")
    print(f"{'':10}{'build s':>9}{'MB':>8}" + "".join(f"{kind:>22}" for kind in asked))
    for name in ways:
        start = time.perf_counter()
        find, size = WAYS[name](texts)
        line = f"{name:10}{time.perf_counter() - start:9.1f}{size / 1e6:8.1f}"
        for kind in asked.values():
            spent = []
            for wording in kind:
                start = time.perf_counter()
                found = find(wording)
                spent.append((time.perf_counter() - start) * 1e3)
                if answers.setdefault(wording, found) != found:
                    raise SystemExit(f"{name} finds other passages for {wording!r}")
            middle, most = statistics.median(spent), sorted(spent)[int(len(spent) * 0.95)]
            line += f"{f'{middle:.2f} / {most:.2f}':>22}"
        print(line, flush=True)


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
