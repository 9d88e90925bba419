"""The statistics annex of 2014 to 2018: its groups, and its rows where a page was saved one cell a line.

The rule: a row is read only where its unit is between its label and its numbers, as the annex prints it. The
printed numbering says which group a row belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

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
_FIRST_LINES = 40
"""So many lines hold the heads and the first row, empty ones between them included."""
_MOST_LINES = 2_000
"""Lines of an annex saved one cell a line: five times as many as the longest has."""
_BORDERS = "|｜ \t\u3000\xa0"
_VALUE_HEAD = re.compile(r"(数|计|量|值|实际|累计|代码)$")
_ROW_ON_ONE_LINE = re.compile(r"(\S.*?\S)\s+(\S{1,3})\s+(\S+)")
_DEPTH = {"part": 0, "han": 0, "han-paren": 1, "number": 2, "number-paren": 3, "circle": 4}
_STEP = 10
"""Depths of ordinals are this far apart, which leaves room for 其中 between two of them."""
_OF_THESE = re.compile(r"^\s*其中")


def annex_at(parts: Sequence[Part], start: int) -> tuple[Grid, int] | None:
    """The annex that begins at ``start`` with one cell a line and the position behind it, None if none does."""
    # 统计指标 ⏎ 单位 ⏎ 统计数 ⏎ 一、主动公开情况 ⏎ —— ⏎ （一）主动公开政府信息数 ⏎ 条 ⏎ 120 gives
    # (统计指标, 单位, 统计数), (一、主动公开情况, ——, ""), (（一）主动公开政府信息数, 条, 120).
    if not _cell_lines(parts, start, most=1):
        return None
    heads, at = _column_heads(_texts_of(_cell_lines(parts, start, most=_MOST_HEADS)))
    if not heads:
        return None
    lines = _cell_lines(parts, start, most=_FIRST_LINES)
    if _row_at(_texts_of(lines), at, values=len(heads) - 2) is None:
        return None
    lines = _cell_lines(parts, start, most=_MOST_LINES)
    texts = _texts_of(lines)
    rows = [heads]
    while found := _row_at(texts, at, values=len(heads) - 2):
        row, at = found
        rows.append(row)
    if len(rows) <= _LEAST_ROWS:
        return None
    # Empty lines behind the last value are no part of the table.
    while not texts[at - 1]:
        at -= 1
    grid = tuple(tuple(GridCell(cell, is_header=row is heads) for cell in row) for row in rows)
    return Grid(grid, page=lines[0].page, where=lines[0].where), start + at


def _cell_lines(parts: Sequence[Part], start: int, *, most: int) -> list[Line]:
    """The lines from ``start`` to the first that is no cell, at most ``most``; [] unless the label head is first."""
    found: list[Line] = []
    for part in parts[start : start + most]:
        if not isinstance(part, Line) or "。" in part.text or len(part.text) > _LONGEST_LABEL:
            break
        if not found and not _opens_annex(_without_borders(part).split()):
            return []
        found.append(part)
    return found


def _texts_of(lines: Sequence[Line]) -> list[str]:
    return [_without_borders(line) for line in lines]


def _without_borders(line: Line) -> str:
    return line.text.strip(_BORDERS)


def _opens_annex(heads: Sequence[str]) -> bool:
    """Whether ``heads`` begin as those of the annex do: the label first, then the unit if there are two."""
    if not heads or label_key(heads[0]) not in _LABEL_HEADS:
        return False
    return len(heads) == 1 or label_key(heads[1]) in _UNIT_HEADS


def _column_heads(texts: Sequence[str]) -> tuple[list[str], int]:
    """The column heads (label, unit, and one or more of values) and the position behind them; [] if there are none."""
    heads: list[str] = []
    for at, text in enumerate(texts[:_MOST_HEADS]):
        has_label_and_unit = len(heads) > 1
        if has_label_and_unit and not _holds_value_heads(text):
            return (heads, at) if len(heads) > 2 else ([], 0)
        heads += text.split()
        if not _opens_annex(heads):
            return [], 0
    return [], 0


def _holds_value_heads(text: str) -> bool:
    """Whether every cell in ``text`` can head a column of values; an ordinal begins the label of the first row."""
    return ordinal_of(text) is None and all(_VALUE_HEAD.search(cell) for cell in text.split())


def _row_at(texts: Sequence[str], at: int, *, values: int) -> tuple[list[str], int] | None:
    """The row whose label is the next text from ``at`` on, and the position behind it; None if it is no row."""
    while at < len(texts) and not texts[at]:
        at += 1
    if at >= len(texts):
        return None
    whole = _ROW_ON_ONE_LINE.fullmatch(texts[at]) if values == 1 else None
    if whole and _is_unit(whole[2]) and is_value(whole[3]):
        return [whole[1], whole[2], whole[3]], at + 1
    return _row_of_lines(texts, at, values=values)


def _row_of_lines(texts: Sequence[str], at: int, *, values: int) -> tuple[list[str], int] | None:
    """The row that begins at ``at`` with its label, its unit on the next line and its values on the lines below."""
    label = texts[at]
    if is_value(label) or _is_unit(label):
        return None
    if at + 1 >= len(texts) or not _is_unit(texts[at + 1]):
        return None
    unit = texts[at + 1]
    found, end = _values_at(texts, at + 2, most=values)
    if not found:
        # The label of a group has a unit of dashes and no value.
        return [label, unit, *[""] * values], end
    # With fewer values than columns nobody knows which column lacks one.
    return ([label, unit, *found], end) if len(found) == values else None


def _values_at(texts: Sequence[str], at: int, *, most: int) -> tuple[list[str], int]:
    """The values from ``at`` on, empty lines between them skipped, and the position behind them."""
    found: list[str] = []
    while at < len(texts) and len(found) < most and (is_value(texts[at]) or not texts[at]):
        if texts[at]:
            found.append(texts[at])
        at += 1
    return found, at


def _is_unit(text: str) -> bool:
    return text in _UNITS or is_empty_mark(text)


def add_group_headers(table: Table) -> Table:
    """``table`` with the labels of its groups before the headers of every row that belongs to them."""
    # 一、主动公开情况 / （一）主动公开政府信息数 / 其中：主动公开规范性文件数 / （二）公开渠道: the third row gets all
    # three labels as headers, the fourth only the first and its own.
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
    """How deep the numbering puts ``label``; 其中 is below the row before it, a bare label beside the items."""
    ordinal = ordinal_of(label)
    if ordinal is not None:
        return _STEP * _DEPTH[ordinal.style]
    if _OF_THESE.match(label):
        depth, before = groups[-1] if groups else (0, "")
        return depth if _OF_THESE.match(before) else depth + 1
    return _STEP * _DEPTH["han-paren"]
