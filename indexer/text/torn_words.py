"""Words that the end of a line tears in two: they tell that two lines are one sentence, whatever its length.

The rule: only a word of the dictionary or a set phrase of these reports tells it; names and numbers that happen to
meet do not.
"""

from __future__ import annotations

from report_search.analysis.fold import fold_text
from report_search.analysis.word_segmenter import query_segmenter

_REACH = 8
"""So many characters on either side of a line break are cut into words to see whether a word goes across it."""


_SET_PHRASES = (
    "政府信息公开",
    "信息公开条例",
    "信息公开申请",
    "信息公开工作",
    "信息公开指南",
    "信息公开目录",
    "政务公开",
    "主动公开",
    "规范性文件",
    "行政复议",
    "行政诉讼",
    "行政许可",
    "行政处罚",
    "行政强制",
    "行政机关",
    "国家秘密",
    "第三方合法权益",
    "部门预算",
    "部门决算",
    "新闻发布会",
)
"""What nobody ends a line with on purpose: the dictionary holds only their parts, which are asked for alone."""


def is_word_across(first: str, second: str) -> bool:
    """Whether a word of the dictionary begins in ``first`` and ends in ``second`` (加强领事⏎保护工作)."""
    before, after = fold_text(first[-_REACH:]), fold_text(second[:_REACH])
    text = before + after
    if any(_goes_across(phrase, text, len(before)) for phrase in _SET_PHRASES):
        return True
    at = 0
    for word in query_segmenter().words(text):
        at = text.find(word, at)
        if at < len(before) < at + len(word):
            # A "word" of everything on both sides is a text that was not cut at all.
            is_everything = word.endswith(after) and word.startswith(before)
            return not word.isascii() and not is_everything
        at += len(word)
    return False


def _goes_across(phrase: str, text: str, border: int) -> bool:
    """Whether ``phrase`` begins before ``border`` in ``text`` and ends behind it."""
    first = text.find(phrase, max(0, border - len(phrase) + 1))
    return 0 <= first < border
