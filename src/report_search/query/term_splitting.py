"""Splitting an unquoted stretch of a query into the terms that count.

The stretch is folded and segmented by the dictionary; then spans that belong together are joined, so that no term is
smaller than what was meant: listed synonyms, Latin words (COVID-19), citations (第（一）项, 第二十条之一), a number
with its 第 and the word after it (else the one before), and neighbouring single characters that no word of the
dictionary covers, such as names.

The rule: terms are spans of what was typed, in order, and joining is the only thing that happens to the dictionary's
words. The one overlap allowed is 年 in 2019年 and 年度报告.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from msgspec import Struct

from report_search.analysis.fold import FoldedText, fold
from report_search.analysis.variants import DOCUMENT
from report_search.query.lexicon import Lexicon

TermKind = Literal["word", "number", "stop"]

_DATE = r"\d{4}[-./]\d{1,2}[-./]\d{1,2}(?!\d)"
_GROUPED = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?[%‰]?(?![\d,])"
_PLAIN = r"\d+(?:[.:/]\d+)*[%‰]?"
_NUMBER = re.compile(f"{_DATE}|{_GROUPED}|{_PLAIN}")
"""2014-12-19; 1,234.5; 12:30, 3/4, 12.5%."""
_LATIN = re.compile(r"[a-z]{2,8}://[!-~]+|[a-z0-9]+(?:[-_.@/&+\"][a-z0-9]+)*")
_NUMERALS = "一二三四五六七八九十百零〇"
_CITED = re.compile(
    rf"第\([一二三四五六七八九十百\d]{{1,4}}\)[项款条目]|{DOCUMENT}|第[{_NUMERALS}\d]{{1,6}}条之[{_NUMERALS}\d]{{1,3}}"
)
_DOCUMENT = re.compile(DOCUMENT)
_CODE_ENDS = frozenset("发函字办令规")
_NO_CODE = frozenset(("根据", "依据", "按照", "依照", "参照", "遵照", "落实", "贯彻", "执行", "印发", "转发"))
_LONGEST_CODE = 10
"""At most so many characters before the year of a document number say who issued it: 国办公开办函〔2019〕60号."""
_LIST_MARK = re.compile(r"\d{1,2}\.(?![\d.])")
"""The number of a pasted heading: 1.加强领导."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_YEARLY = re.compile(r"年度.+|年报")
"""Words that name a report: in 2019年度报告, 2019年 and 年度报告 are two terms, since titles print them apart."""


class QueryTerm(Struct, frozen=True):
    """A word of an unquoted stretch: ``start`` … ``end`` in the stretch as typed, and its folded text."""

    kind: TermKind
    start: int
    end: int
    folded: str


class _Span(Struct):
    """``start`` … ``end`` of the folded stretch. Nothing more is joined to a ``closed`` span."""

    start: int
    end: int
    number: bool = False
    closed: bool = False


def split_terms(stretch: str, lexicon: Lexicon) -> list[QueryTerm]:
    """The terms of an unquoted stretch in order; punctuation is left out, stop words are not.

    落实公发【2019】第60号规定 is segmented into 落实 公 发 【 2019 】 第 60 号 规定 and becomes 落实,
    公发【2019】第60号, 规定: the citation is one span, and 公 and 发 before it are the code of the agency.
    """
    splitter = _Splitter(fold(stretch.replace("\t", " ")), lexicon)
    # The order matters: what is joined first is closed to what comes after. Citations before numbers, or 第60号 would
    # be a number by itself; singles last, or 第 and 号 would be taken for parts of a name.
    spans = splitter.join_listed(splitter.segment())
    spans = _join_covered(spans, splitter.fixed_spans())
    spans = splitter.join_codes(spans)
    spans = splitter.join_numbers(spans)
    spans = splitter.join_singles(spans)
    return [splitter.term(span) for span in spans if splitter.has_letters(span)]


def _join_covered(
    spans: Sequence[_Span], wholes: Iterable[tuple[int, int]], *, number: bool = False
) -> list[_Span]:
    """``spans`` with each of ``wholes`` as one span, together with every span that it touches.

    Spans (0, 2) (2, 3) (3, 5) (5, 7) and the whole (2, 4) give (0, 2) (2, 5) (5, 7).
    """
    joined: list[_Span] = []
    at = 0
    for start, end in wholes:
        while at < len(spans) and spans[at].end <= start:
            joined.append(spans[at])
            at += 1
        low, high, closed = start, end, False
        while at < len(spans) and spans[at].start < end:
            low, high = min(low, spans[at].start), max(high, spans[at].end)
            closed = closed or spans[at].closed
            at += 1
        if joined and low < joined[-1].end:
            # The word before reaches into this whole: both are parts of the same term.
            joined[-1].end = max(joined[-1].end, high)
        else:
            # A number stays open to the word after it, unless the dictionary's word already goes beyond the number.
            joined.append(_Span(low, high, number, closed or not number or high > end))
    return [*joined, *spans[at:]]


