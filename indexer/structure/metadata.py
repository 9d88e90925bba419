"""Who reports, about which year, and when: from the title first, then from everything else that says so.

The rule: the manifest wins, then the title, then the rest; each piece says where it was found and whether that is
sure, and two sources that contradict each other are a warning, not a choice made in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

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
"""A title within the opening sentences: whose report, and of which year."""
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
_PRONOUN = re.compile(r"(我|本|各|该)")
_LONGEST_DATE_LINE = 16
_LONGEST_NAME = 30
_LONGEST_FACT = 300
"""A fact with more characters than this is no name, whatever stands in its brackets."""
_SEAT = re.compile(r"(?:人民政府|办事处|人民政府办公[室厅]|办公[室厅])")


_Value = TypeVar("_Value", int, str)


@dataclass(slots=True)
class Metadata:
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


@dataclass(frozen=True, slots=True)
class _Given:
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
    """The year of the counted period that the opening prints in days, 0 if it is not within one year."""
    printed, first, last = period_in(_opening(lines))
    return int(first[:4]) if printed and first[:4] == last[:4] else 0


def _opening(lines: Sequence[str]) -> str:
    return "\n".join(lines[:12])


def _year_of_opening(lines: Sequence[str]) -> int:
    """The year that the first sentences are about, 0 if they begin with none."""
    for line in lines[:4]:
        # 2020年，… is a year, 2021年1月… is a date.
        match = re.match(r"\s*(20\d\d)\s*年(?!\s*\d{1,2}\s*月)", with_arabic_years(line))
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
    rivals = [other for other in _sure_rivals(others, name) if not _is_same_agency(other, name)]
    if rivals and "agency" not in given.manifest:
        _warn(metadata, "agency-conflict", f"机关不一致：采用 {name}，另有 {'、'.join(rivals)}")


def _is_same_agency(other: str, name: str) -> bool:
    """Whether ``other`` is another name of ``name``, a part of it, or its own government or office."""
    is_seat = other.startswith(name) and bool(_SEAT.fullmatch(other[len(name) :]))
    return other in name or is_seat or resolve(other).name == resolve(name).name


def _agency_candidates(metadata: Metadata, given: _Given) -> Iterator[_Candidate[str]]:
    """Agencies, the most trusted first. The publisher may only have copied the report; the title names its author."""
    if given.manifest.get("agency"):
        yield _Candidate(given.manifest["agency"], "manifest", True)
    titled = agency_in_title(metadata.title)
    # 市教育局 doesn't say of which city; it counts only where nothing else is there.
    lacks_its_area = bool(_SHORT.match(titled))
    if titled and not lacks_its_area:
        yield _Candidate(titled, "标题", True)
    yield from _agencies_of_front(given.front)
    for name in _names_in_text(given.lines):
        yield _Candidate(name, "正文", False)
    yield from _agencies_of_site(given.front)
    if titled and lacks_its_area:
        yield _Candidate(titled, "标题", False)


def _agencies_of_front(front: FrontMatter) -> Iterator[_Candidate[str]]:
    for fact in front.texts("publisher"):
        if name := _agency_name(fact.text):
            yield _Candidate(name, "发布机构", True)
    for fact in front.texts("signature"):
        yield _Candidate(fact.text, "署名", True)


def _agencies_of_site(front: FrontMatter) -> Iterator[_Candidate[str]]:
    """Agencies that the surroundings of the page name; of a trail, the innermost first."""
    named = [("来源", fact) for fact in front.texts("origin")]
    named += [("网站名称", fact) for fact in front.texts("site")]
    named += [("导航路径", fact) for fact in reversed(front.texts("trail"))]
    for found_in, fact in named:
        if name := _agency_name(fact.text):
            yield _Candidate(name, found_in, False)


def _agency_name(text: str) -> str:
    """``text`` as the name of an agency, "" if it can't be one."""
    if len(text) > _LONGEST_FACT:
        return ""
    name = _SITE_TAIL.sub("", trim(re.sub(r"[（(].*?[）)]|\s", "", text)))
    is_in_table = bool(resolve(name).key)
    sounds_like_one = 2 < len(name) <= _LONGEST_NAME and bool(AGENCY_TAIL.search(name))
    return name if is_in_table or sounds_like_one else ""


def _names_in_text(lines: Sequence[str]) -> Iterator[str]:
    """The agencies that the opening lines name, by the sentence that names them."""
    # 现公布示例市教育局2019年政府信息公开年度报告 · 本报告由示例市教育局编制 · 示例市教育局认真贯彻……  ·
    # 如有疑问，请与示例市教育局办公室联系 (the office is cut off)
    opening = [with_arabic_years(normalise(line)) for line in lines[:6]]
    for_area = _speaks_for_area(opening)
    for line in opening:
        if match := _QUOTED.search(line[:300]):
            yield _author(match.group(1) or match.group(4), for_area=for_area)
    for pattern, reach in ((_WRITTEN_BY, 160), (_OWN, 160), (_ASK, None)):
        for line in opening:
            match = pattern.search(line[:reach])
            name = _author(match.group(1), for_area=for_area) if match else ""
            if len(name) > 2 and not _PRONOUN.match(name):
                yield name


def _speaks_for_area(opening: Sequence[str]) -> bool:
    """Whether a report is about a whole city or county (全市, 我县), not about one office of its government (我办)."""
    return any(map(_AREA.search, opening)) and not any("我办" in line for line in opening)


def _author(name: str, *, for_area: bool) -> str:
    """The agency that ``name`` means: that of an office within it, or the government whose whole area is meant."""
    outer = _OFFICE.sub("", name)
    is_office = outer != name and len(outer) > 2 and bool(AGENCY_TAIL.search(outer))
    agency = outer if is_office else name
    return re.sub(r"(?<=人民政府)办公[室厅]$", "", agency) if for_area else agency


def _set_number(metadata: Metadata, given: _Given) -> None:
    facts = given.front.texts("number")
    if given.manifest.get("number"):
        facts = [Fact("number", given.manifest["number"], "manifest")]
    for fact in facts:
        if number := document_number_in(fact.text):
            metadata.number = number
            metadata.evidence.append(Evidence("number", number, fact.found_in, True))
            return
