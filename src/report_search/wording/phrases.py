"""New and vanished phrases of an agency: what first stands in a year's report, and what stands there for the last time.

A phrase is a sequence of words within one clause. Looked for are the shortest sequences that no earlier (later) report
has; each is then lengthened by every word that always stands beside it, so that what is told is the longest wording
that came (went) as one piece. Numbers, with their units, and dates end a clause, and no stop word stands at an end.

The rule: new is said only against years that are held, and no phrase is told that stands, as characters, anywhere in a
report of an earlier (later) held year, its headings and tables included: a quoted search finds it there as little.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from report_search import deadline
from report_search.analysis.fold import FoldedText, fold
from report_search.analysis.prose_numbers import ProseNumber, read_numbers
from report_search.errors import RequestError
from report_search.passages import Passage
from report_search.query.lexicon import Lexicon
from report_search.query.positions import sentences
from report_search.search.agencies import AgencyCard
from report_search.search.results import IndexState
from report_search.search.searcher import Searcher
from report_search.wording.log_likelihood import DistinctiveWord, distinctive_words

MOST_WORDS = 8
"""The shortest sequence that is new is looked for up to so many words."""
SHORTEST = 2
"""Characters that a phrase has at least."""
MOST_PHRASES, MOST_DISTINCTIVE = 300, 40
"""So many are told; all are counted."""
_NOT_A_WORD = re.compile(r"[^\w]+|_+|(?<![a-z0-9])\d+(?![a-z0-9])")
_PARTS_OF_DATES = "年月日号时点分届期度"

Words = tuple[str, ...]


class PhraseExample(Struct, frozen=True):
    """A sentence as printed, where the phrase stands in it, and the passage that it is part of."""

    sentence: str
    span: tuple[int, int]
    passage: Passage


class YearPhrase(Struct, frozen=True):
    """A phrase as printed, the held years in which it stands, how many paragraphs have it, and one of its sentences."""

    text: str
    years: tuple[int, ...]
    paragraphs: int
    example: PhraseExample


class YearPhrases(Struct, frozen=True):
    """What is new and what is last in a year of an agency, most lasting first.

    ``earlier`` and ``later`` are the held years that were compared with; without any nothing is new, or last.
    ``missing`` are years between the first and the last that are not held. ``predecessors`` are those that were taken
    along. ``first_total`` and ``last_total`` count all phrases, ``first`` and ``last`` hold at most ``MOST_PHRASES``.
    """

    agency: AgencyCard
    year: int
    predecessors: tuple[str, ...]
    earlier: tuple[int, ...]
    later: tuple[int, ...]
    missing: tuple[int, ...]
    first: tuple[YearPhrase, ...]
    last: tuple[YearPhrase, ...]
    first_total: int
    last_total: int
    distinctive: tuple[DistinctiveWord, ...]
    words: int
    rest_words: int
    index: IndexState


class _Clause(NamedTuple):
    """Words without a mark of punctuation or a number between them, and where each begins in the folded text."""

    paragraph: int
    words: Words
    starts: tuple[int, ...]


class _Place(NamedTuple):
    clause: int
    at: int


class _Paragraph(Struct, frozen=True):
    passage: Passage
    year: int
    text: FoldedText


def year_phrases(
    searcher: Searcher, card: AgencyCard, *, year: int | None = None, lineage: bool = False
) -> YearPhrases:
    """The phrases of a year, by default of the newest that is held.

    ``lineage`` compares with the reports of the agency's predecessors as well. Raises ``RequestError``
    (``year-not-held``) for a year of which no report is held.
    """
    before = searcher.predecessors(card.name) if lineage else ()
    reports = _dated_reports(searcher, (card.name, *before))
    held = sorted({one for one, _ in reports})
    asked = held[-1] if year is None and held else year
    if asked not in held:
        raise _not_held(card, asked, held)
    passages = ((one, passage) for one, report in reports for passage in searcher.whole_report(report))
    wording = _Wording(passages, searcher.lexicon())
    earlier, later = held[: held.index(asked)], held[held.index(asked) + 1 :]
    first = wording.standing(asked, min) if earlier else []
    last = wording.standing(asked, max) if later else []
    counts, rest = wording.counts(asked)
    return YearPhrases(
        agency=card,
        year=asked,
        predecessors=tuple(before),
        earlier=tuple(earlier),
        later=tuple(later),
        missing=tuple(sorted(set(range(held[0], held[-1])) - set(held))),
        first=tuple(first[:MOST_PHRASES]),
        last=tuple(last[:MOST_PHRASES]),
        first_total=len(first),
        last_total=len(last),
        distinctive=tuple(distinctive_words(counts, rest)[:MOST_DISTINCTIVE]),
        words=sum(counts.values()),
        rest_words=sum(rest.values()),
        index=searcher.state(),
    )


def _dated_reports(searcher: Searcher, agencies: Sequence[str]) -> list[tuple[int, str]]:
    """The reports of some agencies that have a year: year and id."""
    reports = searcher.reports()
    return [(one.year, one.id) for one in reports if one.agency in agencies and one.year is not None]


def _not_held(card: AgencyCard, year: int | None, held: Sequence[int]) -> RequestError:
    known = f"已收录的年份：{'、'.join(map(str, held))}。" if held else "已收录的机关见“机关”页。"
    what = f"{card.name}没有收录年份明确的报告。" if year is None else f"没有收录{card.name}{year}年的报告。"
    return RequestError("year-not-held", what, hint=known)


class _Wording:
    """The running text of some reports as clauses of words, and all their texts as characters."""

    def __init__(self, passages: Iterable[tuple[int, Passage]], lexicon: Lexicon) -> None:
        self._stopwords = lexicon.stopwords
        self._paragraphs: list[_Paragraph] = []
        self._clauses: list[_Clause] = []
        whole: dict[int, list[str]] = defaultdict(list)
        for year, passage in passages:
            deadline.check()
            text = fold(passage.text)
            whole[year].append(text.text)
            if passage.type == "paragraph":
                paragraph = len(self._paragraphs)
                self._paragraphs.append(_Paragraph(passage, year, text))
                self._clauses += _clauses(text, paragraph, cut=lexicon.segmenter.words)
        self._whole = {year: "\n".join(texts) for year, texts in sorted(whole.items())}

    def counts(self, year: int) -> tuple[Counter[str], Counter[str]]:
        """How often each word that counts stands in a year, and in all others."""
        selection: Counter[str] = Counter()
        rest: Counter[str] = Counter()
        for clause in self._clauses:
            side = selection if self._year(clause) == year else rest
            side.update(w for w in clause.words if len(w) >= SHORTEST and w not in self._stopwords)
        return selection, rest

    def standing(self, year: int, end: Callable[[Iterable[int]], int]) -> list[YearPhrase]:
        """The phrases whose first year (``end`` is ``min``) or last year (``max``) is ``year``."""
        found: dict[str, YearPhrase] = {}
        for places, length in self._shortest(year, end):
            deadline.check()
            phrase = self._phrase(places, length, year=year)
            if phrase is not None and phrase.text not in found and end(phrase.years) == year:
                found[phrase.text] = phrase
        return sorted(
            found.values(), key=lambda one: (-len(one.years), -one.paragraphs, -len(one.text), one.text)
        )

    def _year(self, clause: _Clause) -> int:
        return self._paragraphs[clause.paragraph].year

    def _shortest(self, year: int, end: Callable[[Iterable[int]], int]) -> Iterator[tuple[list[_Place], int]]:
        """The places and the length of each shortest sequence that stands in no year before (behind) ``year``."""
        shorter: set[Words] = set()
        for length in range(1, MOST_WORDS + 1):
            places = self._sequences(length, year)
            fresh = {
                words
                for words, found in places.items()
                if end(self._year(self._clauses[p.clause]) for p in found) == year
            }
            for words in fresh:
                if length == 1 or not (words[1:] in shorter or words[:-1] in shorter):
                    yield places[words], length
            shorter = fresh

    def _sequences(self, length: int, year: int) -> Mapping[Words, list[_Place]]:
        """Every sequence of ``length`` words that ``year`` has, with all its places in all years."""
        wanted = {
            clause.words[at : at + length]
            for clause in self._clauses
            if self._year(clause) == year
            for at in range(len(clause.words) - length + 1)
        }
        places: dict[Words, list[_Place]] = defaultdict(list)
        for number, clause in enumerate(self._clauses):
            deadline.check()
            for at in range(len(clause.words) - length + 1):
                words = clause.words[at : at + length]
                if words in wanted:
                    places[words].append(_Place(number, at))
        return places

    def _phrase(self, places: Sequence[_Place], length: int, *, year: int) -> YearPhrase | None:
        """The longest wording that stands at all of ``places``; None if its ends are stop words within the sequence."""
        left = self._common([self._clauses[p.clause].words[: p.at][::-1] for p in places])
        right = self._common([self._clauses[p.clause].words[p.at + length :] for p in places])
        place = next(p for p in places if self._year(self._clauses[p.clause]) == year)
        clause = self._clauses[place.clause]
        low, high = self._trimmed(clause.words, (place.at - left, place.at + length + right))
        has_sequence = low <= place.at and high >= place.at + length
        if not has_sequence:
            return None
        start, stop = clause.starts[low], clause.starts[high - 1] + len(clause.words[high - 1])
        return self._told(clause.paragraph, (start, stop)) if stop - start >= SHORTEST else None

    def _trimmed(self, words: Words, found: tuple[int, int]) -> tuple[int, int]:
        """A range of words without the stop words at its ends."""
        low, high = found
        while low < high and words[low] in self._stopwords:
            low += 1
        while low < high and words[high - 1] in self._stopwords:
            high -= 1
        return low, high

    @staticmethod
    def _common(sides: Sequence[Words]) -> int:
        """How many words all sides begin with alike."""
        first, length = sides[0], min(map(len, sides))
        return next((at for at in range(length) if any(side[at] != first[at] for side in sides)), length)

    def _told(self, number: int, found: tuple[int, int]) -> YearPhrase:
        paragraph = self._paragraphs[number]
        text = paragraph.text
        folded = text.text[slice(*found)]
        start, stop = next(one for one in sentences(text) if one[0] <= found[0] and found[1] <= one[1])
        low, high = text.span(start, stop)
        begin, end = text.span(*found)
        printed = text.original[low:high]
        lead = len(printed) - len(printed.lstrip())
        example = PhraseExample(printed.strip(), (begin - low - lead, end - low - lead), paragraph.passage)
        return YearPhrase(
            text=text.original[begin:end],
            years=tuple(year for year, whole in self._whole.items() if folded in whole),
            paragraphs=sum(folded in one.text.text for one in self._paragraphs),
            example=example,
        )


def _clauses(text: FoldedText, paragraph: int, *, cut: Callable[[str], Sequence[str]]) -> Iterator[_Clause]:
    for start, stop in _stretches(text):
        words, starts, at = [], [], start
        for word in cut(text.text[start:stop]):
            at = text.text.index(word, at)
            words.append(word)
            starts.append(at)
            at += len(word)
        if words:
            yield _Clause(paragraph, tuple(words), tuple(starts))


def _stretches(text: FoldedText) -> Iterator[tuple[int, int]]:
    """The stretches between marks of punctuation, white space, and numbers with their units."""
    breaks = [_with_unit(one, text.text) for one in read_numbers(text)]
    breaks += [found.span() for found in _NOT_A_WORD.finditer(text.text)]
    done = 0
    for start, stop in sorted((*breaks, (len(text.text), len(text.text)))):
        if start > done:
            yield done, start
        done = max(done, stop)


def _with_unit(number: ProseNumber, text: str) -> tuple[int, int]:
    """The range of a number with its unit, with 第 before it, and with what makes a date of it."""
    start, end = number.start, number.end
    if text[:start].endswith("第"):
        start -= 1
    behind = text[end:].lstrip(" ")
    if number.unit and behind.startswith(number.unit):
        end = len(text) - len(behind) + len(number.unit)
    elif behind[:1] and behind[0] in _PARTS_OF_DATES:
        end = len(text) - len(behind) + 1
    return start, end
