"""Files that stand beside the one that is read: pictures that a saved web page shows.

A reader gets bytes and a name and opens nothing. The rule: whoever reads a file from the disk says which others belong
to it, by their paths or by their bytes, and no other can be had.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from report_search.bundle import file_at, read_member_of_run
from report_search.errors import ReadError

if TYPE_CHECKING:
    # A reading runs nothing of an index.
    from report_search.generations import PictureBeside

NO_FILES: Mapping[str, Path | bytes] = {}
_files: ContextVar[Mapping[str, Path | bytes]] = ContextVar("files beside", default=NO_FILES)
_LARGEST = 50_000_000


@contextmanager
def reading_with(files: Mapping[str, Path] | Mapping[str, bytes]) -> Iterator[None]:
    """``files`` belong to the file that is read meanwhile.

    Each is found by the whole address that a page has for it, or by the name in lower case that an address ends in.
    """
    token = _files.set(files)
    try:
        yield
    finally:
        _files.reset(token)


def file_beside(location: str) -> bytes | None:
    """The bytes of the file that ``location``, an address as a page writes it, leads to; None for any other."""
    name = unquote(urlsplit(location).path).rpartition("/")[2].lower()
    files = _files.get()
    return bytes_at(files.get(location) or files.get(name))


def bytes_at(file: Path | bytes | None) -> bytes | None:
    """What is in a file beside another one, or in a member of a bundle; None for one that can't be had or is too large
    for a picture."""
    if not isinstance(file, Path):
        return file
    with suppress(OSError, ReadError):
        path, member = file_at(file)
        if member:
            data = read_member_of_run(path, member)
            return data if len(data) <= _LARGEST else None
        return path.read_bytes() if path.stat().st_size <= _LARGEST else None
    return None


def as_recorded(root: Path, pictures: Iterable[PictureBeside]) -> dict[str, bytes]:
    """The pictures beside a file in the corpus folder ``root``, by their addresses, all as they were when it was read.

    Raises ``ReadError`` (``changed``) for one that is not: pages are counted, so the others would be other pages.
    """
    found = {}
    for picture in pictures:
        data = bytes_at(root / picture.path)
        if (hashlib.sha256(data).hexdigest() if data is not None else "") != picture.sha256:
            raise ReadError(
                "changed",
                f"网页里的图片 {picture.path} 已被改动或不在了",
                hint="请把图片放回原处，或重新运行 report-search index。",
            )
        if data is not None:
            found[picture.address] = data
    return found
