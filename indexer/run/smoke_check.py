"""Golden queries: what a finished engine must find before its generation becomes current."""

from __future__ import annotations

from pathlib import Path

from indexer.run.apply import Filled
from report_search.analysis.fold import fold
from report_search.engine.protocol import EngineRequest, Snapshot
from report_search.engine.registry import open_engine
from report_search.errors import OperatorError
from report_search.fields import BORDER
from report_search.passages import Passage
from report_search.query.ast import Everything, Phrase


def check_engine(name: str, folder: Path, *, filled: Filled) -> None:
    """Raise ``OperatorError`` unless the engine holds what it was given: all of it, and each sample by its words."""
    engine = open_engine(name, folder)
    try:
        snapshot = engine.snapshot()
        total = snapshot.find(EngineRequest(Everything(), limit=1, facets=())).total
        if (total.passages, total.reports) != (filled.passages, filled.reports):
            raise _broken("段落或报告的数量与写入的不符")
        for sample in filled.samples:
            _look_for(sample, snapshot)
    finally:
        engine.close()


def _look_for(sample: Passage, snapshot: Snapshot) -> None:
    piece = max(sample.text.split(BORDER), key=len)
    exact = Phrase(piece, fold(piece))
    request = EngineRequest(exact, filters=(("report", (sample.report,)),), limit=100, facets=())
    if exact.folded.text and sample.id not in {hit.id for hit in snapshot.find(request).hits}:
        raise _broken(f"找不到刚写入的段落 {sample.id}")
    if snapshot.passages([sample.id]) != [sample]:
        raise _broken(f"取回的段落 {sample.id} 与写入的不同")


def _broken(what: str) -> OperatorError:
    return OperatorError(
        "index-check", f"新索引没有通过检查：{what}；未启用。", hint="原来的索引仍在使用；请报告此问题。"
    )
