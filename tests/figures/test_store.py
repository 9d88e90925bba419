"""What ``data.sqlite`` holds is what is true of the corpus, run after run, beside every engine."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from indexer.run.pipeline import IndexJob, run_job
from report_search.errors import OperatorError
from report_search.figures.database import FigureDatabase, FigureSelection
from report_search.figures.schema import CELL_COLUMNS, DATA_FILE
from report_search.generations import Generations
from report_search.passages import passages_of
from tests.figures.figured import SINCE, Figured


def rows(path: Path, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(statement).fetchall()


def content(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Everything but the order in which it was written."""
    tables = ("agencies", "cells", "checks", "measures", "prose", "reports")
    return {table: sorted(map(repr, rows(path, f"SELECT * FROM {table}"))) for table in tables}  # type: ignore[misc]


def test_every_cell_of_the_truth_is_there(figured: Figured) -> None:
    names = figured.names()
    stored: dict[str, dict[str, list[Any]]] = {}
    for report, measure, text, value, status in rows(
        figured.database.path, "SELECT report, measure, text, value, status FROM cells WHERE form != 'annex'"
    ):
        assert measure
        stored.setdefault(report, {})[measure] = [text, value, status]
    wanted = {names[report]: cells for report, cells in figured.truth["cells"].items()}
    assert stored == wanted
    assert sum(map(len, wanted.values())) > 8_000


def test_every_check_of_the_truth_is_there_and_no_other(figured: Figured) -> None:
    names = figured.names()
    found = [
        (check.report, check.kind, check.measure, check.left.value, check.right.value)
        for check in figured.database.checks()
    ]
    wanted = [
        (names[one["report"]], one["kind"], one["measure"], one["printed"], one["expected"])
        for one in figured.truth["broken"]
    ]
    assert sorted(found) == sorted(wanted)


def test_both_sides_of_a_check_lead_to_rows_that_print_them(figured: Figured) -> None:
    generation = figured.generation
    for check in figured.database.checks():
        for side in (check.left, check.right):
            report = generation.report(side.report)
            assert report is not None
            texts = {one.id: one.text for one in passages_of(report)}
            assert side.text.split("＋")[0] in texts[side.passage]


def test_an_empty_cell_is_null_and_never_zero(figured: Figured) -> None:
    path = figured.database.path
    assert rows(
        path, "SELECT count(*) FROM cells WHERE status IN ('empty', 'dash', 'text') AND value IS NOT NULL"
    ) == [(0,)]
    assert rows(path, "SELECT DISTINCT value FROM cells WHERE status = 'zero'") == [(0,)]
    assert rows(path, "SELECT count(*) FROM cells WHERE status = 'empty'")[0][0] > 5


def test_a_replaced_edition_counts_nowhere(figured: Figured) -> None:
    names = figured.names()
    replaced = {names[one["report"]] for one in figured.truth["reports"] if one["superseded"]}
    assert replaced
    path = figured.database.path
    assert {one for (one,) in rows(path, "SELECT id FROM reports WHERE superseded")} == replaced
    assert {one for (one,) in rows(path, "SELECT DISTINCT report FROM cells WHERE superseded")} == replaced
    assert not replaced & {check.report for check in figured.database.checks()}


def test_a_series_is_of_those_that_were_chosen(figured: Figured) -> None:
    database = figured.database
    everything = database.series("requests.new.total")
    agency = everything[0].agency
    some = database.series("requests.new.total", FigureSelection((agency,), (2020, 2021)))
    assert [(row.agency, row.year) for row in some] == [(agency, 2020), (agency, 2021)]
    assert [row for row in everything if row.agency == agency and row.year in (2020, 2021)] == some


def test_the_columns_are_those_of_the_document() -> None:
    document = (Path(__file__).resolve().parents[2] / "docs" / "index-format.md").read_text(encoding="utf-8")
    section = document[document.index("## The figures") :]
    for column in CELL_COLUMNS:
        assert f"`{column}`" in section, column


def test_an_update_gives_what_a_build_from_nothing_gives(figured: Figured, tmp_path: Path) -> None:
    files, aside, index = tmp_path / "files", tmp_path / "aside", tmp_path / "index"
    files.mkdir()
    aside.mkdir()
    carried = next(one["report"] for one in figured.truth["broken"] if one["kind"] == "carry-over")
    for path in figured.files.glob(f"{carried.rpartition('-')[0]}-*.html"):
        shutil.copy(path, files)
    job = IndexJob((files,), index, "memory", accept_losses=True)

    def built() -> FigureDatabase:
        run_job(job)
        return FigureDatabase(Generations(index).current())

    # The year in question comes late, and another leaves and comes back.
    late, other = files / f"{carried}.html", sorted(files.glob("*-2019.html"))[0]
    late.rename(aside / late.name)
    assert "carry-over" not in {check.kind for check in built().checks() if f"{check.year}" in carried}
    (aside / late.name).rename(late)
    other.rename(aside / other.name)
    assert "carry-over" in {check.kind for check in built().checks()}
    (aside / other.name).rename(other)
    updated = content(built().path)
    shutil.rmtree(index)
    assert content(built().path) == updated


def test_a_file_that_was_changed_is_refused(figured: Figured, tmp_path: Path) -> None:
    index = tmp_path / "index"
    shutil.copytree(figured.index, index)
    generation = Generations(index).current()
    path = generation.folder / DATA_FILE
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(OperatorError) as error:
        FigureDatabase(generation)
    assert error.value.code == "index-damaged"


def test_an_index_without_figures_is_filled_by_the_next_run(figured: Figured, tmp_path: Path) -> None:
    index = tmp_path / "index"
    few = tmp_path / "few"
    few.mkdir()
    for path in sorted(figured.files.glob(f"*-{SINCE + 2}.html"))[:2]:
        shutil.copy(path, few)
    run_job(IndexJob((few,), index, "memory"))
    generation = Generations(index).current()
    (generation.folder / DATA_FILE).unlink()
    run_job(IndexJob((few,), index, "memory"))
    assert FigureDatabase(Generations(index).current()).series("requests.new.total")


def test_the_same_file_stands_beside_every_engine(engine_name: str, figured: Figured, tmp_path: Path) -> None:
    few = tmp_path / "few"
    few.mkdir()
    for path in sorted(figured.files.glob("*-2021.html"))[:2]:
        shutil.copy(path, few)
    found = []
    for engine in ("memory", engine_name):
        index = tmp_path / f"index-{len(found)}"
        run_job(IndexJob((few,), index, engine))
        found.append(content(FigureDatabase(Generations(index).current()).path))
    assert found[0] == found[1]
