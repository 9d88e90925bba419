"""Files that survive a power cut: hashing, linking, writing, synchronising.

The rule: a file of a generation is written under its name once and never changed, so that the next generation
may share it by a hard link.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HASHERS = 4


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digests(paths: Iterable[Path]) -> list[str]:
    """The SHA-256 of each file, in the order given; in threads, since hashing frees the interpreter."""
    with ThreadPoolExecutor(HASHERS) as pool:
        return list(pool.map(digest, paths))


def files_below(folder: Path) -> Iterator[Path]:
    """Every file below ``folder``, in the order of their paths."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def link_tree(source: Path, target: Path) -> None:
    """Make ``target`` a copy of ``source`` that shares its files; copied where links are impossible."""
    for path in files_below(source):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, place)
        except OSError:
            shutil.copy2(path, place)


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
    sync(path.parent)


def sync(path: Path) -> None:
    """Wait until a file or a folder lies on the disk (a folder only where the system can do that)."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path, *, known: frozenset[Path] = frozenset()) -> None:
    """Synchronise every file below ``folder`` but those ``known`` to be on the disk, and the folders."""
    for path in [*files_below(folder), *(p for p in folder.rglob("*") if p.is_dir()), folder]:
        if path not in known:
            sync(path)
