"""Who reports, about which year, and when: from the title first, then from everything else that says so.

The rule: the manifest wins, then the title, then the rest; each piece says where it was found and whether that is
sure, and two sources that contradict each other are a warning, not a choice made in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from indexer.document import Line, Part
from indexer.structure.front_matter import Fact, FrontMatter
from indexer.structure.report_ids import slug_of
from indexer.structure.report_titles import AGENCY_TAIL, agency_in_title, is_headline
from indexer.text.dates import (
    academic_year_in,
    compact_date_in,
    date_in,
    document_number_in,
    period_in,
    with_arabic_years,
    years_in,
)
from report_search.analysis.normalise import normalise, trim
from report_search.model import Evidence, ReportWarning
from report_search.taxonomy.agencies import resolve

_SHORT = re.compile(r"^(省|市|县|区|州|镇|乡|街道)(?!.*(省|市|县|区|州).*(局|办|委|厅))")
_SITE_TAIL = re.compile(r"(门户网站|政府网站|官方网站|官网|网站|网|信息公开|政务公开|政府信息公开)$")
_OWN = re.compile(
    r"^(?:20\d\d\s*年[，,]?)?\s*([\u4e00-\u9fff]{2,20}?(?:部|委员会|局|厅|办公室|办公厅|政府|署|大学|学院|院))(?:以|坚持|认真|深入|严格|按照|根据|高度|全面|在|紧紧|始终|积极)"
)
_WRITTEN_BY = re.compile(
    r"(?:本(?:年度)?报告(?:由|系)|由)([\u4e00-\u9fff]{3,24}?)(?:组织|负责|牵头|统一|汇总|汇编)*(?:根据|按照|编制|编写|综合|发布)"
)
_QUOTED = re.compile(
    r"(?:公布|发布|编制|形成|发表|现将|公开)了?《?"
    r"(?:([\u4e00-\u9fff]{2,24}?)(?:的|本级)?(20\d\d)年度?|(20\d\d)年度?([\u4e00-\u9fff]{2,24}?))"
    r"(?:政府|政务|校务)?信息公开(?:工作)?(?:情况)?(?:年度)?(?:工作)?(?:报告|年报|情况)"
)
"""A title that stands in the opening sentences: whose report, and of which year."""
_NAMED_YEAR = re.compile(
    r"(20\d\d)年度?[^，。；]{0,20}?信息公开(?:工作)?(?:年度)?(?:工作)?(?:情况)?(?:报告|年报)"
)
_ASK = re.compile(r"(?:请与|请联系|可与|请向)[:：]?([\u4e00-\u9fff]{4,30}?)(?:联系|咨询|反映|[（(，,。])")
_OFFICE = re.compile(
    r"(?:党政(?:综合)?(?:办公室|办|部)|(?:政府)?信息公开(?:工作)?(?:领导小组|联席会议)?(?:办公室|办)"
    r"|政务公开(?:工作)?(?:领导小组)?(?:办公室|办|科|股)|综合(?:管理)?(?:科|处|股|办公室)|(?<!政府)(?<!委员会)办公室)$"
)
"""An office within an agency that answers for its report."""
_AREA = re.compile(r"[全我](?:省|市|县|区|州|镇|乡|街道)(?!政府办|人民政府办)")
_SEAT = re.compile(r"(?:人民政府|办事处|人民政府办公[室厅]|办公[室厅])")


_Value = TypeVar("_Value", int, str)


@dataclass(slots=True)
class Metadata:
    """What is known of a report besides its text. ``published`` is an ISO date or ""; ``year`` None if unknown."""

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


@dataclass(frozen=True, slots=True)
class _Given:
    """What the metadata is read from: the front of the file, its lines, and the manifest."""

    front: FrontMatter
    lines: Sequence[str]
    manifest: Mapping[str, str]


def read_metadata(front: FrontMatter, body: Sequence[Part], *, manifest: Mapping[str, str]) -> Metadata:
    """The metadata of a report from its front, its text, and what the manifest says."""
    lines = [part.text.strip() for part in body if isinstance(part, Line)]
    given = _Given(front, lines, manifest)
    found = Metadata(title=_title(front, manifest))
    found.url = manifest.get("url", "") or next((fact.text for fact in front.texts("url")), "")
    _settle_published(found, given)
    _settle_year(found, given)
    _settle_agency(found, given)
    _settle_number(found, given)
    if is_headline(found.title) and "title" not in manifest:
        found.warnings.append(
            ReportWarning("title-headline", f"“{found.title}”像是新闻标题，不是报告自己的标题", "标题")
        )
    return found


def _title(front: FrontMatter, manifest: Mapping[str, str]) -> str:
    return manifest.get("title", "") or front.title


def _note(found: Metadata, about: str, value: str, *, found_in: str, sure: bool = True) -> None:
    found.evidence.append(Evidence(about, value, found_in, sure))


def _worth(candidates: Iterable[tuple[_Value, str, bool]]) -> list[tuple[_Value, str, bool]]:
    """``candidates`` without the unsure ones if the first is sure: they tell nothing more and cast no doubt."""
    found = list(candidates)
    return [one for one in found if one[2]] if found and found[0][2] else found


def _settle_published(found: Metadata, given: _Given) -> None:
    candidates = _worth(_published_candidates(found, given))
    for date, found_in, sure in candidates:
        _note(found, "published", date, found_in=found_in, sure=sure)
    if not candidates:
        found.warnings.append(ReportWarning("published-unknown", "没有找到发布日期", "元数据"))
        return
    found.published = candidates[0][0]
    if not candidates[0][2]:
        found.warnings.append(
            ReportWarning(
                "published-unsure", f"发布日期 {found.published} 取自{candidates[0][1]}，不能确定", "元数据"
            )
        )
    others = dict.fromkeys(date for date, _, sure in candidates[1:] if sure and date != found.published)
    if others and "published" not in given.manifest:
        listed = "、".join(others)
        found.warnings.append(
            ReportWarning("date-conflict", f"日期不一致：采用 {found.published}，另有 {listed}", "元数据")
        )


def _published_candidates(found: Metadata, given: _Given) -> Iterator[tuple[str, str, bool]]:
    """Dates in the order of trust: date, where it was found, whether that is sure."""
    if given.manifest.get("published"):
        yield given.manifest["published"], "manifest", True
    for about, name in (("published", "发布日期"), ("stamp", "日期行"), ("written", "成文日期")):
        for fact in given.front.texts(about):
            if date := date_in(fact.text) or compact_date_in(fact.text):
                yield date, name, True
    if given.lines and (date := _signed(given.lines)):
        yield date, "落款", True
    if date := compact_date_in(found.url):
        yield date, "网址", False


def _signed(lines: Sequence[str]) -> str:
    """The date that closes the report, on a line of its own."""
    for line in reversed(lines[-4:]):
        if len(line) <= 16 and (date := date_in(line)):
            return date
    return ""


def _settle_year(found: Metadata, given: _Given) -> None:
    candidates = _worth(_year_candidates(found, given))
    for year, found_in, sure in candidates:
        _note(found, "year", str(year), found_in=found_in, sure=sure)
    found.period = given.manifest.get("period", "") or _period(found.title, given.lines)
    if found.period:
        _note(found, "period", found.period, found_in="title" if found.period in found.title else "text")
    if not candidates:
        found.warnings.append(ReportWarning("year-unknown", "没有找到报告所属年度", "元数据"))
        return
    found.year, found_in, sure = candidates[0]
    if not sure:
        found.warnings.append(
            ReportWarning("year-unsure", f"所属年度 {found.year} 由{found_in}推得，不能确定", "元数据")
        )
    others = dict.fromkeys(year for year, _, also in candidates[1:] if also and year != found.year)
    if others and "year" not in given.manifest:
        listed = "、".join(map(str, others))
        found.warnings.append(
            ReportWarning("year-conflict", f"年度不一致：采用 {found.year}，另有 {listed}", "元数据")
        )


def _year_candidates(found: Metadata, given: _Given) -> Iterator[tuple[int, str, bool]]:
    """Covered years in the order of trust."""
    if given.manifest.get("year", "").isdecimal():
        yield int(given.manifest["year"]), "manifest", True
    if years := years_in(found.title):
        yield years[0], "标题", True
    text = "\n".join(given.lines[:12])
    printed, first, last = period_in(text)
    if printed and first[:4] == last[:4]:
        yield int(first[:4]), "统计期限", True
    elif not years and (own := _years_of_opening(given.lines) or _quoted_year(given.lines)):
        yield own, "正文", False
    if found.published and not years:
        yield int(found.published[:4]) - 1, "发布日期", False
    if found.url and not years and (own := _year_of_url(found.url)):
        yield own, "网址", False


def _years_of_opening(lines: Sequence[str]) -> int:
    """The year that the first sentences are about."""
    for line in lines[:4]:
        match = re.match(r"\s*(20\d\d)\s*年(?!\s*\d{1,2}\s*月)", with_arabic_years(line))
        if match:
            return int(match.group(1))
    return 0


def _quoted_year(lines: Sequence[str]) -> int:
    """The year of a report that the opening sentences name."""
    found = (_NAMED_YEAR.search(with_arabic_years(normalise(line))[:300]) for line in lines[:6])
    return next((int(match.group(1)) for match in found if match), 0)


def _year_of_url(url: str) -> int:
    """The covered year that an address prints, if it is not the year of a date."""
    match = re.search(r"(?<!\d)(20\d\d)(?:nian|nb|nd|ndbg|年|bg)", url)
    return int(match.group(1)) if match else 0


def _period(title: str, lines: Sequence[str]) -> str:
    """What is printed where a report does not cover a calendar year."""
    academic = academic_year_in(title)
    printed, first, last = period_in("\n".join(lines[:12]))
    if printed and not (first.endswith("-01-01") and last.endswith("-12-31") and first[:4] == last[:4]):
        return printed
    return academic


def _settle_agency(found: Metadata, given: _Given) -> None:
    candidates = _worth(_agency_candidates(found, given))
    for name, found_in, sure in candidates:
        _note(found, "agency", name, found_in=found_in, sure=sure)
    if not candidates:
        found.agency, found.agency_key = "机关不明", slug_of("机关不明")
        found.warnings.append(ReportWarning("agency-unknown", "没有找到发布机关", "元数据"))
        return
    name, found_in, sure = candidates[0]
    found.agency, found.agency_key = resolve(name).name, slug_of(name)
    if not sure:
        found.warnings.append(
            ReportWarning("agency-unsure", f"机关“{name}”取自{found_in}，不能确定", "元数据")
        )
    others = dict.fromkeys(
        other
        for other, _, also in candidates[1:]
        if also and resolve(other).name != found.agency and other not in name and not _is_seat(other, name)
    )
    if others and "agency" not in given.manifest:
        listed = "、".join(others)
        found.warnings.append(
            ReportWarning("agency-conflict", f"机关不一致：采用 {name}，另有 {listed}", "元数据")
        )


def _is_seat(other: str, name: str) -> bool:
    """Whether ``other`` is the government or office of ``name`` itself."""
    return other.startswith(name) and bool(_SEAT.fullmatch(other[len(name) :]))


def _agency_candidates(found: Metadata, given: _Given) -> Iterator[tuple[str, str, bool]]:
    """Agencies in the order of trust. A copy's publisher is heard, but the title speaks for the author."""
    if given.manifest.get("agency"):
        yield given.manifest["agency"], "manifest", True
    titled = agency_in_title(found.title)
    whole = titled and not _SHORT.match(titled)
    if whole:
        yield titled, "标题", True
    for fact in given.front.texts("publisher"):
        if name := _agency_name(fact.text):
            yield name, "发布机构", True
    for fact in given.front.texts("signature"):
        yield fact.text, "署名", True
    for name in _names_in_text(given.lines):
        yield name, "正文", False
    for fact in (
        *given.front.texts("origin"),
        *given.front.texts("site"),
        *reversed(given.front.texts("trail")),
    ):
        if name := _agency_name(fact.text):
            yield name, _PLACES[fact.about], False
    if titled and not whole:
        yield titled, "标题", False


