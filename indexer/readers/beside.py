"""Files that stand beside the one that is read: pictures that a saved web page shows.

A reader gets bytes and a name and opens nothing. The rule: whoever reads a file from the disk says which others belong
to it, by their paths or by their bytes, and no other can be had.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from urllib.parse import unquote, urlsplit

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
    """What is in a file beside another one; None for one that can't be had or is too large for a picture."""
    if isinstance(file, Path):
        with suppress(OSError):
            return file.read_bytes() if file.stat().st_size <= _LARGEST else None
        return None
    return file
