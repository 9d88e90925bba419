"""What a page of results says of the passages that are chosen, and the form by which ticks are sent."""

from __future__ import annotations

from msgspec import Struct

from report_search.search.searcher import SearchPage
from webui import urls
from webui.long_searches.forms import form_action, form_fields
from webui.picks import MOST_PICKED, PICK, picked


class PickedView(Struct, frozen=True):
    """What is chosen, and where to go with it. ``fields`` are those of the form that sends ticks to ``action``."""

    ids: tuple[str, ...] = ()
    link: str = ""
    clear_link: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    most: int = MOST_PICKED
    action: str = ""


def picked_view(page: SearchPage) -> PickedView:
    """What is chosen; the ticks of this page are sent by themselves, so the form holds the others."""
    ids, here = picked(), {hit.passage.id for hit in page.hits}
    fields = urls.hidden_fields(page.request, without=(PICK,))
    return PickedView(
        ids=ids,
        link=urls.selection_link(page.request, picks=ids),
        clear_link=urls.search_link(page.request, picks=()),
        fields=form_fields([*fields, *((PICK, one) for one in ids if one not in here)], replaced=(PICK,)),
        action=form_action(urls.endpoint_url(urls.RESULTS.endpoint)),
    )
