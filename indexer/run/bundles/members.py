"""Which members of a bundle are reports to read: looked up when a corpus is, since each is a file of its own.

The rule: what a folder leaves out a bundle leaves out too; a bundle of which nothing is left, or that can't be opened
or is beyond a limit, stays one file, whose refusal says so.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from indexer.readers.kinds import BUNDLE, kind_of, package_kind
from indexer.readers.packed import is_package, listed_names
from indexer.run.bundles.pictures import BundlePictures
from report_search.bundle import (
    MAX_BYTES,
    MAX_DEPTH,
    Bundle,
    archive_kind,
    bundle_in,
    may_be_bundle,
    open_bundle,
)
from report_search.errors import ReadError

_REMEMBERED = 1_000
"""Bundles whose members are remembered as long as they are not written: a program that watches a folder asks again
and again."""


class Member(Struct, frozen=True, order=True):
    """A report in a bundle: its place there, and the places of the pictures that it shows if it is a web page."""

    name: str
    shown: tuple[str, ...] = ()

    def inside(self, bundle: str) -> Member:
        """The same where this bundle is a member ``bundle`` of another."""
        return Member(f"{bundle}/{self.name}", tuple(f"{bundle}/{one}" for one in self.shown))


_known: dict[tuple[object, ...], list[Member]] = {}


def members_of(
    path: Path, is_report: Callable[[str], bool], *, named: Callable[[], frozenset[str]] = frozenset
) -> list[Member]:
    """The members of the bundle at ``path`` that ``is_report`` by their names, and the pictures that are reports or
    pages of one, sorted; [] for any other file.

    ``named`` gives the members that the manifest names; it is asked for a bundle alone.
    """
    try:
        found = path.stat()
        # Opening a named pipe would wait for a writer.
        if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_BYTES or not _is_bundle(path):
            return []
        by_name = named()
        key = (path, found.st_ino, found.st_size, found.st_mtime_ns, is_report, by_name)
        if key not in _known:
            with closing(open_bundle(path)) as bundle:
                members = sorted(_members(bundle, _Wanted(is_report, by_name), depth=1))
            if len(_known) >= _REMEMBERED:
                _known.clear()
            _known[key] = members
        return _known[key]
    # What can't be opened now is found when it is read, and said then.
    except (OSError, ReadError):
        return []


def _is_bundle(path: Path) -> bool:
    """Whether a file is a bundle. Of a document that is a package only the directory is read: every run looks at
    every file of a corpus."""
    with path.open("rb") as file:
        opening = file.read(8)
        if not is_package(opening):
            return bool(archive_kind(opening))
        names = listed_names(file)
    return names is not None and package_kind(names) == BUNDLE


class _Wanted(Struct, frozen=True):
    """What of a bundle is to be read: by its name, or as a picture that the manifest names."""

    is_report: Callable[[str], bool]
    named: frozenset[str]

    def below(self, name: str) -> _Wanted:
        """The same for the bundle that the member ``name`` is."""
        start = f"{name}/"
        inner = (one.removeprefix(start) for one in self.named if one.startswith(start))
        return _Wanted(self.is_report, frozenset(inner))


def _members(bundle: Bundle, wanted: _Wanted, *, depth: int) -> Iterator[Member]:
    pictures = BundlePictures(bundle)
    for name in bundle.names:
        if wanted.is_report(name.rpartition("/")[2]) and not _is_hidden(name):
            inside = _inside(bundle, name, wanted.below(name), depth=depth)
            yield from (one.inside(name) for one in inside)
            if not inside:
                yield Member(name, tuple(pictures.shown_by(name)))
    yield from (Member(name) for name in pictures.reports(named=wanted.named) if not _is_hidden(name))


def _is_hidden(name: str) -> bool:
    return any(folder.startswith((".", "_")) for folder in name.split("/")[:-1])


def _inside(bundle: Bundle, name: str, wanted: _Wanted, *, depth: int) -> list[Member]:
    """The members of a bundle in ``bundle``; [] for a member that is none, or that can't be opened and says so when
    it is read."""
    if depth >= MAX_DEPTH or not may_be_bundle(bundle.opening_of(name)):
        return []
    try:
        data = bundle.bytes_of(name)
        if not archive_kind(data[:8]) and kind_of(data) != BUNDLE:
            return []
        with closing(bundle_in(data)) as inner:
            return list(_members(inner, wanted, depth=depth + 1))
    except ReadError:
        return []
