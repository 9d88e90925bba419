"""Child processes that read files: whatever a file does to its reader, the run goes on.

A child is used for many files, one after the other. One that takes more than its ``Limits`` is ended, by the system or
by this process, which looks at it several times a second; its file is a ``ReadError`` then, and another child goes on.
A child that dies is no proof against the file that it was reading: only the file with which a second child dies is to
blame, and if something outside has ended both, the run stops.

The rule: a fault of the machine (``machine_fault``) or of the operator stops the run, and is never taken for a fault
of a file.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import stat
import sys
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Generic, TypeVar

from msgspec import Struct

from indexer.run import process_limits
from indexer.run.process_limits import MEGABYTE, Limits
from report_search import process_pool
from report_search.config import DEBUG_VARIABLE
from report_search.errors import OperatorError, ReadError, ReportSearchError, machine_fault

Job = TypeVar("Job")
Result = TypeVar("Result")

POLL_SECONDS = 0.1
"""How often a child that is reading is looked at."""
TRIES = 2
"""So many children may die of a file before the file is to blame."""
_COSTLY_HINT = "文件可能损坏或过于复杂，请另存为网页或文本后再放入语料目录。"
_ENDED_FROM_OUTSIDE = frozenset({signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)})


class _Reply(Struct, Generic[Result], frozen=True):
    """What a child says: that it is ready (none of these), the result of a job, or the error that came of it.

    ``told`` are the steps of a job that are done, and how many there are; its answer is still to come.
    """

    result: Result | None = None
    error: ReportSearchError | None = None
    told: tuple[int, int] | None = None


class _Task(Struct, Generic[Job]):
    """A job, its number among the jobs, and how many children died of it."""

    number: int
    job: Job
    deaths: int = 0


class _Child(Struct, Generic[Job]):
    """A process and the task that it works on, since ``began``.

    ``idle_memory`` and ``most_memory`` are the bytes that it took when it was ready, and at most since.
    """

    process: BaseProcess
    connection: Connection[Any, Any]
    task: _Task[Job] | None = None
    is_ready: bool = False
    began: float = 0.0
    idle_memory: int = 0
    most_memory: int = 0

    @property
    def added_memory(self) -> int:
        """The bytes that reading took, as far as they were seen."""
        return self.most_memory - self.idle_memory

    def look(self) -> None:
        """Take note of the memory."""
        self.most_memory = max(self.most_memory, process_limits.resident_bytes(self.process.pid or 0))

    def end(self) -> None:
        """End it at once, whatever it does."""
        self.process.kill()
        self.process.join(1)
        self.connection.close()


class Sandbox(Generic[Job, Result]):
    """Runs ``work``, a function of a module, over jobs that can be pickled, in up to ``processes`` children."""

    def __init__(
        self,
        work: Callable[[Job], Result],
        *,
        processes: int,
        limits: Limits | None = None,
        on_step: Callable[[int, int], None] | None = None,
    ) -> None:
        """``on_step`` is told what jobs say by ``tell``; the limits on time then hold for each step."""
        self._work = work
        self._processes = processes
        self._limits = limits or Limits()
        self._on_step = on_step or (lambda done, total: None)
        self._children: list[_Child[Job]] = []
        self._waiting: deque[_Task[Job]] = deque()
        self._context = _context()

    def run(self, jobs: Sequence[Job]) -> Generator[Result | ReadError, None, None]:
        """What comes of each job, in their order: what ``work`` returns, or why the file could not be read.

        Raises ``OperatorError`` for a fault of the machine and for one that ``work`` raises. Closing the iterator
        ends the children.
        """
        self._waiting = deque(_Task(number, job) for number, job in enumerate(jobs))
        done: dict[int, Result | ReadError] = {}
        try:
            for number in range(len(jobs)):
                while number not in done:
                    self._hand_out()
                    done.update(self._collect())
                yield done.pop(number)
        finally:
            for child in self._children:
                child.end()
            self._children = []

    def _hand_out(self) -> None:
        """Give every child something to do, as long as there is something."""
        while self._waiting:
            child = next((one for one in self._children if one.task is None), None)
            if child is None and len(self._children) == self._processes:
                return
            child = child or self._start()
            child.task, child.began = self._waiting.popleft(), time.monotonic()
            with suppress(OSError):  # it has died: seen when its answer is waited for
                child.connection.send(child.task.job)

    def _start(self) -> _Child[Job]:
        try:
            mine, theirs = self._context.Pipe()
            process = self._context.Process(  # type: ignore[attr-defined]
                target=_serve, args=(theirs, self._work, self._limits), daemon=True
            )
            process.start()
        except OSError as error:
            raise machine_fault(error) or OperatorError(
                "no-process", f"无法启动读取进程（{error.strerror}）。", hint="请关闭其他程序后重新运行。"
            ) from error
        theirs.close()
        child: _Child[Job] = _Child(process, mine)
        self._children.append(child)
        return child

    def _collect(self) -> dict[int, Result | ReadError]:
        """Wait a moment, and give by number what came of jobs meanwhile."""
        busy = {child.connection: child for child in self._children if child.task}
        answering = set(wait(list(busy), timeout=POLL_SECONDS))
        done: dict[int, Result | ReadError] = {}
        for connection, child in busy.items():
            assert child.task is not None
            number = child.task.number
            outcome = self._received(child) if connection in answering else self._overrun(child)
            if outcome is not None:
                done[number] = outcome
        return done

    def _received(self, child: _Child[Job]) -> Result | ReadError | None:
        """What a child says of its job; None if it says that it is ready, or has died and the job is tried again."""
        try:
            reply: _Reply[Result] = child.connection.recv()
        except (EOFError, OSError):
            return self._died(child)
        if reply.told is not None:
            child.began = time.monotonic()
            self._on_step(*reply.told)
            return None
        if isinstance(reply.error, ReadError):
            child.task = None
            return reply.error
        if reply.error is not None:
            raise reply.error
        if not child.is_ready:
            child.is_ready, child.began = True, time.monotonic()
            child.look()
            child.idle_memory = child.most_memory
            return None
        child.task = None
        return reply.result

    def _overrun(self, child: _Child[Job]) -> ReadError | None:
        """The error for a child that has taken too much and is ended for it; None for one that may go on."""
        if not child.is_ready:
            return None
        child.look()
        seconds = process_limits.wall_seconds(self._limits)
        if child.added_memory > self._limits.memory:
            error = _too_much_memory(self._limits)
        elif time.monotonic() - child.began > seconds:
            error = ReadError("timed-out", f"读取超过 {seconds:.0f} 秒仍未完成，已停止", hint=_COSTLY_HINT)
        else:
            return None
        self._remove(child)
        return error

    def _died(self, child: _Child[Job]) -> ReadError | None:
        """Why a child died, if its file is to blame; else the job is tried again. Raises ``OperatorError``."""
        self._remove(child)
        task, code = child.task, child.process.exitcode
        assert task is not None
        if not child.is_ready:
            raise OperatorError(
                "worker-failed",
                f"读取进程没有启动起来（退出码 {code}）。",
                hint='由脚本建立索引时，请把要做的事放在 if __name__ == "__main__": 之下。',
            )
        if code == -getattr(signal, "SIGXCPU", 0):
            seconds = self._limits.cpu_seconds
            return ReadError(
                "too-costly", f"读取所用的处理器时间超过 {seconds} 秒，已停止", hint=_COSTLY_HINT
            )
        if child.added_memory > self._limits.memory // 2:
            # What libraries do when they are refused memory is to crash, and what systems do is to kill.
            return _too_much_memory(self._limits)
        task.deaths += 1
        if task.deaths < TRIES:
            self._waiting.appendleft(task)
            return None
        if -(code or 0) in _ENDED_FROM_OUTSIDE:
            raise OperatorError(
                "worker-killed",
                "读取进程一再被系统或其他程序终止。",
                hint="内存可能不足；请关闭其他程序后重新运行。原来的索引没有变。",
            )
        return ReadError("reader-failed", f"读取程序出错（读取进程意外中止，退出码 {code}），请报告此问题")

    def _remove(self, child: _Child[Job]) -> None:
        child.end()
        self._children.remove(child)


def tell(done: int, total: int) -> None:
    """Say from within a job that ``done`` of ``total`` steps are done; the next one may take as long as the limits say.

    Does nothing in a process that is no child of a sandbox.
    """
    if _own:
        connection, limits = _own[0]
        process_limits.grant_cpu(limits)
        connection.send(_Reply(told=(done, total)))


_own: list[tuple[Connection[Any, Any], Limits]] = []
"""In a child: how it answers, and its limits."""


def answer(work: Callable[[Job], Result], job: Job) -> Result | ReadError:
    """What comes of a job that is done in this process. Raises ``OperatorError``."""
    reply = _reply(work, job, limits=None)
    if reply.error is None or isinstance(reply.error, ReadError):
        return reply.error or reply.result  # type: ignore[return-value]
    raise reply.error


def _reply(work: Callable[[Job], Result], job: Job, *, limits: Limits | None) -> _Reply[Result]:
    """Do a job; ``limits`` are those that a lack of memory is to be blamed on, None if it is the machine's."""
    try:
        return _Reply(work(job))
    except ReportSearchError as error:
        return _Reply(error=error)
    except Exception as error:  # noqa: BLE001 - whatever a file does to its reader
        if isinstance(error, MemoryError) and limits and not process_limits.is_memory_scarce():
            return _Reply(error=_too_much_memory(limits))
        what = f"{type(error).__name__}：{error}"
        failed = ReadError("reader-failed", f"读取程序出错（{what}），请报告此问题")
        return _Reply(error=machine_fault(error) or failed)


