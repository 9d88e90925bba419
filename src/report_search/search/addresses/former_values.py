"""Agencies and reports that the corpus held once: asked for today they are no error, they find nothing.

The rule: what was published can go on being asked for, and the answer says that it was here once, and what stands
there now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from report_search.fields import FIELD_LABELS
from report_search.generations import PublishedReport, ReportSummary
from report_search.query.ast import InField, Query, children
from report_search.query.interpret import Hint
from report_search.query.lexicon import Lexicon, comparable
from report_search.search.request import Filters

Former = Mapping[str, Mapping[str, tuple[str, ...]]]
"""From a field to the values that it once had, and from each to the reports of today of the same agency and year."""


def with_former(lexicon: Lexicon, published: Iterable[PublishedReport]) -> Lexicon:
    """``lexicon`` with every agency and report that was ever published; what names something today goes on doing so."""
    agencies = dict(lexicon.values.get("agency", {}))
    reports = dict(lexicon.values.get("report", {}))
    for one in published:
        agencies.setdefault(one.agency, one.agency)
        agencies.setdefault(comparable(one.agency), one.agency)
        reports.setdefault(one.id, one.id)
        reports.setdefault(one.id.casefold(), one.id)
    return replace(lexicon, values={**lexicon.values, "agency": agencies, "report": reports})


def former_values(
    lexicon: Lexicon, summaries: Sequence[ReportSummary], *, published: Iterable[PublishedReport]
) -> Former:
    """The agencies and reports that were published and are not held today."""
    agencies = {summary.agency for summary in summaries}
    held = {summary.id for summary in summaries}
    gone_reports: dict[str, tuple[str, ...]] = {}
    gone_agencies: dict[str, tuple[str, ...]] = {}
    for one in published:
        if one.id not in held:
            gone_reports[one.id] = tuple(
                summary.id
                for summary in summaries
                if (summary.agency_key, summary.year) == (one.agency_key, one.year)
            )
        name = lexicon.resolve("agency", one.agency)
        if name is not None and name not in agencies:
            gone_agencies[name] = ()
    return {"agency": gone_agencies, "report": gone_reports}


def former_hints(filters: Filters, tree: Query, *, former: Former) -> Iterator[Hint]:
    """A hint for each value, chosen or typed, that was held once and is not any more."""
    asked = [*filters, *((node.field, node.values) for node in _fields(tree))]
    pairs = dict.fromkeys((field, value) for field, values in asked for value in values)
    for field, value in pairs:
        if value in former.get(field, {}):
            instead = former[field][value]
            now = f"同一机关同一年现有 {'、'.join(instead)}。" if instead else ""
            message = f"{FIELD_LABELS[field]}“{value}”曾经收录，现在已不在库中，所以没有结果。{now}"
            yield Hint("once-held", message, 0, instead[0] if instead else "")


def _fields(tree: Query) -> Iterator[InField]:
    if isinstance(tree, InField):
        yield tree
    for child in children(tree):
        yield from _fields(child)
