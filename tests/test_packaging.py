"""One distribution: the wheel holds three packages with their data, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import report_search

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    assert wheel.name.startswith(f"report_search-{report_search.__version__}-")
    return set(zipfile.ZipFile(wheel).namelist())


def test_the_wheel_holds_the_three_packages_and_nothing_else(names: set[str]) -> None:
    tops = {name.split("/")[0] for name in names}
    assert tops == {
        "report_search",
        "indexer",
        "webui",
        f"report_search-{report_search.__version__}.dist-info",
    }


def test_every_file_of_the_packages_is_in_the_wheel(names: set[str]) -> None:
    for package, folder in (
        ("report_search", "src/report_search"),
        ("indexer", "indexer"),
        ("webui", "webui"),
    ):
        root = ROOT / folder
        for path in root.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert f"{package}/{path.relative_to(root).as_posix()}" in names


def test_the_packages_are_typed(names: set[str]) -> None:
    assert {"report_search/py.typed", "indexer/py.typed", "webui/py.typed"} <= names


def test_the_console_script_is_the_command_line(names: set[str]) -> None:
    assert f"report_search-{report_search.__version__}.dist-info/entry_points.txt" in names
