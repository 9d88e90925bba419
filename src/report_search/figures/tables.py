"""From an official table to its cells: which measure each value is of.

A row is told by its label and a value by the heads over it; where a row has as many values as the form has columns,
their order tells. The rule: a measure is given to one cell of a table at most, and what can't be told is kept without.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from report_search.analysis.cell_values import is_empty_mark
from report_search.analysis.normalise import label_key
from report_search.figures.cells import OfficialCell, status_of
from report_search.figures.labels import known_label, match_in_order, misprint, nearest_label
from report_search.model import Cell, Row, Table
from report_search.taxonomy.measures import (
    annex_rows,
    disclosure_columns,
    disclosure_rows,
    measures,
    request_column_keys,
    request_row_keys,
    review_keys,
)
from report_search.taxonomy.official_forms import REQUEST_COLUMNS, REQUEST_ROWS, REVIEW_COLUMNS

REQUEST_FORMS = ("b-2019", "b-2021")
DISCLOSURE_FORMS = ("a-2019", "a-2021")
REVIEW_FORM = "c"
ANNEX_FORM = "stats-2014"
OFFICIAL_FORMS = (*DISCLOSURE_FORMS, *REQUEST_FORMS, REVIEW_FORM, ANNEX_FORM)
_UNIT_HEADS = frozenset(("单位", "计量单位"))
_NEAR_ENOUGH_HEAD = 0.75
_NEAR_ENOUGH_IN_ANNEX = 0.85
_ANNEX_ORDINAL = re.compile(r"^(?:其中|[（(]?[一二三四五六七八九十\d]{1,2}[）)]?[、.．]?|[①-⑳]|[:：\s])+")
_EXPLANATION = re.compile(r"[（(][^（()）]*[)）]?$")
_NOT_TOLD = "栏目无法辨认，未归入指标"


def cells_of_table(table: Table) -> list[OfficialCell]:
    """The value cells of ``table`` in reading order; [] if it is of no official form."""
    read = _READERS.get(table.form)
    if read is None:
        return []
    given: set[str] = set()
    found = []
    for placed in read(table):
        measure, note = placed.measure, placed.note
        if measure in given:
            measure, note = "", f"同一表中“{measures()[measure].label}”已有一处"
        if measure:
            given.add(measure)
        found.append(_official(placed, table, measure=measure, note=note))
    return found


class _Placed:
    """A value cell with its row and the measure it was given."""

    __slots__ = ("cell", "measure", "note", "row", "unit")

    def __init__(self, row: int, cell: Cell, *, measure: str, note: str = "", unit: str = "") -> None:
        self.row = row
        self.cell = cell
        self.measure = measure if measure in measures() else ""
        self.note = note if self.measure else _NOT_TOLD
        self.unit = unit


def _official(placed: _Placed, table: Table, *, measure: str, note: str) -> OfficialCell:
    cell, row = placed.cell, table.rows[placed.row]
    return OfficialCell(
        measure=measure,
        value=cell.value,
        status=status_of(cell, recognised=row.recognised is not None),
        text=cell.text,
        unit=cell.unit or placed.unit,
        form=_form_name(table.form),
        path=(*row.headers, *cell.path),
        row=placed.row,
        note=note,
    )


def _form_name(form: str) -> str:
    """The form of a table as cells name it; "" for the table of reviews, which is the same in both."""
    if form == ANNEX_FORM:
        return "annex"
    return form.partition("-")[2]


def _value_rows(table: Table) -> list[tuple[int, Row]]:
    return [(at, row) for at, row in enumerate(table.rows) if not row.is_head and row.values]


def _requests(table: Table) -> Iterator[_Placed]:
    rows = _value_rows(table)
    official = [path[-1] for path in REQUEST_ROWS[table.form]]
    keys = request_row_keys(table.form)
    matches = match_in_order([row.headers[-1] if row.headers else "" for _, row in rows], official)
    for (at, row), match in zip(rows, matches, strict=True):
        for column, cell in _columns(row, REQUEST_COLUMNS):
            is_told = match.index is not None and column is not None
            key = f"requests.{keys[match.index or 0]}.{request_column_keys()[column or 0]}" if is_told else ""
            yield _Placed(at, cell, measure=key, note=match.note)


def _reviews(table: Table) -> Iterator[_Placed]:
    for at, row in _value_rows(table):
        for column, cell in _columns(row, REVIEW_COLUMNS):
            yield _Placed(at, cell, measure="" if column is None else review_keys()[column])


def _columns(row: Row, official: Sequence[tuple[str, ...]]) -> Iterator[tuple[int | None, Cell]]:
    """The values of ``row``, each with the number of its column; None where its heads do not tell."""
    values = row.values
    with_heads = [cell for cell in values if cell.path]
    whole = next((cells for cells in (with_heads, values) if len(cells) == len(official)), None)
    if whole is not None:
        yield from enumerate(whole)
        return
    keys = {tuple(map(label_key, path)): at for at, path in enumerate(official)}
    for cell in values:
        yield keys.get(tuple(map(label_key, cell.path))), cell


def _disclosure(table: Table) -> Iterator[_Placed]:
    rows = _value_rows(table)
    labels = [_row_label(row) for _, row in rows]
    named = [known_label(label, disclosure_rows()) for label in labels]
    for (at, row), label, name in zip(rows, labels, named, strict=True):
        key, note = name, ""
        if not key:
            missing = [one for one, its in disclosure_rows().items() if its not in named]
            official = nearest_label(label, missing)
            key, note = disclosure_rows().get(official, ""), misprint(label, official)
        yield from _disclosure_row(at, row, key=key, note=note if key else "")


def _row_label(row: Row) -> str:
    return row.headers[-1] if row.headers else ""


def _disclosure_row(at: int, row: Row, *, key: str, note: str) -> Iterator[_Placed]:
    columns = disclosure_columns()
    heads = [cell.path[-1] if cell.path else "" for cell in row.values]
    named = [known_label(head, columns) for head in heads]
    possible = [head for head, column in columns.items() if f"{key}.{column}" in measures()]
    for cell, head, name in zip(row.values, heads, named, strict=True):
        column, said = name, note
        if not column and head:
            free = [one for one in possible if columns[one] not in named]
            official = nearest_label(head, free, least=_NEAR_ENOUGH_HEAD)
            column = columns.get(official, "")
            said = "；".join(filter(None, (note, misprint(head, official))))
        yield _Placed(at, cell, measure=f"{key}.{column}", note=said)


def _annex(table: Table) -> Iterator[_Placed]:
    rows = _value_rows(table)
    known = [_annex_measure(row) for _, row in rows]
    for (at, row), measure in zip(rows, known, strict=True):
        told, note = (measure, "") if measure else _nearest_in_annex(_row_label(row), known)
        unit, values = _unit_and_values(row)
        is_single = len(values) == 1
        for cell in values:
            # The title of a group has no number, and none is missing from it.
            if told or cell.text.strip():
                yield _Placed(at, cell, measure=told if is_single else "", note=note, unit=unit)


def _nearest_in_annex(label: str, known: Sequence[str]) -> tuple[str, str]:
    """The measure of a row with a misprinted label, none of the ``known`` ones, and what is said of it."""
    free = {one.printed[0]: one.measure for one in annex_rows() if one.measure not in known and not one.under}
    official = nearest_label(_bare(label), list(free), least=_NEAR_ENOUGH_IN_ANNEX)
    return (free[official], misprint(label, official)) if official else ("", "")


def _unit_and_values(row: Row) -> tuple[str, list[Cell]]:
    """The printed unit of a row of the annex, and its values; the column 统计数 where there are several."""
    units = [cell for cell in row.values if cell.path and label_key(cell.path[-1]) in _UNIT_HEADS]
    values = [cell for cell in row.values if cell not in units]
    counted = [cell for cell in values if cell.path and label_key(cell.path[-1]).startswith("统计数")]
    unit = units[0].text.strip() if units else ""
    return "" if is_empty_mark(unit) else unit, counted if len(counted) == 1 else values


def _annex_measure(row: Row) -> str:
    """The measure of a row of the annex whose label is as printed in the model; "" if it is none."""
    name = label_key(_bare(_row_label(row)))
    groups = {label_key(_bare(text)) for text in row.headers[:-1]}
    for one in annex_rows():
        is_below = not one.under or label_key(one.under) in groups
        if is_below and name in map(label_key, one.printed):
            return one.measure
    return ""


def _bare(label: str) -> str:
    """A label of the annex without its ordinal, without 其中 and without its explanation."""
    return _EXPLANATION.sub("", _ANNEX_ORDINAL.sub("", label.strip()))


_READERS: Mapping[str, Callable[[Table], Iterator[_Placed]]] = {
    **dict.fromkeys(DISCLOSURE_FORMS, _disclosure),
    **dict.fromkeys(REQUEST_FORMS, _requests),
    REVIEW_FORM: _reviews,
    ANNEX_FORM: _annex,
}
