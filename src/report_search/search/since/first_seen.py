"""When each passage of a generation was first published, by the book of addresses, and which came since a moment.

Passages come by builds, so an index has few different times and most reports have one. The rule: a set of what is new
is told by reports wherever that names less, and sets for moments between the same two builds are one and the same
object, so that an engine works each out once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial

from report_search.engine.protocol import PassageSet
from report_search.generations.address_book import FirstSeenEntries

ASKED_AT_ONCE = 100
"""So many passages are asked of an engine together."""
CACHED_SETS = 16
"""So many sets of what is new are kept; a feed needs a few of them."""


class FirstSeen:
    """The times, in seconds since 1970, of the passages of the reports that are held.

    ``times`` are the different ones, ascending. Safe to share between threads.
    """

    def __init__(self, entries: FirstSeenEntries, *, reports: Iterable[str], otherwise: int) -> None:
        """``entries`` of the book, and the ``reports`` that are held.

        A passage of which the book knows nothing was first published at ``otherwise``.
        """
        # Few reports have more than one time: only of those every passage is kept.
        mixed: dict[str, dict[str, int]] = {}
        for report, passage_id, seconds in entries.passages:
            mixed.setdefault(report, {})[passage_id] = seconds
        held = tuple(reports)
        self._mixed = {report: mixed[report] for report in held if report in mixed}
        self._whole = {
            report: entries.reports.get(report, otherwise) for report in held if report not in mixed
        }
        self._otherwise = otherwise
        of_mixed = (seconds for seconds_of in self._mixed.values() for seconds in seconds_of.values())
        self.times: tuple[int, ...] = tuple(sorted({*self._whole.values(), *of_mixed}))
        # Made here and not by a decorator, and of a function that knows nothing of this object: so the sets are freed
        # together with this generation.
        self._set_from = lru_cache(CACHED_SETS)(partial(_set_from, self._whole, self._mixed))

    def of(self, passage_id: str, report: str) -> int:
        """When a passage was first published."""
        if report in self._mixed:
            return self._mixed[report].get(passage_id, self._otherwise)
        return self._whole.get(report, self._otherwise)

    def latest(self, report: str) -> int:
        """When the newest passage of a report was first published."""
        return max(self._mixed.get(report, {}).values(), default=self._whole.get(report, self._otherwise))

    def newest_held(self, are_held: Callable[[Sequence[str]], bool]) -> int:
        """The last of ``times`` at which a passage came that is held; ``are_held`` says whether one of some ids is.

        An index that was put back to an older generation does not hold what the later one brought.
        """
        whole = set(self._whole.values())
        for seconds in reversed(self.times):
            if seconds in whole:
                return seconds
            ids = [
                passage_id
                for seconds_of in self._mixed.values()
                for passage_id, own in seconds_of.items()
                if own == seconds
            ]
            if any(
                are_held(ids[start : start + ASKED_AT_ONCE]) for start in range(0, len(ids), ASKED_AT_ONCE)
            ):
                return seconds
        return 0

    def since(self, seconds: int) -> PassageSet | None:
        """The passages first published at ``seconds`` or later; None if all were."""
        position = bisect_left(self.times, seconds)
        if position == 0:
            return None
        return self._set_from(self.times[position]) if position < len(self.times) else PassageSet()


def _set_from(whole: Mapping[str, int], mixed: Mapping[str, Mapping[str, int]], first: int) -> PassageSet:
    """The passages first published at ``first`` or later."""
    reports = {report for report, seconds in whole.items() if seconds >= first}
    but: set[str] = set()
    passages: set[str] = set()
    for report, seconds_of in mixed.items():
        old, new = _divided(seconds_of, first)
        if len(old) < len(new):
            reports.add(report)
            but |= old
        else:
            passages |= new
    return PassageSet(frozenset(reports), frozenset(but), frozenset(passages))


def _divided(seconds_of: Mapping[str, int], first: int) -> tuple[set[str], set[str]]:
    """The passages from before ``first``, and the others."""
    old = {passage_id for passage_id, seconds in seconds_of.items() if seconds < first}
    return old, seconds_of.keys() - old
