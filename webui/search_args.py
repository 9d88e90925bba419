"""What a program asks of a search beside the search itself: which fields of the hits, and the cells of rows."""

from __future__ import annotations

from msgspec import Struct
from werkzeug.datastructures import MultiDict

from report_search.presentation.chosen_fields import read_fields
from report_search.search.request import SearchRequest
from webui import urls

OWN = ("fields", "cells")
SEARCH_PARAMETERS = (*urls.PARAMETERS, *OWN)
"""All parameters of a search for programs."""


class SearchArguments(Struct, frozen=True):
    """A search, the ``fields`` of a hit that are wanted (() for all), and whether rows are to show their ``cells``."""

    request: SearchRequest
    fields: tuple[str, ...]
    cells: bool


def read_search(args: urls.Arguments) -> SearchArguments:
    """What ``args`` ask for. Raises ``RequestError`` for any parameter or value that is unknown."""
    args = urls.plain_names(args)
    urls.refuse_unknown_or_repeated(args, known=SEARCH_PARAMETERS, single=(*urls.SINGLE_VALUED, "cells"))
    searched = MultiDict([(name, value) for name, value in args.items(multi=True) if name not in OWN])
    return SearchArguments(
        urls.read_request(searched, strict=True),
        read_fields(args.getlist("fields")),
        urls.read_switch("cells", args.get("cells", ""), default=False),
    )
