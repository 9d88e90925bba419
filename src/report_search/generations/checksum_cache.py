"""What the system said of files when their bytes were hashed, so that files nobody touched are not hashed again.

The rule: a file is vouched for if its bytes have the checksum of ``run.json``. A hash once taken stands for the bytes
as long as the system reports the same device, inode, size, time of modification and time of change, since no program
can write to a file without moving the last of these. Anything else is hashed again: a copied or restored index, a
file that was linked, renamed or written to, a record older than ``LASTS`` (the system does not see a disk that
rots), and every file where the system keeps no time of change.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

LASTS = 7 * 86_400.0
"""Seconds after which files are hashed anew."""
SETTLED = 20_000_000
"""Nanoseconds by which a file must be older than its hashing; the system's clock of files is no finer."""

Facts = tuple[int, int, int, int, int]
"""Device, inode, size, time of modification and time of change in nanoseconds."""


class _Record(msgspec.Struct):
    at: float
    files: list[tuple[Facts, str]]


class ChecksumCache:
    """The record at ``path``, which need not be there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = self._read()

    def is_unchanged(self, path: Path, sha256: str) -> bool:
        """Whether the bytes of a file surely still have this SHA-256."""
        facts = _facts(path) if self._known else None
        return facts is not None and self._known.get(facts) == sha256

    def record(self, files: Mapping[Path, str], *, hashed: Mapping[Path, int]) -> None:
        """Keep what is to be said now of ``files``, by path their SHA-256, taken at the times ``hashed`` (in ns).

        A file that may have been written to since is left out. Where it can't be kept, everything is hashed again.
        """
        seen = {path: _facts(path) for path in files}
        sure = [
            (facts, files[path])
            for path, facts in seen.items()
            if facts is not None and facts[3] < hashed[path] - SETTLED
        ]
        aside = self._path.with_name(self._path.name + ".new")
        with suppress(OSError):
            aside.write_bytes(msgspec.json.encode(_Record(self._since(sure), sure)))
            aside.replace(self._path)

    def _since(self, sure: list[tuple[Facts, str]]) -> float:
        """Files that were believed and not hashed keep the age of the record."""
        inodes = {facts[:2] for facts in self._known}
        return self._at if any(facts[:2] in inodes for facts, _ in sure) else time.time()

    def _read(self) -> dict[Facts, str]:
        self._at = 0.0
        try:
            record = msgspec.json.decode(self._path.read_bytes(), type=_Record)
        except (OSError, msgspec.MsgspecError):
            return {}
        if os.name == "nt" or not 0 <= time.time() - record.at < LASTS:
            return {}
        self._at = record.at
        return dict(record.files)


def _facts(path: Path) -> Facts | None:
    try:
        now = path.stat()
    except OSError:
        return None
    return now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns
