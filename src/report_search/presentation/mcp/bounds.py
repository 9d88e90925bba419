"""Short answers: as many items as fit, and how to get the others.

The rule: no answer is longer than was asked for, whatever the corpus holds. What is left out is never left out in
silence: ``truncated`` says so, ``next`` is the cursor of the rest, and an item of which a text was cut has ``cut``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from report_search.errors import GoneError, RequestError
from report_search.presentation.mcp.tokens import as_text, shortened, tokens_of

DEFAULT_TOKENS = 2_000
MOST_TOKENS = 8_000
FEWEST_TOKENS = 500
"""Less is not told apart from this: an address and a sentence have to fit."""
GO_ON = "There is more: call this tool again with the same arguments and cursor set to the value of next."
FACTS_SHARE = 3
"""What is said once takes at most one part in so many of an answer."""


class Listing(Struct, frozen=True):
    """What a tool found: ``facts`` that are said once, and ``items``, listed under ``name``.

    ``cursor_at`` gives the cursor behind the first n of the items; ``has_more`` says that others stand behind them all.
    """

    facts: Mapping[str, Any]
    name: str
    items: Sequence[Mapping[str, Any]]
    cursor_at: Callable[[int], str]
    has_more: bool = False


def fitted(listing: Listing, most: int) -> dict[str, Any]:
    """The answer of at most ``most`` tokens: the facts, and as many of the items as fit, at least one."""
    facts = shortened(dict(listing.facts), most // FACTS_SHARE)
    longest = max(listing.cursor_at(0), listing.cursor_at(len(listing.items)), key=len)
    room = most - tokens_of(as_text(_answer(facts, listing, items=[], following=longest)))
    shown: list[Mapping[str, Any]] = []
    for item in listing.items:
        size = _size(item)
        if size > room and not shown:
            item = {**shortened(dict(item), room - _size({"cut": True})), "cut": True}
            size = room
        if size > room:
            break
        shown.append(item)
        room -= size
    is_all = len(shown) == len(listing.items) and not listing.has_more
    following = None if is_all else listing.cursor_at(len(shown))
    return _answer(facts, listing, items=shown, following=following)


def _answer(
    facts: Mapping[str, Any], listing: Listing, *, items: Sequence[Mapping[str, Any]], following: str | None
) -> dict[str, Any]:
    answer = {**facts, listing.name: list(items), "truncated": following is not None, "next": following}
    return answer if following is None else {**answer, "to_continue": GO_ON}


def _size(item: Mapping[str, Any]) -> int:
    """How many tokens an item takes, the comma behind it included."""
    return tokens_of(as_text(item) + ",")


def asked_digest(tool: str, arguments: Mapping[str, Any]) -> str:
    """A digest of what was asked of a tool: a cursor belongs to it alone."""
    return hashlib.sha256(as_text([tool, sorted(arguments.items())]).encode()).hexdigest()[:8]


def place_cursor(generation: str, digest: str, *, place: int) -> str:
    """The cursor of the items from number ``place`` on, for what was asked and the generation that answered."""
    return f"{generation}.{digest}.{place}"


def place_of(cursor: str, generation: str, *, digest: str) -> int:
    """The number of the item at which a cursor goes on, 0 without one.

    Raises ``RequestError`` for a cursor of another question, ``GoneError`` for one of an index that was replaced.
    """
    if not cursor:
        return 0
    rest, _, place = cursor.rpartition(".")
    of, _, asked = rest.rpartition(".")
    if not (of and place.isascii() and place.isdigit() and len(place) < 10):
        raise RequestError(
            "bad-cursor", "This is no cursor.", hint="Give the value of next as it was answered, or none."
        )
    if of != generation:
        raise GoneError(
            "cursor-gone",
            "The index was replaced since this cursor was given.",
            hint="Start again without cursor.",
        )
    if asked != digest:
        raise RequestError(
            "cursor-foreign",
            "This cursor belongs to other arguments.",
            hint="Repeat the arguments that it was answered to, or start again without cursor.",
        )
    return int(place)
