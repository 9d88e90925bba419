"""Whether two figures of different years count the same thing, by what they are called.

The rule: rather no pair than a wrong one. Labels have to be alike in their characters; no word of one may stand in the
place of another one (政务微博 and 政务微信 are alike in all but one character), and neither may have a word of
``data/distinctions.txt`` that the other lacks.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from report_search.analysis.fold import fold_text
from report_search.analysis.similarity import opcodes, similarity
from report_search.data import read_lines
from report_search.figures.prose.reading import ProseFigure

NEAR_ENOUGH = 0.7
"""From this likeness on two labels may be of one thing: the true pair of the two ministry reports stands at 0.86, the
best false one at 0.45."""
_ANOTHER_UNIT = 0.8
"""The same where what is counted has another measure word (157 次, 225 场)."""
_SHORTEST = 4
"""Shorter labels have to be the same."""
_SHORT = 4
_SAME_SENTENCE = 0.5
"""What so short labels count (维持, 发现问题) their sentences tell, which have to be alike as well."""
_FILLER = re.compile(
    "全年|累计|共计|总计|合计|各类|各种|多种|有关|相关|通过|先后|本年度?|年内|一年来|积极|及时|大力|认真|切实|主动(?!公开)|全部"
    "|全市|全省|全县|全区|全局|[共各等了的为达已]"
)
_VERBS = re.compile(
    "举办|举行|召开|组织|开展|进行|参加|发布|刊发|刊登|推送|推出|编发|印发|制发|制作(?=图|短|解|视|政策)|公布|公示|收到|接收|收悉|受理|接到|办理|承办"
    "|接受|回答|回应|解答|设立|设置|配备|调整|充实|现有|更新|报送|编制|印制|出版|发放|新增|开设|开通|建成|完成|实施|达到"
)
"""What is done with what is counted: reports put one of these for another."""
_NAME = re.compile('"[^"]+"')
_NUMBERS = re.compile("[0-9][0-9,.]*")
_SYNONYMS = (("负责同志", "负责人"), ("稿件", "稿"), ("电子政务", "政务"))
_CLASSES = (
    ("money", re.compile("元$")),
    ("time", re.compile("年|月$|日|天|小时|分钟|周|[学课]时")),
    ("share", re.compile("%|成$")),
    ("points", re.compile("百分点|分$")),
    ("times", re.compile("倍")),
)


class Traits(NamedTuple):
    """What two figures have in common where they count the same thing: the kind of their unit, whether they say how
    much something changed, and the words that tell one thing from another."""

    kind: str
    is_change: bool
    words: frozenset[str]


def traits(figure: ProseFigure) -> Traits | None:
    """The traits of a figure; None for one that has no label, or is of another time than its report."""
    plain = _plain(figure.label)
    if not plain or figure.is_earlier:
        return None
    return Traits(
        kind_of(figure.unit), figure.is_change, _distinguished(plain) | _distinguished(_plain(figure.whole))
    )


def likeness(one: ProseFigure, other: ProseFigure) -> float:
    """How alike two figures with the same traits are, from 0 to 1; 0 for those that can't count the same thing."""
    first, second = _plain(one.label), _plain(other.label)
    if min(len(first), len(second)) <= _SHORT and sentences_alike(one, other) < _SAME_SENTENCE:
        return 0.0
    if first == second:
        return 1.0
    if min(len(first), len(second)) < _SHORTEST:
        return 0.0
    score = similarity(first, second, at_least=NEAR_ENOUGH if one.unit == other.unit else _ANOTHER_UNIT)
    return score if score and not _is_replaced(_things(first), _things(second)) else 0.0


def sentences_alike(one: ProseFigure, other: ProseFigure) -> float:
    """How alike the sentences of two figures are without their numbers, from 0 to 1."""
    return similarity(_wording(one.sentence), _wording(other.sentence))


@lru_cache(maxsize=20_000)
def _wording(sentence: str) -> str:
    return _NUMBERS.sub("", sentence)


@lru_cache(maxsize=1_000)
def kind_of(unit: str) -> str:
    """What a unit measures: money, time, shares, points, times, or "" where it counts."""
    return next((name for name, units in _CLASSES if units.search(unit)), "")


@lru_cache(maxsize=20_000)
def _plain(label: str) -> str:
    """A label as it is compared: folded, without words that say nothing of what is counted."""
    text = _FILLER.sub("", fold_text(label))
    for word, same in _SYNONYMS:
        text = text.replace(word, same)
    return text


@lru_cache(maxsize=20_000)
def _distinguished(plain: str) -> frozenset[str]:
    """The words of a label, and the names in it, that have to be the same in another one."""
    return frozenset((*_distinctions().findall(plain), *_NAME.findall(plain)))


def _things(plain: str) -> str:
    """A label without what is done with the things that it counts."""
    return _VERBS.sub("", plain)


def _is_replaced(first: str, second: str) -> bool:
    """Whether something of ``first`` has something else in its place in ``second``."""
    steps = [step.edit for step in opcodes(first, second)]
    return any({one, after} == {"insert", "delete"} for one, after in pairwise(steps))


@cache
def _distinctions() -> re.Pattern[str]:
    words = {word for line in read_lines("distinctions.txt") for word in line.split()}
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))
