"""Every hit of a request, or the passages that were chosen, one after the other from one generation.

The rule: a walk gives what paging through the result gives, in the same order and with the same marks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from report_search import deadline
from report_search.engine.protocol import Total
from report_search.fields import FACET_FIELDS, FIELD_LABELS
from report_search.passages import Passage
from report_search.query.ast import Query
from report_search.query.evaluate import missing, view
from report_search.search import cursors, relaxation
from report_search.search.answering import engine_request, hits_of, interpret
from report_search.search.facets import Facet
from report_search.search.highlight import Snippet, highlight
from report_search.search.open_generation import OpenGeneration
from report_search.search.request import SearchRequest
from report_search.search.results import Hit, SearchPage

FIRST_HITS = 100
"""So many hits a walk fetches first, so that it starts at once."""
BATCH_HITS = 1000
"""So many hits a walk fetches at a time from then on; a thousand passages take a few megabytes."""
EVERY_HIT = 1 << 30
"""More hits than any index has passages."""
MOST_CHOSEN = 500
"""So many passages can be chosen one by one: what fits in an address."""


def hits_behind(opened: OpenGeneration, page: SearchPage) -> Iterator[Hit]:
    """The hits behind those of ``page``, fetched batch by batch."""
    request = replace(page.request, cursor=page.next)
    interpretation = interpret(opened, request)
    after = cursors.decode(request, opened.generation.id).key
    asked = replace(
        engine_request(opened, request, interpretation=interpretation),
        limit=BATCH_HITS,
        after=after,
        facets=(),
        tallies=(),
    )
    more = bool(page.next)
    while more:
        found_by, matches = relaxation.find(opened.snapshot, asked, interpretation=interpretation)
        yield from hits_of(opened, matches.hits, tree=found_by.tree)
        more = matches.more and bool(matches.hits)
        if more:
            asked = replace(asked, after=matches.hits[-1].key)


def ids_found(opened: OpenGeneration, request: SearchRequest) -> tuple[str, ...]:
    """The ids of all passages that a request finds, its filters in canonical values."""
    return _everything(opened, request)[0]


def marked_passages(opened: OpenGeneration, page: SearchPage) -> Iterator[tuple[Passage, Snippet]]:
    """Every passage that the request of ``page`` finds, in its order, with what is marked in it.

    Nothing else of a hit is worked out, and equal texts are marked once.
    """
    ids, tree = _everything(opened, page.request)
    known: dict[tuple[str, str, tuple[int, ...]], Snippet] = {}
    for start in range(0, len(ids), BATCH_HITS):
        for passage in opened.snapshot.passages(ids[start : start + BATCH_HITS]):
            deadline.check()
            # What is marked in a text depends on nothing else of its passage but which cells of a row have values.
            alike = passage.text, passage.type, tuple(passage.value_cells)
            if alike not in known:
                known[alike] = highlight(tree, passage)
            yield passage, known[alike]


def _everything(opened: OpenGeneration, request: SearchRequest) -> tuple[tuple[str, ...], Query]:
    """The ids of all passages that a request finds, and the tree that found them."""
    interpretation = interpret(opened, request)
    asked = replace(
        engine_request(opened, request, interpretation=interpretation),
        limit=EVERY_HIT,
        after=None,
        facets=(),
        tallies=(),
    )
    found_by, matches = relaxation.find(opened.snapshot, asked, interpretation=interpretation)
    return tuple(match.id for match in matches.hits), found_by.tree


def chosen(page: SearchPage, passages: Sequence[Passage]) -> tuple[SearchPage, Iterator[Hit]]:
    """The answer that consists of ``passages``, marked as ``page`` was read, and its hits."""
    tree = page.interpretation.tree
    hits = tuple(
        Hit(passage, highlight(tree, passage), tuple(missing(tree, view(passage))), 0.0)
        for passage in passages
    )
    reports = {passage.report for passage in passages}
    total = Total(len(hits), len(reports), sum(not hit.missing for hit in hits))
    facets = tuple(Facet(field, FIELD_LABELS[field], ()) for field in FACET_FIELDS)
    shown = replace(page, total=total, facets=facets, hits=hits, next="", groups=len(hits), suggestions=())
    return shown, iter(hits)
