"""Who reports, about which year, and when: from the title first, then from everything else that says so.

The rule: the manifest wins, then the title, then the rest; each piece says where it was found and whether that is
sure, and two sources that contradict each other are a warning, not a choice made in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from msgspec import Struct, field

from indexer.document import Line, Part
from indexer.structure.agency_names import agency_names, is_same_agency
from indexer.structure.front_matter import Fact, FrontMatter
from indexer.structure.report_ids import slug_of
from indexer.structure.report_titles import is_headline
from indexer.text.dates import (
    REST_OF_YEAR,
    academic_year_in,
    compact_date_in,
    date_in,
    document_number_in,
    period_in,
    with_arabic_years,
    years_in,
)
from report_search.analysis.normalise import normalise
from report_search.model import Evidence, ReportWarning
from report_search.taxonomy.agencies import resolve

_NAMED_YEAR = re.compile(
    rf"(20\d\d){REST_OF_YEAR}[^，。；]{{0,20}}?信息公开(?:工作)?(?:年度)?(?:工作)?(?:情况)?(?:报告|年报)"
)
_SCHOOL = re.compile(r"(?:大学|学院|学校|中学|小学|幼儿园)$")
_SCHOOL_BEGINS = (8, 9)
_LONGEST_DATE_LINE = 16


_Value = TypeVar("_Value", int, str)


class Metadata(Struct):
    """What is told of a report besides its text. ``published`` is an ISO date or ""; ``year`` None if unknown."""

    title: str = ""
    agency: str = ""
    agency_key: str = ""
    year: int | None = None
    published: str = ""
    number: str = ""
    period: str = ""
    url: str = ""
    evidence: list[Evidence] = field(default_factory=list)
    warnings: list[ReportWarning] = field(default_factory=list)

    @property
    def is_academic(self) -> bool:
        """Whether a school reports, about an academic year or not: its form differs from that of agencies."""
        _, first, last = period_in(self.period)
        spans_school_year = bool(first) and _is_school_year(first, last)
        named = academic_year_in(f"{self.title} {self.period}") or _SCHOOL.search(self.agency)
        return spans_school_year or bool(named)


class _Given(Struct, frozen=True):
    """What the metadata is read from: the front matter of the file, its lines, and the manifest."""

    front: FrontMatter
    lines: Sequence[str]
    manifest: Mapping[str, str]


class _Candidate(NamedTuple, Generic[_Value]):
    """A possible value, where it was found (as people read it), and whether it is sure."""

    value: _Value
    found_in: str
    sure: bool


def read_metadata(front: FrontMatter, body: Sequence[Part], *, manifest: Mapping[str, str]) -> Metadata:
    """The metadata of a report from its front matter, its text, and what the manifest says."""
    lines = [part.text.strip() for part in body if isinstance(part, Line)]
    given = _Given(front, lines, manifest)
    metadata = Metadata(title=manifest.get("title", "") or front.title)
    metadata.url = manifest.get("url", "") or next((fact.text for fact in front.texts("url")), "")
    # The date comes first: where nothing else names the year, it is the year before the report was published.
    _set_published(metadata, given)
    _set_year(metadata, given)
    _set_agency(metadata, given)
    _set_number(metadata, given)
    if manifest.get("fetched"):
        metadata.evidence.append(Evidence("fetched", manifest["fetched"], "manifest", True))
    if is_headline(metadata.title) and "title" not in manifest:
        message = f"“{metadata.title}”像是新闻标题，不是报告自己的标题"
        metadata.warnings.append(ReportWarning("title-headline", message, "标题"))
    return metadata


def _warn(metadata: Metadata, code: str, message: str) -> None:
    metadata.warnings.append(ReportWarning(code, message, "元数据"))


def _weighed(
    metadata: Metadata, about: str, candidates: Iterable[_Candidate[_Value]]
) -> list[_Candidate[_Value]]:
    """``candidates`` without the unsure ones if the first is sure; those that count are noted as evidence.

    Unsure ones behind a sure one tell nothing more and cast no doubt.
    """
    found = list(candidates)
    if found and found[0].sure:
        found = [candidate for candidate in found if candidate.sure]
    for value, found_in, sure in found:
        metadata.evidence.append(Evidence(about, str(value), found_in, sure))
    return found


def _sure_rivals(others: Sequence[_Candidate[_Value]], chosen: _Value) -> list[_Value]:
    """The sure values that differ from the chosen one, each once."""
    return list(dict.fromkeys(other.value for other in others if other.sure and other.value != chosen))


def _set_published(metadata: Metadata, given: _Given) -> None:
    candidates = _weighed(metadata, "published", _published_candidates(metadata, given))
    if not candidates:
        _warn(metadata, "published-unknown", "没有找到发布日期")
        return
    chosen, *others = candidates
    metadata.published = chosen.value
    if not chosen.sure:
        message = f"发布日期 {chosen.value} 取自{chosen.found_in}，不能确定"
        _warn(metadata, "published-unsure", message)
    rivals = _sure_rivals(others, chosen.value)
    if rivals and "published" not in given.manifest:
        _warn(metadata, "date-conflict", f"日期不一致：采用 {chosen.value}，另有 {'、'.join(rivals)}")


def _published_candidates(metadata: Metadata, given: _Given) -> Iterator[_Candidate[str]]:
    """Dates of publication, the most trusted first."""
    if given.manifest.get("published"):
        yield _Candidate(given.manifest["published"], "manifest", True)
    for about, name in (("published", "发布日期"), ("stamp", "日期行"), ("written", "成文日期")):
        for fact in given.front.texts(about):
            if date := date_in(fact.text) or compact_date_in(fact.text):
                yield _Candidate(date, name, True)
    if date := _closing_date(given.lines):
        yield _Candidate(date, "落款", True)
    if date := compact_date_in(metadata.url):
        yield _Candidate(date, "网址", False)


def _closing_date(lines: Sequence[str]) -> str:
    """The date that closes the report, on a line of its own."""
    for line in reversed(lines[-4:]):
        if len(line) <= _LONGEST_DATE_LINE and (date := date_in(line)):
            return date
    return ""


def _set_year(metadata: Metadata, given: _Given) -> None:
    candidates = _weighed(metadata, "year", _year_candidates(metadata, given))
    _set_period(metadata, given)
    if not candidates:
        _warn(metadata, "year-unknown", "没有找到报告所属年度")
        return
    chosen, *others = candidates
    metadata.year = chosen.value
    if not chosen.sure:
        _warn(metadata, "year-unsure", f"所属年度 {chosen.value} 由{chosen.found_in}推得，不能确定")
    rivals = _sure_rivals(others, chosen.value)
    if rivals and "year" not in given.manifest:
        listed = "、".join(map(str, rivals))
        _warn(metadata, "year-conflict", f"年度不一致：采用 {chosen.value}，另有 {listed}")


def _year_candidates(metadata: Metadata, given: _Given) -> Iterator[_Candidate[int]]:
    """Covered years, the most trusted first."""
    if given.manifest.get("year", "").isdecimal():
        yield _Candidate(int(given.manifest["year"]), "manifest", True)
    titled = years_in(metadata.title)
    if titled:
        yield _Candidate(titled[0], "标题", True)
    counted = _year_of_period(given.lines)
    if counted:
        yield _Candidate(counted, "统计期限", True)
    if titled:
        return
    if not counted and (year := _year_of_opening(given.lines) or _year_of_named_report(given.lines)):
        yield _Candidate(year, "正文", False)
    if metadata.published:
        # A report is due by the end of January, about the year before.
        yield _Candidate(int(metadata.published[:4]) - 1, "发布日期", False)
    if year := _year_of_url(metadata.url):
        yield _Candidate(year, "网址", False)


def _year_of_period(lines: Sequence[str]) -> int:
    """The year of the counted period that the opening prints in days: its first, if it is an academic year.

    0 if none is printed, or it is neither within one year nor begins with a school year and ends in the next.
    """
    _, first, last = period_in(_opening(lines))
    if not first:
        return 0
    return int(first[:4]) if first[:4] == last[:4] or _is_school_year(first, last) else 0


def _is_school_year(first: str, last: str) -> bool:
    """Whether a period (ISO dates) begins when schools do and ends in the next year."""
    return int(first[5:7]) in _SCHOOL_BEGINS and int(last[:4]) == int(first[:4]) + 1


def _opening(lines: Sequence[str]) -> str:
    return "\n".join(lines[:12])


def _year_of_opening(lines: Sequence[str]) -> int:
    """The year that the first sentences are about, 0 if they begin with none."""
    for line in lines[:4]:
        # 2020年，… is a year, 2021年1月… is a date.
        match = re.match(rf"\s*(20\d\d)\s*{REST_OF_YEAR}(?!\s*\d{{1,2}}\s*月)", with_arabic_years(line))
        if match:
            return int(match.group(1))
    return 0


def _year_of_named_report(lines: Sequence[str]) -> int:
    """The year of a report that the opening sentences name, 0 if they name none."""
    found = (_NAMED_YEAR.search(with_arabic_years(normalise(line))[:300]) for line in lines[:6])
    return next((int(match.group(1)) for match in found if match), 0)


def _year_of_url(url: str) -> int:
    """The covered year that an address prints, 0 if it prints none; the year of a date is none."""
    match = re.search(r"(?<!\d)(20\d\d)(?:nian|nb|nd|ndbg|年|bg)", url)
    return int(match.group(1)) if match else 0


def _set_period(metadata: Metadata, given: _Given) -> None:
    metadata.period = given.manifest.get("period", "") or _period(metadata.title, given.lines)
    if metadata.period:
        found_in = "title" if metadata.period in metadata.title else "text"
        metadata.evidence.append(Evidence("period", metadata.period, found_in, True))


def _period(title: str, lines: Sequence[str]) -> str:
    """What is printed where a report does not cover a calendar year: a period in days, an academic year."""
    printed, first, last = period_in(_opening(lines))
    is_whole_year = first[:4] == last[:4] and first.endswith("-01-01") and last.endswith("-12-31")
    return printed if printed and not is_whole_year else academic_year_in(title)


def _set_agency(metadata: Metadata, given: _Given) -> None:
    candidates = _weighed(metadata, "agency", _agency_candidates(metadata, given))
    if not candidates:
        metadata.agency, metadata.agency_key = "机关不明", slug_of("机关不明")
        _warn(metadata, "agency-unknown", "没有找到发布机关")
        return
    chosen, *others = candidates
    name = chosen.value
    metadata.agency, metadata.agency_key = resolve(name).name, slug_of(name)
    if not chosen.sure:
        _warn(metadata, "agency-unsure", f"机关“{name}”取自{chosen.found_in}，不能确定")
    rivals = [other for other in _sure_rivals(others, name) if not is_same_agency(other, name)]
    if rivals and "agency" not in given.manifest:
        _warn(metadata, "agency-conflict", f"机关不一致：采用 {name}，另有 {'、'.join(rivals)}")


def _agency_candidates(metadata: Metadata, given: _Given) -> Iterator[_Candidate[str]]:
    """Agencies, the most trusted first."""
    if given.manifest.get("agency"):
        yield _Candidate(given.manifest["agency"], "manifest", True)
    for found in agency_names(metadata.title, front=given.front, lines=given.lines):
        yield _Candidate(*found)


def _set_number(metadata: Metadata, given: _Given) -> None:
    facts = given.front.texts("number")
    if given.manifest.get("number"):
        facts = [Fact("number", given.manifest["number"], "manifest")]
    for fact in facts:
        if number := document_number_in(fact.text):
            metadata.number = number
            metadata.evidence.append(Evidence("number", number, fact.found_in, True))
            return
