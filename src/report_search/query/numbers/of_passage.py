"""The numbers of a passage by which ``数:`` finds it, and in which sentence of it each stands.

A row has the values of its value cells, as ``analysis.cell_values`` reads them; a paragraph has the quantities that
``analysis.prose_numbers`` reads in it. The head of a table and a heading have none. The rule: they are read here
once, for the oracle, for what an index keeps, and for what is marked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec import Struct

from report_search.analysis.cell_values import Value, read_value
from report_search.analysis.fold import FoldedText
from report_search.analysis.prose_numbers import quantities
from report_search.fields import BORDER
from report_search.passages import Passage
from report_search.query.ast import HasNumber
from report_search.query.positions import sentences_with

_SCALES = (("万亿", 10**12), ("万", 10**4), ("亿", 10**8))
_PERCENT = {"%": 1, "‰": 10}


class PassageNumber(Struct, frozen=True):
    """A number of a passage: ``text[start:end]`` of its folded text; ``in_cell`` if it is the value of a cell."""

    start: int
    end: int
    value: float
    is_percent: bool
    in_cell: bool


def numbers_of(passage: Passage, text: FoldedText) -> tuple[PassageNumber, ...]:
    """The numbers of a passage in order; ``text`` is its text, folded."""
    if passage.type == "paragraph":
        return tuple(
            PassageNumber(one.start, one.end, one.value, one.is_percent, in_cell=False)
            for one in quantities(text)
        )
    return tuple(_cell_numbers(passage, text))


def numbers_found(
    wanted: HasNumber, numbers: Sequence[PassageNumber], *, text: FoldedText
) -> list[PassageNumber]:
    """Those of a passage's numbers that a node asks for: in its range, and in a cell or beside what it names."""
    found = [one for one in numbers if wanted.range.has(one.value, is_percent=one.is_percent)]
    if not found or not wanted.beside:
        return found
    matching = sentences_with(wanted.beside, text)
    return [one for one in found if one.in_cell or any(start <= one.start < end for start, end in matching)]


def _cell_numbers(passage: Passage, text: FoldedText) -> Iterator[PassageNumber]:
    if not passage.value_cells:
        return
    printed, folded = passage.text.split(BORDER), text.text.split(BORDER)
    starts = [0]
    for part in folded:
        starts.append(starts[-1] + len(part) + 1)
    for at in passage.value_cells:
        read = read_value(printed[at])
        if read.number is not None:
            value, is_percent = _counted(read)
            yield PassageNumber(starts[at], starts[at] + len(folded[at]), value, is_percent, in_cell=True)


def _counted(read: Value) -> tuple[float, bool]:
    """The value of a cell in units of one, or in per cent: 66.7 万件 is 667,000."""
    # By its digits: 66.7 * 10,000 as binary fractions is a little more than 667,000.
    value = Decimal(str(read.number))
    scale = next((scale for name, scale in _SCALES if read.unit.startswith(name)), 1)
    return float(value * scale / _PERCENT.get(read.unit, 1)), read.unit in _PERCENT
