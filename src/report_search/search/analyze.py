"""How a text or a query is read: folded, cut into words, understood as a tree. What ``analyze`` shows."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from report_search.analysis.fold import FoldedText, fold
from report_search.generations import PublishedGenerations
from report_search.query.interpret import Interpretation, read
from report_search.search.corpus_lexicon import lexicon_of


class Analysis(Struct, frozen=True):
    """One text, read in both ways: as text that is searched (``folded``, ``words``) and as a query."""

    folded: FoldedText
    words: tuple[str, ...]
    interpretation: Interpretation


def analyze_text(text: str, index: Path) -> Analysis:
    """How ``text`` is read. The agencies that a query may name are those of the index, where there is one."""
    current = PublishedGenerations(index).current()
    names = {summary.agency for summary in current.reports()} if current else ()
    lexicon = lexicon_of(names, additions=current.record.additions if current else ())
    folded = fold(text)
    words = tuple(lexicon.segmenter.words(folded.text))
    return Analysis(folded, words, read(text, lexicon, strict=False, expand=True))
