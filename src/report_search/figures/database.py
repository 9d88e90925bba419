"""Reading ``data.sqlite``: series, checks and cells as page, API and command line give them.

The rule: a file is read only if its generation vouches for its bytes, and never written; every answer comes from one
generation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

from msgspec import Struct

from report_search.figures.cells import Status
from report_search.figures.checks import Check, CheckKind, Operand
from report_search.figures.prose.reading import ProseFigure
from report_search.figures.prose.series import ProsePoint
from report_search.figures.schema import DATA_FILE, VERSION
from report_search.generations import Generation
from report_search.generations.database_file import SealedDatabase

_CELL_FIELDS = (
    "measure, agency, agency_key, year, value, status, text, unit, form, passage, report, note, superseded"
)
_CHECK_FIELDS = (
    "kind, measure, report, agency, agency_key, year, left_text, left_value, left_path, left_passage, left_report,"
    " right_text, right_value, right_path, right_passage, right_report, message, path"
)

_PROSE_FIELDS = (
    "label, value, unit, text, sentence, start, whole, high, about, change, earlier, passage,"
    " year, agency, report"
)


class FigureRow(Struct, frozen=True):
    """A cell of a measure as it is stored: see ``OfficialCell``, with its report's agency and year."""

    measure: str
    agency: str
    agency_key: str
    year: int | None
    value: int | float | None
    status: Status
    text: str
    unit: str
    form: str
    passage: str
    report: str
    note: str
    superseded: bool


class FigureSelection(Struct, frozen=True):
    """Which reports are meant: ``agencies`` by name, ``years``; () for all."""

    agencies: tuple[str, ...] = ()
    years: tuple[int, ...] = ()

    def where(self) -> tuple[str, list[Any]]:
        """The condition in SQL, with its values; it begins with AND, or is empty."""
        chosen: tuple[tuple[str, tuple[Any, ...]], ...] = (("agency", self.agencies), ("year", self.years))
        parts = [f" AND {column} IN ({places(values)})" for column, values in chosen if values]
        return "".join(parts), [value for _, values in chosen for value in values]


def places(values: Sequence[Any]) -> str:
    """A place for each of ``values`` in a statement."""
    return ", ".join("?" * len(values))


ALL = FigureSelection()


class FigureDatabase:
    """The figures of ``generation``. Safe to share between threads: each answer opens the file for itself.

    Raises ``OperatorError`` if the index was built without figures, or the file is not the one that was published.
    """

    def __init__(self, generation: Generation) -> None:
        self._file = SealedDatabase(generation, DATA_FILE, version=VERSION, missing="no-figures")
        self.path, self.sha256 = self._file.path, self._file.sha256

    def series(self, measure: str, chosen: FigureSelection = ALL) -> list[FigureRow]:
        """The cells of a measure by agency and year, those of replaced editions included."""
        where, values = chosen.where()
        rows = self._file.rows(
            f"SELECT {_CELL_FIELDS} FROM cells WHERE measure = ?{where} ORDER BY agency, year, superseded, report",
            [measure, *values],
        )
        return [_figure_row(row) for row in rows]

    def checks(
        self, chosen: FigureSelection = ALL, *, kinds: Sequence[str] = (), report: str = ""
    ) -> list[Check]:
        """Sums that do not hold, the largest difference first; only those of ``report`` if given, else of editions
        that none replaced."""
        where, values = chosen.where()
        if kinds:
            where += f" AND kind IN ({places(kinds)})"
            values += kinds
        which = "report = ?" if report else "NOT superseded"
        rows = self._file.rows(
            f"SELECT {_CHECK_FIELDS} FROM checks WHERE {which}{where}"
            " ORDER BY abs(difference) DESC, agency, year DESC, kind, measure",
            [*([report] if report else []), *values],
        )
        return [_check(row) for row in rows]

    def prose(self, agencies: Sequence[str]) -> list[ProsePoint]:
        """The figures of running text of ``agencies`` by year, in the order of their sentences.

        Those of an agency named earlier come first within a year; left out are replaced editions and reports without a
        year.
        """
        rows = self._file.rows(
            f"SELECT {_PROSE_FIELDS} FROM prose WHERE agency IN ({places(agencies)}) AND year IS NOT NULL"
            " AND NOT superseded ORDER BY year, report, rowid",
            agencies,
        )
        order = {name: at for at, name in enumerate(agencies)}
        return sorted(map(_prose_point, rows), key=lambda point: (point.year, order[point.agency]))

    def scopes(self) -> dict[str, str]:
        """What each report says of whose numbers it gives, where it says so."""
        return dict(self._file.rows("SELECT id, scope FROM reports WHERE scope != ''"))

    def measures_held(self) -> dict[str, int]:
        """How many reports have a number under each measure."""
        return dict(
            self._file.rows("SELECT measure, count(*) FROM cells WHERE measure != '' GROUP BY measure")
        )

    def cells(self) -> Iterator[tuple[Any, ...]]:
        """Every cell with its source, as the view ``cells_with_sources`` has them, by report and in their order."""
        with closing(self._file.connect()) as database:
            yield from database.execute("SELECT * FROM cells_with_sources ORDER BY report, measure, label")

    def cell_columns(self) -> tuple[str, ...]:
        """The names of the columns that ``cells`` gives."""
        with closing(self._file.connect()) as database:
            found = database.execute("SELECT * FROM cells_with_sources LIMIT 0").description
        return tuple(column[0] for column in found)


def _figure_row(row: Any) -> FigureRow:
    values = [*row[:-1], bool(row[-1])]
    return FigureRow(*values)


def _prose_point(row: Sequence[Any]) -> ProsePoint:
    label, value, unit, text, sentence, start, whole, high, about, is_change, is_earlier, passage = row[:12]
    figure = ProseFigure(
        label,
        value,
        unit,
        text,
        sentence,
        start,
        whole,
        high,
        about,
        bool(is_change),
        bool(is_earlier),
        passage,
    )
    year, agency, report = row[12:]
    return ProsePoint(year, agency, report, figure)


def _check(row: Sequence[Any]) -> Check:
    kind: CheckKind = row[0]
    measure, report, agency, agency_key, year = row[1:6]
    left, right = Operand(*row[6:11]), Operand(*row[11:16])
    message, path = row[16:18]
    labels = tuple(path.split(" › ")) if path else ()
    return Check(kind, measure, left, right, message, labels, report, agency, agency_key, year)
