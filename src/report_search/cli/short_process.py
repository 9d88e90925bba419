"""The interpreter set up for commands, most of which end within a second.

The rule: nothing here changes what a command does, only what its start and its end cost.
"""

from __future__ import annotations

import atexit
import gc
import os

COLLECT_AFTER = 50_000
"""New objects after which garbage is looked for. Python's own 700 suit a program that has no modules to import."""


def expect_short_process() -> None:
    """Let this process start and end at small cost; to be called before a command is imported."""
    gc.set_threshold(COLLECT_AFTER)
    # Python looks for garbage once more when it ends, among everything that was imported: a tenth of a search's time.
    # What is frozen is left to the system, which frees all memory of a process anyway.
    atexit.register(gc.freeze)
    # numpy's linear algebra starts a thread for each core when it is imported. No command multiplies matrices.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
