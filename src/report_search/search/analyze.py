"""How a text or a query is read: folded, cut into words, understood as a tree. What ``analyze`` shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from report_search.analysis.fold import fold
from report_search.generations import Generations
from report_search.query.interpret import read
from report_search.query.serialise import to_data
from report_search.search.corpus_lexicon import lexicon_of


def explain(text: str, index: Path) -> dict[str, Any]:
    """The readings of ``text``; the agencies are those of the index, if there is one."""
    current = Generations(index).current()
    lexicon = lexicon_of({s.agency for s in current.reports()} if current else ())
    folded = fold(text)
    reading = read(text, lexicon, strict=False, expand=True)
    return {
        "text": text,
        "folded": folded.text,
        "variants": [
            {
                "printed": text[slice(*folded.span(v.start, v.end))],
                "start": v.start,
                "end": v.end,
                "text": v.text,
            }
            for v in folded.variants
        ],
        "words": list(lexicon.segmenter.words(folded.text)),
        "read_as": [{"text": piece.text, "as": piece.as_} for piece in reading.read_as],
        "hints": [
            {"code": h.code, "message": h.message, "position": h.position, "suggestion": h.suggestion}
            for h in reading.hints
        ],
        "tree": to_data(reading.tree),
    }
