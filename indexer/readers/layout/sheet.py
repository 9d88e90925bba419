"""What a fixed page holds, freed from its format: characters with their boxes, strokes of tables.

The rule: lengths are points, and y grows downward from the top of the page as it is read. What makes lines and
tables of a sheet knows nothing of PDF or OFD.

        x0      x1
    top ┌───────┐  ┬
        │  国   │  │ size, about
        │▁▁▁▁▁▁▁│  │ baseline
 bottom └───────┘  ┴
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct, field


class Glyph(NamedTuple):
    """A printed character: its box, its baseline, the size of its type.

    ``score`` is how sure a recognised character is, above 0 to 1; 0 for one that the file names itself.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    baseline: float
    size: float
    strong: bool = False
    score: float = 0.0

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of the box."""
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2


class Stroke(NamedTuple):
    """A straight ruling: level if ``top == bottom``, upright if ``x0 == x1``."""

    x0: float
    x1: float
    top: float
    bottom: float

    @property
    def is_level(self) -> bool:
        """Whether the ruling runs from left to right."""
        return self.top == self.bottom


class Sheet(Struct, frozen=True):
    """A page: ``number`` counts from 1; ``images`` says that it shows at least one.

    ``turned`` is by how many degrees clockwise its picture had to be turned to be upright.
    """

    number: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    images: bool = False
    turned: int = 0
