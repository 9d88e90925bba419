"""Whose report it is: the names of agencies that its title, its front matter and its text print.

The rule: a pronoun (我局, 本机关) is never a name, the 政府 of 某县人民政府信息公开 belongs to both words, and where
the report prints the full name of the agency in its title, the full name counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from indexer.structure.front_matter import FrontMatter
from indexer.structure.report_titles import AGENCY_TAIL, PRONOUN, agency_in_title, whole_government
from indexer.text.dates import REST_OF_YEAR, with_arabic_years, years_in
from report_search.analysis.normalise import normalise, trim
from report_search.taxonomy.agencies import resolve

_SHORT = re.compile(r"^(省|市|县|区|州|镇|乡|街道)(?!.*(省|市|县|区|州).*(局|办|委|厅))")
_SITE_TAIL = re.compile(r"(门户网站|政府网站|官方网站|官网|网站|网|信息公开|政务公开|政府信息公开)$")
_OWN = re.compile(
    r"^(?:20\d\d\s*(?:[-—–~～至]{1,2}(?:20)?\d\d)?(?:学年|年)度?[，,]?)?\s*([\u4e00-\u9fff]{2,20}?(?:部|委员会|局|厅|办公室|办公厅|政府|署|大学|学院|院|街道办事处|街道|镇|乡))(?:以|坚持|认真|深入|严格|按照|根据|高度|全面|在|紧紧|始终|积极)"
)
_PUBLISHES = re.compile(r"([\u4e00-\u9fff]{4,30}?)(?:特|现)?向社会(?:各界)?(?:公布|公开|发布)")
_WRITTEN_BY = re.compile(
    r"(?:本(?:年度)?报告(?:由|系)|由)([\u4e00-\u9fff、]{3,24}?)(?:[(（][^()（）]{0,20}[)）])?(?:组织|负责|牵头|统一|汇总|汇编)*(?:根据|按照|编制|编写|综合|发布)"
)
_QUOTED = re.compile(
    r"(?:公布|发布|编制|形成|发表|现将|公开)了?《?"
    rf"(?:([\u4e00-\u9fff]{{2,24}}?)(?:的|本级)?(20\d\d){REST_OF_YEAR}|(20\d\d){REST_OF_YEAR}([\u4e00-\u9fff]{{2,24}}?))"
    r"(?:政府|政务|校务)?信息公开(?:工作)?(?:情况)?(?:年度)?(?:工作)?(?:报告|年报|情况)(?!的?(?:函|通知|要求))"
)
"""A title within the opening sentences: whose report, and of which year."""
_ASK = re.compile(r"(?:请与|请联系|可与|请向)[:：]?([\u4e00-\u9fff]{4,30}?)(?:联系|咨询|反映|[（(，,。])")
_OFFICE = re.compile(
    r"(?:党政(?:综合)?(?:办公室|办|部)|(?:(?<!人民)政府)?信息公开(?:工作)?(?:领导小组|联席会议)?(?:办公室|办)"
    r"|政务公开(?:工作)?(?:领导小组)?(?:办公室|办|科|股)|综合(?:管理)?(?:科|处|股|办公室)|(?<!政府)(?<!委员会)办公室)$"
)
"""An office within an agency that answers for its report."""
_AREA = re.compile(r"[全我](?:省|市|县|区|州|镇|乡|街道)(?!政府办|人民政府办)")
_NO_NAME = re.compile(r"关于|编制|发布|公布|报告|报送|工作")
"""Words that no name of an agency holds; with one, the sentence was cut at the wrong place."""
_LONGEST_NAME = 30
_LONGEST_FACT = 300
"""A fact with more characters than this is no name, whatever its brackets hold."""
_SEAT = re.compile(r"(?:人民政府|办事处|人民政府办公[室厅]|办公[室厅])")
_LOCAL = re.compile(r"(?!.{1,8}自治区)[^省市州盟]{1,8}?(?:县|区|旗|镇|乡|街道|苏木)")
"""The beginning of a name that says its district or township, but not of which city or county."""
_PLACE = re.compile(r"[省市州盟县区旗镇乡]|街道|大学|学院|国家|中国|中华")
"""Words of names that say where or whose, so that nothing need come before them."""
_ONLY_A_PLACE = re.compile(r"[\u4e00-\u9fff]{1,8}[省市州盟县区旗]")
_HIGHER = re.compile(r"(?:.*(?:省|自治区))?((?:[^省市州盟县旗]{1,6}?(?:市|自治州|州|盟|地区|区|县|旗)){1,2})")
_FUNCTION_WORD = re.compile(
    r"现将|现|公布|发布|编制|编印|根据|按照|依照|关于|位于|联系|作为|报送|组织|推进|落实|以及|请|与|由|在|是|向|的|了|为|及|被|至|对|经|系|和"
)
"""Words before a name, which no name of a place holds."""
_NO_PLACE = re.compile(rf"{PRONOUN.pattern}|[全各整城]")


class AgencyName(NamedTuple):
    """The name of an agency, where it was found (as people read it), and whether that is sure."""

    name: str
    found_in: str
    sure: bool


def agency_names(title: str, *, front: FrontMatter, lines: Sequence[str]) -> Iterator[AgencyName]:
    """Agencies, the most trusted first. The publisher may only have copied the report; the title names its author."""
    titled = agency_in_title(title)
    if writer := _writer_besides(title, titled, lines):
        yield AgencyName(writer, "正文", False)
        yield AgencyName(titled, "标题", False)
        return
    # 市教育局 doesn't say of which city; it counts only where nothing else is there.
    lacks_its_area = bool(_SHORT.match(titled))
    if titled and not lacks_its_area:
        full = full_name(titled, [*(fact.text for fact in front.facts), *lines])
        yield AgencyName(full, "标题" if full == titled else "标题，全称见正文", True)
    yield from _agencies_of_front(front)
    for name in _names_in_text(lines):
        yield AgencyName(name, "正文", False)
    yield from _agencies_of_site(front)
    if titled and lacks_its_area:
        yield AgencyName(titled, "标题", False)


def full_name(name: str, texts: Sequence[str]) -> str:
    """``name`` with the city or county that ``texts`` print before it; as it is if they print none, or several."""
    # 乙区教育局, and the text says 请与甲市乙区教育局联系: 甲市乙区教育局. A name of a city is full by itself, and so
    # is one that the table knows.
    has_no_place = not _PLACE.search(name)
    if not (has_no_place or _LOCAL.match(name)) or resolve(name).key:
        return name
    printed = {before for text in texts for before in _places_before(name, normalise(text))}
    longest = max(printed, key=len, default="")
    # 甲市乙区丙镇 and 乙区丙镇 are one place, 甲市乙区 and 丁市乙区 are two.
    agree = all(longest.endswith(before) for before in printed)
    return longest + name if agree else name


def _writer_besides(title: str, titled: str, lines: Sequence[str]) -> str:
    """The agency that the text says wrote the report, where the title names a place and no year; "" if none differs."""
    # 示例市政府信息公开工作年度报告, and the text says 由示例市统计局编制: the title may be that of a series.
    if not _ONLY_A_PLACE.fullmatch(titled) or years_in(title):
        return ""
    matches = filter(None, (_WRITTEN_BY.search(normalise(line)[:300]) for line in lines[:6]))
    names = (match.group(1) for match in matches)
    return next((name for name in names if _is_whole_name(name) and not _is_office_of(titled, name)), "")


def _is_whole_name(name: str) -> bool:
    """Whether ``name`` names an agency and says where it is."""
    is_cut = PRONOUN.match(name) or _SHORT.match(name) or _NO_NAME.search(name)
    return not is_cut and bool(AGENCY_TAIL.search(name))


def _is_office_of(place: str, name: str) -> bool:
    """Whether ``name`` is the government of ``place``, or an office within it."""
    office = name.removeprefix(place)
    return bool(_SEAT.fullmatch(office)) or not _OFFICE.sub("", office)


def _places_before(name: str, text: str) -> Iterator[str]:
    """The city and county that stand right before each ``name`` in ``text``, without the province."""
    for match in re.finditer(re.escape(name), text):
        run = re.search(r"[\u4e00-\u9fff]*$", text[max(0, match.start() - 16) : match.start()])
        piece = _FUNCTION_WORD.split(run.group() if run else "")[-1]
        place = _HIGHER.fullmatch(piece)
        if place and not _NO_PLACE.match(place[1]):
            yield place[1]


def _agencies_of_front(front: FrontMatter) -> Iterator[AgencyName]:
    for fact in front.texts("publisher"):
        if name := _agency_name(fact.text):
            yield AgencyName(name, "发布机构", True)
    for fact in front.texts("signature"):
        yield AgencyName(_author(fact.text, for_area=False), "署名", True)


def _agencies_of_site(front: FrontMatter) -> Iterator[AgencyName]:
    """Agencies that the surroundings of the page name; of a trail, the innermost first."""
    named = [("来源", fact) for fact in front.texts("origin")]
    named += [("网站名称", fact) for fact in front.texts("site")]
    named += [("导航路径", fact) for fact in reversed(front.texts("trail"))]
    for found_in, fact in named:
        if name := _agency_name(fact.text):
            yield AgencyName(name, found_in, False)


def _agency_name(text: str) -> str:
    """``text`` as the name of an agency, "" if it can't be one."""
    if len(text) > _LONGEST_FACT:
        return ""
    name = _SITE_TAIL.sub("", trim(re.sub(r"[（(].*?[）)]|\s", "", text)))
    if PRONOUN.match(name):
        return ""
    is_in_table = bool(resolve(name).key)
    sounds_like_one = 2 < len(name) <= _LONGEST_NAME and bool(AGENCY_TAIL.search(name))
    return name if is_in_table or sounds_like_one else ""


