"""What an answer means for a page of the queue: kept, unchanged, gone, refused, to be tried again.

The rule: a site that refuses is left alone. 401, 403, 412, 418, 451 and 521, a question for a captcha, a script that
wants to test the browser: nothing here tries to get round any of them; a person may fetch the page and import it.
"""

from __future__ import annotations

import email.utils
import re
from typing import Literal

from msgspec import Struct

from indexer.collect.links import seen_text
from indexer.collect.transport import HttpAnswer

JudgementKind = Literal["ok", "unchanged", "moved", "gone", "refused", "later", "failed"]
BY_HAND = "网站拒绝，需人工下载"
_REFUSALS = {
    401: "要求登录",
    403: "禁止访问",
    405: "不接受这种请求",
    407: "要求代理登录",
    412: "以 412 拒绝自动访问",
    418: "以 418 拒绝自动访问",
    451: "依法不提供",
    493: "以 493 拒绝自动访问",
    521: "以 521 拒绝自动访问",
}
_MOVED = frozenset({301, 302, 303, 307, 308})
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 522, 523, 524})
_CAPTCHA = re.compile(
    r"验证码|人机验证|安全验证|滑动验证|访问验证|拖动滑块|访问(?:过于)?频繁|请求(?:过于)?频繁"
    r"|(?:访问|请求)[^。]{0,8}被?(?:拦截|阻断|拒绝|禁止)|网站防火墙|云防护|创宇盾|安全狗|captcha|are you a human",
    re.I,
)
_CHALLENGE = re.compile(
    r"__jsl_clearance|acw_sc__v2|\$_ts\s*=|_\$[a-z]{2}\(|cf_chl_|challenge-platform", re.I
)
_NOT_THERE = re.compile(
    r"页面(?:不存在|找不到|未找到|已删除|走丢|丢失)|(?:找不到|未找到|没有找到)[^。]{0,12}(?:页面|网页|文件|内容)"
    r"|(?:页面|网页|文章|信息|内容)[^。]{0,10}(?:不存在|已(?:经)?被?删除|已下线|已过期)"
    r"|404\s*(?:错误|not found|error|-)|not found",
    re.I,
)
_LITTLE = 800
"""Characters of a page that says no more than that it is not there, or asks for a captcha."""
_LONGEST_WAIT = 24 * 3600.0


class Judgement(Struct, frozen=True):
    """What is to be done: ``reason`` is for people, ``wait`` the seconds that the site asks for (0: says nothing)."""

    kind: JudgementKind
    reason: str = ""
    wait: float = 0.0


def judge(answer: HttpAnswer, text: str, *, now: float) -> Judgement:
    """What ``answer`` means, whose body is ``text`` ("" for what is none)."""
    status = answer.status
    if status in _MOVED:
        return Judgement("moved") if answer.header("location") else Judgement("failed", "转向而没有写明地址")
    if status == 304:
        return Judgement("unchanged")
    if status in (404, 410):
        return Judgement("gone", f"网站回答 {status}，页面不存在")
    if status in _REFUSALS:
        return Judgement("refused", f"{BY_HAND}（{_REFUSALS[status]}）")
    if status in _LATER:
        wait = retry_after(answer.header("retry-after"), now=now)
        return Judgement("later", f"网站回答 {status}", wait)
    if status not in (200, 203):
        return Judgement("refused" if status == 202 else "failed", f"网站回答 {status}")
    return _judge_page(text) if text and _is_page(text) else Judgement("ok")


def _is_page(text: str) -> bool:
    head = text[:2000].lower()
    return "<html" in head or "<!doctype html" in head or "<script" in head or "<body" in head


def _judge_page(text: str) -> Judgement:
    """Whether a page that came with 200 is what it was asked for."""
    title, seen = seen_text(text)
    if len(seen) > _LITTLE:
        return Judgement("gone", "页面自称不存在") if _NOT_THERE.search(title) else Judgement("ok")
    if _CAPTCHA.search(f"{title} {seen}"):
        return Judgement("refused", f"{BY_HAND}（要求验证码）")
    if _CHALLENGE.search(text):
        return Judgement("refused", f"{BY_HAND}（要求浏览器验证）")
    if _NOT_THERE.search(f"{title} {seen}"):
        return Judgement("gone", "页面自称不存在（软 404）")
    return Judgement("ok")


def retry_after(value: str, *, now: float) -> float:
    """The seconds of a header Retry-After, a number or a date; 0 for none or nonsense, a day at most."""
    value = value.strip()
    if value.isdigit():
        return min(float(value[:9]), _LONGEST_WAIT)
    try:
        moment = email.utils.parsedate_to_datetime(value).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0
    return min(max(0.0, moment - now), _LONGEST_WAIT)
