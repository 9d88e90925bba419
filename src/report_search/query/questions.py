"""What a question in plain Chinese asks: whether a text asks at all, and whether it asks about a silence.

哪些机关没有提到领事保护 asks who does *not* say something. No passage can answer that: those that hold its words belong
to agencies that do mention it. The rule: it is never answered by its opposite. It finds nothing, and what it asks for
(领事保护) is handed on, to be looked up by agency and year, where a silence can be seen.
"""

from __future__ import annotations

import re

from report_search.analysis.fold import fold_text

ASKING = re.compile(
    r"？|\?(?![\w=&/])|[吗嗎呢](?!\w)|什么|什麼|甚么|甚麼|哪|谁|誰|多少|多久|多[大长長高远遠]|怎|如何|为何|為何|何[时時地处處人年种種]"
    r"|[是能可]否|是不是|有没有|有沒有|([会會能可要该該应應])不\1|第?[几幾][个個年月日次项項种種件条條位名家类類]"
)
"""What makes a question of a text."""


def asks(text: str) -> bool:
    """Whether a text asks something."""
    return ASKING.search(text) is not None


def _any(words: str) -> str:
    """A pattern of any of ``words``, which have blanks between them; each may be a pattern itself."""
    return f"(?:{'|'.join(words.split())})"


_HOLDER = _any(
    "机关 机构 单位 部门 部委 委办局 政府(?!信息) 省份 省市 省 市县 城市 市 区县 县区 县市 县 区 地区 地方"
    " 乡镇 街道 镇 乡 局 厅 委 报告 年报 年度报告 年份 年度 年"
)
"""Who or what may be silent: an agency, a report, a year."""
_WHICH = _any(
    "[哪何](?:些|几|一|两)?(?:个|家|份|篇|类|级别|级)? 多少[个家份]? 有?几[个家份] 什么(?:样的)? 有没有"
)
_WHO = _any("谁(?:都|也|的报告)? 哪(?:些|几[个家])的?(?:报告)?[里中]?[都还]?")
_NOT = _any(
    "(?<!有)没有?(?!收错) 从未 从不 从没 未曾 不曾 并未 尚未 未(?!来|必) 只字不 只字未 闭口不 绝口不 不提 不谈"
    " 不(?:公开|发布|公布|答复|涉及|包[括含]) 漏[写提报了] 缺[少乏失了]?"
)
_LACKS = _any("[找查看搜见]不到 不含 不包[括含] 不涉及 不[提谈写讲说曾] 没")
_SAID = _any(
    "提及 提到 提起 提过 谈到 谈及 谈过 讲到 讲过 写到 写过 写明 写入 说到 说过 说明 涉及 包含 包括 含有 出现 列入"
    " 列出 列明 载明 记载 反映 披露"
)
"""What a report does with what it says. 公开预算 is something to be looked for, so 公开 is not among these."""
_DISCLOSED = _any("公开 发布 公布 公示")
_DENYING = frozenset("没未不漏缺")
"""One of these is in whatever asks about a silence, so most queries need no pattern."""
_ABSENCE = "|".join(
    (
        # 哪些机关没有提到…, 有哪些年份的报告里没有…
        f"{_WHICH}{_HOLDER}[^没未漏缺?,。;]{{0,8}}?{_NOT}",
        # 谁没有提到…, 哪些没有提到…
        f"{_WHO}{_NOT}",
        # 没有提到…的机关有哪些, 未提及…的是谁
        f"{_NOT}[^?。;]{{1,30}}的{_HOLDER}?(?:都?[有是])?(?:哪[些几个家]|谁|多少)",
        # 领事保护没有出现在哪些报告里, 领事保护从未被哪些机关提及
        f"{_NOT}[出现写列提]{{0,2}}[在于进入被为]{_WHICH}{_HOLDER}",
        # 哪些报告里找不到…
        f"{_WHICH}{_HOLDER}(?:的报告|年报)?(?:里|当?中)?{_LACKS}",
        # 哪些机关对…只字不提
        f"{_WHICH}{_HOLDER}(?:对|关于|在)[^?。;]{{1,20}}?{_NOT}",
        # 没有提到…的机关, 从未公开过…的部门: nothing else is said of them, so they are what is asked for
        rf"^(?:(?:从来)?没有?|从未|从不|从没|未曾|不曾|未)(?:{_SAID}|提)[过了]?[^?。;,]{{1,30}}的{_HOLDER}\W*$",
        rf"^(?:从来没有?|从未|从没){_DISCLOSED}[过了]?[^?。;,]{{1,30}}的{_HOLDER}\W*$",
    )
)

