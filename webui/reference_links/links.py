"""The documents that a passage or a report cites, as links to where it says who else cites them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec import Struct

from report_search.presentation.reference_payload import name_of
from report_search.references.database import CitingYear, Reference
from webui import app_state
from webui.marking import LinkedSpan
from webui.reference_links.addresses import reference_link


class CitedView(Struct, frozen=True):
    """A cited document with how many reports and passages cite it, in all and by year."""

    name: str
    link: str
    reports: int
    passages: int
    years: tuple[CitingYear, ...]


def links_by_passage(references: Sequence[Reference]) -> Mapping[str, list[LinkedSpan]]:
    """The stretches of each passage that name a document."""
    found: dict[str, list[LinkedSpan]] = defaultdict(list)
    for one in references:
        found[one.passage].append(LinkedSpan(one.first, one.last, reference_link(one.key)))
    return found


def cited_views(references: Sequence[Reference]) -> tuple[CitedView, ...]:
    """The documents that are cited, each once, in reading order."""
    if not references:
        return ()
    database = app_state.references()
    return tuple(
        CitedView(
            name_of(one), reference_link(one.key), one.reports, one.passages, tuple(database.years(one.key))
        )
        for one in database.documents_of(references)
    )
