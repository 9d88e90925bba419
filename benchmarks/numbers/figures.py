"""Whether every official cell is read right, and whether sums that do not hold are found, all of them and no other.

What:     cells: reports of 2014 to 2024 written as HTML, DOCX and PDF, read again, and every cell of their official
          tables (text, number, status, measure) held against what was written; a third of the reports have tables of
          both forms. Checks: faults of every kind planted one at a time in such reports, written as HTML or DOCX and
          read again, held against all that follows from them; the same reports without faults.
Corpus:   the generator of ``indexer/synthetic``; faults by ``benchmarks/numbers/planted.py``.
Caveats:  real tables are torn in more ways than these; ``tests/figures`` has the gold of real reports.

    python -m benchmarks figures [--reports 200] [--faults 500]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from benchmarks.machine import heading
from benchmarks.numbers.planted import KINDS, PlantedFault, pairs, planted
from indexer.read_report import read_bytes
from indexer.synthetic import forms, printing
from indexer.synthetic.demo.measures import places, status
from indexer.synthetic.pages import write_html
from indexer.synthetic.reports import reports
from indexer.synthetic.word import write_docx
from report_search.figures.checks import Check, check_carry_over
from report_search.figures.extract import figures_of
from report_search.model import Report, Table

SEED = 17
MIXED = 3
"""One of so many reports has a table of requests of the other form."""
OFFICIAL_SINCE = 2014
Cells = dict[str, list[Any]]
"""Text, number and status of each cell, by its measure."""


def eras(count: int, *, seed: int = SEED) -> Iterator[Report]:
    """So many reports with official tables; some have those of both forms."""
    rng, found = Random(seed), 0
    for made in reports(seed=seed):
        if found == count:
            return
        if made.year is not None and made.year >= OFFICIAL_SINCE:
            found += 1
            yield _mixed(made, rng) if found % MIXED == 0 and made.year >= 2019 else made


def _mixed(made: Report, rng: Random) -> Report:
    """``made`` with the table of requests of the other form."""
    other = 2021 if made.year is not None and made.year < 2021 else 2019
    table = forms.requests(rng, form=other).table
    sections = tuple(
        replace(
            section,
            blocks=tuple(
                table if isinstance(block, Table) and block.form.startswith("b") else block
                for block in section.blocks
            ),
        )
        for section in made.sections
    )
    return replace(made, sections=sections)


def written(made: Report) -> Cells:
    """The cells of the official tables as they were made, by the demo corpus's own list of measures; no annex."""
    tables = [block for _, section in made.walk() for block in section.blocks if isinstance(block, Table)]
    official = (table for table in tables if not table.form.startswith("stats"))
    return {
        place.measure: [place.cell.text, place.cell.value, status(place.cell)]
        for table in official
        for place in places(table)
    }


def annex_of(made: Report) -> list[list[Any]]:
    """Text and number of the cells of the annex, in order."""
    tables = [block for _, section in made.walk() for block in section.blocks if isinstance(block, Table)]
    annexes = (table for table in tables if table.form.startswith("stats"))
    return [[place.cell.text, place.cell.value] for table in annexes for place in places(table)]


def read(found: Report) -> tuple[Cells, list[list[Any]]]:
    """The same of a report that was read."""
    cells = figures_of(found).cells
    official: Cells = {
        one.measure: [one.text, one.value, one.status]
        for one in cells
        if one.measure and not one.measure.startswith("annex.")
    }
    return official, [[one.text, one.value] for one in cells if one.measure.startswith("annex.")]


def as_pdf(made: Iterable[Report]) -> Iterator[bytes]:
    """Printed pages."""
    return printing.print_pages(write_html(one, layout="print") for one in made)


def as_html(made: Iterable[Report]) -> Iterator[bytes]:
    """Web pages."""
    return map(write_html, made)


def as_docx(made: Iterable[Report]) -> Iterator[bytes]:
    """Word files."""
    return map(write_docx, made)


WRITERS: dict[str, Callable[[Iterable[Report]], Iterator[bytes]]] = {
    "html": as_html,
    "docx": as_docx,
    "pdf": as_pdf,
}


