"""A choice that a page offers behind a link: an order, a way to show or to count, an example."""

from __future__ import annotations

from msgspec import Struct

LONG_NAME = 120
"""So much of a text is shown where it only names a thing, in characters."""


class OptionView(Struct, frozen=True):
    """A choice behind a link. ``passages`` is None where no count is shown."""

    label: str
    link: str
    chosen: bool = False
    passages: int | None = None


def shortened(text: str, most: int = LONG_NAME) -> str:
    """``text``, or its first ``most`` characters with dots behind them."""
    return text if len(text) <= most else f"{text[:most]}……"
