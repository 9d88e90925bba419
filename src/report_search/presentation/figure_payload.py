"""The numbers of the official tables as JSON: one shape for API and command line.

The rule: what is no number is null, never 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import UNSET

from report_search.figures.cells import PATH_SEPARATOR
from report_search.figures.checks import KIND_LABELS, KINDS, Check, Operand
from report_search.figures.database import FigureRow
from report_search.presentation.json_payload import index_payload
from report_search.presentation.payloads.figures import (
    BreakPayload,
    CheckPayload,
    ChecksPayload,
    MeasurePayload,
    MeasuresPayload,
    OperandPayload,
    RatioPayload,
    SeriesPayload,
    SeriesRowPayload,
)
from report_search.presentation.site_links import SiteLinks
from report_search.search.searcher import IndexState
from report_search.taxonomy.measures import Measure, Ratio


def measures_payload(found: Iterable[Measure], ratios: Iterable[Ratio]) -> MeasuresPayload:
    """Every measure, and the ratios that are stated of them."""
    return MeasuresPayload(
        measures=[measure_payload(one) for one in found],
        ratios=[
            RatioPayload(
                key=one.key,
                label=one.label,
                message=one.message,
                part=list(one.part),
                whole=list(one.whole),
            )
            for one in ratios
        ],
    )


def measure_payload(measure: Measure) -> MeasurePayload:
    """A measure with the printed labels that lead to it in each form."""
    return MeasurePayload(
        key=measure.key,
        label=measure.label,
        path={form: list(path) for form, path in measure.paths.items()},
        unit=measure.unit,
        forms=list(measure.forms),
    )


def series_payload(
    measure: Measure, rows: Iterable[FigureRow], *, state: IndexState, links: SiteLinks
) -> SeriesPayload:
    """The series of a measure."""
    return SeriesPayload(
        measure=measure_payload(measure),
        rows=[row_payload(row, links) for row in rows],
        breaks=[BreakPayload(year=one.year, message=one.message) for one in measure.breaks],
        index=index_payload(state),
    )


def row_payload(row: FigureRow, links: SiteLinks) -> SeriesRowPayload:
    """A cell of a series. ``note`` and ``superseded`` are only there where there is something to say."""
    url, link = links.passage(row.passage)
    return SeriesRowPayload(
        agency=row.agency,
        agency_key=row.agency_key,
        year=row.year,
        value=row.value,
        status=row.status,
        text=row.text,
        unit=row.unit,
        form=row.form,
        passage=row.passage,
        report=row.report,
        url=url,
        link=link,
        note=row.note or UNSET,
        superseded=row.superseded or UNSET,
    )


def checks_payload(
    checks: Iterable[Check], *, total: int, following: str | None, state: IndexState
) -> ChecksPayload:
    """Sums that do not hold; ``following`` is the cursor of the next page, None for none."""
    return ChecksPayload(
        checks=[check_payload(one) for one in checks],
        total=total,
        next=following,
        index=index_payload(state),
    )


def check_payload(check: Check) -> CheckPayload:
    """A sum that does not hold."""
    return CheckPayload(
        kind=check.kind,
        report=check.report,
        agency=check.agency,
        year=check.year,
        left=_operand(check.left),
        right=_operand(check.right),
        difference=check.difference,
        message=check.message,
    )


def _operand(operand: Operand) -> OperandPayload:
    return OperandPayload(text=operand.text, value=operand.value, passage=operand.passage, path=operand.path)


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
