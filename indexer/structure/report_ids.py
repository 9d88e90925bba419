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

from report_search.model import ReportHeader, ReportWarning
from report_search.taxonomy.agencies import resolve

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_LONGEST = 60


def slug_of(agency: str) -> str:
    """The slug of ``agency``: from the table, else pinyin and four hex digits of the SHA-256 of its name."""
    known = resolve(agency)
    if known.key:
        return known.key
    pinyin = _NOT_SLUG.sub("", "".join(_lazy_pinyin()(agency)).lower())[:_LONGEST]
    digits = hashlib.sha256(agency.encode()).hexdigest()[:4]
    return f"{pinyin}-{digits}" if pinyin else digits


@cache
def _lazy_pinyin() -> Callable[[str], list[str]]:
    """pypinyin's reading of a name. Its tables load slower than all the readers, and few names need them."""
    reading: Callable[[str], list[str]] = import_module("pypinyin").lazy_pinyin
    return reading


def report_id(agency_key: str, year: int | None) -> str:
    """The id of a report that is alone with its agency and year: ``waijiaobu-2019``, ``waijiaobu-nd``."""
    return f"{agency_key}-{year if year is not None else 'nd'}"


def assign_ids(reports: Sequence[ReportHeader]) -> list[ReportHeader]:
    """``reports`` with an id each: those that share one get digits of their hash and a warning naming the others.

    The order stays. Give reports as they were read; settling twice changes nothing.
    """
    groups: dict[str, list[ReportHeader]] = defaultdict(list)
    for report in reports:
        groups[report_id(report.agency_key, report.year)].append(report)
    named: dict[int, str] = {}
    for stem, group in groups.items():
        named.update(_names(stem, group))
    return [_settled(report, named[id(report)], groups) for report in reports]


def _names(stem: str, group: Sequence[ReportHeader]) -> dict[int, str]:
    if len(group) == 1:
        return {id(group[0]): stem}
    names: dict[int, str] = {}
    taken: set[str] = set()
    for report in sorted(group, key=lambda one: (one.source.sha256, one.source.path)):
        length = 4
        name = f"{stem}-{report.source.sha256[:length]}"
        while name in taken and length < len(report.source.sha256):
            length += 4
            name = f"{stem}-{report.source.sha256[:length]}"
        copies = 1
        while name in taken:
            copies += 1
            name = f"{stem}-{report.source.sha256[:4]}-{copies}"
        taken.add(name)
        names[id(report)] = name
    return names


def _settled(report: ReportHeader, name: str, groups: dict[str, list[ReportHeader]]) -> ReportHeader:
    others = [one for one in groups[report_id(report.agency_key, report.year)] if one is not report]
    kept = tuple(warning for warning in report.warnings if warning.code != "report-shared")
    if not others:
        return replace(report, id=name, warnings=kept)
    listed = "、".join(one.source.path for one in others)
    year = f"{report.year}年" if report.year is not None else "年份不明"
    message = f"{report.source.path} 与 {listed} 同为{report.agency}{year}的报告"
    return replace(report, id=name, warnings=(*kept, ReportWarning("report-shared", message)))
