"""The newest of what a search finds: the hits that were published last on this site, for feeds.

The rule: they are hits of the search as its page shows them, read in the same way, so a feed never has what the page
has not.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from report_search.engine.protocol import EngineRequest, Match
from report_search.search.answering import engine_request, hits_of
from report_search.search.open_generation import OpenGeneration
from report_search.search.results import Hit, SearchPage
from report_search.search.since.moments import seconds_of_moment


class SeenHit(Struct, frozen=True):
    """A hit and when its passage was first published, in seconds since 1970."""

    hit: Hit
    seconds: int


class NewestHits(Struct, frozen=True):
    """The newest hits of ``page``, which is the answer to the search; of one time, they stand newest year first.

    ``began`` is when the first passage of the index was published, in seconds since 1970.
    """

    page: SearchPage
    hits: tuple[SeenHit, ...]
    began: int


def newest_hits(opened: OpenGeneration, page: SearchPage, *, limit: int) -> NewestHits:
    """The ``limit`` hits of ``page`` whose passages were first published last."""
    seen = opened.first_seen
    asked = replace(
        engine_request(opened, page.request, interpretation=page.interpretation),
        sort="newest",
        limit=limit,
        facets=(),
        tallies=(),
        collapse="",
    )
    since = seconds_of_moment(page.request.since) if page.request.since else 0
    times = [time for time in seen.times if time >= since]
    found: dict[str, Match] = {}
    for request in _requests(opened, asked, times=times):
        found |= {match.id: match for match in opened.snapshot.find(request).hits}
    # Sorting is stable: what came at one time stays newest year first.
    ordered = sorted(found.values(), key=lambda match: -seen.of(match.id, match.key.report))
    hits = hits_of(opened, ordered[:limit], tree=asked.tree)
    began = seen.times[0] if seen.times else 0
    return NewestHits(
        page, tuple(SeenHit(hit, seen.of(hit.passage.id, hit.passage.report)) for hit in hits), began
    )


def _requests(opened: OpenGeneration, asked: EngineRequest, *, times: list[int]) -> Iterator[EngineRequest]:
    """The requests that hold the newest hits together: those from behind the last time that is needed, and its own."""
    seen = opened.first_seen
    # How many hits there are since each time only falls, so the last time that gives enough is found by halving.
    low, high = 0, len(times)
    while high - low > 1:
        middle = (low + high) // 2
        since = replace(asked, among=seen.since(times[middle]), limit=1)
        if opened.snapshot.find(since).total.passages >= asked.limit:
            low = middle
        else:
            high = middle
    if high < len(times):
        yield replace(asked, among=seen.since(times[high]))
    if times:
        # Newer hits may stand between those of the time itself; they are fewer than a limit.
        yield replace(asked, among=seen.since(times[low]), limit=2 * asked.limit)
