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
    r"[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[)）]|.*[>›»＞→|]|.{0,8}位置[:：]|(?:网站|本站)?首页"
)
_HEADLINE = re.compile(r"(发布|公布|印发|出炉|公开了|晒出|解读)")
_TEMPLATE = "(参考)?(格式|模板|模版|范本|范文|样本|样表|样式|示例|填写说明|填报说明|编制指南|公开指南)"
_IN_BRACKETS = r"[(（【\[][^)）】\]]*[)）】\]]"
_NOT: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"的?(通知|通告|函|意见|要点|方案|批复|答复)({_IN_BRACKETS})*$"), "通知或文件"),
    (
        re.compile(
            r"关于(进一步|切实|认真)?(做好|抓好|加强|印发|转发|报送|上报|编制|开展|组织|规范)(?!.*情况的?报告$)"
        ),
        "通知或文件",
    ),
    (
        re.compile(
            rf"(制度|办法|规定|规范|细则|规则|条例|规程|流程|流程图|须知|守则|职责|标准|要求|(?<!情况)(?<!情况的)说明|评分表|考核表)({_IN_BRACKETS})*$"
        ),
        "制度或规定",
    ),
    (
        re.compile(
            r"(评价|评估|测评|评议|调查|调研|研究|分析|观察|监测|考核|检查|督查|整改)(工作|情况|结果)*(报告|通报|综述)$|蓝皮书"
            r"|(解读|图解|述评|综述|探析|浅析|浅谈|启示|点评|问答|答记者问|心得|讲话|培训会|推进会|座谈会)$|一图(读|看)懂|^图解"
            r"|要有|如何|怎么|怎样|哪些|什么|为何|为什么|看过来|[?？]"
        ),
        "关于年度报告的文章",
    ),
    (re.compile(rf"[(【\[]{_TEMPLATE}[)】\]]|{_TEMPLATE}([(].*[)])?$|^{_TEMPLATE}[:、]"), "模板或样本"),
    (re.compile(r"上半年|下半年|半年度?|第?[一二三四1234]季度|\d{1,2}月份|月度"), "半年或季度统计"),
    (re.compile(r"(目录|列表|汇总页|年报汇总|历年.*年报|一览)$"), "目录或列表页"),
)
_END_OF_NOTICE = re.compile(
    r"[^。；，：:]{0,24}(?:通知|通告|通报|函|意见|方案|办法|制度|规定)(?:[(（][^)）]{1,8}[)）])?"
)
_ARTICLE = re.compile(r"(第[一二三四五六七八九十]{1,3}条)(?!第|[(（][一二三四五六七八九十]+[)）]项)\S")
_LEAST_ARTICLES = 3
_TELLS_NOTHING = re.compile(
    r"[\[(【]?(20\d\d[-年/.])?\d{1,2}[-月/.]\d{1,2}日?[\])】]?|\d{1,4}|更多>*|[>》·•|]+|(上|下|首|末|尾)(一)?页|共\d+[页条].*"
)
"""Lines of a listing besides its titles: dates, numbers, pages."""
_LINK_DATE = re.compile(r"^[·•●◆■▪*\d.、\s]+|[\s\[(【]*20\d\d[-年/.]\d{1,2}[-月/.]\d{1,2}日?[\])】]*\s*$")
_NEWS = re.compile(
    r"(本报|本网|新华社|中新网|中新社|央视|人民网).{0,12}(讯|电|记者)|^.{0,12}讯[(（]|记者.{1,6}(报道|摄)"
)
_SAYS_SO = re.compile(
    r"(编制|编写|形成|发布|公布|撰写)(了|并发布|并公布)?本(年度)?(报告|年报)"
    r"|本(年度)?(报告|年报)中?(的|所列|由|主要|包括|全文|内容|电子版|统计|有(任何)?疑)|报告中所列数据"
    r"|向社会(公布|公开|发布)[^。]{0,60}信息公开[^。]{0,12}(报告|年报)"
    r"|现(将|公布|发布|编制)[^。]{0,50}(年度报告|年报|信息公开(工作)?(执行)?(情况|报告))[^。]{0,12}(如下|公布|发布|[。:])"
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
_KINDS_OF_OFFICE = (
    "部门|部|委员会|委|局|厅|办公室|办公厅|办|市|县|区|州|省|镇|乡|街道办事处|街道"
    "|单位|机关|行政机关|学校|校|学院|院|署|会|级"
)
_PLACEHOLDER = re.compile(
    rf"^(我|本|该|各)(?:{_KINDS_OF_OFFICE})?(?:政府|办公室)?$|^(?:机关|单位|部门|学校)$"
)
AGENCY_TAIL = re.compile(
    r"(部|委员会|委|局|厅|办公室|办公厅|办|政府|署|总局|院|校|大学|学院|会|中心|集团|银行|市|县|区|州|省|镇|乡|街道|街道办事处|旗|盟|兵团|社|台|所|站|队|公司|法院|检察院)$"
)
"""How the names of agencies end."""
_PLACE = re.compile(r"(?<![×XxＸ✕])[×XxＸ✕]{2,}+(?=[\u4e00-\u9fff])|[_＿]{3,}|此处填写|请填写|（填写")


PRONOUN = re.compile(r"我|各|该|本(?!溪)")
"""How a word begins that stands for an agency without naming it: 我局, 本机关."""


def whole_government(name: str) -> str:
    """``name`` with the 政府 that it shares with 政府信息公开 (甲县人民 of 甲县人民政府信息公开)."""
    return f"{name}政府" if name.endswith("人民") else name


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


def ends_notice(line: str) -> bool:
    """Whether ``line``, right below what may be the title of a report, makes it that of a notice about reports."""
    return bool(_END_OF_NOTICE.fullmatch(normalise(line)))


def is_blank(texts: Sequence[str]) -> bool:
    """Whether ``texts`` are those of a form to be filled in: at least half of them leave something blank."""
    blank = sum(bool(_PLACE.search(text)) for text in texts)
    return blank > 1 and 2 * blank >= len(texts)


def is_rule(texts: Sequence[str]) -> bool:
    """Whether ``texts`` are those of a rule: 第一条, 第二条, 第三条 …"""
    articles = {match.group(1) for text in texts if (match := _ARTICLE.match(normalise(text)))}
    return len(articles) >= _LEAST_ARTICLES


def is_listing(texts: Sequence[str]) -> bool:
    """Whether ``texts`` are the lines of a page that lists reports: three titles or more, and little else."""
    telling = [text for text in texts if not _TELLS_NOTHING.fullmatch(normalise(text))]
    titles = [normalise(text) for text in telling if is_report_title(_LINK_DATE.sub("", text))]
    has_prose = any("。" in text for text in telling)
    is_mostly_titles = len(titles) > 2 and 2 * len(titles) >= len(telling)
    return is_mostly_titles or (len(set(titles)) > 2 and not has_prose)


def is_news(texts: Sequence[str]) -> bool:
    """Whether the first of ``texts`` are those of a newspaper: its reporters sign, or its agency does."""
    return any(map(_NEWS.search, texts[:4]))


def says_it_reports(texts: Sequence[str]) -> bool:
    """Whether the opening sentences say that they open a report (编制本报告, 本报告所列数据)."""
    return any(_SAYS_SO.search(normalise(text)) for text in texts[:6])


def agency_in_title(title: str) -> str:
    """The agency that ``title`` names, "" if it names none (我部, a bare year)."""
    bare = re.sub(r"^(关于|发布|公布)", "", with_arabic_years(normalise(title)).strip('《》“”"'))
    # 示例市教育局2019年政府信息公开年度报告: the name comes first …
    match = _ABOUT.search(bare)
    name = bare[: match.start()] if match else ""
    if not name:
        # … or behind the year: 关于2019年示例市教育局政府信息公开工作情况的报告.
        behind = _BEHIND_YEAR.match(bare)
        name = behind.group(1) if behind else ""
    name = re.sub(r"(的|关于|发布|公布|:)$", "", name)
    return "" if _PLACEHOLDER.match(name) or len(name) < 2 else whole_government(name)
