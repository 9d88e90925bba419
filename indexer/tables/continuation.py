"""A table that goes on behind a page break, put together before it is read.

The rule: two grids are one table only if nothing stands between them and the second one takes up where the first
one stopped: the next rows of the same official form, or a page later the same columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from indexer.document import Grid, GridCell
from indexer.tables import labels as forms
from indexer.tables.reconstruct import official_order
from report_search.analysis.cell_values import is_value
from report_search.analysis.normalise import label_key
from report_search.taxonomy import official_forms

_Rows = tuple[tuple[GridCell, ...], ...]


def merge_continuations(grids: Sequence[Grid]) -> list[Grid]:
    """``grids``, which stand next to each other, with every continuation joined to what it continues."""
    merged: list[Grid] = []
    for grid in grids:
        whole = _joined(merged[-1], grid) if merged else None
        if whole is None:
            merged.append(grid)
        else:
            merged[-1] = whole
    return merged


def _joined(first: Grid, second: Grid) -> Grid | None:
    rest = _without_repeated_head(first, second)
    if not rest:
        return None
    if _goes_on(first, rest):
        return replace(first, rows=(*first.rows, *rest), page=second.page or first.page, flattened=True)
    if 0 < first.page < second.page and not first.flattened and _is_same_table(first, second, rest):
        return replace(first, rows=(*first.rows, *rest), page=second.page)
    return None


def _without_repeated_head(first: Grid, second: Grid) -> _Rows:
    """The rows of ``second`` behind the head rows that it repeats."""
    count = 0
    for mine, other in zip(first.rows, second.rows, strict=False):
        if [label_key(cell.text) for cell in mine] != [label_key(cell.text) for cell in other]:
            break
        count += 1
    return second.rows[count:]


def _goes_on(first: Grid, rest: _Rows) -> bool:
    """Whether ``rest`` holds the rows that come next in the official form of ``first``."""
    form = forms.detect_form(_texts(first.rows))
    if form.startswith("b-"):
        orders, later = _orders(first.rows), _orders(rest)
        return bool(later and not _has_heads(rest)) and (
            not orders or min(later) > max(orders) or _is_tail(orders, later)
        )
    if form.startswith("a-"):
        return _is_disclosure_tail(_texts(first.rows), _texts(rest))
    if form == "c":
        return all(is_value(text) for text in _texts(rest)) and not any(map(is_value, _texts(first.rows)))
    return False


def _orders(rows: _Rows) -> list[int]:
    """The official positions of the row labels in ``rows``; of a label that stands twice, the later one."""
    labels = forms.request_labels()
    return [
        max(map(official_order, labels[name]))
        for text in _texts(rows)
        if (name := label_key(text)) in labels and len(name) > 3
    ]


def _is_tail(orders: Sequence[int], later: Sequence[int]) -> bool:
    """Whether the later rows begin behind the earlier ones, but for group labels that are printed again."""
    return max(later) > max(orders) and sum(one <= max(orders) for one in later) <= 2


def _has_heads(rows: _Rows) -> bool:
    return any(
        label_key(official_forms.RULE_OF_SUMS) in label_key(text) or label_key(text) == "申请人情况"
        for text in _texts(rows)
    )


def _is_disclosure_tail(before: Sequence[str], after: Sequence[str]) -> bool:
    items = {item for text in before if (item := forms.block_item(text))}
    new = [item for text in after if (item := forms.block_item(text))]
    rows = {name for text in before if (name := forms.disclosure_row(text))}
    own = [name for text in after if (name := forms.disclosure_row(text))]
    return bool(new or own) and not items.intersection(new) and not rows.intersection(own)


def _is_same_table(first: Grid, second: Grid, rest: _Rows) -> bool:
    """Whether a page later the same columns go on: under the same head, or with numbers from the first row on."""
    if _width(first.rows) != _width(second.rows) or forms.detect_form(_texts(second.rows)):
        return False
    repeats = len(rest) < len(second.rows)
    return repeats or any(is_value(cell.text) for cell in rest[0])


def _width(rows: _Rows) -> int:
    return max((sum(cell.colspan for cell in row) for row in rows), default=0)


def _texts(rows: _Rows) -> list[str]:
    return [cell.text for row in rows for cell in row if cell.text.strip()]
