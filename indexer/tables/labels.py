"""How a printed label is matched to the official forms of the tables, and cells that blanks glue together told apart.

The forms of 2019 (国办公开办函〔2019〕60号) and of 2021 (国办公开办函〔2021〕30号) and the statistics annex of
2014 to 2018. The rule: a form is told by what the table itself prints, never by the year of its report.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from report_search.analysis.cell_values import is_value, read_value
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
_SHORTEST_RULE = 28
"""Characters of the whole rule of sums without its punctuation, a little less for its variants."""
_BLOCK = re.compile(r"^第(?:二十条第)?([一二三四五六七八九十]+)项")
_EXPLANATION = re.compile(r"\s*[（(][^（()）]*(?:[（(][^（()）]*[)）][^（()）]*)*[)）]$")
_BARE_ORDINAL = re.compile(r"^[一二三四五六七八九十\d]{1,2}(?=\D)")


def block_item(text: str) -> str:
    """The item of the article that a block title names (``第二十条第（五）项`` → 五), "" if it is none."""
    match = _BLOCK.match(label_key(text))
    return match.group(1) if match else ""


@cache
def request_labels() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Every row label of the request table, by its key: the official paths that end in it, in order."""
    found: dict[str, dict[tuple[str, ...], None]] = {}
    for form in ("b-2021", "b-2019"):
        for row in REQUEST_ROWS[form]:
            for depth in range(1, len(row) + 1):
                for name in keys_of_label(row[depth - 1]):
                    found.setdefault(name, {})[row[:depth]] = None
    return {name: tuple(paths) for name, paths in found.items()}


def keys_of_label(label: str) -> tuple[str, ...]:
    """The keys under which ``label`` is known: with its ordinal, and without where that is telling enough."""
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
    """The key of the row of the disclosure table that ``text`` labels, an explanation in brackets or not, else ""."""
    name = label_key(text)
    if name not in disclosure_row_keys():
        name = label_key(_EXPLANATION.sub("", text.strip()))
    return name if name in disclosure_row_keys() else ""


def is_column_head(text: str) -> bool:
    """Whether ``text`` is a column head of an official form (a unit or a footnote mark may follow it)."""
    name = label_key(text)
    if name.startswith(label_key(RULE_OF_SUMS)):
        return "申请人情况" not in name and len(name) >= _SHORTEST_RULE
    return name in head_keys() or name.startswith(("本年收费金额", "采购总金额"))


def begins_column_head(text: str) -> bool:
    """Whether ``text`` is a column head of the disclosure table whose end was cut off (``本年新``)."""
    name = label_key(text)
    return len(name) > 2 and any(head.startswith(name) for head in _disclosure_heads())


def is_official(text: str) -> bool:
    """Whether ``text`` is any head or label of the official forms."""
    name = label_key(text)
    return (
        is_column_head(text)
        or bool(block_item(text))
        or bool(disclosure_row(text))
        or name in request_labels()
    )


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


def split_glued_cells(text: str) -> list[str]:
    """``text`` as the cells that single blanks glue together, [] unless all are official labels or values."""
    words = text.split()
    found: list[str] = []
    at = 0
    while at < len(words):
        ends = range(min(len(words), at + _MOST_WORDS), at, -1)
        end = next((end for end in ends if _is_piece(" ".join(words[at:end]))), 0)
        if not end:
            return []
        found.append(" ".join(words[at:end]))
        at = end
    return found


def _is_piece(text: str) -> bool:
    if len(text.split()) > 1 and is_official(text.split()[0]) and not is_request_label(text):
        return False
    if " " in text and is_official(text.split()[-1]) and is_value(text.split()[0]):
        return False
    return is_official(text) or (is_value(text) and (" " not in text or bool(read_value(text).unit)))


def detect_form(texts: Collection[str]) -> str:
    """The official form that the texts of a table's cells make it, "" for none."""
    names = frozenset(map(label_key, texts))
    for form in ("a-2021", "a-2019"):
        heads = sum(
            any(name.startswith(label_key(head)) for name in names) for head in DISCLOSURE_HEADS[form]
        )
        if heads and (names & disclosure_row_keys() or any(map(block_item, texts))):
            return form
    labels = sum(name in request_labels() for name in names)
    if labels >= 3 or (
        labels and ("申请人情况" in names or any(label_key(RULE_OF_SUMS) in name for name in names))
    ):
        return "b-2021" if any("不再处理其政府信息公开申请" in name for name in names) else "b-2019"
    if {"行政复议", "行政诉讼"} & names and {"结果维持", "结果纠正"} & names:
        return "c"
    if "统计指标" in names or any("主动公开政府信息数" in name for name in names):
        return "stats-2014"
    return ""
