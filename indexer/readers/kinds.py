"""Which kind of package or compound file some bytes are: the two containers that office programs write.

The rule: the names of the parts inside decide, never the name of the file; a damaged file is told by what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from indexer.readers import compound
from indexer.readers.packed import is_package, names_in, opening_of
from report_search.bundle.pages import PAGES

BUNDLE = "zip"
"""The kind of a package whose entries are files of their own."""
_PARTS = (
    (PAGES, "pages"),
    ("word/", "word"),
    ("xl/", "sheet"),
    ("ppt/", "slides"),
    ("ofd.xml", "ofd"),
    ("content.xml", "open"),
    # The parts of an OFD that was cut off before its root.
    ("doc_0/", "ofd"),
)
"""What the name of a part begins with, in lower case, and the kind of package that has it."""
_OPEN = {b"opendocument.text": "odt", b"opendocument.spreadsheet": "ods"}
_BODIES = {b"<office:text": "odt", b"<office:spreadsheet": "ods"}
_CONTENT = 1_000_000
"""So many bytes of the content are looked at for its body; styles come before it."""
_MIMETYPE = 200
"""An OpenDocument file begins with its media type, uncompressed."""
_STREAMS = (
    ("encryptedpackage", "encrypted"),
    ("worddocument", "doc"),
    ("workbook", "sheet"),
    ("book", "sheet"),
    ("powerpoint document", "slides"),
)


def kind_of(data: bytes) -> str:
    """The kind of a package or compound file, "" for any other file.

    Packages: ``word``, ``sheet``, ``slides``, ``ofd``, ``odt``, ``ods``, ``open`` (another OpenDocument file), ``zip``
    (a bundle), ``pages`` (one report, each page a picture of its own). Compound files: ``doc``, ``sheet``, ``slides``,
    ``encrypted``, ``compound`` (another one).
    ``broken`` for either of which nothing is left.
    """
    # Every reader asks; the bytes of one file are one object, which is hashed once.
    return _kind_of(data) if is_package(data) or compound.is_compound(data) else ""


@lru_cache(maxsize=1)
def _kind_of(data: bytes) -> str:
    return _package_kind(data) if is_package(data) else _compound_kind(data)


def package_kind(names: Sequence[str]) -> str:
    """The kind of a package by the names of its entries, ``broken`` for none; of ``open`` its content says more."""
    lowered = [name.lower() for name in names]
    for prefix, kind in _PARTS:
        if any(name.startswith(prefix) for name in lowered):
            return kind
    return BUNDLE if names else "broken"


def _package_kind(data: bytes) -> str:
    kind = package_kind(names_in(data))
    return _open_kind(data) if kind == "open" else kind


def _open_kind(data: bytes) -> str:
    # Some writers compress the type, or lose it; then the package is asked, and what its content says.
    for opening in (data[:_MIMETYPE], opening_of(data, "mimetype", count=_MIMETYPE)):
        for mark, kind in _OPEN.items():
            if mark in opening:
                return kind
    content = opening_of(data, "content.xml", count=_CONTENT)
    return next((kind for mark, kind in _BODIES.items() if mark in content), "open")


def _compound_kind(data: bytes) -> str:
    names = compound.root_names(data)
    found = next((kind for name, kind in _STREAMS if name in names), "compound")
    return found if names else "broken"
