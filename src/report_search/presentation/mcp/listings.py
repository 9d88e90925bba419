"""What a tool found, from the place on that a cursor names.

The rule: a cursor belongs to what was asked and to the generation that answered; with anything else it is an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from report_search.presentation.mcp.bounds import Listing, place_cursor, place_of
from report_search.presentation.mcp.setting import Setting

Json = dict[str, Any]


class Found(Struct, frozen=True):
    """All that there is: ``facts`` that are said once, and ``items``, listed under ``name``."""

    facts: Mapping[str, Any]
    name: str
    items: Sequence[Mapping[str, Any]]


def placed(setting: Setting, digest: str, *, cursor: str, found: Found) -> Listing:
    """The items from the one on that ``cursor`` names; ``digest`` is that of what was asked.

    Raises ``RequestError`` for a cursor of another question, ``GoneError`` for one of an index that was replaced.
    """
    start = place_of(cursor, setting.generation, digest=digest)

    def cursor_at(number: int) -> str:
        return place_cursor(setting.generation, digest, place=start + number)

    facts = {**found.facts, "generation": setting.generation}
    return Listing(facts, found.name, found.items[start:], cursor_at)


def without_empty(facts: Mapping[str, Any]) -> Json:
    """``facts`` without what there is nothing to say of; 0 is something."""
    return {name: value for name, value in facts.items() if value or (value == 0 and value is not False)}
