"""Ids: a report's address, made of its agency's slug and its covered year.

The rule: ids last. A slug comes from the agency table, else from the name alone. Where reports share agency and year,
the one that was published first keeps its id, and only a later one carries digits of its own file's hash. What was
published is told by the book of addresses; where it tells nothing, the earliest date counts as first, then the smallest
hash.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module
from itertools import chain, count
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from indexer.structure.similar_agencies import with_name_doubts
from report_search.analysis.pinyin import prepare_to_read_all
from report_search.model import ReportHeader, ReportWarning
from report_search.taxonomy.agencies import resolve

if TYPE_CHECKING:
    # Only named in annotations: a process that reads a file loads nothing of the life of an index.
    from report_search.generations import PublishedReport

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
    # Names are read as they come, and what is in an address may not follow from which came before.
    prepare_to_read_all()
    lazy_pinyin: Callable[[str], list[str]] = import_module("pypinyin").lazy_pinyin
    return lazy_pinyin


def report_id(agency_key: str, year: int | None) -> str:
    """The id of a report that is alone with its agency and year: ``waijiaobu-2019``, ``waijiaobu-nd``."""
    return f"{agency_key}-{year if year is not None else 'nd'}"


class _Newcomer(Struct, frozen=True):
    """A report that is to be given an id: its header, its corpus folder, its number among the reports of the run."""

    header: ReportHeader
    root: str
    number: int

    @property
    def file(self) -> tuple[str, str]:
        """Where its file is."""
        return self.root, self.header.source.path

    @property
    def precedence(self) -> tuple[bool, str, str, str]:
        """Who comes first where nothing was published: dated before undated, then by date, hash and path."""
        source = self.header.source
        return not self.header.published, self.header.published, source.sha256, source.path


def assign_ids(
    reports: Sequence[ReportHeader],
    *,
    roots: Sequence[str] = (),
    published: Iterable[PublishedReport] = (),
) -> list[ReportHeader]:
    """``reports`` with an id each; those that share agency and year get a warning that names the others.

    ``roots`` are the corpus folders of their files, ``published`` all reports that ever had an address. The order
    stays. Assigning twice changes nothing.
    """
    folders = roots or [""] * len(reports)
    groups: dict[str, list[_Newcomer]] = defaultdict(list)
    for number, (header, root) in enumerate(zip(reports, folders, strict=True)):
        groups[report_id(header.agency_key, header.year)].append(_Newcomer(header, root, number))
    known: dict[str, list[PublishedReport]] = defaultdict(list)
    taken: set[str] = set()
    for one in published:
        known[report_id(one.agency_key, one.year)].append(one)
        taken.add(one.id)
    settled = list(reports)
    for stem, group in groups.items():
        for member, name in _names(stem, group, known=known[stem], taken=taken):
            settled[member.number] = _with_id(member.header, name, [one.header for one in group])
    return with_name_doubts(settled)


def _names(
    stem: str, group: Sequence[_Newcomer], *, known: Sequence[PublishedReport], taken: set[str]
) -> Iterator[tuple[_Newcomer, str]]:
    """The id of each of a ``group`` that share agency and year; ids that are given are added to those ``taken``."""
    kept = _kept(group, known)
    for member in group:
        if member.number in kept:
            yield member, kept[member.number]
    newcomers = [member for member in group if member.number not in kept]
    for member in sorted(newcomers, key=lambda one: one.precedence):
        name = stem if stem not in taken else _free_name(stem, member.header.source.sha256, taken)
        taken.add(name)
        yield member, name


def _kept(group: Sequence[_Newcomer], known: Sequence[PublishedReport]) -> dict[int, str]:
    """The published id of each report of ``group`` that has one, by its number.

    It is the published report of the same bytes in the same place, else of the same bytes, else of the same place: a
    file that was moved keeps its address, and so does one that was corrected.
    """
    kept: dict[int, str] = {}
    free = {one.id: one for one in sorted(known, key=lambda one: (one.path, one.id))}
    for is_same in (_is_same_file, _has_same_bytes, _is_at_same_place):
        for member in sorted(group, key=lambda one: one.precedence):
            if member.number in kept:
                continue
            found = next((one for one in free.values() if is_same(member, one)), None)
            if found is not None:
                kept[member.number] = found.id
                del free[found.id]
    return kept


def _is_same_file(member: _Newcomer, known: PublishedReport) -> bool:
    return _has_same_bytes(member, known) and _is_at_same_place(member, known)


def _has_same_bytes(member: _Newcomer, known: PublishedReport) -> bool:
    return bool(known.sha256) and member.header.source.sha256 == known.sha256


def _is_at_same_place(member: _Newcomer, known: PublishedReport) -> bool:
    return member.file == (known.root, known.path)


def _free_name(stem: str, digest: str, taken: Container[str]) -> str:
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
