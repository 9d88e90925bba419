"""Runs of collecting for tests: one round with its manifest, a clock that nobody waits for."""

from __future__ import annotations

import tomllib
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from indexer.collect.clock import WallClock
from indexer.collect.collector import Collector, RunChoices
from indexer.collect.kept_files import KeptFiles
from indexer.collect.seeds import load_seeds
from indexer.collect.settling import settle
from indexer.collect.summary import CollectSummary
from indexer.collect.work_queue import QueuedPage, WorkQueue


class QuickClock:
    """A clock that jumps over every pause; ``slept`` are the pauses."""

    def __init__(self, start: float = 1_700_000_000.0) -> None:
        self.now = start
        self.slept: list[float] = []

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def collected(
    seeds: Path, *, clock: WallClock | None = None, settled: bool = True, **choices: bool
) -> CollectSummary:
    """One run, with the manifest written after it."""
    read = load_seeds(seeds)
    with closing(WorkQueue(read.folder)) as queue:
        summary = Collector(read, queue, choices=RunChoices(**choices), clock=clock).run()
        if settled:
            settle(queue, read.folder, seeds=read.seeds)
    return summary


def queued(folder: Path) -> dict[str, QueuedPage]:
    """What the queue knows, by the end of the address."""
    with closing(WorkQueue(folder)) as queue:
        return {page.url.partition("//")[2].partition("/")[2]: page for page in queue.pages()}


def kept_bytes(folder: Path) -> Counter[bytes]:
    """The bytes of every kept file, with how often they are kept."""
    files = KeptFiles(folder)
    return Counter((folder / path).read_bytes() for path in files.paths())


def manifest(folder: Path) -> dict[str, Any]:
    """What was written for the index."""
    return tomllib.loads((folder / "collected.toml").read_text(encoding="utf-8"))
