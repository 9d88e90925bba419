"""The table of reviews and lawsuits put together from its cells: heads, then one row of fifteen values.

The rule: fifteen values belong to the fifteen columns of the form in order; with more or fewer none has a column.
"""

from __future__ import annotations

from collections.abc import Sequence

from indexer.tables.headers import value_cell
from indexer.tables.layout import PlacedCell
from indexer.tables.reconstruct.label_tokens import (
    LabelToken,
    Reconstruction,
    head_cell,
    head_rows,
    missing_heads,
    printed_path,
    texts_of,
    unsure_row,
)
from report_search.analysis.cell_values import is_value
from report_search.analysis.normalise import label_key
from report_search.model import HeaderPath, ReportWarning, Row, Table
from report_search.taxonomy import official_forms


def reconstruct_reviews(tokens: Sequence[LabelToken], *, form: str, section: str) -> Reconstruction:
    """The table of reviews and lawsuits from ``tokens``: heads, then one row of fifteen values."""
    # 行政复议 / 行政诉讼 / 结果维持 / … / 总计 / 1 / 0 / … : the order of the heads differs between copies, that of the
    # values does not, so their number alone decides.
    texts = texts_of(tokens)
    heads = {key: text for text in texts if (key := label_key(text)) in _NAMES}
    values = [text for text in texts if is_value(text)]
    notes = [text for text in texts if label_key(text) not in _NAMES and not is_value(text)]
    rows = _review_heads(heads)
    if values:
        rows.append(_review_row(values, heads))
    return Reconstruction(
        Table(tuple(rows), notes=tuple(notes), form=form), _review_warnings(values, heads, section)
    )


_NAMES = {label_key(name): name for column in official_forms.REVIEW_COLUMNS for name in column}
"""The heads of the form by their keys."""


def _review_warnings(values: Sequence[str], heads: dict[str, str], section: str) -> list[ReportWarning]:
    wanted = len(official_forms.REVIEW_COLUMNS)
    warnings = [] if len(values) == wanted else [unsure_row(section, wanted=wanted, found=len(values))]
    missing = [name for key, name in _NAMES.items() if key not in heads]
    return [*warnings, missing_heads(missing[0], section)] if missing and values else warnings


def _review_row(values: Sequence[str], heads: dict[str, str]) -> Row:
    paths: list[HeaderPath] = [printed_path(column, heads) for column in official_forms.REVIEW_COLUMNS]
    if len(values) != len(paths):
        paths = [()] * len(values)
    cells = (PlacedCell(text, 0, at) for at, text in enumerate(values))
    return Row(tuple(value_cell(cell, path) for cell, path in zip(cells, paths, strict=True)))


def _review_heads(heads: dict[str, str]) -> list[Row]:
    # 行政复议 (1 × 5)                 | 行政诉讼                                                   (1 × 10)
    # 结果维持 (2 × 1) | … | 总计 (2 × 1) | 未经复议直接起诉 (1 × 5)     | 复议后起诉 (1 × 5)
    #                                  | 结果维持 | 结果纠正 | … | 总计 | 结果维持 | 结果纠正 | … | 总计
    columns = official_forms.REVIEW_COLUMNS
    outcomes = enumerate(path[-1] for path in columns[:5])
    rows = [
        [("行政复议", 0, 1, 5), ("行政诉讼", 5, 1, 10)],
        [
            *((outcome, at, 2, 1) for at, outcome in outcomes),
            ("未经复议直接起诉", 5, 1, 5),
            ("复议后起诉", 10, 1, 5),
        ],
        [(path[-1], at, 1, 1) for at, path in enumerate(columns[5:], start=5)],
    ]
    return head_rows(
        [
            [
                head_cell(heads.get(label_key(name), ""), column, rowspan=rowspan, colspan=colspan)
                for name, column, rowspan, colspan in cells
            ]
            for cells in rows
        ]
    )
