"""Whether every format gives the report that its web page gives, and what mutated files do to their readers.

What:     synthetic reports are written in each format, read, and compared as whole models with what the web page of the
          same report is read as. Then files of each format are damaged at random and read in child processes with the
          limits of a run: an outcome is a report or a refusal, never a failure of the reader.
Corpus:   the generator of ``indexer/synthetic``, seed 1. A mutant of a package has a damaged part in a sound package
          three times of four, else the package itself is damaged.
Caveats:  the writers are small and write what they need; files of office programs are in
          ``tests/indexer/readers/samples``. Scans are measured elsewhere.

    python -m benchmarks formats [--reports 200] [--mutants 1000] [--formats ofd doc …] [--save FILE]
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from benchmarks.machine import heading
from benchmarks.reading import NO_SOURCE, WRITERS
from indexer.read_report import read_bytes
from indexer.readers.packed import is_package
from indexer.run.sandbox import Sandbox
from indexer.synthetic.reports import reports
from report_search.errors import ReadError
from report_search.model import Report

FORMATS = ("ofd", "doc", "xls", "xlsx", "odt", "rtf", "docx", "html")
FAULTS = frozenset({"reader-failed", "too-costly", "timed-out"})
"""What a file may never do to its reader."""
_ORIGINALS = 12
"""Mutants are made of so many reports in turn."""

Mutant = tuple[str, int]
"""The format of a mutant and its number, which is the seed of its damage."""


class FormatFindings(Struct, frozen=True):
    """What was found of a format: reports that read as their web page does, of how many, in how many seconds; what came
    of mutants by the code of their refusal ("" for those that were read), and the slowest of them."""

    format: str
    equal: int
    reports: int
    seconds: float
    outcomes: Counter[str]
    slowest: float

    @property
    def faults(self) -> int:
        """Mutants that harmed their reader."""
        return sum(count for code, count in self.outcomes.items() if code in FAULTS)


def bare(report: Report) -> Report:
    """``report`` without what only a reader can know: where and how it was found."""
    return replace(report, source=NO_SOURCE, evidence=(), warnings=())


def round_trip(format_: str, number: int) -> tuple[int, float]:
    """How many reports read as their web page does, and the seconds that reading them took."""
    equal, seconds = 0, 0.0
    for report in reports(number):
        page = read_bytes(WRITERS["html"](report), "report.html")
        data = WRITERS[format_](report)
        start = time.perf_counter()
        read = read_bytes(data, "report")
        seconds += time.perf_counter() - start
        equal += bare(read) == bare(page)
    return equal, seconds


@lru_cache(maxsize=_ORIGINALS)
def _original(format_: str, at: int) -> bytes:
    return WRITERS[format_](next(reports(1, start=at)))


def mutant(format_: str, number: int) -> bytes:
    """A damaged file of a format; the same one each time."""
    rng = random.Random(f"{format_} {number}")
    data = _original(format_, number % _ORIGINALS)
    if is_package(data) and rng.random() < 0.75:
        return with_damaged_part(data, rng)
    return damaged(data, rng)


def with_damaged_part(data: bytes, rng: random.Random) -> bytes:
    """A package with one of its parts damaged, packed soundly."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        chosen = rng.choice(old.namelist())
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, damaged(content, rng) if name == chosen else content)
    return packed.getvalue()


