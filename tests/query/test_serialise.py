"""Trees as plain data."""

from __future__ import annotations

import json

import pytest

from report_search.query.serialise import to_data
from tests.query.trees import Strictly, tree_of

QUERIES = [
    "",
    "领保 的案件",
    "外交部公司企业案件",
    "“领事 保护” -公司",
    "「他说“好”」 外交部",
    "(公司 OR 企业) 领保",
    "公司 AND 企业 OR 案件",
    "-(公司 企业)",
    "公司 NEAR/5 (企业 OR “案件”)",
    "同句(公司 (企业 OR 案件) -护照)",
    "外*部*长",
    "year:2014..2019 章节:主动公开,依申请公开",
    "year:..2019 OR 年份:none",
    "机关:外交部 类型:表格 report:waijiaobu-2019",
    "3件 第12条",
    "整份:(护照 -签证) 公司",
    "公司 “领事 保护” 数:>1,000",
    "数:5%..10% OR -数:<0",
    "？",
]


@pytest.mark.parametrize("text", QUERIES)
def test_plain_data_loses_nothing_of_a_tree(text: str, strictly: Strictly) -> None:
    tree = strictly(text).tree
    assert tree_of(json.loads(json.dumps(to_data(tree)))) == tree


def test_the_data_says_what_the_tree_is(strictly: Strictly) -> None:
    assert to_data(strictly("领保 -“公司” year:2014..").tree) == {
        "node": "and",
        "children": [
            {"node": "term", "text": "领保", "words": ["领保"], "synonyms": ["领事保护"]},
            {"node": "not", "child": {"node": "phrase", "text": "公司", "words": ["公司"]}},
            {"node": "between", "field": "year", "low": 2014, "high": None},
        ],
    }