def _names_in_text(lines: Sequence[str]) -> Iterator[str]:
    """The agencies that the opening lines name, by the sentence that names them."""
    # 现公布示例市教育局2019年政府信息公开年度报告 · 本报告由示例市教育局编制 · 示例市教育局认真贯彻……  ·
    # 如有疑问，请与示例市教育局办公室联系 (the office is cut off)
    opening = [with_arabic_years(normalise(line)) for line in lines[:6]]
    for_area = _speaks_for_area(opening)
    for name in (_author(name, for_area=for_area) for name in _publishers(opening)):
        if not PRONOUN.match(name):
            yield name
    for pattern, reach in ((_WRITTEN_BY, 160), (_OWN, 160), (_ASK, None)):
        for line in opening:
            match = pattern.search(line[:reach])
            name = _author(match.group(1), for_area=for_area) if match else ""
            if len(name) > 2 and not PRONOUN.match(name):
                yield name


def _publishers(opening: Sequence[str]) -> Iterator[str]:
    """The names in the title that ``opening`` quotes, then those of who makes it public."""
    heads = [line[:300] for line in opening]
    for match in filter(None, map(_QUOTED.search, heads)):
        name = match.group(1) or match.group(4)
        if not _NO_NAME.search(name):
            yield name
    for match in filter(None, map(_PUBLISHES.search, heads)):
        if AGENCY_TAIL.search(match.group(1)) and not _NO_NAME.search(match.group(1)):
            yield match.group(1)


def _speaks_for_area(opening: Sequence[str]) -> bool:
    """Whether a report is about a whole city or county (全市, 我县), not about one office of its government (我办)."""
    return any(map(_AREA.search, opening)) and not any("我办" in line for line in opening)


def _author(name: str, *, for_area: bool) -> str:
    """The agency that ``name`` means: that of an office within it, or the government whose whole area is meant."""
    name = whole_government(name)
    outer = _OFFICE.sub("", name)
    is_office = outer != name and len(outer) > 1 and bool(AGENCY_TAIL.search(outer))
    agency = outer if is_office else name
    return re.sub(r"(?<=人民政府)办公[室厅]$", "", agency) if for_area else agency


def is_same_agency(other: str, name: str) -> bool:
    """Whether ``other`` is another name of ``name``, a part of it, or its own government or office."""
    is_seat = other.startswith(name) and bool(_SEAT.fullmatch(other[len(name) :]))
    return other in name or is_seat or resolve(other).name == resolve(name).name
