"""The recipe of a file: a hash of everything besides its bytes that reading it depends on.

That is the code and the data of reading, the versions of the libraries under it, what the manifest says of the file,
and what its corpus adds to the tables of agencies and topics. The rule: a file is read again when its bytes change, or
when its recipe does, be it for a better reader, an edited topic or another entry.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from indexer.manifest import Entry
from report_search.bundle import file_at
from report_search.taxonomy.additions import NO_ADDITIONS, Additions

_CODE = (
    "bundle",
    "fields.py",
    "hashing.py",
    "model.py",
    "passage_ids.py",
    "passages.py",
    "record.py",
    "analysis",
    "data/__init__.py",
    "errors.py",
    "figures",
    "late_names.py",
    "taxonomy",
)
"""What of the library a reading depends on: its words are folded, and a torn line is told by the dictionary."""
_SEARCHED_WITH = frozenset({"distinctions.txt", "negations.txt", "stopwords.txt", "synonyms.toml"})
"""Data that acts on what is asked alone; all other data decides how a text is folded, what it is about or counts."""
_LIBRARIES = (
    "beautifulsoup4",
    "jieba",
    "lxml",
    "markdown-it-py",
    "olefile",
    "onnxruntime",
    "opencv-python-headless",
    "opencc",
    "pypdfium2",
    "pypinyin",
    "python-calamine",
    "rapidfuzz",
    "rapidocr",
)


@cache
def base_recipe() -> str:
    """Sixteen hex digits over the reading code, its data and the versions of its libraries."""
    digest = hashlib.sha256()
    for data in _everything():
        digest.update(hashlib.sha256(data).digest())
    return digest.hexdigest()[:16]


def recipe_of(
    base: str, entry: Entry, *, additions: Additions = NO_ADDITIONS, pictures: Iterable[Path] = ()
) -> str:
    """The recipe of one file: the base, what the manifest says of it, and what its corpus adds to the tables.

    ``pictures`` are those that are read with it: their bytes are part of it.
    """
    added = [additions.agencies, additions.topics] if additions else []
    added += [_hash_of(picture) for picture in pictures]
    said = json.dumps([base, dict(entry.facts), *added], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _hash_of(picture: Path) -> str:
    """The name and the hash of a picture; the name alone if it can't be read, which whoever reads it tells.

    Of one in a bundle the size and the time of the bundle stand for the hash: it is not opened to know whether it is
    what it was.
    """
    with suppress(OSError):
        path, member = file_at(picture)
        if member:
            found = path.stat()
            return f"{picture.name} {found.st_size} {found.st_mtime_ns}"
        with picture.open("rb") as file:
            return f"{picture.name} {hashlib.file_digest(file, 'sha256').hexdigest()}"
    return picture.name


def _everything() -> Iterator[bytes]:
    for source in sources():
        yield source.read_bytes()
    for library in _LIBRARIES:
        yield f"{library} {_version(library)}".encode()


def sources() -> Iterator[Traversable]:
    """The files of code and data that a reading depends on, in a fixed order."""
    library = files("report_search")
    for name in _CODE:
        place = library.joinpath(name)
        yield from _modules(place) if place.is_dir() else [place]
    yield from _data_files(library.joinpath("data"))
    yield from _modules(files("indexer"))


def _data_files(folder: Traversable) -> Iterator[Traversable]:
    entries = sorted(folder.iterdir(), key=lambda e: e.name)
    return (entry for entry in entries if entry.is_file() and entry.name not in _SEARCHED_WITH)


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


def _modules(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir() and entry.name not in ("__pycache__", "synthetic", "collect"):
            yield from _modules(entry)
        elif entry.name.endswith(".py"):
            yield entry
