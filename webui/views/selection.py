"""The page of everything that was chosen: cited in every style, to be taken away or printed.

The rule: what was chosen stays, whatever becomes of the index. A passage that has moved is followed, one that is gone
is named as gone, and neither hinders the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from report_search.errors import GoneError, NotFoundError
from report_search.export.citations import STYLES, Cited, Visit, cited_passage
from report_search.export.formats import FORMATS
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher, SearchPage
from webui import export_urls, site, urls
from webui.picks import PICK, picked
from webui.views.report import CitationView, citation_views
from webui.views.search import DownloadView, HitView, hit_views, is_plain

ENTRY_SEPARATOR = "\n\n"
"""Between two citations of a list, as in the file of an export."""


class PickedHitView(Struct, frozen=True):
    """A chosen passage, its citations, and the page without it."""

    hit: HitView
    citations: tuple[CitationView, ...]
    without: str


class SelectionView(Struct, frozen=True):
    """Everything chosen. ``lost`` are ids that no passage has any more, ``query`` the words that are marked."""

    page: SearchPage | None
    query: str
    hits: tuple[PickedHitView, ...]
    lost: tuple[str, ...]
    citations: tuple[CitationView, ...]
    downloads: tuple[DownloadView, ...]
    citation_lists: tuple[DownloadView, ...]
    search_fields: tuple[tuple[str, str], ...]
    back: str
    clear_link: str


def selection_view(searcher: Searcher, asked: SearchRequest) -> SelectionView:
    """The view of what the address names; ``asked`` is the search it was chosen from, whose words are marked."""
    ids, lost = _standing(searcher, picked())
    page = searcher.walk_chosen(asked, ids).page if ids else None
    stands, visit = site.address(), site.visit()
    cited = [cited_passage(hit.passage, stands) for hit in page.hits] if page else []
    shown = hit_views(page.hits, page.request) if page else ()
    return SelectionView(
        page=page,
        query=asked.text.strip(),
        hits=tuple(
            PickedHitView(hit, citation_views(one), _without(hit.passage.id, ids, asked))
            for hit, one in zip(shown, cited, strict=True)
        ),
        lost=lost,
        citations=tuple(_lists(cited, visit)),
        downloads=tuple(_downloads(page, ids)) if page else (),
        citation_lists=tuple(_citation_lists(page, ids)) if page else (),
        search_fields=tuple((PICK, one) for one in ids),
        back=urls.search_link(asked, picks=ids),
        clear_link=urls.search_link(asked, picks=()),
    )


def _standing(searcher: Searcher, ids: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The passages that stand at ``ids`` today, each once, and the ids at which nothing stands any more."""
    found: list[str] = []
    lost: list[str] = []
    for one in ids:
        try:
            standing = searcher.standing(one)
        except (GoneError, NotFoundError):
            lost.append(one)
            continue
        (found if standing.kind == "passage" else lost).append(standing.id)
    return tuple(dict.fromkeys(found)), tuple(lost)


def _without(passage_id: str, ids: Sequence[str], asked: SearchRequest) -> str:
    return urls.selection_link(asked, picks=tuple(one for one in ids if one != passage_id))


def _lists(cited: Sequence[Cited], visit: Visit) -> Iterator[CitationView]:
    """All citations one after another, in every style."""
    for style in STYLES:
        entries = (style.write(one, visit) for one in cited)
        yield CitationView(style.label, ENTRY_SEPARATOR.join(entries))


def _downloads(page: SearchPage, ids: Sequence[str]) -> Iterator[DownloadView]:
    """The chosen passages in every format."""
    for suffix, kind in FORMATS.items():
        link = export_urls.export_link(page.request, suffix, strict=is_plain(page), picks=ids)
        yield DownloadView(kind.label, kind.media_type, link)


def _citation_lists(page: SearchPage, ids: Sequence[str]) -> Iterator[DownloadView]:
    """Their citations in every style, as a file."""
    for style in STYLES:
        link = export_urls.export_link(
            page.request, "citations", strict=is_plain(page), style=style.name, picks=ids
        )
        yield DownloadView(style.label, style.media_type, link)
