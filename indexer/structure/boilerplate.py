"""What a page carries around its report: breadcrumbs, buttons, dialogues, footers, metadata lines.

The rule: only what surely is boilerplate goes. A line that a report could say too goes only at the edge of the page,
beside lines that surely are boilerplate.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.document import Grid, Line, Part
from indexer.structure.page_marks import is_page_mark
from report_search.analysis.normalise import is_longer, label_key, normalise

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
            r"(请)?(使?用)?(微信|手机|浏览器)[^。]{0,6}扫(一扫|描|码)[^。]{0,30}",
            r"扫一扫.{0,20}(手机|分享|打开|浏览|关注|阅读|页面).{0,12}",
            r"(上|下)一(篇|条|页|則|篇文章)[:：].*",
            r"您即将离开.{0,40}",
            r"您正在(访问|离开).{0,40}",
            r"是否继续(访问|前往)?[?？]?",
            r"继续访问放弃",
            r"(您|你|当前|现在|目前|所在|所处|浏览|页面|的|位|于|在)+位置(是|为)?[:：].*",
            r"(浏览|阅读|访问|点击)(次数|量|数)[:：]?\d*次?",
            r"[^。]*(版权所有|ICP备\d|ICP备案|公网安备|网站标识码|Copyright)[^。]*",
            r"[(【\[]?((责任)?编辑|责编|审核|校对|初审|复审|终审|撰稿|供稿|信息员|录入)(人|员)?[:：][^。，:：]{0,12}[)】\]]?",
            r"(建议|推荐)(您)?使用[^。]{0,24}浏览器[^。]{0,60}|最佳(浏览|分辨率)[^。]{0,60}",
            r"(您是)?(本站|网站)?第\d+位(访客|访问者|来访者)",
            r"今天是\d{4}年.{1,20}|欢迎(您)?(访问|光临|来到)[^。]{2,30}(网|网站|官网)",
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
            r".{0,12}(访问|浏览|点击|阅读)(总)?(次数|人数|数量|量|数|人次)[:：]?\d{1,12}(次|人|人次)?",
            r"\d{1,3}|[|｜•·●]+",
            r"相关(新闻|信息|文件|报道|内容|稿件)|(网站)?标识码[:：]?\d+|[^。，]{0,20}备案号?[:：][^。]{2,40}",
        )
    ),
    re.IGNORECASE,
)
_SITE = re.compile(
    r"(无障碍|长辈|长者|关怀|适老|老年|大字|手机|移动|电脑|繁体|简体|中文|英文)(化)?(浏览|阅读|模式|助手|版|端|服务)?|繁體|简体|繁"
    r"|(智能|在线)(问答|机器人|客服|咨询)|小智|登录|注册|用户中心|个人中心|我的主页|网站支持IPv6|IPv6|RSS|TV|Language|English"
    r"|(政务)?(微信|微博|新媒体|客户端|APP)|图片|二维码|网站首页|首页|主页|站内搜索|搜索|检索|请输入关键字|部门街镇|邮箱"
    r"|(政务公开|信息公开|政民互动|互动交流|政务服务|办事服务|新闻中心|新闻动态|要闻动态|解读回应|数据发布|专题专栏|走进.{1,4}|魅力.{1,4}|.{2,4}概况)"
    r"|.{2,12}(门户网站|政府网|政府网站|官网|信息网|政务网|政务服务网)",
    re.IGNORECASE,
)
"""One entry of what a site prints above its pages."""
_ENTRIES = re.compile(r"[|｜·•丨\s\u3000]+")
_LONGEST = 120
_SHORT = 40
_STEP = r"\s*(?:>>?|[›»＞→/／\\]|[-—–]{1,2}(?=[>\s]))>?\s*"
_TRAIL = re.compile(rf"(网站|本站)?(首页|主页|首頁){_STEP}\S.*")
_STEPS = re.compile(r"\s*[>›»＞→]+\s*|\s+[/／\\]\s*|\s*[/／\\]\s+")
_LAST_STEP = re.compile(r"正文|详情|内容|信息详情|详细信息|浏览|文章详情|查看|详细内容|详细")
_LEAST_STEPS = 3
_LONGEST_STEP = 24
_BODY = re.compile(r"[。；！]|^[（(]?[一二三四五六七八九十\d]+[)）、.．]")


def drop_boilerplate(parts: Sequence[Part]) -> list[Part]:
    """``parts`` without the lines that are surely boilerplate, and without doubtful ones at the edges of the page."""
    sure = {at for at, part in enumerate(parts) if isinstance(part, Line) and is_boilerplate(part)}
    dropped = sure | _doubtful_at_edges(parts, sure)
    return [part for at, part in enumerate(parts) if at not in dropped]


def is_boilerplate(line: Line) -> bool:
    """Whether the whole line is boilerplate wherever it is on the page."""
    bare = _BULLET.sub("", line.text.strip())
    # What can't be seen is still in the text here, so twice the length is allowed.
    if is_longer(bare, 2 * _LONGEST):
        return False
    text = normalise(bare)
    if len(text) > _LONGEST:
        return False
    return bool(_SURE.fullmatch(text)) or is_page_mark(text) or is_trail(bare) or is_buttons(bare)


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
    """Whether ``text`` is a breadcrumb trail: from the home page on, or steps down to 正文."""
    bare = text.strip()
    if "。" in bare or len(bare) > _LONGEST:
        return False
    return bool(_TRAIL.fullmatch(bare)) or _is_row_of_steps(bare)


def _is_row_of_steps(text: str) -> bool:
    """Whether ``text`` is short names with one kind of mark between them, as a trail without its home page is."""
    # 政务公开 > 信息公开年报 > 2021年 · 政务公开 / 年报 / 正文: arrows tell by themselves, slashes by their last step.
    steps = [step.strip() for step in _STEPS.split(text)]
    if len(steps) < _LEAST_STEPS or any(len(step) > _LONGEST_STEP for step in steps):
        return False
    has_arrows = len(re.findall(r"[>›»＞→]", text)) >= _LEAST_STEPS - 1
    return has_arrows or bool(_LAST_STEP.fullmatch(steps[-1]))


def trail_names(text: str) -> list[str]:
    """The names on a breadcrumb trail, outermost first, the home page left out."""
    bare = re.sub(r"^.{0,8}位置(是|为)?\s*[:：]", "", text.strip())
    names = (piece.strip(" \xa0\u3000-") for piece in re.split(r"[>›»＞→/／\\]+", bare))
    return [name for name in names if name and label_key(name) not in ("首页", "网站首页", "正文")]


def is_site_line(text: str) -> bool:
    """Whether ``text`` is what a site prints above every page: its entries, its name, its readers' aids."""
    bare = _BULLET.sub("", text.strip())
    entries = [normalise(entry) for entry in _ENTRIES.split(bare) if entry]
    known = sum(bool(_SITE.fullmatch(entry)) for entry in entries)
    # A row of entries counts if one of them is known: 中国政府网 | 某某区人民政府网 | 帮助.
    is_row = len(entries) > 1 and max(map(len, entries)) <= _LONGEST_STEP // 2
    return bool(entries) and (known == len(entries) or (known > 0 and is_row))


def is_short(text: str) -> bool:
    """Whether ``text`` is too short for prose and no sentence."""
    return len(text) <= _SHORT and not re.search(r"[。；！？：:]", text)


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
