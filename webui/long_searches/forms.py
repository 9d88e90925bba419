"""Forms of a page whose address carries its search: they are sent to that address and say what they replace.

The rule: a form gives the same search on either kind of page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from report_search.fields import FACET_FIELDS
from webui.long_searches.carried import carried_search
from webui.long_searches.changes import TAKEN
from webui.picks import PICK

REPLACED_BY_FILTERS = (*FACET_FIELDS, "from", "to", "cursor", "page", PICK)
"""Parameters that a form of filters has a say in."""
Fields = Iterable[tuple[str, str]]


def form_action(path: str) -> str:
    """Where a form of the page at ``path`` is sent."""
    carried = carried_search()
    return carried.place(path) if carried else path


def form_fields(
    fields: Fields, *, replaced: Sequence[str] = REPLACED_BY_FILTERS
) -> tuple[tuple[str, str], ...]:
    """The hidden fields of a form: all ``fields``, or on a page with a long search just those that it replaces."""
    carried = carried_search()
    if carried is None:
        return tuple(fields)
    taken = ((TAKEN, name) for name in replaced if name in carried.lists)
    return (*taken, *((name, value) for name, value in fields if name in replaced))
