"""The list of readers is whole, or nothing is read: no format is ever left out without a word."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from indexer.read_report import READERS

FORMATS = ["pdf", "ofd", "docx", "doc", "sheet", "odt", "rtf", "markdown", "html", "text"]
READ = """
import sys
sys.modules[sys.argv[1]] = None
from indexer.read_report import READERS
print(*(reader.format for reader in READERS))
"""


def formats_without(module: str) -> subprocess.CompletedProcess[str]:
    """What a fresh process says of the readers when ``module`` can't be imported."""
    return subprocess.run(
        [sys.executable, "-c", READ, module],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[3],
    )


def test_every_format_has_a_reader_and_text_is_asked_last() -> None:
    assert [reader.format for reader in READERS] == FORMATS


@pytest.mark.parametrize(
    "module",
    [
        "indexer.readers.docx.styles",
        "indexer.readers.html.facts",
        "indexer.readers.layout.rulings",
        "indexer.readers.spacing",
    ],
)
def test_a_broken_module_of_a_reader_stops_everything(module: str) -> None:
    """A reader used to be left out where one of its modules could not be imported: DOCX was an unknown format."""
    found = formats_without(module)
    assert found.returncode != 0
    assert "ModuleNotFoundError" in found.stderr
    assert module in found.stderr


def test_a_library_that_is_an_extra_leaves_its_reader_in_the_list() -> None:
    found = formats_without("pypdfium2")
    assert (found.returncode, found.stdout.split()) == (0, FORMATS)
