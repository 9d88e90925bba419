"""Engines by name: unknown ones, ones that are not installed, and ones that are broken."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from report_search.engine.registry import ENGINES, SERVERS, EngineModule, open_engine
from report_search.errors import OperatorError

ADDRESS = "opensearch://127.0.0.1:9200/reports"
NEEDED = [
    ("whoosh", "whoosh", "report_search.engine.whoosh"),
    ("tantivy", "tantivy", "report_search.engine.tantivy"),
    (ADDRESS, "urllib3", "report_search.engine.opensearch"),
]
"""What is opened, the third-party package that it needs, and the package of ours that holds it."""


def forget(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    """Let the modules of a package be imported anew, until the test is over."""
    parent, _, name_there = package.rpartition(".")
    if hasattr(sys.modules.get(parent), name_there):
        monkeypatch.delattr(sys.modules[parent], name_there)
    for name in [name for name in sys.modules if name == package or name.startswith(package + ".")]:
        monkeypatch.delitem(sys.modules, name)


@pytest.mark.parametrize(("name", "package", "ours"), NEEDED)
def test_an_engine_whose_package_is_missing_says_what_to_install(
    name: str, package: str, ours: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget(monkeypatch, ours)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(OperatorError) as error:
        open_engine(name, tmp_path)
    assert error.value.code == "engine-not-installed"
    assert package in error.value.message
    assert f"report-search[{name.partition(':')[0]}]" in error.value.hint


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("whoosh", "report_search.engine.whoosh.codec"),
        ("tantivy", "report_search.engine.tantivy.live_rows"),
        (ADDRESS, "report_search.engine.opensearch.client"),
    ],
)
def test_a_missing_module_of_ours_is_not_taken_for_a_missing_package(
    name: str, ours: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken installation used to be told to install an extra that was there."""
    if name == "tantivy":
        pytest.importorskip("tantivy", reason="the extra 'tantivy' is not installed")
    forget(monkeypatch, ours.rpartition(".")[0])
    monkeypatch.setitem(sys.modules, ours, None)
    with pytest.raises(ModuleNotFoundError) as error:
        open_engine(name, tmp_path)
    assert error.value.name == ours


def test_a_missing_package_that_every_engine_needs_is_not_an_engines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ENGINES, "broken", EngineModule("a_package_that_is_not_there.engine", "another"))
    with pytest.raises(ModuleNotFoundError, match="a_package_that_is_not_there"):
        open_engine("broken", tmp_path)


def test_an_unknown_engine_names_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(OperatorError) as error:
        open_engine("lucene", tmp_path)
    assert error.value.code == "engine-unknown"
    assert all(name in error.value.hint for name in (*ENGINES, *SERVERS))