def damaged(data: bytes, rng: random.Random) -> bytes:
    """``data`` with one to thirty places changed: bytes, bits, numbers, stretches cut, repeated or moved."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 30))):
        if not changed:
            break
        at = rng.randrange(len(changed))
        length = rng.choice((1, 2, 4, 16, 200, 2_000))
        match rng.randrange(7):
            case 0:
                changed[at] = rng.randrange(256)
            case 1:
                changed[at] ^= 1 << rng.randrange(8)
            case 2:
                changed[at : at + 4] = rng.choice((b"\xff" * 4, b"\0" * 4, b"\xff\xff\xff\x7f", b"\1\0\0\0"))
            case 3:
                del changed[at : at + length]
            case 4:
                changed[at:at] = changed[at : at + length]
            case 5:
                other = rng.randrange(len(changed))
                changed[at : at + length] = changed[other : other + length]
            case _:
                # Digits are what formats count and measure with.
                digits = [
                    where for where in range(at, min(at + 200, len(changed))) if chr(changed[where]).isdigit()
                ]
                if digits:
                    changed[rng.choice(digits)] = ord(rng.choice("0123456789-"))
    if rng.random() < 0.1:
        del changed[rng.randrange(len(changed) + 1) :]
    return bytes(changed)


def read_mutant(job: Mutant) -> float:
    """Read a mutant; the seconds that took. Raises ``ReadError``."""
    data = mutant(*job)
    start = time.perf_counter()
    try:
        read_bytes(data, "mutant")
    except ReadError as error:
        if time.perf_counter() - start > 60:
            raise ReadError("timed-out", "读取超过 60 秒") from error
        raise
    return time.perf_counter() - start


def run_mutants(format_: str, number: int) -> tuple[Counter[str], float]:
    """What came of mutants by the code of their refusal, and the slowest that was read, in seconds."""
    jobs = [(format_, at) for at in range(number)]
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    for job, outcome in zip(jobs, Sandbox(read_mutant, processes=2).run(jobs), strict=True):
        if isinstance(outcome, ReadError):
            outcomes[outcome.code] += 1
            if outcome.code in FAULTS:
                print(f"{job}: {outcome.message}", flush=True)
        else:
            outcomes[""] += 1
            slowest = max(slowest, outcome)
    return outcomes, slowest


def run(formats: Sequence[str], number: int, *, mutants: int) -> Iterator[FormatFindings]:
    """The findings of each format."""
    for format_ in formats:
        equal, seconds = round_trip(format_, number)
        outcomes, slowest = run_mutants(format_, mutants)
        yield FormatFindings(format_, equal, number, seconds, outcomes, slowest)


def line(found: FormatFindings) -> str:
    """A row of the table."""
    refused = sum(count for code, count in found.outcomes.items() if code and code not in FAULTS)
    codes = ", ".join(f"{code} {count}" for code, count in found.outcomes.most_common() if code)
    each = 1000 * found.seconds / max(1, found.reports)
    return (
        f"| {found.format} | {found.equal} of {found.reports} | {each:.0f} | {found.outcomes['']} | {refused} | "
        f"{found.faults} | {found.slowest:.1f} | {codes} |"
    )


def report_of(found: Sequence[FormatFindings]) -> str:
    """The results as kept."""
    lines = [
        "# Formats",
        "",
        f"Measured by `python -m benchmarks formats`; {heading('lxml', 'olefile', 'python-calamine')}.",
        "",
        "Equal: reports whose whole model is that of their web page, cells and header paths included. Mutants are",
        "read in child processes with the limits of a run; a fault is an unforeseen error, a crash, or a limit of the",
        "process.",
        "",
        "| format | equal | ms each | mutants read | refused | faults | slowest, s | refusals |",
        "|---|---:|---:|---:|---:|---:|---:|---|",
        *map(line, found),
        "",
    ]
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """Measure, print, save where asked; fail if a report differs or a mutant harmed its reader."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks formats")
    parser.add_argument("--reports", type=int, default=200)
    parser.add_argument("--mutants", type=int, default=1000)
    parser.add_argument("--formats", nargs="+", choices=sorted(WRITERS), default=list(FORMATS))
    parser.add_argument("--save", type=Path)
    options = parser.parse_args(arguments)
    found = []
    for findings in run(options.formats, options.reports, mutants=options.mutants):
        found.append(findings)
        print(line(findings), flush=True)
    if options.save:
        options.save.write_text(report_of(found), encoding="utf-8")
    sys.exit(0 if all(one.equal == one.reports and not one.faults for one in found) else 1)
