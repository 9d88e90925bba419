"""The texts of every report of a generation, laid out so that a pasted one is looked up in all of them at once.

Most sentences are said in many reports: each different text is kept, and compared, once. The rule: of a report the
first passage counts that has a text verbatim, and else the nearest sentences, of equally near ones the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from report_search.analysis.arabic_numbers import inside_number
from report_search.analysis.fold import fold_text
from report_search.analysis.similarity import similarities
from report_search.engine.cache import LruCache
from report_search.generations import ReportSummary
from report_search.generations.statement_file import SaidPassage
from report_search.wording.shared_characters import SharedCharacters

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_LENGTHS_KEPT = 4
"""For so many numbers of sentences in a row, beside single ones, the layout is kept."""
_RANK_SHIFT = 40
"""So many bits are left below a rank for the number of a window: more than any index has."""


class Places(Struct, frozen=True):
    """Where a text stands, report by report: numbers of reports, ascending, and of a passage or a window in each.

    ``similarity``, ``(n_places,) float64``, is 1 for what stands verbatim.
    """

    reports: Ints
    at: Ints
    similarity: Floats

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Each report with what is named of it."""
        return zip(self.reports.tolist(), self.at.tolist(), strict=True)

    def by_nearness(self) -> Ints:
        """Their positions, the nearest first, equally near ones in their order."""
        return np.argsort(-self.similarity, kind="stable")

    def nearest(self, most: int | None) -> Places:
        """At most so many of them: the nearest, of equally near ones the first."""
        if most is None or len(self.reports) <= most:
            return self
        kept = np.sort(self.by_nearness()[: max(0, most)])
        return Places(self.reports[kept], self.at[kept], self.similarity[kept])

    def but(self, others: Places) -> Places:
        """The places in reports where ``others`` has none."""
        kept = ~np.isin(self.reports, others.reports, assume_unique=True)
        return Places(self.reports[kept], self.at[kept], self.similarity[kept])


class HeldTexts:
    """The passages of reports, by report and in reading order; all of them are numbered through."""

    def __init__(self, reports: Iterable[tuple[ReportSummary, Sequence[SaidPassage]]]) -> None:
        summaries: list[ReportSummary] = []
        self._passages: list[SaidPassage] = []
        owners: list[int] = []
        for number, (summary, passages) in enumerate(reports):
            summaries.append(summary)
            self._passages += passages
            owners += [number] * len(passages)
        self.reports: tuple[ReportSummary, ...] = tuple(summaries)
        self._owners: Ints = np.array(owners, dtype=np.int64)
        self._several = LruCache(_LENGTHS_KEPT)

    def passage_id(self, number: int) -> str:
        """The id of a passage."""
        return self._passages[number].id

    def verbatim(self, key: str) -> Places:
        """The first passage of each report in which ``key`` stands, neither end inside a number."""
        distinct = self._distinct_passages
        texts = [text for text in distinct.may_contain(key) if _stands(key, distinct.text(text))]
        passages = np.sort(distinct.occurrences(np.array(texts, dtype=np.int64)))
        reports, first = np.unique(self._owners[passages], return_index=True)
        return Places(reports, passages[first], np.ones(len(reports)))

    def windows(self, length: int) -> Windows:
        """Every ``length`` sentences in a row of one passage."""
        if length == 1:
            return self._sentences
        return self._several.get(length, lambda: self._windows(length))

    @cached_property
    def _distinct_passages(self) -> _DistinctTexts:
        return _DistinctTexts([passage.key for passage in self._passages])

    @cached_property
    def _sentences(self) -> Windows:
        return self._windows(1)

    def _windows(self, length: int) -> Windows:
        said = [passage.said for passage in self._passages]
        counts = np.array([max(0, len(one) - length + 1) for one in said], dtype=np.int64)
        passages = np.repeat(np.arange(len(said)), counts)
        texts = ["".join(one[at : at + length]) for one in said for at in range(len(one) - length + 1)]
        return Windows(texts, passages, owners=self._owners[passages])


