"""Matches printed labels to the official forms of the tables, and takes apart cells that blanks glue together.

The forms of 2019 (国办公开办函〔2019〕60号) and of 2021 (国办公开办函〔2021〕30号) and the statistics annex of
2014 to 2018. ``a`` is the disclosure table, ``b`` the request table, ``c`` the table of reviews and lawsuits. The
rule: a form is told by what the table itself prints, never by the year of its report.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence, Set
from functools import cache, lru_cache

from report_search.analysis.cell_values import is_change, is_value, read_value
from report_search.analysis.normalise import label_key
from report_search.taxonomy.official_forms import (
    DISCLOSURE_HEADS,
    DISCLOSURE_ROWS,
    REQUEST_COLUMNS,
    REQUEST_ROWS,
    REVIEW_COLUMNS,
    RULE_OF_SUMS,
    SHARED_DISCLOSURE_HEADS,
)

_MOST_WORDS = 6
_ENOUGH_LABELS = 3
_REVIEW_PARTS = frozenset({"行政复议", "行政诉讼"})
_REVIEW_OUTCOMES = frozenset({"结果维持", "结果纠正"})
_SHORTEST_RULE = 28
"""Characters of the whole rule of sums without its punctuation, a little less for its variants."""
_BLOCK = re.compile(r"^(?:(?:政府信息公开)?条例)?(?:第(?:二十|20)条第?|第)([一二三四五六七八九十]+)项")
_DEFINED = re.compile(
    r"\s*(?:(规章|(?:行政)?规范性文件)\s*[:：]|([\u4e00-\u9fff]{2,12}?)\s*(?:[:：].*?(?:指|包括|包含)|，?是?指))"
)
"""A label and how its definition begins: ``规章：地方政府规章指由……``, ``行政处罚是指……``."""
_HEAD_NOTE = re.compile(r"\d{4}年?度?|[+\-]|(?:单位)?[件个项条宗次元万]{0,2}|\d{1,2}")
"""What may follow a head in its cell: a year, a unit, a footnote mark."""
_SHORTEST_NOTED_HEAD = 5
_EXPLANATION = re.compile(r"(?:(?<!\s)\s++)?[（(][^（()）]*(?:[（(][^（()）]*[)）][^（()）]*)*[)）]$")
_BARE_ORDINAL = re.compile(r"^[一二三四五六七八九十\d]{1,2}(?=\D)")


def block_item(text: str) -> str:
    """The item of the article that a block title names (``第二十条第（五）项`` → 五), "" if it is none."""
    match = _BLOCK.match(label_key(text))
    return match.group(1) if match else ""


@cache
def request_labels() -> dict[str, tuple[str, ...]]:
    """Every row label of the request table, by its key: its official path. The forms print no label twice."""
    # 三不予公开 and 不予公开 → (三、本年度办理结果, （三）不予公开)
    return {
        name: row[:depth]
        for form in ("b-2021", "b-2019")
        for row in REQUEST_ROWS[form]
        for depth in range(1, len(row) + 1)
        for name in _keys_of(row[depth - 1])
    }


def _keys_of(label: str) -> tuple[str, ...]:
    """The keys that a printing of ``label`` may have: with its ordinal, and without where enough is left."""
    whole = label_key(label)
    bare = _BARE_ORDINAL.sub("", whole)
    return (whole, bare) if len(bare) > 3 else (whole,)


def is_request_label(text: str) -> bool:
    """Whether ``text`` is a row label of the request table."""
    return label_key(text) in request_labels()


@cache
def head_keys() -> frozenset[str]:
    """The keys of every column head of the official forms."""
    columns = (*REQUEST_COLUMNS, *REVIEW_COLUMNS, *DISCLOSURE_HEADS.values(), SHARED_DISCLOSURE_HEADS)
    return frozenset(label_key(head) for column in columns for head in column)


@cache
def disclosure_row_keys() -> frozenset[str]:
    """The keys of the row labels of the disclosure table."""
    return frozenset(label_key(row) for row in DISCLOSURE_ROWS)


def disclosure_row(text: str) -> str:
    """The key of the row of the disclosure table that ``text`` labels, explained or defined in it or not, else ""."""
    # 规章, 规章（指……）, 规章：地方政府规章指……
    candidates = (text, _EXPLANATION.sub("", text.strip()), _defined(text))
    return next((name for name in map(label_key, candidates) if name in disclosure_row_keys()), "")


def _defined(text: str) -> str:
    """The label that ``text`` begins to define, "" if none."""
    match = _DEFINED.match(text)
    return match[1] or match[2] if match else ""


def begins_definition(text: str) -> bool:
    """Whether ``text`` is a row label of the disclosure table with its definition, or with the beginning of one."""
    return label_key(_defined(text)) in disclosure_row_keys()


def is_column_head(text: str) -> bool:
    """Whether ``text`` is a column head of an official form (a year, a unit or a footnote mark may follow it)."""
    name = label_key(text)
    if name.startswith(label_key(RULE_OF_SUMS)):
        # The corner is whole only with its whole rule, and without the head that a blank glued behind it.
        return "申请人情况" not in name and len(name) >= _SHORTEST_RULE
    has_unit = name.startswith(("本年收费金额", "采购总金额"))
    return name in head_keys() or has_unit or _is_noted_head(name)


def _is_noted_head(name: str) -> bool:
    """Whether a head of the disclosure table begins ``name`` and a note ends it (上一年项目数量 2019年)."""
    if not name.startswith(_noted_heads()):
        return False
    return any(name.startswith(head) and _HEAD_NOTE.fullmatch(name[len(head) :]) for head in _noted_heads())


@cache
def _noted_heads() -> tuple[str, ...]:
    return tuple(head for head in _disclosure_heads() if len(head) >= _SHORTEST_NOTED_HEAD)


def begins_column_head(text: str) -> bool:
    """Whether ``text`` is a column head of the disclosure table whose end was cut off (``本年新``)."""
    name = label_key(text)
    return len(name) > 2 and any(head.startswith(name) for head in _disclosure_heads())


@lru_cache(maxsize=65536)
def is_official(text: str) -> bool:
    """Whether ``text`` is any head or label of the official forms."""
    is_disclosure_label = bool(block_item(text)) or bool(disclosure_row(text))
    return is_column_head(text) or is_disclosure_label or is_request_label(text)


def table_family(text: str) -> str:
    """The table that ``text`` belongs to and no other: ``a``, ``b`` or ``c``; "" where it could be of several."""
    name = label_key(text)
    if block_item(text) or disclosure_row(text) or name.startswith(_disclosure_heads()):
        return "a"
    if len(name) > 3 and (name in request_labels() or name in _request_heads()):
        return "b"
    return "c" if name in _review_heads() else ""


@cache
def _disclosure_heads() -> tuple[str, ...]:
    return tuple(
        label_key(head) for heads in (*DISCLOSURE_HEADS.values(), SHARED_DISCLOSURE_HEADS) for head in heads
    )


@cache
def _request_heads() -> frozenset[str]:
    return frozenset(label_key(head) for column in REQUEST_COLUMNS for head in column)


@cache
def _review_heads() -> frozenset[str]:
    return frozenset(label_key(head) for column in REVIEW_COLUMNS for head in column) - {"总计"}


@cache
def _official_keys() -> tuple[str, ...]:
    return (*head_keys(), *disclosure_row_keys(), *request_labels())


def is_fragment(text: str) -> bool:
    """Whether ``text`` is a torn piece of an official label: its beginning or its end."""
    name = label_key(text)
    return len(name) > 1 and any(one.startswith(name) or one.endswith(name) for one in _official_keys())


def is_review_piece(text: str) -> bool:
    """Whether every word of ``text`` is a head of the table of reviews, or a piece of one."""
    return all(any(label_key(word) in head for head in _review_heads() | {"总计"}) for word in text.split())


def split_glued_cells(text: str) -> list[str]:
    """``text`` as the cells that single blanks glue together, [] unless all are official labels or values."""
    # "1.属于国家秘密 0 0 3" gives the label and three numbers. A label with blanks of its own is found because the
    # longest stretch of words is tried first.
    words = text.split()
    found: list[str] = []
    at = 0
    while at < len(words):
        ends = range(min(len(words), at + _MOST_WORDS), at, -1)
        end = next((end for end in ends if _is_one_cell(words[at:end])), 0)
        if not end:
            return []
        found.append(" ".join(words[at:end]))
        at = end
    return found


def _is_one_cell(words: Sequence[str]) -> bool:
    """Whether ``words`` are the text of one cell: an official label or a value."""
    text = " ".join(words)
    if len(words) == 1:
        return is_official(text) or is_value(text)
    # Blanks never prove a cell: 规章 3 is a label and a value, 3 规章 a value and a label.
    begins_with_label = is_official(words[0]) and not is_request_label(text)
    value_before_label = is_value(words[0]) and is_official(words[-1])
    if begins_with_label or value_before_label:
        return False
    has_unit = is_value(text) and bool(read_value(text).unit)
    return is_official(text) or has_unit or is_change(text)


def detect_form(texts: Collection[str]) -> str:
    """The official form that the texts of a table's cells make it: ``a-2021``, ``b-2019``, ``c`` …, "" for none."""
    names = frozenset(map(label_key, texts))
    if form := _disclosure_form(names, texts):
        return form
    if _is_request_table(names):
        # Only the form of 2021 splits （六）其他处理.
        return "b-2021" if any("不再处理其政府信息公开申请" in name for name in names) else "b-2019"
    if not names.isdisjoint(_REVIEW_PARTS) and not names.isdisjoint(_REVIEW_OUTCOMES):
        return "c"
    if "统计指标" in names or any("主动公开政府信息数" in name for name in names):
        return "stats-2014"
    return ""


def _disclosure_form(names: Set[str], texts: Collection[str]) -> str:
    """The disclosure form that a head of ``names`` belongs to, if a block or a row of it is there as well."""
    for form in ("a-2021", "a-2019"):
        heads = tuple(map(label_key, DISCLOSURE_HEADS[form]))
        has_head = any(name.startswith(heads) for name in names)
        if has_head and (not names.isdisjoint(disclosure_row_keys()) or any(map(block_item, texts))):
            return form
    return ""


def _is_request_table(names: Set[str]) -> bool:
    """Whether three row labels prove the request table, or one label with the head of it."""
    found = sum(name in request_labels() for name in names)
    if found >= _ENOUGH_LABELS or not found:
        return found > 0
    corner = label_key(RULE_OF_SUMS)
    return "申请人情况" in names or any(corner in name for name in names)
