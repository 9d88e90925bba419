"""``report-search index`` killed with SIGKILL, at random moments and at its own events on the disk.

The command is the real one, in a process of its own. Half of the kills come after a random time; the other half when
the process is about to do its nth thing in the index folder (open, rename, remove, make a folder, link, lock), counted
by Python's audit hooks in a ``sitecustomize``. After each kill the index has to be whole, at the old step or the new
one, and the next run has to end what was begun and leave nothing behind.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, field

from benchmarks.breaking.changing import Corpus, faults_of

ENGINES = ("whoosh", "tantivy")
_EVENT, _FOLDER, _COUNT = "FAULTS_EVENT", "FAULTS_FOLDER", "FAULTS_COUNT"
_HOOK = f'''
import os, signal, sys
_at, _folder = int(os.environ.pop("{_EVENT}", "0")), os.environ.pop("{_FOLDER}", "")
_told = os.environ.pop("{_COUNT}", "")
_names = {{"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.truncate", "sqlite3.connect",
          "fcntl.flock", "os.scandir", "os.utime"}}
_count = 0

def _hook(event, arguments):
    global _count
    if event in _names and any(_folder in str(one) for one in arguments[:2]):
        _count += 1
        if _count == _at:
            os.kill(os.getpid(), signal.SIGKILL)

if _folder:
    sys.addaudithook(_hook)
    if _told:
        import atexit
        atexit.register(lambda: open(_told, "w").write(str(_count)))
'''


class Kills(Struct):
    """What came of the kills of one engine: how many runs were killed in time, and what was wrong afterwards."""

    engine: str
    tried: int = 0
    killed: int = 0
    at_events: int = 0
    old: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


def kill_runs(folder: Path, engine: str, *, number: int, seed: int = 1) -> Kills:
    """Kill ``number`` runs of ``engine``, in a ``folder`` that is filled for it."""
    chance, told = random.Random(f"{seed} {engine}"), Kills(engine)
    began = time.perf_counter()
    corpus, index, hooks = Corpus(folder / "corpus"), folder / "index", folder / "hooks"
    corpus.write()
    hooks.mkdir()
    (hooks / "sitecustomize.py").write_text(_HOOK, encoding="utf-8")
    seconds = _run(corpus, index, engine)
    corpus.advance()
    events = _events(corpus, index, engine, hooks=hooks)
    for place in _places(number, events, chance, seconds=seconds):
        before = corpus.step
        corpus.advance()
        _kill(corpus, index, told, place, hooks=hooks)
        for wrong in faults_of(index, steps=(before, corpus.step), reports=corpus.reports):
            told.wrong.append(f"after {place}: {wrong}")
        told.old += not faults_of(index, steps=(before,), reports=corpus.reports)
        _run(corpus, index, engine)
        told.wrong += [f"the run after {place}: {one}" for one in _left(index, corpus)]
    told.seconds = time.perf_counter() - began
    return told


class _Place(Struct, frozen=True):
    """When a run is killed: before its nth event on the disk, or after some seconds."""

    event: int = 0
    seconds: float = 0.0


def _places(number: int, events: int, chance: random.Random, *, seconds: float) -> Iterator[_Place]:
    at_events = number // 2
    for turn in range(at_events):
        yield _Place(event=1 + (events - 1) * turn // max(1, at_events - 1))
    for _ in range(number - at_events):
        yield _Place(seconds=chance.uniform(0.0, seconds))


def _kill(corpus: Corpus, index: Path, told: Kills, place: _Place, *, hooks: Path) -> None:
    told.tried += 1
    environment = _environment(hooks, index, **({_EVENT: str(place.event)} if place.event else {}))
    command = corpus.command(index, told.engine)
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            process.wait(place.seconds if not place.event else 120)
        except subprocess.TimeoutExpired:
            process.kill()
        if process.wait() == -signal.SIGKILL:
            told.killed += 1
            told.at_events += bool(place.event)


def _run(corpus: Corpus, index: Path, engine: str) -> float:
    """Bring the index up to date; how long it took. Raises ``CalledProcessError`` with what the command said."""
    began = time.perf_counter()
    subprocess.run(corpus.command(index, engine), check=True, capture_output=True)
    return time.perf_counter() - began


def _events(corpus: Corpus, index: Path, engine: str, *, hooks: Path) -> int:
    """How many events a whole run has."""
    counted = hooks / "counted"
    environment = _environment(hooks, index, **{_COUNT: str(counted)})
    subprocess.run(corpus.command(index, engine), env=environment, check=True, capture_output=True)
    return int(counted.read_text(encoding="ascii"))


def _environment(hooks: Path, index: Path, **more: str) -> dict[str, str]:
    path = os.pathsep.join(filter(None, (str(hooks), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path, _FOLDER: str(index), **more}


def _left(index: Path, corpus: Corpus) -> list[str]:
    """What is wrong after a run that was let alone."""
    wrong = faults_of(index, steps=(corpus.step,), reports=corpus.reports)
    drafts = [path.name for path in (index / "generations").iterdir() if path.name.startswith("draft")]
    strays = [path.name for path in index.iterdir() if path.suffix in (".new", ".part", ".tmp")]
    return [*wrong, *(f"{name} is left over" for name in (*drafts, *strays))]
