"""The files of a generation that say which of its passages say nearly the same, and what the next build takes over.

Who finds the groups is above; here they are only written and read. The rule: a generation without the files, or with
ones that are not as they were published, has no groups, and is as good for everything else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from report_search.generations.files import write_new
from report_search.generations.generation import Generation

BOILERPLATE_FILE = "boilerplate.json"
CATALOGUE_FILE = "boilerplate.msgpack"


class BoilerplateGroup(Struct, frozen=True):
    """The ids of two and more passages that say nearly the same, and how many agencies they are of.

    ``texts`` are the hashes of their folded texts, ascending; () if they say exactly the same.
    """

    passages: tuple[str, ...]
    agencies: int
    texts: tuple[int, ...] = ()


class StoredCatalogue(Struct, frozen=True):
    """The paragraphs of a generation as they are compared; arrays as bytes, little-endian (docs/index-format.md)."""

    recipe: str
    reports: tuple[str, ...]
    counts: tuple[int, ...]
    passages: tuple[str, ...]
    folded: bytes
    texts: bytes
    digests: bytes
    signed: bytes
    signatures: bytes
    links: bytes
    vocabulary: tuple[str, ...]
    cut: bytes
    starts: bytes
    words: bytes


def write_boilerplate(
    folder: Path, groups: Sequence[BoilerplateGroup], *, catalogue: StoredCatalogue
) -> None:
    """Write both files into the folder of a generation that is being built."""
    write_new(folder / BOILERPLATE_FILE, msgspec.json.encode(groups))
    write_new(folder / CATALOGUE_FILE, msgspec.msgpack.encode(catalogue))


def read_boilerplate(generation: Generation) -> Mapping[str, BoilerplateGroup]:
    """The group of each passage that has one, by the passage's id."""
    try:
        found = _published(generation, BOILERPLATE_FILE)
        groups = msgspec.json.decode(found, type=tuple[BoilerplateGroup, ...]) if found else ()
    except (OSError, msgspec.MsgspecError):
        return {}
    return {passage: group for group in groups for passage in group.passages}


def read_catalogue(generation: Generation) -> StoredCatalogue | None:
    """What a build has kept for the next; None if nothing, or nothing that can be read."""
    try:
        found = _published(generation, CATALOGUE_FILE)
        return msgspec.msgpack.decode(found, type=StoredCatalogue) if found else None
    except (OSError, msgspec.MsgspecError):
        return None


def _published(generation: Generation, name: str) -> bytes:
    """The bytes of a file as they were published; b"" if they are not."""
    wanted = generation.record.checksums.get(name)
    if wanted is None:
        return b""
    data = (generation.folder / name).read_bytes()
    return data if hashlib.sha256(data).hexdigest() == wanted else b""
