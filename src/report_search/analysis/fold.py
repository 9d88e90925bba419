"""Folding: a text as it is compared, with a map back to what was printed, and its additional readings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variant:
    """``text[start:end]`` of a folded text may also be read as ``text`` (which may be empty)."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A folded text: its base reading, its map, its additional readings.

    The folded character at ``i`` came from ``original[starts[i]:ends[i]]`` (code points). ``variants`` are in
    order of ``start``; a reading of the text takes any set of them that do not overlap.
    """

    original: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    variants: tuple[Variant, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that the non-empty folded range ``start`` … ``end`` came from."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> FoldedText:
    """Fold ``text``; a tab is the border of a cell and stays, other white space vanishes between Chinese."""
    raise NotImplementedError
