"""What a page carries around its report: breadcrumbs, buttons, dialogues, footers, metadata lines.

The rule: only what surely is boilerplate goes. A line that a report could say too goes only at the edge of the page,
beside lines that surely are boilerplate.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.document import Grid, Line, Part
from report_search.analysis.normalise import label_key, normalise

_SURE = re.compile(
    "|".join(
        (
            r"(返回|回到)?(顶部|页首|頂部)",
            r"返回(顶部|上一页|上一級|首页|列表|頂部)",
            r"[【\[]?打印(本页|此页|页面|本文|正文)[】\]]?",
            r"[【\[]?关闭(窗口|本页|页面)[】\]]?",
            r"[【\[]?(字号|字体|字號|字體)[:：]?[【\[(]?([大中小默认特超\-+A|/\s\]】)\[(【、]*)[】\])]?",
            r"[【\[]?大中小[】\]]?",
            r"分享(到|至)?[:：]?(微信|微博|新浪微博|QQ空间|QQ|朋友圈|空间|更多|[|、\s])*",
            r"扫一扫.{0,20}(手机|分享|打开|浏览|关注|阅读|页面).{0,12}",
            r"(上|下)一(篇|条|页|則|篇文章)[:：].*",
            r"您即将离开.{0,40}",
            r"您正在(访问|离开).{0,40}",
            r"是否继续(访问|前往)?[?？]?",
            r"继续访问放弃",
            r"(当前位置|您的位置|您现在的位置|您当前的位置|所在位置|目前位置|您所在的位置)(是)?[:：].*",
            r"(浏览|阅读|访问|点击)(次数|量|数)[:：]?\d*次?",
            r"[^。]*(版权所有|ICP备\d|ICP备案|公网安备|网站标识码|Copyright)[^。]*",
            r"[—\-–]+\d{1,4}[—\-–]+",
            r"第\d{1,4}页([,，/共]*\d{1,4}页)?",
            r"责任编辑[:：].{0,12}",
            r"请输入(搜索|检索|查询|关键)[^。，]{0,8}|选择(搜索类型|特殊符号)",
        )
    ),
    re.IGNORECASE,
)
_BULLET = re.compile(r"^[•·●◆■▪*]\s*|^[|｜]\s*|(?:(?<!\s)\s++)?[|｜]$")
_BUTTON = re.compile(
    r"[【\[（(]?\s*(?:"
    r"(?:字号|字体|字號|字體|字体大小)\s*[:：]?\s*[【\[（(]?\s*(?:默认|特大|超大|大|中|小|[A+\-|/、]|\s)*[】\])）]?"
    r"|[【\[（(]\s*(?:大\s*中\s*小|小\s*中\s*大)\s*[】\])）]|大\s+中\s+小|A\s*[+\-]"
    r"|(?:分享|转发)\s*(?:到|至)?\s*[:：]?|(?:新浪|腾讯)?微博|微信|QQ空间|QQ好友|QQ|朋友圈|更多"
    r"|(?:打印|列印|收藏|关闭|關閉|复制链接|返回|下载)(?:本页|此页|页面|本文|正文|窗口|顶部|列表)?"
    r"|(?:浏览|阅读|访问|点击)(?:次数|量|数|率)\s*[:：]\s*\d*\s*次?|视力保护色\s*[:：]?|[|｜/]"
    r")\s*[】\]）)]?\s*"
)
"""One button or counter; a line of nothing but these (字体：[大 中 小] 打印) is boilerplate."""
_TELLING = re.compile(
    r"字[号体號體]|分享|转发|打印|列印|关闭|關閉|收藏|(?:浏览|阅读|访问|点击)(?:次数|量|数|率)"
)
_NAVIGATION = (
    "联系我们|网站声明|关于我们|隐私声明|网站地图|使用帮助|无障碍(浏览)?|长者模式|繁体(版)?|简体(版)?|english|en|登录|注册|"
    "首页|本站首页|搜索|高级搜索|导航|菜单|中国政府网|国务院部门网站|地方政府网站|友情链接|相关链接|相关阅读|相关文章|推荐阅读"
)
_WEAK = re.compile(
    "|".join(
        (
            r"信息提示|温馨提示|提示信息|系统提示",
            r"继续访问|放弃|确定|取消|继续|关闭|打印|收藏|分享|转发|打印本页|复制链接|微信|微博|QQ空间|朋友圈",
            r"(跳转到)?其他网站[,，]?|跳转到.{0,12}",
            rf"(({_NAVIGATION})[|｜·丨/]*)+",
            r"[【\[]?(打印|列印)[】\]]?|[大中小]{1,3}",
            r"(主办单位|主办|承办单位|承办|协办|技术支持|网站维护|维护单位|邮编|邮政编码|传真|地址|联系电话)[:：].{2,60}",
            r"(相关)?附件下载[:：]?",
            r"\d{1,3}|[|｜•·●]+",
            r"相关(新闻|信息|文件|报道|内容|稿件)|(网站)?标识码[:：]?\d+|[^。，]{0,20}备案号?[:：][^。]{2,40}",
        )
    ),
    re.IGNORECASE,
)
_LONGEST = 120
_TRAIL = re.compile(r"(网站|本站)?(首页|主页|首頁)\s*(>>?|[›»＞→/\\\-])\s*\S.*")
_BODY = re.compile(r"[。；！]|^[（(]?[一二三四五六七八九十\d]+[)）、.．]")


def drop_boilerplate(parts: Sequence[Part]) -> list[Part]:
    """``parts`` without the lines that are surely boilerplate, and without doubtful ones at the edges of the page."""
    sure = {at for at, part in enumerate(parts) if isinstance(part, Line) and is_boilerplate(part)}
    dropped = sure | _doubtful_at_edges(parts, sure)
    return [part for at, part in enumerate(parts) if at not in dropped]


def is_boilerplate(line: Line) -> bool:
    """Whether the whole line is boilerplate wherever it is on the page."""
    bare = _BULLET.sub("", line.text.strip())
    text = normalise(bare)
    if len(text) > _LONGEST:
        return False
    return bool(_SURE.fullmatch(text)) or is_trail(bare) or is_buttons(bare)


def is_buttons(text: str) -> bool:
    """Whether ``text`` is a row of buttons and counters, at least one of them telling."""
    # 字体：[大 中 小] 打印 | 分享到 is three of them. A word alone (打印) could be the report's, so one button counts
    # only if it ends like one (分享到：, 【打印】).
    text = text.strip()
    at = count = 0
    while at < len(text) and (match := _BUTTON.match(text, at)) and match.end() > at:
        at = match.end()
        count += match.group().strip() not in ("|", "｜", "/")
    looks_like_buttons = count > 1 or text[-1:] in (":", "：", "]", "】")
    return at == len(text) and looks_like_buttons and bool(_TELLING.search(text))


def is_trail(text: str) -> bool:
    """Whether ``text`` is a breadcrumb trail."""
    return "。" not in text and len(text) <= _LONGEST and bool(_TRAIL.fullmatch(text.strip()))


def trail_names(text: str) -> list[str]:
    """The names on a breadcrumb trail, outermost first, the home page left out."""
    bare = re.sub(r"^.{0,8}位置(是)?\s*[:：]", "", text.strip())
    names = (piece.strip(" \xa0\u3000-") for piece in re.split(r"[>›»＞→/]+", bare))
    return [name for name in names if name and label_key(name) != "首页"]


def _doubtful_at_edges(parts: Sequence[Part], sure: set[int]) -> set[int]:
    """Doubtful lines beside a sure one (or one already taken) with nothing of the report between."""
    # 当前位置：首页 > 公开 (sure) / 打印 / 收藏 / title …: walking down, 打印 and 收藏 go with the trail above them;
    # walking up, the lines of a footer go with 版权所有 below them.
    found: set[int] = set()
    first = next((at for at, part in enumerate(parts) if _is_body(part)), len(parts))
    last = next((at for at in range(len(parts) - 1, first, -1) if _is_body(parts[at])), first)
    for order in (range(len(parts)), range(len(parts) - 1, -1, -1)):
        beside = False
        for at in order:
            if at in sure:
                beside = True
                continue
            # Near an edge is what has no prose and no table above it, or none below it.
            is_near_edge = not first < at < last
            beside = at in found or (beside and is_near_edge and _is_doubtful(parts[at]))
            if beside:
                found.add(at)
    return found


def _is_doubtful(part: Part) -> bool:
    """Whether ``part`` is a line that a page has around its text, but that a report could say too."""
    if not isinstance(part, Line):
        return False
    bare = normalise(_BULLET.sub("", part.text.strip()))
    return not bare or bool(_WEAK.fullmatch(bare))


def _is_body(part: Part) -> bool:
    return isinstance(part, Grid) or (bool(_BODY.search(part.text.strip())) and not is_boilerplate(part))
