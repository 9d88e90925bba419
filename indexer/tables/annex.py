"""The statistics annex of 2014 to 2018: its groups, and its rows where a page was saved one cell a line.

The rule: a row is rebuilt only where its unit stands between its label and its numbers, as the annex prints it; a
group leads to every row below it, by the numbering that is printed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from indexer.document import Grid, GridCell, Line, Part
from indexer.text.ordinals import ordinal_of
from report_search.analysis.cell_values import is_empty_mark, is_value
from report_search.analysis.normalise import label_key
from report_search.model import HeaderPath, Row, Table

_LABEL_HEADS = frozenset({"统计指标", "指标名称", "指标"})
_UNIT_HEADS = frozenset({"单位", "计量单位"})
_UNITS = frozenset("条件次个人元期份篇场名家处部项起字") | {"人次", "万元", "万次", "万条", "人／次", "人/次"}
_MOST_HEADS = 6
_LONGEST_LABEL = 80
_LEAST_ROWS = 4
_ROW = re.compile(r"(\S.*?\S)\s+(\S{1,3})\s+(\S+)")
_DEPTH = {"part": 0, "han": 0, "han-paren": 1, "number": 2, "number-paren": 3, "circle": 4}
_OF_THESE = re.compile(r"^\s*其中")


def annex_at(parts: Sequence[Part], start: int) -> tuple[Grid, int] | None:
    """The annex that begins at ``start`` with one cell a line and the position behind it, None if none does."""
    texts = _texts(parts, start)
    heads, at = _heads(texts)
    if not heads:
        return None
    rows = [heads]
    while at < len(texts) and (found := _row(texts, at, values=len(heads) - 2)):
        rows.append(found[0])
        at = found[1]
    if len(rows) <= _LEAST_ROWS:
        return None
    while not texts[at - 1]:
        at -= 1
    grid = tuple(tuple(GridCell(cell, is_header=row is heads) for cell in row) for row in rows)
    first = parts[start]
    where, page = (first.where, first.page) if isinstance(first, Line) else ("", 0)
    return Grid(grid, page=page, where=where), start + at


def _texts(parts: Sequence[Part], start: int) -> list[str]:
    """The lines from ``start`` on without borders, up to the first that can't be a cell."""
    found = []
    for part in parts[start:]:
        if not isinstance(part, Line) or "。" in part.text or len(part.text) > _LONGEST_LABEL:
            break
        found.append(part.text.strip("|｜ \t\u3000\xa0"))
        if not found[0] or label_key(found[0].split()[0]) not in _LABEL_HEADS:
            return []
    return found


def _heads(texts: Sequence[str]) -> tuple[list[str], int]:
    """The column heads (label, unit, and one or more of values) and the position behind them."""
    heads: list[str] = []
    for at, text in enumerate(texts[:_MOST_HEADS]):
        cells = text.split()
        if heads[1:] and (ordinal_of(text) or not _is_value_head(cells)):
            return (heads, at) if len(heads) > 2 else ([], 0)
        heads += cells
        if label_key(heads[0]) not in _LABEL_HEADS or (heads[1:] and label_key(heads[1]) not in _UNIT_HEADS):
            return [], 0
    return [], 0


def _is_value_head(cells: Sequence[str]) -> bool:
    return all(re.search(r"(数|计|量|值|实际|累计|代码)$", cell) for cell in cells)


def _row(texts: Sequence[str], at: int, *, values: int) -> tuple[list[str], int] | None:
    """The row whose label stands at ``at``, as many cells as there are heads, and the position behind it."""
    while at < len(texts) and not texts[at]:
        at += 1
    if at >= len(texts):
        return None
    whole = _ROW.fullmatch(texts[at])
    if whole and values == 1 and _is_unit(whole[2]) and is_value(whole[3]):
        return [whole[1], whole[2], whole[3]], at + 1
    label = texts[at]
    if is_value(label) or _is_unit(label) or at + 1 >= len(texts) or not _is_unit(texts[at + 1]):
        return None
    unit = texts[at + 1]
    at += 2
    found: list[str] = []
    while at < len(texts) and len(found) < values and (is_value(texts[at]) or not texts[at]):
        found += [texts[at]] if texts[at] else []
        at += 1
    certain = len(found) == values or not found
    return ([label, unit, *found, *[""] * (values - len(found))], at) if certain else None


def _is_unit(text: str) -> bool:
    return text in _UNITS or is_empty_mark(text)


def add_group_headers(table: Table) -> Table:
    """``table`` with the labels of its groups before the headers of every row that stands in them."""
    open_groups: list[tuple[int, str]] = []
    rows: list[Row] = []
    for row in table.rows:
        if row.is_head or not row.headers:
            rows.append(row)
            continue
        *outer, label = row.headers
        depth = _depth_of(label, open_groups)
        open_groups = [group for group in open_groups if group[0] < depth]
        groups: HeaderPath = tuple(text for _, text in open_groups if text not in outer)
        rows.append(replace(row, headers=(*outer, *groups, label)))
        open_groups.append((depth, label))
    return replace(table, rows=tuple(rows))


def _depth_of(label: str, groups: Sequence[tuple[int, str]]) -> int:
    """How deep ``label`` stands by its numbering; 其中 is below the row before it, a bare label beside the items."""
    ordinal = ordinal_of(label)
    if ordinal is not None:
        return 10 * _DEPTH[ordinal.style]
    if _OF_THESE.match(label):
        last = groups[-1] if groups else (0, "")
        return last[0] if _OF_THESE.match(last[1]) else last[0] + 1
    return 10 * _DEPTH["han-paren"]
