"""A table that goes on behind a page break, put together before it is read.

The rule: two grids are one table only if nothing is printed between them and the second one takes up where the first
one stopped: the next rows of the same official form, or a page later the same columns.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from msgspec import Struct
from msgspec.structs import replace

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
    tables: list[_OpenTable] = []
    for grid in grids:
        if not (tables and tables[-1].take(grid)):
            tables.append(_OpenTable(grid))
    return [table.grid() for table in tables]


class _Labels(Struct, frozen=True):
    """What the cells of a grid say of an official form: the places of its rows, its blocks, whether it has values."""

    orders: frozenset[int]
    blocks: frozenset[str]
    rows: frozenset[str]
    has_values: bool

    @classmethod
    def of(cls, texts: Sequence[str]) -> _Labels:
        """Those among ``texts``."""
        return cls(
            frozenset(_official_orders(texts)),
            frozenset(map(labels.block_item, texts)) - {""},
            frozenset(map(labels.disclosure_row, texts)) - {""},
            any(map(is_value, texts)),
        )

    def joined(self, other: _Labels) -> _Labels:
        """Those of both."""
        return _Labels(
            self.orders | other.orders,
            self.blocks | other.blocks,
            self.rows | other.rows,
            self.has_values or other.has_values,
        )


class _OpenTable:
    """A table that may go on in the next grid; what it holds is looked at once, however many pages it takes."""

    def __init__(self, first: Grid) -> None:
        self._first = first
        self._rows = list(first.rows)
        self._page = first.page
        self._flattened = first.flattened
        self._width = _width(first.rows)
        self._texts = _texts(first.rows)
        self._form = labels.detect_form(self._texts)
        self._labels = _Labels.of(self._texts)

    def grid(self) -> Grid:
        """The whole table."""
        if len(self._rows) == len(self._first.rows):
            return self._first
        return replace(self._first, rows=tuple(self._rows), page=self._page, flattened=self._flattened)

    def take(self, second: Grid) -> bool:
        """Join ``second`` to the table; False if it is a table of its own."""
        rest = _without_repeated_head(self._first, second)
        texts = _texts(rest)
        if not texts:
            # Rows of empty cells continue nothing: they may be a form of their own that was left blank.
            return False
        found = _Labels.of(texts)
        if self._continues_form(texts, found):
            # Page 2 begins with 3.危及“三安全一稳定” and without the cells 三、本年度办理结果 and （三）不予公开 that
            # span into it from page 1, so columns are no longer sound: the table is read by its labels, as a
            # flattened one is.
            self._flattened = True
            self._append(rest, texts, found, page=second.page or self._page)
            return True
        is_later_page = 0 < self._page < second.page
        if is_later_page and not self._flattened and self._has_same_columns(second, rest):
            self._append(rest, texts, found, page=second.page)
            return True
        return False

    def _append(self, rest: _Rows, texts: Sequence[str], found: _Labels, *, page: int) -> None:
        self._rows += rest
        self._page = page
        self._width = max(self._width, _width(rest))
        self._labels = self._labels.joined(found)
        # The heads of the first page and the labels of this one may prove a form together.
        self._form = self._form or labels.detect_form([*self._texts, *texts])

    def _continues_form(self, texts: Sequence[str], found: _Labels) -> bool:
        """Whether ``texts`` are those of the rows that come next in the official form of the table."""
        if self._form.startswith("b-"):
            return not _has_request_heads(texts) and _continues_requests(self._labels.orders, found.orders)
        if self._form.startswith("a-"):
            return _continues_disclosure(self._labels, found)
        if self._form == "c":
            # The table of reviews has one row of values, so only a page of nothing but heads can go on.
            return all(map(is_value, texts)) and not self._labels.has_values
        return False

    def _has_same_columns(self, second: Grid, rest: _Rows) -> bool:
        """Whether a page later the same columns go on: under the same head, or with numbers from the first row on."""
        if self._width != _width(second.rows) or labels.detect_form(_texts(second.rows)):
            return False
        repeats_head = len(rest) < len(second.rows)
        return repeats_head or any(is_value(cell.text) for cell in rest[0])


def _without_repeated_head(first: Grid, second: Grid) -> _Rows:
    """The rows of ``second`` behind those that repeat the first rows of ``first``."""
    count = 0
    for mine, other in zip(first.rows, second.rows, strict=False):
        if [label_key(cell.text) for cell in mine] != [label_key(cell.text) for cell in other]:
            break
        count += 1
    return second.rows[count:]


def _continues_requests(earlier: Set[int], later: Set[int]) -> bool:
    """Whether the rows at the official places ``later`` come behind those at ``earlier``."""
    if not later:
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


def _continues_disclosure(before: _Labels, after: _Labels) -> bool:
    """Whether ``after`` has blocks or rows of the disclosure table, and none that ``before`` has already."""
    if not after.blocks and not after.rows:
        return False
    return before.blocks.isdisjoint(after.blocks) and before.rows.isdisjoint(after.rows)


def _width(rows: _Rows) -> int:
    return max((sum(cell.colspan for cell in row) for row in rows), default=0)


def _texts(rows: _Rows) -> list[str]:
    return [cell.text for row in rows for cell in row if cell.text.strip()]
