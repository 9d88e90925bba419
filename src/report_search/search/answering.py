"""From a request to its answer, in one generation of the index: read, asked, counted, marked.

The rule: the numbers on a page, beside a suggestion and behind a link come from the same engine request.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice

from msgspec.structs import replace

from report_search import deadline
from report_search.engine.protocol import NO_NEAR_TEXTS, EngineRequest, Match, Matches
from report_search.query.ast import IncludeHeadings, Query
from report_search.query.evaluate import missing, view
from report_search.query.interpret import Hint, Interpretation
from report_search.search import cursors, relaxation
from report_search.search.cursors import Position
from report_search.search.facets import facet_of
from report_search.search.filters import ResolvedFilters, resolve
from report_search.search.highlight import highlight
from report_search.search.open_generation import OpenGeneration
from report_search.search.other_hits import others_of
from report_search.search.request import Filters, SearchRequest
from report_search.search.results import Hit, SearchPage
from report_search.search.suggest import spelling
from report_search.search.suggest.suggestions import Suggestion, suggest
from report_search.search.table_cells import TableCells

MOST_MEANT = 4
"""So many queries that were probably meant are tried for one that found nothing."""


def resolve_filters(opened: OpenGeneration, request: SearchRequest) -> ResolvedFilters:
    """The filters of a request in canonical values. Raises ``RequestError`` for what names nothing, if strict."""
    return resolve(request.filters, lexicon=opened.lexicon, years=opened.years, strict=request.strict)


def interpret(opened: OpenGeneration, request: SearchRequest) -> Interpretation:
    """How the query of a request is read. Raises ``RequestError`` if strict and it can't be understood."""
    found = opened.read(request.text, strict=request.strict, expand=request.expand)
    return replace(found, tree=IncludeHeadings(found.tree)) if request.titles else found


def _find(
    opened: OpenGeneration, request: SearchRequest, interpretation: Interpretation
) -> tuple[Interpretation, Matches]:
    """What a request finds, and the interpretation that found it: a weaker one where nothing complete was found."""
    position = cursors.decode(request, opened.generation.id)
    # Without the key of the hit before, the hits before are asked for as well, and left out.
    skipped = 0 if position.key else position.before
    asked = replace(
        engine_request(opened, request, interpretation=interpretation),
        limit=skipped + request.limit,
        after=position.key,
    )
    found, matches = relaxation.find(opened.snapshot, asked, interpretation=interpretation)
    return found, replace(matches, hits=matches.hits[skipped:]) if skipped else matches


def engine_request(
    opened: OpenGeneration, request: SearchRequest, *, interpretation: Interpretation
) -> EngineRequest:
    """What an engine is asked for the first hits of a request."""
    return EngineRequest(
        tree=interpretation.tree,
        filters=_acted_on(opened, request),
        sort=request.sort,
        limit=request.limit,
        facets=request.facets,
        tallies=request.tallies,
        collapse=request.collapse,
        near=opened.near_texts if request.fold else NO_NEAR_TEXTS,
        among=opened.among(request),
    )


def _acted_on(opened: OpenGeneration, request: SearchRequest) -> Filters:
    """The filters of a request, an agency with its predecessors where they are to come along."""
    return opened.lineage.widened(request.filters) if request.lineage else request.filters


def count(opened: OpenGeneration, request: SearchRequest) -> int:
    """How many passages a suggested request finds; whatever it can't read of the query is no error."""
    interpretation = interpret(opened, replace(request, strict=False))
    smallest = replace(request.every_hit, limit=1, facets=(), tallies=(), cursor="")
    _, matches = _find(opened, smallest, interpretation)
    return matches.total.passages


def count_complete(opened: OpenGeneration, request: SearchRequest) -> int:
    """How many passages a request finds; 0 if none of them has all its words."""
    smallest = replace(request.every_hit, limit=1, facets=(), tallies=())
    _, matches = _find(opened, smallest, interpret(opened, request))
    return matches.total.passages if matches.total.complete else 0


