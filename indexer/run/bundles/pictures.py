"""Which pictures in a bundle are reports, by the rule of folders (see ``pictures``).

The rule: what is in a bundle is judged by what is in that bundle alone; a picture is unpacked no further than its size
stands, but for a TIFF, which may say it at its end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache, partial
from pathlib import PurePosixPath

from indexer.readers.scans import recognizer
from indexer.run import pictures
from report_search.bundle import Bundle
from report_search.errors import ReadError

_TIFF = (b"II*\0", b"MM\0*")


class BundlePictures:
    """The pictures of a bundle, and the pages in it that refer to them; each is unpacked once, when it is asked for."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._names = tuple(filter(_is_picture, bundle.names))
        self._is_high = cache(partial(_is_high, bundle))
        self._referred_to_by = cache(partial(_referred_to_by, bundle))

    def reports(self, *, named: Collection[str]) -> Iterator[str]:
        """The members that are reports, or pages of one; ``named`` are those that the manifest names."""
        high = {name for name in self._names if name not in named and self._is_high(name)}
        folders = {folder for name in high for folder in _folders_of(name)}
        shown = {folder: self._referred_to_in(folder) for folder in folders}
        for name in self._names:
            if name in named or (name in high and not _is_shown(name, shown)):
                yield name

    def shown_by(self, page: str) -> Iterator[str]:
        """The members, as high as scanned pages, that a web page shows, in its folder or the one below."""
        folder = str(PurePosixPath(page).parent)
        near = [name for name in self._names if folder in _folders_of(name)]
        if not near or not recognizer.is_available():
            return
        referred = self._referred_to_by(page)
        yield from (name for name in near if _file_name(name) in referred and self._is_high(name))

    def _referred_to_in(self, folder: str) -> frozenset[str]:
        """The names of pictures that pages in a folder of the bundle refer to."""
        pages = (name for name in self._bundle.names if str(PurePosixPath(name).parent) == folder)
        return frozenset[str]().union(*map(self._referred_to_by, pages))


def _is_picture(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower() in pictures.SUFFIXES and not path.name.startswith((".", "~"))


def _is_high(bundle: Bundle, name: str) -> bool:
    if not recognizer.is_available():
        return False
    head = bundle.opening_of(name, count=pictures.HEAD)
    try:
        data = bundle.bytes_of(name) if head.startswith(_TIFF) else head
    except ReadError:
        return False
    return pictures.height_by(lambda start, count: data[start : start + count]) >= pictures.LEAST_HEIGHT


def _folders_of(name: str) -> tuple[str, ...]:
    """The folder of a member and the one above, where a page may stand that shows it."""
    folder = PurePosixPath(name).parent
    return (str(folder),) if str(folder) == "." else (str(folder), str(folder.parent))


def _is_shown(name: str, shown: Mapping[str, frozenset[str]]) -> bool:
    return any(_file_name(name) in shown[folder] for folder in _folders_of(name))


def _file_name(name: str) -> str:
    return PurePosixPath(name).name.lower()


def _referred_to_by(bundle: Bundle, page: str) -> frozenset[str]:
    """The names of pictures that a member refers to; none if it can be no page."""
    if not pictures.may_refer(page, 0):
        return frozenset()
    try:
        data = bundle.bytes_of(page)
    except ReadError:
        return frozenset()
    return pictures.names_referred_to([data] if pictures.may_refer(page, len(data)) else [])
