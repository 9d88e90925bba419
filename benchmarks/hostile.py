"""Whether hostile files are read in time that grows with their size and no faster.

What:     every kind of file in ``hostile_files``, and as many random ones as are asked for, read whole (passages and
          their folding included) at doubling sizes until a reading takes long enough to be told from noise.
          ``growth`` is how many times as long the reading of twice the size takes, over the last two doublings.
Aim:      2.3 at most: 2 is linear, 4 is quadratic. Kinds above it are measured once more before they are reported.
Caveats:  seconds are of this process alone and of one core. A file that is refused is one that was looked at; the
          refusal is named beside its growth. What native code may take is bounded by the limits of the child
          process (``indexer/run/process_limits.py``) besides.

    python -m benchmarks hostile [--format pdf] [--random 200] [--every 10] [--save benchmarks/results/hostile.md]
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from benchmarks.hostile_files.catalogue import kinds, random_kinds
from benchmarks.hostile_files.kind import Kind
from benchmarks.machine import heading
from indexer.read_report import read_bytes
from report_search.analysis.fold import fold
from report_search.errors import ReadError
from report_search.passages import passages_of

SMALLEST = 8_000
"""Bytes of the smallest file of a kind."""
LARGEST = 2_000_000
LONG_ENOUGH = 0.5
"""Seconds that a reading takes before its growth is believed and no larger file is tried."""
AIM = 2.3
_CERTAIN = 0.05
"""Seconds below which a reading says nothing of growth."""


class Reading(Struct, frozen=True):
    """One reading: bytes of the file, seconds, and the code of its refusal (``""`` for none)."""

    size: int
    seconds: float
    refusal: str


class Growth(Struct, frozen=True):
    """The readings of a kind at doubling sizes."""

    kind: Kind
    readings: tuple[Reading, ...]

    @property
    def ratio(self) -> float:
        """How many times as long twice the size takes, by the last two doublings that can be told from noise."""
        told = [one.seconds for one in self.readings if one.seconds >= _CERTAIN][-3:]
        return (told[-1] / told[0]) ** (1 / (len(told) - 1)) if len(told) > 1 else 0.0


def read(kind: Kind, size: int) -> Reading:
    """Read a file of a kind once."""
    data = kind.write(size)
    gc.collect()
    refusal = ""
    begin = time.process_time()
    try:
        for passage in passages_of(read_bytes(data, kind.file_name)):
            fold(passage.text)
    except ReadError as error:
        refusal = error.code
    return Reading(size, time.process_time() - begin, refusal)


def growth_of(kind: Kind) -> Growth:
    """Read files of a kind at doubling sizes until one takes long, is refused, or is the largest."""
    readings: list[Reading] = []
    size = SMALLEST
    while size <= LARGEST and (not readings or readings[-1].seconds < LONG_ENOUGH):
        readings.append(read(kind, size))
        size *= 2
    return Growth(kind, tuple(readings))


def measured(chosen: Iterable[Kind]) -> Iterator[Growth]:
    """The growth of each kind; one beyond the aim is measured twice and the lower counts."""
    for kind in chosen:
        growth = growth_of(kind)
        yield growth if growth.ratio <= AIM else min(growth, growth_of(kind), key=lambda one: one.ratio)


def line(growth: Growth) -> str:
    """A row of the table."""
    last = growth.readings[-1]
    ratio = f"{growth.ratio:.2f}" if growth.ratio else "–"
    label = growth.kind.label.replace("|", "\\|").replace("\n", "⏎")
    return f"| {growth.kind.format} | `{label}` | {last.size:,} | {last.seconds:.2f} | {ratio} | {last.refusal} |"


def report(found: Sequence[Growth]) -> str:
    """The results: a line for each format, then the slowest growths of all."""
    lines = [
        "# Hostile files",
        "",
        f"Measured by `python -m benchmarks hostile`; {heading('lxml', 'pypdfium2', 'markdown-it-py')}.",
        "",
        f"Growth is how many times as long twice the size takes: 2 is linear, 4 quadratic, {AIM} the aim.",
        "Each kind of file is one fragment over and over in one place of a format; sizes double until one takes half",
        "a second.",
        "",
        "| format | kinds | above the aim | largest growth | longest, s |",
        "|---|---:|---:|---:|---:|",
    ]
    for name in dict.fromkeys(one.kind.format for one in found):
        own = [one for one in found if one.kind.format == name]
        above = sum(one.ratio > AIM for one in own)
        largest, longest = max(one.ratio for one in own), max(one.readings[-1].seconds for one in own)
        lines.append(f"| {name} | {len(own)} | {above} | {largest:.2f} | {longest:.2f} |")
    lines += [
        "",
        "The largest growths:",
        "",
        "| format | fragment | bytes | s | growth | refused |",
        "|---|---|---:|---:|---:|---|",
        *(line(one) for one in sorted(found, key=lambda one: -one.ratio)[:25]),
        "",
    ]
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """Read the options, measure, print, and save where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks hostile")
    parser.add_argument("--format", nargs="+", help="txt md html mhtml docx pdf")
    parser.add_argument("--random", type=int, default=0, help="number of random kinds besides")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, help="measure one of so many kinds")
    parser.add_argument("--save", type=Path)
    options = parser.parse_args(arguments)
    chosen = [*kinds(), *random_kinds(options.random, seed=options.seed)]
    if options.format:
        chosen = [kind for kind in chosen if kind.format in options.format]
    found = []
    for growth in measured(chosen[:: options.every]):
        found.append(growth)
        if growth.ratio > AIM or growth.readings[-1].seconds > 4 * LONG_ENOUGH:
            print(line(growth), flush=True)
    text = report(found)
    print(f"\n{text}")
    if options.save:
        options.save.write_text(text, encoding="utf-8")
