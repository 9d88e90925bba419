"""docs/index-format.md against real indexes: every array is named with its type, and the worked example is right."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from indexer.run.pipeline import IndexJob, run_job
from report_search.analysis.fold import fold
from report_search.engine.arrays import Array
from report_search.engine.columnar import text_index
from report_search.engine.columnar.array_file import read_arrays
from report_search.engine.columnar.indexed_text import text_of

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = (ROOT / "docs" / "index-format.md").read_text(encoding="utf-8")
FIELDS = ("year", "section", "topic", "agency", "type", "report", "published")
PLAIN = re.compile(r"uint8|uint16|uint32|uint64|int32|int64|bool")


def sections() -> dict[str, str]:
    """The part of the document on each file of arrays."""
    found = re.findall(r"^### `(\w+)`(.*?)(?=^##)", DOCUMENT, re.M | re.S)
    return dict(found)


def documented(file: str) -> dict[str, tuple[str, str]]:
    """Each array of a file with the dtype and the shape that the document gives."""
    found: dict[str, tuple[str, str]] = {}
    for row in re.findall(r"^\| `.*\|$", sections()[file], re.M):
        names, dtypes, shapes = (cell.strip() for cell in row.strip("|").split("|")[:3])
        for at, name in enumerate(re.findall(r"`(\w+)`", names)):
            dtype = dtypes.split(", ")[at] if ", " in dtypes and "or" not in dtypes else dtypes
            shape = shapes.split("`, `")[at] if "`, `" in shapes else shapes
            for field in FIELDS if name.startswith("FIELD") else ("",):
                found[name.replace("FIELD", field)] = (dtype, shape)
    return found


def arrays_below(folder: Path, file: str) -> dict[str, Array]:
    (path,) = (
        path for path in folder.rglob(file) if path.is_file() and path.parent.parent.name != "generations"
    )
    return read_arrays(path)


@pytest.fixture(scope="module", params=["whoosh", "tantivy"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if request.param == "tantivy":
        pytest.importorskip("tantivy", reason="the extra 'tantivy' is not installed")
    folder: Path = tmp_path_factory.mktemp(request.param)
    run_job(IndexJob((ROOT / "corpus",), folder, request.param))
    return folder


@pytest.mark.parametrize("file", ["text", "numbers", "context", "columns", "words"])
def test_the_document_names_every_array_of_a_built_index(index: Path, file: str) -> None:
    if file == "words" and list(index.rglob("*.seg")):
        return  # whoosh keeps the postings of words in files of its own
    named = documented(file) | (documented("text") if file == "context" else {})
    arrays = arrays_below(index, file)
    assert set(arrays) - set(named) == set(), "arrays that the document does not name"
    own = documented(file)
    assert set(own) - set(arrays) == set(), "arrays that the document names and no index has"
    for name, array in arrays.items():
        dtype, shape = named[name]
        if dtype == "narrow" or shape.startswith("as "):
            assert array.dtype.kind == "u"
        elif (kind := PLAIN.search(dtype)) and "or" not in dtype:
            assert array.dtype.name == kind[0], name
        assert array.ndim == 1


def example() -> dict[str, list[str]]:
    block = DOCUMENT.split("<!-- example", 1)[1].split("```")[1]
    return {line.split()[0]: line.split()[1:] for line in block.strip().splitlines()}


def test_the_worked_example_is_what_the_code_builds() -> None:
    texts = ["依法答覆350条。", "共2,350条"]
    arrays = text_index.build([text_of(fold(text)) for text in texts])
    shown = example()
    assert shown.pop("alphabet") == ["\\0", *map(chr, arrays["alphabet"][1:].tolist())]
    cuts = np.unpackbits(arrays["cuts"], bitorder="little")[: len(arrays["codes"])]
    assert shown.pop("cuts") == list(map(str, cuts.tolist()))
    assert len(shown) > 10
    for name, numbers in shown.items():
        assert numbers == list(map(str, arrays[name].tolist())), name
