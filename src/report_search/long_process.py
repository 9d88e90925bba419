"""The interpreter set up for what runs for hours: a server, the tools of an agent.

The rule: nothing here changes what a process does, only how much memory it holds.
"""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable
from functools import cache

THRESHOLDS = 700, 10, 10
"""What Python itself starts with up to 3.13. A command that ends soon looks for garbage seventy times as seldom
(``cli.short_process``); a server that does so keeps some 20 MB of answers that were sent long ago."""


def expect_long_process() -> None:
    """Let garbage be found while it is little; to be called once what stays for good is loaded.

    Each answer leaves objects that refer to one another, with the texts that they hold.
    """
    gc.set_threshold(*THRESHOLDS)
    gc.collect()
    # What is here now stays: looked through with all the rest, it would cost each full search tens of milliseconds.
    gc.freeze()


def release_memory() -> bool:
    """Give the system back what was freed; whether there was anything, and a way to.

    The C library of Linux keeps freed memory below what is still in use: 12 MB after a search for words that stand
    nowhere. It takes less than a millisecond.
    """
    trim = _malloc_trim()
    return trim is not None and trim(0) == 1


@cache
def _malloc_trim() -> Callable[[int], int] | None:
    """The function of glibc; None where the C library is another one."""
    try:
        trim: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        # Musl and macOS have no such function; on Windows the program itself is no library.
        return None
    return trim
