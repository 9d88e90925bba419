"""Whether the printed numbers of the items of a section follow each other without a gap; a missing one is a warning.

The rule: nothing is renumbered, and only numbers of one list are compared: （一）（二） in one section.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from indexer.document import Grid, Line
from indexer.text.ordinals import han_numeral, ordinal_of
from report_search.model import ReportWarning

_LONGEST_JUMP = 3
"""A jump over more numbers than this is another list, or a number that is none."""


class Numbered(Protocol):
    """A section in the making, as ``outline`` builds it."""

    @property
    def style(self) -> str: ...
    @property
    def value(self) -> int: ...
    @property
    def heading(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def blocks(self) -> Sequence[Line | Grid]: ...
    @property
    def children(self) -> Sequence[Numbered]: ...


def item_warnings(sections: Sequence[Numbered]) -> list[ReportWarning]:
    """A warning for every （二） that is missing between its neighbours in one section."""
    found: list[ReportWarning] = []
    for section in sections:
        last = 0
        for value in _items(section):
            skipped = value - last - 1
            if last and 0 < skipped <= _LONGEST_JUMP:
                missing = "".join(f"（{han_numeral(one)}）" for one in range(last + 1, value))
                message = f"缺少{missing}（（{han_numeral(last)}）之后直接是（{han_numeral(value)}））"
                found.append(ReportWarning("item-missing", message, section.heading))
            last = value
    return found


def _items(section: Numbered) -> Iterator[int]:
    """The values of the items in Chinese brackets that are directly in ``section``, in order."""
    yield from _of_lines(section.blocks)
    for child in section.children:
        if not child.number:
            # An untitled node holds items that are paragraphs among siblings that are subsections.
            yield from _of_lines(child.blocks)
        elif child.style == "han-paren":
            yield child.value


def _of_lines(blocks: Sequence[Line | Grid]) -> Iterator[int]:
    for block in blocks:
        ordinal = ordinal_of(block.text) if isinstance(block, Line) else None
        if ordinal is not None and ordinal.style == "han-paren":
            yield ordinal.value