_ASIDE = _any("都 也 还 至今 一直 始终 从来 根本 完全 却 就 竟然 居然")
_WHERE = r"(?:的?(?:年度)?(?:报告|年报))?(?:里面|里头|里|当中|之中|中|上)?"
_FRAMES = (
    # 请问, 我想知道
    r"^(?:请问|请列出|列出|请查一?下?|查一下|查找|我?想知道|我?想了解|告诉我|帮我(?:查|找|看)(?:一下)?)[,:]?",
    # …的机关有哪些, …的是谁, …的机关
    rf"的{_HOLDER}?(?:都?[有是])?(?:哪(?:[些几][个家份]?|[个家份])?|谁|多少)?{_HOLDER}?\W*$",
    # 没有出现在哪些报告里, 从未被哪些机关提及
    rf"{_NOT}(?:{_SAID}|[写列提])?[在于进入被为]{_WHICH}\s?{_HOLDER}{_WHERE}(?:{_SAID}|提)?过?",
    # 哪些机关的报告里都
    rf"(?:在|是|有)?{_WHICH}\s?{_HOLDER}{_WHERE}{_ASIDE}*",
    rf"{_WHO}{_ASIDE}*",
    # 没有提到过, 只字不提, 找不到
    rf"{_ASIDE}*(?:{_NOT}|{_LACKS})\s?(?:{_SAID}|{_DISCLOSED}|[提谈讲写说含])?[到及过了]*(?:任何|关于|有关|相关)?(?:的)?",
    r"(?:吗|呢|啊|么)\W*$",
    r"(?:的)?(?:内容|信息|情况|字样|字眼|一词|这个词|这几个字|方面|的事)\W*$",
    r"^(?:对于?|关于|有关|在)(?=\S{2})",
)
_EDGES = " \t,，.。;；:：?？!！、的和"
_LEADING_YEAR = re.compile(r"^在?((?:19|20)\d\d)年度?[的,]?")
_BLANKS = re.compile(r"\s{2,}")


def asks_absence(text: str) -> bool:
    """Whether a text asks which agencies, reports or years do not say or do something."""
    folded = "".join(fold_text(text).split())
    return not _DENYING.isdisjoint(folded) and re.search(_ABSENCE, folded) is not None


def silent_about(text: str) -> str:
    """What a question about a silence asks for, without the frame of the question; "" if nothing is left.

    哪些机关没有提到领事保护 gives 领事保护. A year before the frame belongs to the frame and becomes a field:
    2019年哪些机关没有提到领事保护 gives 年份:2019 领事保护.
    """
    asked = " ".join(fold_text(part) for part in text.split())
    year = _year_of_frame(asked)
    if year:
        asked = _LEADING_YEAR.sub("", asked, count=1)
    for frame in _FRAMES:
        asked = re.sub(frame, " ", asked, count=1).strip(_EDGES)
    thing = _BLANKS.sub(" ", asked).strip(_EDGES)
    return f"年份:{year} {thing}" if year and thing else thing


def _year_of_frame(text: str) -> str:
    """The year that opens a question, if who may be silent follows at once; else it is part of what is asked for."""
    found = _LEADING_YEAR.match(text)
    is_frame = found is not None and re.match(rf"\s?(?:有)?(?:{_WHICH}|{_WHO})", text[found.end() :])
    return found[1] if found is not None and is_frame else ""
