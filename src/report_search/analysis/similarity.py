"""How near two texts are, and what turns one into the other: the one home of rapidfuzz.

The rule: both are measured by the Indel distance (insertions and deletions alone) over what the caller gives; nothing
is folded or left out here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from rapidfuzz.distance import Indel
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import cdist

_WHOLE = 100.0

Edit = Literal["keep", "insert", "delete"]


class Opcode(NamedTuple):
    """One step from an old sequence to a new one: ``old[old_start:old_end]`` becomes ``new[new_start:new_end]``."""

    edit: Edit
    old_start: int
    old_end: int
    new_start: int
    new_end: int


_EDITS: dict[str, Edit] = {"equal": "keep", "insert": "insert", "delete": "delete"}


def similarity(first: str, second: str, *, at_least: float = 0.0) -> float:
    """How near ``first`` is to ``second``: twice the characters they share in order, by the characters of both.

    From 0 to 1; 0 for everything below ``at_least``, which is known sooner.
    """
    return ratio(first, second, score_cutoff=at_least * _WHOLE) / _WHOLE


def similarities(wanted: str, choices: Sequence[str], *, at_least: float) -> list[float]:
    """How near each of the choices is to ``wanted``, in their order; 0 for everything below ``at_least``."""
    if not choices:
        return []
    found = cdist([wanted], choices, scorer=ratio, score_cutoff=at_least * _WHOLE, dtype=float)
    return [one / _WHOLE for one in found[0].tolist()]


def opcodes(old: Sequence[str], new: Sequence[str]) -> Iterator[Opcode]:
    """What turns the tokens ``old`` into ``new``, in order; together the steps cover both."""
    for step in Indel.opcodes(old, new):
        yield Opcode(_EDITS[step.tag], step.src_start, step.src_end, step.dest_start, step.dest_end)
