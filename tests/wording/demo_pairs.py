"""What a demo corpus knows of its sentences, set against what the alignment of its reports says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.synthetic.demo.compose import DemoReport
from indexer.synthetic.demo.plan import DemoCorpus
from report_search.passages import passages_of
from report_search.wording.align import align
from report_search.wording.statements import Statement, statements_of


@dataclass(slots=True)
class Score:
    """Pairs of a sentence in two reports that follow each other, and edits that cut one or made one of two."""

    found: int = 0
    wrong: int = 0
    missed: int = 0
    cut: int = 0
    cut_found: int = 0

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.wrong)

    @property
    def recall(self) -> float:
        return self.found / (self.found + self.missed)

    @property
    def cuts_recall(self) -> float:
        return self.cut_found / self.cut


def score(corpus: DemoCorpus) -> Score:
    """How well the sentences of each body are followed from each report held to the next."""
    total = Score()
    for older, newer in _following(corpus):
        _count(total, older, newer)
    return total


def _following(corpus: DemoCorpus) -> Iterator[tuple[DemoReport, DemoReport]]:
    for body in corpus.bodies:
        own = [one for one in corpus.reports if one.body.key == body.key and not one.superseded]
        yield from pairwise(sorted(own, key=lambda one: one.year))


def sentences_of(made: DemoReport) -> list[Statement]:
    return [one for one in statements_of(passages_of(made.report)) if not one.is_row]


def _threads(made: DemoReport, statements: Sequence[Statement]) -> dict[str, list[int]]:
    """Where each thread of a report stands among its statements."""
    said: dict[str, list[str]] = defaultdict(list)
    for placement in made.placements:
        for text in placement.texts:
            said[text].append(placement.thread)
    places: dict[str, list[int]] = defaultdict(list)
    for at, statement in enumerate(statements):
        thread = said[statement.text][0]
        if len(said[statement.text]) > 1:
            said[statement.text].pop(0)
        places[thread].append(at)
    return places


def _count(total: Score, older: DemoReport, newer: DemoReport) -> None:
    old, new = sentences_of(older), sentences_of(newer)
    before, after = _threads(older, old), _threads(newer, new)
    thread_at = {at: thread for thread, places in after.items() for at in places}
    thread_of = {at: thread for thread, places in before.items() for at in places}
    pairs = {(i, j) for link in align(old, new) for i in link.older for j in link.newer}
    total.wrong += sum(thread_of[i] != thread_at[j] for i, j in pairs)
    for thread in before.keys() & after.keys():
        wanted = {(i, j) for i in before[thread] for j in after[thread]}
        has_one = bool(wanted & pairs)
        total.found += has_one
        total.missed += not has_one
        if len(before[thread]) != len(after[thread]):
            total.cut += 1
            total.cut_found += wanted <= pairs
