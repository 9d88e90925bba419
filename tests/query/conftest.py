"""A small dictionary, a small lexicon, and short names for the nodes of expected trees."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from report_search.analysis.fold import fold
from report_search.query.ast import (
    And,
    AtLeast,
    Between,
    Everything,
    InField,
    Near,
    Not,
    Or,
    Pattern,
    Phrase,
    Term,
    Within,
)
from report_search.query.interpret import Interpretation, read
from report_search.query.lexicon import Lexicon, synonyms_of
from report_search.search.corpus_lexicon import lexicon_of

# fmt: off
WORDS = [
    "领事保护", "领事", "保护", "领保", "外交部", "商务部", "公司", "企业", "案件", "处理", "数量", "政府",
    "信息", "公开", "主动", "条例", "规章", "试行", "单位", "万元", "疫情", "防控", "开通", "规定", "考虑",
    "年度", "年度报告", "年报", "季度", "改革", "优化", "贯彻", "落实", "以下", "简称", "加强", "领导",
    "护照", "签证", "招商", "报告", "中心", "什么", "多少", "哪一年", "有没有", "工作",
]
# fmt: on
STOPWORDS = ("的", "和", "与", "了", "之", "在", "有", "什么", "多少", "哪一年", "有没有")
SYNONYMS = """
[[group]]
words = ["领保", "领事保护"]
[[group]]
words = ["信息公开条例", "政府信息公开条例"]
[[group]]
words = ["工作年报", "工作年度报告", "工作年度总结报告"]
"""


@dataclass
class SmallCutter:
    """Longest match over ``WORDS``; counts how often it was asked."""

    asked: int = 0

    def words(self, text: str) -> list[str]:
        self.asked += 1
        found = []
        at = 0
        while at < len(text):
            end = next((e for e in range(min(len(text), at + 8), at + 1, -1) if text[at:e] in WORDS), at + 1)
            found.append(text[at:end])
            at = end
        return [word for word in found if any(char.isalnum() for char in word)]

    def search_words(self, text: str) -> list[str]:
        found = []
        for word in self.words(text):
            found += [inner for inner in WORDS if inner in word and inner != word]
            found.append(word)
        return found


@pytest.fixture
def cutter() -> SmallCutter:
    return SmallCutter()


@pytest.fixture
def lexicon(cutter: SmallCutter) -> Lexicon:
    small = Lexicon.of(
        cutter,
        sections={"overview": "总体情况", "proactive": "主动公开", "requests": "依申请公开"},
        topics={"consular": "领事保护与服务", "budget": "预算决算与“三公”"},
        agencies={"外交部": ("waijiaobu", "中华人民共和国外交部"), "商务部": ("shangwubu",)},
    )
    return Lexicon(cutter, frozenset(STOPWORDS), synonyms_of(SYNONYMS), small.values, small.labels)


@pytest.fixture(scope="session")
def real() -> Lexicon:
    return lexicon_of(["外交部", "商务部"])


@pytest.fixture
def strictly(lexicon: Lexicon):
    def reads(text: str, *, expand: bool = True) -> Interpretation:
        return read(text, lexicon, strict=True, expand=expand)

    return reads


@pytest.fixture
def leniently(lexicon: Lexicon):
    def reads(text: str) -> Interpretation:
        return read(text, lexicon, strict=False)

    return reads


@pytest.fixture
def make() -> SimpleNamespace:
    """Nodes by short names; ``words`` are those of the small cutter unless the query has nothing to cut."""
    cutter = SmallCutter()

    def cut(text: str) -> tuple[str, ...]:
        return tuple(cutter.search_words(fold(text).text))

    def term(text: str, *synonyms: str) -> Term:
        return Term(text, fold(text), cut(text), tuple(map(fold, synonyms)))

    def phrase(text: str, *, cut_: bool = False) -> Phrase:
        return Phrase(text, fold(text), cut(text) if cut_ else ())

    return SimpleNamespace(
        term=term,
        phrase=phrase,
        pattern=lambda text, *parts: Pattern(text, tuple(map(fold, parts))),
        near=lambda left, right, distance: Near(left, right, distance),
        within=lambda *children: Within(children),
        both=lambda *children: And(children),
        either=lambda *children: Or(children),
        at_least=lambda count, *children: AtLeast(count, children),
        not_=Not,
        field=lambda name, *values: InField(name, values),
        between=lambda low, high: Between("year", low, high),
        everything=Everything(),
    )
