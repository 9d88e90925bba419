"""What a process that reads files may take: seconds of a core, seconds on the clock, bytes of memory.

The system is asked to end what passes a limit, where it can do that (``setrlimit``). Elsewhere, and for memory
everywhere, whoever waits for the process looks at it: see ``sandbox``. The rule: a limit is about one file, however
many the process has read before, and counts what the file adds to a process that is idle.
"""

from __future__ import annotations

import ctypes
import math
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

if sys.platform == "win32":
    resource = None
else:
    import resource

MEGABYTE = 1024 * 1024
ADDRESS_FACTOR = 2
"""Addresses are taken in advance and not all used, so this many times the memory is allowed of them."""
SCARCE = 128 * MEGABYTE
"""With less memory than this left, the system is out of it."""
_KILL_WITH_PARENT = 1
"""``PR_SET_PDEATHSIG`` of prctl(2)."""
_SIGKILL = 9


class Limits(Struct, frozen=True):
    """What reading one file may take; a report of the largest agency stays below a tenth of each.

    ``cpu_seconds`` of a core; ``wall_seconds`` on the clock; ``memory`` in bytes, besides what the program itself
    takes.
    """

    cpu_seconds: int = 30
    wall_seconds: float = 300.0
    memory: int = 1024 * MEGABYTE


def confine(limits: Limits) -> bool:
    """Limit the memory of this process for good; True if the limit that holds is ours and no narrower one.

    Called once, in a process that has nothing to do but read. It is ended by the system, where that is possible, with
    the process that started it.
    """
    _die_with_parent()
    if resource is None:
        return True
    _lower(resource.RLIMIT_CORE, 0)
    taken = _address_space()
    return not taken or _lower(resource.RLIMIT_AS, taken + ADDRESS_FACTOR * limits.memory)


def grant_cpu(limits: Limits) -> None:
    """Let this process use ``cpu_seconds`` of a core from now on; beyond that, SIGXCPU ends it."""
    if resource is None:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = math.ceil(used.ru_utime + used.ru_stime) + limits.cpu_seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (_least(until, hard), hard))


def wall_seconds(limits: Limits) -> float:
    """How long one file may take on the clock; less where nothing else ends a process that computes for ever."""
    return limits.wall_seconds if resource is not None else min(limits.wall_seconds, 4.0 * limits.cpu_seconds)


def resident_bytes(pid: int) -> int:
    """The memory that a process takes; 0 if the system does not say."""
    with suppress(OSError, ValueError, subprocess.SubprocessError):
        if sys.platform == "win32":
            return _resident_bytes_on_windows(pid)
        if Path("/proc/self/statm").exists():
            return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
        return _resident_bytes_by_ps(pid)
    return 0


def is_memory_scarce() -> bool:
    """Whether the system itself has run out of memory; False where it does not say."""
    with suppress(OSError, ValueError, IndexError):
        told = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text("ascii").splitlines())
        return int(told.get("MemAvailable", f"{SCARCE} kB").split()[0]) * 1024 < SCARCE
    return False


def is_single_threaded() -> bool:
    """Whether this process has one thread only, those of libraries included; False where the system does not say."""
    with suppress(OSError):
        return len(list(Path("/proc/self/task").iterdir())) == 1
    return False


def _lower(kind: int, value: int) -> bool:
    """Lower a limit of this process to ``value``; False if a lower one was set already."""
    assert resource is not None
    soft, hard = resource.getrlimit(kind)
    if soft != resource.RLIM_INFINITY and soft < value:
        return False
    # Not everywhere can every limit be set; what can't is looked at from outside.
    with suppress(ValueError, OSError):
        resource.setrlimit(kind, (_least(value, hard), hard))
    return True


def _least(value: int, limit: int) -> int:
    assert resource is not None
    return value if limit == resource.RLIM_INFINITY else min(value, limit)


def _address_space() -> int:
    """The bytes of addresses that this process has taken; 0 if the system does not say."""
    with suppress(OSError, ValueError):
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _die_with_parent() -> None:
    """Ask the system to end this process with its parent, even while native code keeps all threads waiting."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_KILL_WITH_PARENT, _SIGKILL)


def _resident_bytes_by_ps(pid: int) -> int:
    command = shutil.which("ps")
    if command is None:
        return 0
    told = subprocess.run([command, "-o", "rss=", "-p", str(pid)], capture_output=True, timeout=5, check=True)
    return int(told.stdout) * 1024


def _resident_bytes_on_windows(pid: int) -> int:
    """``PROCESS_MEMORY_COUNTERS.WorkingSetSize`` of psapi.h."""
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - the attribute exists on Windows only
    query_information, sizes = 0x0400, 8
    handle = kernel.OpenProcess(query_information, False, pid)
    if not handle:
        return 0
    try:
        # Two 32-bit numbers, the size of the structure and page faults, then sizes: the peak, the working set, others.
        counters = (ctypes.c_size_t * (1 + sizes))()
        kernel.K32GetProcessMemoryInfo(handle, ctypes.byref(counters), ctypes.sizeof(counters))
        return int(counters[2])
    finally:
        kernel.CloseHandle(handle)
