"""A table that goes on behind a page break, put together before it is read.

The rule: two grids are one table only if nothing is printed between them and the second one takes up where the first
one stopped: the next rows of the same official form, or a page later the same columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from indexer.document import Grid, GridCell
from indexer.tables import labels
from indexer.tables.reconstruct.requests import official_order
from report_search.analysis.cell_values import is_value
from report_search.analysis.normalise import label_key
from report_search.taxonomy import official_forms

_Rows = tuple[tuple[GridCell, ...], ...]
_MOST_REPEATED_LABELS = 2
"""At most so many labels of a new page are those of open groups, printed again."""


def merge_continuations(grids: Sequence[Grid]) -> list[Grid]:
    """``grids``, neighbours in one section, with every continuation joined to the grid that it continues."""
    merged: list[Grid] = []
    for grid in grids:
        whole = _joined(merged[-1], grid) if merged else None
        if whole is None:
            merged.append(grid)
        else:
            merged[-1] = whole
    return merged


def _joined(first: Grid, second: Grid) -> Grid | None:
    """Both grids as one, None if ``second`` is a table of its own."""
    rest = _without_repeated_head(first, second)
    if not _texts(rest):
        # Rows of empty cells continue nothing: they may be a form of their own that was left blank.
        return None
    if _continues_form(first, rest):
        # Page 2 begins with 3.危及“三安全一稳定” and without the cells 三、本年度办理结果 and （三）不予公开 that span
        # into it from page 1, so columns are no longer sound: the table is read by its labels, as a flattened one is.
        return replace(first, rows=(*first.rows, *rest), page=second.page or first.page, flattened=True)
    is_later_page = 0 < first.page < second.page
    if is_later_page and not first.flattened and _has_same_columns(first, second, rest):
        return replace(first, rows=(*first.rows, *rest), page=second.page)
    return None


def _without_repeated_head(first: Grid, second: Grid) -> _Rows:
    """The rows of ``second`` behind those that repeat the first rows of ``first``."""
    count = 0
    for mine, other in zip(first.rows, second.rows, strict=False):
        if [label_key(cell.text) for cell in mine] != [label_key(cell.text) for cell in other]:
            break
        count += 1
    return second.rows[count:]


def _continues_form(first: Grid, rest: _Rows) -> bool:
    """Whether ``rest`` holds the rows that come next in the official form of ``first``."""
    before, after = _texts(first.rows), _texts(rest)
    form = labels.detect_form(before)
    if form.startswith("b-"):
        return _continues_requests(before, after)
    if form.startswith("a-"):
        return _continues_disclosure(before, after)
    if form == "c":
        # The table of reviews has one row of values, so only a page of nothing but heads can go on.
        return all(map(is_value, after)) and not any(map(is_value, before))
    return False


def _continues_requests(before: Sequence[str], after: Sequence[str]) -> bool:
    earlier, later = _official_orders(before), _official_orders(after)
    if not later or _has_request_heads(after):
        return False
    if not earlier or min(later) > max(earlier):
        return True
    # Group labels may be printed again: behind 2.… a page begins 三、本年度办理结果 | （三）不予公开 | 3.…
    repeated = sum(order <= max(earlier) for order in later)
    return max(later) > max(earlier) and repeated <= _MOST_REPEATED_LABELS


def _official_orders(texts: Sequence[str]) -> list[int]:
    """The official positions of the row labels among ``texts``."""
    known = labels.request_labels()
    # Keys as short as 七总计 and 3其他 prove too little.
    names = [name for text in texts if (name := label_key(text)) in known and len(name) > 3]
    return [official_order(known[name]) for name in names]


def _has_request_heads(texts: Sequence[str]) -> bool:
    names = [label_key(text) for text in texts]
    return any(label_key(official_forms.RULE_OF_SUMS) in name or name == "申请人情况" for name in names)


def _continues_disclosure(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether ``after`` has blocks or rows of the disclosure table, and none that ``before`` has already."""
    blocks, new_blocks = ({labels.block_item(text) for text in texts} - {""} for texts in (before, after))
    rows, new_rows = ({labels.disclosure_row(text) for text in texts} - {""} for texts in (before, after))
    if not new_blocks and not new_rows:
        return False
    return blocks.isdisjoint(new_blocks) and rows.isdisjoint(new_rows)


def _has_same_columns(first: Grid, second: Grid, rest: _Rows) -> bool:
    """Whether a page later the same columns go on: under the same head, or with numbers from the first row on."""
    if _width(first.rows) != _width(second.rows) or labels.detect_form(_texts(second.rows)):
        return False
    repeats_head = len(rest) < len(second.rows)
    return repeats_head or any(is_value(cell.text) for cell in rest[0])


def _width(rows: _Rows) -> int:
    return max((sum(cell.colspan for cell in row) for row in rows), default=0)


def _texts(rows: _Rows) -> list[str]:
    return [cell.text for row in rows for cell in row if cell.text.strip()]
