"""A search that its page's address carries in the path, ``/asked/CODE/``, so that links need not repeat it.

A page of results has hundreds of links. With a pasted paragraph in each it is megabytes long, so such a page has an
address whose path holds the search, and links relative to it, which say what they change. They are plain links: no
script and nothing kept by the server is needed. The rule: whoever writes links asks ``carried_search`` first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import cast
from urllib.parse import quote_plus

from flask import has_request_context, request

from webui.long_searches.changes import changes, lists_of
from webui.long_searches.codes import Pairs

CARRIED = "report_search.carried"
"""Where the search of an address stands in the WSGI environment."""
LONG = 1_000
"""A query string of more bytes is long: 110 Chinese characters, with which a page has 120 KB, packed 12."""
SAFE = "!$'()*,/:;?@"
"""What a browser leaves as it is in a query string."""


class CarriedSearch:
    """The search of an address with a code: its parameters, and the path behind the code."""

    def __init__(self, pairs: Pairs, path: str, *, is_final: bool) -> None:
        """``is_final`` says that the address asks for no change of what the code holds."""
        self.pairs, self.path, self.is_final = pairs, path, is_final
        self._to_top = "../" * (path.count("/") - 1) or "./"

    @cached_property
    def lists(self) -> dict[str, list[str]]:
        """The values of each parameter."""
        return lists_of(self.pairs)

    def place(self, path: str) -> str:
        """``path`` relative to the page, with the search as it is carried."""
        return self._to_top + path.removeprefix(request.script_root).removeprefix("/")

    def links(self, values: Mapping[str, str | list[str]]) -> Callable[[str], str]:
        """Makes links from the page with ``values``, by their paths as they are written without a query string."""
        wanted = {
            name: [value] if isinstance(value, str) else value for name, value in values.items() if value
        }
        if _is_short(wanted):
            plain = spelled((name, value) for name, given in wanted.items() for value in given)
            if len(plain) <= LONG:
                return lambda path: f"{path}?{plain}" if plain else path
        query = spelled(changes(self.lists, wanted))
        # Without any change it is the page that the address leads to as it stands.
        return lambda path: f"{self.place(path)}?{query}" if query else self.place(path)


def _is_short(lists: Mapping[str, Sequence[str]]) -> bool:
    """Whether parameters may be short once they are spelled; what can't be is not spelled in vain."""
    return sum(len(value) for values in lists.values() for value in values) <= LONG


def spelled(pairs: Iterable[tuple[str, str]]) -> str:
    """``pairs`` as a query string."""
    return "&".join(f"{quote_plus(name, safe=SAFE)}={quote_plus(value, safe=SAFE)}" for name, value in pairs)


def carried_search() -> CarriedSearch | None:
    """The search that the address asked for carries in its path; None for any other address."""
    if not has_request_context():
        return None
    return cast("CarriedSearch | None", request.environ.get(CARRIED))
