"""Cutting an unquoted run into the words that count.

A run is folded and cut by the dictionary; then what belongs together is joined, so that nothing is asked for in
smaller pieces than it was meant: listed synonyms, Latin words (COVID-19), citations (第（一）项), a number with its
第 and the word after it (else the one before), and neighbouring single characters that no word of the dictionary
holds, such as names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from report_search.analysis.fold import FoldedText, fold
from report_search.analysis.variants import DOCUMENT
from report_search.query.lexicon import Lexicon

UnitKind = Literal["word", "number", "stop"]

_NUMBER = re.compile(
    r"\d{4}[-./]\d{1,2}[-./]\d{1,2}(?!\d)|\d{1,3}(?:,\d{3})+(?:\.\d+)?[%‰]?(?![\d,])|\d+(?:[.:/]\d+)*[%‰]?"
)
_LATIN = re.compile(r"[a-z]{2,8}://[!-~]+|[a-z0-9]+(?:[-_.@/&+\"][a-z0-9]+)*")
_CITED = re.compile(rf"第\([一二三四五六七八九十百\d]{{1,4}}\)[项款条目]|{DOCUMENT}")
_DOCUMENT = re.compile(DOCUMENT)
_CODE_ENDS = frozenset("发函字办令规")
_NO_CODE = frozenset(("根据", "依据", "按照", "依照", "参照", "遵照", "落实", "贯彻", "执行", "印发", "转发"))
_LONGEST_CODE = 10
"""Up to so many characters before the year of a document number say who issued it: 国办公开办函〔2019〕60号."""
_LIST_MARK = re.compile(r"\d{1,2}\.(?![\d.])")
"""What may number a pasted heading: 1.加强领导."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_YEARLY = re.compile(r"年度.+|年报")
"""Words that name a report: of 2019年度报告, 2019年 and 年度报告 may stand apart, as they do in titles."""


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A word of a run: ``start`` … ``end`` in the run as typed, and its folded text."""

    kind: UnitKind
    start: int
    end: int
    folded: str


@dataclass(slots=True)
class _Piece:
    """A stretch of the folded run. ``closed`` says that nothing more is joined to it."""

    start: int
    end: int
    number: bool = False
    closed: bool = False


def cut(run: str, lexicon: Lexicon) -> list[QueryTerm]:
    """The units of a run in order; marks are left out, stop words are not."""
    folded = fold(run.replace("\t", " "))
    pieces = _split(folded.text, lexicon)
    pieces = _join_listed(folded.text, pieces, lexicon)
    pieces = _join_spans(pieces, _fixed(folded.text))
    pieces = _join_codes(folded.text, pieces, lexicon)
    pieces = _join_numbers(folded, pieces, lexicon)
    pieces = _join_singles(folded.text, pieces, lexicon)
    return [_unit(folded, piece, lexicon) for piece in pieces if _counts(folded.text, piece)]


def _split(text: str, lexicon: Lexicon) -> list[_Piece]:
    pieces: list[_Piece] = []
    at = 0
    for word in lexicon.cutter.words(text):
        start = text.find(word, at)
        if word and start >= 0:
            pieces.append(_Piece(start, start + len(word)))
            at = start + len(word)
    return pieces


def _counts(text: str, piece: _Piece) -> bool:
    return any(mark.isalnum() for mark in text[piece.start : piece.end])


def _fixed(text: str) -> Iterator[tuple[int, int]]:
    """Latin words, document numbers (〔2019〕60号) and items (第（一）项), in order."""
    latin = (found for found in _LATIN.finditer(text) if any("a" <= mark <= "z" for mark in found[0]))
    spans = sorted(found.span() for found in (*latin, *_CITED.finditer(text)))
    return (span for span in spans)


def _join_spans(
    pieces: Sequence[_Piece], spans: Iterator[tuple[int, int]], *, number: bool = False
) -> list[_Piece]:
    """Each span, with every piece that it touches, as one piece."""
    joined: list[_Piece] = []
    rest = list(pieces)
    at = 0
    for start, end in spans:
        while at < len(rest) and rest[at].end <= start:
            joined.append(rest[at])
            at += 1
        low, high, closed = start, end, False
        while at < len(rest) and rest[at].start < end:
            low, high = min(low, rest[at].start), max(high, rest[at].end)
            closed = closed or rest[at].closed
            at += 1
        if joined and low < joined[-1].end:
            joined[-1].end = max(joined[-1].end, high)
        else:
            joined.append(_Piece(low, high, number, closed or not number or high > end))
    return joined + rest[at:]


def _join_listed(text: str, pieces: list[_Piece], lexicon: Lexicon) -> list[_Piece]:
    """Pieces that together are a listed word, as one: a listed word never falls apart."""
    longest = max(map(len, lexicon.synonyms), default=0)
    joined: list[_Piece] = []
    at = 0
    while at < len(pieces):
        last = at
        for to in range(at, len(pieces)):
            start, end = pieces[at].start, pieces[to].end
            if end - start > longest:
                break
            if text[start:end] in lexicon.synonyms:
                last = to
        listed = text[pieces[at].start : pieces[last].end] in lexicon.synonyms
        joined.append(_Piece(pieces[at].start, pieces[last].end, closed=listed))
        at = last + 1
    return joined


def _join_codes(text: str, pieces: list[_Piece], lexicon: Lexicon) -> list[_Piece]:
    """Document numbers with the code of who issued them, which no dictionary holds."""
    joined: list[_Piece] = []
    for piece in pieces:
        if _DOCUMENT.fullmatch(text, piece.start, piece.end):
            piece.closed = True
            if text[piece.start - 1 : piece.start] in _CODE_ENDS:
                first = _code_start(text, joined, piece, lexicon=lexicon)
                piece.start = joined[first].start if first < len(joined) else piece.start
                del joined[first:]
        joined.append(piece)
    return joined


def _code_start(text: str, before: Sequence[_Piece], number: _Piece, *, lexicon: Lexicon) -> int:
    """Which of the pieces ``before`` a document number is the first of its code; their count for none."""
    first, start = len(before), number.start
    while first and before[first - 1].end == start and not before[first - 1].closed:
        word = text[before[first - 1].start : start]
        if word in _NO_CODE or word in lexicon.stopwords:
            break
        first, start = first - 1, before[first - 1].start
    return first if number.start - start <= _LONGEST_CODE else len(before)


def _number_spans(folded: FoldedText, taken: Sequence[_Piece], lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Arabic numbers and Chinese numerals that stand for one, but for those in Latin, listed and stop words."""
    text = folded.text
    spans = [found.span() for found in _NUMBER.finditer(text)]
    spans += [
        (v.start, v.end) for v in folded.variants if v.text[:1].isdigit() and not text[v.start].isdigit()
    ]
    shut = {
        at
        for piece in taken
        if piece.closed or text[piece.start : piece.end] in lexicon.stopwords
        for at in range(piece.start, piece.end)
    }
    end = 0
    for span in sorted(spans):
        if span[0] >= end and span[0] not in shut:
            yield span
            end = span[1]


