"""What a saved search finds among what is new.

The rule: only passages that lack no word count, as for ``mentions``: nobody is called for a passage that has half of
what was asked for because nothing else was there.
"""

from __future__ import annotations

from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from report_search.alerts.saved_searches import Alert
from report_search.search.results import Hit, IndexState
from report_search.search.searcher import Searcher
from report_search.search.since.moments import moment_text

MOST_FOUND = 1000
"""So many passages are handed on for one alert and run; all are counted, and a link leads to them."""


class Finding(Struct, frozen=True):
    """What ``alert`` found from ``since`` up to ``seen``, both in seconds since 1970: ``hits`` out of ``total``.

    ``reports`` counts the reports that they are in; ``alert`` has its request with ``since`` and canonical filters.
    """

    alert: Alert
    since: int
    seen: int
    hits: tuple[Hit, ...]
    total: int
    reports: int
    index: IndexState


def find_new(searcher: Searcher, alert: Alert, *, since: int, seen: int) -> Finding:
    """What ``searcher``, which is pinned, finds for ``alert`` among passages first published at ``since`` or later."""
    walk = searcher.walk(replace(alert.request, since=moment_text(since), facets=()))
    complete = (hit for hit in walk.hits if not hit.missing)
    hits = tuple(islice(complete, MOST_FOUND))
    page = walk.page
    is_whole = page.total.complete <= MOST_FOUND
    reports = len({hit.passage.report for hit in hits}) if is_whole else page.total.reports
    asked = replace(alert, request=page.request)
    return Finding(asked, since, seen, hits, page.total.complete, reports, page.index)
