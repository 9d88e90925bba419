"""Ids of passages: addresses made of a text, and of the place where it stands only where texts are equal.

An id is its opening (the report's id and a dash) and eight hex digits of the SHA-256 of the text with white space
removed. Equal texts of one report are told apart by their section kind and both neighbours: each carries digits of the
hash of its place. The rule: never by order, since an equal text added further up would then move an address to another
place in silence. Only twins, equal in all of that, are counted.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Container, Iterator, Sequence

from msgspec import Struct

_HEX_KEPT = 15
"""Hex digits of a hash that are kept: 60 bits, which every signed 64-bit integer can hold."""
_SHIFT = 4 * (_HEX_KEPT - 8)
"""Bits behind the eight hex digits that stand in an id."""
_DIGITS = (4, 5, 6, 7)
"""How many digits of its place an id may carry; never eight, which would look like the digits of a text."""
_OPENINGS = ("", "h")
"""What stands before the digits of a text: nothing, or the mark of a heading."""


class Place(Struct, frozen=True):
    """A text and where it stands: the kind of its section, and the texts before and behind it (0 for none).

    Texts are given by ``text_digest``.
    """

    text: int
    section: str
    before: int
    after: int

    @property
    def digits(self) -> str:
        """The hash of the place, in hex."""
        named = f"{self.text:x}|{self.section}|{self.before:x}|{self.after:x}"
        return hashlib.sha256(named.encode()).hexdigest()


class SplitId(Struct, frozen=True):
    """A passage's id in its parts: report's id, mark of a heading, digits of the text, what tells equals apart."""

    report: str
    opening: str
    stem: int
    suffix: str


def text_digest(text: str) -> int:
    """60 bits of the SHA-256 of ``text`` with white space removed, so that another reader of a file gives the same."""
    bare = "".join(text.split())
    return int(hashlib.sha256(bare.encode("utf-8", "surrogatepass")).hexdigest()[:_HEX_KEPT], 16)


def places_of(parts: Sequence[tuple[str, str]]) -> list[Place]:
    """The places of texts that follow each other in a report, given as (section kind, text)."""
    digests = [0, *(text_digest(text) for _, text in parts), 0]
    return [
        Place(digests[at + 1], section, digests[at], digests[at + 2]) for at, (section, _) in enumerate(parts)
    ]


def stem_of(text: int) -> int:
    """The part of a ``text_digest`` that stands in an id."""
    return text >> _SHIFT


def texts_with(stem: int) -> tuple[int, int]:
    """The lowest and the highest ``text_digest`` with these digits in an id."""
    return stem << _SHIFT, ((stem + 1) << _SHIFT) - 1


def id_of(opening: str, text: int, *, suffix: str = "") -> str:
    """The id that begins with ``opening``: report's id, dash, and the mark of a heading where it is one."""
    return f"{opening}{stem_of(text):08x}{suffix}"


def new_ids(opening: str, places: Sequence[Place]) -> list[str]:
    """The ids of all passages of a report of which nothing was ever published."""
    groups: dict[int, list[int]] = defaultdict(list)
    for at, place in enumerate(places):
        groups[stem_of(place.text)].append(at)
    suffixes = [""] * len(places)
    for group in groups.values():
        if len(group) > 1:
            for at, suffix in zip(group, new_suffixes([places[at] for at in group], taken=()), strict=True):
                suffixes[at] = suffix
    return [id_of(opening, place.text, suffix=suffix) for place, suffix in zip(places, suffixes, strict=True)]


def new_suffixes(places: Sequence[Place], *, taken: Container[str]) -> list[str]:
    """What tells apart passages whose texts have the same digits; none is among the ``taken``.

    ``-3f0a``, with as many digits as tell all places apart; for twins ``-3f0a-2``, ``-3f0a-3`` and so on.
    """
    hashes = {place: place.digits for place in places}
    length = next((n for n in _DIGITS if len({d[:n] for d in hashes.values()}) == len(hashes)), _DIGITS[-1])
    given: set[str] = set()
    # Where the search for a number goes on: a report may say the same thousands of times.
    numbers: dict[str, int] = defaultdict(lambda: 2)
    suffixes = []
    for place in places:
        stem = suffix = f"-{hashes[place][:length]}"
        while suffix in given or suffix in taken:
            suffix = f"{stem}-{numbers[stem]}"
            numbers[stem] += 1
        given.add(suffix)
        suffixes.append(suffix)
    return suffixes


def ordinal_ids(opening: str, texts: Sequence[str]) -> list[str]:
    """The ids that version 0.1 gave to the passages of a report: equal ones counted in reading order."""
    seen: dict[int, int] = defaultdict(int)
    ids = []
    for text in map(text_digest, texts):
        seen[stem_of(text)] += 1
        number = seen[stem_of(text)]
        ids.append(id_of(opening, text, suffix=f"-{number}" if number > 1 else ""))
    return ids


def split_id(passage_id: str, report_id: str) -> SplitId | None:
    """``passage_id`` in its parts if it is one of the report's, else None."""
    rest = passage_id.removeprefix(f"{report_id}-")
    if rest == passage_id:
        return None
    opening = "h" if rest.startswith("h") else ""
    digits, suffix = rest[len(opening) :][:8], rest[len(opening) :][8:]
    if len(digits) < 8 or not _is_hex(digits) or (suffix and not suffix.startswith("-")):
        return None
    return SplitId(report_id, opening, int(digits, 16), suffix)


def possible_reports(passage_id: str) -> Iterator[str]:
    """Ids of reports that ``passage_id`` may begin with, the longest first."""
    parts = passage_id.split("-")
    for end in range(len(parts) - 1, 0, -1):
        digits = parts[end]
        if any(len(digits) == len(mark) + 8 and digits.startswith(mark) for mark in _OPENINGS):
            yield "-".join(parts[:end])


def _is_hex(digits: str) -> bool:
    return all(digit in "0123456789abcdef" for digit in digits)
