"""Smoke check: what a finished engine must find before its generation becomes current."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from report_search.analysis.fold import fold
from report_search.engine.protocol import EngineRequest, Snapshot
from report_search.engine.registry import open_engine
from report_search.errors import OperatorError
from report_search.fields import BORDER
from report_search.generations import BuildOutcome
from report_search.passages import Passage
from report_search.query.ast import Everything, Phrase


def check_engine(name: str, folder: Path, *, expected: BuildOutcome, samples: Iterable[Passage]) -> None:
    """Raise ``OperatorError`` unless the engine holds what it was given: all of it, and each sample by its words."""
    engine = open_engine(name, folder)
    try:
        snapshot = engine.snapshot()
        total = snapshot.find(EngineRequest(Everything(), limit=1, facets=())).total
        if (total.passages, total.reports) != (expected.passages, expected.reports):
            raise _broken("段落或报告的数量与写入的不符")
        for sample in samples:
            _look_for(sample, snapshot)
    finally:
        engine.close()


LOOKED_FOR = 80
"""So many characters of a passage are looked for at most."""
_CUT_TOKEN = re.compile(r"[0-9０-９A-Za-zＡ-Ｚａ-ｚ.,，、．%％]*$")


def _look_for(sample: Passage, snapshot: Snapshot) -> None:
    # A phrase never matches across the border of a cell, so the longest cell is looked for. The report's own filter
    # keeps the hits few: rows of the official tables have the same words in every report.
    wording = _opening(max(sample.text.split(BORDER), key=len))
    phrase = Phrase(wording, fold(wording))
    request = EngineRequest(phrase, filters=(("report", (sample.report,)),), limit=100, facets=())
    if phrase.folded.text and sample.id not in {hit.id for hit in snapshot.find(request).hits}:
        raise _broken(f"找不到刚写入的段落 {sample.id}")
    if snapshot.passages([sample.id]) != [sample]:
        raise _broken(f"取回的段落 {sample.id} 与写入的不同")


def _opening(text: str) -> str:
    """The beginning of a text, long enough to be told by; a whole paragraph is more than a search server takes."""
    # A match never ends inside a number or a Latin word, so the cut does not either.
    opening = _CUT_TOKEN.sub("", text[:LOOKED_FOR]) if len(text) > LOOKED_FOR else text
    return opening or text


def _broken(what: str) -> OperatorError:
    return OperatorError(
        "index-check", f"新索引没有通过检查：{what}；未启用。", hint="原来的索引仍在使用；请报告此问题。"
    )
