"""How near two texts are, from 0 to 1: the one home of rapidfuzz.

The rule: nearness is the normalised Indel distance over what the caller gives, 1 for equal texts; nothing is folded
or left out here.
"""

from __future__ import annotations

from rapidfuzz.fuzz import ratio

_WHOLE = 100.0


def similarity(first: str, second: str) -> float:
    """How near ``first`` is to ``second``: twice the characters they share in order, by the characters of both."""
    return ratio(first, second) / _WHOLE
