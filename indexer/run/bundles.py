"""Which members of a bundle are reports to read: looked up when a corpus is, since each is a file of its own.

The rule: what a folder leaves out a bundle leaves out too; a bundle of which nothing is left, or that is beyond a
limit, stays one file, whose refusal says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from indexer.readers.kinds import BUNDLE, kind_of, package_kind
from indexer.readers.packed import is_package, listed_names
from report_search.bundle import MAX_BYTES, MAX_DEPTH, Bundle
from report_search.errors import ReadError


def members_of(path: Path, is_report: Callable[[str], bool]) -> list[str]:
    """The members of the bundle at ``path`` that ``is_report`` by their names; [] for any other file."""
    data = _package(path)
    if kind_of(data) != BUNDLE:
        return []
    try:
        return list(_members(data, is_report, depth=1))
    except ReadError:
        return []


def _package(path: Path) -> bytes:
    """The bytes of a file that may be a bundle and is not too large; b"" for any other.

    Of a document that is a package only the directory is read: every run looks at every file of a corpus.
    """
    # What can't be opened now is found when it is read, and said then. Opening a named pipe would wait for a writer.
    if not path.is_file():
        return b""
    with suppress(OSError), path.open("rb") as file:
        if not is_package(file.read(4)) or path.stat().st_size > MAX_BYTES:
            return b""
        names = listed_names(file)
        # One that is damaged lists nothing: what stands in it tells what it was.
        if names is None or package_kind(names) == BUNDLE:
            file.seek(0)
            return file.read(MAX_BYTES)
    return b""


def _members(data: bytes, is_report: Callable[[str], bool], *, depth: int) -> Iterator[str]:
    bundle = Bundle(data)
    for name in bundle.names:
        *folders, last = name.split("/")
        if not is_report(last) or any(folder.startswith((".", "_")) for folder in folders):
            continue
        inner = bundle.bytes_of(name) if depth < MAX_DEPTH and is_package(bundle.opening_of(name)) else b""
        if kind_of(inner) == BUNDLE:
            yield from (f"{name}/{one}" for one in _members(inner, is_report, depth=depth + 1))
        else:
            yield name
