"""Checksums already taken: files that nobody changed since are not hashed again.

A checksum taken once is trusted as long as the system reports the same device, inode, size, time of modification and
time of change for the file, since no program can write to a file without moving the last of these. The rule: in any
doubt a file is hashed again. That holds for a copied or restored index, a file that was linked, renamed or written
to, a cache older than ``MAX_AGE`` (the system does not notice a disk that rots), and every file where the system
keeps no time of change.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

MAX_AGE = 7 * 86_400.0
"""Seconds after which files are hashed anew."""
CLOCK_MARGIN_NS = 20_000_000
"""Nanoseconds by which a file must be older than its hashing; the system's clock of files is no finer."""

FileStamp = tuple[int, int, int, int, int]
"""Device, inode, size, time of modification and time of change in nanoseconds."""


class _CacheFile(msgspec.Struct):
    """The cache as JSON: when its oldest checksum was taken (seconds since 1970), and the checksums."""

    at: float
    files: list[tuple[FileStamp, str]]


class ChecksumCache:
    """The checksums in the file at ``path``, which need not be there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._taken_at = 0.0
        self._checksums = self._read()

    def is_unchanged(self, path: Path, sha256: str) -> bool:
        """Whether the bytes of a file certainly still have this SHA-256."""
        stamp = _stamp(path) if self._checksums else None
        return stamp is not None and self._checksums.get(stamp) == sha256

    def record(self, files: Mapping[Path, str], *, hashed: Mapping[Path, int]) -> None:
        """Replace the cache by ``files``, by path their SHA-256, which were taken at the times ``hashed`` (in ns).

        A file that may have been written to since is left out. If the cache can't be written, the next reader hashes
        everything again.
        """
        stamps = {path: _stamp(path) for path in files}
        certain = [
            (stamp, files[path])
            for path, stamp in stamps.items()
            if stamp is not None and _is_older(stamp, hashed[path])
        ]
        aside = self._path.with_name(self._path.name + ".new")
        with suppress(OSError):
            aside.write_bytes(msgspec.json.encode(_CacheFile(self._oldest(certain), certain)))
            aside.replace(self._path)

    def _oldest(self, certain: list[tuple[FileStamp, str]]) -> float:
        """When the oldest of the checksums was taken."""
        # Files that were trusted and not hashed keep the age of the cache that they were trusted by. Otherwise an
        # update a day would put off their next hashing for ever.
        inodes = {stamp[:2] for stamp in self._checksums}
        return self._taken_at if any(stamp[:2] in inodes for stamp, _ in certain) else time.time()

    def _read(self) -> dict[FileStamp, str]:
        """The checksums of the file, if they are there and not too old."""
        try:
            cache = msgspec.json.decode(self._path.read_bytes(), type=_CacheFile)
        except (OSError, msgspec.MsgspecError):
            return {}
        # On Windows ``st_ctime`` is the time of creation, which a write does not move.
        if os.name == "nt" or not 0 <= time.time() - cache.at < MAX_AGE:
            return {}
        self._taken_at = cache.at
        return dict(cache.files)


def _stamp(path: Path) -> FileStamp | None:
    try:
        now = path.stat()
    except OSError:
        return None
    return now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns


def _is_older(stamp: FileStamp, hashed_ns: int) -> bool:
    """Whether a file was last written before it was hashed, by a clock that ticks coarsely."""
    modified_ns = stamp[3]
    return modified_ns < hashed_ns - CLOCK_MARGIN_NS
