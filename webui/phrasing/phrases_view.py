"""The view model of an agency's new and vanished phrases.

The rule: every phrase links to the search that finds it, in quotes, among the reports of that agency.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from report_search.presentation.phrases_payload import compared_with
from report_search.search.highlight import Snippet
from report_search.search.request import SearchRequest
from report_search.wording.phrases import YearPhrase, YearPhrases
from webui import urls
from webui.phrasing_urls import phrases_api_link, phrases_link


class PhraseView(Struct, frozen=True):
    """A phrase with its sentence marked, the search for it and its place in a report."""

    phrase: YearPhrase
    sentence: Snippet
    search_link: str
    place_link: str


class PhrasesView(Struct, frozen=True):
    """The page of a year. ``years`` are (year, address) pairs, the newest first, "" for the one shown."""

    found: YearPhrases
    agency_link: str
    notes: tuple[str, ...]
    years: tuple[tuple[int, str], ...]
    first: tuple[PhraseView, ...]
    last: tuple[PhraseView, ...]
    lineage: bool
    lineage_link: str
    api_link: str


def phrases_view(found: YearPhrases, *, lineage: bool, has_predecessors: bool) -> PhrasesView:
    """The view of a year's phrases."""
    key = found.agency.key
    years = sorted((*found.earlier, found.year, *found.later), reverse=True)
    return PhrasesView(
        found=found,
        agency_link=urls.agency_link(key),
        notes=tuple(compared_with(found)),
        years=tuple(
            (year, "" if year == found.year else phrases_link(key, year, lineage=lineage)) for year in years
        ),
        first=tuple(_views(found.first, found)),
        last=tuple(_views(found.last, found)),
        lineage=lineage,
        lineage_link=phrases_link(key, found.year, lineage=not lineage) if has_predecessors else "",
        api_link=phrases_api_link(key, found.year, lineage=lineage),
    )


def _views(phrases: Iterable[YearPhrase], found: YearPhrases) -> Iterator[PhraseView]:
    agencies = ("agency", (found.agency.name, *found.predecessors))
    for phrase in phrases:
        passage = phrase.example.passage
        asked = SearchRequest(f"“{phrase.text}”", filters=(agencies,), sort="oldest")
        yield PhraseView(
            phrase,
            Snippet(phrase.example.sentence, (phrase.example.span,)),
            urls.search_link(asked),
            urls.report_link(passage.report, passage=passage.id, request=asked),
        )
