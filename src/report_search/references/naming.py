"""What a cited document is called in an address: a key that is readable and lasts.

The rule: a key is made of the printed name alone, never of what else the corpus holds. It is the folded name without
its punctuation, so that 《关于印发〈要点〉的通知》 and 《关于印发要点的通知》 are one name, as are
国办发〔2019〕14号 and 国办发(2019)14号. 中华人民共和国 before the name of a law is left out.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from report_search.analysis.fold import fold, fold_text

REPUBLIC = "中华人民共和国"
LONGEST = 80
"""A longer key is cut, and a hash of all of it stands for the rest."""
_KEPT = 60
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\W_]+(?=\d)")
_MARKS = re.compile(r"[^\w-]|_|(?<!\d)-|-(?!\d)")
_IDEOGRAPH = r"[\u2e80-\u9fff\uff00-\uffef]"
_BLANK = re.compile(rf"(?<={_IDEOGRAPH})\s+|\s+(?={_IDEOGRAPH})")
_GENERIC = re.compile(
    r"(?:新|旧|本|该|原|现行|修订|实施|暂行|试行|若干|工作|指导|管理|总体|具体|有关|相关|上述)*"
    r"(?:通知|条例|意见|办法|规定|方案|要点|细则|决定|公告|规划|计划|纲要|指南|目录|清单|报告|年报|法|函|批复|标准"
    r"|规范|规程|规则|指引|制度|说明|章程|通报|通告|命令)"
)


@lru_cache(maxsize=4096)
def key_of(name: str) -> str:
    """The key of a printed name; "" for one that is nothing but punctuation."""
    bare = _MARKS.sub("", _BETWEEN_DIGITS.sub("-", fold_text(name)))
    key = bare.removeprefix(REPUBLIC) or bare
    if len(key) <= LONGEST:
        return key
    return f"{key[:_KEPT]}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def reading_of(text: str) -> str:
    """A text as it is compared, every variant taken: what one search finds has one reading (〔2019〕, [2019])."""
    folded = fold(text)
    pieces, done = [], 0
    for variant in folded.variants:
        if variant.start >= done:
            pieces += [folded.text[done : variant.start], variant.text]
            done = variant.end
    return "".join([*pieces, folded.text[done:]])


def is_generic(key: str) -> bool:
    """Whether a name says only what sort of document it is (通知, 实施意见), so that it means another one elsewhere."""
    return _GENERIC.fullmatch(key) is not None


def tidy(text: str) -> str:
    """Printed text in one line: what a page broke or spaced out is put together."""
    return _BLANK.sub("", " ".join(text.split()))
