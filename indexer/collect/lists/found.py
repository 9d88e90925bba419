"""What a list page gives: the reports that it lists, and where the list goes on."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.collect.links import FoundLink


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list page as it came: its address, the form it was asked for by ("" for none), its text."""

    url: str
    text: str
    form: str = ""


@dataclass(frozen=True, slots=True)
class NextPage:
    """A further page of the list. ``number`` counts from 0, the first page."""

    url: str
    number: int
    form: str = ""


@dataclass(frozen=True, slots=True)
class FoundOnList:
    """``links`` are all links of the list, reports or not; ``more`` is where it goes on."""

    links: tuple[FoundLink, ...] = ()
    more: tuple[NextPage, ...] = ()
