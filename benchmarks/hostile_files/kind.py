"""One kind of hostile file, and how one is written in a size.

The rule: a kind of file gives bytes of about the size it is asked for, the same ones each time, so that reading it at
doubling sizes tells whether some step looks at everything once more for every piece.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

TITLE = "示例市审计局2021年政府信息公开工作年度报告"

Write = Callable[[int], bytes]


class Kind(Struct, frozen=True):
    """One kind of hostile file: its format, what is in it and where, and how it is written in a size."""

    format: str
    label: str
    write: Write

    @property
    def file_name(self) -> str:
        """A name of a file of this kind."""
        return f"a.{self.format}"


def times(unit: str, size: int) -> str:
    """``unit`` as often as it takes to fill ``size`` bytes."""
    return unit * max(1, size // len(unit.encode()))


def inside(before: str, unit: str, behind: str) -> Write:
    """Writes ``unit`` over and over between ``before`` and ``behind``."""
    return lambda size: f"{before}{times(unit, size)}{behind}".encode()


def numbered(before: str, pattern: str, behind: str) -> Write:
    """Writes ``pattern`` over and over, each time with another number in it."""

    def write(size: int) -> bytes:
        count = max(1, size // (len(pattern.encode()) + 4))
        return (before + "".join(pattern.format(at) for at in range(count)) + behind).encode()

    return write
