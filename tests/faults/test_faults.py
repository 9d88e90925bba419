"""Samples of ``python -m benchmarks faults``: kills, tamperings, load with swaps, attacks; the whole runs by itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.breaking import faults
from benchmarks.breaking.attacks import attack_all
from benchmarks.breaking.changing import Corpus, faults_of
from benchmarks.breaking.kills import ENGINES, kill_runs
from benchmarks.breaking.load import put_under_load
from benchmarks.breaking.tampering import tamper
from report_search.generations import Generations
from tests.sampling import WHOLE

KILLS, TAMPERINGS = (20, 100) if WHOLE else (5, 13)
"""Of each engine."""
SECONDS, EVERY = 30.0, 5.0
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="kills processes, and looks at them in /proc")


@on_linux
@pytest.mark.parametrize("engine", ENGINES)
def test_a_killed_run_leaves_the_old_index_or_the_new_one(engine: str, tmp_path: Path) -> None:
    pytest.importorskip(engine)
    told = kill_runs(tmp_path, engine, number=KILLS)
    assert told.wrong == []
    assert told.tried == KILLS
    assert told.at_events == KILLS // 2


@pytest.mark.parametrize("engine", ENGINES)
def test_a_file_that_was_tampered_with_is_refused_or_does_no_harm(engine: str, tmp_path: Path) -> None:
    pytest.importorskip(engine)
    index = faults.built(tmp_path, engine)
    told = tamper(index, tmp_path, engine, number=TAMPERINGS)
    assert told.wrong == []
    assert told.refused + told.same == told.tried == TAMPERINGS
    assert told.refused > TAMPERINGS // 4


@on_linux
def test_an_index_is_swapped_under_load_without_an_error(tmp_path: Path) -> None:
    told = put_under_load(tmp_path, seconds=SECONDS, every=EVERY)
    assert told.wrong == []
    assert told.answers > 100
    assert told.swaps >= 2
    assert told.memory


@on_linux
def test_a_server_that_is_attacked_answers_who_asks_honestly(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    index = faults.built(tmp_path, "whoosh", reports=30)
    told = attack_all(index, seconds=3.0)
    assert [one.name for one in told] == [
        "slowloris",
        "garbled requests",
        "amplification",
        "costly queries",
        "deadline",
        "overload",
    ]
    assert [(one.name, one.wrong) for one in told if one.wrong] == []
    assert all(one.seen for one in told)
    # A query that is given up is noted; nothing else is.
    assert [
        line for line in capfd.readouterr().err.splitlines() if not line.startswith("too-costly at ")
    ] == []


def test_what_is_wrong_with_an_index_is_found(tmp_path: Path) -> None:
    """So that "nothing wrong" says something."""
    corpus, index = Corpus(tmp_path / "corpus"), tmp_path / "index"
    assert faults_of(index, steps=(0,), reports=6) == []
    assert faults_of(index, steps=(1,), reports=6) == ["there is no index any more"]
    corpus.write()
    subprocess.run(corpus.command(index, "memory"), check=True, capture_output=True)
    assert faults_of(index, steps=(corpus.step,), reports=6) == []
    assert faults_of(index, steps=(corpus.step + 1,), reports=6) == ["of the steps (2,) it finds []"]
    assert faults_of(index, steps=(corpus.step,), reports=5) == ["6 passages where there are 5"]
    current = Generations(index).current()
    assert current is not None
    next(current.engine_folder.iterdir()).write_bytes(b"other")
    assert "损坏" in faults_of(index, steps=(corpus.step,), reports=6)[0]


def test_the_measurement_can_be_called_and_writes_its_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("tantivy", reason="the extra 'tantivy' is not installed")
    saved = tmp_path / "faults.md"
    faults.main(
        ["--kills", "0", "--tamperings", "2", "--minutes", "0", "--attacks", "0", "--save", str(saved)]
    )
    assert "| tamperings, whoosh | 1 changes:" in capsys.readouterr().out
    assert saved.read_text("utf-8").startswith("# Faults\n")
    assert "| what | seen | wrong |" in saved.read_text("utf-8")