_PLACES = {"origin": "来源", "site": "网站名称", "trail": "导航路径"}


def _agency_name(text: str) -> str:
    """``text`` as the name of an agency, "" if it can't be one."""
    name = _SITE_TAIL.sub("", trim(re.sub(r"[（(].*?[）)]|\s", "", text)))
    known = bool(resolve(name).key)
    return name if known or (2 < len(name) <= 30 and AGENCY_TAIL.search(name)) else ""


def _names_in_text(lines: Sequence[str]) -> Iterator[str]:
    opening = [with_arabic_years(normalise(line)) for line in lines[:6]]
    whole_area = any(_AREA.search(line) for line in opening) and not any("我办" in line for line in opening)
    for line in opening:
        if match := _QUOTED.search(line[:300]):
            yield _author(match.group(1) or match.group(4), whole_area=whole_area)
    for pattern in (_WRITTEN_BY, _OWN, _ASK):
        for line in opening:
            match = pattern.search(line if pattern is _ASK else line[:160])
            name = _author(match.group(1), whole_area=whole_area) if match else ""
            if len(name) > 2 and not re.match(r"(我|本|各|该)", name):
                yield name


def _author(name: str, *, whole_area: bool) -> str:
    """The agency that ``name`` stands for: that of an office within it, the government whose area is meant."""
    outer = _OFFICE.sub("", name)
    if outer != name and len(outer) > 2 and AGENCY_TAIL.search(outer):
        name = outer
    return re.sub(r"(?<=人民政府)办公[室厅]$", "", name) if whole_area else name


def _settle_number(found: Metadata, given: _Given) -> None:
    facts = (
        [Fact("number", given.manifest["number"], "manifest")]
        if given.manifest.get("number")
        else given.front.texts("number")
    )
    for fact in facts:
        if number := document_number_in(fact.text):
            found.number = number
            _note(found, "number", number, found_in=fact.found_in)
            return
