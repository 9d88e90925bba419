"""Distinctive words of any selection: what the passages that a search finds say more often than all others.

Counted are the words of paragraphs, of which the index keeps a table: rows of tables and headings, which the official
forms prescribe, are in neither side. The rule: the selection is exactly what the search finds, and the rest is
everything else that is held; nothing is drawn by lot.
"""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from report_search.generations.boilerplate_file import read_catalogue
from report_search.generations.generation import Generation
from report_search.query.interpret import Hint
from report_search.search.request import SearchRequest
from report_search.search.results import IndexState
from report_search.search.searcher import Searcher
from report_search.wording.boilerplate.paragraph_words import ParagraphWords
from report_search.wording.log_likelihood import DistinctiveWord, distinctive_words

MOST_WORDS = 100
"""So many are told; all are counted."""


class SelectionWords(Struct, frozen=True):
    """The words of a selection, most distinctive first, at most ``MOST_WORDS`` of ``total``.

    ``request`` has its filters in canonical values. ``paragraphs`` and ``words`` count those of the selection,
    ``rest_paragraphs`` and ``rest_words`` all others; ``passages`` is what the search finds, tables and headings
    included.
    """

    request: SearchRequest
    distinctive: tuple[DistinctiveWord, ...]
    total: int
    passages: int
    paragraphs: int
    rest_paragraphs: int
    words: int
    rest_words: int
    hints: tuple[Hint, ...]
    index: IndexState


def selection_words(searcher: Searcher, request: SearchRequest) -> SelectionWords:
    """The distinctive words of what a request finds. Raises what a search raises."""
    pinned = searcher.pinned()
    asked = replace(request.every_hit, limit=1, cursor="", facets=(), tallies=())
    page = pinned.search(asked, is_helping=False)
    table = _table_of(_Source(pinned.generation()))
    sides = table.sides(pinned.every_id(asked), stopwords=pinned.lexicon().stopwords)
    found = distinctive_words(sides.selection, sides.rest)
    return SelectionWords(
        request=page.request,
        distinctive=tuple(found[:MOST_WORDS]),
        total=len(found),
        passages=page.total.passages,
        paragraphs=sides.paragraphs,
        rest_paragraphs=sides.rest_paragraphs,
        words=sum(sides.selection.values()),
        rest_words=sum(sides.rest.values()),
        hints=page.hints,
        index=page.index,
    )


class _Source(Struct, frozen=True, eq=False):
    """A generation, equal to another by its id and place."""

    generation: Generation

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Source) and self.generation.folder == other.generation.folder

    def __hash__(self) -> int:
        return hash(self.generation.folder)


@lru_cache(maxsize=1)
def _table_of(source: _Source) -> ParagraphWords:
    """The table of the generation that was asked last: reading it takes longer than counting."""
    return ParagraphWords(read_catalogue(source.generation))
