"""Indexing again whenever files of a corpus change, until interrupted.

The files are looked at every few seconds, not waited for by the system's notices: those do not come from network
shares, bind mounts and many containers, differ by system, and are lost when there are many, while looking at 10,000
files takes a seventh of a second. The rule: a run begins once nothing has changed for a while, so that no file is
read that is still being copied; what changes while a run goes on makes another one; and an error of a run is told and
tried again, since whoever watches is not there.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from report_search.errors import ReportSearchError

INTERVAL = 2.0
"""Seconds between two looks."""
SETTLE = 2.0
"""So long nothing may have changed before a run begins."""
LONGEST_SETTLE = 60.0
"""After so many seconds a run begins, though something goes on changing."""
RETRY = 60.0
"""Seconds after which a run that failed is tried again, though no file changed."""
FileState = tuple[int, int, int]
"""The size of a file, the time of its last change in nanoseconds, and its inode."""


class Pace(Struct, frozen=True):
    """How often is looked, and how long is waited, in seconds."""

    interval: float = INTERVAL
    settle: float = SETTLE
    longest_settle: float = LONGEST_SETTLE
    retry: float = RETRY


class Watch:
    """A watch over ``paths``, files and folders that need not be there; what is below ``index`` is not looked at."""

    def __init__(self, paths: Sequence[Path], index: Path, *, pace: Pace | None = None) -> None:
        self.paths = tuple(paths)
        self.pace = pace or Pace()
        self._index = index.resolve()

    def run(
        self, update: Callable[[], object], *, on_error: Callable[[ReportSearchError | OSError], object]
    ) -> None:
        """Call ``update``, and again after each change, until interrupted; ``on_error`` is told what it raises."""
        while True:
            seen = self._settled()
            has_failed = False
            try:
                update()
            except (ReportSearchError, OSError) as error:
                on_error(error)
                has_failed = True
            # Compared with what was there before the run: what changed meanwhile may not have been read.
            self._wait_for_change(seen, at_most=self.pace.retry if has_failed else None)

    def state(self) -> dict[str, FileState]:
        """What the system says of each file."""
        found = {}
        for path in self._files():
            try:
                stat = Path(path).stat()
            except OSError:
                continue  # It was taken away just now, or may not be looked at: then it is not there.
            found[path] = (stat.st_size, stat.st_mtime_ns, stat.st_ino)
        return found

    def _files(self) -> Iterator[str]:
        for path in self.paths:
            if not path.is_dir():
                yield str(path)
                continue
            for folder, folders, names in os.walk(path):
                # Taken out of the list, a folder is not gone into.
                folders[:] = [one for one in folders if Path(folder, one).resolve() != self._index]
                yield from (f"{folder}{os.sep}{name}" for name in names)

    def _settled(self) -> dict[str, FileState]:
        """The state once nothing has changed for a while."""
        began = quiet_since = time.monotonic()
        state = self.state()
        while (now := time.monotonic()) - quiet_since < self.pace.settle:
            if now - began > self.pace.longest_settle:
                break
            time.sleep(min(self.pace.interval, self.pace.settle))
            newer = self.state()
            if newer != state:
                state, quiet_since = newer, time.monotonic()
        return state

    def _wait_for_change(self, seen: dict[str, FileState], *, at_most: float | None) -> None:
        began = time.monotonic()
        while self.state() == seen:
            if at_most is not None and time.monotonic() - began >= at_most:
                return
            time.sleep(self.pace.interval)
