"""Whether an index and a server survive what breaks others: kills, tamperings, swaps under load, attacks.

What:     ``report-search index`` killed with SIGKILL over both embedded engines, at random and at its own events on the
          disk; files of an index and of snapshots changed; a server under load whose index is replaced again and again;
          a server attacked by half requests and garbled ones, by requests that ask for much, by costly queries and by
          a crowd.
Aim:      nothing under "wrong": an index at the old or the new step after a kill, refused or the same after a
          tampering, no error and flat memory under load, honest requests answered beside an attack and after it.
Caveats:  server and clients share the cores; a kill in Rust code comes at random moments only. Bounded in number and
          time, and everything is asked of 127.0.0.1.

    python -m benchmarks faults [--kills 200] [--tamperings 500] [--minutes 10] [--swap-every 30] [--attacks 10]
                                [--seed 1] [--save benchmarks/results/faults.md]

A size of 0 leaves a part out. The tests take 10 kills, 25 tamperings and half a minute.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.breaking.attacks import attack_all
from benchmarks.breaking.changing import Corpus
from benchmarks.breaking.kills import ENGINES, kill_runs
from benchmarks.breaking.load import put_under_load
from benchmarks.breaking.tampering import tamper
from benchmarks.machine import heading

MOST_SHOWN = 20
"""Lines of what was wrong."""


class Findings:
    """What was seen, as lines of a table, and what was wrong."""

    def __init__(self) -> None:
        self.rows: list[str] = []
        self.wrong: list[str] = []

    def add(self, what: str, seen: str, wrong: Sequence[str]) -> None:
        """One line, printed at once."""
        self.rows.append(f"| {what} | {seen} | {len(wrong)} |")
        self.wrong += [f"{what}: {one}" for one in wrong]
        print(self.rows[-1], *wrong[:MOST_SHOWN], sep="\n  ", flush=True)

    def table(self) -> Iterator[str]:
        """The lines of the result."""
        yield from ("| what | seen | wrong |", "|---|---|---|", *self.rows, "")
        yield from (f"- {one}" for one in self.wrong[:MOST_SHOWN])


def built(folder: Path, engine: str, *, reports: int = 6) -> Path:
    """An index of a corpus below ``folder``."""
    corpus = Corpus(folder / "corpus", reports=reports)
    corpus.write()
    subprocess.run(corpus.command(folder / "index", engine), check=True, capture_output=True)
    return folder / "index"


def break_things(folder: Path, sizes: argparse.Namespace) -> Findings:
    """Everything whose size is not 0, one after the other."""
    told = Findings()
    for turn, engine in enumerate(ENGINES):
        share = (sizes.kills + turn) // len(ENGINES)
        if share:
            found = kill_runs(_fresh(folder, f"kills-{engine}"), engine, number=share, seed=sizes.seed)
            seen = f"{found.killed} of {found.tried} runs killed, {found.at_events} of them at an event; "
            told.add(f"kills, {engine}", f"{seen}{found.old} times the old index goes on", found.wrong)
    for turn, engine in enumerate(ENGINES):
        share = (sizes.tamperings + turn) // len(ENGINES)
        if share:
            place = _fresh(folder, f"tampering-{engine}")
            changed = tamper(built(place, engine), place, engine, number=share, seed=sizes.seed)
            seen = f"{changed.tried} changes: {changed.refused} refused, {changed.same} answered as before"
            told.add(f"tamperings, {engine}", seen, changed.wrong)
    if sizes.minutes:
        load = put_under_load(_fresh(folder, "load"), seconds=60 * sizes.minutes, every=sizes.swap_every)
        held = ", ".join(f"{one / 1e6:.0f}" for one in (*load.memory[:1], *load.memory[-1:]))
        seen = f"{load.answers} answers, {load.swaps} swaps, the slowest {load.slowest:.2f} s, "
        told.add(
            f"load, {sizes.minutes:g} minutes", f"{seen}workers hold {held} MB (first, last)", load.wrong
        )
    if sizes.attacks:
        index = built(_fresh(folder, "attacks"), "whoosh", reports=60)
        for attack in attack_all(index, seconds=sizes.attacks):
            told.add(attack.name, attack.seen, attack.wrong)
    return told


def _fresh(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


def main(arguments: Sequence[str] | None = None) -> None:
    """Break things, print what came of it, and exit with 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--tamperings", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--swap-every", type=float, default=30.0, help="seconds")
    parser.add_argument("--attacks", type=float, default=10.0, help="seconds that a crowd asks")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save", type=Path)
    chosen = parser.parse_args(arguments)
    head = heading("whoosh", "tantivy", "flask", "waitress")
    print(head)
    with TemporaryDirectory() as folder:
        found = break_things(Path(folder), chosen)
    if chosen.save:
        said = f"# Faults\n\n{head}\n\n`python -m benchmarks faults`; its first lines say what is done and aimed at.\n"
        chosen.save.write_text("\n".join((said, *found.table())) + "\n", encoding="utf-8")
    if found.wrong:
        sys.exit(1)
