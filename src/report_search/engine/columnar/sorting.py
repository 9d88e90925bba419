"""Putting hits in order: what comes first, what follows a cursor, and one page of it, over whole arrays.

The orders, every one of them total, since no two passages share report and position:

- relevance: complete hits first, then score, then as ``newest``;
- newest: year (newest first, none last), published (newest first, none last), report id, position;
- oldest: year (oldest first, none last), published (oldest first, none last), report id, position.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from report_search.engine.arrays import Array, Floats, Ints, Mask
from report_search.engine.protocol import SortKey
from report_search.fields import Sort


@dataclass(frozen=True, slots=True)
class Keys:
    """What rows are sorted by. ``published`` and ``report`` hold positions in the sorted names beside
    them."""

    year: Ints
    published: Ints
    report: Ints
    position: Ints
    published_names: Sequence[str]
    report_names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Scored:
    """The hits of a request: their rows, and for each its score and whether it lacks no word."""

    rows: Array
    scores: Floats
    complete: Mask


class Ranks:
    """Every row's place in the two orders by date, worked out once for a fixed state."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self.newest = _places(keys, oldest=False)
        self.oldest = _places(keys, oldest=True)

    def page(self, hits: Scored, *, sort: Sort, limit: int, after: SortKey | None) -> tuple[Array, bool]:
        """The first ``limit`` hits behind ``after`` as positions in ``hits``, and whether more follow."""
        place = (self.oldest if sort == "oldest" else self.newest)[hits.rows]
        behind = np.arange(len(hits.rows))
        if after is not None:
            behind = behind[self._follows(hits, place, sort=sort, after=after)]
        if sort == "relevance":
            chosen = _best(hits, place, behind=behind, limit=limit)
        else:
            chosen = behind[_smallest(place[behind], limit)]
        return chosen, len(behind) > len(chosen)

    def _follows(self, hits: Scored, place: Array, *, sort: Sort, after: SortKey) -> Mask:
        here = self._place(after, oldest=sort == "oldest")
        later: Mask = place >= here
        if sort != "relevance":
            return later
        same = hits.complete == after.complete
        worse = hits.scores < after.score
        level = hits.scores == after.score
        behind: Mask = (same & (worse | (level & later))) | (~hits.complete & after.complete)
        return behind

    def _place(self, after: SortKey, *, oldest: bool) -> int:
        """The first place behind everything that stands at or before ``after``."""
        keys = self.keys
        date = _dates(keys.published, after.published, keys.published_names)
        report = _compare_names(keys.report, after.report, keys.report_names)
        year = np.sign(keys.year.astype(np.int64) - after.year)
        if oldest:
            year = np.where((keys.year == 0) != (after.year == 0), np.where(keys.year == 0, 1, -1), year)
            unknown = keys.published == _unknown(keys)
            differ = unknown != (after.published == "")
            date = np.where(differ, np.where(unknown, 1, -1), date)
        else:
            year, date = -year, -date
        position = np.sign(keys.position.astype(np.int64) - after.position)
        sign = year
        for next_sign in (date, report, position):
            sign = np.where(sign == 0, next_sign, sign)
        return int(np.count_nonzero(sign <= 0))


def _places(keys: Keys, *, oldest: bool) -> Array:
    years = int(keys.year.max(initial=0)) + 1
    if oldest:
        year = np.where(keys.year == 0, years, keys.year)
        published = np.where(keys.published == _unknown(keys), len(keys.published_names), keys.published)
    else:
        year, published = years - keys.year, len(keys.published_names) - keys.published
    order = _order((year, published, keys.report, keys.position))
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    return places


def _order(columns: Sequence[Array]) -> Array:
    """The rows in the order of the first column, then of the next; none is below 0.

    One number a row is sorted in a fifth of the time that sorting by column after column takes.
    """
    spans = [int(column.max(initial=0)) + 1 for column in columns]
    if math.prod(spans) >= 1 << 62:
        return np.lexsort(tuple(reversed(columns)))
    key = np.zeros(len(columns[0]), dtype=np.int64)
    for column, span in zip(columns, spans, strict=True):
        key = key * span + column
    return np.argsort(key, kind="stable")


def _unknown(keys: Keys) -> int:
    """The position of the empty date among the names; -1 if every report has one."""
    names = keys.published_names
    return 0 if names and names[0] == "" else -1


def _compare_names(codes: Ints, name: str, names: Sequence[str]) -> Array:
    """The sign of each row's name against ``name``, by their order."""
    at = int(np.searchsorted(np.array(names, dtype=object), name)) if names else 0
    known = at < len(names) and names[at] == name
    sign = np.where(codes < at, -1, 1)
    return np.where(codes == at, 0, sign) if known else sign


_dates = _compare_names


def _best(hits: Scored, place: Array, *, behind: Array, limit: int) -> Array:
    """The ``limit`` best of ``behind`` by completeness, score and place."""
    complete = hits.complete[behind]
    first = _top(hits.scores, place, among=behind[complete], limit=limit)
    missing = limit - len(first)
    if missing <= 0:
        return first
    return np.concatenate((first, _top(hits.scores, place, among=behind[~complete], limit=missing)))


def _top(scores: Floats, place: Array, *, among: Array, limit: int) -> Array:
    if limit < len(among):
        own = scores[among]
        bar = np.partition(own, len(own) - limit)[len(own) - limit]
        above = among[own > bar]
        level = among[own == bar]
        among = np.concatenate((above, level[_smallest(place[level], limit - len(above))]))
    return among[np.lexsort((place[among], -scores[among]))]


def _smallest(values: Array, limit: int) -> Array:
    """The positions of the ``limit`` smallest of different values, smallest first."""
    if limit < len(values):
        few = np.argpartition(values, limit)[:limit] if limit else np.zeros(0, dtype=np.int64)
        return few[np.argsort(values[few])]
    return np.argsort(values)
