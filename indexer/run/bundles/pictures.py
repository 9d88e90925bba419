"""Which pictures in a bundle are reports, by the rule of folders (see ``pictures``).

The rule: what is in a bundle is judged by what is in that bundle alone; a picture is unpacked no further than its size
stands, but for a TIFF, which may say it at its end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

from indexer.readers.scans import recognizer
from indexer.run import pictures
from report_search.bundle import Bundle
from report_search.errors import ReadError

_TIFF = (b"II*\0", b"MM\0*")


def reports_among(bundle: Bundle, *, named: Collection[str]) -> Iterator[str]:
    """The members that are pictures and reports, or pages of one; ``named`` are those that the manifest names."""
    found = [name for name in bundle.names if _is_picture(name)]
    high = [name for name in found if name not in named and _is_high(bundle, name)]
    shown = {folder: _referred_to(bundle, folder) for name in high for folder in _folders_of(name)}
    for name in found:
        if name in named or (name in high and not _is_shown(name, shown)):
            yield name


def shown_by(bundle: Bundle, page: str) -> Iterator[str]:
    """The members, as high as scanned pages, that the web page ``page`` shows, in its folder or the one below."""
    folder = PurePosixPath(page).parent
    near = [
        name
        for name in bundle.names
        if _is_picture(name) and folder in (PurePosixPath(name).parent, PurePosixPath(name).parent.parent)
    ]
    if not near or not recognizer.is_available() or not pictures.may_refer(page, 0):
        return
    named = pictures.names_referred_to(_page(bundle, page))
    yield from (name for name in near if PurePosixPath(name).name.lower() in named and _is_high(bundle, name))


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


def _is_shown(name: str, shown: dict[str, frozenset[str]]) -> bool:
    return any(PurePosixPath(name).name.lower() in shown[folder] for folder in _folders_of(name))


def _referred_to(bundle: Bundle, folder: str) -> frozenset[str]:
    """The names of pictures that pages in a folder of the bundle refer to."""
    names = [name for name in bundle.names if str(PurePosixPath(name).parent) == folder]
    return pictures.names_referred_to(
        data for name in names if pictures.may_refer(name, 0) for data in _page(bundle, name)
    )


def _page(bundle: Bundle, name: str) -> Iterator[bytes]:
    try:
        data = bundle.bytes_of(name)
    except ReadError:
        return
    if pictures.may_refer(name, len(data)):
        yield data
