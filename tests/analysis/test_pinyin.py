"""Pinyin with few of pypinyin's phrases at hand is what pypinyin says with all of them.

Each side reads in a process of its own: pypinyin has one table a process.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from report_search.taxonomy.agencies import agency_table

_NAMES = [
    "重庆市银行",
    "长春市",
    "西藏自治区",
    "六安市",
    "行政复议",
    "重新调查",
    "参差不齐的调查",
    "a重庆b",
    "",
]
_ALL = """
import json, sys
from pypinyin import Style, lazy_pinyin, pinyin
names, chars = json.load(sys.stdin)
print(json.dumps([
    [lazy_pinyin(name, errors="ignore") for name in names],
    [sorted(set(sum(pinyin(one, style=Style.NORMAL, heteronym=True, errors="ignore"), []))) for one in chars],
]))
"""
_FEW = """
import json, os, sys
from report_search.analysis.pinyin import prepare_to_read, prepare_to_read_all, read_aloud, syllables
names, chars = json.load(sys.stdin)
before = dict(os.environ)
found = [sorted(syllables(char)) for char in chars]
from pypinyin.constants import PHRASES_DICT
sizes = [len(PHRASES_DICT)]
PREPARE
read = [read_aloud(name) for name in names]
sizes.append(len(PHRASES_DICT))
assert dict(os.environ) == before and "pypinyin.phrases_dict" not in sys.modules
print(json.dumps([read, found, sizes]))
"""


@pytest.fixture(scope="module")
def asked() -> tuple[list[str], list[str]]:
    names = [name for agency in agency_table().agencies for name in agency.names]
    rows = (bytes((row, column)) for row in range(0xB0, 0xD8) for column in range(0xA1, 0xFF))
    return [*_NAMES, *names], [*"".join(row.decode("gb2312", "ignore") for row in rows), "a", "，", "㐀"]


@pytest.fixture(scope="module")
def with_all(asked: object) -> list[object]:
    return _said(_ALL, asked)


@pytest.mark.parametrize(
    "prepare", ["prepare_to_read(names)", "prepare_to_read(names[:40])", "prepare_to_read_all()"]
)
def test_what_is_read_is_what_pypinyin_reads(prepare: str, asked: object, with_all: list[object]) -> None:
    read, found, _ = _said(_FEW.replace("PREPARE", prepare), asked)
    assert [read, found] == with_all


def test_few_phrases_are_held(asked: object) -> None:
    none, few = _said(_FEW.replace("PREPARE", "prepare_to_read(names)"), asked)[2]
    assert none == 0
    assert 0 < few < 2_000
    assert _said(_FEW.replace("PREPARE", "prepare_to_read_all()"), asked)[2][1] > 40_000


def _said(script: str, asked: object) -> Any:
    done = subprocess.run(
        [sys.executable, "-c", script], input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)
