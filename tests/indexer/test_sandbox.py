"""Children that read files: none takes the run along, and no machine's fault is taken for a file's."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from indexer.run import process_limits, sandbox
from indexer.run.process_limits import MEGABYTE, Limits
from indexer.run.sandbox import Sandbox
from report_search.config import DEBUG_VARIABLE
from report_search.errors import OperatorError, ReadError
from tests.indexer import hostile

TIGHT = Limits(cpu_seconds=1, wall_seconds=30.0, memory=300 * MEGABYTE)


def work(name: str) -> str:
    """Do what ``name`` says, and say which process did it."""
    hostile.harm(Path(name))
    return f"{name} {os.getpid()}"


def run(*names: str, processes: int = 2, limits: Limits = TIGHT) -> list[str]:
    """What came of each name: the name, or the code of the error."""
    outcomes: Sequence[str | ReadError] = list(Sandbox(work, processes=processes, limits=limits).run(names))
    return [one.code if isinstance(one, ReadError) else one.split()[0] for one in outcomes]


def test_results_come_in_order_from_children_that_are_used_again() -> None:
    names = [f"n{number}" for number in range(40)]
    outcomes = [str(one) for one in Sandbox(work, processes=2).run(names)]
    assert [one.split()[0] for one in outcomes] == names
    pids = {one.split()[1] for one in outcomes}
    assert 1 <= len(pids) <= 2
    assert str(os.getpid()) not in pids


def test_nothing_to_do_starts_nothing() -> None:
    assert run() == []


@pytest.mark.parametrize("name", ["loops", "allocates", "grows"])
def test_a_child_that_takes_too_much_is_ended_and_the_others_go_on(name: str) -> None:
    assert run("a", name, "b", "c") == ["a", "too-costly", "b", "c"]


def test_cpu_is_counted_file_by_file() -> None:
    names = [f"burns-{number}" for number in range(6)]
    outcomes = list(Sandbox(burn, processes=1, limits=TIGHT).run(names))
    assert outcomes == names


def burn(name: str) -> str:
    """Take 0.4 seconds of a core."""
    until = time.process_time() + 0.4
    while time.process_time() < until:
        pass
    return name


def test_a_child_that_waits_for_ever_is_ended_by_the_clock() -> None:
    limits = Limits(cpu_seconds=5, wall_seconds=0.5, memory=TIGHT.memory)
    assert run("a", "sleeps", "b", limits=limits) == ["a", "timed-out", "b"]


def test_without_limits_of_the_system_the_clock_and_a_look_at_the_memory_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fork_for_patches(monkeypatch)
    monkeypatch.setattr(process_limits, "resource", None)
    limits = Limits(cpu_seconds=1, wall_seconds=300.0, memory=300 * MEGABYTE)
    assert process_limits.wall_seconds(limits) == 4
    assert run("loops", "a", "grows", limits=limits) == ["timed-out", "a", "too-costly"]


def fork_for_patches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let children see what is patched here; a process with other threads would not fork by itself."""
    context = multiprocessing.get_context("fork")
    monkeypatch.setattr(sandbox, "_context", lambda: context)


@pytest.mark.parametrize("name", ["crashes", "exits"])
def test_a_file_of_which_two_children_die_is_to_blame(name: str) -> None:
    assert run("a", name, "b") == ["a", "reader-failed", "b"]


def test_a_child_that_was_killed_once_is_not_the_files_fault(tmp_path: Path) -> None:
    names = ["a", str(tmp_path / "killed-once"), "b"]
    assert run(*names) == names


def test_children_that_are_killed_again_and_again_stop_the_run() -> None:
    with pytest.raises(OperatorError) as stopped:
        run("a", "killed", "b")
    assert stopped.value.code == "worker-killed"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("ENOSPC", "disk-full"),
        ("EDQUOT", "disk-full"),
        ("EMFILE", "too-many-files"),
        ("ENFILE", "too-many-files"),
        ("ENOMEM", "no-memory"),
        ("OperatorError", "sections-broken"),
    ],
)
def test_a_fault_of_the_machine_or_the_operator_stops_the_run(name: str, code: str) -> None:
    with pytest.raises(OperatorError) as stopped:
        run("a", name, "b")
    assert stopped.value.code == code
    assert stopped.value.message


def test_memory_that_the_machine_lacks_is_not_the_files_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    fork_for_patches(monkeypatch)
    monkeypatch.setattr(process_limits, "is_memory_scarce", lambda: True)
    with pytest.raises(OperatorError) as stopped:
        run("allocates")
    assert stopped.value.code == "no-memory"


def test_a_narrower_limit_of_the_caller_is_not_the_files_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    fork_for_patches(monkeypatch)
    usual = process_limits.confine
    # As ``ulimit -v`` would, before the program began.
    monkeypatch.setattr(process_limits, "confine", lambda limits: usual(TIGHT) and usual(limits))
    with pytest.raises(OperatorError) as stopped:
        run("allocates", limits=Limits(memory=1 << 40))
    assert stopped.value.code == "no-memory"


def test_no_room_for_another_process_is_the_operators_affair(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(sandbox, "_context", lambda: SimpleNamespace(Pipe=refuse))
    with pytest.raises(OperatorError) as stopped:
        run("a")
    assert stopped.value.code == "no-process"


def test_a_child_that_does_not_start_is_not_the_files_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    fork_for_patches(monkeypatch)
    monkeypatch.setattr(process_limits, "confine", lambda limits: os._exit(1))
    with pytest.raises(OperatorError) as stopped:
        run("a")
    assert stopped.value.code == "worker-failed"


def test_children_end_with_the_run() -> None:
    outcomes = Sandbox(work, processes=2, limits=TIGHT).run(["a", "sleeps", "b"])
    pid = int(str(next(outcomes)).split()[1])
    outcomes.close()  # type: ignore[attr-defined]
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_in_this_process_errors_are_told_apart_in_the_same_way() -> None:
    assert str(sandbox.answer(work, "a")).startswith("a ")
    failed = sandbox.answer(work, "ZeroDivisionError")
    assert isinstance(failed, ReadError)
    with pytest.raises(OperatorError):
        sandbox.answer(work, "ENOSPC")


SAYING = """
import os, sys
from indexer.run.sandbox import Sandbox

def work(name):
    os.write(2, b"TIFFFillStrip: Read error on strip 0.\\n")
    print("Traceback", name, file=sys.stderr)
    return name

if __name__ == "__main__":
    print(*Sandbox(work, processes=1).run(["a"]))
"""


@pytest.mark.parametrize(
    ("debug", "said"),
    [("", ["Traceback a"]), ("1", ["TIFFFillStrip: Read error on strip 0.", "Traceback a"])],
)
def test_what_libraries_say_of_a_broken_file_is_shown_to_nobody_but_who_asks(
    debug: str, said: list[str], tmp_path: Path
) -> None:
    (tmp_path / "saying.py").write_text(SAYING, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, str(tmp_path / "saying.py")],
        env={**os.environ, DEBUG_VARIABLE: debug},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (run.stdout, run.stderr.splitlines()) == ("a\n", said)
