"""Which line is the title of a report, and which titles say that a document is no report.

The rule: a document counts as a report if its title says so; a notice about reports, a template, a sample, half-year
figures or a listing does not, however much it reads like one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.text.dates import with_arabic_years
from report_search.analysis.normalise import normalise

_LONGEST = 90
_REPORT = re.compile(
    r"(政府|政务|校务|院务)?信息公开.{0,16}(年度|年)?.{0,6}(报告|年报|情况|总结)|政务公开.{0,12}(报告|年报|总结)|信息公开.{0,4}年报"
)
_SENTENCE = re.compile(r"[。；！？]|[，,].{12,}")
_NO_TITLE = re.compile(
    r"[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[)）]|.*[>›»|]|.{0,6}位置[:：]"
)
_HEADLINE = re.compile(r"(发布|公布|印发|出炉|公开了|晒出|解读)")
_TEMPLATE = "(参考)?(格式|模板|模版|范本|范文|样本|样表|样式|示例|填写说明|填报说明|编制指南|公开指南)"
_NOT: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"的?(通知|通告|函|意见|办法|要点|方案|批复|答复)([（(].*[)）])?$"), "通知或文件"),
    (re.compile(rf"[(【\[]{_TEMPLATE}[)】\]]|{_TEMPLATE}([(].*[)])?$|^{_TEMPLATE}[:、]"), "模板或样本"),
    (re.compile(r"上半年|下半年|半年度?|第?[一二三四1234]季度|\d{1,2}月份|月度"), "半年或季度统计"),
    (re.compile(r"(目录|列表|汇总页|年报汇总|历年.*年报|一览)$"), "目录或列表页"),
)
_BLANKS = re.compile(
    r"(?<![×XxＸ✕*＊])[×XxＸ✕*＊]{2,}+(?=年|局|市|县|区|单位|部门|省|厅|政府|部|机关)|[_＿]{2,}|(?<![〇○O])[〇○O]{2,}+(?=市|县|局|单位|部门)|20[×XxＸ*_]{1,2}"
)


_ABOUT = re.compile(
    r"(关于|20\d\d|政府信息|政务公开|政务信息|信息公开|校务公开|主动公开|发布|公布|学年|年度)"
)
_BEHIND_YEAR = re.compile(
    r"(?:关于)?(?:20\d\d[-—~至]?(?:20\d\d)?(?:学年|年度|年)?)(?:度)?(.*?)(?=政府信息|政务公开|信息公开|校务公开|$)"
)
_PLACEHOLDER = re.compile(r"^(我|本)(部|委|局|厅|办|市|县|区|州|省|镇|乡|街道|单位|机关|校|院|署|会)?$")
AGENCY_TAIL = re.compile(
    r"(部|委员会|委|局|厅|办公室|办公厅|办|政府|署|总局|院|校|大学|学院|会|中心|集团|银行|市|县|区|州|省|镇|乡|街道|街道办事处|旗|盟|兵团|社|台|所|站|队|公司|法院|检察院)$"
)
"""How the names of agencies end."""
_PLACE = re.compile(r"(?<![×XxＸ✕])[×XxＸ✕]{2,}+(?=[\u4e00-\u9fff])|[_＿]{3,}|此处填写|请填写|（填写")


def is_report_title(text: str) -> bool:
    """Whether ``text`` can be the title of a report."""
    bare = normalise(text)
    if not bare or len(bare) > _LONGEST or _SENTENCE.search(bare) or _NO_TITLE.match(bare):
        return False
    return bool(_REPORT.search(bare))


def is_headline(title: str) -> bool:
    """Whether ``title`` tells that a report came out (外交部发布2019年…年度报告) instead of being its title."""
    return bool(_HEADLINE.search(re.sub(r"[（(《].*?[》)）]", "", normalise(title)))) and is_report_title(
        title
    )


def why_not_a_report(title: str) -> str:
    """What ``title`` says a document is instead of a report (``通知或文件``), "" if it may be a report."""
    bare = with_arabic_years(normalise(title))
    if _BLANKS.search(bare):
        return "模板或样本"
    return next((what for pattern, what in _NOT if pattern.search(bare)), "")


def is_blank(texts: Sequence[str]) -> bool:
    """Whether ``texts`` are those of a form to be filled in: at least half of them leave something blank."""
    blank = sum(bool(_PLACE.search(text)) for text in texts)
    return blank > 1 and 2 * blank >= len(texts)


def is_listing(texts: Sequence[str]) -> bool:
    """Whether ``texts`` are the lines of a page that lists reports: three titles or more, and little else."""
    titles = sum(is_report_title(text) for text in texts)
    return titles > 2 and 2 * titles >= len(texts)


def agency_in_title(title: str) -> str:
    """The agency that ``title`` names, "" if it names none (我部, a bare year)."""
    bare = with_arabic_years(normalise(title)).strip('《》“”"')
    # 示例市教育局2019年政府信息公开年度报告: the name comes first …
    match = _ABOUT.search(bare)
    name = bare[: match.start()] if match else ""
    if not name:
        # … or behind the year: 关于2019年示例市教育局政府信息公开工作情况的报告.
        behind = _BEHIND_YEAR.match(bare)
        name = behind.group(1) if behind else ""
    name = re.sub(r"^(关于|发布|公布)|(的|关于|发布|公布|:)$", "", name)
    return "" if _PLACEHOLDER.match(name) or len(name) < 2 else name