class _Splitter:
    """The steps of splitting one folded stretch; each takes the spans so far and gives new ones."""

    def __init__(self, folded: FoldedText, lexicon: Lexicon) -> None:
        self._folded = folded
        self._text = folded.text
        self._lexicon = lexicon
        self._longest_listed = max(map(len, lexicon.synonyms), default=0)
        self._share_ends = frozenset(variant.end for variant in folded.variants if variant.text[-1] in "%‰")

    def segment(self) -> list[_Span]:
        """The dictionary's words."""
        spans: list[_Span] = []
        at = 0
        for word in self._lexicon.segmenter.words(self._text):
            # Searched for instead of counted: a segmenter may leave out characters, such as punctuation.
            start = self._text.find(word, at)
            if word and start >= 0:
                spans.append(_Span(start, start + len(word)))
                at = start + len(word)
        return spans

    def has_letters(self, span: _Span) -> bool:
        """Whether there is a letter or digit in ``span``, and not only punctuation."""
        return any(char.isalnum() for char in self._of(span))

    def fixed_spans(self) -> list[tuple[int, int]]:
        """Latin words, document numbers (〔2019〕60号) and items (第（一）项), in order."""
        latin = (
            found for found in _LATIN.finditer(self._text) if any("a" <= char <= "z" for char in found[0])
        )
        return sorted(found.span() for found in (*latin, *_CITED.finditer(self._text)))

    def join_listed(self, spans: list[_Span]) -> list[_Span]:
        """Spans that together are a word with synonyms, as one: such a word must not be split."""
        joined: list[_Span] = []
        at = 0
        while at < len(spans):
            last = self._last_of_listed(spans, at)
            end = spans[at].end if last is None else spans[last].end
            joined.append(_Span(spans[at].start, end, closed=last is not None))
            at = (at if last is None else last) + 1
        return joined

    def _last_of_listed(self, spans: Sequence[_Span], first: int) -> int | None:
        """Where the longest word with synonyms that begins at span ``first`` ends; None if none begins there."""
        found = None
        for last in range(first, len(spans)):
            start, end = spans[first].start, spans[last].end
            if end - start > self._longest_listed:
                break
            if self._text[start:end] in self._lexicon.synonyms:
                found = last
        return found

    def join_codes(self, spans: list[_Span]) -> list[_Span]:
        """Document numbers joined with the code of who issued them, which no dictionary has."""
        joined: list[_Span] = []
        for span in spans:
            if _DOCUMENT.fullmatch(self._text, span.start, span.end):
                span.closed = True
                if self._text[span.start - 1 : span.start] in _CODE_ENDS:
                    first = self._code_start(joined, span)
                    span.start = joined[first].start if first < len(joined) else span.start
                    del joined[first:]
            joined.append(span)
        return joined

    def _code_start(self, before: Sequence[_Span], document: _Span) -> int:
        """The index in ``before`` of the first span of a document number's code; ``len(before)`` for no code."""
        first, start = len(before), document.start
        while first and before[first - 1].end == start and not before[first - 1].closed:
            # 根据国办发〔2019〕60号: 根据 says what the document is cited for, not who issued it.
            word = self._text[before[first - 1].start : start]
            if word in _NO_CODE or word in self._lexicon.stopwords:
                break
            first, start = first - 1, before[first - 1].start
        return first if document.start - start <= _LONGEST_CODE else len(before)

    def join_numbers(self, spans: list[_Span]) -> list[_Span]:
        """Each number joined with 第 before it and the word after it, else with the word before it."""
        spans = _join_covered(spans, self._number_spans(spans), number=True)
        joined: list[_Span] = []
        at = 0
        while at < len(spans):
            span = spans[at]
            at += 1
            if span.number:
                following = spans[at] if at < len(spans) else None
                span = self._with_word(span, joined, following=following)
                if following is not None and following.end <= span.end:
                    at += 1  # The word after the number is a part of it now.
            joined.append(span)
        return joined

    def _number_spans(self, taken: Sequence[_Span]) -> Iterator[tuple[int, int]]:
        """The numbers that begin outside of closed spans and stop words, without overlaps."""
        fixed = (span for span in taken if span.closed or self._of(span) in self._lexicon.stopwords)
        covered = {at for span in fixed for at in range(span.start, span.end)}
        last_end = 0
        found = (*self._arabic_numbers(), *self._numerals())
        # Of two that begin together the longer one: 5千万, and not its 5.
        for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
            if start >= last_end and start not in covered:
                yield start, end
                last_end = end

    def _arabic_numbers(self) -> Iterator[tuple[int, int]]:
        return (found.span() for found in _NUMBER.finditer(self._text))

    def _numerals(self) -> Iterator[tuple[int, int]]:
        """Numerals with Chinese digits or places that mean a number: those with a variant in digits (十三, 5千万)."""
        for variant in self._folded.variants:
            numeral = self._text[variant.start : variant.end]
            if variant.text[:1].isdigit() and not numeral.isascii():
                yield variant.start, variant.end

    def _with_word(self, number: _Span, before: list[_Span], *, following: _Span | None) -> _Span:
        """A number with 第 and its word. Spans that are taken from ``before`` are removed there.

        第 + 12 + 条 → 第12条; 13 + 件 → 13件; 季度 + 3 → 季度3; 增长 + 12.5% → 12.5%; 2014 + 领事 → 2014.
        """
        start = number.start
        if before and self._text[before[-1].start : start] == "第":
            start = before.pop().start
        is_year = _YEAR.fullmatch(self._text, start, number.end) is not None
        end = self._end_with_following(number, following, is_year=is_year)
        may_take_preceding = end == number.end and not is_year and not self._is_complete(number)
        if may_take_preceding and before and self._takes_preceding(before[-1], start):
            start = before.pop().start
        return _Span(start, end, number=True, closed=True)

    def _end_with_following(self, number: _Span, word: _Span | None, *, is_year: bool) -> int:
        """Where a number ends together with the word after it; its own end if it takes none."""
        if word is None:
            return number.end
        if is_year and _YEARLY.fullmatch(self._text, word.start, word.end):
            # 2019 + 年度报告 → 2019年, and 年度报告 stays a term of its own.
            return word.start + 1
        if self._is_complete(number) or not self._takes_following(number, word, is_year=is_year):
            return number.end
        return word.end

    def _is_complete(self, number: _Span) -> bool:
        """Whether a number counts without a word: a percentage (12.5%, 百分之五), or one in a longer word."""
        is_share = self._text[number.end - 1] in "%‰" or number.end in self._share_ends
        return number.closed or is_share

    def _takes_following(self, number: _Span, word: _Span, *, is_year: bool) -> bool:
        """Whether ``word`` belongs to the number before it; a year takes 年… and single characters only."""
        if word.start != number.end or word.number or not self._is_word(word):
            return False
        return not is_year or self._text[word.start] == "年" or word.end - word.start == 1

    def _takes_preceding(self, word: _Span, start: int) -> bool:
        return word.end == start and not word.number and self._is_word(word)

    def join_singles(self, spans: list[_Span]) -> list[_Span]:
        """Neighbouring single characters as one word (B股), 之 between two of them included (涛之雨)."""
        joined: list[_Span] = []
        at = 0
        while at < len(spans):
            last = at
            if self._is_single(spans[at]):
                while step := self._next_single(spans, last):
                    last += step
            joined.append(_Span(spans[at].start, spans[last].end, spans[at].number, spans[at].closed))
            at = last + 1
        return joined

    def _next_single(self, spans: Sequence[_Span], at: int) -> int:
        """How many spans on the next single character is that belongs to the one at ``at``; 0 for none."""
        for step in (1, 2):
            if at + step >= len(spans) or spans[at + step - 1].end != spans[at + step].start:
                return 0
            if self._is_single(spans[at + step]):
                return step
            # 之 is a stop word and no single by itself, so it may be stepped over once.
            if self._of(spans[at + step]) != "之":
                return 0
        return 0

    def _is_single(self, span: _Span) -> bool:
        """Whether a span is a Chinese character or a Latin letter by itself."""
        if span.number or span.end - span.start != 1:
            return False
        char = self._text[span.start]
        if "a" <= char <= "z":
            return True
        is_chinese = char >= "\u2e80"
        return is_chinese and not span.closed and self._is_word(span)

    def _is_word(self, span: _Span) -> bool:
        return self.has_letters(span) and self._of(span) not in self._lexicon.stopwords

    def _of(self, span: _Span) -> str:
        return self._text[span.start : span.end]

    def term(self, span: _Span) -> QueryTerm:
        """The term of a span, mapped back to what was typed."""
        text = self._of(span)
        start, end = self._folded.span(span.start, span.end)
        return QueryTerm(self._kind(span, text), start, end, text)

    def _kind(self, span: _Span, text: str) -> TermKind:
        mark = _LIST_MARK.match(self._text)
        numbers_heading = mark is not None and span.end < mark.end()
        if text in self._lexicon.stopwords or numbers_heading:
            return "stop"
        return "number" if span.number else "word"
