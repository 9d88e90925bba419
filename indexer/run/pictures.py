"""Which pictures in a corpus folder are reports, and which only belong to a page that was saved there.

The rule: a picture is read if the manifest names it, or if it is as high as a scanned page and no page beside it, or
in the folder above, refers to it. Sizes are taken from the first bytes; nothing is decoded here.
"""

from __future__ import annotations

import html
import re
import struct
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from indexer.readers.scans import recognizer

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff"})
LEAST_HEIGHT = 1_000
"""Pixels of the height of a page: A4 at 85 dots an inch, about the least that can be recognised."""
_PAGES = frozenset(
    {
        "",
        ".htm",
        ".html",
        ".shtml",
        ".xhtml",
        ".php",
        ".asp",
        ".aspx",
        ".jsp",
        ".mht",
        ".mhtml",
        ".md",
        ".xml",
    }
)
"""Suffixes of files that can refer to pictures."""
_LARGEST_PAGE = 16_000_000
HEAD = 1 << 18
"""Bytes in which the size of a picture stands."""
_NAME = re.compile(rb"[^\"'()<>=\s/\\]{1,255}\.(?:png|jpe?g|tiff?)", re.IGNORECASE)
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""Markers of a JPG that a frame with its size follows."""
_IMAGE_LENGTH = 257
"""The tag of a TIFF that says how high it is."""


def is_report(path: Path, *, root: Path, named: Collection[str]) -> bool:
    """Whether the picture at ``path``, below ``root``, is to be read; ``named`` are the files of the manifest."""
    if path.relative_to(root).as_posix() in named:
        return True
    if not recognizer.is_available() or height_of(path) < LEAST_HEIGHT:
        return False
    folders = (path.parent, path.parent.parent) if path.parent != root else (path.parent,)
    return not any(path.name.lower() in _referred_to(folder) for folder in folders)


def height_of(path: Path) -> int:
    """The height of the picture at ``path`` in pixels, by its bytes; 0 for what is none or can't be read."""
    # Opening a named pipe would wait for a writer.
    if not path.is_file():
        return 0
    with suppress(OSError), path.open("rb") as file:

        def part(start: int, count: int) -> bytes:
            file.seek(start)
            return file.read(count)

        return height_by(part)
    return 0


def height_by(part: Callable[[int, int], bytes]) -> int:
    """The height in pixels of the picture of which ``part`` gives the bytes from a place on, as many as are asked for;
    0 for what is none."""
    with suppress(struct.error, IndexError):
        data = part(0, HEAD)
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return int(struct.unpack(">I", data[20:24])[0])
        if data.startswith(b"\xff\xd8\xff"):
            return _height_of_jpg(data)
        if data[:4] in (b"II*\0", b"MM\0*"):
            return _height_of_tiff(data, part)
    return 0


def _height_of_jpg(data: bytes) -> int:
    # Segments of two bytes of marker and two of length; the frame has a byte of depth, then height and width.
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in _FRAMES:
            return int.from_bytes(data[at + 5 : at + 7], "big")
        at += 2 + length
    return 0


def _height_of_tiff(data: bytes, part: Callable[[int, int], bytes]) -> int:
    order = "<" if data.startswith(b"II") else ">"
    # The directory may stand behind the picture.
    entries = part(struct.unpack(order + "I", data[4:8])[0], 2 + 12 * 64)
    count = min(64, struct.unpack(order + "H", entries[:2])[0])
    for at in range(2, 2 + 12 * count, 12):
        tag, kind = struct.unpack(order + "HH", entries[at : at + 4])
        if tag == _IMAGE_LENGTH:
            # A number of two bytes (kind 3) or of four.
            size, form = (2, "H") if kind == 3 else (4, "I")
            return int(struct.unpack(order + form, entries[at + 8 : at + 8 + size])[0])
    return 0


def shown_by(page: Path) -> Mapping[str, Path]:
    """The pictures as high as scanned pages that a web page shows, in its folder or the one below, by their names."""
    if page.suffix.lower() not in _PAGES or not recognizer.is_available():
        return {}
    near = _high_pictures(page.parent)
    if not near or not page.is_file() or page.stat().st_size > _LARGEST_PAGE:
        return {}
    with suppress(OSError):
        names = dict.fromkeys(name.lower() for name in _names_in(page.read_bytes()))
        return {name: near[name] for name in names if name in near}
    return {}


@lru_cache(maxsize=64)
def _high_pictures(folder: Path) -> dict[str, Path]:
    """The pictures in ``folder`` and the folders in it that are as high as pages, by their names in lower case."""
    found: dict[str, Path] = {}
    with suppress(OSError):
        entries = sorted(folder.iterdir())
        below = [one for entry in entries if entry.is_dir() for one in sorted(entry.iterdir())]
        for path in (*below, *entries):
            if path.suffix.lower() in SUFFIXES and height_of(path) >= LEAST_HEIGHT:
                found[path.name.lower()] = path
    return found


@lru_cache(maxsize=64)
def _referred_to(folder: Path) -> frozenset[str]:
    """The names, in lower case, of pictures that pages in ``folder`` refer to."""
    return names_referred_to(_pages_in(folder))


def may_refer(name: str, size: int) -> bool:
    """Whether a file of this name and of ``size`` bytes can be a page that refers to pictures."""
    return PurePosixPath(name).suffix.lower() in _PAGES and size <= _LARGEST_PAGE


def names_referred_to(pages: Iterable[bytes]) -> frozenset[str]:
    """The names, in lower case, of pictures that ``pages`` refer to."""
    return frozenset(name.lower() for page in pages for name in _names_in(page))


def _pages_in(folder: Path) -> Iterator[bytes]:
    with suppress(OSError):
        for path in folder.iterdir():
            if path.is_file() and may_refer(path.name, path.stat().st_size):
                with suppress(OSError):
                    yield path.read_bytes()


def _names_in(page: bytes) -> Iterator[str]:
    for name in _NAME.findall(page):
        for encoding in ("utf-8", "gb18030"):
            with suppress(UnicodeDecodeError):
                yield unquote(html.unescape(name.decode(encoding)))


def forget() -> None:
    """Look at the pages of folders anew: a run begins."""
    _referred_to.cache_clear()
    _high_pictures.cache_clear()
