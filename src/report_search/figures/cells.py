"""A cell of an official table as data: what it counts, what is printed in it, where it stands.

The rule: an empty cell is not 0. What is printed is kept beside the number, and the status says what it is.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from report_search.model import Cell

Status = Literal["printed", "zero", "empty", "dash", "text", "recognised"]
"""A number; 0; nothing; a dash or slash; something else; a number that was recognised in a picture of the page."""
COUNTED: tuple[Status, ...] = ("printed", "zero")
"""What sums are made of: nothing that was left open, and nothing that may be misread."""
_DASHES = frozenset("-−–—―─－﹣/／\\＼")
PATH_SEPARATOR = " › "


class OfficialCell(Struct, frozen=True):
    """A value cell of an official table.

    ``measure`` is its key, "" where its labels can't be told. ``path`` are the printed labels of its row and its
    column, outermost first; ``row`` counts the rows of its table from 0; ``unit`` is as printed, "" for none; ``note``
    says in words what is unusual about it. ``passage`` is the id of its row, "" before the report is known.
    """

    measure: str
    value: int | float | None
    status: Status
    text: str
    unit: str
    form: str
    path: tuple[str, ...]
    row: int
    note: str = ""
    passage: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is a number, or 0, that sums may be made of."""
        return self.status in COUNTED


def status_of(cell: Cell, *, recognised: bool = False) -> Status:
    """What is printed in ``cell``; ``recognised`` for a table that was read off a picture."""
    if cell.value is not None:
        if recognised:
            return "recognised"
        return "zero" if cell.value == 0 else "printed"
    bare = "".join(cell.text.split())
    if not bare:
        return "empty"
    return "dash" if set(bare) <= _DASHES else "text"


def show(number: int | float) -> str:
    """A number as a message prints it: 29130, 59237.2449."""
    return str(int(number)) if number == int(number) else f"{number:.10g}"
