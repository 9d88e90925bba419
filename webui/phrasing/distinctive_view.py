"""The view model of the distinctive words of a selection.

The rule: every word links to the search for it within the same selection.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from report_search.presentation.distinctive_payload import MEANING, sides_said
from report_search.search.request import SearchRequest
from report_search.wording.distinctive import SelectionWords
from report_search.wording.log_likelihood import DistinctiveWord
from webui import phrasing_urls, urls


class DistinctiveWordView(Struct, frozen=True):
    """A word, and the search for it among what was found."""

    word: DistinctiveWord
    link: str


class DistinctiveView(Struct, frozen=True):
    """The page of a selection."""

    found: SelectionWords
    title: str
    meaning: str
    sides: str
    words: tuple[DistinctiveWordView, ...]
    hidden_fields: tuple[tuple[str, str], ...]
    search_link: str
    api_link: str


def distinctive_view(found: SelectionWords) -> DistinctiveView:
    """The view of a selection."""
    plain = urls.first_page(found.request.every_hit)
    query = plain.text.strip()
    return DistinctiveView(
        found,
        f"{query} · 特征词" if query else "特征词",
        MEANING,
        sides_said(found),
        tuple(_words(found, plain)),
        tuple(urls.hidden_fields(plain, without=("q", "limit"))),
        urls.search_link(plain),
        phrasing_urls.distinctive_api_link(plain),
    )


def _words(found: SelectionWords, plain: SearchRequest) -> Iterator[DistinctiveWordView]:
    for one in found.distinctive:
        text = f"({plain.text}) “{one.word}”" if plain.text.strip() else f"“{one.word}”"
        yield DistinctiveWordView(one, urls.search_link(replace(plain, text=text)))