def _too_much_memory(limits: Limits) -> ReadError:
    megabytes = limits.memory // MEGABYTE
    return ReadError("too-costly", f"读取所用的内存超过 {megabytes} MB，已停止", hint=_COSTLY_HINT)


def _serve(connection: Connection[Any, Any], work: Callable[[Job], Result], limits: Limits) -> None:
    """Do jobs until nobody has any more; runs in the child."""
    process_pool.begin_worker()
    _let_go_of_files()
    if not os.environ.get(DEBUG_VARIABLE):
        _silence_libraries()
    blamed = limits if process_limits.confine(limits) else None
    _own[:] = [(connection, limits)]
    with suppress(EOFError, OSError):
        connection.send(_Reply())
        while True:
            job = connection.recv()
            process_limits.grant_cpu(limits)
            connection.send(_reply(work, job, limits=blamed))


def _silence_libraries() -> None:
    """Let what C libraries say of a broken file go nowhere: users are told what is wrong in words of their own.

    They write to descriptor 2 (libtiff does, a line for each broken strip). What Python says, a traceback above all,
    goes where it went.
    """
    with suppress(OSError, ValueError, AttributeError):
        # Something else than descriptor 2 is written to already, or nothing is.
        if sys.stderr.fileno() != 2:
            return
        sys.stderr.flush()
        sys.stderr = open(os.dup(2), "w", buffering=1, encoding="utf-8", errors="backslashreplace")  # noqa: SIM115, PTH123
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)


