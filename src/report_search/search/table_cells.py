"""The cells under the heads of a table that a query found, so that a hit in a head shows its numbers.

The head of a table is a passage of its own and has no value. Who looks for 结果纠正 wants what stands below it. The
rule: those cells are given over which most of the query's words stand, so that 行政复议 结果纠正 gives one number and
结果维持 结果纠正 those of both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from report_search.analysis.fold import fold
from report_search.fields import BORDER
from report_search.model import Cell, HeaderPath, Report, Table
from report_search.passages import Locator, Passage
from report_search.query.ast import Leaf, Query, leaves
from report_search.query.evaluate import View, evaluate
from report_search.search.highlight import Span


class CellUnderHead(Struct, frozen=True):
    """A cell under a head that was found: the id of its row's passage, and the cell as the report has it.

    ``headers`` are those of the row, ``path`` the column heads over the cell, outermost first; ``value`` is None where
    the text is no number.
    """

    passage: str
    headers: HeaderPath
    path: HeaderPath
    text: str
    value: int | float | None


class TableCells:
    """The cells of the tables of one generation; each report is fetched once however many of its heads are hits."""

    def __init__(
        self, report: Callable[[str], Report | None], passages: Callable[[str], Sequence[Passage]]
    ) -> None:
        self._fetch_report, self._fetch_passages = report, passages
        self._reports: dict[str, Report | None] = {}
        self._ids: dict[str, dict[Locator, str]] = {}

    def under(self, head: Passage, tree: Query, *, spans: Sequence[Span]) -> tuple[CellUnderHead, ...]:
        """The cells under the heads of the table of ``head`` that ``tree`` found; ``spans`` are its marks there."""
        table = self._table(head.locator)
        if table is None:
            return ()
        cells = [
            (at, row, cell) for at, row in enumerate(table.rows) if not row.is_head for cell in row.values
        ]
        wording = tuple(leaves(tree, negated=False))
        counts = [_count_wordings(cell, wording) for _, _, cell in cells]
        if not any(counts):
            # Wording that goes over several heads stands in no path: then the heads that it marks decide.
            marked = _marked_heads(head.text, spans)
            counts = [sum(map(marked.__contains__, _heads(cell))) for _, _, cell in cells]
        most, ids = max(counts, default=0), self._row_ids(head.report)
        return tuple(
            CellUnderHead(
                ids.get(replace(head.locator, row=at), ""), row.headers, cell.path, cell.text, cell.value
            )
            for count, (at, row, cell) in zip(counts, cells, strict=True)
            if count == most > 0
        )

    def of_row(self, row: Passage) -> tuple[CellUnderHead, ...]:
        """The cells of a row that was found; () if its report has gone meanwhile."""
        table, at = self._table(row.locator), row.locator.row
        if table is None or at is None:
            return ()
        own = table.rows[at]
        return tuple(
            CellUnderHead(row.id, own.headers, cell.path, cell.text, cell.value) for cell in own.values
        )

    def _row_ids(self, report_id: str) -> dict[Locator, str]:
        if report_id not in self._ids:
            passages = self._fetch_passages(report_id)
            self._ids[report_id] = {passage.locator: passage.id for passage in passages}
        return self._ids[report_id]

    def _table(self, at: Locator) -> Table | None:
        """The table at a locator; None if the report has gone meanwhile."""
        if at.report not in self._reports:
            self._reports[at.report] = self._fetch_report(at.report)
        report = self._reports[at.report]
        if report is None:
            return None
        block = report.section_at(at.section).blocks[at.block]
        return block if isinstance(block, Table) else None


def _heads(cell: Cell) -> list[str]:
    """The heads over a cell as they stand in the text of a head's passage, where a tab is never part of one."""
    return [head.replace(BORDER, " ") for head in cell.path]


def _count_wordings(cell: Cell, wording: Sequence[Leaf]) -> int:
    """How many words and wordings stand in the heads over a cell."""
    path = View(fold(BORDER.join(_heads(cell))), fold(""), {}, None)
    return sum(evaluate(leaf, path).holds for leaf in wording)


def _marked_heads(text: str, spans: Sequence[Span]) -> frozenset[str]:
    """The parts of a head's text, between its borders, in which a span lies."""
    found = set()
    start = 0
    for part in text.split(BORDER):
        end = start + len(part)
        if any(low < end and high > start for low, high in spans):
            found.add(part)
        start = end + len(BORDER)
    return frozenset(found)
