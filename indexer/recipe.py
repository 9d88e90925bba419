"""What a reading depends on besides the file: the code and the data of reading, in one short digest.

A file is read again when its bytes change, or when this does: a better reader, an edited topic, another manifest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

_PARTS = (
    ("report_search", ("model.py", "passages.py", "topics.py", "sections.py", "agencies.py")),
    ("report_search", ("data/topics.toml", "data/sections.toml", "data/agencies.toml")),
)


def recipe(manifests: Iterable[Path] = ()) -> str:
    """Sixteen hex digits over the reading code, its data and the manifests of the corpus."""
    digest = hashlib.sha256()
    for data in _everything(manifests):
        digest.update(hashlib.sha256(data).digest())
    return digest.hexdigest()[:16]


def _everything(manifests: Iterable[Path]) -> Iterator[bytes]:
    for package, names in _PARTS:
        for name in names:
            yield files(package).joinpath(name).read_bytes()
    for source in _modules(files("indexer")):
        yield source.read_bytes()
    for manifest in sorted(manifests):
        yield manifest.read_bytes()


def _modules(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir() and entry.name not in ("__pycache__", "synthetic"):
            yield from _modules(entry)
        elif entry.name.endswith(".py"):
            yield entry