def _context() -> BaseContext:
    """How children are started: in the quickest way that is safe here.

    A fork takes ten milliseconds, but copies the locks of other threads and not the threads that would release them.
    With threads, a process that was started for nothing else forks instead, where there is one; else each child loads
    the program anew.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    if process_limits.is_single_threaded():
        return multiprocessing.get_context("fork")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "indexer.run.worker_pool"])
    _start_forkserver()
    return context


def _start_forkserver() -> None:
    """Start the process that forks deaf to Ctrl+C: it is ended by its parent, and would print where it was."""
    # Started by itself first, since it lets signals through again when it has started.
    resource_tracker.ensure_running()
    # Blocked, not ignored: what is blocked stays so in the new process, and reaches this one a moment later.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _let_go_of_files() -> None:
    """Give up the files that a fork shares with the parent, the lock of the index above all.

    A lock is held as long as any process has its file open, so a child that is left over would keep the next run out.
    """
    descriptors = Path("/proc/self/fd")
    if not descriptors.is_dir():
        return
    nowhere = os.open(os.devnull, os.O_RDWR)
    for name in os.listdir(descriptors):  # noqa: PTH208 - the numbers are wanted, not their paths
        with suppress(OSError):
            if int(name) > 2 and stat.S_ISREG(os.fstat(int(name)).st_mode):
                # The number stays taken, so that whoever closes it later closes nothing else.
                os.dup2(nowhere, int(name))
