"""What a tool answers from: one generation of the index, and the address that its answers lead to.

The rule: an address is absolute and the one that citations print; where it is only local, answers say so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol
from urllib.parse import unquote, urlencode

from msgspec import Struct

from report_search.corpus_coverage import Coverage
from report_search.errors import RequestError, Standing
from report_search.figures.database import FigureDatabase
from report_search.presentation.site_links import SiteLinks
from report_search.search.searcher import Searcher

LOCAL_ADDRESSES = "Addresses are those of one machine: others may not be able to open them."

_IN_ADDRESS = re.compile(r".*/(?:passages|reports)/([^/?]+)")
"""The last place of an id: the path of the site itself may be called so."""


class Site(Protocol):
    """Where the site stands, as ``export.site_address`` says."""

    @property
    def root(self) -> str:
        """The address without a slash at its end."""

    @property
    def is_local(self) -> bool:
        """Whether nobody set it."""

    @property
    def links(self) -> SiteLinks:
        """What makes the addresses of its things."""

    def passage(self, passage_id: str, /) -> str:
        """The address of a passage."""

    def report(self, report_id: str, /) -> str:
        """The address of a report."""


class Setting(Struct, frozen=True):
    """One generation of the index to answer from (``searcher`` is pinned to it), its numbers, and the site."""

    searcher: Searcher
    figures: Callable[[], FigureDatabase]
    site: Site

    @property
    def generation(self) -> str:
        """The id of the generation."""
        return self.searcher.generation().id

    def coverage(self) -> Coverage:
        """Which agency's report of which year is held."""
        return self.searcher.coverage()

    def page(self, path: str, **parameters: str) -> str:
        """The address of a page of the site."""
        return f"{self.site.root}{path}" + (f"?{urlencode(parameters)}" if parameters else "")

    def standing(self, named: str) -> Standing:
        """The report or passage that an id or an address of this site names, where it stands today.

        Raises what ``Searcher.standing`` raises.
        """
        identifier = _identifier(named)
        if not identifier:
            raise RequestError(
                "missing-argument", "No id was given.", hint="Give the id of a report or passage."
            )
        return self.searcher.standing(identifier)


def _identifier(named: str) -> str:
    """The id in an address (``https://…/passages/ID``, ``…/reports/ID#PASSAGE``), or the id itself."""
    text = named.strip()
    path, _, fragment = text.partition("#")
    found = _IN_ADDRESS.match(path)
    return unquote(fragment or found[1]) if found else text
