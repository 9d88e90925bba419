"""A choice that a page offers behind a link: an order, a way to show or to count, an example."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OptionView:
    """A choice behind a link. ``passages`` is None where no count is shown."""

    label: str
    link: str
    chosen: bool = False
    passages: int | None = None
