"""The fingerprint of the analyser: an index built under another one is refused, never answered from.

It is kept as text with named parts, so that a mismatch can say what changed. A part is a version or a short hash;
``characters`` hashes what OpenCC really makes of each character, so that another build of the same version shows.
"""

from __future__ import annotations

import hashlib
import unicodedata
from functools import cache
from importlib.metadata import version

from report_search.analysis.char_folding import convert
from report_search.analysis.word_segmenter import fastest_backend
from report_search.data import read_bytes

SCHEMA = "7"
"""Raised by hand whenever the code of this package reads a text in another way."""

_FILES = {
    "radicals": "EquivalentUnifiedIdeograph.txt",
    "oldforms": "oldforms.txt",
    "spellings": "spellings.txt",
    "units": "units.txt",
    "phrases": "setphrases.txt",
    "dictionary": "dictionary.txt",
}


@cache
def fingerprint() -> str:
    """The fingerprint of this installation: ``name=value`` pairs with a space between, always in the same order."""
    return " ".join(f"{name}={value}" for name, value in parts().items())


def parts() -> dict[str, str]:
    """Every part of the fingerprint by its name."""
    backend = fastest_backend()
    # The ideographs of the Unicode blocks that reports use. Line breaks keep OpenCC's phrase tables out of it.
    ideographs = "\n".join(map(chr, range(0x3400, 0xA000)))
    return {
        "schema": SCHEMA,
        "unicode": unicodedata.unidata_version,
        "opencc": version("opencc"),
        "jieba": version("jieba"),
        "cutter": f"{backend}-{version(backend)}",
        "characters": _hash((convert(ideographs) + convert(ideographs, "hk2s")).encode()),
        **{name: _hash(read_bytes(file)) for name, file in _FILES.items()},
    }


def changed(before: str, after: str) -> list[str]:
    """The names of the parts in which two fingerprints differ."""
    old, new = (dict(part.partition("=")[::2] for part in text.split()) for text in (before, after))
    return [name for name in {**old, **new} if old.get(name) != new.get(name)]


def _hash(data: bytes) -> str:
    # A checkout on Windows may have its own line ends, which change nothing in how a text is read.
    return hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()[:12]
