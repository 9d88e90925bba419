"""What a list page gives: the reports that it lists, and where the list goes on."""

from __future__ import annotations

from msgspec import Struct

from indexer.collect.links import FoundLink


class ListPage(Struct, frozen=True):
    """A list page as it came: its address, the form it was asked for by ("" for none), its text."""

    url: str
    text: str
    form: str = ""


class NextPage(Struct, frozen=True):
    """A further page of the list. ``number`` counts from 0, the first page."""

    url: str
    number: int
    form: str = ""


class FoundOnList(Struct, frozen=True):
    """``links`` are all links of the list, reports or not; ``more`` is where it goes on."""

    links: tuple[FoundLink, ...] = ()
    more: tuple[NextPage, ...] = ()
