"""Files that stand beside the one that is read: pictures that a saved web page shows.

A reader gets bytes and a name and opens nothing. The rule: whoever reads a file from the disk says which others belong
to it, and no other can be had.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from urllib.parse import unquote, urlsplit

_files: ContextVar[Sequence[Path]] = ContextVar("files beside", default=())
_LARGEST = 50_000_000


@contextmanager
def reading_with(files: Sequence[Path]) -> Iterator[None]:
    """``files`` belong to the file that is read meanwhile."""
    token = _files.set(files)
    try:
        yield
    finally:
        _files.reset(token)


def file_beside(location: str) -> bytes | None:
    """The bytes of the file that ``location``, an address as a page writes it, leads to; None for any other."""
    name = unquote(urlsplit(location).path).rpartition("/")[2].lower()
    for path in _files.get():
        if path.name.lower() == name:
            with suppress(OSError):
                return path.read_bytes() if path.stat().st_size <= _LARGEST else None
    return None
