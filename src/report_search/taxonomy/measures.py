"""The measures of the official tables: their keys, labels, units, and where each form prints them.

``data/measures.toml`` is the list that an editor reads and changes; this module multiplies its rows by its columns. The
rule: a key means one thing for good. Where a form changed what a row counts, the key stays and a *break* says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from report_search.data import read_toml
from report_search.taxonomy.official_forms import REQUEST_COLUMNS, REQUEST_ROWS

Form = Literal["2019", "2021", "annex"]
FORMS: tuple[Form, ...] = ("2019", "2021")
Addition = Literal["flow", "stock", "change"]
"""How numbers of a measure may be added: over agencies and years, over agencies of one year, not at all."""
Paths = Mapping[str, tuple[str, ...]]
"""The printed labels that lead to a measure, outermost first and those of its column last, by form."""
LABEL_SEPARATOR = "·"


class Break(Struct, frozen=True):
    """From ``year`` on a measure means something else than before."""

    year: int
    message: str


class Measure(Struct, frozen=True):
    """Something that the official tables count.

    ``key`` is ``table.row.column``; ``label`` what people call it; ``group`` the table's label; ``paths`` the printed
    labels that lead to it in each form that has it; ``unit`` that of a number without one of its own.
    """

    key: str
    label: str
    group: str
    unit: str
    addition: Addition
    paths: Paths
    breaks: tuple[Break, ...] = ()

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms that have it."""
        return tuple(self.paths)


class Ratio(Struct, frozen=True):
    """A ratio of sums of measures, always shown with its two parts."""

    key: str
    label: str
    message: str
    part: tuple[str, ...]
    whole: tuple[str, ...]


class AnnexRow(Struct, frozen=True):
    """A row of the statistics annex: its measure, its printings, the label that it stands below ("" for any)."""

    measure: str
    printed: tuple[str, ...]
    under: str


@cache
def measures() -> Mapping[str, Measure]:
    """Every measure by its key, in the order of the tables."""
    data = read_toml("measures.toml")
    breaks: dict[str, list[Break]] = {}
    for entry in data["breaks"]:
        for key in entry["measures"]:
            breaks.setdefault(key, []).append(Break(entry["year"], entry["message"]))
    found = [*_requests(data["requests"]), *_reviews(data["reviews"])]
    found += [*_disclosure(data["disclosure"]), *_annex(data["annex"])]
    return {one.key: replace(one, breaks=tuple(_breaks_of(one.key, breaks))) for one in found}


@cache
def ratios() -> Mapping[str, Ratio]:
    """The stated ratios by their keys."""
    return {
        entry["key"]: Ratio(
            entry["key"], entry["label"], entry["message"], tuple(entry["part"]), tuple(entry["whole"])
        )
        for entry in read_toml("measures.toml")["ratios"]
    }


@cache
def request_row_keys(form: str) -> tuple[str, ...]:
    """The keys of the rows of the table of requests in ``b-2019`` or ``b-2021``, in the order of the form."""
    keys = {row["printed"]: row["key"] for row in read_toml("measures.toml")["requests"]["rows"]}
    return tuple(keys[path[-1]] for path in REQUEST_ROWS[form])


@cache
def request_column_keys() -> tuple[str, ...]:
    """The keys of the seven columns of the table of requests, in the order of the form."""
    return tuple(column["key"] for column in read_toml("measures.toml")["requests"]["columns"])


@cache
def review_keys() -> tuple[str, ...]:
    """The measures of the fifteen columns of the table of reviews, in the order of the form."""
    return tuple(one.key for one in _reviews(read_toml("measures.toml")["reviews"]))


@cache
def annex_rows() -> tuple[AnnexRow, ...]:
    """The rows of the annex that are known."""
    return tuple(
        AnnexRow(
            f"annex.{row['key']}", (row["printed"], *row.get("also", ())), under=str(row.get("under", ""))
        )
        for row in read_toml("measures.toml")["annex"]["rows"]
    )


@cache
def disclosure_rows() -> Mapping[str, str]:
    """The keys of the rows of the table of disclosure by their printed labels."""
    rows = read_toml("measures.toml")["disclosure"]["rows"]
    return {printed: row["key"] for row in rows for printed in row["printed"]}


@cache
def disclosure_columns() -> Mapping[str, str]:
    """The keys of the columns of the table of disclosure by their printed heads."""
    columns = read_toml("measures.toml")["disclosure"]["columns"]
    return {printed: column["key"] for column in columns for printed in column["printed"].values()}


def _breaks_of(key: str, breaks: Mapping[str, list[Break]]) -> Iterator[Break]:
    """The breaks of a measure: its own, and those of its row, which is its key without the column."""
    yield from breaks.get(key, ())
    if key.startswith("requests."):
        yield from breaks.get(key.rpartition(".")[0], ())


def _requests(table: Mapping[str, Any]) -> Iterator[Measure]:
    for row in table["rows"]:
        for column, heads in zip(table["columns"], REQUEST_COLUMNS, strict=True):
            yield Measure(
                f"requests.{row['key']}.{column['key']}",
                f"{row['label']}{LABEL_SEPARATOR}{column['label']}",
                table["label"],
                unit=table["unit"],
                addition=table["sum"],
                paths={
                    form: (*path, *heads)
                    for form in FORMS
                    for path in REQUEST_ROWS[f"b-{form}"]
                    if path[-1] == row["printed"] and form in row.get("forms", FORMS)
                },
            )


def _reviews(table: Mapping[str, Any]) -> Iterator[Measure]:
    for group in table["groups"]:
        for column in table["columns"]:
            path = (*group["printed"], column["label"])
            yield Measure(
                f"{group['key']}.{column['key']}",
                f"{group['label']}{LABEL_SEPARATOR}{column['label']}",
                table["label"],
                unit=table["unit"],
                addition=table["sum"],
                paths=dict.fromkeys(FORMS, path),
            )


def _disclosure(table: Mapping[str, Any]) -> Iterator[Measure]:
    columns = {column["name"]: column for column in table["columns"]}
    for row in table["rows"]:
        for column in (columns[name] for name in row["columns"]):
            yield Measure(
                f"{row['key']}.{column['key']}",
                f"{row['label']}{LABEL_SEPARATOR}{column['label']}",
                table["label"],
                unit=column["unit"],
                addition=column["sum"],
                paths=_disclosure_paths(row, column["printed"]),
            )


def _disclosure_paths(row: Mapping[str, Any], heads: Mapping[str, str]) -> Paths:
    """Where each form prints the measure of a row and a column."""
    forms: Iterable[str] = row.get("forms", FORMS)
    labels = dict(zip(FORMS, (row["printed"][0], row["printed"][-1]), strict=True))
    return {form: (labels[form], head) for form, head in heads.items() if form in forms}


def _annex(table: Mapping[str, Any]) -> Iterator[Measure]:
    for row in table["rows"]:
        yield Measure(
            f"annex.{row['key']}",
            row["label"],
            table["label"],
            unit=row["unit"],
            addition=row.get("sum", table["sum"]),
            paths={"annex": (*filter(None, (row.get("under"),)), row["printed"])},
        )