class Windows:
    """Sentences in a row, numbered by report and in reading order: ``passages`` has the passage of each."""

    def __init__(self, texts: Sequence[str], passages: Ints, *, owners: Ints) -> None:
        # One object for each different text: a hundred thousand windows have ten thousand.
        known: dict[str, str] = {}
        self._texts = [known.setdefault(text, text) for text in texts]
        self.passages, self._owners = passages, owners
        keys = {text: fold_text(text) for text in known}
        self._distinct = _DistinctTexts([keys[text] for text in self._texts])

    def text(self, number: int) -> str:
        """What a window says, as printed."""
        return self._texts[number]

    def nearest(self, key: str, *, at_least: float) -> Places:
        """The window of each report that is nearest to ``key``, where one is ``at_least`` so near."""
        candidates = self._distinct.may_be_near(key, at_least=at_least)
        texts = [self._distinct.text(one) for one in candidates.tolist()]
        found: Floats = np.array(similarities(key, texts, at_least=at_least), dtype=np.float64)
        is_near = found >= at_least
        candidates, found = candidates[is_near], found[is_near]
        counts = self._distinct.counts(candidates)
        windows = self._distinct.occurrences(candidates)
        # One number says which of two is nearer, and of equally near ones which comes first: of windows 4 and 7 with
        # the ranks 1 and 1, the one with less taken off, 1 << 40 minus 4.
        values, ranks = np.unique(found, return_inverse=True)
        scores = (np.repeat(ranks.astype(np.int64), counts) + 1 << _RANK_SHIFT) - windows
        order = np.argsort(-scores, kind="stable")
        reports, first = np.unique(self._owners[windows[order]], return_index=True)
        best = order[first]
        return Places(reports, windows[best], np.repeat(values[ranks], counts)[best])


class _DistinctTexts:
    """The different ones of some texts, and which of these have each."""

    def __init__(self, texts: Sequence[str]) -> None:
        numbers: dict[str, int] = {}
        codes = np.array([numbers.setdefault(text, len(numbers)) for text in texts], dtype=np.int64)
        distinct = list(numbers)
        self._index = SharedCharacters(distinct)
        order = self._index.order
        self._texts: list[str] = [distinct[at] for at in order.tolist()]
        # The index has an order of its own: of texts 乙乙 甲 甲 the number of 甲 is 0, and 1 and 2 have it.
        number_of = np.empty(len(distinct), dtype=np.int64)
        number_of[order] = np.arange(len(distinct))
        codes = number_of[codes]
        self._members: Ints = np.argsort(codes, kind="stable")
        self._starts: Ints = np.searchsorted(codes[self._members], np.arange(len(distinct) + 1))

    def text(self, number: int) -> str:
        return self._texts[number]

    def may_be_near(self, key: str, *, at_least: float) -> Ints:
        return self._index.may_be_near(key, at_least=at_least)

    def may_contain(self, key: str) -> list[int]:
        numbers: list[int] = self._index.may_contain(key).tolist()
        return numbers

    def counts(self, numbers: Ints) -> Ints:
        """How many texts are the one with each number."""
        return self._starts[numbers + 1] - self._starts[numbers]

    def occurrences(self, numbers: Ints) -> Ints:
        """The texts that are one of ``numbers``: those of the first, then those of the next."""
        counts = self.counts(numbers)
        # Ranges one after the other: of the starts 5 and 9 with the counts 2 and 3, 5 6 9 10 11.
        before = np.repeat(
            self._starts[numbers] - np.append(0, np.cumsum(counts)[:-1])[: len(counts)], counts
        )
        return self._members[before + np.arange(int(counts.sum()))]


def _stands(key: str, text: str) -> bool:
    """Whether ``key`` stands in ``text`` somewhere with neither end inside a number."""
    at = text.find(key)
    while at >= 0:
        if not inside_number(text, at) and not inside_number(text, at + len(key)):
            return True
        at = text.find(key, at + 1)
    return False
