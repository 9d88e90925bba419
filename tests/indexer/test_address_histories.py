"""Addresses through random histories: none ever means another place, nearly all still lead to their text."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from indexer.run import pipeline, work_plan
from indexer.run.pipeline import IndexJob, run_job
from report_search.errors import GoneError, MovedError, NotFoundError
from report_search.generations import address_book
from report_search.search.searcher import Searcher
from tests.indexer.histories import VERSIONS, History, Reader, identities
from tests.sampling import sampled

STEPS = 7
LEAST = 0.99
"""The share of published addresses whose text still stands that have to lead to it."""


@dataclass
class Published:
    """What an address led to when it was last seen to stand: a sentence, its text, its agency and year, and what ever
    stood beside it in its report."""

    identity: int
    text: str
    place: tuple[str, int | None]
    beside: set[int] = field(default_factory=set)


@dataclass
class Tally:
    """Addresses whose sentence still stands, and those of them that lead to it."""

    standing: int = 0
    leading: int = 0
    wrong: list[str] = field(default_factory=list)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    made = Reader()
    monkeypatch.setattr(pipeline, "read_all", made.read_all)
    monkeypatch.setattr(work_plan, "base_recipe", made.recipe)
    # What is written is read again by this process: nothing has to wait for the disk. Engines are tested elsewhere.
    monkeypatch.setattr("os.fsync", lambda handle: None)
    monkeypatch.setattr(address_book, "SYNCHRONOUS", "OFF")
    monkeypatch.setattr(pipeline, "check_engine", lambda *given, **more: None)
    return made


def bare(text: str) -> str:
    return "".join(text.split())


def standing(history: History, searcher: Searcher) -> Iterator[tuple[str, Published]]:
    """Every address of today with what it leads to."""
    for summary in searcher.reports():
        ids = list(identities(history.files[summary.path]))
        passages = searcher.report_passages(summary.id)
        assert len(passages) == len(ids)
        for passage, identity in zip(passages, ids, strict=True):
            place = (summary.agency_key, summary.year)
            yield passage.id, Published(identity, passage.text, place, set(ids))


def look_up(searcher: Searcher, address: str) -> str | None:
    """The address where what this one led to stands now; None if it is gone. Never "not found"."""
    try:
        return searcher.passage(address).id
    except MovedError as moved:
        return searcher.passage(moved.nearest.id).id
    except GoneError:
        return None


def judge(
    published: dict[str, Published], now: dict[str, Published], searcher: Searcher, tally: Tally
) -> None:
    places: dict[int, tuple[str, int | None]] = {one.identity: one.place for one in now.values()}
    for address, known in published.items():
        target = look_up(searcher, address)
        tally.standing += known.identity in places
        if target is None:
            continue
        found = now[target]
        is_same = found.identity == known.identity
        tally.leading += is_same
        # Another sentence of the same wording, in the same agency's report of the year: only where the first is gone
        # from there, and never one that stood beside it in one report.
        is_there = places.get(known.identity) == known.place
        is_another = not is_same and (
            is_there or found.identity in known.beside or found.place != known.place
        )
        if bare(found.text) != bare(known.text) or is_another:
            tally.wrong.append(f"{address} led to {known}, now at {target} to {found}")


def run_history(seed: int, folder: Path, reader: Reader, tally: Tally) -> None:
    corpus, index = folder / "corpus", folder / "index"
    corpus.mkdir(parents=True)
    history = History(seed, corpus)
    chance = random.Random(seed)
    reader.version = 0
    published: dict[str, Published] = {}
    reports: set[str] = set()
    for _ in range(STEPS):
        run_job(IndexJob((corpus,), index, "memory", accept_losses=True))
        searcher = Searcher(index)
        now = dict(standing(history, searcher))
        for address, found in now.items():
            known = published.setdefault(address, found)
            if known.identity == found.identity:
                known.beside |= found.beside
        judge(published, now, searcher, tally)
        for address, found in now.items():
            found.beside |= published[address].beside
        published |= now
        reports |= {summary.id for summary in searcher.reports()}
        for report in reports:
            with pytest.raises(NotFoundError):
                searcher.passage(f"{report}-00000000")
            assert led(searcher, report)
        if chance.random() < 0.2:
            reader.version = chance.randrange(VERSIONS)
        if chance.random() < 0.15:
            shutil.rmtree(index / "generations")
            (index / "current").unlink()
        for _ in range(chance.randint(1, 2)):
            history.step()


def led(searcher: Searcher, report: str) -> bool:
    """Whether the address of a report leads on, or says why it does not."""
    try:
        searcher.report(report)
    except MovedError as moved:
        return searcher.report(moved.nearest.id).id == moved.nearest.id
    except GoneError as gone:
        return bool(gone.message)
    return True


def test_two_hundred_random_histories(tmp_path: Path, reader: Reader) -> None:
    tally = Tally()
    histories = sampled(200)
    for seed in range(histories):
        run_history(seed, tmp_path / str(seed), reader, tally)
        assert tally.wrong == []
    assert tally.standing > 25 * histories
    assert tally.leading >= LEAST * tally.standing, f"{tally.leading} of {tally.standing}"