class RightCells(Struct, frozen=True):
    """How many cells were written, how many of them were read as they are, and the reports with another one."""

    cells: int
    right: int
    wrong_reports: tuple[str, ...]


def compare_cells(made: list[Report], form: str) -> RightCells:
    """Write, read and compare."""
    cells = right = 0
    wrong: list[str] = []
    for one, data in zip(made, WRITERS[form](made), strict=True):
        wanted, annex = written(one), annex_of(one)
        found, found_annex = read(read_bytes(data, f"r.{form}"))
        equal = sum(found.get(key) == value for key, value in wanted.items())
        equal += sum(a == b for a, b in zip(annex, found_annex, strict=False))
        cells += len(wanted) + len(annex)
        right += equal
        is_same = found == wanted and found_annex == annex
        wrong += [] if is_same else [one.id]
    return RightCells(cells, right, tuple(wrong))


def found_in(before: Report, now: Report) -> set[tuple[str, str, float, float]]:
    """What the checks say of a report, read again, and of the year before it."""
    first, second = (figures_of(_again(one)) for one in (before, now))
    checks: list[Check] = [*second.checks, *first.checks]
    years = (before.year or 0, now.year or 0)
    checks += check_carry_over(first.named(), second.named(), years=years)
    return {(one.kind, one.measure, one.left.value, one.right.value) for one in checks}


def _again(made: Report) -> Report:
    """``made`` written and read; every other one as a Word file."""
    is_word = len(made.id) % 2 == 0
    return read_bytes(write_docx(made) if is_word else write_html(made), "r.docx" if is_word else "r.html")


class FoundFaults(Struct, frozen=True):
    """Of each kind how many faults were planted and how many found; ``extra`` are findings that nobody planted."""

    planted: Counter[str]
    found: Counter[str]
    extra: int


def find_faults(faults: Iterable[PlantedFault]) -> FoundFaults:
    """Read each broken report and compare what is found with all that was to be found."""
    result = FoundFaults(Counter(), Counter(), 0)
    extra = 0
    for fault in faults:
        wanted, found = set(fault.wanted), found_in(fault.before, fault.report)
        result.planted[fault.kind] += 1
        result.found[fault.kind] += bool(wanted) and wanted <= found
        extra += len(found - wanted)
    return replace(result, extra=extra)


def false_alarms(count: int) -> int:
    """How many findings there are in reports whose sums all hold, so many pairs of years."""
    return sum(len(found_in(before, now)) for before, now in pairs(count, seed=SEED + 1))


def main(arguments: list[str]) -> None:
    """Read the options, measure, print; the exit status is 1 where a promise is not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks figures")
    parser.add_argument("--reports", type=int, default=200)
    parser.add_argument("--faults", type=int, default=500)
    options = parser.parse_args(arguments)
    print(heading("lxml", "pypdfium2"))
    made = list(eras(options.reports))
    is_kept = True
    for form in WRITERS:
        if form == "pdf" and not printing.is_available():
            print("pdf: no Chromium to print with")
            continue
        start = time.perf_counter()
        told = compare_cells(made, form)
        is_kept &= not told.wrong_reports
        wrong = f"; not whole: {', '.join(told.wrong_reports[:5])}" if told.wrong_reports else ""
        seconds = time.perf_counter() - start
        print(
            f"{form:5}{len(made):5} reports {told.cells:7} cells {told.right:7} right {seconds:6.0f} s{wrong}",
            flush=True,
        )
    told_faults = find_faults(planted(options.faults, seed=SEED))
    for kind in KINDS:
        print(f"{kind:12}{told_faults.planted[kind]:5} planted {told_faults.found[kind]:5} found")
    alarms = false_alarms(options.reports // 2)
    print(
        f"beside them {told_faults.extra}; in {options.reports // 2 * 2} clean reports {alarms} false alarms"
    )
    share = told_faults.found.total() / max(told_faults.planted.total(), 1)
    if not is_kept or share < 0.99 or told_faults.extra or alarms:
        sys.exit(1)
