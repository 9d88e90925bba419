"""The official tables of a body through the years: what one leaves is carried over to the next, faults excepted.

Faults are planted in known places. Each changes a printed number and nothing else; what it breaks is found by adding
up (see ``measures``).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from indexer.synthetic import forms
from indexer.synthetic.demo.bodies import Body
from indexer.synthetic.demo.measures import Values, places
from report_search.model import Table

ANNEX_SINCE = 2014
FORM_2019 = 2019
FORM_2021 = 2021
_SCALES = {"部委": 600, "省级政府": 600, "省级部门": 80, "市级部门": 80, "乡镇政府": 2}
_EMPTY_MARKS = ("—", "/", "无")
FAULTS = ("row-sum", "column-sum", "balance", "review-sum", "carry-over", "prose")


class Fault(Struct, frozen=True):
    """A fault planted in the report of a body about a year: what kind of sum it breaks, by how much."""

    body: str
    year: int
    kind: str
    amount: int


class YearTables(Struct, frozen=True):
    """The tables of a report by the kind of their section, and the numbers that prose takes from them.

    ``form`` is the official form: 0 for none and for the annex, 2019 or 2021.
    """

    tables: dict[str, Table]
    requests: int
    cases: int
    form: int = 0

    @property
    def values(self) -> Values:
        """The numbers of the official tables by their measure."""
        return {
            place.measure: place.cell.value
            for table in self.tables.values()
            for place in places(table)
            if isinstance(place.cell.value, int)
        }


def form_of(year: int) -> int:
    """The official form of reports about ``year``: 2019, 2021 or 0."""
    if year < FORM_2019:
        return 0
    return FORM_2019 if year < FORM_2021 else FORM_2021


def plant(bodies: Sequence[Body], years: Sequence[int], *, seed: int) -> list[Fault]:
    """Two faults of each kind, each in another report, among those of which the one before is held too."""
    held = [(body, body.years_held(years)) for body in bodies]
    free = [
        (body.key, year)
        for body, its in held
        for year in its
        if form_of(year) and form_of(year - 1) and year - 1 in its and year != body.corrected
    ]
    Random(f"{seed}/faults").shuffle(free)
    rng = Random(f"{seed}/amounts")
    chosen = zip(FAULTS * 2, free, strict=False)
    return [Fault(body, year, kind, rng.choice((1, 4, 10, 78))) for kind, (body, year) in chosen]


def tables_through(
    body: Body, years: Sequence[int], *, seed: int, faults: Sequence[Fault]
) -> Iterator[tuple[int, YearTables]]:
    """The tables of each year in which the body reports."""
    planted = {fault.year: fault for fault in faults if fault.body == body.key}
    carried: Sequence[int] | None = None
    for year in years:
        if not body.exists_in(year):
            return
        rng = Random(zlib.crc32(f"{seed}/{body.key}/{year}/tables".encode()))
        if not form_of(year):
            yield year, _early(rng, year)
            continue
        fault = planted.get(year)
        made, carried = _official(rng, body, year, carried=_carried(carried, fault))
        yield year, apply(made, fault) if fault else made


def _early(rng: Random, year: int) -> YearTables:
    figures = {"requests": rng.randint(3, 400), "cases": rng.randint(0, 9)}
    tables = {"statistics": forms.annex(rng, figures)} if year >= ANNEX_SINCE else {}
    return YearTables(tables, figures["requests"], figures["cases"])


def _carried(carried: Sequence[int] | None, fault: Fault | None) -> Sequence[int] | None:
    """What a report says was carried over: what the year before left, unless that is the fault."""
    if carried is not None and fault and fault.kind == "carry-over":
        return (carried[0] + fault.amount, *carried[1:])
    return carried


def _official(
    rng: Random, body: Body, year: int, *, carried: Sequence[int] | None
) -> tuple[YearTables, Sequence[int]]:
    form = form_of(year)
    proactive = forms.proactive_2019(rng) if form == FORM_2019 else forms.proactive_2021(rng)
    asked = forms.requests(rng, form=form, scale=_SCALES.get(body.rank, 12), carried=carried)
    review, cases = forms.review(rng)
    if rng.random() < 0.3:
        proactive = _with_mark(proactive, rng)
    tables = {"proactive": proactive, "requests": asked.table, "review": review}
    return YearTables(tables, asked.received, cases, form), asked.left


def _with_mark(table: Table, rng: Random) -> Table:
    """The table with a dash or a word where a number would be."""
    place = rng.choice([place for place in places(table) if not place.cell.unit])
    return _printed(table, place.row, place.at, text=rng.choice(_EMPTY_MARKS), value=None)


def apply(made: YearTables, fault: Fault) -> YearTables:
    """The tables with a fault; the numbers that prose takes from them are those that the tables print."""
    more = fault.amount
    edits = {
        "row-sum": ("requests", {"requests.granted.total": more}),
        "column-sum": ("requests", {"requests.total.natural": more}),
        "balance": ("requests", {"requests.new.natural": more, "requests.new.total": more}),
        "review-sum": ("review", {"reviews.total": more}),
    }
    if fault.kind == "prose":
        return replace(made, requests=made.requests + more)
    if fault.kind not in edits:
        return made
    kind, amounts = edits[fault.kind]
    table = made.tables[kind]
    for place in places(table):
        if place.measure in amounts and isinstance(place.cell.value, int):
            number = place.cell.value + amounts[place.measure]
            table = _printed(table, place.row, place.at, text=str(number), value=number)
    requests = made.requests + amounts.get("requests.new.total", 0)
    return replace(made, tables={**made.tables, kind: table}, requests=requests)


def _printed(table: Table, row_at: int, at: int, *, text: str, value: int | None) -> Table:
    """The table with another text in one cell."""
    rows = list(table.rows)
    cells = list(rows[row_at].cells)
    cells[at] = replace(cells[at], text=text, value=value)
    rows[row_at] = replace(rows[row_at], cells=tuple(cells))
    return replace(table, rows=tuple(rows))