def _join_numbers(folded: FoldedText, pieces: list[_Piece], lexicon: Lexicon) -> list[_Piece]:
    """Each number with 第 before it and the word after it, else the word before it."""
    text = folded.text
    rest = _join_spans(pieces, _number_spans(folded, pieces, lexicon), number=True)
    shares = {variant.end for variant in folded.variants if variant.text[-1] in "%‰"}
    joined: list[_Piece] = []
    at = 0
    while at < len(rest):
        piece = rest[at]
        at += 1
        if not piece.number:
            joined.append(piece)
            continue
        alone = piece.closed or text[piece.end - 1] in "%‰" or piece.end in shares
        if joined and text[joined[-1].start : piece.start] == "第":
            piece = _Piece(joined.pop().start, piece.end, True)
        year = _YEAR.fullmatch(text, piece.start, piece.end) is not None
        if year and at < len(rest) and _YEARLY.fullmatch(text, rest[at].start, rest[at].end):
            piece = _Piece(piece.start, rest[at].start + 1, True)
        elif not alone and at < len(rest) and _follows(text, (piece, rest[at]), year, lexicon=lexicon):
            piece = _Piece(piece.start, rest[at].end, True)
            at += 1
        elif not alone and not year and joined and _precedes(text, (joined[-1], piece), lexicon):
            piece = _Piece(joined.pop().start, piece.end, True)
        joined.append(_Piece(piece.start, piece.end, True, True))
    return joined


def _follows(text: str, pair: tuple[_Piece, _Piece], year: bool, *, lexicon: Lexicon) -> bool:
    """Whether the second piece is the word after a number; a bare year takes only 年… and single characters."""
    number, word = pair
    if word.start != number.end or word.number or not _is_word(text, word, lexicon):
        return False
    return not year or text[word.start] == "年" or word.end - word.start == 1


def _precedes(text: str, pair: tuple[_Piece, _Piece], lexicon: Lexicon) -> bool:
    word, number = pair
    return word.end == number.start and not word.number and _is_word(text, word, lexicon)


def _is_word(text: str, piece: _Piece, lexicon: Lexicon) -> bool:
    return _counts(text, piece) and text[piece.start : piece.end] not in lexicon.stopwords


def _join_singles(text: str, pieces: list[_Piece], lexicon: Lexicon) -> list[_Piece]:
    """Neighbouring single characters as one word (B股), 之 between two of them included (涛之雨)."""
    joined: list[_Piece] = []
    at = 0
    while at < len(pieces):
        last = at
        if _is_single(text, pieces[at], lexicon):
            while step := _next_single(text, pieces, last, lexicon=lexicon):
                last += step
        joined.append(_Piece(pieces[at].start, pieces[last].end, pieces[at].number, pieces[at].closed))
        at = last + 1
    return joined


def _next_single(text: str, pieces: Sequence[_Piece], at: int, *, lexicon: Lexicon) -> int:
    """How far the next single character is that belongs to the one at ``at``; 0 for none."""
    for step in (1, 2):
        if at + step >= len(pieces) or pieces[at + step - 1].end != pieces[at + step].start:
            return 0
        if _is_single(text, pieces[at + step], lexicon):
            return step
        if text[pieces[at + step].start : pieces[at + step].end] != "之":
            return 0
    return 0


def _is_single(text: str, piece: _Piece, lexicon: Lexicon) -> bool:
    """Whether a piece is a Chinese character or a Latin letter by itself."""
    if piece.number or piece.end - piece.start != 1:
        return False
    letter = "a" <= text[piece.start] <= "z"
    return letter or (not piece.closed and text[piece.start] >= "\u2e80" and _is_word(text, piece, lexicon))


def _unit(folded: FoldedText, piece: _Piece, lexicon: Lexicon) -> QueryTerm:
    text = folded.text[piece.start : piece.end]
    mark = _LIST_MARK.match(folded.text)
    idle = text in lexicon.stopwords or (mark is not None and piece.end < mark.end())
    kind: UnitKind = "stop" if idle else "number" if piece.number else "word"
    start, end = folded.span(piece.start, piece.end)
    return QueryTerm(kind, start, end, text)
