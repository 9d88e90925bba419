"""What is taken away is what its descriptions say: judged by the programs that read such descriptions.

They run as programs of their own, since each brings libraries that the project has no use for. ``VALIDATORS`` may name
a Python of another environment that has them (the extra ``ci`` has them all).
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from report_search.export.data_set import COLUMNS, TITLE
from tests.figures.figured import Figured

PYTHON = os.environ.get("REPORT_SEARCH_VALIDATORS", sys.executable)
SECONDS = 120


@cache
def has(module: str) -> bool:
    """Whether the Python of the validators has ``module``; asked without importing it."""
    found = subprocess.run(
        [PYTHON, "-c", f"import importlib.util as u, sys; sys.exit(u.find_spec({module!r}) is None)"],
        check=False,
        timeout=SECONDS,
    )
    return found.returncode == 0


def needs(module: str) -> None:
    if not has(module):
        pytest.skip(f"{module} is not installed: it is in the extra 'ci'")


def run(*arguments: str, cwd: Path) -> str:
    done = subprocess.run(
        [PYTHON, *arguments], cwd=cwd, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def taken(client: FlaskClient, tmp_path: Path) -> Path:
    """A folder with everything that can be downloaded."""
    for name in ("cells.csv", "data.sqlite", "datapackage.json", "dataset.jsonld", "metadata.yml"):
        answer = client.get(f"/data/{name}")
        assert answer.status_code == 200
        (tmp_path / name).write_bytes(answer.data)
    return tmp_path


def frictionless(folder: Path) -> dict[str, Any]:
    program = (
        "import json, sys; from frictionless import validate; report = validate('datapackage.json');"
        " print(json.dumps(report.to_descriptor()))"
    )
    done = subprocess.run(
        [PYTHON, "-c", program], cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=True
    )
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_frictionless_finds_the_table_as_its_package_says(taken: Path, figured: Figured) -> None:
    needs("frictionless")
    report = frictionless(taken)
    assert report["valid"], report
    [task] = report["tasks"]
    with closing(sqlite3.connect(figured.database.path)) as database:
        assert task["stats"]["rows"] == database.execute("SELECT count(*) FROM cells").fetchone()[0]
    assert task["stats"]["fields"] == len(COLUMNS)


def test_frictionless_would_find_a_fault(taken: Path) -> None:
    needs("frictionless")
    path = taken / "cells.csv"
    path.write_bytes(path.read_bytes().replace(b",2021,", b",2021?,", 1))
    assert not frictionless(taken)["valid"]


def test_mlcroissant_reads_the_description_and_the_rows(taken: Path) -> None:
    needs("mlcroissant")
    described = json.loads((taken / "dataset.jsonld").read_text(encoding="utf-8"))
    # Loaded from the folder: the address that it names is that of a server.
    described["distribution"][0]["contentUrl"] = "cells.csv"
    (taken / "local.jsonld").write_text(json.dumps(described), encoding="utf-8")
    program = (
        "import json, sys; from itertools import islice; import mlcroissant as mlc;"
        " whole = mlc.Dataset(jsonld='dataset.jsonld'); issues = whole.metadata.ctx.issues;"
        " rows = islice(mlc.Dataset(jsonld='local.jsonld').records('cells'), 40);"
        " values = [[row['cells/measure'], row['cells/value'], row['cells/year']] for row in rows];"
        " text = [[m.decode(), None if v != v else v, int(y)] for m, v, y in values];"
        " print(json.dumps([sorted(issues.errors), text]))"
    )
    errors, rows = json.loads(run("-W", "ignore", "-c", program, cwd=taken).strip().splitlines()[-1])
    assert errors == []
    with closing(sqlite3.connect(taken / "data.sqlite")) as database:
        statement = (
            "SELECT measure, value, year FROM cells_with_sources ORDER BY report, measure, label LIMIT 40"
        )
        assert rows == [list(row) for row in database.execute(statement)]


def get(folder: Path, path: str) -> str:
    return run("-m", "datasette", "data.sqlite", "--metadata", "metadata.yml", "--get", path, cwd=folder)


def test_datasette_opens_the_file_as_it_should_be_read(taken: Path, figured: Figured) -> None:
    needs("datasette")
    assert TITLE in get(taken, "/")
    cells = get(taken, "/data/cells_with_sources?_size=1")
    assert all(meaning.split("；")[0] in cells for _, meaning in COLUMNS.values())
    checks = json.loads(get(taken, "/data/checks.json?_size=max&_shape=array"))
    differences = [one["difference"] for one in checks]
    assert differences == sorted(differences, reverse=True)
    assert len(checks) >= len(figured.truth["broken"])
    measures = json.loads(get(taken, "/data/measures.json?_size=3&_shape=array"))
    assert [one["position"] for one in measures] == [0, 1, 2]
