"""What a question in plain Chinese asks: whether a text asks at all, and whether it asks who does *not* say something.

哪些机关没有提到领事保护 asks for a silence. No passage can answer it: those that hold its words belong to agencies that
do mention it. The rule: such a question finds nothing, and a hint says how to ask; it is never answered by its
opposite.
"""

from __future__ import annotations

import re

from report_search.analysis.fold import fold

ASKING = re.compile(
    r"？|\?(?![\w=&/])|[吗嗎呢](?!\w)|什么|什麼|甚么|甚麼|哪|谁|誰|多少|多久|多[大长長高远遠]|怎|如何|为何|為何|何[时時地处處人年种種]"
    r"|[是能可]否|是不是|有没有|有沒有|([会會能可要该該应應])不\1|第?[几幾][个個年月日次项項种種件条條位名家类類]"
)
"""What makes a question of a text."""


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
_ABSENCE = re.compile(
    "|".join(
        (
            # 哪些机关没有提到…, 有哪些年份的报告里没有…
            f"{_WHICH}{_HOLDER}[^没未漏缺?,。;]{{0,8}}?{_NOT}",
            # 谁没有提到…, 哪些没有提到…
            f"{_WHO}{_NOT}",
            # 没有提到…的机关有哪些, 未提及…的是谁
            f"{_NOT}[^?。;]{{1,30}}的{_HOLDER}?(?:都?[有是])?(?:哪[些几个家]|谁|多少)",
            # 领事保护没有出现在哪些报告里
            f"{_NOT}[出现写列提]{{0,2}}[在于进入]{_WHICH}{_HOLDER}",
            # 哪些报告里找不到…
            f"{_WHICH}{_HOLDER}(?:的报告|年报)?(?:里|当?中)?{_LACKS}",
            # 哪些机关对…只字不提
            f"{_WHICH}{_HOLDER}(?:对|关于|在)[^?。;]{{1,20}}?{_NOT}",
        )
    )
)
_TAKEN_BACK = re.compile(
    "(?<!有)(?:没有|沒有|从未|從未|未曾|不曾|并未|並未|尚未|没|沒|未)"
    "(?=[提谈談讲講写寫说說涉公发發披出包列介开開设設主答报報])"
)


def asks(text: str) -> bool:
    """Whether a text asks something."""
    return ASKING.search(text) is not None


def asks_absence(text: str) -> bool:
    """Whether a text asks which agencies, reports or years do not say or do something."""
    return _ABSENCE.search("".join(fold(text).text.split())) is not None


def without_negation(text: str) -> str:
    """A question that asks for a silence turned into the one that can be answered; "" if none comes of it."""
    turned = _TAKEN_BACK.sub("", text, count=1)
    return turned if turned != text and not asks_absence(turned) else ""
