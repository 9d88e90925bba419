"""The file of a generation that says which of its passages say nearly the same.

Who finds the groups is above; here they are only written and read. The rule: a generation without the file, or with
one that is not as it was published, has no groups, and is as good for everything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from report_search.generations.files import digest, write_new
from report_search.generations.generation import Generation

BOILERPLATE_FILE = "boilerplate.json"


@dataclass(frozen=True, slots=True)
class BoilerplateGroup:
    """The ids of two and more passages that say nearly the same, and how many agencies they are of."""

    passages: tuple[str, ...]
    agencies: int


def write_boilerplate(folder: Path, groups: Sequence[BoilerplateGroup]) -> None:
    """Write the groups into the folder of a generation that is being built."""
    write_new(folder / BOILERPLATE_FILE, msgspec.json.encode(groups))


def read_boilerplate(generation: Generation) -> Mapping[str, BoilerplateGroup]:
    """The group of each passage that has one, by the passage's id."""
    path = generation.folder / BOILERPLATE_FILE
    wanted = generation.record.checksums.get(BOILERPLATE_FILE)
    try:
        if wanted is None or digest(path) != wanted:
            return {}
        groups = msgspec.json.decode(path.read_bytes(), type=tuple[BoilerplateGroup, ...])
    except (OSError, msgspec.MsgspecError):
        return {}
    return {passage: group for group in groups for passage in group.passages}
