"""Which members of a bundle are reports to read: looked up when a corpus is, since each is a file of its own.

The rule: what a folder leaves out a bundle leaves out too; a bundle of which nothing is left, or that is beyond a
limit, stays one file, whose refusal says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from indexer.readers.kinds import kind_of
from indexer.readers.packed import is_package
from report_search.bundle import MAX_BYTES, MAX_DEPTH, Bundle
from report_search.errors import ReadError

_BUNDLE = "zip"


def members_of(path: Path, is_report: Callable[[str], bool]) -> list[str]:
    """The members of the bundle at ``path`` that ``is_report`` by their names; [] for any other file."""
    data = _package(path)
    if kind_of(data) != _BUNDLE:
        return []
    try:
        return list(_members(data, is_report, depth=1))
    except ReadError:
        return []


def _package(path: Path) -> bytes:
    """The bytes of a file that opens as a package and is not too large; b"" for any other."""
    # What can't be opened now is found when it is read, and said then. Opening a named pipe would wait for a writer.
    if not path.is_file():
        return b""
    with suppress(OSError), path.open("rb") as file:
        opening = file.read(4)
        if is_package(opening) and path.stat().st_size <= MAX_BYTES:
            return opening + file.read(MAX_BYTES)
    return b""


def _members(data: bytes, is_report: Callable[[str], bool], *, depth: int) -> Iterator[str]:
    bundle = Bundle(data)
    for name in bundle.names:
        *folders, last = name.split("/")
        if not is_report(last) or any(folder.startswith((".", "_")) for folder in folders):
            continue
        inner = bundle.bytes_of(name) if depth < MAX_DEPTH and is_package(bundle.opening_of(name)) else b""
        if kind_of(inner) == _BUNDLE:
            yield from (f"{name}/{one}" for one in _members(inner, is_report, depth=depth + 1))
        else:
            yield name
