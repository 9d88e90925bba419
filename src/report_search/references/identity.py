"""Which names mean the same document: 《title》 and 文号, over all reports together.

The rule: a number with a year (国办发〔2019〕14号) is a document. A title is the document of the only number that is
ever printed with it; with several it is a document of its own, beside theirs. An order (国务院令第711号) is an edition
of the law that is printed with it. A title that says only what sort of document it is (通知) means nothing outside the
report that says it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

from report_search.references.naming import is_generic


class NamePair(Struct, frozen=True):
    """A title and a number as one citation has them, one of both perhaps "", and how many citations have them so."""

    title: str
    number: str
    is_order: bool
    count: int


class Identities:
    """The documents that names mean, by ``pairs``, all that are printed."""

    def __init__(self, pairs: Iterable[NamePair]) -> None:
        self._numbers: dict[str, set[str]] = defaultdict(set)
        self._titles_of_order: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for pair in pairs:
            if pair.title and pair.number and pair.is_order:
                self._titles_of_order[pair.number][pair.title] += pair.count
            elif pair.title and pair.number:
                self._numbers[pair.title].add(pair.number)

    def document(self, pair: NamePair) -> str:
        """The key of the document that a citation with these names means."""
        if pair.number and not pair.is_order:
            return pair.number
        title = pair.title or self._title_of_order(pair.number)
        if not title:
            return pair.number
        numbers = self._numbers.get(title, set())
        return next(iter(numbers)) if len(numbers) == 1 and not is_generic(title) else title

    def shared_titles(self) -> list[tuple[str, list[str]]]:
        """Titles that stand with several numbers, and these numbers."""
        return [(title, sorted(found)) for title, found in sorted(self._numbers.items()) if len(found) > 1]

    def _title_of_order(self, order: str) -> str:
        """The title that is printed most often with an order; "" for none."""
        titles = self._titles_of_order.get(order, {})
        return min(titles, key=lambda title: (-titles[title], title), default="")
