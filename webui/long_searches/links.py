"""Links with a query string: the search of a page in full, or what changes where the page's address carries it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from urllib.parse import quote_plus

from webui.long_searches.carried import SAFE, carried_search

Values = str | list[str]


def with_query(path: str, values: Mapping[str, Values]) -> str:
    """``path`` with a query string of the values that are not empty; or with the changes, see ``carried``."""
    carried = carried_search()
    if carried:
        return carried.links(values)(path)
    query = "&".join(encoded(values))
    return f"{path}?{query}" if query else path


def links_with(values: Mapping[str, Values]) -> Callable[[str], str]:
    """Makes links with the same ``values``, by their paths: what they share is made once."""
    carried = carried_search()
    if carried:
        return carried.links(values)
    query = with_query("", values)
    return lambda path: f"{path}{query}"


def encoded(values: Mapping[str, Values]) -> list[str]:
    """The parts of a query string."""
    return [f"{name}={quote_value(value)}" for name, value in flattened(values)]


def flattened(values: Mapping[str, Values]) -> list[tuple[str, str]]:
    """Each value with its name; empty ones are left out."""
    pairs = []
    for name, value in values.items():
        if isinstance(value, list):
            pairs += [(name, one) for one in value]
        elif value:
            pairs.append((name, value))
    return pairs


@lru_cache(maxsize=4096)
def quote_value(value: str) -> str:
    """A value in a query string, as a browser writes it."""
    return quote_plus(value, safe=SAFE)
