"""The numbers of the official tables as JSON: one shape for API and command line.

The rule: what is no number is null, never 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from report_search.figures.cells import PATH_SEPARATOR
from report_search.figures.checks import KIND_LABELS, KINDS, Check, Operand
from report_search.figures.database import FigureRow
from report_search.presentation.json_payload import index_payload, passage_path
from report_search.search.searcher import IndexState
from report_search.taxonomy.measures import Measure, Ratio

Link = Callable[[str], str]
"""From a passage's id to its address."""


def measures_payload(found: Iterable[Measure], ratios: Iterable[Ratio]) -> dict[str, Any]:
    """Every measure, and the ratios that are stated of them."""
    return {
        "measures": [measure_payload(one) for one in found],
        "ratios": [
            {
                "key": one.key,
                "label": one.label,
                "message": one.message,
                "part": list(one.part),
                "whole": list(one.whole),
            }
            for one in ratios
        ],
    }


def measure_payload(measure: Measure) -> dict[str, Any]:
    """A measure with the printed labels that lead to it in each form."""
    return {
        "key": measure.key,
        "label": measure.label,
        "path": {form: list(path) for form, path in measure.paths.items()},
        "unit": measure.unit,
        "forms": list(measure.forms),
    }


def series_payload(
    measure: Measure, rows: Iterable[FigureRow], *, state: IndexState, link: Link = passage_path
) -> dict[str, Any]:
    """The series of a measure."""
    return {
        "measure": measure_payload(measure),
        "rows": [row_payload(row, link) for row in rows],
        "breaks": [{"year": one.year, "message": one.message} for one in measure.breaks],
        "index": index_payload(state),
    }


def row_payload(row: FigureRow, link: Link = passage_path) -> dict[str, Any]:
    """A cell of a series. ``note`` and ``superseded`` are only there where there is something to say."""
    payload: dict[str, Any] = {
        "agency": row.agency,
        "agency_key": row.agency_key,
        "year": row.year,
        "value": row.value,
        "status": row.status,
        "text": row.text,
        "unit": row.unit,
        "form": row.form,
        "passage": row.passage,
        "report": row.report,
        "url": link(row.passage),
    }
    if row.note:
        payload["note"] = row.note
    if row.superseded:
        payload["superseded"] = True
    return payload


def checks_payload(
    checks: Iterable[Check], *, total: int, following: str | None, state: IndexState
) -> dict[str, Any]:
    """Sums that do not hold; ``following`` is the cursor of the next page, None for none."""
    return {
        "checks": [check_payload(one) for one in checks],
        "total": total,
        "next": following,
        "index": index_payload(state),
    }


def check_payload(check: Check) -> dict[str, Any]:
    """A sum that does not hold."""
    return {
        "kind": check.kind,
        "report": check.report,
        "agency": check.agency,
        "year": check.year,
        "left": _operand(check.left),
        "right": _operand(check.right),
        "difference": check.difference,
        "message": check.message,
    }


def _operand(operand: Operand) -> dict[str, Any]:
    return {
        "text": operand.text,
        "value": operand.value,
        "passage": operand.passage,
        "path": operand.path,
    }


def check_line(check: Check) -> str:
    """A check as a line of a terminal: where, what is wrong, both sides as printed."""
    where = f"{check.agency} {check.year}" if check.year is not None else check.agency
    path = PATH_SEPARATOR.join(check.path)
    return f"{where}｜{path}｜{check.message}（原文为 {check.left.text} 与 {check.right.text}）"


def series_lines(measure: Measure, rows: Iterable[FigureRow]) -> Iterator[str]:
    """A series as lines of a terminal."""
    yield f"{measure.label}（{measure.key}，{measure.unit}）"
    for one in measure.breaks:
        yield f"口径变化：{one.message}"
    for row in rows:
        number = row.text if row.status != "empty" else "（空）"
        said = "，已由后出的报告取代" if row.superseded else ""
        yield f"{row.agency}  {row.year}  {number} {row.unit}  {row.passage}{said}"


def checks_sum(checks: Sequence[Check]) -> str:
    """How many checks there are, by kind."""
    if not checks:
        return "没有发现不一致。"
    counted = Counter(check.kind for check in checks)
    kinds = "、".join(f"{KIND_LABELS[kind]} {counted[kind]}" for kind in KINDS if counted[kind])
    return f"共 {len(checks)} 处不一致：{kinds}。"
