"""Errors and answers as programs that prefer English are told them.

The rule: what is said by the program is translated (messages, hints, warnings, labels of the interface), what was
printed, typed or named is not; codes, keys and numbers are the same in both languages.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from typing import TypeVar

from msgspec.structs import replace

from report_search.errors import ReportSearchError
from report_search.figures.checks import Check
from report_search.generations import ReportSummary
from report_search.model import Report, ReportWarning
from report_search.presentation.english.catalogue import english, english_label, english_message
from report_search.query.interpret import Hint
from report_search.search.facets import Facet
from report_search.search.results import SearchPage
from report_search.taxonomy.measures import Measure
from report_search.wording.concordance import ConcordancePage
from report_search.wording.distinctive import SelectionWords
from report_search.wording.matching import Matching

BREAK = "break"
"""The code under which the catalogue has breaks in series."""
AnyError = TypeVar("AnyError", bound=ReportSearchError)


def english_error(error: AnyError) -> AnyError:
    """A copy of ``error`` with its message and hint in English."""
    told = copy.copy(error)
    told.message, told.hint = english_message(error.code, error.message), english(error.code, error.hint)
    return told


def english_page(page: SearchPage) -> SearchPage:
    """``page`` with its hints and the labels of its facets in English."""
    return replace(
        page, hints=english_hints(page.hints), facets=tuple(english_facet(one) for one in page.facets)
    )


def english_hints(hints: Iterable[Hint]) -> tuple[Hint, ...]:
    """``hints`` with their messages in English."""
    return tuple(replace(one, message=english_message(one.code, one.message)) for one in hints)


def english_facet(facet: Facet) -> Facet:
    """``facet`` with its labels in English, but for names of agencies and reports."""
    values = tuple(replace(value, label=english_label(value.label)) for value in facet.values)
    return replace(facet, values=values)


def english_concordance(page: ConcordancePage) -> ConcordancePage:
    """``page`` with its hints in English."""
    return replace(page, whole=replace(page.whole, hints=english_hints(page.whole.hints)))


def english_words(found: SelectionWords) -> SelectionWords:
    """``found`` with its hints in English."""
    return replace(found, hints=english_hints(found.hints))


def english_matching(matching: Matching) -> Matching:
    """``matching`` with what is said of pieces that can't be read in English."""
    pieces = (
        replace(one, message=english_message(one.code, one.message)) if one.code else one
        for one in matching.pieces
    )
    return replace(matching, pieces=tuple(pieces))


def english_report(report: Report) -> Report:
    """``report`` with its warnings in English; its text is as it was printed."""
    return replace(report, warnings=_warnings(report.warnings))


def english_summaries(summaries: Iterable[ReportSummary]) -> tuple[ReportSummary, ...]:
    """``summaries`` with their warnings in English."""
    return tuple(replace(one, warnings=_warnings(one.warnings)) if one.warnings else one for one in summaries)


def english_checks(checks: Iterable[Check]) -> list[Check]:
    """``checks`` with their messages in English."""
    return [replace(one, message=english_message(one.kind, one.message)) for one in checks]


def english_measure(measure: Measure) -> Measure:
    """``measure`` with its breaks in English; its label and unit are those of the official form."""
    breaks = (replace(one, message=english_message(BREAK, one.message)) for one in measure.breaks)
    return replace(measure, breaks=tuple(breaks))


def _warnings(warnings: Sequence[ReportWarning]) -> tuple[ReportWarning, ...]:
    return tuple(
        replace(one, message=english_message(one.code, one.message), where=english_label(one.where))
        for one in warnings
    )
