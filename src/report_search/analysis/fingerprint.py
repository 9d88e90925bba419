"""The fingerprint of the analyser: an index built under another one is refused, never answered from.

It is kept as text with named parts, so that a mismatch can say what changed. A part is a version or a short hash;
``characters`` hashes what OpenCC really makes of each character, so that another build of the same version shows.
"""

from __future__ import annotations

import hashlib
import unicodedata
from functools import cache
from importlib.metadata import version
from importlib.resources import files

from report_search.analysis.char_folding import convert
from report_search.analysis.word_segmenter import many_cutter

SCHEMA = "5"
"""Raised by hand whenever the code of this package reads a text in another way."""

_FILES = {
    "radicals": "EquivalentUnifiedIdeograph.txt",
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
    versions = {"schema": SCHEMA, "unicode": unicodedata.unidata_version}
    versions |= {"opencc": version("opencc"), "jieba": version("jieba")}
    versions["cutter"] = f"{many_cutter()}-{version(many_cutter())}"
    data = files("report_search").joinpath("data")
    every = "\n".join(map(chr, range(0x3400, 0xA000)))
    versions["characters"] = _hash((convert(every) + convert(every, "hk2s")).encode())
    return versions | {name: _hash(data.joinpath(file).read_bytes()) for name, file in _FILES.items()}


def changed(before: str, after: str) -> list[str]:
    """The names of the parts in which two fingerprints differ."""
    old, new = (dict(part.partition("=")[::2] for part in text.split()) for text in (before, after))
    return [name for name in {**old, **new} if old.get(name) != new.get(name)]


def _hash(data: bytes) -> str:
    return hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()[:12]
