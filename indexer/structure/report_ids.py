"""Ids: a report's address, made of its agency's slug and its covered year.

The rule: ids last. A slug comes from the agency table, else from the name alone; reports that share agency and year
each carry four digits of their own file's hash, whichever of them was there first.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from itertools import chain, count

from indexer.structure.similar_agencies import with_name_doubts
from report_search.model import ReportHeader, ReportWarning
from report_search.taxonomy.agencies import resolve

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_LONGEST = 60
_DIGITS = 4


def slug_of(agency: str) -> str:
    """The slug of ``agency``: from the table, else pinyin and four hex digits of the SHA-256 of its name."""
    key = resolve(agency).key
    if key:
        return key
    pinyin = _NOT_SLUG.sub("", "".join(_lazy_pinyin()(agency)).lower())[:_LONGEST]
    digits = hashlib.sha256(agency.encode()).hexdigest()[:_DIGITS]
    return f"{pinyin}-{digits}" if pinyin else digits


@cache
def _lazy_pinyin() -> Callable[[str], list[str]]:
    """pypinyin's function for a name. Its tables load slower than all the readers, and few names need them."""
    lazy_pinyin: Callable[[str], list[str]] = import_module("pypinyin").lazy_pinyin
    return lazy_pinyin


def report_id(agency_key: str, year: int | None) -> str:
    """The id of a report that is alone with its agency and year: ``waijiaobu-2019``, ``waijiaobu-nd``."""
    return f"{agency_key}-{year if year is not None else 'nd'}"


def assign_ids(reports: Sequence[ReportHeader]) -> list[ReportHeader]:
    """``reports`` with an id each: those that share one get digits of their hash and a warning naming the others.

    The order stays. Give reports as they were read; assigning twice changes nothing.
    """
    groups: dict[str, list[ReportHeader]] = defaultdict(list)
    for report in reports:
        groups[report_id(report.agency_key, report.year)].append(report)
    names: dict[int, str] = {}
    for stem, group in groups.items():
        names.update(_names(stem, group))
    named = [
        _with_id(report, names[id(report)], groups[report_id(report.agency_key, report.year)])
        for report in reports
    ]
    return with_name_doubts(named)


def _names(stem: str, group: Sequence[ReportHeader]) -> dict[int, str]:
    """The id of each report that would have the id ``stem`` alone, by the report's ``id()``."""
    # waijiaobu-2019 alone keeps its stem; two of them are waijiaobu-2019-3f0a and waijiaobu-2019-91cc, and both have
    # digits, so that neither id depends on which report was read first.
    if len(group) == 1:
        return {id(group[0]): stem}
    names: dict[int, str] = {}
    taken: set[str] = set()
    for report in sorted(group, key=lambda one: (one.source.sha256, one.source.path)):
        name = _free_name(stem, report.source.sha256, taken)
        taken.add(name)
        names[id(report)] = name
    return names


def _free_name(stem: str, digest: str, taken: set[str]) -> str:
    """``stem`` with as many digits of ``digest`` as make it unique; equal files are counted."""
    lengths = range(_DIGITS, max(1, len(digest)) + _DIGITS, _DIGITS)
    by_digits = (f"{stem}-{digest[:length]}" for length in lengths)
    by_count = (f"{stem}-{digest[:_DIGITS]}-{copy}" for copy in count(2))
    return next(name for name in chain(by_digits, by_count) if name not in taken)


def _with_id(report: ReportHeader, name: str, group: Sequence[ReportHeader]) -> ReportHeader:
    """``report`` with its id, and a warning that names the other reports of ``group``."""
    others = [one for one in group if one is not report]
    kept = tuple(warning for warning in report.warnings if warning.code != "report-shared")
    if not others:
        return replace(report, id=name, warnings=kept)
    listed = "、".join(one.source.path for one in others)
    year = f"{report.year}年" if report.year is not None else "年份不明"
    message = f"{report.source.path} 与 {listed} 同为{report.agency}{year}的报告"
    return replace(report, id=name, warnings=(*kept, ReportWarning("report-shared", message)))
