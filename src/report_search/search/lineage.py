"""Predecessors that come along: with ``lineage`` a chosen agency means the bodies that it came from as well.

The rule: numbers agree. The facet counts for each agency what choosing it gives, its predecessors included; its label
and a hint say whose reports those are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from report_search.engine.protocol import FacetCounts, ValueCount
from report_search.query.interpret import Hint
from report_search.search.facets import Facet
from report_search.search.request import Filters
from report_search.taxonomy.agencies import AgencyTable

NAMED = 3
"""So many predecessors are named in a label; more are only counted."""


class Lineage:
    """From each agency that a corpus holds to the predecessors that it holds too."""

    def __init__(self, table: AgencyTable, held: Sequence[str]) -> None:
        names = set(held)
        self._before: dict[str, tuple[str, ...]] = {}
        for name in {*held, *(agency.name for agency in table.agencies if agency.predecessors)}:
            found = (agency.name for agency in table.lineage(table.resolve(name).key))
            if before := tuple(one for one in found if one in names):
                self._before[name] = before

    def before(self, name: str) -> tuple[str, ...]:
        """The names of the predecessors of an agency of which the corpus has reports."""
        return self._before.get(name, ())

    def widened(self, filters: Filters) -> Filters:
        """Filters in canonical values, every chosen agency with its predecessors."""
        return tuple(
            (field, self._with_predecessors(values) if field == "agency" else values)
            for field, values in filters
        )

    def _with_predecessors(self, values: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one for value in values for one in (value, *self.before(value))))

    def counted(self, counts: FacetCounts) -> FacetCounts:
        """The counts of the facet ``agency`` as they are when each agency takes its predecessors along."""
        if counts.field != "agency":
            return counts
        own = {value.value: value for value in counts.values}
        # An agency has a number of its own even where only its predecessors are found.
        names = dict.fromkeys((*own, *self._before))
        sums = (self._sum(name, own) for name in names)
        return replace(counts, values=tuple(value for value in sums if value.passages))

    def _sum(self, name: str, own: Mapping[str, ValueCount]) -> ValueCount:
        # A report is of one agency, so nothing is counted twice.
        values = [own[one] for one in (name, *self.before(name)) if one in own]
        return ValueCount(name, sum(v.passages for v in values), sum(v.reports for v in values))

    def labelled(self, facet: Facet) -> Facet:
        """The facet with labels that name the predecessors that are counted."""
        if facet.field != "agency":
            return facet
        values = (replace(value, label=self.label(value.value, value.label)) for value in facet.values)
        return replace(facet, values=tuple(values))

    def label(self, name: str, label: str) -> str:
        """The label of an agency with its predecessors: 自然资源部（含国土资源部）."""
        before = self.before(name)
        if not before:
            return label
        named = "、".join(before) if len(before) <= NAMED else f" {len(before)} 个前身"
        return f"{label}（含{named}）"

    def hints(self, filters: Filters) -> Iterator[Hint]:
        """Whose reports come along with each chosen agency, or that there are none."""
        for field, values in filters:
            for value in values if field == "agency" else ():
                before = "、".join(self.before(value))
                message = (
                    f"“{value}”连同前身一起检索：{before}。"
                    if before
                    else f"“{value}”没有收录了报告的前身，只检索它自己的报告。"
                )
                yield Hint("lineage", message, 0, "")
