"""A small dictionary, so that tests say for themselves which words there are."""

from __future__ import annotations

from dataclasses import dataclass

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
class SmallSegmenter:
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
