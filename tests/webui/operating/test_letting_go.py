"""An index that was replaced is let go at once: its files are mapped, and the disk keeps them as long as they are."""

from __future__ import annotations

import gc
import shutil
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.run.pipeline import IndexJob, run_job
from report_search.config import DEFAULT_CORPUS
from report_search.engine.columnar.snapshot import ColumnarSnapshot
from report_search.search.searcher import Searcher
from webui.app import create_app

ADDRESSES = (
    *("/", "/about", "/agencies", "/?q=领事保护", '/?q="信息公开"&group=report', "/?q=没有的词语"),
    *("/reports/waijiaobu-2019", "/api/v1/search?q=信息&since=2000-01-01", "/api/v1/search.ndjson?q=信息"),
    *("/feed.atom?q=信息", "/mentions?q=信息", "/concordance?q=信息", "/references"),
)


@pytest.fixture
def _without_garbage_collection() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_without_garbage_collection")
def test_nothing_keeps_the_snapshot_of_an_index_that_was_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[weakref.ref[ColumnarSnapshot]] = []
    make = ColumnarSnapshot.__init__

    def note(self: ColumnarSnapshot, *segments: object, **how: object) -> None:
        opened.append(weakref.ref(self))
        make(self, *segments, **how)  # type: ignore[arg-type]

    corpus, index = tmp_path / "corpus", tmp_path / "index"
    shutil.copytree(DEFAULT_CORPUS, corpus)
    run_job(IndexJob((corpus,), index, "whoosh"))
    client = create_app(Searcher(index)).test_client()
    with monkeypatch.context() as patched:
        patched.setattr(ColumnarSnapshot, "__init__", note)
        for address in ADDRESSES:
            answer = client.get(address)
            # A stream is done with once it has been read.
            assert answer.get_data()
            assert answer.status_code == 200, address
    [first] = opened
    assert first() is not None
    (corpus / "mfa-2014.txt").unlink()
    assert run_job(IndexJob((corpus,), index, "whoosh")).reports == 1
    assert client.get("/?q=领事保护").status_code == 200
    assert first() is None