def helped(
    opened: OpenGeneration, page: SearchPage, *, interpretation: Interpretation
) -> tuple[tuple[Suggestion, ...], SearchPage]:
    """Suggestions for a page without hits, and the page with a hint of what was probably meant."""
    suggestions = suggest(
        page.request, interpretation, count=partial(count, opened), topic_labels=opened.state().topics
    )
    return suggestions, replace(page, hints=(*page.hints, *did_you_mean(opened, page)))


def did_you_mean(opened: OpenGeneration, page: SearchPage) -> Iterator[Hint]:
    """Queries that were probably meant by one that found nothing, each tried before it is named."""
    request = page.request
    meant = spelling.did_you_mean(
        request.text, page.read_as, known=opened.known_words, occurs=partial(_occurs, opened)
    )
    for text in islice(meant, MOST_MEANT):
        passages = count(opened, replace(request, text=text))
        if passages:
            yield Hint("did-you-mean", f"也许是：{text}（{passages} 段）。", 0, text)


def _occurs(opened: OpenGeneration, tree: Query) -> bool:
    return bool(opened.snapshot.find(EngineRequest(tree, limit=1, facets=())).total.passages)


def answer(opened: OpenGeneration, request: SearchRequest, *, interpretation: Interpretation) -> SearchPage:
    """The page of a request, its filters in canonical values. Raises ``RequestError``, ``GoneError`` for its cursor."""
    interpretation, matches = _find(opened, request, interpretation)
    if request.lineage:
        matches = replace(matches, facets=tuple(map(opened.lineage.counted, matches.facets)))
    facets = tuple(
        facet_of(
            counts,
            request.chosen(counts.field),
            whole=counts.field in request.whole,
            topic_labels=opened.state().topics,
        )
        for counts in matches.facets
    )
    hints = interpretation.hints
    if request.lineage:
        facets = tuple(map(opened.lineage.labelled, facets))
        hints = (*hints, *opened.lineage.hints(request.filters))
    before = cursors.decode(request, opened.generation.id).before
    cursor_at = partial(cursors.encode, request, opened.generation.id)
    next_cursor = previous = ""
    if matches.more and matches.hits:
        next_cursor = cursor_at(position=Position(before + len(matches.hits), matches.hits[-1].key))
    if before:
        previous = cursor_at(position=Position(max(0, before - request.limit)))
    return SearchPage(
        request=request,
        interpretation=interpretation,
        hints=hints,
        total=matches.total,
        facets=facets,
        hits=hits_of(opened, matches.hits, tree=interpretation.tree),
        next=next_cursor,
        first=before + 1,
        previous=previous,
        groups=matches.groups,
        index=opened.state(),
        tallies=matches.tallies,
        held=opened.held,
        acted_on=_acted_on(opened, request),
    )


def hits_of(opened: OpenGeneration, matches: Sequence[Match], *, tree: Query) -> tuple[Hit, ...]:
    """The passages that were found, with what ``tree`` marks in them and misses of them."""
    found = opened.snapshot.passages([match.id for match in matches])
    passages = {passage.id: passage for passage in found}
    tables = TableCells(opened.generation.report, opened.snapshot.report_passages)
    hits = []
    for match in matches:
        deadline.check()
        passage = passages[match.id]
        lacking = () if match.key.complete else tuple(missing(tree, view(passage)))
        snippet = highlight(tree, passage)
        cells = tables.under(passage, tree, spans=snippet.spans) if passage.is_head else ()
        later = opened.superseded.get(passage.report, "")
        behind = others_of(match, opened.reports)
        group = opened.boilerplate.get(passage.id)
        alike = group.agencies if group else 0
        hits.append(Hit(passage, snippet, lacking, match.score, cells, later, behind, alike))
    return tuple(hits)
