"""Whole reports as they are read, beside their sources: corpus files and a damaged page.

Each source has a golden file of its name. ``pytest --rewrite-golden`` writes them anew; look at the difference.
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from indexer.read_report import read_file

HERE = Path(__file__).parent
CORPUS = HERE.parent.parent / "corpus"
SOURCES = (CORPUS / "mfa-2014.txt", CORPUS / "mfa-2019.md", HERE / "damaged-2020.txt")


def as_read(source: Path) -> str:
    report = read_file(source, root=source.parent)
    return json.dumps(msgspec.to_builtins(report), ensure_ascii=False, indent=1) + "\n"


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_report_reads_as_its_golden_file_says(source: Path, request: pytest.FixtureRequest) -> None:
    golden = HERE / f"{source.stem}.json"
    if request.config.getoption("--rewrite-golden"):
        golden.write_text(as_read(source), encoding="utf-8")
    assert json.loads(as_read(source)) == json.loads(golden.read_text(encoding="utf-8"))


def test_golden_files_are_not_being_rewritten(request: pytest.FixtureRequest) -> None:
    assert not request.config.getoption("--rewrite-golden"), (
        "golden files were rewritten: look at the difference"
    )


def test_every_golden_file_has_its_source() -> None:
    assert {path.stem for path in HERE.glob("*.json")} == {source.stem for source in SOURCES}
