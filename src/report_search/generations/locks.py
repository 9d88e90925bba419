"""Locks on files that die with their process, for work that must not be done twice at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from report_search.errors import OperatorError


@contextmanager
def held(path: Path, *, code: str, message: str) -> Iterator[None]:
    """Hold the lock at ``path``. Raises ``OperatorError`` at once, with ``code`` and ``message``, if another does."""
    lock = filelock.FileLock(path, timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout as busy:
        raise OperatorError(code, message, hint="请等它完成后再试。") from busy
    try:
        yield
    finally:
        lock.release()
