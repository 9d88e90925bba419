"""Whoosh's files are pickles: whatever a snapshot from elsewhere has put into them, nothing of it is run."""

from __future__ import annotations

import gc
import hashlib
import io
import json
import pickle
import re
import sys
from collections.abc import Hashable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from whoosh import columns, formats, index
from whoosh.codec import whoosh3
from whoosh.filedb import structfile

from indexer.run.pipeline import IndexJob, run_job
from report_search.engine.whoosh import plain_pickles
from report_search.errors import OperatorError
from report_search.generations import Generations
from report_search.generations.snapshots import restore, write_snapshot
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher
from tests.snapshots.test_snapshots import Members, members, packed

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
PICKLE = re.compile(rb"\x80[\x02-\x05]")
"""How a pickle begins, by its protocol."""


EVIL = b"cos\nmkdir\n(Vran\ntR."
"""A pickle that makes the folder ``ran`` as soon as it is loaded."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Members:
    """What is in a snapshot of a real index."""
    folder = tmp_path_factory.mktemp("kept")
    run_job(IndexJob(paths=(CORPUS,), index=folder / "index", engine="whoosh"))
    write_snapshot(folder / "index", folder / "kept.tar.gz")
    return members(folder / "kept.tar.gz")


def forged(files: Members, **changed: bytes) -> Members:
    """``files`` with other ones, and checksums that agree: what whoever makes a snapshot can do."""
    files = {**files, **changed}
    record, facts = json.loads(files["run.json"]), json.loads(files["snapshot.json"])
    for name, data in changed.items():
        record["checksums"][name] = hashlib.sha256(data).hexdigest()
    data = json.dumps(record).encode()
    facts["record"] = hashlib.sha256(data).hexdigest()
    return {**files, "run.json": data, "snapshot.json": json.dumps(facts).encode()}


def tampered(files: Members, which: str) -> Members:
    """``files`` with the evil pickle in place of some of Whoosh's own, its checksums in agreement."""
    ending = ".toc" if which in ("schema", "segments") else ".seg"
    name = next(name for name in files if name.endswith(ending))
    starts = [found.start() for found in PICKLE.finditer(files[name])]
    chosen = {
        "schema": starts[:1],
        "segments": starts[1:2],
        "directory": starts[-2:-1],
        "postings": starts[:-2],
    }[which]
    data = bytearray(files[name])
    for at in chosen:
        data[at : at + len(EVIL)] = EVIL
    assert chosen
    return forged(files, **{name: bytes(data)})


def read_everything(folder: Path) -> None:
    searcher = Searcher(folder)
    for text in ("领事保护", "政府信息公开", "工作"):
        assert list(searcher.walk(SearchRequest(text=text)).hits)


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoosh with the loaders that it comes with."""
    monkeypatch.setattr(index, "pickle", pickle)
    monkeypatch.setattr(structfile, "load_pickle", pickle.load)
    for module in (whoosh3, columns, formats):
        monkeypatch.setattr(module, "loads", pickle.loads)


@pytest.fixture
def collected() -> Iterator[None]:
    """Frees what a test leaves, while warnings of it are still that test's."""
    yield
    gc.collect()


# Whoosh leaves a file open that it could not read.
left_open = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
parts = pytest.mark.parametrize("which", ["schema", "segments", "directory", "postings"])


@left_open
@parts
@pytest.mark.usefixtures("collected")
def test_no_pickle_of_a_restored_snapshot_is_run(
    which: str, kept: Members, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    restore(packed(tmp_path / "bad.tar.gz", tampered(kept, which)), tmp_path / "index")
    with pytest.raises(OperatorError) as told:
        read_everything(tmp_path / "index")
    assert (told.value.code, "posix.mkdir" in told.value.message or "os.mkdir" in told.value.message) == (
        "index-damaged",
        True,
    )
    assert not (tmp_path / "ran").exists()


@left_open
@parts
@pytest.mark.usefixtures("collected", "unguarded")
def test_the_same_snapshots_would_run_by_whooshs_own_loaders(
    which: str, kept: Members, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the test above is about pickles that are really read."""
    monkeypatch.chdir(tmp_path)
    restore(packed(tmp_path / "bad.tar.gz", tampered(kept, which)), tmp_path / "index")
    with suppress(Exception):
        read_everything(tmp_path / "index")
    assert (tmp_path / "ran").exists()


def test_no_module_of_whoosh_that_reads_an_index_loads_pickles_by_itself() -> None:
    """``compat`` hands them out, and is asked only while other modules are imported."""
    loaders = {pickle.load, pickle.loads, pickle.Unpickler, pickle}
    unguarded = {
        f"{name}.{attribute}"
        for name, module in list(sys.modules.items())
        if name.startswith("whoosh") and name != "whoosh.compat"
        for attribute, value in vars(module).items()
        if isinstance(value, Hashable) and value in loaders
    }
    # Sorting with files on the disk and the loader of version 1.1 are not used; neither is there to be reached.
    assert unguarded <= {"whoosh.util.loading.pickle", "whoosh.externalsort.load"}
    assert index.toc_loaders == {}


@pytest.mark.parametrize(
    "name",
    [
        "os.system",
        "builtins.eval",
        "builtins.getattr",
        "whoosh.util.loading.find_object",
        "report_search.engine.whoosh.codec._PostingsWriter",
        "whoosh.fields.Schema.__init__.__globals__",
    ],
)
@pytest.mark.parametrize("protocol", [0, 4])
def test_no_other_name_is_found(name: str, protocol: int) -> None:
    module, _, last = name.rpartition(".")
    if name.endswith("__globals__"):
        module, last = "whoosh.fields", "Schema.__init__.__globals__"
    by_name = f"c{module}\n{last}\n.".encode()
    stacked = b"\x80\x04\x8c" + bytes([len(module)]) + module.encode()
    stacked += b"\x8c" + bytes([len(last)]) + last.encode() + b"\x93."
    with pytest.raises(OperatorError, match="不属于索引"):
        plain_pickles.loads(by_name if protocol == 0 else stacked)


@pytest.mark.parametrize(
    "data", [b"", b"x", b"\x80\x04", b"(lp0\n", b"P1\n.", b"c_codecs\nencode\n(Vx\nVzlib\ntR."]
)
def test_a_broken_pickle_is_a_damaged_index(data: bytes) -> None:
    with pytest.raises(OperatorError) as told:
        plain_pickles.loads(data)
    assert told.value.code == "index-damaged"


def test_plain_values_are_read_as_pickle_reads_them() -> None:
    value = {"a": (1, 2.5, b"\xff\x00", None, True), "b": ["文"]}
    for protocol in (2, 5):
        packed_value = pickle.dumps(value, protocol)
        assert plain_pickles.load(io.BytesIO(packed_value)) == pickle.loads(packed_value)


def test_an_untouched_snapshot_answers(kept: Members, tmp_path: Path) -> None:
    restore(packed(tmp_path / "good.tar.gz", kept), tmp_path / "index")
    read_everything(tmp_path / "index")
    assert Generations(tmp_path / "index").current() is not None
