"""Files that survive a power cut: hashing, linking, writing, synchronising.

The rule: a file of a generation is written under its name once and never changed, so that the next generation may
share it by a hard link.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HASHING_THREADS = 4


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_of(data: bytes) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def digests(paths: Iterable[Path]) -> list[str]:
    """The SHA-256 of each file, in the order given; in threads, since hashing frees the interpreter."""
    with ThreadPoolExecutor(HASHING_THREADS) as pool:
        return list(pool.map(digest, paths))


def files_below(folder: Path) -> Iterator[Path]:
    """Every file below ``folder``, in the order of their paths."""
    return map(Path, sorted(entry.path for entry in _entries(folder) if entry.is_file()))


def file_identities(folder: Path) -> dict[str, tuple[int, int]]:
    """Device and inode of every file below ``folder``, by its path in there (with forward slashes).

    Two names with the same identity are hard links to one file.
    """
    start = len(os.fspath(folder)) + 1
    identities = {}
    for entry in _entries(folder):
        if entry.is_file():
            stat = Path(entry.path).stat()  # not entry.stat(), which knows no inodes on Windows
            identities[entry.path[start:].replace(os.sep, "/")] = (stat.st_dev, stat.st_ino)
    return identities


def _entries(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    """Every file and folder below ``folder``, each folder before what is in it; none if there is no ``folder``."""
    if not Path(folder).is_dir():
        return
    # Listed first: whoever stops in the middle, by a full disk, would leave the folder open.
    with os.scandir(folder) as entries:
        listed = list(entries)
    for entry in listed:
        yield entry
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(entry.path)


def link_tree(source: Path, target: Path) -> None:
    """Make ``target`` a copy of ``source`` that shares its files; copied where links are impossible."""
    start = len(os.fspath(source))
    for entry in _entries(source):
        copy = os.fspath(target) + entry.path[start:]
        if entry.is_dir():
            Path(copy).mkdir(parents=True, exist_ok=True)
            continue
        try:
            os.link(entry.path, copy)
        except OSError:
            shutil.copy2(entry.path, copy)


def write_new(path: Path, data: bytes) -> None:
    """Write ``data`` under a name that may be a link to another generation's file, which stays as it is."""
    path.unlink(missing_ok=True)
    path.write_bytes(data)


def replace_file(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path`` in one atomic step, on the disk before anyone sees it."""
    aside = path.with_name(path.name + ".new")
    aside.write_bytes(data)
    sync(aside)
    aside.replace(path)
    # The new name is an entry of the folder, which has to be on the disk as well.
    sync(path.parent)


def sync(path: Path) -> None:
    """Wait until a file or a folder is on the disk (a folder only where the system can do that)."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path, *, synced: Collection[str] = ()) -> None:
    """Synchronise the folders below ``folder`` and every file but those in ``synced`` (paths in there)."""
    start = len(os.fspath(folder)) + 1
    for entry in _entries(folder):
        if entry.path[start:].replace(os.sep, "/") not in synced:
            sync(Path(entry.path))
    sync(folder)
